#include "policies/data.h"

#include <algorithm>

#include "policies/feed_data.h"

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

Result<TermsData> read_terms(const Source& source, const Value& value) {
  if (!value.is_array()) return source.error(value, "terms: expected a list");
  TermsData out;
  for (const Value entry : value) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, entry, "terms"));
    Term term;
    PORTREEVE_TRY(term.term, fields.need_text("term"));
    PORTREEVE_TRY(term.use, fields.need_text("use"));
    PORTREEVE_TRY(term.allowed, fields.maybe_texts("allowed"));
    PORTREEVE_TRY(const std::vector<std::string> prose, fields.maybe_texts("in-prose"));
    PORTREEVE_TRY(term.plural, fields.maybe_bool("plural", true));
    PORTREEVE_CHECK(fields.finish());
    for (const std::string& phrase : prose) out.in_prose.emplace_back(out.entries.size(), phrase);
    out.entries.push_back(std::move(term));
  }
  const Result<TermList> checked = TermList::build(in_prose(out));
  if (!checked.ok()) return source.error(value, checked.error().message);
  return out;
}

Result<HostsData> read_hosts(const Source& source, const Value& value) {
  if (!value.is_array()) return source.error(value, "hosts: expected a list");
  std::vector<ForbiddenHost> out;
  for (const Value entry : value) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, entry, "hosts"));
    ForbiddenHost host;
    PORTREEVE_TRY(host.host, fields.need_text("host"));
    PORTREEVE_TRY(host.use, fields.need_text("use"));
    PORTREEVE_TRY(host.allowed, fields.maybe_texts("allowed"));
    PORTREEVE_TRY(host.groups, fields.maybe_texts("groups"));
    PORTREEVE_CHECK(fields.finish());
    out.push_back(std::move(host));
  }
  Result<HostList> checked = HostList::build(out);
  if (!checked.ok()) return source.error(value, checked.error().message);
  return HostsData{std::move(out), {}};
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
    return source.error(spec, "spec: expected exactly one of table, list, terms, hosts, dimension, schema, epss, kev");
  }
  if (const Value epss = fields.take("epss"); epss.present()) {
    PORTREEVE_TRY(FeedData feed, read_epss_data(source, epss));
    tables_[name] = std::move(feed.scores);
    tables_[feed_table(name)] = std::move(feed.about);
  }
  if (const Value kev = fields.take("kev"); kev.present()) {
    PORTREEVE_TRY(FeedData feed, read_kev_data(source, kev));
    lists_[name] = std::move(feed.exploited);
    tables_[feed_table(name)] = std::move(feed.about);
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

const TableData* DataSet::table(std::string_view name) const { return find_in(tables_, name); }
const ListData* DataSet::list(std::string_view name) const { return find_in(lists_, name); }
std::vector<Term> in_prose(const TermsData& terms) {
  std::vector<Term> out = relaxed(terms.entries, terms.added);
  const auto add = [&](const Relaxation::Allowed& phrases) {
    for (const auto& [index, phrase] : phrases) out[index].allowed.push_back(phrase);
  };
  add(terms.in_prose);
  for (const Relaxation& more : terms.added) add(more.in_prose);
  return out;
}

const TermsData* DataSet::terms(std::string_view name) const { return find_in(terms_, name); }
const HostsData* DataSet::hosts(std::string_view name) const { return find_in(hosts_, name); }
const SchemaNode* DataSet::schema(std::string_view name) const { return find_in(schemas_, name); }

std::vector<std::string> DataSet::names() const { return {names_.begin(), names_.end()}; }

}  // namespace portreeve::policies
