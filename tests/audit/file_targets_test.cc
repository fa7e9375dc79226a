// Targets that are files, and charts that are followed to their images.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "crypto/hash.h"
#include "tests/charts/chart_text.h"
#include "tests/audit/rig.h"

namespace portreeve::audit {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;

constexpr char kGood[] =
    R"({"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"timestamp":"2027-01-01T00:00:00Z",
"authors":[{"name":"Ann"}],"component":{"type":"application","bom-ref":"app","name":"app",
"version":"1.0","supplier":{"name":"Acme"},"purl":"pkg:generic/app@1.0"}},
"components":[{"type":"library","bom-ref":"a","name":"a","version":"1.0.0",
"supplier":{"name":"Acme"},"purl":"pkg:npm/a@1.0.0","licenses":[{"license":{"id":"MIT"}}],
"hashes":[{"alg":"SHA-256","content":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}],
"dependencies":[{"ref":"app","dependsOn":["a"]},{"ref":"a"}]})";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST_F(AuditTest, AnSbomByItself) {
  const std::string file = scratch_.write("good.cdx.json", kGood);
  const Ran ran = audit({"sbom:" + file});
  EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("report  audit/sbom-unsigned"));
  EXPECT_THAT(ran.out, HasSubstr("found     no signature\n"));
  EXPECT_THAT(ran.out, HasSubstr("report  audit/sbom-unbound"));
  EXPECT_THAT(ran.out, HasSubstr("no statement, so it names no artifact"));
  EXPECT_THAT(ran.out, HasSubstr("2 packages: unsigned, found at " + file));
  EXPECT_THAT(ran.out, HasSubstr("quality: ntia-2021 100 %, cisa-2026 "));
  EXPECT_THAT(ran.out, EndsWith("allow\n"));
  // What it names by digest is kept.
  const Ran json = audit({"sbom:" + file, "--format", "json"});
  const auto tree = nlohmann::json::parse(json.out)["subjects"][0]["tree"][0];
  EXPECT_EQ(tree["kind"], "sbom");
  EXPECT_EQ(tree["digests"][0]["purl"], "pkg:npm/a@1.0.0");
  EXPECT_EQ(tree["digests"][0]["digest"], "sha256:" + std::string(64, 'a'));
}

TEST_F(AuditTest, AnSbomThatIsWrong) {
  struct Case {
    std::string text, finding;
    int exit;
  };
  for (const Case& one : std::vector<Case>{
           {replaced(kGood, R"("dependsOn":["a"])", R"("dependsOn":["gone"])"),
            "deny  sbom-file/valid", 1},
           {replaced(kGood, R"("bomFormat")", R"("bomFormat":"CycloneDX","bomFormat")"),
            "key \"bomFormat\" repeated", 1},
           {R"({"sbom":"attached at build time"})", "deny  sbom-file/inventory", 1},
           {replaced(kGood, "pkg:npm/a@1.0.0", "npm/a"), "deny  sbom-file/identifiers", 1},
           {replaced(kGood, R"({"id":"MIT"}}])", R"({"name":"x"}},{"expression":"LicenseRef-x"}])"),
            "deny  sbom-file/valid", 1},
           {replaced(kGood, R"([{"license":{"id":"MIT"}}])", R"([{"expression":"LicenseRef-x"}])"),
            "warning  sbom-file/licences", 0},
           {replaced(kGood, R"("dependencies")", R"("x-dependencies")"), "deny  sbom-file/valid",
            1},
           {replaced(kGood, R"(,{"ref":"a"})", ""), "warning  sbom-file/graph", 0},
           {replaced(kGood, R"("supplier":{"name":"Acme"},"purl":"pkg:npm)", R"("purl":"pkg:npm)"),
            "warning  sbom-file/elements", 0},
           {replaced(kGood, "app@1.0\"", "app@2.0\""), "warning  sbom-file/purls", 0}}) {
    const Ran ran = audit({"sbom:" + scratch_.write("x.json", one.text)});
    EXPECT_EQ(ran.exit, one.exit) << ran.out << ran.err;
    EXPECT_THAT(ran.out, HasSubstr(one.finding));
  }
  const Ran missing = audit({"sbom:" + scratch_.path("nothing.json")});
  EXPECT_EQ(missing.exit, 3) << missing.out;
  EXPECT_THAT(missing.out, HasSubstr("undecided  audit/unreadable"));
  EXPECT_EQ(audit({"sbom:"}).exit, 2);
}

