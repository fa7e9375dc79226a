// From a Blueprint or an Application to its chart in a registry: resolved once, pulled by digest,
// read once, judged by the catalog's own rules.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/file.h"
#include "core/json.h"
#include "engine/engine.h"
#include "engine/evidence_service.h"
#include "policies/sources.h"
#include "tests/charts/chart_text.h"
#include "tests/net/mint.h"
#include "tests/oci/content.h"
#include "tests/oci/scratch.h"
#include "tests/support/fake_registry.h"
#include "tests/support/mint_signature.h"
#include "tests/support/source_dir.h"

namespace portreeve::engine {
namespace {

using oci::descriptor_json;
using charts::chart_yaml;
using ::testing::HasSubstr;
using ::testing::Not;
using charts::package;
using testing::SignatureMint;

constexpr char kHead[] = "apiVersion: portreeve.openova.io/v1alpha1\n";
constexpr char kRepository[] = "openova-io/bp-wiki";
constexpr char kConfigType[] = "application/vnd.cncf.helm.config.v1+json";
constexpr char kLayerType[] = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

TimePoint wall() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

std::string chart_manifest(const std::vector<std::pair<std::string, std::string>>& layers,
                           const std::string& config = kConfigType) {
  std::string out = R"({"schemaVersion":2,"mediaType":")" + std::string(oci::kOciManifest) +
                    R"(","config":)" + descriptor_json(config, "{}") + R"(,"layers":[)";
  for (std::size_t i = 0; i < layers.size(); ++i) {
    out += (i == 0 ? "" : ",") + descriptor_json(layers[i].first, layers[i].second);
  }
  return out + "]}";
}

const std::string kHollow = package({{"bp-wiki/Chart.yaml", chart_yaml("bp-wiki", "1.2.0")}});
const std::string kSound =
    package({{"bp-wiki/Chart.yaml",
              chart_yaml("bp-wiki", "1.2.0", "dependencies: [{name: wiki, version: 2.0.0}]\n")},
             {"bp-wiki/charts/wiki/Chart.yaml", chart_yaml("wiki", "2.0.0")},
             {"bp-wiki/charts/wiki/templates/a.yaml", "kind: Deployment\n"}});

class Charts : public ::testing::Test {
 protected:
  ~Charts() override { stop(); }

  void publish(const std::string& manifest, const std::vector<std::string>& blobs) {
    server_ = std::make_unique<test::FakeRegistry>(leaf_);
    server_->put_blob(kRepository, "{}");
    for (const std::string& blob : blobs) server_->put_blob(kRepository, blob);
    server_->put_manifest(kRepository, manifest, std::string(oci::kOciManifest), "1.2.0");
    mint_.bytes = manifest;
    const std::string bundle = mint_.bundle().dump();
    constexpr char kBundleType[] = "application/vnd.dev.sigstore.bundle.v0.3+json";
    server_->put_blob(kRepository, bundle);
    server_->put_manifest(
        kRepository,
        oci::manifest_json(kBundleType, bundle, descriptor_json(oci::kOciManifest, manifest),
                           std::string(R"(,"artifactType":")") + kBundleType + "\""),
        std::string(oci::kOciManifest));
    start();
  }
  void publish_chart(const std::string& bytes) {
    publish(chart_manifest({{kLayerType, bytes}}), {bytes});
  }

