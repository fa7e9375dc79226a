#include "policies/data.h"

#include <algorithm>

namespace portreeve::policies {
namespace {

Result<TableData> read_table(const Source& source, const Value& value) {
  if (!value.is_object()) return source.error(value, "table: expected a map of texts");
  TableData out;
  for (const Value entry : value) {
    if (!entry.is_string()) return source.error(entry, "table: expected a text in quotes");
    out.entries.emplace(entry.key().text(), entry.text());
  }
  return out;
}

Result<ListData> read_list(const Source& source, const Value& value) {
  PORTREEVE_TRY(std::vector<std::string> texts, read_texts(source, value, "list"));
  ListData out;
  for (std::string& text : texts) {
    if (!out.entries.insert(text).second) {
      return source.error(value, "list: \"" + text + "\" stands there twice");
    }
    out.in_order.push_back(std::move(text));
  }
  return out;
}

Result<std::vector<Term>> read_terms(const Source& source, const Value& value) {
  if (!value.is_array()) return source.error(value, "terms: expected a list");
  std::vector<Term> out;
  for (const Value entry : value) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, entry, "terms"));
    Term term;
    PORTREEVE_TRY(term.term, fields.need_text("term"));
    PORTREEVE_TRY(term.use, fields.need_text("use"));
    PORTREEVE_TRY(term.allowed, fields.maybe_texts("allowed"));
    PORTREEVE_TRY(term.plural, fields.maybe_bool("plural", true));
    PORTREEVE_CHECK(fields.finish());
    out.push_back(std::move(term));
  }
  Result<TermList> checked = TermList::build(out);
  if (!checked.ok()) return source.error(value, checked.error().message);
  return out;
}

Result<std::vector<ForbiddenHost>> read_hosts(const Source& source, const Value& value) {
  if (!value.is_array()) return source.error(value, "hosts: expected a list");
  std::vector<ForbiddenHost> out;
  for (const Value entry : value) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, entry, "hosts"));
    ForbiddenHost host;
    PORTREEVE_TRY(host.host, fields.need_text("host"));
    PORTREEVE_TRY(host.use, fields.need_text("use"));
    PORTREEVE_TRY(host.allowed, fields.maybe_texts("allowed"));
    PORTREEVE_CHECK(fields.finish());
    out.push_back(std::move(host));
  }
  Result<HostList> checked = HostList::build(out);
  if (!checked.ok()) return source.error(value, checked.error().message);
  return out;
}

Result<SchemaNode> read_schema(const Source& source, const Value& value) {
  SchemaNode out;
  if (value.is_string()) {
    if (value.text() != "any") return source.error(value, "schema: expected any, a map or a list");
    out.opaque = true;
    return out;
  }
  if (value.is_array()) {
    if (value.size() != 1) return source.error(value, "schema: a list describes its one element");
    PORTREEVE_TRY(SchemaNode element, read_schema(source, value.at(0)));
    out.element = std::make_shared<const SchemaNode>(std::move(element));
    return out;
  }
  if (!value.is_object()) return source.error(value, "schema: expected any, a map or a list");
  for (const Value field : value) {
    PORTREEVE_TRY(SchemaNode node, read_schema(source, field));
    if (field.key().text() == "*") {
      out.any_field = std::make_shared<const SchemaNode>(std::move(node));
    } else {
      out.fields.emplace(field.key().text(), std::move(node));
    }
  }
  return out;
}

Result<Dimension::CodesBy> read_codes_by(const Source& source, std::string key, const Value& table) {
  Dimension::CodesBy out;
  out.key = std::move(key);
  for (const Value entry : table) {
    if (entry.is_string() && entry.text() == "unverifiable") {
      out.table[std::string(entry.key().text())] = {};
      PORTREEVE_TRY(Pattern pattern, Pattern::compile("[a-z][a-z0-9]{1,15}"));
      out.unverified = std::move(pattern);
      continue;
    }
    PORTREEVE_TRY(out.table[std::string(entry.key().text())],
                  read_texts(source, entry, "dimension.codes"));
  }
  return out;
}

// What a Shape may not be: words, and globs over the whole text.
Outcome reserve(const Source& source, const Value& where, const std::vector<std::string>& words,
                Dimension::Shape& shape) {
  for (const std::string& word : words) {
    Result<Glob> glob = Glob::compile(word);
    if (!glob.ok()) return source.error(where, "dimension.not: " + glob.error().message);
    if (glob.value().literal()) {
      shape.except.push_back(word);
    } else {
      shape.except_like.push_back(std::move(glob).value());
    }
  }
  return Done{};
}

