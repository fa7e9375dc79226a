// The real providers, each with its n-th call going wrong, and the registry with its n-th answer: the
// proof that is there may be missed, one that is not there is never found. And the other way round: how
// little many decisions cost.

#include <future>
#include <latch>
#include <thread>

#include "engine/fact_cache.h"
#include "engine/providers/artifact.h"
#include "engine/providers/blueprint.h"
#include "engine/providers/candidates.h"
#include "engine/providers/signatures.h"
#include "tests/engine/signature_rig.h"
#include "tests/support/fake_provider.h"

namespace portreeve::engine {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::FaultyProvider;

class ProviderFaults : public testing::SignatureRig {
 protected:
  ProviderFaults() {
    write("rule.yaml",
          std::string("kind: ArtifactRule\nmetadata: {name: blueprint}\nspec:\n"
                      "  match: {objects: [{group: catalog.test, kinds: [Blueprint]}]}\n"
                      "  rows: [{reference: object.spec.ref}]\n---\n") +
              kHead +
              "kind: ArtifactRule\nmetadata: {name: application}\nspec:\n"
              "  match: {objects: [{group: apps.test, kinds: [Application]}]}\n"
              "  rows:\n    - blueprint: {name: object.spec.name, version: object.spec.version}\n");
    scratch_.write("b/ship.yaml", "apiVersion: catalog.test/v1\nkind: Blueprint\nmetadata: {name: bp-ship}\n"
                                  "spec: {version: '1.0', ref: 'registry.test/acme/ship:1.0'}\n");
    config_ = "{blueprintFolders: ['" + scratch_.path("b") + "']}";
  }

  /// One decision with the fault in the section's n-th call. "": there was no n-th call.
  std::string judged(std::size_t which, FaultyProvider::Fault fault, std::uint64_t nth) {
    const auto set = load();
    auto world = std::make_shared<World>();
    oci::Registries::Parts parts;
    parts.configs = set->trust().registries();
    parts.clock = &clock_;
    world->registries = oci::Registries::open(std::move(parts)).value();
    world->policies = set;
    const auto worlds = std::make_shared<Worlds>(world);
    std::vector<std::shared_ptr<const EvidenceProvider>> providers = {
        std::make_shared<BlueprintProvider>(worlds),  std::make_shared<ArtifactProvider>(worlds),
        std::make_shared<ManifestProvider>(worlds),   std::make_shared<CandidatesProvider>(worlds),
        std::make_shared<ClaimsProvider>(worlds),     std::make_shared<SignaturesProvider>("signatures")};
    const auto faulty = std::make_shared<FaultyProvider>(providers.at(which), fault, nth);
    providers[which] = faulty;
    auto threads = std::make_shared<Threads>(clock_);
    Flights::Parts flights;
    flights.threads = threads;
    flights.clock = &clock_;
    flights.memory = &memory_;
    flights.cache = std::make_shared<FactCache>(clock_, 1 << 20);
    flights.providers = std::move(providers);
    const Gatherer gatherer(Flights::create(std::move(flights)));
    Engine engine({set, &clock_, const_cast<Gatherer*>(&gatherer)});
    const Milliseconds time(fault == FaultyProvider::Fault::stalls ? 150 : 5000);
    const Verdict verdict =
        engine.assess_now(subject_of(R"({"apiVersion":"apps.test/v1","kind":"Application",)"
                                     R"("spec":{"name":"bp-ship","version":"1.0"}})"),
                          Deadline::in(time, clock_))
            .verdict;
    faulty->release();
    threads->shutdown();
    return faulty->struck() ? said(verdict) : "";
  }

