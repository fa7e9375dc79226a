#include "sbom/purl_types.h"

#include <map>

#include "core/json.h"
#include "core/limits.h"
#include "sbom/embedded_data.h"

namespace portreeve::sbom {
namespace {

using Table = std::map<std::string, PurlType, std::less<>>;

std::vector<std::string> texts(const Value& list) {
  std::vector<std::string> out;
  for (const Value item : list) out.emplace_back(item.text());
  return out;
}

std::optional<Pattern> pattern(const Value& value) {
  if (!value.present()) return std::nullopt;
  Result<Pattern> compiled = Pattern::compile(value.text());
  if (!compiled.ok()) return std::nullopt;
  return std::move(compiled).value();
}

PurlType read_type(const Value& row) {
  PurlType type;
  const std::string_view need = row["namespace"].text();
  if (need == "required") type.namespace_ = PurlType::Need::required;
  if (need == "prohibited") type.namespace_ = PurlType::Need::prohibited;
  for (const Value part : row["fold"]) {
    type.fold_namespace = type.fold_namespace || part.text() == "namespace";
    type.fold_name = type.fold_name || part.text() == "name";
    type.fold_version = type.fold_version || part.text() == "version";
  }
  type.replace_from = row["replace"].at(0).text();
  type.replace_with = row["replace"].at(1).text();
  type.forbidden_in_name = row["forbiddenInName"].text();
  type.name_has_slashes = row["nameHasSlashes"].boolean();
  type.folded_hosts = texts(row["foldedHosts"]);
  type.fold_when_repository = row["foldWhenRepository"].text();
  type.name_pattern = pattern(row["namePattern"]);
  type.version_pattern = pattern(row["versionPattern"]);
  type.qualifiers = texts(row["qualifiers"]);
  return type;
}

Table read_table() {
  Table out;
  const Result<portreeve::DocumentPtr> file =
      json::parse(std::string(embedded_purl_types()), json::review_limits(), nullptr);
  if (!file.ok()) return out;  // Compiled in; a test reads every row.
  for (const Value row : file.value()->root()["types"]) {
    out.emplace(row.key().text(), read_type(row));
  }
  return out;
}

}  // namespace

const PurlType* purl_type(std::string_view type) {
  static const Table kTable = read_table();
  const auto found = kTable.find(type);
  return found == kTable.end() ? nullptr : &found->second;
}

}  // namespace portreeve::sbom
