// A render attestation at a door that runs no program: verified, compared with the artifact and
// with Config, then facts like those of a render.

#include <gtest/gtest.h>

#include <future>

#include "crypto/hash.h"
#include "engine/providers/render.h"
#include "policies/evidence.h"
#include "policies/render_predicate.h"
#include "tests/engine/signature_rig.h"

namespace portreeve::engine {
namespace {

using policies::RenderFacts;

constexpr const char* kLayerType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
constexpr const char* kReference = "registry.test/acme/ship:1.0";

class RenderAttestation : public testing::SignatureRig {
 protected:
  RenderAttestation() {
    image_of_chart_ = oci::manifest_json(kLayerType, layer_);
    mint_.bytes = image_of_chart_;
    server_->put_blob("acme/ship", layer_);
    server_->put_manifest("acme/ship", image_of_chart_, std::string(oci::kOciManifest), "1.0");
    policy("{authorities: {any: [ship]}, predicateType: 'https://portreeve.openova.io/render/v1'}",
           "attestation");
  }

  RenderFacts facts() const {
    RenderFacts out;
    out.helm = "v3.18.4";
    out.program = Digest(crypto::sha256("helm"));
    out.kube_version = "1.33.0";
    out.chart = Digest(crypto::sha256(layer_));
    out.lines = 5;
    out.documents.push_back(
        {"bp-x/templates/a.yaml",
         json::parse(R"({"kind":"ConfigMap"})", json::review_limits(), nullptr).value(), 3, false,
         ""});
    return out;
  }
  /// The predicate about the manifest, as cosign attest makes a statement of it.
  std::string statement(const RenderFacts& facts, charts::Form form = charts::Form::package) const {
    const std::string whole = policies::render_statement({"bp-x", "1.2.0", form}, facts);
    const std::string own = facts.chart.hex();
    const std::size_t at = whole.find(own);
    return std::string(whole).replace(at, own.size(),
                                      Digest(crypto::sha256(image_of_chart_)).hex());
  }
  void push(const std::string& payload) {
    testing::SignatureSpec spec;
    spec.payload = payload;
    push_bundle(mint_.bundle(spec).dump(), image_of_chart_);
  }
  Evidence rendered() {
    start();
    const Key key{"render", kReference, load()->trust().id()};
    std::promise<EvidenceMap> promise;
    service_->gatherer().gather({key}, Deadline::in(Milliseconds(8000), clock_),
                                [&](EvidenceMap map) { promise.set_value(std::move(map)); });
    return promise.get_future().get().at(key);
  }
  std::string refusal() {
    const Evidence evidence = rendered();
    const auto* const absent = std::get_if<Absent>(&evidence);
    return absent == nullptr
               ? "accepted"
               : std::string(to_string(absent->reason.code)) + ": " + absent->reason.message;
  }

  const std::string layer_ = "chart bytes";
  std::string image_of_chart_;
};

TEST_F(RenderAttestation, IsTakenInsteadOfARender) {
  push(statement(facts()));
  const Evidence evidence = rendered();
  const auto* const got = policies::value_of<RenderFacts>(evidence);
  ASSERT_NE(got, nullptr) << std::get<Absent>(evidence).reason.message;
  EXPECT_EQ(got->origin, RenderFacts::Origin::attestation);
  EXPECT_EQ(got->helm, "v3.18.4");
  ASSERT_EQ(got->documents.size(), 1U);
  EXPECT_EQ(got->documents[0].document->root()["kind"].text(), "ConfigMap");
  EXPECT_NE(got->notes.at(0).find("attested by "), std::string::npos);
}

TEST_F(RenderAttestation, WithoutOneThereIsNoRender) {
  EXPECT_EQ(refusal(), "not-found: neither rendered here nor attested");
}

TEST_F(RenderAttestation, NobodyAskedForOne) {
  policy("{authorities: {any: [ship]}}");
  push(statement(facts()));
  EXPECT_EQ(refusal(), "not-found: not rendered here, and no rule asks for a render attestation");
}

TEST_F(RenderAttestation, OfAnotherChart) {
  RenderFacts other = facts();
  other.chart = Digest(crypto::sha256("another"));
  push(statement(other));
  EXPECT_EQ(refusal(), "untrusted: a render attestation is refused: it is of chart " +
                           other.chart.text() + "; the artifact's is " + facts().chart.text());
}

TEST_F(RenderAttestation, ForAnotherKubernetes) {
  RenderFacts other = facts();
  other.kube_version = "1.30.0";
  push(statement(other));
  EXPECT_EQ(refusal(),
            "untrusted: a render attestation is refused: it is for Kubernetes 1.30.0; Config says "
            "1.33.0");
}

TEST_F(RenderAttestation, ByAnotherHelmThanIsPinned) {
  const Digest pinned(crypto::sha256("other helm"));
  config_ = "{helm: {program: /usr/bin/helm, sha256: '" + pinned.hex() + "'}}";
  push(statement(facts()));
  EXPECT_EQ(refusal(), "untrusted: a render attestation is refused: it was made by helm v3.18.4, " +
                           facts().program.text() + "; Config pins " + pinned.text());
}

TEST_F(RenderAttestation, OfASourceTree) {
  push(statement(facts(), charts::Form::source));
  EXPECT_EQ(refusal(),
            "malformed: render attestation: chart.form: expected package: the render of a source "
            "tree says "
            "nothing about what was published");
}

TEST_F(RenderAttestation, AboutAnotherManifest) {
  const std::string before = statement(facts());
  const std::string own = Digest(crypto::sha256(image_of_chart_)).hex();
  std::string other = before;
  other.replace(other.find(own), own.size(), std::string(64, 'a'));
  push(other);
  EXPECT_EQ(refusal(), "not-found: neither rendered here nor attested");
}

TEST_F(RenderAttestation, AGoodOneBesideABadOneIsTaken) {
  RenderFacts other = facts();
  other.kube_version = "1.30.0";
  push(statement(other));
  push(statement(facts()));
  EXPECT_EQ(refusal(), "accepted");
}

TEST_F(RenderAttestation, ADoorWithoutProgramsIsGivenNoHelm) {
  Renderer::Options options;
  options.program = HOSTILE_PROGRAM;
  const auto renderer = Renderer::open(options);
  ASSERT_TRUE(renderer.ok());
  const auto threads = std::make_shared<Threads>(clock_);
  EvidenceService::Parts parts;
  parts.threads = threads;
  parts.clock = &clock_;
  parts.memory = &memory_;
  parts.policies = load();
  parts.renderer = renderer.value();
  const auto service = EvidenceService::open(parts);
  ASSERT_FALSE(service.ok());
  EXPECT_EQ(service.error().message, "a door that runs no programs was given a helm");
  threads->shutdown();
}

}  // namespace
}  // namespace portreeve::engine
