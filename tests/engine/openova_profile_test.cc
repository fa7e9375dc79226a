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
  /// What the rules of blueprint-signed said: "signature: found".
  std::string blamed(const std::string& object = kBlueprint) {
    start();
    server_->forget_seen();
    std::set<std::string> said;
    for (const Finding& finding : judge(object).findings) {
      if (finding.status != FindingStatus::fail && finding.status != FindingStatus::undecided) continue;
      if (finding.rule.rfind("blueprint-signed/", 0) != 0) continue;
      said.insert(finding.rule.substr(17) + ": " + finding.found);
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