  void start() {
    scratch_.write(
        "p/authority.yaml",
        kHead + ("kind: Authority\nmetadata: {name: ship}\nspec:\n  repositories: ['ghcr.io/**']\n "
                 " keyless: {issuer: '" +
                 std::string(testing::kMintIssuer) + "', identity: '" +
                 std::string(testing::kMintIdentity) + "'}\n  trustRoot: trust/root.json\n"));
    scratch_.write("p/signed.yaml", std::string(kHead) +
                                        "kind: Policy\nmetadata: {name: signed}\nspec:\n  "
                                        "description: d\n  match: {artifacts: ['**']}\n"
                                        "  rules: [{name: r, check: signature, with: {authorities: "
                                        "{any: [ship]}}, message: m, fix: f}]\n");
    scratch_.write("p/registry.yaml", std::string(kHead) +
                                          "kind: Registry\nmetadata: {name: r}\nspec:\n  host: \"" +
                                          server_->host() +
                                          "\"\n  serves: ['ghcr.io/**']\n  ca: ca.pem\n  limits: "
                                          "{requestsPerSecond: 10000, deadline: 2s}\n");
    scratch_.write("p/trust/root.json", mint_.sigstore.trusted_root().json());
    scratch_.write("p/ca.pem", authority_.pem());
    for (const char* name :
         {"artifact-rules", "data-names", "chart-hollow", "chart-readable", "chart-lockstep"}) {
      const auto text =
          read_file(test::source_dir() + "/policies/catalog/" + name + ".yaml", 1 << 20);
      ASSERT_TRUE(text.ok()) << text.error().message;
      scratch_.write(std::string("p/") + name + ".yaml", text.value());
    }
    policies::SourceOptions options;
    options.folders = {scratch_.path("p")};
    options.profile = "openova";
    auto sources = policies::read_sources({}, options);
    ASSERT_TRUE(sources.ok()) << sources.error().message;
    auto set = policies::PolicySet::load(std::move(sources).value());
    ASSERT_TRUE(set.ok()) << set.error().message;
    threads_ = std::make_shared<Threads>(clock_);
    auto service = EvidenceService::open({threads_, &clock_, &memory_, set.value(), false});
    ASSERT_TRUE(service.ok()) << service.error().message;
    service_ = std::move(service).value();
    engine_ =
        std::make_unique<Engine>(Engine::Options{set.value(), &clock_, &service_->gatherer()});
  }
  void stop() {
    if (threads_ != nullptr) threads_->shutdown();
    engine_.reset();
    service_.reset();
    threads_.reset();
  }

  /// "deny: rule found | message; …" without what was only skipped or noted.
  std::string said(const std::string& object) {
    auto subject = std::make_shared<Subject>();
    subject->document = json::parse(object, json::review_limits(), nullptr).value();
    subject->object = subject->document->root();
    const std::string api(subject->object["apiVersion"].text());
    subject->group = api.substr(0, api.find('/'));
    subject->version = "v1";
    subject->kind = std::string(subject->object["kind"].text());
    subject->name = std::string(subject->object["metadata"]["name"].text());
    const Verdict verdict =
        engine_->assess_now(subject, Deadline::in(Milliseconds(8000), clock_)).verdict;
    std::string out(to_string(verdict.decision));
    for (const Finding& finding : verdict.findings) {
      if (finding.effect == Effect::none && finding.status != FindingStatus::inactive) continue;
      out += "\n" + finding.rule + " " + std::string(to_string(finding.status)) + ": " +
             finding.found + " | " + finding.message + " | " + finding.note;
      subject_ = finding.subject;
    }
    return out;
  }
  std::string said_blueprint() {
    return said(
        R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"bp-wiki"},"spec":{"version":"1.2.0"}})");
  }
  std::string said_application() {
    return said(
        R"({"apiVersion":"apps.openova.io/v1","kind":"Application","metadata":{"name":"wiki"},"spec":{"blueprintRef":{"name":"bp-wiki","version":"1.2.0"}}})");
  }

  const test::Minted authority_ = test::Minted::authority(wall());
  const test::Minted leaf_ = test::Minted::make({}, wall(), &authority_);
  const oci::Scratch scratch_;
  const SystemClock clock_;
  MemoryBudget memory_{256 << 20};
  SignatureMint mint_;
  std::unique_ptr<test::FakeRegistry> server_;
  std::shared_ptr<Threads> threads_;
  std::unique_ptr<EvidenceService> service_;
  std::unique_ptr<Engine> engine_;
  std::string subject_;
};

TEST_F(Charts, SignedAndSound) {
  publish_chart(kSound);
  EXPECT_EQ(said_blueprint(), "allow");
  EXPECT_EQ(said_application(), "allow");
  // Read once, for both.
  EXPECT_EQ(server_->count("/blobs/" + oci::digest_of(kSound).text()), 1U);
}

TEST_F(Charts, SignedAndHollowIsRefusedForBlueprintAndApplication) {
  publish_chart(kHollow);
  EXPECT_THAT(said_blueprint(), HasSubstr("deny\nchart-hollow/upstream fail: no dependencies"));
  EXPECT_EQ(subject_, "oci:ghcr.io/openova-io/bp-wiki@" +
                          oci::digest_of(chart_manifest({{kLayerType, kHollow}})).text());
  EXPECT_THAT(said_application(), HasSubstr("deny\nchart-hollow/upstream fail: no dependencies"));
}

