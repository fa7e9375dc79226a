// From an object to its verdict: named artifact, tag, digest, candidates, signatures. Every answer is
// asserted by its reason, and nothing that could not be looked at becomes an allow.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.h"
#include "engine/engine.h"
#include "engine/evidence_service.h"
#include "oci/media_type.h"
#include "policies/sources.h"
#include "tests/net/mint.h"
#include "tests/oci/content.h"
#include "tests/oci/scratch.h"
#include "tests/support/fake_registry.h"
#include "tests/support/mint_signature.h"

namespace portreeve::engine {
namespace {

using oci::descriptor_json;
using oci::digest_of;
using oci::manifest_json;
using ::testing::HasSubstr;
using testing::SignatureMint;
using testing::SignatureSpec;

constexpr char kBundleType[] = "application/vnd.dev.sigstore.bundle.v0.3+json";
constexpr char kHead[] = "apiVersion: portreeve.openova.io/v1alpha1\n";

TimePoint wall() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

class Signatures : public ::testing::Test {
 protected:
  Signatures() {
    mint_.bytes = image_;
    start_registry();
    write("rule.yaml", "kind: ArtifactRule\nmetadata: {name: thing}\nspec:\n"
                       "  match: {objects: [{group: example.org, kinds: [Thing]}]}\n"
                       "  rows: [{when: {present: object.ref}, reference: object.ref}]\n");
    write("authority.yaml", authority("ship", std::string(testing::kMintIdentity)) + "---\n" + kHead +
                                authority("other", "https://github.com/acme/other/.github/workflows/"
                                                   "x.yaml@refs/heads/main"));
    scratch_.write("p/trust/root.json", mint_.sigstore.trusted_root().json());
    scratch_.write("p/ca.pem", authority_.pem());
    policy("{authorities: {any: [ship]}}");
  }
  ~Signatures() override { stop(); }

  void start_registry() {
    server_ = std::make_unique<test::FakeRegistry>(leaf_);
    server_->put_manifest("acme/ship", image_, std::string(oci::kOciManifest), "1.0");
    write("registry.yaml", "kind: Registry\nmetadata: {name: r}\nspec:\n  host: \"" + server_->host() +
                               "\"\n  serves: ['registry.test/**']\n  ca: ca.pem\n"
                               "  limits: {requestsPerSecond: 10000, deadline: 2s}\n");
  }
  void write(const std::string& name, const std::string& text) {
    scratch_.write("p/" + name, kHead + text);
  }
  static std::string authority(const std::string& name, const std::string& identity) {
    return "kind: Authority\nmetadata: {name: " + name + "}\nspec:\n  repositories: ['registry.test/**']\n"
           "  keyless: {issuer: '" + std::string(testing::kMintIssuer) + "', identity: '" + identity +
           "'}\n  trustRoot: trust/root.json\n";
  }
  void policy(const std::string& with, const std::string& check = "signature") {
    write("policy.yaml",
          "kind: Policy\nmetadata: {name: signed}\nspec:\n  description: d\n  match: {artifacts: ['**']}\n"
          "  rules: [{name: r, check: " + check + ", with: " + with + ", message: m, fix: f}]\n");
  }

  /// A bundle as cosign 3 pushes it.
  void push_bundle(const std::string& bundle) {
    server_->put_blob("acme/ship", bundle);
    server_->put_manifest("acme/ship",
                          manifest_json(kBundleType, bundle, descriptor_json(oci::kOciManifest, image_),
                                        std::string(R"(,"artifactType":")") + kBundleType + "\""),
                          std::string(oci::kOciManifest));
  }
  void push_signature() { push_bundle(mint_.bundle().dump()); }
  void push_attestation(const std::string& payload) {
    SignatureSpec spec;
    spec.payload = payload;
    push_bundle(mint_.bundle(spec).dump());
  }

