#pragma once

// A miniature Sigstore, minted by each test for itself: certificate authority, CT log, Rekor v1 and
// v2, timestamp authority, and the trusted_root.json that trusts them. Everything is valid unless a
// test turns a knob, and each knob breaks one thing:
//
//   SigstoreMint mint;                                        // a whole world, all valid
//   auto leaf = mint.issue();                                 // Fulcio leaf with SCT, key inside
//   auto leaf = mint.issue({.extended_key_usage = ""});       // mutant: no EKU
//   LeafSpec spec; spec.claims[1] = "https://evil.test";      // mutant: .1 contradicts .8
//   std::string sig = leaf.key.sign(crypto::Scheme::ecdsa_sha256, artifact);
//   std::string token = mint.tsa.stamp(sig);                  // TimeStampResp, DER
//   std::string token = mint.tsa.stamp(sig, {.ess = TimestampSpec::Ess::none});
//   auto index = mint.rekor_v1.append(body);                  // body: the caller's JSON text
//   auto set = mint.rekor_v1.signed_entry_timestamp(body, kIntegrated,
//   mint.rekor_v1.global_index(index)); auto proof = mint.rekor_v1.prove(index); // hashes, size,
//   root std::string note = mint.rekor_v1.checkpoint({.flip_signature = true});
//   verifiers::TrustRootPtr root = mint.trust_root();
//   auto document = mint.trusted_root(); document.ctlogs[0].end = "2026-03-01T11:59:59Z";
//   verifiers::TrustRootPtr late = load(document);            // mutant: CT log's interval
//
// Times: leaf 2026-03-01T12:00:00Z to 12:10:00Z; log entry 12:05:00Z; time stamp 12:05:01Z; CAs
// 2025 to 2035; every validFor of the root from 2025-01-01 on.

#include "tests/support/mint_certificate.h"
#include "tests/support/mint_key.h"
#include "tests/support/mint_log.h"
#include "tests/support/mint_timestamp.h"
#include "tests/support/trusted_root_writer.h"
#include "verifiers/trust_root.h"

namespace portreeve::testing {

/// 2026-03-01T12:05:00Z, when the logs integrate entries.
inline constexpr std::int64_t kIntegratedTime = 1'772'366'700;

class SigstoreMint {
 public:
  struct Spec {
    CaSpec root{.common_name = "root"};
    CaSpec intermediate{.common_name = "intermediate", .extended_key_usage = "codeSigning"};
    MintTimestampAuthority::Spec tsa{};
  };
  SigstoreMint() : SigstoreMint(Spec()) {}
  explicit SigstoreMint(const Spec& spec);

  /// A leaf from the intermediate, its SCTs from ct_log.
  MintedCertificate issue(const LeafSpec& spec = {}) const;

  /// The document that trusts all of this world; the tlogs are v1, v2 in this order.
  TrustedRootDocument trusted_root() const;
  verifiers::TrustRootPtr trust_root() const;

  MintedCertificate root;
  MintedCertificate intermediate;
  MintCtLog ct_log;
  MintLog rekor_v1;
  MintLog rekor_v2;
  MintTimestampAuthority tsa;
};

/// Parses it; aborts the test program with the message when it is refused.
verifiers::TrustRootPtr load(const TrustedRootDocument& document);

}  // namespace portreeve::testing