  /// All faults at all sections; the outcomes that came.
  std::set<std::string> outcomes() {
    std::set<std::string> out;
    for (std::size_t which = 0; which < 6; ++which) {
      for (const FaultyProvider::Fault fault : FaultyProvider::kAll) {
        for (std::uint64_t nth = 1; nth <= 12; ++nth) {
          const std::string outcome = judged(which, fault, nth);
          if (outcome.empty()) break;
          const bool harmless = fault == FaultyProvider::Fault::twice;
          out.insert((harmless ? "twice " : "") + outcome.substr(0, outcome.find(':')));
        }
      }
    }
    return out;
  }
};

TEST_F(ProviderFaults, AProofMayBeMissedAndIsThenUndecided) {
  push_signature();
  // "allow": what is kept was not to be had, and the registry was asked.
  EXPECT_EQ(outcomes(), (std::set<std::string>{"allow", "twice allow", "undecided"}));
}

TEST_F(ProviderFaults, WhereThereIsNoneNoFaultMakesOne) {
  policy("{authorities: {any: [other]}}");
  push_signature();
  EXPECT_EQ(outcomes(), (std::set<std::string>{"undecided", "twice deny"}));
}

// The n-th answer of the registry is not what it should be.
class RegistryFaults : public testing::SignatureRig {
 protected:
  enum class Fault { server_error, not_found, junk, cut_off };
  /// "": there was no n-th request.
  std::string judged(Fault fault, int nth) {
    start();
    auto requests = std::make_shared<std::atomic<int>>(0);
    server_->hook([fault, nth, requests](const test::SeenRequest&) -> std::optional<test::FakeAnswer> {
      if (++*requests != nth) return std::nullopt;
      test::FakeAnswer answer;
      if (fault == Fault::server_error) answer.status = 500;
      if (fault == Fault::not_found) answer.status = 404;
      answer.body = "{\"schemaVersion\":2}";
      if (fault == Fault::cut_off) answer.announced = 4096;
      return answer;
    });
    const std::string out = said();
    return *requests >= nth ? out.substr(0, out.find(':')) : "";
  }
};

TEST_F(RegistryFaults, NoAnswerMakesASignatureThatIsNotThere) {
  policy("{authorities: {any: [other]}}");
  push_signature();
  for (const Fault fault : {Fault::server_error, Fault::not_found, Fault::junk, Fault::cut_off}) {
    for (int nth = 1; nth <= 12; ++nth) {
      SCOPED_TRACE(std::to_string(static_cast<int>(fault)) + " " + std::to_string(nth));
      const std::string outcome = judged(fault, nth);
      if (outcome.empty()) break;
      EXPECT_THAT(outcome, AnyOf("deny", "undecided"));
    }
  }
}

// A refused reservation is no verdict on the document that it was for.
TEST_F(RegistryFaults, WithoutMemoryItIsUndecided) {
  push_signature();
  constexpr std::size_t kAll = 64 << 20;
  bool enough = false;
  for (std::size_t left = 0; !enough && left <= (4U << 20); left = left == 0 ? 256 : left * 2) {
    SCOPED_TRACE(left);
    start();
    MemoryBudget::Reservation others(&memory_);
    ASSERT_TRUE(others.grow(kAll - left - memory_.used()).ok());
    const std::string outcome = said();
    EXPECT_THAT(outcome, AnyOf(StartsWith("allow"), StartsWith("undecided: ")));
    enough = outcome == "allow";
    others.release();
    stop();
  }
  EXPECT_TRUE(enough);
}

class Parallel : public testing::SignatureRig {
 protected:
  /// Assessments begun from `threads` threads at once; how many allowed.
  std::size_t allowed(const std::string& object, std::size_t threads, std::size_t each) {
    const auto subject = subject_of(object);
    std::atomic<std::size_t> allows{0};
    std::latch go(static_cast<std::ptrdiff_t>(threads));
    std::latch over(static_cast<std::ptrdiff_t>(threads * each));
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < threads; ++i) {
      callers.emplace_back([&] {
        go.arrive_and_wait();
        for (std::size_t k = 0; k < each; ++k) {
          engine_->assess(subject, Deadline::in(Milliseconds(60'000), clock_), [&](Assessment assessment) {
            if (assessment.verdict.decision == Decision::allow) ++allows;
            over.count_down();
          });
        }
      });
    }
    over.wait();
    for (std::thread& caller : callers) caller.join();
    return allows;
  }
};

// Each question once: the tag, referrers, .sig and .att; then a manifest and a layer for each bundle, and
// one layer more for a legacy signature, whose manifest came with its tag.
TEST_F(Parallel, NoMoreRequestsThanQuestions) {
  const auto requests = [this] {
    start();
    server_->forget_seen();
    EXPECT_EQ(said(), "allow");
    return server_->seen().size();
  };
  push_signature();
  EXPECT_EQ(requests(), 6U);
  push_attestation(mint_.statement("https://spdx.dev/Document", {{"spdxVersion", "SPDX-2.3"}}));
  EXPECT_EQ(requests(), 8U);
  write("policy.yaml", "kind: Policy\nmetadata: {name: signed}\nspec:\n  description: d\n  match: {artifacts: ['**']}\n"
                       "  rules: [{name: r, all: [{check: signature, with: {authorities: {any: [ship]}}}, {check: "
                       "attestation, with: {authorities: {any: [ship]}, predicateType: 'https://spdx.dev/Document'}}], "
                       "message: m, fix: f}]\n");
  EXPECT_EQ(requests(), 8U);  // Two rules, one look.
}

TEST_F(Parallel, ALegacySignatureCostsOneLayer) {
  const verifiers::Candidate legacy = mint_.legacy_signature();
  server_->put_blob("acme/ship", legacy.bytes);
  auto manifest = testing::Json::parse(oci::manifest_json(legacy.media_type, legacy.bytes));
  for (const auto& [key, value] : legacy.annotations) manifest["layers"][0]["annotations"][key] = value;
  server_->put_manifest("acme/ship", manifest.dump(), std::string(oci::kOciManifest),
                        "sha256-" + oci::digest_of(image_).hex() + ".sig");
  start();
  server_->forget_seen();
  EXPECT_EQ(said(), "allow");
  // The referrers API lists nothing: the fallback tag is asked, too.
  EXPECT_EQ(server_->seen().size(), 6U);
}

TEST_F(Parallel, AThousandAdmissionsOfOneNewDigestAreOnePull) {
  push_signature();
  const std::string by_digest = R"({"ref":"registry.test/acme/ship@)" + oci::digest_of(image_).text() + "\"}";
  for (const std::string& object : {by_digest, std::string(kByTag)}) {
    SCOPED_TRACE(object);
    start();
    server_->forget_seen();
    EXPECT_EQ(said(object), "allow");
    const std::size_t alone = server_->seen().size();
    start();
    server_->forget_seen();
    EXPECT_EQ(allowed(object, 8, 125), 1000U);
    EXPECT_EQ(server_->seen().size(), alone);
  }
}

