// SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0/errata01). One run; every rule that has a
// finding is described once; a file is named relative to the repository.

#include <map>
#include <nlohmann/json.hpp>

#include "report/formats.h"
#include "report/rows.h"

namespace portreeve::report {
namespace {

using Json = nlohmann::ordered_json;

std::string_view level_of(const Finding& finding) noexcept {
  if (finding.effect == Effect::deny || finding.status == FindingStatus::waived) return "error";
  return finding.effect == Effect::warn ? "warning" : "note";
}

// RFC 3986: what a path holds besides unreserved characters and '/' is percent-encoded.
std::string uri_of(std::string_view path) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                       (byte >= '0' && byte <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

Json artifact_of(std::string_view file) {
  return {{"uri", uri_of(file)}, {"uriBaseId", "SRCROOT"}};
}

Json location_of(const Finding& finding) {
  Json out;
  if (finding.location.has_value()) {
    Json physical = {{"artifactLocation", artifact_of(finding.location->file)}};
    if (finding.location->line > 0) {
      physical["region"] = {{"startLine", finding.location->line},
                            {"startColumn", finding.location->column}};
    }
    out["physicalLocation"] = std::move(physical);
  }
  out["logicalLocations"] = Json::array({{{"fullyQualifiedName", clean(finding.subject)}}});
  return out;
}

Json fix_of(const Finding& finding) {
  const Edit& edit = *finding.edit;
  const Json region = {{"byteOffset", edit.begin}, {"byteLength", edit.end - edit.begin}};
  const Json replacement = {{"deletedRegion", region}, {"insertedContent", {{"text", edit.text}}}};
  return {{"description", {{"text", clean(finding.fix)}}},
          {"artifactChanges", Json::array({{{"artifactLocation", artifact_of(edit.file)},
                                            {"replacements", Json::array({replacement})}}})}};
}

std::string message_of(const Finding& finding) {
  std::string out = clean(finding.message);
  if (!finding.found.empty()) out += "\nfound: " + clean(finding.found);
  if (!finding.expected.empty()) out += "\nexpected: " + clean(finding.expected);
  if (!finding.fix.empty()) out += "\nfix: " + clean(finding.fix);
  return out.empty() ? clean(finding.rule) : out;
}

Json result_of(const Finding& finding, std::size_t rule) {
  Json out;
  out["ruleId"] = clean(finding.rule);
  out["ruleIndex"] = rule;
  out["level"] = level_of(finding);
  out["message"] = {{"text", message_of(finding)}};
  out["locations"] = Json::array({location_of(finding)});
  out["partialFingerprints"] = {{"findingId/v1", clean(finding.rule + "|" + finding.subject + "|" +
                                                       finding.path.value_or(""))}};
  if (finding.edit.has_value()) out["fixes"] = Json::array({fix_of(finding)});
  if (finding.status == FindingStatus::waived) {
    out["suppressions"] = Json::array(
        {{{"kind", "external"}, {"status", "accepted"}, {"justification", clean(finding.waiver)}}});
  }
  out["properties"] = {{"status", to_string(finding.status)},
                       {"effect", to_string(finding.effect)},
                       {"severity", to_string(finding.severity)}};
  return out;
}

Json rule_of(const Finding& finding) {
  constexpr std::string_view kScores[] = {"9.5", "8.0", "5.5", "3.0", "1.0"};
  const std::size_t severity = std::min<std::size_t>(static_cast<std::size_t>(finding.severity), 4);
  return {{"id", clean(finding.rule)},
          {"shortDescription", {{"text", clean(finding.rule)}}},
          {"help", {{"text", "portreeve explain " + clean(finding.rule)}}},
          {"properties",
           {{"security-severity", kScores[severity]}, {"tags", Json::array({"supply-chain"})}}}};
}

}  // namespace

std::string to_sarif(const Report& report) {
  std::map<std::string, std::size_t> indices;
  Json rules = Json::array();
  Json results = Json::array();
  for (const Group& group : grouped(report, {false, 0})) {
    const Finding& finding = *group.findings.front();
    const auto [at, added] = indices.emplace(finding.rule, rules.size());
    if (added) rules.push_back(rule_of(finding));
    results.push_back(result_of(finding, at->second));
  }
  Json run;
  run["tool"] = {{"driver", {{"name", "portreeve"}, {"rules", std::move(rules)}}}};
  run["columnKind"] = "unicodeCodePoints";
  run["originalUriBaseIds"] = {{"SRCROOT", {{"description", {{"text", "the repository"}}}}}};
  const Summary summary = summarize(report);
  run["invocations"] = Json::array(
      {{{"executionSuccessful", true}, {"exitCodeDescription", verdict_line(summary)}}});
  run["results"] = std::move(results);
  Json out;
  out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
  out["version"] = "2.1.0";
  out["runs"] = Json::array({std::move(run)});
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace portreeve::report
