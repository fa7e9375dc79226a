// check `terms`: strict on what identifies an object, advice on prose, because words are banned by
// meaning and only an identity has no context.

#include <memory>
#include <optional>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/check.h"

namespace portreeve::policies {
namespace {

struct TermsCheck {
  std::optional<TermList> terms;
  std::optional<TermList> without_additions;  ///< Set when the operator added phrases.
  std::optional<HostList> hosts;
  std::vector<Path> identity;
  std::vector<Path> host_fields;
  std::vector<Path> prose;
  std::vector<Path> exclude;
  std::string additions;  ///< Where they stand.

  void judge(const Scope& scope, Judgements& out) const;
  void judge_terms(const Value& value, Judgement::Kind kind, Judgements& out) const;
  void judge_hosts(const Value& value, bool is_host, Judgements& out) const;
};

Judgement hit(const Value& value, Judgement::Kind kind, const TermMatch& match) {
  Judgement out;
  out.kind = kind;
  out.anchor = value;
  out.found = utf8::printable(value.text().substr(match.begin, match.end - match.begin),
                              limits::kQuotedBytes);
  if (match.disguised) out.detail = "written with look-alike or invisible characters";
  return out;
}

void TermsCheck::judge_terms(const Value& value, Judgement::Kind kind, Judgements& out) const {
  if (!terms.has_value() || !value.is_string()) return;
  const std::vector<TermMatch> matches = terms->find(value.text());
  for (const TermMatch& match : matches) {
    Judgement judgement = hit(value, kind, match);
    judgement.expected = terms->terms()[match.term].use;
    judgement.fix = "write " + judgement.expected + " instead of \"" + judgement.found + "\"";
    out.push_back(std::move(judgement));
  }
  if (!without_additions.has_value() || kind != Judgement::Kind::violation) return;
  if (matches.empty() && !without_additions->find(value.text(), 1).empty()) {
    Judgement judgement;
    judgement.kind = Judgement::Kind::note;
    judgement.anchor = value;
    judgement.detail = "allowed by the addition in " + additions;
    out.push_back(std::move(judgement));
  }
}

void TermsCheck::judge_hosts(const Value& value, bool is_host, Judgements& out) const {
  if (!hosts.has_value() || !value.is_string()) return;
  const std::vector<TermMatch> matches =
      is_host ? hosts->find_in_host_field(value.text()) : hosts->find_in_text(value.text());
  for (const TermMatch& match : matches) {
    Judgement judgement =
        hit(value, is_host ? Judgement::Kind::violation : Judgement::Kind::advice, match);
    judgement.expected = hosts->hosts()[match.term].use;
    judgement.fix = "use " + judgement.expected + " instead of \"" + judgement.found + "\"";
    out.push_back(std::move(judgement));
  }
}

void TermsCheck::judge(const Scope& scope, Judgements& out) const {
  std::vector<Value> excluded;
  if (!exclude.empty()) excluded = select_present(exclude, scope, {});
  sort_by_place(excluded);
  std::vector<Value> strict = select_present(identity, scope, excluded);
  for (const Value& value : strict) judge_terms(value, Judgement::Kind::violation, out);
  for (const Value& value : select_present(host_fields, scope, excluded)) {
    judge_hosts(value, true, out);
    strict.push_back(value);
  }
  sort_by_place(strict);
  for (const Value& value : select_present(prose, scope, excluded)) {
    if (holds_node(strict, value)) continue;  // Judged already, and harder.
    judge_terms(value, Judgement::Kind::advice, out);
    judge_hosts(value, false, out);
  }
}

Result<TermList> with_phrases(std::vector<Term> terms, const std::vector<std::string>& phrases) {
  for (Term& term : terms) {
    term.allowed.insert(term.allowed.end(), phrases.begin(), phrases.end());
  }
  return TermList::build(std::move(terms));
}

Outcome read_term_data(Fields& with, const DataSet& data, TermsCheck& check) {
  PORTREEVE_TRY(const std::string terms_name, with.maybe_text("terms"));
  PORTREEVE_TRY(const std::string hosts_name, with.maybe_text("hosts"));
  PORTREEVE_TRY(const std::string allow_name, with.maybe_text("allow"));
  const auto no_such = [&](std::string_view key, const std::string& name) {
    return with.error(with.object()[key], "there is no Data \"" + name + "\" of that kind");
  };
  const ListData* allow = allow_name.empty() ? nullptr : data.list(allow_name);
  if (!allow_name.empty() && allow == nullptr) return no_such("allow", allow_name);
  if (!terms_name.empty()) {
    const std::vector<Term>* terms = data.terms(terms_name);
    if (terms == nullptr) return no_such("terms", terms_name);
    std::vector<std::string> all;
    std::vector<std::string> shipped;
    if (allow != nullptr) {
      for (const std::string& phrase : allow->in_order) {
        all.push_back(phrase);
        const auto added = allow->added.find(phrase);
        if (added == allow->added.end()) {
          shipped.push_back(phrase);
        } else {
          check.additions = added->second;
        }
      }
    }
    PORTREEVE_TRY(check.terms, with_phrases(*terms, all));
    if (all.size() != shipped.size()) {
      PORTREEVE_TRY(check.without_additions, with_phrases(*terms, shipped));
    }
  }
  if (!hosts_name.empty()) {
    const std::vector<ForbiddenHost>* hosts = data.hosts(hosts_name);
    if (hosts == nullptr) return no_such("hosts", hosts_name);
    PORTREEVE_TRY(check.hosts, HostList::build(*hosts));
  }
  if (terms_name.empty() && hosts_name.empty()) {
    return with.error(with.object(), "expected terms or hosts");
  }
  return Done{};
}

}  // namespace

Result<CompiledCheck> compile_terms(Fields& with, const DataSet& data) {
  auto check = std::make_shared<TermsCheck>();
  PORTREEVE_CHECK(read_term_data(with, data, *check));
  PORTREEVE_TRY(check->identity, maybe_paths(with, "identity"));
  PORTREEVE_TRY(check->host_fields, maybe_paths(with, "host-fields"));
  PORTREEVE_TRY(check->prose, maybe_paths(with, "prose"));
  PORTREEVE_TRY(check->exclude, maybe_paths(with, "exclude"));
  PORTREEVE_CHECK(with.finish());
  if (check->identity.empty() && check->host_fields.empty() && check->prose.empty()) {
    return with.error(with.object(), "names no field: expected identity, host-fields or prose");
  }
  if (!check->host_fields.empty() && !check->hosts.has_value()) {
    return with.error(with.object(), "host-fields needs hosts");
  }
  const std::shared_ptr<const TermsCheck> shared = std::move(check);
  return CompiledCheck{
      [shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); }, {}};
}

}  // namespace portreeve::policies
