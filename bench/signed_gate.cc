#include "bench/signed_gate.h"

#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>
#include <vector>

#include "core/limits.h"
#include "engine/evidence_service.h"
#include "oci/media_type.h"
#include "policies/catalog.h"
#include "policies/sources.h"
#include "tests/net/mint.h"
#include "tests/oci/content.h"
#include "tests/oci/scratch.h"
#include "tests/support/fake_registry.h"
#include "tests/support/mint_signature.h"
#include "webhook/decide.h"

namespace portreeve::bench {
namespace {

constexpr char kReview[] =
    R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1",)"
    R"("kind":{"group":"catalyst.openova.io","version":"v1","kind":"Blueprint"},)"
    R"("resource":{"group":"catalyst.openova.io","version":"v1","resource":"blueprints"},)"
    R"("operation":"CREATE","userInfo":{"username":"ada"},"object":)"
    R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"bp-ship"},)"
    R"("spec":{"version":"1.0.0","card":{"title":"Ship"}}},"oldObject":null,"dryRun":false}})";
constexpr char kBundleType[] = "application/vnd.dev.sigstore.bundle.v0.3+json";

TimePoint wall() { return SystemClock().now(); }

std::shared_ptr<const policies::PolicySet> load(std::vector<std::string> folders) {
  policies::SourceOptions options;
  options.folders = std::move(folders);
  options.profile = "identity";
  auto sources = policies::read_sources(policies::embedded_catalog(), options);
  if (!sources.ok()) std::abort();
  auto set = policies::PolicySet::load(std::move(sources).value());
  if (!set.ok()) {
    std::fprintf(stderr, "bench: %s\n", set.error().message.c_str());
    std::exit(1);
  }
  return set.value();
}

}  // namespace

struct SignedGate::World {
  explicit World(Milliseconds latency)
      : authority(test::Minted::authority(wall())),
        leaf(test::Minted::make({}, wall(), &authority)),
        registry(leaf, {.latency = latency}),
        image(oci::manifest_json("application/x", "layer")) {
    mint.bytes = image;
    registry.put_manifest("openova-io/bp-ship", image, std::string(oci::kOciManifest), "1.0.0");
    testing::SignatureSpec attestation;
    attestation.payload =
        mint.statement("https://spdx.dev/Document", {{"spdxVersion", "SPDX-2.3"}});
    push(mint.bundle().dump());
    push(mint.bundle(attestation).dump());
    const std::string head = "apiVersion: portreeve.openova.io/v1alpha1\n";
    scratch.write("p/authority.yaml",
                  head +
                      "kind: Authority\nmetadata: {name: openova-release}\nspec:\n"
                      "  repositories: ['ghcr.io/openova-io/**']\n  keyless: {issuer: '" +
                      std::string(testing::kMintIssuer) + "', identity: '" +
                      std::string(testing::kMintIdentity) + "'}\n  trustRoot: trust/root.json\n");
    scratch.write("p/registry.yaml", head +
                                         "kind: Registry\nmetadata: {name: r}\nspec:\n  host: \"" +
                                         registry.host() +
                                         "\"\n  serves: ['ghcr.io/openova-io/**']\n  ca: ca.pem\n"
                                         "  limits: {requestsPerSecond: 10000, deadline: 5s}\n");
    scratch.write("p/trust/root.json", mint.sigstore.trusted_root().json());
    scratch.write("p/ca.pem", authority.pem());
    // What the profile `openova` asks about signatures, without its rules about charts and SBOMs.
    scratch.write("q/signed.yaml",
                  head +
                      "kind: Policy\nmetadata: {name: signed}\nspec:\n  description: signed\n"
                      "  match:\n    artifacts: ['**']\n    objects: [{group: "
                      "catalyst.openova.io, kinds: [Blueprint]}]\n  rules:\n"
                      "    - {name: signature, severity: critical, check: signature, with: "
                      "{authorities: {any: [openova-release]}}, message: m, fix: f}\n"
                      "    - {name: attested, severity: high, check: attestation, with: "
                      "{authorities: {any: [openova-release]}, predicateType: "
                      "'https://spdx.dev/Document'}, message: m, fix: f}\n");
    plain = load({scratch.path("p")});
    signed_set = load({scratch.path("p"), scratch.path("q")});
  }
  void push(const std::string& bundle) {
    registry.put_blob("openova-io/bp-ship", bundle);
    registry.put_manifest(
        "openova-io/bp-ship",
        oci::manifest_json(kBundleType, bundle, oci::descriptor_json(oci::kOciManifest, image),
                           std::string(R"(,"artifactType":")") + kBundleType + "\""),
        std::string(oci::kOciManifest));
  }

  const test::Minted authority, leaf;
  test::FakeRegistry registry;
  const std::string image;
  const oci::Scratch scratch;
  testing::SignatureMint mint;
  std::shared_ptr<const policies::PolicySet> plain, signed_set;
  SystemClock clock;
  MemoryBudget budget{limits::kServeMemoryBudget};
};

struct SignedGate::Running {
  explicit Running(World& world)
      : threads(std::make_shared<engine::Threads>(world.clock)),
        evidence(engine::EvidenceService::open(
                     {threads, &world.clock, &world.budget, world.signed_set, false})
                     .value()),
        engine({world.signed_set, &world.clock, &evidence->gatherer()}),
        plain({world.plain, &world.clock, nullptr}) {}
  ~Running() { threads->shutdown(); }

  std::shared_ptr<engine::Threads> threads;
  std::unique_ptr<engine::EvidenceService> evidence;
  engine::Engine engine, plain;
};

SignedGate::SignedGate(Milliseconds latency) : world_(std::make_unique<World>(latency)) {
  restart();
}
SignedGate::~SignedGate() = default;

void SignedGate::restart() {
  running_.reset();
  running_ = std::make_unique<Running>(*world_);
}

std::size_t SignedGate::requests() const { return world_->registry.seen().size(); }
bool SignedGate::decide() { return decide(false); }
bool SignedGate::decide_plainly() { return decide(true); }

bool SignedGate::decide(bool plainly) {
  std::promise<webhook::Decided> promise;
  std::future<webhook::Decided> future = promise.get_future();
  webhook::decide(plainly ? running_->plain : running_->engine, &world_->budget, kReview,
                  engine::Deadline::in(limits::kDecisionTime, world_->clock),
                  [&](webhook::Decided decided) { promise.set_value(std::move(decided)); });
  const webhook::Decided decided = future.get();
  why_ = decided.body;
  return decided.verdict.decision == Decision::allow;
}

}  // namespace portreeve::bench
