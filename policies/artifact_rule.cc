#include "policies/artifact_rule.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "kube/images.h"

namespace portreeve::policies {
namespace {

NamedArtifact named(std::string text, Result<Reference> reference, const Value& anchor) {
  NamedArtifact out;
  out.text = std::move(text);
  out.anchor = anchor;
  if (reference.ok()) {
    out.reference = std::move(reference).value();
  } else {
    out.fault = Error{Errc::malformed, reference.error().message};
  }
  return out;
}

NamedArtifact faulty(Error fault, const Value& anchor) {
  NamedArtifact out;
  out.fault = std::move(fault);
  out.anchor = anchor;
  return out;
}

NamedArtifact image_at(const Value& field) {
  if (!field.is_string()) {
    return faulty(Error{Errc::malformed, "expected the text of an image reference, found " +
                                             std::string(to_string(field.type()))},
                  field);
  }
  const std::string text(field.text());
  return named(text, artifact_reference(text, ShortNames::docker), field);
}

// The field to point at: the first one that the expression reads and that is there.
Value field_of(const Expression& expression, const Scope& scope) {
  std::vector<const Path*> paths;
  expression.collect_paths(paths);
  for (const Path* path : paths) {
    if (path->many() || path->root() != Path::Root::object) continue;
    if (const Value value = path->one(scope); value.present()) return value;
  }
  return scope.subject->object;
}

void follow(const ArtifactRow& row, const Scope& scope, std::vector<NamedArtifact>& out) {
  if (row.images) {
    std::vector<Value> fields;
    row.images->select_present(scope, {}, fields);
    for (const Value& field : fields) out.push_back(image_at(field));
    return;
  }
  const Computed computed = row.reference->evaluate(scope);
  const Value field = field_of(*row.reference, scope);
  if (!computed.textual()) {
    const std::string why = computed.reason.empty() ? "its parts are no texts" : computed.reason;
    out.push_back(faulty(Error{Errc::malformed, "names no artifact: " + why}, field));
    return;
  }
  const std::string text(computed.as_text());
  out.push_back(named(text, artifact_reference(text, ShortNames::refuse), field));
}

Result<ArtifactRow> read_row(const Source& source, const Value& value, const DataSet& data) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "rows"));
  ArtifactRow out;
  if (const Value when = fields.take("when"); when.present()) {
    PORTREEVE_TRY(Condition condition, Condition::compile(source, when, data));
    out.when = std::move(condition);
  }
  const Value reference = fields.take("reference");
  const Value images = fields.take("images");
  if (reference.present() == images.present()) {
    return fields.error(value, "expected exactly one of reference and images");
  }
  if (reference.present()) {
    PORTREEVE_TRY(Expression expression, Expression::compile(source, reference, data));
    out.reference = std::move(expression);
  } else {
    Result<Path> path = images.is_string()
                            ? Path::compile(images.text())
                            : Result<Path>(Error{Errc::misconfigured, "images: expected a path"});
    if (!path.ok()) return fields.error(images, path.error().message);
    out.images = std::move(path).value();
  }
  PORTREEVE_CHECK(fields.finish());
  return out;
}

}  // namespace

Result<Reference> artifact_reference(std::string_view text, ShortNames short_names) {
  std::string written(text);
  const std::size_t at = written.find('@');
  std::replace(written.begin(), written.begin() + static_cast<std::ptrdiff_t>(std::min(at, written.size())),
               '+', '_');
  Result<Reference> reference = Reference::parse(written, short_names);
  if (!reference.ok()) return reference;
  if (reference.value().tag().empty() && !reference.value().digest()) {
    return Error{Errc::malformed, utf8::printable(text, limits::kQuotedBytes) +
                                      " has neither a tag nor a digest: nobody can say what it means"};
  }
  return reference;
}

void ArtifactRule::name_artifacts(const Scope& scope, std::vector<NamedArtifact>& out) const {
  for (const ArtifactRow& row : rows) {
    if (row.when) {
      const Truth truth = row.when->truth(scope);
      if (truth.no()) continue;
      if (!truth.yes()) {
        out.push_back(faulty(Error{Errc::unavailable, "ArtifactRule " + name + ": " + truth.reason},
                             scope.subject->object));
        return;
      }
    }
    follow(row, scope, out);
    return;
  }
}

Result<ArtifactRule> read_artifact_rule(const Source& source, const Value& root,
                                        const DataSet& data) {
  PORTREEVE_TRY(Fields document, Fields::open(source, root, "ArtifactRule"));
  document.take("apiVersion");
  document.take("kind");
  PORTREEVE_TRY(const Value metadata, document.need("metadata", ValueType::object));
  PORTREEVE_TRY(const Value spec_value, document.need("spec", ValueType::object));
  PORTREEVE_CHECK(document.finish());
  ArtifactRule out;
  out.source = source;
  out.root = root;
  PORTREEVE_TRY(Fields meta, Fields::open(source, metadata, "metadata"));
  PORTREEVE_TRY(out.name, meta.need_text("name"));
  meta.take("labels");
  meta.take("annotations");
  PORTREEVE_CHECK(meta.finish());
  PORTREEVE_TRY(Fields spec, Fields::open(source, spec_value, "spec"));
  PORTREEVE_TRY(const Value match, spec.need("match", ValueType::object));
  PORTREEVE_TRY(out.match, read_match(source, match));
  if (out.match.objects.empty() || !out.match.artifacts.empty()) {
    return spec.error(match, "match: an ArtifactRule matches objects");
  }
  PORTREEVE_TRY(const Value rows, spec.need("rows", ValueType::array));
  if (rows.size() == 0) return spec.error(rows, "rows: there is none");
  for (const Value entry : rows) {
    PORTREEVE_TRY(ArtifactRow row, read_row(source, entry, data));
    out.rows.push_back(std::move(row));
  }
  PORTREEVE_CHECK(spec.finish());
  return out;
}

std::vector<NamedArtifact> named_artifacts(const std::vector<ArtifactRule>& rules,
                                           const Scope& scope) {
  const Subject& subject = *scope.subject;
  std::vector<NamedArtifact> all;
  for (const ArtifactRule& rule : rules) {
    if (rule.match.covers(subject)) rule.name_artifacts(scope, all);
  }
  for (const Value& field : kube::images(subject.group, subject.kind, subject.object)) {
    all.push_back(image_at(field));
  }
  std::vector<NamedArtifact> out;
  std::set<std::string> seen;
  for (NamedArtifact& one : all) {
    if (one.reference && !seen.insert(one.reference->text()).second) continue;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace portreeve::policies
