#pragma once

// A whole gate without its door: policies, Authority, Registry and Blueprints in files, an engine with
// all its providers, a fake registry behind TLS and a miniature Sigstore that signs what is in it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

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

namespace portreeve::testing {

class SignatureRig : public ::testing::Test {
 protected:
  static constexpr char kBundleType[] = "application/vnd.dev.sigstore.bundle.v0.3+json";
  static constexpr char kHead[] = "apiVersion: portreeve.openova.io/v1alpha1\n";
  static constexpr char kByTag[] = R"({"ref":"registry.test/acme/ship:1.0"})";

  SignatureRig() {
    mint_.bytes = image_;
    start_registry();
    write("rule.yaml", "kind: ArtifactRule\nmetadata: {name: thing}\nspec:\n"
                       "  match: {objects: [{group: example.org, kinds: [Thing]}]}\n"
                       "  rows: [{when: {present: object.ref}, reference: object.ref}]\n");
    write("authority.yaml", authority("ship", std::string(kMintIdentity)) + "---\n" + kHead +
                                authority("other", std::string(kOtherIdentity)));
    scratch_.write("p/trust/root.json", mint_.sigstore.trusted_root().json());
    scratch_.write("p/ca.pem", authority_.pem());
    policy("{authorities: {any: [ship]}}");
  }
  ~SignatureRig() override { stop(); }

  static constexpr std::string_view kOtherIdentity =
      "https://github.com/acme/other/.github/workflows/x.yaml@refs/heads/main";

  static TimePoint wall() {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }

  void start_registry(test::FakeRegistryOptions options = {}, const std::string& more = "") {
    server_ = std::make_unique<test::FakeRegistry>(leaf_, std::move(options));
    server_->put_manifest("acme/ship", image_, std::string(oci::kOciManifest), "1.0");
    write("registry.yaml", "kind: Registry\nmetadata: {name: r}\nspec:\n  host: \"" + server_->host() +
                               "\"\n  serves: ['registry.test/**']\n  ca: ca.pem\n" + more +
                               "  limits: {requestsPerSecond: 10000, deadline: 2s}\n");
  }
  void write(const std::string& name, const std::string& text) {
    scratch_.write("p/" + name, kHead + text);
  }
  static std::string authority(const std::string& name, const std::string& identity,
                               const std::string& more = "") {
    return "kind: Authority\nmetadata: {name: " + name + "}\nspec:\n  repositories: ['registry.test/**']\n"
           "  keyless: {issuer: '" + std::string(kMintIssuer) + "', identity: '" + identity +
           "'}\n  trustRoot: trust/root.json\n" + more;
  }
  static std::string keyed_authority(const std::string& name, const std::string& file,
                                     const std::string& more = "") {
    return "kind: Authority\nmetadata: {name: " + name + "}\nspec:\n  repositories: ['registry.test/**']\n"
           "  keys: [{file: " + file + "}]\n" + more;
  }
  void policy(const std::string& with, const std::string& check = "signature",
              const std::string& match = "{artifacts: ['**']}") {
    write("policy.yaml", "kind: Policy\nmetadata: {name: signed}\nspec:\n  description: d\n  match: " +
                             match + "\n  rules: [{name: r, check: " + check + ", with: " + with +
                             ", message: m, fix: f}]\n");
  }

