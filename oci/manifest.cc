#include "oci/manifest.h"

#include <algorithm>
#include <charconv>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "oci/media_type.h"

namespace portreeve::oci {
namespace {

constexpr std::size_t kMediaTypeBytes = 255;  // RFC 6838 §4.2: 127 + "/" + 127.
constexpr std::uint32_t kValues = 1'000'000;

Error bad(std::string_view where, std::string_view what) {
  return Error{Errc::malformed, std::string(where) + ": " + std::string(what)};
}

Result<std::string> text_at(const Value& object, std::string_view key, const std::string& where) {
  const Value value = object[key];
  if (!value.present()) return std::string();
  if (!value.is_string()) return bad(where + std::string(key), "expected a string");
  return std::string(value.text());
}

Result<std::string> media_type_at(const Value& object, std::string_view key,
                                  const std::string& where) {
  PORTREEVE_TRY(std::string text, text_at(object, key, where));
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!printable || text.size() > kMediaTypeBytes) {
    return bad(where + std::string(key), "not a media type");
  }
  return text;
}

Result<Annotations> annotations_at(const Value& object, const std::string& where) {
  const Value value = object["annotations"];
  Annotations out;
  // image-spec: a map of strings. null is what some writers put for none.
  if (!value.present() || value.is_null()) return out;
  if (!value.is_object()) return bad(where + "annotations", "expected an object");
  if (value.size() > limits::kAnnotations) {
    return Error{Errc::limit, where + "annotations: " + std::to_string(value.size()) +
                                  " entries, limit is " + std::to_string(limits::kAnnotations)};
  }
  for (const Value entry : value) {
    if (!entry.is_string()) return bad(where + "annotations", "expected strings");
    out.emplace(std::string(entry.key().text()), std::string(entry.text()));
  }
  return out;
}

Result<std::uint64_t> size_at(const Value& object, const std::string& where) {
  const Value value = object["size"];
  const std::string_view text = value.text();
  std::uint64_t size = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  const bool number = value.is_number() && error == std::errc() && stop == text.data() + text.size();
  if (!number || size > (std::uint64_t{1} << 62)) {
    return bad(where + "size", "expected a whole number of bytes that is not negative");
  }
  return size;
}

Result<std::optional<Platform>> platform_at(const Value& object, const std::string& where) {
  const Value value = object["platform"];
  if (!value.present() || value.is_null()) return std::optional<Platform>();
  if (!value.is_object()) return bad(where + "platform", "expected an object");
  Platform out;
  PORTREEVE_TRY(out.os, text_at(value, "os", where + "platform."));
  PORTREEVE_TRY(out.architecture, text_at(value, "architecture", where + "platform."));
  PORTREEVE_TRY(out.variant, text_at(value, "variant", where + "platform."));
  return std::optional<Platform>(std::move(out));
}

// Go matches member names in any letter case, and the last one wins: what we would leave out as
// unknown, a runtime would take.
Outcome check_letter_case(const Value& object, const std::string& where) {
  static constexpr std::string_view kNames[] = {
      "mediatype", "digest",  "size",          "annotations",  "config",   "layers",  "manifests",
      "subject",   "schemaversion", "artifacttype", "platform", "blobs",  "fslayers"};
  static constexpr std::string_view kExact[] = {
      "mediaType", "digest",  "size",          "annotations",  "config",   "layers",  "manifests",
      "subject",   "schemaVersion", "artifactType", "platform", "blobs",  "fsLayers"};
  for (const Value member : object) {
    const std::string_view key = member.key().text();
    if (key.size() > 16) continue;
    const std::string folded = essence(key);
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
      if (folded == kNames[i] && key != kExact[i]) {
        return bad(where + utf8::printable(key, 32), "letter case of a known member is wrong");
      }
    }
  }
  return Done{};
}

