#include "policies/policy_match.h"

#include <algorithm>

#include "policies/artifact_subject.h"
#include "policies/condition.h"

namespace portreeve::policies {
namespace {

bool has(const std::vector<std::string>& list, std::string_view text) noexcept {
  return std::any_of(list.begin(), list.end(), [&](const std::string& s) { return s == text; });
}

bool any_glob(const std::vector<Glob>& globs, std::string_view text) {
  return std::any_of(globs.begin(), globs.end(), [&](const Glob& g) { return g.matches(text); });
}

}  // namespace

bool ObjectMatch::is_about(const Subject& subject) const noexcept {
  return group == subject.group && has(kinds, subject.kind);
}

bool ObjectMatch::lists_version(std::string_view version) const noexcept {
  return has(versions, version);
}

bool Match::names(const Subject& subject) const noexcept {
  return std::any_of(objects.begin(), objects.end(), [&](const ObjectMatch& match) {
    return match.is_about(subject) &&
           (match.versions.empty() || match.lists_version(subject.version));
  });
}

bool Match::covers(const Subject& subject) const {
  if (is_artifact(subject)) return !artifacts.empty();
  if (subject.nature != Nature::object) return any_glob(paths, subject.file);
  if (!names(subject)) return false;
  if (artifacts.empty() && !paths.empty() && !subject.file.empty() &&
      !any_glob(paths, subject.file)) {
    return false;
  }
  if (!operations.empty() &&
      std::find(operations.begin(), operations.end(), subject.operation) == operations.end()) {
    return false;
  }
  if (!namespaces.empty() && !any_glob(namespaces, subject.name_space)) return false;
  if (any_glob(exclude_namespaces, subject.name_space)) return false;
  // Either object carrying the label is enough: an update must not get out of a policy by dropping
  // the label in the same request.
  const auto carries = [&](const Value& object) {
    const Value labels_of = object["metadata"]["labels"];
    return std::all_of(labels.begin(), labels.end(), [&](const auto& label) {
      const Value value = labels_of[label.first];
      return value.is_string() && value.text() == label.second;
    });
  };
  return labels.empty() || carries(subject.object) || carries(subject.old);
}

bool Match::covers_artifact(std::string_view name) const { return any_glob(artifacts, name); }

// Reading -----------------------------------------------------------------------------------------

namespace {

Result<std::vector<Glob>> read_globs(Fields& fields, std::string_view key) {
  PORTREEVE_TRY(const std::vector<std::string> texts, fields.maybe_texts(key));
  std::vector<Glob> out;
  for (const std::string& text : texts) {
    Result<Glob> glob = Glob::compile(text);
    if (!glob.ok()) return fields.error(fields.object()[key], glob.error().message);
    out.push_back(std::move(glob).value());
  }
  return out;
}

Result<ObjectMatch> read_object_match(const Source& source, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "match.objects"));
  ObjectMatch out;
  PORTREEVE_TRY(const Value group, fields.need("group", ValueType::string));
  out.group = std::string(group.text());
  PORTREEVE_TRY(out.kinds, fields.maybe_texts("kinds"));
  PORTREEVE_TRY(out.versions, fields.maybe_texts("versions"));
  PORTREEVE_CHECK(fields.finish());
  if (out.kinds.empty()) return fields.error(value, "kinds: names no kind");
  return out;
}

}  // namespace

Result<Match> read_match(const Source& source, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "match"));
  Match out;
  PORTREEVE_TRY(out.paths, read_globs(fields, "paths"));
  if (value["paths"].present() && out.paths.empty()) {
    return fields.error(value["paths"], "paths: names nothing");
  }
  PORTREEVE_TRY(out.artifacts, read_globs(fields, "artifacts"));
  if (value["artifacts"].present() && out.artifacts.empty()) {
    return fields.error(value["artifacts"], "artifacts: names nothing");
  }
  const bool optional =
      !(out.artifacts.empty() && out.paths.empty()) && !value["objects"].present();
  PORTREEVE_TRY(const Value objects, optional ? fields.maybe("objects", ValueType::array)
                                              : fields.need("objects", ValueType::array));
  if (!optional && objects.size() == 0) return fields.error(objects, "objects: names nothing");
  for (const Value entry : objects) {
    PORTREEVE_TRY(ObjectMatch object, read_object_match(source, entry));
    out.objects.push_back(std::move(object));
  }
  PORTREEVE_TRY(out.namespaces, read_globs(fields, "namespaces"));
  if (value["namespaces"].present() && out.namespaces.empty()) {
    return fields.error(value["namespaces"], "namespaces: names nothing");
  }
  PORTREEVE_TRY(out.exclude_namespaces, read_globs(fields, "excludeNamespaces"));
  if (const Value operations = fields.take("operations"); operations.present()) {
    PORTREEVE_TRY(out.operations, read_operations(source, operations));
  }
  PORTREEVE_TRY(const Value labels, fields.maybe("labels", ValueType::object));
  for (const Value label : labels) {
    if (!label.is_string()) return fields.error(label, "labels: expected texts");
    out.labels.emplace_back(label.key().text(), label.text());
  }
  PORTREEVE_CHECK(fields.finish());
  return out;
}

}  // namespace portreeve::policies