  /// A bundle as cosign 3 pushes it, about `about`.
  void push_bundle(const std::string& bundle, const std::string& about) {
    server_->put_blob("acme/ship", bundle);
    server_->put_manifest("acme/ship",
                          oci::manifest_json(kBundleType, bundle,
                                             oci::descriptor_json(oci::kOciManifest, about),
                                             std::string(R"(,"artifactType":")") + kBundleType + "\""),
                          std::string(oci::kOciManifest));
  }
  void push_bundle(const std::string& bundle) { push_bundle(bundle, image_); }
  void push_signature(const SignatureSpec& spec = {}) { push_bundle(mint_.bundle(spec).dump()); }
  /// A signature of another document of the same repository.
  void push_signature_of(const std::string& document) {
    const std::string before = std::exchange(mint_.bytes, document);
    push_bundle(mint_.bundle().dump(), document);
    mint_.bytes = before;
  }
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
  Result<std::shared_ptr<const policies::PolicySet>> try_load() {
    policies::SourceOptions options;
    options.folders = {scratch_.path("p")};
    if (!config_.empty()) {
      options.config = scratch_.write("config.yaml", kHead + ("kind: Config\nspec: " + config_ + "\n"));
    }
    auto sources = policies::read_sources(catalog_, options);
    if (!sources.ok()) return sources.error();
    if (keep_bytes_) {
      sources.value().config.evidence_directory = scratch_.path("evidence");
      sources.value().config.evidence_size = 1 << 24;
    }
    return policies::PolicySet::load(std::move(sources).value());
  }
  std::shared_ptr<const policies::PolicySet> load() {
    auto set = try_load();
    EXPECT_TRUE(set.ok()) << set.error().message;
    return set.ok() ? set.value() : nullptr;
  }
  /// As after a start of the process.
  void start() {
    stop();
    auto set = load();
    if (set == nullptr) return;
    threads_ = std::make_shared<engine::Threads>(clock_);
    auto service = engine::EvidenceService::open({threads_, &clock_, &memory_, set, false});
    ASSERT_TRUE(service.ok()) << service.error().message;
    service_ = std::move(service).value();
    engine_ = std::make_unique<engine::Engine>(
        engine::Engine::Options{set, &clock_, &service_->gatherer()});
  }
  void reload() {
    const auto set = load();
    ASSERT_TRUE(set != nullptr);
    ASSERT_TRUE(service_->replace(set).ok());
    engine_->replace(set);
  }

  /// A Thing, or what apiVersion and kind say.
  static std::shared_ptr<Subject> subject_of(const std::string& object) {
    auto subject = std::make_shared<Subject>();
    subject->document = json::parse(object, json::review_limits(), nullptr).value();
    subject->object = subject->document->root();
    const std::string_view api = subject->object["apiVersion"].text();
    const std::size_t slash = api.find('/');
    subject->group = api.empty() ? "example.org"
                                 : slash == std::string_view::npos ? "" : std::string(api.substr(0, slash));
    subject->version = api.empty() ? "v1" : std::string(api.substr(slash + 1));
    subject->kind = api.empty() ? "Thing" : std::string(subject->object["kind"].text());
    const std::string_view name = subject->object["metadata"]["name"].text();
    subject->name = name.empty() ? "n" : std::string(name);
    return subject;
  }
  Verdict judge(const std::shared_ptr<const Subject>& subject, Milliseconds time = Milliseconds(8000)) {
    if (engine_ == nullptr) start();
    return engine_->assess_now(subject, engine::Deadline::in(time, clock_)).verdict;
  }
  Verdict judge(const std::string& object, Milliseconds time = Milliseconds(8000)) {
    return judge(subject_of(object), time);
  }
  /// "allow" or "deny: found | message | note" of the first finding; "undecided: …".
  std::string said(const Verdict& verdict) {
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
  std::string said(const std::string& object = kByTag, Milliseconds time = Milliseconds(8000)) {
    return said(judge(object, time));
  }
  void every_answer_is(int status) {
    server_->hook([status](const test::SeenRequest&) {
      test::FakeAnswer answer;
      answer.status = status;
      return std::optional(answer);
    });
  }

  const test::Minted authority_ = test::Minted::authority(wall());
  const test::Minted leaf_ = test::Minted::make({}, wall(), &authority_);
  const oci::Scratch scratch_;
  const SystemClock clock_;
  MemoryBudget memory_{64 << 20};
  const std::string image_ = oci::manifest_json("application/x", "layer");
  SignatureMint mint_;
  std::unique_ptr<test::FakeRegistry> server_;
  bool keep_bytes_ = false;
  std::vector<SourceFile> catalog_;
  std::string config_;  ///< `spec` of the Config; empty: none.
  std::shared_ptr<engine::Threads> threads_;
  std::unique_ptr<engine::EvidenceService> service_;
  std::unique_ptr<engine::Engine> engine_;
  std::string subject_, path_;
};

}  // namespace portreeve::testing