Result<Descriptor> read_descriptor(const Value& value, const std::string& name) {
  if (!value.is_object()) return bad(name, "expected a descriptor");
  const std::string where = name + ".";
  PORTREEVE_CHECK(check_letter_case(value, where));
  Descriptor out;
  PORTREEVE_TRY(out.media_type, media_type_at(value, "mediaType", where));
  if (out.media_type.empty()) return bad(where + "mediaType", "missing");
  const Value digest = value["digest"];
  if (!digest.is_string()) return bad(where + "digest", "expected a string");
  Result<Digest> parsed = Digest::parse(digest.text());
  if (!parsed.ok()) return with_context(parsed.error(), where + "digest");
  out.digest = parsed.value();
  PORTREEVE_TRY(out.size, size_at(value, where));
  PORTREEVE_TRY(out.artifact_type, media_type_at(value, "artifactType", where));
  PORTREEVE_TRY(out.annotations, annotations_at(value, where));
  PORTREEVE_TRY(out.platform, platform_at(value, where));
  return out;
}

Result<std::vector<Descriptor>> descriptors_at(const Value& root, std::string_view key,
                                               std::uint32_t limit) {
  const Value list = root[key];
  if (!list.is_array()) return bad(key, "expected a list");
  if (list.size() > limit) {
    return Error{Errc::limit, std::string(key) + ": " + std::to_string(list.size()) +
                                  " entries, limit is " + std::to_string(limit)};
  }
  std::vector<Descriptor> out;
  out.reserve(list.size());
  for (const Value entry : list) {
    const std::string name = std::string(key) + "[" + std::to_string(out.size()) + "]";
    PORTREEVE_TRY(Descriptor descriptor, read_descriptor(entry, name));
    out.push_back(std::move(descriptor));
  }
  return out;
}

Result<std::optional<Descriptor>> subject_at(const Value& root) {
  const Value value = root["subject"];
  if (!value.present() || value.is_null()) return std::optional<Descriptor>();
  PORTREEVE_TRY(Descriptor out, read_descriptor(value, "subject"));
  return std::optional<Descriptor>(std::move(out));
}

// One type that what was served, `mediaType` and the members all agree on.
Result<std::string> agreed_type(const Value& root, std::string_view content_type) {
  const bool index = root["manifests"].present();
  const bool manifest = root["layers"].present() || root["config"].present();
  if (root["fsLayers"].present() || root["history"].present() || root["signatures"].present()) {
    return Error{Errc::unsupported, "manifest schema 1 is not read: it has no stable digest"};
  }
  if (index && manifest) {
    return bad("manifest", "has the members of a manifest and of an index (CVE-2021-41190)");
  }
  if (root["blobs"].present() && !index && !manifest) {
    return Error{Errc::unsupported, "artifact manifest of a release candidate of OCI 1.1"};
  }
  if (!index && !manifest) return bad("manifest", "has neither layers nor manifests");
  PORTREEVE_TRY(const std::string own, media_type_at(root, "mediaType", ""));
  const std::string served = essence(content_type);
  if (!served.empty() && !own.empty() && own != served) {
    return bad("mediaType", "\"" + own + "\", but it was served as \"" +
                                utf8::printable(served, 100) + "\"");
  }
  std::string type = own.empty() ? served : own;
  if (type.empty()) type = index ? kOciIndex : kOciManifest;
  const bool docker = type == kDockerManifest || type == kDockerIndex;
  if (type != kOciManifest && type != kOciIndex && !docker) {
    return Error{Errc::unsupported, "media type \"" + utf8::printable(type, 100) +
                                        "\" is no manifest or index of OCI or Docker v2"};
  }
  // Docker requires it; without it the same bytes would be an OCI manifest for somebody else.
  if (docker && own.empty()) return bad("mediaType", "missing in a Docker manifest");
  if ((type == kOciIndex || type == kDockerIndex) != index) {
    return bad("mediaType", "\"" + type + "\" does not fit the members");
  }
  return type;
}

Outcome check_version(const Value& root) {
  const Value version = root["schemaVersion"];
  if (!version.is_number() || version.text() != "2") return bad("schemaVersion", "expected 2");
  return Done{};
}

