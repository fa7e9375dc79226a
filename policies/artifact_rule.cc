#include "policies/artifact_rule.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "kube/images.h"
#include "policies/blueprint_set.h"
#include "policies/artifact_subject.h"

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

NamedArtifact computed_reference(const Expression& expression, const Scope& scope) {
  const Computed computed = expression.evaluate(scope);
  const Value field = field_of(expression, scope);
  if (!computed.textual()) {
    const std::string why = computed.reason.empty() ? "its parts are no texts" : computed.reason;
    return faulty(Error{Errc::malformed, "names no artifact: " + why}, field);
  }
  const std::string text(computed.as_text());
  return named(text, artifact_reference(text, ShortNames::refuse), field);
}

/// Follows rows for one subject.
class Naming {
 public:
  using Rules = std::vector<ArtifactRule>;
  /// `pointed`: the subject is itself a Blueprint that was pointed to.
  Naming(const Rules& rules, bool pointed) : rules_(rules), pointed_(pointed) {}

  std::vector<NamedArtifact> run(const Scope& scope) {
    for (const ArtifactRule& rule : rules_) {
      if (rule.match.covers(*scope.subject)) run(rule, scope);
    }
    return std::move(out_);
  }

 private:
  void run(const ArtifactRule& rule, const Scope& scope) {
    for (const ArtifactRow& row : rule.rows) {
      if (row.when) {
        const Truth truth = row.when->truth(scope);
        if (truth.no()) continue;
        if (!truth.yes()) {
          out_.push_back(faulty(
              Error{Errc::unavailable, "ArtifactRule " + rule.name + ": " + truth.reason},
              scope.subject->object));
          return;
        }
      }
      const std::size_t before = out_.size();
      follow(rule, row, scope);
      const bool chart = !rule.charts || !rule.charts->truth(scope).no();
      if (out_.size() == before) names_nothing(rule, "images: nothing is there", scope);
      for (std::size_t i = before; i < out_.size(); ++i) out_[i].chart = out_[i].chart && chart;
      return;
    }
    names_nothing(rule, "no row fits", scope);
  }

  /// Who is asked about artifacts and names none was not examined.
  void names_nothing(const ArtifactRule& rule, const std::string& why, const Scope& scope) {
    out_.push_back(faulty(Error{Errc::malformed, "ArtifactRule " + rule.name + ": " + why},
                          scope.subject->object));
  }

  void follow(const ArtifactRule& rule, const ArtifactRow& row, const Scope& scope) {
    if (row.images) {
      std::vector<Value> fields;
      row.images->select_present(scope, {}, fields);
      for (const Value& field : fields) out_.push_back(image_at(field));
    } else if (row.blueprint) {
      point(rule, row, scope);
    } else {
      out_.push_back(computed_reference(*row.reference, scope));
    }
  }

  void point(const ArtifactRule& rule, const ArtifactRow& row, const Scope& scope) {
    const Value field = field_of(row.blueprint->name, scope);
    if (pointed_) {  // Or two of them could point at each other for ever.
      out_.push_back(faulty(Error{Errc::malformed, "a Blueprint points to a Blueprint"}, field));
      return;
    }
    const Computed name = row.blueprint->name.evaluate(scope);
    const Computed version = row.blueprint->version.evaluate(scope);
    if (!name.textual() || !version.textual() || name.as_text().empty() ||
        version.as_text().empty()) {
      out_.push_back(faulty(Error{Errc::malformed, "names no Blueprint: name and version are "
                                                   "expected as texts"},
                            field));
      return;
    }
    if (rule.blueprints == nullptr || rule.blueprints->empty()) return fall_back(row, scope, field);
    const Key key = blueprint_key(name.as_text(), version.as_text(), rule.blueprints->id());
    const auto at = scope.evidence == nullptr ? EvidenceMap::const_iterator()
                                              : scope.evidence->find(key);
    if (scope.evidence == nullptr || at == scope.evidence->end()) {
      NamedArtifact waiting = faulty(Error{Errc::limit, "the evidence was not gathered"}, field);
      waiting.pending = key;
      out_.push_back(std::move(waiting));
    } else {
      take(row, at->second, scope, field);
    }
  }

