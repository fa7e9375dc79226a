// The table of the checks sbom-*, for the documentation and the JSON Schema for editors.

#include "policies/checks/sbom_checks.h"

namespace portreeve::policies {
namespace {

constexpr std::string_view kText = R"({"type": "string"})";
constexpr std::string_view kTexts = R"({"type": "array", "items": {"type": "string"}})";
constexpr std::string_view kFlag = R"({"type": "boolean"})";
constexpr std::string_view kCount = R"({"type": "integer", "minimum": 0})";
constexpr std::string_view kPercent = R"({"type": "integer", "minimum": 0, "maximum": 100})";
constexpr std::string_view kObjects = R"({"type": "array", "items": {"type": "object"}})";

std::vector<Parameter> parameters(std::vector<Parameter> own) {
  std::vector<Parameter> out = {
      {"authorities", R"({"type": "object"})", "{any: [...]}: whose attested SBOMs count"},
      {"unsafe-unsigned", kFlag, "SBOMs that nobody signed count too"},
      {"formats", R"({"type": "array", "items": {"enum": ["spdx", "cyclonedx", "syft"]}})",
       "which formats count; default all"},
      {"which", R"({"enum": ["all", "any", "newest"]})", "of several SBOMs; default all"},
      {"platforms", R"({"enum": ["index", "all-children", "any-child"]})",
       "whose SBOMs count; default index"},
      {"messages", kCount, "how many places are named; default 8"}};
  out.insert(out.end(), own.begin(), own.end());
  return out;
}

std::vector<Parameter> licences(std::string_view key, std::string_view meaning) {
  return parameters(
      {{key, kTexts, meaning, true},
       {"exceptions", "{}", "'any', or a list: the exceptions that an entry without WITH covers"},
       {"of", R"({"enum": ["concluded", "declared", "both", "prefer-concluded"]})",
        "which licences are judged; default prefer-concluded"},
       {"unknown", R"({"enum": ["deny", "warn", "unsafe-allow"]})",
        "what becomes of a licence that nobody knows; default deny"},
       {"unsafe-any-of-list", kFlag, "several licences of one component are a choice"}});
}

void add_document_checks(std::vector<CheckType>& out) {
  out.push_back({"sbom-present", "there are SBOMs by those we trust (SB01)",
                 parameters({{"atLeast", kCount, "how many; default 1"},
                             {"versions", kTexts, "of the specification, such as 2.3"}}),
                 compile_sbom_present});
  out.push_back({"sbom-valid", "what is attested is a valid SBOM (SB02)",
                 parameters({{"tolerate", kTexts, "kinds of defects that are passed over"},
                             {"warnings", kFlag, "lesser defects are violations too"}}),
                 compile_sbom_valid});
  out.push_back(
      {"sbom-bound", "the SBOM is about this artifact, by its own words too (SB03)",
       parameters({{"inner", kFlag, "the primary component must name the artifact; default true"}}),
       compile_sbom_bound});
  out.push_back({"sbom-fresh", "when the SBOM was made (SB04)",
                 parameters({{"maxAge", kText, "how old it may be: '90d'"},
                             {"skew", kText, "how far in the future; default 5m"}}),
                 compile_sbom_fresh});
  out.push_back({"sbom-tool", "what made the SBOM (SB05)",
                 parameters({{"allow", kObjects, "{name, versions}: pattern and vers range"},
                             {"deny", kObjects, "the same; one of the two"}}),
                 compile_sbom_tool});
  out.push_back({"sbom-author", "a person or an organization made the SBOM (SB06)",
                 parameters({{"pattern", kText, "of the author's name or address"}}),
                 compile_sbom_author});
  out.push_back({"sbom-lifecycle", "at which phase the SBOM was made (SB07)",
                 parameters({{"phases", kTexts, "that are allowed", true},
                             {"unstated", kFlag, "it need not say (SPDX 2 cannot)"}}),
                 compile_sbom_lifecycle});
  out.push_back(
      {"sbom-elements",
       "minimum elements: what the SBOM states about itself and each component (SB08)",
       parameters({{"profile", R"({"enum": ["ntia-2021", "cisa-2026", "bsi-2.1.0", "cra-min"]})",
                    "a shipped list of fields"},
                   {"fields", kTexts, "a list of fields, instead"},
                   {"least", kPercent, "of the components, for each field; default 100"},
                   {"components", R"({"enum": ["root", "direct", "all"]})", "default all"}}),
       compile_sbom_elements});
  out.push_back({"sbom-quota", "how many components may lack a field (SB09)",
                 parameters({{"field", kText, "such as component.supplier", true},
                             {"missing", kPercent, "at most", true}}),
                 compile_sbom_quota});
  out.push_back({"sbom-size", "how many packages the SBOM lists (SB10)",
                 parameters({{"least", kCount, "default 1"}, {"most", kCount, "default any"}}),
                 compile_sbom_size});
  out.push_back({"sbom-placeholder", "the SBOM is an inventory, and no stand-in for one",
                 parameters({}), compile_sbom_placeholder});
  out.push_back({"sbom-no-vulnerabilities", "the SBOM holds no vulnerability information (SB25)",
                 parameters({}), compile_sbom_no_vulnerabilities});
}

void add_licence_checks(std::vector<CheckType>& out) {
  out.push_back({"sbom-licence-allow",
                 "every component can be had under a licence that is allowed (SB11)",
                 licences("allow", "ids, globs, 'ID WITH EXCEPTION', osi-approved, fsf-libre"),
                 compile_sbom_licence_allow});
  std::vector<Parameter> deny = licences("deny", "ids, globs, 'ID WITH EXCEPTION', groups");
  deny.push_back({"anywhere", kFlag, "denied even where another choice is left"});
  out.push_back({"sbom-licence-deny", "no component has only licences that are denied (SB12)",
                 std::move(deny), compile_sbom_licence_deny});
  out.push_back({"sbom-licence-hygiene", "licences are well stated (SB13)",
                 parameters({{"report", kTexts,
                              "unknown-id, deprecated-id, dangling-reference, free-text, not-osi, "
                              "not-fsf, unstated"}}),
                 compile_sbom_licence_hygiene});
}

void add_package_checks(std::vector<CheckType>& out) {
  const Parameter packages{"packages", kObjects, "{purl, versions, name, cpe, sha256, reason}",
                           true};
  out.push_back({"sbom-package-deny", "packages that must not be in it (SB14)",
                 parameters({packages}), compile_sbom_package_deny});
  out.push_back({"sbom-package-allow", "only such packages are in it (SB15)",
                 parameters({{"packages", kObjects, "{purl, versions}"},
                             {"types", kTexts, "purl types"},
                             {"repositories", kTexts,
                              "globs over 'host/path' of repository_url and the like"}}),
                 compile_sbom_package_allow});
  out.push_back({"sbom-required", "packages that must be in it (SB16)", parameters({packages}),
                 compile_sbom_required});
  out.push_back({"sbom-chart-complete", "it covers the chart, its subcharts and its images (SB17)",
                 parameters({{"images", kFlag, "whether images are asked for; default true"}}),
                 compile_sbom_chart_complete});
  out.push_back({"sbom-content",
                 "the digests that it states of the artifact are the artifact's (SB18)",
                 parameters({}), compile_sbom_content});
  out.push_back({"sbom-hashes", "hashes of components (SB19)",
                 parameters({{"any", kTexts, "algorithms of which each component has one: SHA-512"},
                             {"weak", kTexts, "algorithms that are not enough alone: MD5, SHA-1"}}),
                 compile_sbom_hashes});
  out.push_back({"sbom-identifiers",
                 "purls and CPEs are well-formed and agree with the fields (SB20)",
                 parameters({{"agree", kFlag, "purl and version say the same; default true"},
                             {"canonical", kFlag,
                              "a purl that must be repaired is none; default true"}}),
                 compile_sbom_identifiers});
}

void add_whole_checks(std::vector<CheckType>& out) {
  out.push_back({"sbom-graph", "the relationships hang together (SB21)",
                 parameters({{"forbid", kTexts, "dangling, orphan, cycle, undeclared, no-direct"},
                             {"depth", kCount, "most steps from the primary component"}}),
                 compile_sbom_graph});
  out.push_back({"sbom-duplicates", "no component is listed twice (SB22)", parameters({}),
                 compile_sbom_duplicates});
  out.push_back({"sbom-supplier", "who supplies the components (SB23)",
                 parameters({{"allow", kText, "pattern of names"},
                             {"deny", kText, "pattern of names"},
                             {"required", kFlag, "each must have one; default true"}}),
                 compile_sbom_supplier});
  out.push_back({"sbom-properties", "properties that components must or must not have (SB26)",
                 parameters({{"forbidden", kObjects, "{name, value}: patterns"},
                             {"required", kObjects, "{name, value}: patterns"}}),
                 compile_sbom_properties});
  out.push_back({"sbom-end-of-life", "no package is past its end of life (SB27)",
                 parameters({{"feed", kText, "Data table: purl to date", true}}),
                 compile_sbom_end_of_life});
  out.push_back({"sbom-drift", "what changed against a baseline (SB28)",
                 parameters({{"baseline", kText, "Data list of purls", true},
                             {"report", kTexts, "added, removed, downgraded; default all"}}),
                 compile_sbom_drift});
  out.push_back({"sbom-agreement", "SBOMs of one artifact list the same packages (SB30)",
                 parameters({{"least", kPercent, "of the packages; default 100"}}),
                 compile_sbom_agreement});
}

void add_vulnerabilities(std::vector<CheckType>& out) {
  constexpr std::string_view kNumber = R"({"type": "number", "minimum": 0})";
  constexpr std::string_view kAuthorities = R"({"type": "object"})";
  out.push_back(
      {"vulnerabilities",
       "no vulnerability that matters, by attested scan reports and VEX (SB24)",
       {{"authorities", kAuthorities, "{any: [...]}: whose scan reports count", true},
        {"vex", kAuthorities, "{any: [...]}: whose VEX documents count"},
        {"severity", R"({"enum": ["none", "low", "medium", "high", "critical"]})",
         "from which on it matters; default critical"},
        {"cvss", kNumber, "from which score on it matters"},
        {"epss", kNumber, "from which EPSS score on it matters"},
        {"percentile", kNumber, "from which EPSS percentile on it matters"},
        {"epssTable", kText, "Data `epss`, or a table: CVE to EPSS score"},
        {"kevList", kText, "Data `kev`, or a list of CVEs: known to be exploited, they matter always"},
        {"maxFeedAge", kText, "of these two; an older one is undecided"},
        {"fixable", kFlag, "only what can be fixed matters"},
        {"maxAge", kText, "of the scan: '7d'"},
        {"maxDatabaseAge", kText, "of the scanner's data"},
        {"scanner", kText, "pattern of its name and version"},
        {"exceptions", kObjects, "{id, package, reason, expires}"},
        {"unsafe-unversioned-vex", kFlag, "a VEX purl without version is about every version"},
        {"impactSuffices", kFlag,
         "not_affected needs no justification beside its impact statement"}},
       compile_vulnerabilities});
}

}  // namespace

std::vector<CheckType> sbom_check_types() {
  std::vector<CheckType> out;
  add_document_checks(out);
  add_licence_checks(out);
  add_package_checks(out);
  add_whole_checks(out);
  add_vulnerabilities(out);
  return out;
}

}  // namespace portreeve::policies