Result<ManifestDocument> read_index(const Value& root, std::string type) {
  Index out;
  out.media_type = std::move(type);
  PORTREEVE_TRY(out.artifact_type, media_type_at(root, "artifactType", ""));
  PORTREEVE_TRY(out.manifests, descriptors_at(root, "manifests", limits::kIndexManifests));
  PORTREEVE_TRY(out.subject, subject_at(root));
  PORTREEVE_TRY(out.annotations, annotations_at(root, ""));
  return ManifestDocument(std::move(out));
}

Result<ManifestDocument> read_manifest(const Value& root, std::string type) {
  Manifest out;
  out.media_type = std::move(type);
  PORTREEVE_TRY(out.config, read_descriptor(root["config"], "config"));
  PORTREEVE_TRY(out.artifact_type, media_type_at(root, "artifactType", ""));
  if (out.artifact_type.empty()) out.artifact_type = out.config.media_type;
  PORTREEVE_TRY(out.layers, descriptors_at(root, "layers", limits::kLayers));
  PORTREEVE_TRY(out.subject, subject_at(root));
  PORTREEVE_TRY(out.annotations, annotations_at(root, ""));
  return ManifestDocument(std::move(out));
}

}  // namespace

std::string Platform::text() const {
  return os + "/" + architecture + (variant.empty() ? "" : "/" + variant);
}

Result<ManifestDocument> parse_manifest(std::string_view bytes, std::string_view content_type,
                                        MemoryBudget* budget) {
  const ReadLimits limits{limits::kManifestBytes, limits::kOciDepth, kValues};
  Result<DocumentPtr> document = json::parse(std::string(bytes), limits, budget);
  if (!document.ok()) {
    // A login page or a proxy's error page is the usual reason.
    const bool page = bytes.substr(0, 1) == "<";
    return with_context(document.error(), page ? "expected a manifest, found markup" : "manifest");
  }
  const Value root = document.value()->root();
  if (!root.is_object()) return bad("manifest", "expected an object");
  PORTREEVE_CHECK(check_letter_case(root, ""));
  PORTREEVE_TRY(std::string type, agreed_type(root, content_type));
  PORTREEVE_CHECK(check_version(root));
  const bool index = root["manifests"].present();
  return index ? read_index(root, std::move(type)) : read_manifest(root, std::move(type));
}

Result<ReferrerList> parse_referrer_list(std::string_view bytes, MemoryBudget* budget) {
  const ReadLimits limits{limits::kManifestBytes, limits::kOciDepth, kValues};
  Result<DocumentPtr> document = json::parse(std::string(bytes), limits, budget);
  if (!document.ok()) return with_context(document.error(), "list of referrers");
  const Value root = document.value()->root();
  PORTREEVE_CHECK(check_letter_case(root, ""));
  PORTREEVE_TRY(const std::string type, agreed_type(root, ""));
  if (type != kOciIndex) return bad("list of referrers", "is no OCI image index");
  PORTREEVE_CHECK(check_version(root));
  const Value list = root["manifests"];
  // image-spec: "manifests" may not be null, but registries without referrers have sent it so.
  if (!list.is_array() && !list.is_null()) return bad("manifests", "expected a list");
  ReferrerList out;
  for (const Value entry : list) {
    const std::string name = "manifests[" + std::to_string(out.manifests.size()) + "]";
    Result<Descriptor> descriptor = read_descriptor(entry, name);
    if (descriptor.ok()) {
      out.manifests.push_back(std::move(descriptor).value());
    } else if (out.rejected.size() < 16) {
      out.rejected.push_back(descriptor.error());
    }
  }
  return out;
}

const std::string& media_type(const ManifestDocument& document) noexcept {
  const Manifest* const manifest = std::get_if<Manifest>(&document);
  return manifest != nullptr ? manifest->media_type : std::get<Index>(document).media_type;
}

const std::optional<Descriptor>& subject(const ManifestDocument& document) noexcept {
  const Manifest* const manifest = std::get_if<Manifest>(&document);
  return manifest != nullptr ? manifest->subject : std::get<Index>(document).subject;
}

}  // namespace portreeve::oci