  void stop() {
    if (threads_ != nullptr) threads_->shutdown();
    engine_.reset();
    service_.reset();
    threads_.reset();
  }
  std::shared_ptr<const policies::PolicySet> load() {
    policies::SourceOptions options;
    options.folders = {scratch_.path("p")};
    auto sources = policies::read_sources({}, options);
    EXPECT_TRUE(sources.ok()) << sources.error().message;
    if (keep_bytes_) {
      sources.value().config.evidence_directory = scratch_.path("evidence");
      sources.value().config.evidence_size = 1 << 24;
    }
    auto set = policies::PolicySet::load(std::move(sources).value());
    if (!set.ok()) {
      ADD_FAILURE() << set.error().message;
      return nullptr;
    }
    return set.value();
  }
  /// As after a start of the process.
  void start() {
    stop();
    auto set = load();
    if (set == nullptr) return;
    threads_ = std::make_shared<Threads>(clock_);
    auto service = EvidenceService::open({threads_, &clock_, &memory_, set, false});
    ASSERT_TRUE(service.ok()) << service.error().message;
    service_ = std::move(service).value();
    engine_ = std::make_unique<Engine>(Engine::Options{set, &clock_, &service_->gatherer()});
  }

  Verdict judge(const std::string& object, Milliseconds time = Milliseconds(8000)) {
    if (engine_ == nullptr) start();
    auto subject = std::make_shared<Subject>();
    subject->group = "example.org";
    subject->version = "v1";
    subject->kind = "Thing";
    subject->name = "n";
    subject->document = json::parse(object, json::review_limits(), nullptr).value();
    subject->object = subject->document->root();
    return engine_->assess_now(subject, Deadline::in(time, clock_)).verdict;
  }
  /// "allow" or "deny: found | note" of the first finding; "undecided: message".
  std::string said(const std::string& object = R"({"ref":"registry.test/acme/ship:1.0"})",
                   Milliseconds time = Milliseconds(8000)) {
    const Verdict verdict = judge(object, time);
    std::string out(to_string(verdict.decision));
    for (const Finding& finding : verdict.findings) {
      if (finding.status == FindingStatus::skipped) continue;
      subject_ = finding.subject;
      path_ = finding.path.value_or("none");
      out += ": " + finding.found + " | " + finding.message + " | " + finding.note;
      break;
    }
    return out;
  }

