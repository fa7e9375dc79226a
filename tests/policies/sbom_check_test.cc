// Every check sbom-*: what it passes, and what it says about what it does not.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/json.h"
#include "core/yaml.h"
#include "tests/policies/sbom_judgement.h"
#include "tests/support/sbom_builder.h"

namespace portreeve::policies {
namespace {

using test::SbomBuilder;
using test::SbomPart;

const std::string kHex(64, 'a');
const TimePoint kNow = parse_time("2027-01-31T00:00:00Z").value();

struct Data {
  Data() {
    add("kind: Data\nmetadata: {name: eol}\nspec: {table: {'pkg:npm/old': 2027-01-15}}");
    add("kind: Data\nmetadata: {name: base}\nspec: {list: ['pkg:npm/a@2.0.0', "
        "'pkg:npm/gone@1.0.0']}");
  }
  void add(std::string text) {
    const auto file = yaml::parse("apiVersion: portreeve.openova.io/v1alpha1\n" + text,
                                  json::review_limits(), nullptr);
    ASSERT_TRUE(file.ok()) << file.error().message;
    const Outcome added = set.add(Source{"data.yaml"}, file.value()->root());
    ASSERT_TRUE(added.ok()) << added.error().message;
  }
  DataSet set;
};

/// One line for each judgement: "violation: expected; found".
std::vector<std::string> judge(const std::string& name, const std::string& with,
                               const ArtifactSboms& sboms) {
  const Data data;
  const Result<Judgements> said = judge_sboms(name, with, data.set, sboms, kNow);
  if (!said.ok()) return {said.error().message};
  std::vector<std::string> out;
  for (const Judgement& judgement : said.value()) {
    constexpr std::string_view kKinds[] = {"violation", "undecided", "advice", "note"};
    out.push_back(std::string(kKinds[static_cast<int>(judgement.kind)]) + ": " +
                  judgement.expected + "; " + judgement.found +
                  (judgement.detail.empty() ? "" : " [" + judgement.detail + "]"));
  }
  return out;
}

using Lines = std::vector<std::string>;

Lines judge(const std::string& name, const std::string& with, SbomBuilder builder) {
  return judge(name, with, sboms_of({sbom_fact(builder.finish())}));
}

SbomPart part(std::string name, std::string version, std::string purl) {
  return {std::move(name), std::move(version), std::move(purl), "", "", "", ""};
}

/// A chart with two packages, all well.
SbomBuilder good() {
  SbomBuilder out;
  SbomPart root = part("chart", "1.0.0", "pkg:helm/chart@1.0.0");
  root.primary = true;
  root.sha256 = std::string(64, 'b');
  root.supplier = "Acme";
  root.depends = {"a", "b"};
  root.declared = "Apache-2.0";
  SbomPart a = part("a", "2.0.0", "pkg:npm/a@2.0.0");
  a.declared = "MIT";
  a.supplier = "Acme";
  SbomPart b = part("b", "1.1.0", "pkg:pypi/b@1.1.0");
  b.declared = "MIT OR GPL-3.0-only";
  b.supplier = "Beta";
  out.author(sbom::AgentKind::organization, "Acme").tool("syft", "1.4.0");
  out.add(root).add(a).add(b);
  return out;
}

TEST(SbomCheck, Present) {
  EXPECT_EQ(judge("sbom-present", "", good()), Lines{});
  EXPECT_EQ(judge("sbom-present", "", sboms_of({})),
            Lines{"violation: an SBOM by those we trust; none"});
  EXPECT_EQ(judge("sbom-present", "versions: ['3.0']", good()),
            Lines{"violation: an SBOM by those we trust; one of version \"2.3\""});
  ArtifactSboms gaps = sboms_of({});
  gaps.targets[0].incomplete = Error{Errc::unavailable, "HTTP 500"};
  EXPECT_EQ(
      judge("sbom-present", "", gaps),
      Lines{"undecided: an SBOM; not enough so far; something could not be looked at [HTTP 500]"});
}

TEST(SbomCheck, UnsignedOnesDoNotCount) {
  const Data data;
  ArtifactSboms sboms = sboms_of({sbom_fact(good().finish())});
  const auto parameters = yaml::parse("{}", json::review_limits(), nullptr);
  const Source source{"rule.yaml"};
  Result<Fields> fields = Fields::open(source, parameters.value()->root(), "with");
  for (const CheckType& type : check_types()) {
    if (type.name != "sbom-present") continue;
    const auto check = type.compile(fields.value(), data.set);
    ASSERT_FALSE(check.ok());
    EXPECT_NE(check.error().message.find("authorities: {any: [...]} is needed"), std::string::npos);
  }
}

TEST(SbomCheck, Valid) {
  EXPECT_EQ(judge("sbom-valid", "", good()), Lines{});
  SbomFact broken;
  broken.refused = Error{Errc::malformed, "line 1 column 9: expected spdxVersion"};
  broken.found = "there";
  EXPECT_EQ(judge("sbom-valid", "", sboms_of({broken})),
            Lines{"violation: a valid SBOM; line 1 column 9: expected spdxVersion (unsigned, found "
                  "at there)"});
  SbomBuilder odd = good();
  odd.document().defects.push_back({sbom::DefectKind::duplicate_id, 0, 0, "\"a\" twice"});
  EXPECT_EQ(judge("sbom-valid", "", odd),
            Lines{"violation: a valid SBOM; duplicate-id: \"a\" twice"});
  EXPECT_EQ(judge("sbom-valid", "tolerate: [duplicate-id]", odd), Lines{});
}

TEST(SbomCheck, Bound) {
  EXPECT_EQ(judge("sbom-bound", "", good()), Lines{});
  SbomBuilder other;
  SbomPart root = part("other", "sha256:" + std::string(64, 'c'), "");
  root.primary = true;
  other.add(root);
  const Lines said = judge("sbom-bound", "", other);
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(said[0].find("violation: a primary component that names sha256:" + kHex), 0U)
      << said[0];
  EXPECT_NE(said[0].find("it is about other"), std::string::npos) << said[0];
  SbomBuilder nothing;
  nothing.add(part("x", "1", ""));
  EXPECT_NE(judge("sbom-bound", "", nothing)[0].find("does not say what it is about"),
            std::string::npos);
}

TEST(SbomCheck, FreshToolAuthorLifecycle) {
  EXPECT_EQ(judge("sbom-fresh", "maxAge: 40d", good()), Lines{});
  EXPECT_EQ(judge("sbom-fresh", "maxAge: 20d", good()),
            Lines{"violation: at most 20 d old; made 30 d ago"});
  SbomBuilder future = good();
  future.document().created = future.text("2027-02-01T00:00:00Z");
  EXPECT_EQ(
      judge("sbom-fresh", "", future),
      Lines{"violation: a time that is past; 2027-02-01T00:00:00.000Z, which is in the future"});
  EXPECT_EQ(judge("sbom-tool", "allow: [{name: syft, versions: 'vers:semver/>=1.0.0'}]", good()),
            Lines{});
  EXPECT_EQ(judge("sbom-tool", "allow: [{name: syft, versions: 'vers:semver/>=2.0.0'}]", good()),
            Lines{"violation: a tool that is allowed; \"syft\" 1.4.0"});
  EXPECT_EQ(judge("sbom-tool", "deny: [{name: syft}]", good()),
            Lines{"violation: a tool that is not denied; \"syft\" 1.4.0"});
  EXPECT_EQ(judge("sbom-author", "", good()), Lines{});
  SbomBuilder tool_only;
  tool_only.author(sbom::AgentKind::tool, "syft").add(part("x", "1", ""));
  EXPECT_EQ(
      judge("sbom-author", "", tool_only),
      Lines{"violation: a person or an organization as author (a tool is none); no person and no "
            "organization"});
  EXPECT_EQ(judge("sbom-author", "pattern: Beta", good()),
            Lines{"violation: an author who matches \"Beta\"; \"Acme\""});
  EXPECT_EQ(judge("sbom-lifecycle", "phases: [build], unstated: true", good()), Lines{});
  EXPECT_EQ(judge("sbom-lifecycle", "phases: [build]", good()),
            Lines{"violation: one of build; it does not say at which phase it was made"});
  SbomBuilder designed = good();
  designed.document().lifecycles.push_back(designed.text("design"));
  EXPECT_EQ(judge("sbom-lifecycle", "phases: [build]", designed),
            Lines{"violation: one of build; \"design\""});
}

TEST(SbomCheck, ElementsQuotaSize) {
  EXPECT_EQ(judge("sbom-elements", "profile: ntia-2021", good()), Lines{});
  SbomBuilder lacking = good();
  lacking.add(part("c", "", ""));
  EXPECT_EQ(judge("sbom-elements", "profile: ntia-2021", lacking),
            (Lines{"violation: Supplier Name; stated for 3 of 4; not for c",
                   "violation: Version of the Component; stated for 3 of 4; not for c",
                   "violation: Other Unique Identifiers; stated for 3 of 4; not for c"}));
  EXPECT_EQ(judge("sbom-elements", "profile: ntia-2021, least: 75", lacking), Lines{});
  EXPECT_EQ(judge("sbom-elements", "profile: ntia-2021, components: root", lacking), Lines{});
  EXPECT_EQ(judge("sbom-quota", "field: component.supplier, missing: 25", lacking), Lines{});
  EXPECT_EQ(judge("sbom-quota", "field: component.supplier, missing: 10", lacking),
            Lines{"violation: component.supplier for at least 90 %; stated for 3 of 4; not for c"});
  EXPECT_EQ(judge("sbom-size", "", good()), Lines{});
  EXPECT_EQ(judge("sbom-size", "least: 4", good()),
            Lines{"violation: at least 4 packages; 3 packages"});
  EXPECT_EQ(judge("sbom-size", "most: 2", good()),
            Lines{"violation: at most 2 packages; 3 packages"});
}

TEST(SbomCheck, Placeholder) {
  EXPECT_EQ(judge("sbom-placeholder", "", good()), Lines{});
  EXPECT_EQ(judge("sbom-placeholder", "", SbomBuilder()),
            Lines{"violation: an inventory of the artifact; a placeholder: it lists no component"});
  SbomFact stub;
  stub.refused = Error{Errc::malformed, "neither SPDX nor CycloneDX nor Syft"};
  EXPECT_EQ(
      judge("sbom-placeholder", "", sboms_of({stub})),
      Lines{"violation: an inventory of the artifact; it is no SBOM: neither SPDX nor CycloneDX "
            "nor Syft"});
  SbomBuilder empty;
  empty.add(part("thing", "", ""));
  EXPECT_EQ(
      judge("sbom-placeholder", "", empty),
      Lines{"violation: an inventory of the artifact; a placeholder: no component has a version, "
            "an identifier or a hash"});
}

TEST(SbomCheck, Licences) {
  EXPECT_EQ(judge("sbom-licence-allow", "allow: [MIT, Apache-2.0]", good()), Lines{});
  EXPECT_EQ(judge("sbom-licence-allow", "allow: [MIT]", good()),
            Lines{"violation: a licence that is allowed; chart 1.0.0: Apache-2.0"});
  EXPECT_EQ(judge("sbom-licence-deny", "deny: [GPL-3.0-only]", good()), Lines{});
  EXPECT_EQ(judge("sbom-licence-deny", "deny: [GPL-3.0-only], anywhere: true", good()),
            Lines{"violation: no licence that is denied; b 1.1.0: MIT OR GPL-3.0-only (GPL-3.0-only)"});
  SbomBuilder strange = good();
  SbomPart c = part("c", "1.0.0", "pkg:npm/c@1.0.0");
  c.declared = "as the moon shines (c)";
  strange.add(c);
  EXPECT_EQ(
      judge("sbom-licence-deny", "deny: [GPL-3.0-only]", strange),
      Lines{
          "violation: a way around the denied licences; c 1.0.0: as the moon shines (c), of which "
          "nobody knows what it is"});
  EXPECT_EQ(judge("sbom-licence-deny", "deny: [GPL-3.0-only], unknown: unsafe-allow", strange),
            Lines{});
  EXPECT_EQ(judge("sbom-licence-hygiene", "", good()), Lines{});
  EXPECT_EQ(
      judge("sbom-licence-hygiene", "report: [free-text]", strange),
      Lines{
          "violation: licences of the SPDX list, well stated; free-text: as the moon shines (c) of "
          "c 1.0.0"});
}

TEST(SbomCheck, Packages) {
  EXPECT_EQ(judge("sbom-package-deny", "packages: [{purl: 'pkg:npm/left-pad'}]", good()), Lines{});
  EXPECT_EQ(
      judge("sbom-package-deny",
            "packages: [{purl: 'pkg:npm/*', versions: 'vers:npm/<2.1.0', reason: CVE-1}]", good()),
      Lines{"violation: no pkg:npm/* vers:npm/<2.1.0; a 2.0.0 (CVE-1)"});
  SbomBuilder odd = good();
  odd.add(part("z", "latest", "pkg:npm/z@latest"));
  EXPECT_EQ(
      judge("sbom-package-deny", "packages: [{purl: 'pkg:npm/z', versions: 'vers:npm/<2.1.0'}]",
            odd),
      Lines{"undecided: no pkg:npm/z vers:npm/<2.1.0; z latest [its version cannot be compared]"});
  EXPECT_EQ(judge("sbom-package-allow", "types: [npm, pypi]", good()), Lines{});
  EXPECT_EQ(judge("sbom-package-allow", "types: [npm]", good()),
            Lines{"violation: a package that is allowed; pkg:pypi/b@1.1.0"});
  EXPECT_EQ(judge("sbom-required", "packages: [{purl: 'pkg:npm/a', versions: 'vers:npm/>=2.0.0'}]",
                  good()),
            Lines{});
  EXPECT_EQ(judge("sbom-required", "packages: [{purl: 'pkg:npm/q'}]", good()),
            Lines{"violation: pkg:npm/q; no such component"});
  EXPECT_EQ(judge("sbom-hashes", "any: [SHA-512]", good())[0],
            "violation: a hash: SHA-512; SHA-256 of chart 1.0.0");
  EXPECT_EQ(judge("sbom-hashes", "weak: [MD5]", good()), Lines{});
  EXPECT_EQ(judge("sbom-identifiers", "", good()), Lines{});
  SbomBuilder bad = good();
  bad.add(part("d", "1.0.0", "pkg:npm/d@1.0.1"));
  bad.add(part("e", "1.0.0", "pkg:npm/@scope/e@1.0.0"));
  EXPECT_EQ(
      judge("sbom-identifiers", "", bad),
      (Lines{"violation: one version; purl 1.0.1, version 1.0.0 of d 1.0.0",
             "violation: a canonical purl; canonical is pkg:npm/%40scope/e@1.0.0 of e 1.0.0"}));
  EXPECT_EQ(judge("sbom-duplicates", "", good()), Lines{});
  SbomBuilder twice = good();
  twice.add(part("a", "2.0.0", "pkg:npm/a@2.0.0?x=y"));
  EXPECT_EQ(judge("sbom-duplicates", "", twice),
            Lines{"violation: each component once; a 2.0.0 twice"});
  EXPECT_EQ(judge("sbom-supplier", "allow: 'Acme|Beta'", good()), Lines{});
  EXPECT_EQ(judge("sbom-supplier", "deny: Beta", good()),
            Lines{"violation: a supplier that is not denied; Beta of b 1.1.0"});
  SbomBuilder marked = good();
  SbomPart f = part("f", "1.0.0", "pkg:npm/f@1.0.0");
  f.property = "hermeto:found=x";
  marked.add(f);
  EXPECT_EQ(judge("sbom-properties", "forbidden: [{name: 'hermeto:.*'}]", good()), Lines{});
  EXPECT_EQ(judge("sbom-properties", "forbidden: [{name: 'hermeto:.*'}]", marked),
            Lines{"violation: no property hermeto:.*; hermeto:found=x of f 1.0.0"});
}

TEST(SbomCheck, Whole) {
  EXPECT_EQ(judge("sbom-graph", "", good()), Lines{});
  SbomBuilder orphan = good();
  orphan.add(part("alone", "1.0.0", ""));
  EXPECT_EQ(
      judge("sbom-graph", "", orphan),
      Lines{"violation: a way from the primary component to every other; none to alone 1.0.0"});
  SbomBuilder circle;
  SbomPart x = part("x", "1", ""), y = part("y", "1", "");
  x.primary = true;
  x.depends = {"y"};
  y.depends = {"x"};
  circle.add(x).add(y);
  EXPECT_EQ(judge("sbom-graph", "forbid: [orphan]", circle), Lines{});
  EXPECT_EQ(judge("sbom-graph", "forbid: [cycle]", circle),
            Lines{"violation: dependencies without a cycle; a cycle of 2: x 1, y 1"});
  EXPECT_EQ(judge("sbom-content", "", good()), Lines{});
  SbomBuilder other = good();
  SbomPart root = part("r", "1", "");
  root.primary = true;
  root.sha256 = std::string(64, 'd');
  other.add(root);
  EXPECT_EQ(judge("sbom-content", "", other),
            Lines{"violation: digests of the artifact's own content; sha256:" +
                  std::string(64, 'd') + " of r 1"});
  SbomBuilder only;
  SbomPart chart = part("chart", "1.0.0", "");
  chart.primary = true;
  only.add(chart);
  EXPECT_EQ(
      judge("sbom-chart-complete", "", only),
      Lines{"violation: the chart with its subcharts and images; it lists only the chart package"});
  EXPECT_EQ(
      judge("sbom-chart-complete", "", good()),
      Lines{
          "undecided: the chart with its subcharts and images; the SBOM lists more than the chart "
          "[there is no chart to compare it with]"});
  SbomBuilder old = good();
  old.add(part("old", "1.0.0", "pkg:npm/old@1.0.0"));
  EXPECT_EQ(judge("sbom-end-of-life", "feed: eol", good()), Lines{});
  EXPECT_EQ(
      judge("sbom-end-of-life", "feed: eol", old),
      Lines{"violation: a package that is maintained; old 1.0.0, at its end since 2027-01-15"});
  EXPECT_EQ(judge("sbom-drift", "baseline: base, report: [downgraded]", good()), Lines{});
  EXPECT_EQ(judge("sbom-drift", "baseline: base", good()),
            (Lines{"violation: the packages of the baseline; added: pkg:pypi/b",
                   "violation: the packages of the baseline; removed: pkg:npm/gone"}));
  EXPECT_EQ(
      judge("sbom-agreement", "", sboms_of({sbom_fact(good().finish()), sbom_fact(good().finish())})),
      Lines{});
  EXPECT_EQ(
      judge("sbom-agreement", "", sboms_of({sbom_fact(good().finish()), sbom_fact(old.finish())})),
      Lines{"violation: two SBOMs that agree on 100 % of the packages; 66 %; they differ in "
            "pkg:npm/old"});
  EXPECT_EQ(judge("sbom-no-vulnerabilities", "", good()), Lines{});
  SbomBuilder vulnerable = good();
  sbom::Vulnerability cve;
  cve.id = vulnerable.text("CVE-2027-1");
  vulnerable.document().vulnerabilities.push_back(cve);
  EXPECT_EQ(judge("sbom-no-vulnerabilities", "", vulnerable),
            Lines{"violation: no vulnerability information in the SBOM; 1 vulnerability, the first "
                  "\"CVE-2027-1\""});
}

// Whoever may push can add a newer SBOM: what counts is who signed.
TEST(SbomCheck, TheNewestIsNoChoice) {
  SbomBuilder newer = good();
  newer.document().created = newer.text("2027-01-30T00:00:00Z");
  SbomBuilder small;
  SbomPart root = part("chart", "1.0.0", "pkg:helm/chart@1.0.0");
  root.primary = true;
  small.add(root);
  const ArtifactSboms both = sboms_of({sbom_fact(newer.finish()), sbom_fact(small.finish())});
  // By default all that count are judged, in whatever order they come.
  EXPECT_EQ(judge("sbom-size", "least: 2", both),
            Lines{"violation: at least 2 packages; 1 package (unsigned, found at there)"});
  EXPECT_EQ(judge("sbom-size", "least: 2, which: newest", both), Lines{});
}

// The order in which a document lists things is no fact about them.
TEST(SbomCheck, TheVerdictDoesNotDependOnTheOrder) {
  const auto build = [](bool backwards) {
    std::vector<SbomPart> parts = {part("a", "1.0.0", "pkg:npm/a@1.0.0"),
                                   part("b", "0.9.0", "pkg:npm/b@0.9.0"),
                                   part("root", "1", "pkg:helm/root@1")};
    parts[2].primary = true;
    parts[2].depends = {"a"};
    if (backwards) std::reverse(parts.begin(), parts.end());
    SbomBuilder out;
    for (const SbomPart& one : parts) out.add(one);
    return out;
  };
  for (const auto& [name, with] : std::initializer_list<std::pair<const char*, const char*>>{
           {"sbom-graph", ""},
           {"sbom-elements", "profile: ntia-2021"},
           {"sbom-identifiers", ""},
           {"sbom-package-deny", "packages: [{purl: 'pkg:npm/*', versions: 'vers:npm/<1.0.0'}]"},
           {"sbom-chart-complete", ""},
           {"sbom-supplier", ""}}) {
    Lines forwards = judge(name, with, build(false)), backwards = judge(name, with, build(true));
    const auto kinds = [](const Lines& lines) {
      std::vector<std::string> out;
      for (const std::string& line : lines) out.push_back(line.substr(0, line.find(';')));
      std::sort(out.begin(), out.end());
      return out;
    };
    EXPECT_EQ(kinds(forwards), kinds(backwards)) << name;
  }
}

}  // namespace
}  // namespace portreeve::policies
