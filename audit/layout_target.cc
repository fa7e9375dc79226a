// Targets oci-layout:DIR[:TAG|@DIGEST] and oci-archive:FILE[:TAG|@DIGEST].

#include <sys/stat.h>

#include <algorithm>
#include <optional>

#include "audit/artifact_job.h"
#include "audit/target.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "oci/image_layout.h"
#include "policies/artifact_subject.h"

namespace portreeve::audit {
namespace {

constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";
constexpr std::string_view kContainerdName = "io.containerd.image.name";

/// "DIR", "DIR:TAG" or "DIR@DIGEST".
struct Path {
  std::string file;
  std::string tag;
  std::optional<Digest> digest;
};

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

Result<Path> path_of(const std::string& rest) {
  if (rest.empty()) return Error{Errc::misconfigured, "names no file"};
  // A name may hold ':' and '@': what is there is meant.
  if (exists(rest)) return Path{rest, "", std::nullopt};
  const std::size_t at = rest.rfind('@');
  if (at != std::string::npos && at > 0) {
    const Result<Digest> digest = Digest::parse(rest.substr(at + 1));
    if (digest.ok()) return Path{rest.substr(0, at), "", digest.value()};
  }
  const std::size_t colon = rest.rfind(':');
  const std::size_t slash = rest.rfind('/');
  if (colon == std::string::npos || colon == 0 || (slash != std::string::npos && slash > colon)) {
    return Path{rest, "", std::nullopt};
  }
  return Path{rest.substr(0, colon), rest.substr(colon + 1), std::nullopt};
}

std::string annotation(const oci::Descriptor& entry, std::string_view key) {
  const auto at = entry.annotations.find(key);
  return at == entry.annotations.end() ? std::string() : at->second;
}

/// What index.json calls an entry.
struct Called {
  std::string name;  ///< "host/repository"; empty: it says none.
  std::string tag;
};

Called called(const oci::Descriptor& entry) {
  Called out;
  for (const std::string_view key : {kContainerdName, kRefName}) {
    const std::string text = annotation(entry, key);
    const auto reference = Reference::parse(text, ShortNames::refuse);
    if (reference.ok()) {
      out.name = reference.value().name();
      out.tag = reference.value().tag();
    } else if (!text.empty()) {
      out.tag = text;
    }
    if (!out.name.empty()) return out;
  }
  return out;
}

// What stands in a layout beside its artifacts: signatures by subject, by tag, or by cosign's mark.
bool is_about_another(const oci::ImageLayout& layout, const oci::Descriptor& entry,
                      const oci::Ask& ask) {
  if (annotation(entry, "kind").compare(0, 23, "dev.cosignproject.cosig") == 0 &&
      annotation(entry, "kind") != "dev.cosignproject.cosign/image" &&
      annotation(entry, "kind") != "dev.cosignproject.cosign/imageIndex") {
    return true;
  }
  const std::string tag = called(entry).tag;
  if (tag.size() >= 71 && tag.compare(0, 7, "sha256-") == 0) return true;
  const auto content = layout.fetch_one(oci::Wanted::manifest("", entry.digest), ask);
  if (!content.ok()) return false;
  const auto document = oci::parse_manifest(content.value()->bytes, entry.media_type, nullptr);
  return document.ok() && oci::subject(document.value()).has_value();
}

Result<std::vector<oci::Descriptor>> wanted_entries(const oci::ImageLayout& layout,
                                                    const Path& path, const oci::Ask& ask) {
  PORTREEVE_TRY(const std::vector<oci::Descriptor> entries, layout.entries());
  std::vector<oci::Descriptor> out;
  for (const oci::Descriptor& entry : entries) {
    const bool fits = path.digest        ? entry.digest == *path.digest
                      : path.tag.empty() ? !is_about_another(layout, entry, ask)
                                         : called(entry).tag == path.tag ||
                                               annotation(entry, kRefName) == path.tag;
    const bool known = std::any_of(out.begin(), out.end(), [&](const oci::Descriptor& other) {
      return other.digest == entry.digest && called(other).name == called(entry).name;
    });
    if (fits && !known) out.push_back(entry);
  }
  const std::string what = layout.place();
  if (path.digest && out.empty()) {
    oci::Descriptor named;  // It need not stand in index.json itself: a platform of an index.
    named.digest = *path.digest;
    return std::vector<oci::Descriptor>{named};
  }
  if (!path.tag.empty()) {
    const std::string tag = utf8::printable(path.tag, 128);
    if (out.empty()) return Error{Errc::not_found, what + ": there is no \"" + tag + "\" in it"};
    const bool several = std::any_of(out.begin(), out.end(), [&](const oci::Descriptor& one) {
      return !(one.digest == out.front().digest);
    });
    if (several) {
      return Error{Errc::malformed, what + ": \"" + tag +
                                        "\" stands for several digests; say which "
                                        "with @DIGEST"};
    }
    out.resize(1);
  }
  if (out.empty()) return Error{Errc::not_found, what + ": there is no artifact in it"};
  return out;
}

ArtifactTarget target_of(const oci::Descriptor& entry, const std::string& text, const Path& path,
                         const std::string& given) {
  ArtifactTarget out;
  const Called names = called(entry);
  std::string name = given.empty() ? names.name : given;
  out.named = !name.empty();
  if (!out.named) name = std::string(policies::kUnnamed) + "/artifact";
  out.reference = name + "@" + entry.digest.text();
  out.text = text;
  if (!path.digest) out.text += (path.tag.empty() && !names.tag.empty() ? ":" + names.tag : "");
  if (!path.digest) out.text += "@" + entry.digest.text();
  return out;
}

Result<std::vector<JobPtr>> jobs_of(std::shared_ptr<const oci::ImageLayout> layout,
                                    const std::string& text, const Path& path, Source place,
                                    const Session& session) {
  const oci::Ask ask{session.clock().steady() + std::chrono::minutes(2), &session.memory(),
                     nullptr};
  PORTREEVE_TRY(const std::vector<oci::Descriptor> entries, wanted_entries(*layout, path, ask));
  PORTREEVE_TRY(const SourcePtr source, session.local(std::move(layout), std::move(place)));
  std::vector<JobPtr> out;
  for (const oci::Descriptor& entry : entries) {
    out.push_back(
        artifact_job(session, source, target_of(entry, text, path, session.options().name)));
  }
  return out;
}

}  // namespace

Outcome check_layout_target(const std::string& rest, std::vector<Reference>&) {
  PORTREEVE_CHECK(path_of(rest));
  return Done{};
}

Result<std::vector<JobPtr>> open_layout_target(const std::string& text, const std::string& rest,
                                               const Session& session) {
  PORTREEVE_TRY(const Path path, path_of(rest));
  PORTREEVE_TRY(std::unique_ptr<oci::LayoutFiles> files, oci::open_layout_directory(path.file));
  PORTREEVE_TRY(std::shared_ptr<const oci::ImageLayout> layout,
                oci::ImageLayout::open(std::move(files), oci::LayoutNames::bare));
  Source place;
  place.layout = path.file;
  return jobs_of(std::move(layout), text, path, std::move(place), session);
}

Result<std::vector<JobPtr>> open_archive_target(const std::string& text, const std::string& rest,
                                                const Session& session) {
  PORTREEVE_TRY(const Path path, path_of(rest));
  PORTREEVE_TRY(std::unique_ptr<oci::LayoutFiles> files,
                oci::open_layout_archive(path.file, &session.memory()));
  PORTREEVE_TRY(std::shared_ptr<const oci::ImageLayout> layout,
                oci::ImageLayout::open(std::move(files), oci::LayoutNames::bare));
  Source place;
  place.archive = path.file;
  return jobs_of(std::move(layout), text, path, std::move(place), session);
}

}  // namespace portreeve::audit
