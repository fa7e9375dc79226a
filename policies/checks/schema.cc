// Check `schema`: what an Application gives its Blueprint is what the Blueprint's own JSON Schema
// asks for. The API server keeps it as it is; a controller would find out later, in the cluster.

#include <memory>
#include <utility>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "policies/blueprint_set.h"
#include "policies/check.h"
#include "policies/schema_validator.h"
#include "policies/trust_set.h"

namespace portreeve::policies {
namespace {

// What is not given is judged as given empty: required parameters are missing then.
DocumentPtr empty_object() {
  static const DocumentPtr kEmpty = [] {
    const ReadLimits limits{16, 4, 4};
    Result<DocumentPtr> document = json::parse("{}", limits, nullptr);
    return document.ok() ? std::move(document).value() : nullptr;
  }();
  return kEmpty;
}

struct SchemaCheck {
  Path values;
  Path reference;  ///< The map {name, version} that names the Blueprint.
  Path schema;     ///< In the Blueprint.
  std::shared_ptr<const TrustSet> trust;

  std::optional<Key> key(const Scope& scope) const {
    const Value named = reference.one(scope);
    const Value name = named["name"];
    const Value version = named["version"];
    // Without names there is nothing to look for; other rules say so.
    if (trust == nullptr || !name.is_string() || !version.is_string()) return std::nullopt;
    return blueprint_key(name.text(), version.text(), trust->blueprints().id());
  }

  // Where no Blueprints are given, that is known without asking; in a repository the tree has them.
  bool nothing_to_ask(const Scope& scope) const {
    return trust != nullptr && trust->blueprints().empty() && scope.evidence == nullptr &&
           scope.subject->door != Door::guard;
  }

  std::vector<Key> needs(const Scope& scope) const {
    std::optional<Key> wanted = nothing_to_ask(scope) ? std::nullopt : key(scope);
    return wanted ? std::vector<Key>{std::move(*wanted)} : std::vector<Key>();
  }

  void judge(const Scope& scope, Judgements& out) const {
    const std::optional<Key> key = this->key(scope);
    if (!key) return;
    if (nothing_to_ask(scope)) return missing(scope, Error{Errc::not_found, ""}, out);
    const auto at =
        scope.evidence == nullptr ? EvidenceMap::const_iterator() : scope.evidence->find(*key);
    if (scope.evidence == nullptr || at == scope.evidence->end()) {
      return missing(scope, Error{Errc::limit, "the evidence was not gathered"}, out);
    }
    if (const auto* const absent = std::get_if<Absent>(&at->second)) {
      return missing(scope, absent->reason, out);
    }
    const auto* const blueprint = value_of<BlueprintFact>(at->second);
    if (blueprint == nullptr) {
      return missing(scope, Error{Errc::internal, "evidence of another type"}, out);
    }
    judge_by(*blueprint, scope, out);
  }

 private:
  void missing(const Scope& scope, const Error& why, Judgements& out) const {
    Judgement judgement;
    judgement.anchor = reference.one(scope);
    const bool none_given = why.code == Errc::not_found && trust->blueprints().empty();
    judgement.kind = none_given ? Judgement::Kind::note : Judgement::Kind::undecided;
    judgement.detail = none_given ? "not judged: Config gives no Blueprints (blueprintFolders)"
                                  : "no schema to judge by: " +
                                        utf8::printable(why.message, 2 * limits::kQuotedBytes);
    out.push_back(std::move(judgement));
  }

  void judge_by(const BlueprintFact& blueprint, const Scope& scope, Judgements& out) const {
    Subject subject;
    subject.document = blueprint.document;
    subject.object = blueprint.object;
    Scope inner;
    inner.subject = &subject;
    const Value rules = schema.one(inner);
    if (!rules.present() || rules.is_null()) return;  // It asks for nothing.
    std::vector<Selected> selected;
    values.select(scope, {}, selected);
    const std::string by =
        utf8::printable("Blueprint " + std::string(blueprint.name()) + " " +
                            std::string(blueprint.release()) + " (" + blueprint.where + ")",
                        limits::kQuotedBytes);
    for (const Selected& one : selected) judge_one(one, rules, by, out);
  }

  static void judge_one(const Selected& selected, const Value& rules, const std::string& by,
                        Judgements& out) {
    const bool given = selected.value.present() && !selected.value.is_null();
    const DocumentPtr empty = empty_object();
    if (!given && empty == nullptr) return;
    const SchemaVerdict verdict = judge_by_schema(rules, given ? selected.value : empty->root());
    const auto say = [&](const SchemaFault& fault, Judgement::Kind kind) {
      Judgement judgement;
      judgement.kind = kind;
      judgement.anchor = given ? fault.anchor : selected.anchor;
      judgement.tail = given ? fault.tail : selected.tail + fault.tail;
      judgement.expected = fault.expected;
      judgement.found = fault.found;
      judgement.detail = kind == Judgement::Kind::undecided ? fault.reason : std::string();
      judgement.note = by + ", schema at " + schema_place(rules, fault.keyword);
      out.push_back(std::move(judgement));
    };
    for (const SchemaFault& fault : verdict.faults) say(fault, Judgement::Kind::violation);
    for (const SchemaFault& fault : verdict.undecided) say(fault, Judgement::Kind::undecided);
  }
};

}  // namespace

Result<CompiledCheck> compile_schema(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(Path values, need_path(with, "path"));
  PORTREEVE_TRY(Path reference, need_path(with, "blueprint"));
  PORTREEVE_TRY(Path schema, need_path(with, "schema"));
  PORTREEVE_CHECK(with.finish());
  for (const auto& [path, name] :
       {std::pair(&reference, "blueprint"), std::pair(&schema, "schema")}) {
    if (path->many())
      return with.error(with.object()[name], "a path to one value is expected here");
  }
  const auto check = std::make_shared<const SchemaCheck>(
      SchemaCheck{std::move(values), std::move(reference), std::move(schema), data.trust()});
  CompiledCheck out;
  out.judge = [check](const Scope& scope, Judgements& said) { check->judge(scope, said); };
  out.needs = [check](const Scope& scope) { return check->needs(scope); };
  return out;
}

}  // namespace portreeve::policies
