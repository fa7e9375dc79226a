// The shipped profile `openova` against a registry: only the signer and the place are the test's own.

#include <filesystem>
#include <set>

#include "policies/catalog.h"
#include "tests/engine/signature_rig.h"

namespace portreeve::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kBlueprint[] =
    R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"bp-ship"},)"
    R"("spec":{"version":"1.0.0","card":{"title":"Ship"}}})";
constexpr char kSpdx[] = "https://spdx.dev/Document";

class OpenOvaProfile : public testing::SignatureRig {
 protected:
  OpenOvaProfile() {
    catalog_ = policies::embedded_catalog();
    config_ = "{profile: openova}";
    for (const char* file : {"rule.yaml", "policy.yaml"}) std::filesystem::remove(scratch_.path(std::string("p/") + file));
    std::string text = authority("openova-release", std::string(testing::kMintIdentity));
    text.replace(text.find("registry.test/**"), 16, "ghcr.io/openova-io/**");
    write("authority.yaml", text);
    write("registry.yaml", "kind: Registry\nmetadata: {name: r}\nspec:\n  host: \"" + server_->host() +
                               "\"\n  serves: ['ghcr.io/openova-io/**']\n  ca: ca.pem\n"
                               "  limits: {requestsPerSecond: 10000, deadline: 2s}\n");
    server_->put_manifest("openova-io/bp-ship", image_, std::string(oci::kOciManifest), "1.0.0");
  }
  void push(const std::string& bundle) {
    server_->put_blob("openova-io/bp-ship", bundle);
    server_->put_manifest("openova-io/bp-ship",
                          oci::manifest_json(kBundleType, bundle,
                                             oci::descriptor_json(oci::kOciManifest, image_),
                                             std::string(R"(,"artifactType":")") + kBundleType + "\""),
                          std::string(oci::kOciManifest));
  }
  void attest(const std::string& type) {
    testing::SignatureSpec spec;
    spec.payload = mint_.statement(type, {{"spdxVersion", "SPDX-2.3"}});
    push(mint_.bundle(spec).dump());
  }
  void attest_sbom(const testing::Json& document) {
    testing::SignatureSpec spec;
    spec.payload = mint_.statement(kSpdx, document);
    push(mint_.bundle(spec).dump());
  }
  /// As syft writes it, about a package of that digest.
  static testing::Json sbom_of(const std::string& hex) {
    return testing::Json::parse(
        R"({"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"ship",)"
        R"("documentNamespace":"https://a.example/1","creationInfo":{"created":"2026-01-01T00:00:00Z",)"
        R"("creators":["Tool: syft-1.18.0"]},"packages":[{"name":"ship","SPDXID":"SPDXRef-Root",)"
        R"("versionInfo":"sha256:)" +
        hex + R"(","downloadLocation":"NOASSERTION","checksums":[{"algorithm":"SHA256","checksumValue":")" +
        hex + R"("}]}],"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES",)"
        R"("relatedSpdxElement":"SPDXRef-Root"}]})");
  }
  /// What the rules of a policy said: "signature: found".
  std::string blamed(const std::string& object = kBlueprint,
                     const std::string& policy = "blueprint-signed/", bool denied = false) {
    start();
    server_->forget_seen();
    std::set<std::string> said;
    for (const Finding& finding : judge(object).findings) {
      if (finding.status != FindingStatus::fail && finding.status != FindingStatus::undecided) continue;
      if (finding.rule.rfind(policy, 0) != 0) continue;
      if (denied && finding.effect != Effect::deny) continue;
      said.insert(finding.rule.substr(policy.size()) + ": " + finding.found);
    }
    if (server_->seen().empty()) return "nothing was asked: a rule that needs no evidence denies";
    std::string out;
    for (const std::string& one : said) out += (out.empty() ? "" : "; ") + one;
    return out;
  }
};

