#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "crypto/public_key.h"
#include "tests/support/mint_certificate.h"

namespace portreeve::testing {

/// What a TimeStampResp says; a field that is not its default makes one mutant.
struct TimestampSpec {
  TimePoint time = at("2026-03-01T12:05:01Z");
  std::optional<std::string>
      gen_time{};  ///< GeneralizedTime text instead, such as "20260301120501.5Z".
  int status = 0;  ///< PKIStatus; 0 is granted.
  crypto::HashKind imprint_hash = crypto::HashKind::sha256;
  std::optional<std::string> imprint{};                ///< Bytes instead of the message's hash.
  const MintedCertificate* signer = nullptr;           ///< Instead of the authority's leaf.
  crypto::HashKind digest = crypto::HashKind::sha256;  ///< Of the CMS signature.
  enum class Ess { v2, v1, none, other_certificate } ess = Ess::v2;
  std::vector<const MintedCertificate*> bag{};  ///< Certificates in the CMS bag, in this order.
  bool second_signer = false;                   ///< Two SignerInfos.
  bool other_content_type = false;              ///< id-data instead of id-smime-ct-TSTInfo.
  bool content_attribute_is_data = false;       ///< The signed attribute contentType lies.
  bool sha1 = false;                            ///< The CMS signature is over SHA-1.
  int version = 1;                              ///< Of the TSTInfo.
  bool flip_signature = false;
};

/// A timestamp authority: root and leaf, and what it stamps.
class MintTimestampAuthority {
 public:
  struct Spec {
    std::string name = "tsa";
    TimePoint leaf_not_before = at("2025-06-01T00:00:00Z");
    TimePoint leaf_not_after = at("2030-06-01T00:00:00Z");
    std::string extended_key_usage = "critical,timeStamping";
    std::string key_usage = "critical,digitalSignature";
    std::string basic_constraints{};
    crypto::KeyKind key = crypto::KeyKind::ecdsa_p384;
    CaSpec root{.common_name = "tsa root"};
  };
  MintTimestampAuthority() : MintTimestampAuthority(Spec{}) {}
  explicit MintTimestampAuthority(const Spec& spec);

  /// DER TimeStampResp about `message` (for Sigstore: the raw signature bytes).
  std::string stamp(std::string_view message, const TimestampSpec& spec = {}) const;

  MintedCertificate root;
  MintedCertificate leaf;
};

}  // namespace portreeve::testing
