// check `terms`: strict on what identifies an object, advice on prose, because words are banned by
// meaning and only an identity has no context.

#include <algorithm>
#include <memory>
#include <optional>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/check.h"
#include "policies/checks/suspect_texts.h"

namespace portreeve::policies {
namespace {

// A list of terms or hosts, and the same without what the operator allows.
template <class List>
struct Lists {
  std::optional<List> all;
  std::optional<List> shipped;                  ///< Set when the operator allows more.
  std::vector<std::pair<Origin, List>> relaxed; ///< By one addition each.

  // Where the additions stand without which `find` would find something; empty if it does anyway.
  template <class Find>
  std::string rests_on(const Find& find) const {
    if (!shipped.has_value() || find(*shipped).empty()) return "";
    std::string places;
    for (const auto& [origin, list] : relaxed) {
      if (find(list).empty()) return origin;
      places += (places.empty() ? "" : ", ") + origin;
    }
    return places;
  }
};

// The subtrees that are left out, in document order; most objects are judged without asking for them.
class Excluded {
 public:
  Excluded(const std::vector<Path>& paths, const Scope& scope) : paths_(paths), scope_(scope) {}
  const std::vector<Value>& values() {
    if (!read_) {
      values_ = select_present(paths_, scope_, {});
      sort_by_place(values_);
      read_ = true;
    }
    return values_;
  }

 private:
  const std::vector<Path>& paths_;
  const Scope& scope_;
  bool read_ = false;
  std::vector<Value> values_;
};

struct TermsCheck {
  Lists<TermList> terms;               ///< Where something is identified.
  std::optional<TermList> prose_terms; ///< Where more phrases are allowed.
  Lists<HostList> hosts;
  std::vector<Path> identity;
  std::vector<Path> host_fields;
  std::vector<Path> prose;
  std::vector<Path> exclude;
  std::vector<std::string> prose_keys;