// An attestation around it is named, and proves nothing here.
TEST_F(AuditTest, AnSbomInAnAttestation) {
  testing::SignatureSpec spec;
  spec.payload =
      R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"ship","digest":{"sha256":")" +
      std::string(64, 'd') + R"("}}],"predicateType":"https://cyclonedx.org/bom","predicate":)" +
      kGood + "}";
  const Ran ran = audit({"sbom:" + scratch_.write("a.json", mint_.bundle(spec).dump())});
  EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("a signature, which is not verified here"));
  EXPECT_THAT(ran.out, HasSubstr("a statement about ship sha256:" + std::string(64, 'd')));
}

// What an operator asks of files in the profile of files.
TEST_F(AuditTest, AnSbomByOnesOwnPolicy) {
  const std::string file = scratch_.write("good.cdx.json", kGood);
  scratch_.write("p/own.yaml",
                 kHead + std::string(R"(kind: Policy
metadata: {name: own}
spec:
  description: no npm
  profiles: [sbom-file]
  match: {artifacts: ['**'], objects: [{group: portreeve.openova.io, kinds: [SbomFile]}]}
  rules:
    - {name: r, check: sbom-package-deny, with: {unsafe-unsigned: true, packages: [{purl: 'pkg:npm/**'}]}, message: m, fix: f}
  examples:
    - name: npm
      expect: deny
      sboms: [{document: {bomFormat: CycloneDX, specVersion: '1.6', components: [{type: library, name: a, purl: 'pkg:npm/a@1'}]}}]
      object: {apiVersion: portreeve.openova.io/v1alpha1, kind: SbomFile, reference: 'sbom.invalid/file@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'}
)"));
  const Ran ran = audit({"sbom:" + file, "--policies", scratch_.path("p")});
  EXPECT_EQ(ran.exit, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("deny  own/r"));
  EXPECT_THAT(ran.out, HasSubstr("found     a 1.0.0"));
}

TEST_F(AuditTest, AChartByItself) {
  scratch_.write("c/Chart.yaml", "apiVersion: v2\nname: echo\nversion: 1.0.0\nannotations: {catalyst.openova.io/no-upstream: 'true'}\n");
  scratch_.write("c/templates/echo.yaml", "a: 1\n");
  const Ran ran = audit({"chart:" + scratch_.path("c")});
  EXPECT_THAT(ran.out, HasSubstr("chart:echo@1.0.0 (" + scratch_.path("c") + ")"));
  EXPECT_THAT(ran.out, Not(HasSubstr("audit/chart-unreadable")));
  // Nothing may render, which GUARD 2 would need: undecided by the catalog, never a pass.
  EXPECT_THAT(ran.out, HasSubstr("chart-smoke-render/default-render"));
  const std::string junk = scratch_.write("x-1.0.0.tgz", "no package");
  const Ran bad = audit({"chart:" + junk});
  EXPECT_EQ(bad.exit, 1) << bad.out << bad.err;
  EXPECT_THAT(bad.out, HasSubstr("deny  audit/chart-unreadable"));
  EXPECT_EQ(audit({"chart:" + scratch_.path("nothing")}).exit, 3);
  EXPECT_EQ(audit({"chart:"}).exit, 2);
}

class FollowTest : public AuditTest {
 protected:
  FollowTest() {
    std::ifstream in(HOSTILE_PROGRAM, std::ios::binary);
    const std::string program{std::istreambuf_iterator<char>(in), {}};
    crypto::Sha256Stream hash;
    hash.update(program);
    config_ = scratch_.write("config.yaml", kHead + std::string("kind: Config\nspec: {helm: {program: ") +
                                                HOSTILE_PROGRAM + ", sha256: '" +
                                                Digest(hash.finish()).hex() + "'}}\n");
    scratch_.write("p/registry.yaml", kHead + std::string("kind: Registry\nmetadata: {name: r}\n"
                                                          "spec: {host: '") +
                                          server_.host() + "', ca: '" + ca_ + "'}\n");
  }
  std::string chart(const std::vector<std::string>& images) const {
    scratch_.write("c/Chart.yaml", "apiVersion: v2\nname: echo\nversion: 1.0.0\nannotations: {catalyst.openova.io/no-upstream: 'true'}\n");
    std::string text =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: "
        "{containers: [";
    for (const std::string& image : images) text += "{name: c, image: '" + image + "'},";
    scratch_.write("c/templates/echo.yaml", text + "]}}}\n");
    return "chart:" + scratch_.path("c");
  }
  Ran follow(const std::string& target, std::vector<std::string> more = {}) const {
    std::vector<std::string> args = {target,     "--images",   "--config", config_,
                                     "--policies", scratch_.path("p")};
    args.insert(args.end(), more.begin(), more.end());
    return audit(std::move(args));
  }
  /// Version 1.2.0 of bp-wiki, and the Blueprint that names it, in folder b.
  void put_chart(const std::string& repository, const std::string& package) {
    const std::string layer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
    const std::string manifest =
        R"({"schemaVersion":2,"mediaType":")" + std::string(oci::kOciManifest) + R"(","config":)" +
        oci::descriptor_json("application/vnd.cncf.helm.config.v1+json", "{}") + R"(,"layers":[)" +
        oci::descriptor_json(layer, package) + "]}";
    server_.put_blob(repository, "{}");
    server_.put_blob(repository, package);
    server_.put_manifest(repository, manifest, std::string(oci::kOciManifest), "1.2.0");
    scratch_.write("b/wiki.yaml",
                   "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\nmetadata: {name: bp-wiki}\n"
                   "spec: {version: 1.2.0, card: {title: Wiki}}\n");
  }
  std::string config_;
};

TEST_F(FollowTest, FromAChartToTheSbomsOfItsImages) {
  server_.put_blob("acme/ship", kGood);
  server_.put_manifest(
      "acme/ship",
      oci::manifest_json("application/vnd.cyclonedx+json", kGood,
                         oci::descriptor_json(oci::kOciManifest, image_),
                         R"(,"artifactType":"application/vnd.cyclonedx+json")"),
      std::string(oci::kOciManifest));
  const std::string image = server_.host() + "/acme/ship:1.0";
  const Ran ran = follow(chart({image}));
  EXPECT_THAT(ran.out, HasSubstr("  chart  echo 1.0.0: "));
  EXPECT_THAT(ran.out, HasSubstr("    image  " + image + ": no policy asks about it\n"));
  EXPECT_THAT(ran.out, HasSubstr("2 packages: unsigned, found at " + server_.host()));
  EXPECT_THAT(ran.out, HasSubstr("not bound: its primary component names no digest"));
  EXPECT_THAT(ran.out, Not(HasSubstr("audit/who-signed")));
  const Ran json = follow(chart({image}), {"--format", "json"});
  const auto node = nlohmann::json::parse(json.out)["subjects"][0]["tree"][0];
  EXPECT_EQ(node["kind"], "chart");
  EXPECT_EQ(node["children"][0]["kind"], "image");
  EXPECT_EQ(node["children"][0]["children"][0]["kind"], "sbom");
  EXPECT_EQ(node["children"][0]["children"][0]["digests"][0]["purl"], "pkg:npm/a@1.0.0");
  const Ran html = follow(chart({image}), {"--format", "html"});
  EXPECT_THAT(html.out, HasSubstr("<b>image</b> <code>" + image + "</code>"));
}

// A chart in a registry: its own SBOMs, and its images where it renders.
TEST_F(FollowTest, AChartInARegistry) {
  const std::string package =
      charts::package({{"bp-wiki/Chart.yaml", charts::chart_yaml("bp-wiki", "1.2.0")}});
  put_chart("acme/bp-wiki", package);
  const std::string config =
      scratch_.write("blueprints.yaml", kHead + std::string("kind: Config\nspec: {blueprintFolders: ['") +
                                            scratch_.path("b") + "']}\n");
  const Ran ran = audit({target("acme/bp-wiki:1.2.0"), "--images", "--config", config});
  EXPECT_EQ(ran.exit, 3) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("  blueprint  bp-wiki 1.2.0: " + scratch_.path("b/wiki.yaml")));
  EXPECT_THAT(ran.out, HasSubstr("    chart  bp-wiki 1.2.0: no policy asks about it, sha256:"));
  EXPECT_THAT(ran.out, HasSubstr("      sbom  none: none found\n"));
  EXPECT_THAT(ran.out, HasSubstr("undecided  audit/images"));
}