Result<Dimension> read_dimension(const Source& source, std::string name, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "dimension"));
  Dimension out;
  out.name = std::move(name);
  PORTREEVE_TRY(const std::string keyed_by, fields.maybe_text("keyed-by"));
  const Value codes = fields.take("codes");
  PORTREEVE_TRY(const std::string pattern, fields.maybe_text("pattern"));
  PORTREEVE_TRY(const std::vector<std::string> except, fields.maybe_texts("not"));
  PORTREEVE_TRY(const std::string describe, fields.maybe_text("describe"));
  PORTREEVE_TRY(const bool number, fields.maybe_bool("number", false));
  PORTREEVE_CHECK(fields.finish());
  if ((codes.present() ? 1 : 0) + (pattern.empty() ? 0 : 1) + (number ? 1 : 0) != 1) {
    return source.error(value, "dimension: expected exactly one of codes, pattern, number");
  }
  if (!keyed_by.empty()) {
    if (!codes.is_object()) return source.error(value, "dimension: keyed-by needs a map of codes");
    PORTREEVE_TRY(out.kind, read_codes_by(source, keyed_by, codes));
  } else if (codes.present()) {
    PORTREEVE_TRY(std::vector<std::string> list, read_texts(source, codes, "dimension.codes"));
    out.kind = Dimension::Codes{std::move(list)};
  } else if (number) {
    out.kind = Dimension::Number{};
  } else {
    Result<Pattern> compiled = Pattern::compile(pattern);
    if (!compiled.ok()) return source.error(value["pattern"], compiled.error().message);
    Dimension::Shape shape{std::move(compiled).value(),
                           describe.empty() ? "text like " + pattern : describe, {}};
    PORTREEVE_CHECK(reserve(source, value["not"], except, shape));
    out.kind = std::move(shape);
  }
  return out;
}

template <class Map>
auto* find_in(Map& map, std::string_view name) {
  const auto at = map.find(name);
  return at == map.end() ? nullptr : &at->second;
}

}  // namespace

Outcome DataSet::add(const Source& source, const Value& root) {
  PORTREEVE_TRY(Fields document, Fields::open(source, root, "Data"));
  document.take("apiVersion");
  document.take("kind");
  PORTREEVE_TRY(const Value metadata, document.need("metadata", ValueType::object));
  PORTREEVE_TRY(const Value spec, document.need("spec", ValueType::object));
  PORTREEVE_CHECK(document.finish());
  PORTREEVE_TRY(Fields meta, Fields::open(source, metadata, "metadata"));
  PORTREEVE_TRY(const std::string name, meta.need_text("name"));
  meta.take("labels");
  meta.take("annotations");
  PORTREEVE_CHECK(meta.finish());
  if (!names_.insert(name).second) {
    return source.error(metadata["name"], "Data \"" + name + "\" is defined twice");
  }
  return add_spec(source, name, spec);
}

Outcome DataSet::add_spec(const Source& source, const std::string& name, const Value& spec) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, spec, "spec"));
  if (spec.size() != 1) {
    return source.error(spec, "spec: expected exactly one of table, list, terms, hosts, dimension, schema");
  }
  if (const Value table = fields.take("table"); table.present()) {
    PORTREEVE_TRY(tables_[name], read_table(source, table));
  }
  if (const Value list = fields.take("list"); list.present()) {
    PORTREEVE_TRY(lists_[name], read_list(source, list));
  }
  if (const Value terms = fields.take("terms"); terms.present()) {
    PORTREEVE_TRY(terms_[name], read_terms(source, terms));
  }
  if (const Value hosts = fields.take("hosts"); hosts.present()) {
    PORTREEVE_TRY(hosts_[name], read_hosts(source, hosts));
  }
  if (const Value schema = fields.take("schema"); schema.present()) {
    PORTREEVE_TRY(schemas_[name], read_schema(source, schema));
  }
  if (const Value dimension = fields.take("dimension"); dimension.present()) {
    PORTREEVE_TRY(Dimension read, read_dimension(source, name, dimension));
    dimensions_.push_back(std::move(read));
  }
  return fields.finish();
}

Outcome DataSet::extend(const Source& source, std::string_view name, const Value& entries) {
  const std::string quoted = "\"" + std::string(name) + "\"";
  if (ListData* list = find_in(lists_, name); list != nullptr) {
    PORTREEVE_TRY(const std::vector<std::string> texts, read_texts(source, entries, "add"));
    for (const std::string& text : texts) {
      if (!list->entries.insert(text).second) continue;
      list->in_order.push_back(text);
      list->added[text] = source.at(entries);
    }
    return Done{};
  }
  if (TableData* table = find_in(tables_, name); table != nullptr) {
    PORTREEVE_TRY(const TableData more, read_table(source, entries));
    for (const auto& [key, value] : more.entries) {
      if (!table->entries.emplace(key, value).second) {
        return source.error(entries, "table " + quoted + " has an entry \"" + key +
                                         "\" already: additions cannot replace");
      }
      table->added[key] = source.at(entries);
    }
    return Done{};
  }
  return source.error(entries, names_.count(std::string(name)) == 0
                                   ? "there is no Data " + quoted
                                   : "Data " + quoted + " takes no additions (only lists and tables do)");
}

const TableData* DataSet::table(std::string_view name) const { return find_in(tables_, name); }
const ListData* DataSet::list(std::string_view name) const { return find_in(lists_, name); }
const std::vector<Term>* DataSet::terms(std::string_view name) const {
  return find_in(terms_, name);
}
const std::vector<ForbiddenHost>* DataSet::hosts(std::string_view name) const {
  return find_in(hosts_, name);
}
const SchemaNode* DataSet::schema(std::string_view name) const { return find_in(schemas_, name); }

std::vector<std::string> DataSet::names() const { return {names_.begin(), names_.end()}; }

}  // namespace portreeve::policies