  void judge(const Scope& scope, Judgements& out) const;
  std::vector<Value> prose_of(const Path& path, const Scope& scope, Excluded& excluded) const;
  std::vector<Value> hosts_in(const Scope& scope, const std::vector<Value>& excluded) const;
  void judge_terms(const Value& value, Judgement::Kind kind, Judgements& out) const;
  void judge_hosts(const Value& value, bool is_host, Judgements& out) const;
  void judge_host_names(const Scope& scope, const std::vector<Value>& excluded, Judgements& out) const;
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

void note_addition(const Value& value, const std::string& origin, Judgements& out) {
  if (origin.empty()) return;
  Judgement judgement;
  judgement.kind = Judgement::Kind::note;
  judgement.anchor = value;
  judgement.detail = "allowed by the addition in " + origin;
  out.push_back(std::move(judgement));
}

void TermsCheck::judge_terms(const Value& value, Judgement::Kind kind, Judgements& out) const {
  const bool identifies = kind == Judgement::Kind::violation;
  const std::optional<TermList>& list = identifies ? terms.all : prose_terms;
  if (!list.has_value() || !value.is_string()) return;
  const std::vector<TermMatch> matches = list->find(value.text());
  for (const TermMatch& match : matches) {
    Judgement judgement = hit(value, kind, match);
    judgement.expected = list->terms()[match.term].use;
    judgement.fix = "write " + judgement.expected + " instead of \"" + judgement.found + "\"";
    out.push_back(std::move(judgement));
  }
  if (!matches.empty() || !identifies) return;
  note_addition(value, terms.rests_on([&](const TermList& one) {
                  return one.find(value.text(), 1);
                }), out);
}

void TermsCheck::judge_hosts(const Value& value, bool is_host, Judgements& out) const {
  if (!hosts.all.has_value() || !value.is_string()) return;
  const std::vector<TermMatch> matches = is_host ? hosts.all->find_in_host_field(value.text())
                                                 : hosts.all->find_in_text(value.text());
  for (const TermMatch& match : matches) {
    Judgement judgement =
        hit(value, is_host ? Judgement::Kind::violation : Judgement::Kind::advice, match);
    judgement.expected = hosts.all->hosts()[match.term].use;
    judgement.fix = "use " + judgement.expected + " instead of \"" + judgement.found + "\"";
    out.push_back(std::move(judgement));
  }
  if (!matches.empty() || !is_host) return;
  note_addition(value, hosts.rests_on([&](const HostList& list) {
                  return list.find_in_host_field(value.text());
                }), out);
}

bool container(const Value& value) noexcept { return value.is_array() || value.is_object(); }

// Every text of the host fields, and below those that hold a list or a map: how a chart nests them
// is its own affair. A field may lie in another one; each text is judged once.
std::vector<Value> TermsCheck::hosts_in(const Scope& scope,
                                        const std::vector<Value>& excluded) const {
  std::vector<Value> out;
  bool nested = false;
  std::vector<Value> fields;
  const auto take = [&](const Value& text) {
    const Value key = text.key();
    if (key.present()) {
      const std::string_view name = key.text();
      if (!name.empty() && name.front() == '$') return;  // JSON Schema's own: $id, $schema, $comment.
      if (std::find(prose_keys.begin(), prose_keys.end(), name) != prose_keys.end()) return;
    }
    out.push_back(text);
  };
  for (const Path& path : host_fields) {
    fields.clear();
    path.select_present(scope, excluded, fields);
    std::uint32_t seen = 0;  // End of the last field that was gone through; what one path selects
                             // stands in one document and in its order.
    for (const Value& field : fields) {
      if (!container(field)) {
        if (field.node_id() >= seen) out.push_back(field);
        continue;
      }
      nested = true;
      if (field.node_id() < seen) continue;
      seen = field.node_id() + field.node_count();
      field.for_each_scalar(excluded, take);
    }
  }
  if (!nested) return out;
  sort_by_place(out);
  const auto same = [](const Value& a, const Value& b) { return a.same_node(b); };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

// Charts also write hosts as the keys of a map: `hosts: {shop.example.org: {}}`. A key with a slash is
// a label's, and one without a dot a field's.
void TermsCheck::judge_host_names(const Scope& scope, const std::vector<Value>& excluded,
                                  Judgements& out) const {
  if (!hosts.all.has_value()) return;
  std::vector<Value> fields;
  for (const Path& path : host_fields) path.select_present(scope, excluded, fields);
  sort_by_place(fields);
  std::uint32_t seen = 0;  // A field may lie in another one.
  for (const Value& field : fields) {
    if (!container(field) || field.node_id() < seen) continue;
    seen = field.node_id() + field.node_count();
    field.for_each_member([&](const Value& member) {
      const std::string_view name = member.key().text();
      const bool url = name.find("://") != std::string_view::npos;
      if (name.find('.') == std::string_view::npos || holds_node(excluded, member)) return;
      if (!url && name.find('/') != std::string_view::npos) return;
      for (const TermMatch& match : hosts.all->find_in_host_field(name)) {
        Judgement judgement;
        judgement.kind = Judgement::Kind::violation;
        judgement.anchor = member;
        judgement.found = utf8::printable(name.substr(match.begin, match.end - match.begin),
                                          limits::kQuotedBytes);
        judgement.expected = hosts.all->hosts()[match.term].use;
        judgement.fix = "use " + judgement.expected + " instead of \"" + judgement.found + "\"";
        out.push_back(std::move(judgement));
      }
    });
  }
}


// What one path of `prose` selects, without most of what nothing can be found in: that is nearly all
// of nearly every object.
std::vector<Value> TermsCheck::prose_of(const Path& path, const Scope& scope,
                                        Excluded& excluded) const {
  std::vector<Value> out;
  Value below;
  const std::vector<Value>* texts = path.texts_below(scope, below);
  if (texts == nullptr) {
    path.select_present(scope, excluded.values(), out);
    return out;
  }
  const std::vector<Value> suspects = SuspectTexts(terms.all, hosts.all).among(*texts);
  if (!suspects.empty()) append_outside(below, suspects, excluded.values(), out);
  return out;
}

void TermsCheck::judge(const Scope& scope, Judgements& out) const {
  Excluded excluded(exclude, scope);
  const auto nothing = [&](const Path& path) { return path.surely_nothing(scope); };
  std::vector<Value> strict;
  for (const Path& path : identity) {
    if (!nothing(path)) path.select_present(scope, excluded.values(), strict);
  }
  for (const Value& value : strict) judge_terms(value, Judgement::Kind::violation, out);
  if (!std::all_of(host_fields.begin(), host_fields.end(), nothing)) {
    for (const Value& value : hosts_in(scope, excluded.values())) {
      judge_hosts(value, true, out);
      strict.push_back(value);
    }
    judge_host_names(scope, excluded.values(), out);
  }
  sort_by_place(strict);
  for (const Path& path : prose) {
    for (const Value& value : prose_of(path, scope, excluded)) {
      if (holds_node(strict, value)) continue;  // Judged already, and harder.
      judge_terms(value, Judgement::Kind::advice, out);
      judge_hosts(value, false, out);
    }
  }
}

// The phrases of the rule's own list hold for every term.
std::vector<Relaxation> phrases_for_all(const ListData& allow, std::size_t terms, bool added) {
  std::vector<Relaxation> out;
  for (const std::string& phrase : allow.in_order) {
    const auto at = allow.added.find(phrase);
    if ((at != allow.added.end()) != added) continue;
    const Origin origin = added ? at->second : Origin();
    if (out.empty() || out.back().origin != origin) out.push_back({origin, {}, {}});
    for (std::size_t i = 0; i < terms; ++i) out.back().allowed.emplace_back(i, phrase);
  }
  return out;
}

template <class List, class Entry>
Result<Lists<List>> build_lists(const std::vector<Entry>& entries,
                                const std::vector<Relaxation>& added) {
  Lists<List> out;
  PORTREEVE_TRY(out.all, List::build(relaxed(entries, added)));
  if (added.empty()) return out;
  PORTREEVE_TRY(out.shipped, List::build(entries));
  for (const Relaxation& one : added) {
    PORTREEVE_TRY(List list, List::build(relaxed(entries, {&one, 1})));
    out.relaxed.emplace_back(one.origin, std::move(list));
  }
  return out;
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
    const TermsData* terms = data.terms(terms_name);
    if (terms == nullptr) return no_such("terms", terms_name);
    TermsData own = *terms;
    if (allow != nullptr) {
      const std::size_t count = own.entries.size();
      own.entries = relaxed(std::move(own.entries), phrases_for_all(*allow, count, false));
      for (Relaxation& more : phrases_for_all(*allow, count, true)) own.added.push_back(std::move(more));
    }
    const auto in_place = [&](Error error) {
      return with.error(with.object()[allow == nullptr ? "terms" : "allow"], error.message);
    };
    Result<Lists<TermList>> lists = build_lists<TermList>(own.entries, own.added);
    if (!lists.ok()) return in_place(lists.error());
    check.terms = std::move(lists).value();
    Result<TermList> prose = TermList::build(in_prose(own));
    if (!prose.ok()) return in_place(prose.error());
    check.prose_terms = std::move(prose).value();
  }
  if (!hosts_name.empty()) {
    const HostsData* hosts = data.hosts(hosts_name);
    if (hosts == nullptr) return no_such("hosts", hosts_name);
    PORTREEVE_TRY(check.hosts, build_lists<HostList>(hosts->entries, hosts->added));
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
  PORTREEVE_TRY(check->prose_keys, with.maybe_texts("prose-keys"));
  PORTREEVE_CHECK(with.finish());
  if (check->identity.empty() && check->host_fields.empty() && check->prose.empty()) {
    return with.error(with.object(), "names no field: expected identity, host-fields or prose");
  }
  if (!check->host_fields.empty() && !check->hosts.all.has_value()) {
    return with.error(with.object(), "host-fields needs hosts");
  }
  if (!check->prose_keys.empty() && check->host_fields.empty()) {
    return with.error(with.object(), "prose-keys needs host-fields");
  }
  const std::shared_ptr<const TermsCheck> shared = std::move(check);
  return CompiledCheck{
      [shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); }, {}};
}

}  // namespace portreeve::policies