TEST_F(OpenOvaProfile, ASignatureAndAnSbomAreWanted) {
  EXPECT_EQ(blamed(), "attested: no attestation of that type; signature: unsigned: no signature was found");
  push(mint_.bundle().dump());
  EXPECT_EQ(blamed(), "attested: no attestation of that type");
  attest("https://cyclonedx.org/bom");
  EXPECT_EQ(blamed(), "attested: no attestation of that type");
  attest(kSpdx);
  EXPECT_EQ(blamed(), "");
}

// Any attestation by the right signer is no signature (cosign takes it for one).
TEST_F(OpenOvaProfile, AnAttestationIsNoSignature) {
  attest(kSpdx);
  EXPECT_EQ(blamed(), "signature: unsigned: no signature was found");
}

// What is attested as SBOM is one, of this artifact. What is not, denies; what it lacks, warns.
TEST_F(OpenOvaProfile, TheSbomOfThisArtifactIsWanted) {
  const std::string policy = "blueprint-sbom/";
  EXPECT_THAT(blamed(kBlueprint, policy, true), HasSubstr("present: none"));
  attest_sbom(sbom_of(oci::digest_of(image_).hex()));
  EXPECT_EQ(blamed(kBlueprint, policy, true), "");
  EXPECT_THAT(blamed(kBlueprint, policy), HasSubstr("elements: stated for 0 of 1; not for ship"));
  EXPECT_THAT(blamed(kBlueprint, policy), HasSubstr("chart-complete: it lists only the chart package"));
}

TEST_F(OpenOvaProfile, TheSbomOfAnotherArtifactIsNone) {
  const std::string other(64, 'd');
  attest_sbom(sbom_of(other));
  EXPECT_EQ(blamed(kBlueprint, "blueprint-sbom/", true),
            "bound: it is about ship sha256:" + other + ", by version sha256:" + other);
}

TEST_F(OpenOvaProfile, ATextThatStandsForAnSbomIsNone) {
  attest_sbom({{"sbom", "in-toto-spdx attached at build time"}});
  EXPECT_THAT(blamed(kBlueprint, "blueprint-sbom/", true), HasSubstr("inventory: it is no SBOM: "));
}

// Anybody who may push can attach one.
TEST_F(OpenOvaProfile, AnSbomThatNobodySignedIsNamed) {
  const std::string bytes = sbom_of(oci::digest_of(image_).hex()).dump();
  server_->put_blob("openova-io/bp-ship", bytes);
  server_->put_manifest("openova-io/bp-ship",
                        oci::manifest_json("application/spdx+json", bytes,
                                           oci::descriptor_json(oci::kOciManifest, image_),
                                           R"(,"artifactType":"application/spdx+json")"),
                        std::string(oci::kOciManifest));
  EXPECT_THAT(blamed(kBlueprint, "blueprint-sbom/", true),
              HasSubstr("present: none that anybody we trust signed; unsigned, found at "));
}

TEST_F(OpenOvaProfile, AnApplicationByItsFallbackAndByItsBlueprint) {
  const std::string application =
      R"({"apiVersion":"apps.openova.io/v1","kind":"Application","metadata":{"name":"ship","namespace":"acme"},)"
      R"("spec":{"blueprintRef":{"name":"bp-ship","version":"1.0.0"},"environmentRef":"acme-prod","regions":["primary"]}})";
  push(mint_.bundle().dump());
  attest(kSpdx);
  EXPECT_EQ(blamed(application), "");
  scratch_.write("b/ship.yaml", "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\nmetadata: {name: bp-ship}\n"
                                "spec: {version: 1.0.0, card: {title: Ship}, source: {url: 'oci://ghcr.io/openova-io', "
                                "chart: bp-ship, version: 9.9.9}}\n");
  config_ = "{profile: openova, blueprintFolders: ['" + scratch_.path("b") + "']}";
  EXPECT_THAT(blamed(application), StartsWith("attested: no such artifact"));
  EXPECT_EQ(server_->count("bp-ship/manifests/9.9.9"), 1U);
}

}  // namespace
}  // namespace portreeve::engine
