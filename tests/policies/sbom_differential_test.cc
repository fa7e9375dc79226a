// The same facts in another order, another version or another format give the same verdict.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "tests/policies/sbom_judgement.h"
#include "tests/sbom/documents.h"

namespace portreeve::policies {
namespace {

using Json = nlohmann::json;

/// Every check over one SBOM that needs no list of an operator.
constexpr std::pair<std::string_view, std::string_view> kChecks[] = {
    {"sbom-present", ""},
    {"sbom-valid", ""},
    {"sbom-bound", ""},
    {"sbom-fresh", "maxAge: 90d"},
    {"sbom-tool", "deny: [{name: 'org.spdx.*'}]"},
    {"sbom-author", ""},
    {"sbom-elements", "profile: ntia-2021"},
    {"sbom-elements", "profile: cra-min"},
    {"sbom-quota", "field: component.supplier, missing: 10"},
    {"sbom-size", "least: 2, most: 5"},
    {"sbom-placeholder", ""},
    {"sbom-licence-allow", "allow: [MIT, Apache-2.0]"},
    {"sbom-licence-deny", "deny: ['GPL-*', 'LGPL-*']"},
    {"sbom-licence-hygiene", ""},
    {"sbom-package-deny", "packages: [{name: 'junit.*'}, {purl: 'pkg:npm/**'}]"},
    {"sbom-package-allow", "types: [maven, npm]"},
    {"sbom-required", "packages: [{name: 'commons-.*'}]"},
    {"sbom-identifiers", ""},
    {"sbom-graph", "forbid: [dangling, cycle]"},
    {"sbom-graph", "forbid: [orphan]"},
    {"sbom-duplicates", ""},
    {"sbom-supplier", ""},
    {"sbom-no-vulnerabilities", ""}};

struct Judged {
  std::string check;
  bool violated = false, undecided = false;
  std::vector<std::string> said;  ///< Sorted; order and what a limit left out are no verdict.
  std::string verdict() const {
    return check + (violated ? " violated" : "") + (undecided ? " undecided" : "");
  }
};

Judged judge(std::string_view name, std::string_view with, const sbom::DocumentPtr& document) {
  Judged out;
  out.check = std::string(name) + " {" + std::string(with) + "}";
  const Result<Judgements> said =
      judge_sboms(name, "messages: 100000" + (with.empty() ? "" : ", " + std::string(with)),
                  DataSet(), sboms_of({sbom_fact(sbom::Inventory::make(document))}),
                  parse_time("2025-01-31T00:00:00Z").value());
  EXPECT_TRUE(said.ok()) << out.check << ": " << said.error().message;
  if (!said.ok()) return out;
  for (const Judgement& judgement : said.value()) {
    out.violated = out.violated || judgement.kind == Judgement::Kind::violation;
    out.undecided = out.undecided || judgement.kind == Judgement::Kind::undecided;
    out.said.push_back(judgement.expected + "; " + judgement.found);
  }
  std::sort(out.said.begin(), out.said.end());
  return out;
}

std::vector<Judged> judge_all(const std::string& text) {
  const sbom::DocumentPtr document = sbom::must_read(text);
  std::vector<Judged> out;
  for (const auto& [name, with] : kChecks) out.push_back(judge(name, with, document));
  return out;
}

std::vector<std::string> verdicts(const std::vector<Judged>& judged) {
  std::vector<std::string> out;
  for (const Judged& one : judged) out.push_back(one.verdict());
  return out;
}

void shuffle(Json& value, std::mt19937& random) {
  if (value.is_array()) std::shuffle(value.begin(), value.end(), random);
  for (auto& inner : value) {
    if (inner.is_structured()) shuffle(inner, random);
  }
}

TEST(SbomDifferential, ShuffledArraysGiveTheSameVerdict) {
  const std::string folder = sbom::corpus("");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::mt19937 random(20261123);
  std::vector<std::string> files = sbom::files_below(folder + "/spdx", ".json");
  for (const std::string& path : sbom::files_below(folder + "/cyclonedx", ".json")) {
    if (path.find("/valid-") != std::string::npos) files.push_back(path);
  }
  ASSERT_GT(files.size(), 90U);
  for (const std::string& path : files) {
    const std::string bytes = sbom::read_file(path);
    if (bytes.size() > 2'000'000) continue;
    const std::vector<Judged> want = judge_all(bytes);
    Json document = Json::parse(bytes);
    shuffle(document, random);
    const std::vector<Judged> got = judge_all(document.dump());
    EXPECT_EQ(verdicts(got), verdicts(want)) << path;
  }
}

// Fields that 1.4 does not know are taken out first, so that all versions say the same.
void reduce(Json& component) {
  for (const char* field :
       {"manufacturer", "authors", "isExternal", "versionRange", "omniborId", "swhid", "tags",
        "cryptoProperties", "patentAssertions", "modelCard", "data", "signature", "evidence",
        "externalReferences", "pedigree", "releaseNotes", "licenses", "hashes"}) {
    component.erase(field);
  }
  if (!component.contains("components")) return;
  for (auto& inner : component["components"]) reduce(inner);
}

TEST(SbomDifferential, DownLevelledCycloneDxGivesTheSameVerdict) {
  const std::string folder = sbom::corpus("cyclonedx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::size_t compared = 0;
  for (const std::string& path : sbom::files_below(folder + "/1.7", ".json")) {
    if (path.find("/valid-") == std::string::npos) continue;
    Json document = Json::parse(sbom::read_file(path));
    Json reduced = {{"bomFormat", "CycloneDX"}, {"version", 1}};
    bool newer = !document.contains("components");
    reduced["components"] = newer ? Json::array() : document["components"];
    if (document.contains("dependencies")) reduced["dependencies"] = document["dependencies"];
    for (auto& component : reduced["components"]) {
      reduce(component);
      const std::string type = component["type"];
      newer = newer || !component.contains("version") || type == "data" || type == "platform" ||
              type == "device-driver" || type == "machine-learning-model" ||
              type == "cryptographic-asset";
    }
    if (reduced.contains("dependencies")) {
      for (auto& dependency : reduced["dependencies"]) dependency.erase("provides");
    }
    if (newer) continue;
    std::vector<Judged> want;
    for (const char* version : {"1.7", "1.6", "1.5", "1.4"}) {
      reduced["specVersion"] = version;
      const std::vector<Judged> got = judge_all(reduced.dump());
      if (want.empty()) want = got;
      for (std::size_t i = 0; i < got.size(); ++i) {
        EXPECT_EQ(got[i].verdict(), want[i].verdict()) << path << " as " << version;
        EXPECT_EQ(got[i].said, want[i].said) << path << " as " << version;
      }
    }
    ++compared;
  }
  EXPECT_GE(compared, 10U);
}

// Pairs that a converter made: 2.3 and 3.0.1 of the same thing. It turned dynamic links round, so
// what no way leads to is not the same thing.
TEST(SbomDifferential, SpdxPairsGiveTheSameVerdict) {
  const std::string folder = sbom::corpus("spdx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  const std::string software = folder + "/software/";
  for (const auto& [two, three] : std::vector<std::pair<std::string, std::string>>{
           {"example8/spdx2.3/examplemaven-0.0.1.spdx.json",
            "example8/spdx3.0/examplemaven-0.0.1.spdx3.json"},
           {"example14/spdx2.3/examplemaven-0.0.1-enriched.spdx.json",
            "example14/spdx3.0/examplemaven-0.0.1-enriched.spdx3.json"}}) {
    std::vector<std::string> before = verdicts(judge_all(sbom::read_file(software + two)));
    std::vector<std::string> after = verdicts(judge_all(sbom::read_file(software + three)));
    const auto turned = [](const std::string& one) {
      return one.find("{forbid: [orphan]}") != std::string::npos;
    };
    before.erase(std::remove_if(before.begin(), before.end(), turned), before.end());
    after.erase(std::remove_if(after.begin(), after.end(), turned), after.end());
    EXPECT_EQ(before.size(), std::size(kChecks) - 1);
    EXPECT_EQ(after, before) << two;
  }
}

}  // namespace
}  // namespace portreeve::policies
