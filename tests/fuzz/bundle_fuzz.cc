#include "verifiers/bundle.h"

#include "tests/fuzz/fuzz.h"
#include "verifiers/verifier.h"

// Whatever a bundle is made of, it is read or refused with a reason, and nothing that a fuzzer can
// write is a proof: the authority's key is one that nobody has.
PORTREEVE_FUZZ_TARGET(bundle) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using namespace portreeve::verifiers;
  static const Authority authority = [] {
    constexpr std::string_view kPem =
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
        "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n"
        "-----END PUBLIC KEY-----\n";
    KeySigners signers;
    auto key = crypto::PublicKey::from_pem(kPem);
    check(key.ok(), "the target's own key", key.ok() ? "" : key.error().message);
    signers.keys.push_back({"k", key.value(), crypto::default_schemes(key.value()), {}});
    Authority out{"a", {}, std::move(signers), nullptr};
    out.log = LogNeed::if_present;
    return out;
  }();
  const Checked<Bundle> bundle = Bundle::parse(std::string(text));
  if (bundle.ok()) {
    check(bundle.value().log_entries.size() <= 32, "limit of log entries", "");
    const auto* const envelope = std::get_if<dsse::Envelope>(&bundle.value().content);
    check(envelope == nullptr || envelope->signatures.size() == 1, "one signature", "");
  } else {
    check(!bundle.error().message.empty(), "a rejection without a message", "");
  }
  for (const Shape shape : {Shape::bundle, Shape::legacy_signature, Shape::legacy_attestation}) {
    Candidate candidate;
    candidate.shape = shape;
    candidate.bytes = text;
    if (shape != Shape::bundle) {
      candidate.media_type = shape == Shape::legacy_signature
                                 ? "application/vnd.dev.cosign.simplesigning.v1+json"
                                 : "application/vnd.dsse.envelope.v1+json";
      candidate.annotations["dev.cosignproject.cosign/signature"] = "MAYCAQECAQE=";
      candidate.annotations["dev.sigstore.cosign/bundle"] = text;
    }
    const Artifact artifact = Artifact::of_bytes("fuzz");
    Demand demand;
    demand.kind = Demand::Kind::anything;
    const auto claims = Verifier::verify(candidate, authority, artifact, demand, *TrustRoot::embedded());
    check(!claims.ok(), "something was proven", text);
    check(claims.error().reason != Reason::internal, "a defect", claims.error().text());
    const auto listed = identify_unsafe(candidate, artifact, *TrustRoot::embedded());
    check(listed.ok() || listed.error().reason != Reason::internal, "a defect of a listing", text);
  }
}
