#include "policies/blueprint_set.h"

#include <algorithm>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "core/yaml.h"
#include "crypto/hash.h"
#include "policies/reader.h"

namespace portreeve::policies {
namespace {

// References may leave it out, or double it by mistake; objects carry it once.
std::string_view without_prefix(std::string_view name) noexcept {
  constexpr std::string_view kPrefix = "bp-";
  return name.substr(0, kPrefix.size()) == kPrefix ? name.substr(kPrefix.size()) : name;
}

std::string shown(std::string_view text) { return "\"" + utf8::printable(text, 80) + "\""; }

std::string places_of(const std::vector<const BlueprintFact*>& all) {
  std::string out;
  for (const BlueprintFact* one : all) out += (out.empty() ? "" : " and ") + one->where;
  return utf8::printable(out, limits::kQuotedBytes);
}

std::string versions_of(const std::vector<BlueprintFact>& all) {
  std::string out;
  for (const BlueprintFact& one : all) {
    if (out.size() < limits::kQuotedBytes) {
      out += (out.empty() ? "" : ", ") + std::string(one.release());
    }
  }
  return utf8::printable(out, limits::kQuotedBytes);
}

}  // namespace

std::shared_ptr<const BlueprintSet> BlueprintSet::read(const std::vector<SourceFile>& files) {
  const std::shared_ptr<BlueprintSet> out(new BlueprintSet);
  crypto::Sha256Stream hash;
  for (const SourceFile& file : files) {
    hash.update(file.name + ":" + std::to_string(file.text.size()) + "\n" + file.text);
    out->nothing_given_ = false;
    out->add_file(file);
  }
  out->id_ = base32_prefix(Digest(hash.finish()), 16);
  return out;
}

void BlueprintSet::add_file(const SourceFile& file) {
  Result<yaml::Stream> stream =
      yaml::parse_file_text(file.name, file.text, json::review_limits(), nullptr);
  if (!stream.ok()) {
    faults_.push_back(file.name + ": " + stream.error().message);
    return;
  }
  for (const DocumentPtr& document : stream.value().documents) add_document(file.name, document);
}

std::shared_ptr<const BlueprintSet> BlueprintSet::of(
    const std::vector<std::pair<std::string, std::vector<DocumentPtr>>>& files) {
  const std::shared_ptr<BlueprintSet> out(new BlueprintSet);
  for (const auto& [name, documents] : files) {
    out->nothing_given_ = false;
    for (const DocumentPtr& document : documents) out->add_document(name, document);
  }
  return out;
}

void BlueprintSet::add_document(const std::string& file, const DocumentPtr& document) {
  const Value root = document->root();
  if (!root.is_object()) {
    faults_.push_back(Source{file}.error(root, "expected an object").message);
  } else if (root["items"].is_array()) {
    for (const Value item : root["items"]) add(file, document, item);
  } else {
    add(file, document, root);
  }
}

void BlueprintSet::add(const std::string& file, const DocumentPtr& document, const Value& object) {
  const Source source{file};
  const std::string_view kind = object["kind"].text();
  if (object["kind"].is_string() && kind != "Blueprint") return;
  const Value name = object["metadata"]["name"];
  const Value release = object["spec"]["version"];
  const std::string_view api = object["apiVersion"].text();
  const std::size_t slash = api.find('/');
  if (kind != "Blueprint" || slash == std::string_view::npos || slash == 0 || !name.is_string() ||
      without_prefix(name.text()).empty() || !release.is_string() || release.text().empty()) {
    faults_.push_back(source
                          .error(object,
                                 "expected a Blueprint with apiVersion, metadata.name and "
                                 "spec.version as texts")
                          .message);
    return;
  }
  BlueprintFact fact;
  fact.document = document;
  fact.object = object;
  fact.group = std::string(api.substr(0, slash));
  fact.version = std::string(api.substr(slash + 1));
  fact.kind = std::string(kind);
  fact.where = source.at(object);
  by_name_[std::string(without_prefix(name.text()))].push_back(std::move(fact));
  ++count_;
}

Result<BlueprintFact> BlueprintSet::find(std::string_view name, std::string_view version) const {
  const auto at = by_name_.find(without_prefix(name));
  std::vector<const BlueprintFact*> fitting;
  if (at != by_name_.end()) {
    for (const BlueprintFact& one : at->second) {
      if (!version.empty() && one.release() != version) continue;
      // The same object in two files, as an export beside a source, says nothing twice.
      const bool known =
          std::any_of(fitting.begin(), fitting.end(),
                      [&](const BlueprintFact* other) { return equal(one.object, other->object); });
      if (!known) fitting.push_back(&one);
    }
  }
  if (fitting.size() == 1) return *fitting.front();
  const std::string what = shown(name) + (version.empty() ? "" : " in version " + shown(version));
  if (fitting.size() > 1) {
    return Error{Errc::misconfigured,
                 "Blueprint " + what + " is given more than once: " + places_of(fitting)};
  }
  if (!faults_.empty()) {
    return Error{Errc::misconfigured, "Blueprint " + what +
                                          " is not among those that can be read, and " +
                                          utf8::printable(faults_.front(), limits::kQuotedBytes)};
  }
  if (at != by_name_.end()) {
    return Error{Errc::untrusted, "Blueprint " + shown(name) + " is given in version " +
                                      versions_of(at->second) + ", not " + shown(version)};
  }
  return Error{Errc::not_found, "no Blueprint " + shown(name) + " is given"};
}

}  // namespace portreeve::policies
