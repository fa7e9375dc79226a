#include "sbom/vex.h"

#include <algorithm>
#include <map>

#include "core/utf8.h"
#include "sbom/purl.h"

namespace portreeve::sbom {
namespace {

Error malformed(const Value& where, std::string_view what) {
  return {Errc::malformed,
          "VEX: line " + std::to_string(where.position().line) + ": " + std::string(what)};
}

std::string text(const Value& value) { return std::string(value.text()); }

std::optional<TimePoint> time_of(const Value& value) {
  if (!value.is_string()) return std::nullopt;
  const Result<TimePoint> time = parse_time(value.text());
  return time.ok() ? std::optional<TimePoint>(time.value()) : std::nullopt;
}

std::optional<VexStatus> openvex_status(std::string_view word) {
  if (word == "not_affected") return VexStatus::not_affected;
  if (word == "affected") return VexStatus::affected;
  if (word == "fixed") return VexStatus::fixed;
  if (word == "under_investigation") return VexStatus::under_investigation;
  return std::nullopt;
}

std::optional<VexStatus> cyclonedx_status(std::string_view word) {
  if (word == "resolved" || word == "resolved_with_pedigree") return VexStatus::fixed;
  if (word == "false_positive" || word == "not_affected") return VexStatus::not_affected;
  if (word == "exploitable") return VexStatus::affected;
  if (word == "in_triage") return VexStatus::under_investigation;
  return std::nullopt;
}

void add_text(std::vector<std::string>& out, const Value& value) {
  if (value.is_string() && !value.text().empty()) out.emplace_back(value.text());
}

/// {"@id", identifiers{purl, cpe23}, hashes{sha-256}} or, in older documents, a text.
void add_ids(std::vector<std::string>& out, const Value& product) {
  if (product.is_string()) return add_text(out, product);
  add_text(out, product["@id"]);
  for (const Value identifier : product["identifiers"]) add_text(out, identifier);
  for (const Value hash : product["hashes"]) {
    if (hash.key().text() == "sha-256" || hash.key().text() == "sha256") {
      out.push_back("sha256:" + text(hash));
    }
  }
}

Outcome keep(VexDocument& out, VexStatement statement, const Value& where) {
  if (statement.vulnerabilities.empty())
    return malformed(where, "a statement about no vulnerability");
  if (out.statements.size() == kVexStatements) {
    return Error{Errc::limit, "VEX: more than " + std::to_string(kVexStatements) + " statements"};
  }
  out.statements.push_back(std::move(statement));
  return Done{};
}

/// Times and the rest cascade from document to statement (OpenVEX 0.2, "Data inheritance").
Outcome read_openvex(const Value& root, VexDocument& out) {
  out.author = text(root["author"]);
  if (!root["statements"].is_array()) return malformed(root, "statements: expected a list");
  for (const Value row : root["statements"]) {
    VexStatement statement;
    const Value vulnerability = row["vulnerability"];
    add_text(statement.vulnerabilities,
             vulnerability.is_object() ? vulnerability["name"] : vulnerability);
    for (const Value alias : vulnerability["aliases"]) add_text(statement.vulnerabilities, alias);
    const auto status = openvex_status(row["status"].text());
    if (!status)
      return malformed(row, "status \"" + utf8::printable(row["status"].text(), 64) + "\"");
    statement.status = *status;
    statement.justification = text(row["justification"]);
    statement.impact = text(row["impact_statement"]);
    for (const Value product : row["products"]) {
      VexProduct one;
      add_ids(one.ids, product);
      for (const Value part : product["subcomponents"]) add_ids(one.subcomponents, part);
      statement.products.push_back(std::move(one));
    }
    for (const Value time :
         {row["last_updated"], row["timestamp"], root["last_updated"], root["timestamp"]}) {
      if (!statement.at) statement.at = time_of(time);
    }
    PORTREEVE_CHECK(keep(out, std::move(statement), row));
  }
  return Done{};
}

Outcome read_cyclonedx(const Value& root, VexDocument& out) {
  std::map<std::string, std::string, std::less<>> purls;
  for (const Value component : root["components"]) {
    if (component["bom-ref"].is_string())
      purls.emplace(component["bom-ref"].text(), component["purl"].text());
  }
  const Value primary = root["metadata"]["component"];
  for (const Value row : root["vulnerabilities"]) {
    const Value analysis = row["analysis"];
    if (!analysis["state"].present()) continue;
    VexStatement statement;
    add_text(statement.vulnerabilities, row["id"]);
    for (const Value reference : row["references"])
      add_text(statement.vulnerabilities, reference["id"]);
    const auto status = cyclonedx_status(analysis["state"].text());
    if (!status)
      return malformed(analysis, "state \"" + utf8::printable(analysis["state"].text(), 64) + "\"");
    statement.status = *status;
    statement.justification = text(analysis["justification"]);
    statement.impact = text(analysis["detail"]);
    VexProduct product;
    add_text(product.ids, primary["purl"]);
    for (const Value affected : row["affects"]) {
      const std::string ref = text(affected["ref"]);
      const auto purl = purls.find(ref);
      product.subcomponents.push_back(purl == purls.end() ? ref : purl->second);
    }
    statement.products.push_back(std::move(product));
    for (const Value time :
         {analysis["lastUpdated"], row["updated"], root["metadata"]["timestamp"]}) {
      if (!statement.at) statement.at = time_of(time);
    }
    PORTREEVE_CHECK(keep(out, std::move(statement), row));
  }
  return Done{};
}

using ProductIds = std::map<std::string, std::vector<std::string>, std::less<>>;

void add_csaf_product(ProductIds& out, const Value& product) {
  auto& ids = out[text(product["product_id"])];
  const Value helper = product["product_identification_helper"];
  add_text(ids, helper["purl"]);
  for (const Value purl : helper["purls"]) add_text(ids, purl);
  for (const Value hashes : helper["hashes"]) {
    for (const Value hash : hashes["file_hashes"]) {
      if (hash["algorithm"].text() == "sha256") ids.push_back("sha256:" + text(hash["value"]));
    }
  }
}

/// product_tree: branches of any depth, and relationships of a part to a product.
Outcome read_csaf_products(const Value& tree, ProductIds& out) {
  std::vector<Value> open = {tree};
  while (!open.empty()) {
    const Value at = open.back();
    open.pop_back();
    for (const Value branch : at["branches"]) open.push_back(branch);
    if (at["product"].is_object()) add_csaf_product(out, at["product"]);
    for (const Value product : at["full_product_names"]) add_csaf_product(out, product);
  }
  for (const Value relation : tree["relationships"]) {
    const Value product = relation["full_product_name"];
    add_csaf_product(out, product);
    auto& ids = out[text(product["product_id"])];
    const auto part = out.find(relation["product_reference"].text());
    if (ids.empty() && part != out.end()) ids = part->second;
  }
  return Done{};
}

std::string flag_of(const Value& row, std::string_view product) {
  for (const Value flag : row["flags"]) {
    for (const Value id : flag["product_ids"]) {
      if (id.text() == product) return text(flag["label"]);
    }
  }
  return {};
}

std::string impact_of(const Value& row, std::string_view product) {
  for (const Value threat : row["threats"]) {
    if (threat["category"].text() != "impact") continue;
    for (const Value id : threat["product_ids"]) {
      if (id.text() == product) return text(threat["details"]);
    }
  }
  return {};
}

Outcome read_csaf(const Value& root, VexDocument& out) {
  constexpr std::pair<std::string_view, VexStatus> kLists[] = {
      {"known_not_affected", VexStatus::not_affected},
      {"fixed", VexStatus::fixed},
      {"first_fixed", VexStatus::fixed},
      {"known_affected", VexStatus::affected},
      {"under_investigation", VexStatus::under_investigation}};
  out.author = text(root["document"]["publisher"]["name"]);
  const auto at = time_of(root["document"]["tracking"]["current_release_date"]);
  ProductIds products;
  PORTREEVE_CHECK(read_csaf_products(root["product_tree"], products));
  if (!root["vulnerabilities"].is_array())
    return malformed(root, "vulnerabilities: expected a list");
  for (const Value row : root["vulnerabilities"]) {
    for (const auto& [list, status] : kLists) {
      for (const Value id : row["product_status"][list]) {
        VexStatement statement;
        add_text(statement.vulnerabilities, row["cve"]);
        for (const Value other : row["ids"]) add_text(statement.vulnerabilities, other["text"]);
        statement.status = status;
        statement.justification = flag_of(row, id.text());
        statement.impact = impact_of(row, id.text());
        const auto product = products.find(id.text());
        if (product == products.end())
          return malformed(id, "a product that product_tree does not name");
        statement.products.push_back({product->second, {}});
        statement.at = at;
        PORTREEVE_CHECK(keep(out, std::move(statement), row));
      }
    }
  }
  return Done{};
}

// Matching ----------------------------------------------------------------------------------------

/// Same package; and the same version, unless the statement's has none and that is allowed.
bool purl_matches(std::string_view stated, std::string_view asked, bool unversioned) {
  const Result<PurlReading> a = read_purl(stated), b = read_purl(asked);
  if (!a.ok() || !b.ok() || a.value().purl.package() != b.value().purl.package()) return false;
  for (const auto& [key, value] : a.value().purl.qualifiers) {
    const auto found = b.value().purl.qualifiers.find(key);
    if (found != b.value().purl.qualifiers.end() && found->second != value) return false;
  }
  const std::string& version = a.value().purl.version;
  return version.empty() ? unversioned : version == b.value().purl.version;
}

bool names_digest(std::string_view id, std::string_view digest) {
  if (digest.empty()) return false;
  if (id == digest) return true;
  const Result<PurlReading> purl = read_purl(id);
  if (purl.ok()) return purl.value().purl.version == digest;
  const std::size_t at = id.rfind('@');
  return at != std::string_view::npos && id.substr(at + 1) == digest;
}

bool about(const VexProduct& product, const VexQuestion& question) {
  const auto names_component = [&](const std::string& id) {
    return !question.component_purl.empty() &&
           purl_matches(id, question.component_purl, question.unversioned);
  };
  const bool artifact =
      std::any_of(product.ids.begin(), product.ids.end(), [&](const std::string& id) {
        return names_digest(id, question.artifact) ||
               (!question.artifact_purl.empty() &&
                purl_matches(id, question.artifact_purl, question.unversioned));
      });
  const auto& parts = product.subcomponents;
  if (artifact) return parts.empty() || std::any_of(parts.begin(), parts.end(), names_component);
  // A statement whose product is the component itself, in whatever artifact it stands.
  return parts.empty() && std::any_of(product.ids.begin(), product.ids.end(), names_component);
}

bool is_about(const VexStatement& statement, const VexQuestion& question) {
  const auto named = [&](const std::string& id) {
    return std::find(question.vulnerability.begin(), question.vulnerability.end(), id) !=
           question.vulnerability.end();
  };
  if (std::none_of(statement.vulnerabilities.begin(), statement.vulnerabilities.end(), named))
    return false;
  return std::any_of(statement.products.begin(), statement.products.end(),
                     [&](const VexProduct& product) { return about(product, question); });
}

bool suppresses(const VexStatement& statement, const VexQuestion& question) {
  if (statement.status == VexStatus::fixed) return true;
  if (statement.status != VexStatus::not_affected) return false;
  return !statement.justification.empty() ||
         (question.impact_suffices && !statement.impact.empty());
}

}  // namespace

std::string_view to_string(VexStatus status) noexcept {
  switch (status) {
    case VexStatus::under_investigation:
      return "under_investigation";
    case VexStatus::affected:
      return "affected";
    case VexStatus::not_affected:
      return "not_affected";
    case VexStatus::fixed:
      return "fixed";
  }
  return "under_investigation";
}

Result<VexDocument> read_vex(const Value& root) {
  VexDocument out;
  if (root["@context"].text().substr(0, 22) == "https://openvex.dev/ns") {
    PORTREEVE_CHECK(read_openvex(root, out));
  } else if (root["bomFormat"].text() == "CycloneDX") {
    PORTREEVE_CHECK(read_cyclonedx(root, out));
  } else if (root["document"]["category"].text() == "csaf_vex") {
    if (root["document"]["csaf_version"].text() != "2.0") {
      return Error{Errc::unsupported, "VEX: CSAF of another version than 2.0"};
    }
    PORTREEVE_CHECK(read_csaf(root, out));
  } else {
    return Error{Errc::unsupported, "VEX: expected OpenVEX, CSAF (csaf_vex) or CycloneDX"};
  }
  return out;
}

std::optional<bool> suppressed_by(const std::vector<VexDocument>& documents,
                                  const VexQuestion& question) {
  const VexStatement* newest = nullptr;
  for (const VexDocument& document : documents) {
    for (const VexStatement& statement : document.statements) {
      if (!is_about(statement, question)) continue;
      const TimePoint at = statement.at.value_or(TimePoint{});
      if (question.now && at > *question.now + kVexSkew && suppresses(statement, question)) continue;
      const TimePoint before = newest == nullptr ? TimePoint{} : newest->at.value_or(TimePoint{});
      if (newest != nullptr && at < before) continue;
      // Of two at one time the one that does not suppress counts.
      if (newest != nullptr && at == before && !suppresses(*newest, question)) continue;
      newest = &statement;
    }
  }
  if (newest == nullptr) return std::nullopt;
  return suppresses(*newest, question);
}

}  // namespace portreeve::sbom
