// What Config adds to Data. Nothing is removed or replaced: an entry is stricter, or it allows more and
// whoever passes by it is told so.

#include <algorithm>

#include "policies/data.h"

namespace portreeve::policies {
namespace {

template <class Map>
auto* find_in(Map& map, std::string_view name) {
  const auto at = map.find(name);
  return at == map.end() ? nullptr : &at->second;
}

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

Outcome extend_list(const Source& source, ListData& list, const Value& entries) {
  PORTREEVE_TRY(const std::vector<std::string> texts, read_texts(source, entries, "add"));
  for (const std::string& text : texts) {
    if (!list.entries.insert(text).second) continue;
    list.in_order.push_back(text);
    list.added[text] = source.at(entries);
  }
  return Done{};
}

Outcome extend_table(const Source& source, std::string_view name, TableData& table,
                     const Value& entries) {
  if (!entries.is_object()) return source.error(entries, "table: expected a map of texts");
  for (const Value entry : entries) {
    if (!entry.is_string()) return source.error(entry, "table: expected a text in quotes");
  }
  for (const Value entry : entries) {
    const std::string key(entry.key().text());
    if (!table.entries.emplace(key, entry.text()).second) {
      return source.error(entries, "table " + quoted(name) + " has an entry " + quoted(key) +
                                       " already: additions cannot replace");
    }
    table.added[key] = source.at(entries);
  }
  return Done{};
}

std::string& name_of(Term& term) { return term.term; }
std::string& name_of(ForbiddenHost& host) { return host.host; }
constexpr std::string_view key_of(const Term&) { return "term"; }
constexpr std::string_view key_of(const ForbiddenHost&) { return "host"; }

Outcome read_more(Fields& fields, Term& term) {
  PORTREEVE_TRY(term.plural, fields.maybe_bool("plural", true));
  return Done{};
}
Outcome read_more(Fields& fields, ForbiddenHost& host) {
  PORTREEVE_TRY(host.groups, fields.maybe_texts("groups"));
  return Done{};
}
Result<std::vector<std::string>> read_prose(Fields& fields, const TermsData&) {
  return fields.maybe_texts("in-prose");
}
Result<std::vector<std::string>> read_prose(Fields&, const HostsData&) {
  return std::vector<std::string>();
}

// An entry that is there already takes more of what it allows and nothing else.
template <class Data>
Outcome extend_entries(const Source& source, Data& data, const Value& entries) {
  using Entry = typename decltype(data.entries)::value_type;
  if (!entries.is_array()) return source.error(entries, "add: expected a list");
  for (const Value value : entries) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, value, "add"));
    Entry entry;
    PORTREEVE_TRY(name_of(entry), fields.need_text(key_of(entry)));
    const auto known = std::find_if(data.entries.begin(), data.entries.end(), [&](Entry& other) {
      return name_of(other) == name_of(entry);
    });
    if (known == data.entries.end()) {
      PORTREEVE_TRY(entry.use, fields.need_text("use"));
      PORTREEVE_TRY(entry.allowed, fields.maybe_texts("allowed"));
      PORTREEVE_TRY(const std::vector<std::string> prose, read_prose(fields, data));
      PORTREEVE_CHECK(read_more(fields, entry));
      PORTREEVE_CHECK(fields.finish());
      if (!prose.empty()) {
        Relaxation more{source.at(value), {}, {}};
        for (const std::string& text : prose) more.in_prose.emplace_back(data.entries.size(), text);
        data.added.push_back(std::move(more));
      }
      data.entries.push_back(std::move(entry));
      continue;
    }
    PORTREEVE_TRY(const std::vector<std::string> allowed, fields.maybe_texts("allowed"));
    PORTREEVE_TRY(const std::vector<std::string> prose, read_prose(fields, data));
    const std::size_t said = 1U + (allowed.empty() ? 0U : 1U) + (prose.empty() ? 0U : 1U);
    if (said == 1 || value.size() != said) {
      return source.error(value, quoted(name_of(entry)) + " is there already: an addition can only "
                                 "say what else is allowed");
    }
    Relaxation more{source.at(value), {}, {}};
    const auto index = static_cast<std::size_t>(known - data.entries.begin());
    for (const std::string& text : allowed) more.allowed.emplace_back(index, text);
    for (const std::string& text : prose) more.in_prose.emplace_back(index, text);
    data.added.push_back(std::move(more));
  }
  return Done{};
}

}  // namespace

Outcome DataSet::extend_terms(const Source& source, TermsData& data, const Value& entries) {
  PORTREEVE_CHECK(extend_entries(source, data, entries));
  const Result<TermList> checked = TermList::build(in_prose(data));
  return checked.ok() ? Outcome(Done{}) : source.error(entries, checked.error().message);
}

Outcome DataSet::extend_hosts(const Source& source, HostsData& data, const Value& entries) {
  PORTREEVE_CHECK(extend_entries(source, data, entries));
  const Result<HostList> checked = HostList::build(relaxed(data.entries, data.added));
  return checked.ok() ? Outcome(Done{}) : source.error(entries, checked.error().message);
}

Outcome DataSet::extend(const Source& source, std::string_view shape, std::string_view name,
                        const Value& entries) {
  const bool plain = shape == "list" || shape == "table";
  if (ListData* list = find_in(lists_, name); list != nullptr && plain) {
    return extend_list(source, *list, entries);
  }
  if (TableData* table = find_in(tables_, name); table != nullptr && plain) {
    return extend_table(source, name, *table, entries);
  }
  if (TermsData* terms = find_in(terms_, name); terms != nullptr && shape == "terms") {
    return extend_terms(source, *terms, entries);
  }
  if (HostsData* hosts = find_in(hosts_, name); hosts != nullptr && shape == "hosts") {
    return extend_hosts(source, *hosts, entries);
  }
  const auto dimension =
      std::find_if(dimensions_.begin(), dimensions_.end(),
                   [&](const Dimension& other) { return other.name == name; });
  if (dimension != dimensions_.end() && shape == "dimension") {
    return extend_dimension(source, *dimension, entries, added_codes_);
  }
  if (names_.count(std::string(name)) == 0) {
    return source.error(entries, "there is no Data " + quoted(name));
  }
  if (find_in(schemas_, name) != nullptr) {
    return source.error(entries, "Data " + quoted(name) + " is a schema, which takes no additions");
  }
  return source.error(entries, "Data " + quoted(name) + " is no " + std::string(shape));
}

}  // namespace portreeve::policies
