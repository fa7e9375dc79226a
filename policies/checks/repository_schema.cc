// check `repository-schema`: a value is what the JSON Schema of another object of the repository
// says: the parameters of an Application, and its Blueprint's configSchema.

#include <memory>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "policies/checks/repository_entries.h"
#include "policies/schema_validator.h"

namespace portreeve::policies {
namespace {

struct RepositorySchemaCheck {
  std::optional<Path> value;  ///< Absent in the object: judged as {}.
  std::optional<Path> is;
  std::optional<Path> version;
  std::optional<Path> subject;
  Path in;
  EntryPath name;
  EntryPath schema;
  EntryPath entry_version;
  std::string prefix;
  DocumentPtr nothing;  ///< {}

  void judge(const Scope& scope, Judgements& out) const {
    const Value wanted = is->one(scope);
    for (const Value entry : in.one(scope)) {
      const Value own = name.of(entry);
      const bool named =
          wanted.is_string() && own.is_string() &&
          without_prefix(own.text(), prefix) == without_prefix(wanted.text(), prefix);
      // Another version has another schema, which is not here.
      if (named && equal(entry_version.of(entry), version->one(scope))) {
        judge(scope, entry, wanted, out);
      }
    }
  }

  void judge(const Scope& scope, const Value& entry, const Value& wanted, Judgements& out) const {
    const Value rules = schema.of(entry);
    if (!rules.present()) return;
    const Value given = value->one(scope);
    const bool absent = !given.present();
    const SchemaVerdict verdict = judge_by_schema(rules, absent ? nothing->root() : given);
    const auto say = [&](const SchemaFault& fault, Judgement::Kind kind) {
      Judgement judgement;
      judgement.kind = kind;
      judgement.anchor = absent ? wanted : fault.anchor;
      judgement.tail = absent ? std::string() : fault.tail;
      judgement.expected = fault.expected;
      judgement.found = fault.found;
      judgement.detail = kind == Judgement::Kind::undecided ? fault.reason + ", " : std::string();
      judgement.detail += "configured by " +
                          utf8::printable(entry["file"].text(), limits::kQuotedBytes) + ", " +
                          schema_place(rules, fault.keyword);
      if (subject.has_value()) judgement.subject = std::string(subject->one(scope).text());
      out.push_back(std::move(judgement));
    };
    for (const SchemaFault& fault : verdict.faults) say(fault, Judgement::Kind::violation);
    for (const SchemaFault& fault : verdict.undecided) say(fault, Judgement::Kind::undecided);
  }
};

}  // namespace

Result<CompiledCheck> compile_repository_schema(Fields& with, const DataSet&) {
  auto check = std::make_shared<RepositorySchemaCheck>();
  PORTREEVE_TRY(check->in, need_path(with, "in"));
  PORTREEVE_TRY(check->name, EntryPath::read(with, "name", true));
  PORTREEVE_TRY(check->schema, EntryPath::read(with, "schema", true));
  PORTREEVE_TRY(check->entry_version, EntryPath::read(with, "entry-version", true));
  PORTREEVE_TRY(check->value, maybe_one_path(with, "value"));
  PORTREEVE_TRY(check->is, maybe_one_path(with, "is"));
  PORTREEVE_TRY(check->version, maybe_one_path(with, "version"));
  PORTREEVE_TRY(check->subject, maybe_one_path(with, "subject"));
  PORTREEVE_TRY(check->prefix, with.maybe_text("prefix"));
  PORTREEVE_CHECK(with.finish());
  if (check->in.many() || !check->value.has_value() || !check->is.has_value() ||
      !check->version.has_value()) {
    return with.error(with.object(), "expected in, is, value and version, without wildcards");
  }
  PORTREEVE_TRY(check->nothing, json::parse("{}", json::review_limits(), nullptr));
  const std::shared_ptr<const RepositorySchemaCheck> shared = std::move(check);
  return CompiledCheck{[shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); },
                       {}};
}

}  // namespace portreeve::policies