  const test::Minted authority_ = test::Minted::authority(wall());
  const test::Minted leaf_ = test::Minted::make({}, wall(), &authority_);
  const oci::Scratch scratch_;
  const SystemClock clock_;
  MemoryBudget memory_{64 << 20};
  const std::string image_ = manifest_json("application/x", "layer");
  SignatureMint mint_;
  std::unique_ptr<test::FakeRegistry> server_;
  bool keep_bytes_ = false;
  std::shared_ptr<Threads> threads_;
  std::unique_ptr<EvidenceService> service_;
  std::unique_ptr<Engine> engine_;
  std::string subject_, path_;
};

TEST_F(Signatures, SignedByWhomWeTrust) {
  push_signature();
  EXPECT_EQ(said(), "allow");
  EXPECT_EQ(said(R"({"ref":"registry.test/acme/ship@)" + digest_of(image_).text() + "\"}"), "allow");
  EXPECT_EQ(said("{}"), "allow");  // Names no artifact.
}

TEST_F(Signatures, UnsignedSaysWhereItLooked) {
  const std::string out = said();
  EXPECT_THAT(out, HasSubstr("deny: unsigned: no signature was found"));
  EXPECT_THAT(out, HasSubstr("referrers API"));
  EXPECT_THAT(out, HasSubstr("fallback tag"));
  EXPECT_THAT(out, HasSubstr(".sig"));
  EXPECT_THAT(out, HasSubstr("leaves its signatures behind"));
  EXPECT_EQ(subject_, "oci:registry.test/acme/ship@" + digest_of(image_).text());
  EXPECT_EQ(path_, "/ref");
}

TEST_F(Signatures, SignedBySomebodyElse) {
  push_signature();
  policy("{authorities: {any: [other]}}");
  EXPECT_THAT(said(), HasSubstr("deny: signed, but by nobody who is trusted for it: identity-mismatch"));
}

TEST_F(Signatures, Malformed) {
  push_bundle("{\"mediaType\":");
  EXPECT_THAT(said(), HasSubstr("deny: a signature that is malformed: bundle-malformed"));
}

TEST_F(Signatures, JunkBesideAGoodOneIsHarmless) {
  push_bundle("{}");
  push_signature();
  EXPECT_EQ(said(), "allow");
}

TEST_F(Signatures, UnreachableIsUndecided) {
  push_signature();
  server_->hook([](const test::SeenRequest&) {
    test::FakeAnswer answer;
    answer.status = 503;
    return std::optional(answer);
  });
  EXPECT_THAT(said(), HasSubstr("undecided: could not look"));
}

// Each way of asking fails in turn: without a proof, that is never "unsigned" and never an allow.
TEST_F(Signatures, EverySeamThatFailsIsUndecided) {
  for (const char* part : {"/manifests/1.0", "/referrers/", ".sig", ".att"}) {
    for (const int status : {401, 403, 429, 500}) {
      SCOPED_TRACE(std::string(part) + " " + std::to_string(status));
      stop();
      server_->hook([&](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
        if (seen.target.find(part) == std::string::npos) return std::nullopt;
        test::FakeAnswer answer;
        answer.status = status;
        return answer;
      });
      EXPECT_THAT(said(), ::testing::StartsWith("undecided"));
    }
  }
}

TEST_F(Signatures, TooLateIsUndecided) {
  push_signature();
  server_->hook([](const test::SeenRequest&) {
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
    return std::optional<test::FakeAnswer>();
  });
  EXPECT_THAT(said(R"({"ref":"registry.test/acme/ship:1.0"})", Milliseconds(50)),
              ::testing::StartsWith("undecided"));
}

TEST_F(Signatures, NoSuchArtifact) {
  EXPECT_THAT(said(R"({"ref":"registry.test/acme/ship:9.9"})"), HasSubstr("deny: no such artifact"));
}

TEST_F(Signatures, NobodyIsTrustedForIt) {
  EXPECT_THAT(said(R"({"ref":"evil.example/acme/ship:1.0"})"),
              HasSubstr("deny: none of these authorities is trusted for evil.example/acme/ship"));
  EXPECT_EQ(server_->seen().size(), 0U);
}

// Nobody gets out of a policy about artifacts by naming one that cannot be read.
TEST_F(Signatures, UnreadableReferences) {
  for (const char* ref : {"\"\"", "\"registry.test/acme/ship\"", "\"registry.test/UP:1\"", "7", "[]",
                          "\"registry.test/acme/ship:1.0 \"", "\"acme:1.0\""}) {
    SCOPED_TRACE(ref);
    EXPECT_THAT(said(std::string("{\"ref\":") + ref + "}"), ::testing::StartsWith("deny"));
  }
}

TEST_F(Signatures, AllOfThemAndQuorums) {
  push_signature();
  policy("{authorities: {all: [ship, other]}}");
  EXPECT_THAT(said(), HasSubstr("deny: signed, but by nobody"));
  policy("{authorities: {atLeast: 2, of: [ship, other]}}");
  stop();
  EXPECT_THAT(said(), ::testing::StartsWith("deny"));
  policy("{authorities: {atLeast: 1, of: [ship, other]}}");
  stop();
  EXPECT_EQ(said(), "allow");
}

TEST_F(Signatures, AttestationsByTypeAndPredicate) {
  push_attestation(mint_.statement("https://spdx.dev/Document", {{"spdxVersion", "SPDX-2.3"}}));
  const auto with = [](const std::string& type, const std::string& more) {
    return "{authorities: {any: [ship]}, predicateType: '" + type + "'" + more + "}";
  };
  policy(with("https://spdx.dev/Document", ""), "attestation");
  EXPECT_EQ(said(), "allow");
  policy(with("https://spdx.dev/Document/v2", ""), "attestation");
  stop();
  EXPECT_THAT(said(), HasSubstr("deny: no attestation of that type"));
  policy(with("https://spdx.dev/Document", ", predicate: [{path: object.spdxVersion, equals: SPDX-2.3}]"),
         "attestation");
  stop();
  EXPECT_EQ(said(), "allow");
  policy(with("https://spdx.dev/Document", ", predicate: [{path: object.spdxVersion, equals: SPDX-2.2}]"),
         "attestation");
  stop();
  EXPECT_THAT(said(), HasSubstr("deny: an attestation that does not verify"));
  policy("{authorities: {any: [ship]}}");  // An attestation is no signature.
  stop();
  EXPECT_THAT(said(), HasSubstr("deny: unsigned"));
}

// With the registry off, a new trust root judges the bytes that are kept, without one request.
TEST_F(Signatures, ANewTrustRootNeedsNoNetwork) {
  keep_bytes_ = true;
  push_signature();
  const std::string by_digest = R"({"ref":"registry.test/acme/ship@)" + digest_of(image_).text() + "\"}";
  EXPECT_EQ(said(by_digest), "allow");
  server_->forget_seen();
  auto other = mint_.sigstore.trusted_root();
  other.timestamp_authorities.clear();
  scratch_.write("p/trust/root.json", other.json());
  start();
  EXPECT_EQ(said(by_digest), "allow");
  EXPECT_EQ(server_->seen().size(), 0U);
  // And one that does not know the log takes the verdict back: facts are not kept across it.
  other.tlogs.clear();
  scratch_.write("p/trust/root.json", other.json());
  start();
  EXPECT_THAT(said(by_digest), ::testing::StartsWith("deny"));
}