class Offline : public testing::SignatureRig {
 protected:
  Offline() { keep_bytes_ = true; }
  const std::string by_digest_ =
      R"({"ref":"registry.test/acme/ship@)" + oci::digest_of(image_).text() + "\"}";
};

// What an upgrade finds: the bytes on disk, nothing in memory, and perhaps no registry.
TEST_F(Offline, WithTheRegistryGoneTheVerdictsStay) {
  push_signature();
  policy("{authorities: {any: [ship]}, lastKnownGood: 72h}");
  EXPECT_EQ(said(by_digest_), "allow");
  EXPECT_EQ(said(), "allow");
  server_.reset();
  start();
  EXPECT_EQ(said(by_digest_), "allow");
  EXPECT_THAT(said(), StartsWith("allow:  |  | last known good"));
  // Another trust root with the same keys: everything is verified again, by the same bytes.
  auto root = mint_.sigstore.trusted_root();
  root.timestamp_authorities.clear();
  scratch_.write("p/trust/root.json", root.json());
  reload();
  EXPECT_EQ(said(by_digest_), "allow");
  // One that does not know who signed: what is kept proves nothing any more, and nobody can be asked
  // for more.
  root.tlogs.clear();
  scratch_.write("p/trust/root.json", root.json());
  reload();
  EXPECT_THAT(said(by_digest_), StartsWith("undecided: "));
}