  void take(const ArtifactRow& row, const Evidence& evidence, const Scope& scope,
            const Value& field) {
    if (const auto* const absent = std::get_if<Absent>(&evidence)) {
      const Error& why = absent->reason;
      if (why.code == Errc::not_found) return fall_back(row, scope, field);
      // Another version is what the object got wrong; nothing else is its fault.
      const bool wrong = why.code == Errc::untrusted;
      const Errc code = wrong ? Errc::malformed
                              : why.code == Errc::malformed ? Errc::unavailable : why.code;
      out_.push_back(faulty(Error{code, why.message}, field));
      return;
    }
    const auto* const blueprint = value_of<BlueprintFact>(evidence);
    if (blueprint == nullptr) {
      out_.push_back(faulty(Error{Errc::internal, "evidence of another type"}, field));
      return;
    }
    name_by(*blueprint, scope, field);
  }

  void name_by(const BlueprintFact& blueprint, const Scope& scope, const Value& field) {
    Subject subject;
    subject.group = blueprint.group;
    subject.version = blueprint.version;
    subject.kind = blueprint.kind;
    subject.name = std::string(blueprint.name());
    subject.document = blueprint.document;
    subject.object = blueprint.object;
    Scope inner;
    inner.subject = &subject;
    inner.evidence = scope.evidence;
    inner.now = scope.now;
    const std::string via = utf8::printable("Blueprint " + subject.name + " " +
                                                std::string(blueprint.release()) + " (" +
                                                blueprint.where + ")",
                                            limits::kQuotedBytes);
    std::vector<NamedArtifact> all = Naming(rules_, true).run(inner);
    if (all.empty()) {
      all.push_back(faulty(Error{Errc::malformed, "no row of any ArtifactRule fits"}, field));
    }
    for (NamedArtifact& one : all) {
      if (one.fault) one.fault->message = via + ": " + one.fault->message;
      one.via = via;
      one.anchor = field;  // Fields of the Blueprint are nothing to point at in this object.
      one.tail.clear();
      out_.push_back(std::move(one));
    }
  }

  void fall_back(const ArtifactRow& row, const Scope& scope, const Value& field) {
    if (row.reference) {
      out_.push_back(computed_reference(*row.reference, scope));
    } else {
      out_.push_back(faulty(Error{Errc::malformed, "no such Blueprint is given"}, field));
    }
  }

  const Rules& rules_;
  const bool pointed_;
  std::vector<NamedArtifact> out_;
};

Result<BlueprintPointer> read_pointer(const Source& source, const Value& value, const DataSet& data) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "blueprint"));
  const Value name = fields.take("name");
  const Value version = fields.take("version");
  PORTREEVE_CHECK(fields.finish());
  if (!name.present() || !version.present()) {
    return fields.error(value, "blueprint: expected name and version");
  }
  PORTREEVE_TRY(Expression name_of, Expression::compile(source, name, data));
  PORTREEVE_TRY(Expression version_of, Expression::compile(source, version, data));
  return BlueprintPointer{std::move(name_of), std::move(version_of)};
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
  const Value blueprint = fields.take("blueprint");
  if ((reference.present() || blueprint.present()) == images.present()) {
    return fields.error(value, "expected exactly one of reference and images");
  }
  if (blueprint.present()) {
    PORTREEVE_TRY(out.blueprint, read_pointer(source, blueprint, data));
  }
  if (reference.present()) {
    PORTREEVE_TRY(Expression expression, Expression::compile(source, reference, data));
    out.reference = std::move(expression);
  }
  if (images.present()) {
    Result<Path> path = images.is_string()
                            ? Path::compile(images.text(), source.paths.get())
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

std::vector<NamedArtifact> named_by_rules(const std::vector<ArtifactRule>& rules, const Scope& scope) {
  return Naming(rules, false).run(scope);
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
  if (const Value charts = spec.take("charts"); charts.present()) {
    PORTREEVE_TRY(Condition condition, Condition::compile(source, charts, data));
    out.charts = std::move(condition);
  }
  PORTREEVE_CHECK(spec.finish());
  return out;
}

std::vector<NamedArtifact> named_artifacts(const std::vector<ArtifactRule>& rules,
                                           const Scope& scope) {
  const Subject& subject = *scope.subject;
  if (is_artifact(subject)) {
    const Value field = subject.object["reference"];
    return {named(std::string(field.text()), artifact_reference(field.text(), ShortNames::refuse),
                  field)};
  }
  std::vector<NamedArtifact> all = named_by_rules(rules, scope);
  for (const Value& field :
       kube::images(subject.group, subject.kind, subject.object, subject.subresource)) {
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