/// The helms of the end-to-end tests, where script/e2e keeps them; empty: it never ran here.
std::vector<std::string> real_helms() {
  std::vector<std::string> out;
  const auto variable = [](const char* name, const std::string& otherwise) {
    const char* const value = std::getenv(name);
    return value == nullptr ? otherwise : std::string(value);
  };
  const std::string caches = variable("XDG_CACHE_HOME", variable("HOME", "") + "/.cache");
  const std::string rigs = variable("PORTREEVE_CACHE", caches + "/portreeve") + "/rigs";
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(rigs, error)) {
    if (entry.path().filename().string().rfind("helm", 0) != 0) continue;
    for (const auto& program : {entry.path(), entry.path() / "helm"}) {
      if (std::filesystem::is_regular_file(program, error)) out.push_back(program.string());
    }
  }
  return out;
}

// The whole way, with a helm that is none of ours: Blueprint → chart → image → SBOM.
TEST_F(FollowTest, FromABlueprintToTheSbomsOfItsImagesWithRealHelm) {
  const std::vector<std::string> helms = real_helms();
  if (helms.empty()) GTEST_SKIP() << "skipped: no helm of script/e2e";
  server_.put_blob("acme/ship", kGood);
  server_.put_manifest(
      "acme/ship",
      oci::manifest_json("application/vnd.cyclonedx+json", kGood,
                         oci::descriptor_json(oci::kOciManifest, image_),
                         R"(,"artifactType":"application/vnd.cyclonedx+json")"),
      std::string(oci::kOciManifest));
  const std::string image = server_.host() + "/acme/ship:1.0";
  put_chart("acme/bp-wiki",
            charts::package(
                {{"bp-wiki/Chart.yaml", charts::chart_yaml("bp-wiki", "1.2.0")},
                 {"bp-wiki/values.yaml", "image: " + image + "\n"},
                 {"bp-wiki/templates/pod.yaml",
                  "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n"
                  "spec: {containers: [{name: c, image: {{ .Values.image | quote }}}]}\n"}}));
  for (const std::string& helm : helms) {
    std::ifstream in(helm, std::ios::binary);
    crypto::Sha256Stream hash;
    hash.update(std::string{std::istreambuf_iterator<char>(in), {}});
    config_ = scratch_.write(
        "real.yaml", kHead + std::string("kind: Config\nspec: {blueprintFolders: ['") +
                         scratch_.path("b") + "'], helm: {program: " + helm + ", sha256: '" +
                         Digest(hash.finish()).hex() + "'}}\n");
    const Ran ran = follow(target("acme/bp-wiki:1.2.0"), {"--format", "json"});
    const auto report = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_FALSE(report.is_discarded()) << ran.out << ran.err;
    nlohmann::json node = report["subjects"][0]["tree"][0];
    EXPECT_EQ(node["kind"], "blueprint") << ran.out;
    node = node["children"][0];
    EXPECT_EQ(node["kind"], "chart") << ran.out;
    // Its own SBOMs, then its images.
    const auto of_kind = [&](const char* kind) {
      for (const auto& child : node["children"]) {
        if (child["kind"] == kind) return child;
      }
      ADD_FAILURE() << "no " << kind << " in " << node.dump(2);
      return nlohmann::json();
    };
    node = of_kind("image");
    ASSERT_TRUE(node.is_object());
    EXPECT_EQ(node["name"], image) << node.dump(2);
    node = of_kind("sbom");
    ASSERT_TRUE(node.is_object());
    EXPECT_EQ(node["digests"][0]["purl"], "pkg:npm/a@1.0.0") << node.dump(2);
  }
}