TEST_F(Charts, TwoChartLayersAreAChoiceOfHelms) {
  publish(chart_manifest({{kLayerType, kSound}, {kLayerType, kHollow}}), {kSound, kHollow});
  const std::string out = said_blueprint();
  EXPECT_THAT(out, HasSubstr("chart-readable/read fail: 2 chart layers; exactly one is a chart"));
  EXPECT_THAT(out, HasSubstr("chart-hollow/upstream undecided"));
}

TEST_F(Charts, HostileLayer) {
  publish_chart("no archive");
  EXPECT_THAT(said_blueprint(),
              HasSubstr("chart-readable/read fail: not a gzip file, as a chart package is"));
}

TEST_F(Charts, NoChartAtAll) {
  publish(chart_manifest({{"application/x", "x"}}, "application/vnd.oci.image.config.v1+json"),
          {"x"});
  EXPECT_THAT(said_blueprint(), HasSubstr("deny"));
  EXPECT_THAT(said_blueprint(), HasSubstr("chart-readable/read fail: an artifact of type "
                                          "application/vnd.oci.image.config.v1+json"));
}

TEST_F(Charts, KustomizeIsListedAsInactive) {
  publish(chart_manifest({{"application/x", "x"}}, "application/vnd.oci.image.config.v1+json"),
          {"x"});
  const std::string out = said(
      R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"bp-wiki"},"spec":{"version":"1.2.0","manifests":{"source":{"kind":"Kustomize"}}}})");
  EXPECT_THAT(out, HasSubstr("allow\n"));
  EXPECT_THAT(out, HasSubstr("chart-hollow/upstream inactive"));
  EXPECT_THAT(out, HasSubstr("no Helm chart"));
}

// The object is no evidence about itself: a chart is what its config type says.
TEST_F(Charts, AHollowChartThatItsBlueprintCallsKustomize) {
  publish_chart(kHollow);
  for (const std::string kind : {"Kustomize", "OAM"}) {
    const std::string out = said(
        R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"bp-wiki"},"spec":{"version":"1.2.0","manifests":{"source":{"kind":")" +
        kind + R"("}}}})");
    EXPECT_THAT(out, HasSubstr("deny\nchart-hollow/upstream fail: no dependencies")) << kind;
  }
}

TEST_F(Charts, AnotherVersionThanTheTag) {
  const std::string other = package(
      {{"bp-wiki/Chart.yaml",
        chart_yaml("bp-wiki", "1.1.0", "annotations: {catalyst.openova.io/no-upstream: 'true'}\n")},
       {"bp-wiki/templates/a.yaml", "kind: A\n"}});
  publish_chart(other);
  EXPECT_THAT(said_blueprint(), HasSubstr("deny\nchart-lockstep/artifact fail: \"1.1.0\""));
}

// Whatever part of the way fails: never an allow, and never a verdict on the chart.
TEST_F(Charts, EverySeamThatFailsIsUndecided) {
  publish_chart(kSound);
  const std::string layer = "/blobs/" + oci::digest_of(kSound).text();
  for (const int status : {401, 403, 429, 500, 503}) {
    SCOPED_TRACE(status);
    stop();
    server_->hook([&](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
      if (seen.target.find(layer) == std::string::npos) return std::nullopt;
      test::FakeAnswer answer;
      answer.status = status;
      return answer;
    });
    start();
    const std::string out = said_blueprint();
    EXPECT_THAT(out, HasSubstr("undecided\n"));
    EXPECT_THAT(out, HasSubstr("chart-hollow/upstream undecided"));
    EXPECT_THAT(out, Not(HasSubstr("fail:")));
  }
}

TEST_F(Charts, OtherBytesThanTheDigestSays) {
  publish_chart(kSound);
  const std::string layer = "/blobs/" + oci::digest_of(kSound).text();
  stop();
  server_->hook([&](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
    if (seen.target.find(layer) == std::string::npos) return std::nullopt;
    test::FakeAnswer answer;
    answer.body = kHollow;
    return answer;
  });
  start();
  EXPECT_THAT(said_blueprint(), Not(HasSubstr("allow")));
}

}  // namespace
}  // namespace portreeve::engine