// Last known good is for a registry that does not answer, not for one that says no.
TEST_F(Offline, ANoOfTheRegistryIsNotOverruled) {
  push_signature();
  policy("{authorities: {any: [ship]}, lastKnownGood: 72h}");
  EXPECT_EQ(said(), "allow");
  for (const int status : {404, 403}) {
    every_answer_is(status);
    start();
    EXPECT_THAT(said(), ::testing::Not(StartsWith("allow"))) << status;
  }
}

TEST_F(Offline, WhatIsTooOldIsUndecided) {
  push_signature();
  policy("{authorities: {any: [ship]}, lastKnownGood: 72h}");
  EXPECT_EQ(said(), "allow");
  every_answer_is(503);
  start();
  auto subject = subject_of(kByTag);
  std::vector<Key> needs;
  const auto set = engine_->policies();
  (void)set->judge(*subject, clock_.now(), nullptr, &needs);
  std::promise<EvidenceMap> promise;
  service_->gatherer().gather(needs, Deadline::in(Milliseconds(8000), clock_),
                              [&](EvidenceMap found) { promise.set_value(std::move(found)); });
  const EvidenceMap found = promise.get_future().get();
  const auto after = [&](int hours) {
    return said(set->judge(*subject, clock_.now() + std::chrono::hours(hours), &found, nullptr));
  };
  EXPECT_THAT(after(71), StartsWith("allow:  |  | last known good: the tag meant this digest 2 d ago, what "
                                    "signs it was fetched 2 d ago; at most 3 d are allowed"));
  EXPECT_THAT(after(73), AllOf(StartsWith("undecided: "), HasSubstr("the tag was last resolved 3 d ago, allowed are 3 d")));
}

// A registry that has the referrers API and does not list what stands under the fallback tag.
class Discovery : public testing::SignatureRig {
 protected:
  std::string junk() const {
    return oci::manifest_json(kBundleType, "{}", oci::descriptor_json(oci::kOciManifest, image_),
                              std::string(R"(,"artifactType":")") + kBundleType + "\"");
  }
};

TEST_F(Discovery, TheFallbackTagBesideAnApi) {
  push_bundle("{}");  // Junk that the API lists.
  const std::string bundle = mint_.bundle().dump();
  const std::string manifest = oci::manifest_json(kBundleType, bundle,
                                                  oci::descriptor_json(oci::kOciManifest, image_),
                                                  std::string(R"(,"artifactType":")") + kBundleType + "\"");
  server_->put_blob("acme/ship", bundle);
  server_->put_manifest("acme/ship", manifest, std::string(oci::kOciManifest));
  server_->put_manifest("acme/ship", oci::index_json({oci::descriptor_json(oci::kOciManifest, manifest)}),
                        std::string(oci::kOciIndex), "sha256-" + oci::digest_of(image_).hex());
  server_->hook([this, manifest](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
    if (seen.target.find("/referrers/") == std::string::npos) return std::nullopt;
    test::FakeAnswer answer;
    answer.body = oci::index_json({oci::descriptor_json(oci::kOciManifest, junk())});
    answer.type = std::string(oci::kOciIndex);
    return answer;
  });
  EXPECT_EQ(said(), "allow");
}

TEST_F(Offline, TheGateRunsNoPrograms) {
  scratch_.write("p/trust/docker.json", "{}");
  write("registry.yaml", "kind: Registry\nmetadata: {name: r}\nspec:\n  host: registry.test\n"
                         "  credentials: {dockerConfig: trust/docker.json, helpers: true}\n");
  const auto set = load();
  const auto threads = std::make_shared<Threads>(clock_);
  const auto service = EvidenceService::open({threads, &clock_, &memory_, set, /*programs=*/false});
  ASSERT_FALSE(service.ok());
  EXPECT_EQ(service.error().code, Errc::misconfigured);
  EXPECT_THAT(service.error().message, HasSubstr("the gate runs no programs"));
  EXPECT_TRUE(EvidenceService::open({threads, &clock_, &memory_, set, /*programs=*/true}).ok());
  threads->shutdown();
}

}  // namespace
}  // namespace portreeve::engine