TEST_F(FollowTest, WhatCannotBeFollowedIsUndecided) {
  const Ran elsewhere = follow(chart({"registry.invalid/acme/x:1"}));
  EXPECT_EQ(elsewhere.exit, 3) << elsewhere.out << elsewhere.err;
  EXPECT_THAT(elsewhere.out, HasSubstr("image  registry.invalid/acme/x:1: not looked at: "));
  EXPECT_THAT(elsewhere.out, HasSubstr("undecided  audit/unreadable"));
  const Ran no_reference = follow(chart({"UPPER CASE"}));
  EXPECT_EQ(no_reference.exit, 3) << no_reference.out;
  EXPECT_THAT(no_reference.out, HasSubstr("undecided  audit/image"));
  // Nothing renders: which images there are is not known.
  const Ran blind = audit({chart({}), "--images"});
  EXPECT_EQ(blind.exit, 3) << blind.out;
  EXPECT_THAT(blind.out, AllOf(HasSubstr("undecided  audit/images"),
                               HasSubstr("Config.helm names no program and sha256")));
}

// An image is judged by the policies about it, and counts.
TEST_F(FollowTest, AnImageThatAPolicyDeniesDeniesTheChart) {
  scratch_.write("p/signed.yaml",
                 kHead + std::string("kind: Policy\nmetadata: {name: signed}\nspec:\n  description: d\n"
                                     "  match: {artifacts: ['127.0.0.1:*/**']}\n"
                                     "  rules: [{name: r, check: signature, with: {authorities: "
                                     "{any: [ship]}}, message: m, fix: f}]\n"
                                     "  examples:\n    - {name: none, expect: deny, evidence: "
                                     "not-found, object: {apiVersion: v1, kind: Pod, spec: "
                                     "{containers: [{image: '127.0.0.1:5000/x:1'}]}}}\n"));
  scratch_.write("p/authority.yaml",
                 kHead + std::string("kind: Authority\nmetadata: {name: ship}\nspec: {repositories: "
                                     "['127.0.0.1:*/**'], keyless: {issuer: '") +
                     std::string(testing::kMintIssuer) + "', identity: '" +
                     std::string(testing::kMintIdentity) + "'}}\n");
  const Ran ran = follow(chart({server_.host() + "/acme/ship:1.0"}));
  EXPECT_EQ(ran.exit, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("deny  signed/r"));
  EXPECT_THAT(ran.out, HasSubstr("/acme/ship:1.0: deny\n"));
}

}  // namespace
}  // namespace portreeve::audit