TEST_F(Signatures, LastKnownGoodByTag) {
  keep_bytes_ = true;
  push_signature();
  policy("{authorities: {any: [ship]}, lastKnownGood: 72h}");
  EXPECT_EQ(said(), "allow");
  server_->hook([](const test::SeenRequest&) {
    test::FakeAnswer answer;
    answer.status = 503;
    return std::optional(answer);
  });
  start();
  const std::string out = said();
  EXPECT_THAT(out, ::testing::StartsWith("allow"));
  EXPECT_THAT(out, HasSubstr("last known good"));
  policy("{authorities: {any: [ship]}}");
  start();
  EXPECT_THAT(said(), ::testing::StartsWith("undecided"));
}

// Facts in memory spare the requests, not the rule.
TEST_F(Signatures, AWarmDecisionAsksNobody) {
  push_signature();
  EXPECT_EQ(said(), "allow");
  server_->forget_seen();
  EXPECT_EQ(said(), "allow");
  EXPECT_EQ(server_->seen().size(), 0U);
}

TEST_F(Signatures, AReloadJudgesByTheNewTrust) {
  push_signature();
  EXPECT_EQ(said(), "allow");
  write("authority.yaml", authority("ship", "https://github.com/acme/other/.github/workflows/"
                                            "x.yaml@refs/heads/main"));
  const auto set = load();
  ASSERT_TRUE(set != nullptr);
  ASSERT_TRUE(service_->replace(set).ok());
  engine_->replace(set);
  EXPECT_THAT(said(), HasSubstr("deny: signed, but by nobody"));
}

TEST_F(Signatures, UnknownAuthorityIsALoadError) {
  policy("{authorities: {any: [nobody]}}");
  policies::SourceOptions options;
  options.folders = {scratch_.path("p")};
  auto sources = policies::read_sources({}, options);
  ASSERT_TRUE(sources.ok());
  const auto set = policies::PolicySet::load(std::move(sources).value());
  ASSERT_FALSE(set.ok());
  EXPECT_THAT(set.error().message, HasSubstr("there is no Authority \"nobody\""));
}

}  // namespace
}  // namespace portreeve::engine
