#pragma once

// Whom we trust: a Sigstore trusted_root.json (protobuf-specs sigstore_trustroot.proto), parsed
// once, shared by every verification until an operator replaces it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"
#include "core/time.h"
#include "crypto/certificate.h"
#include "crypto/public_key.h"

namespace portreeve::verifiers {

/// A closed interval: both ends belong to it. A missing end is open.
struct Validity {
  std::optional<TimePoint> start;
  std::optional<TimePoint> end;
  bool contains(TimePoint time) const noexcept;
  /// "2022-04-13T20:06:15.000Z to now on"
  std::string text() const;
};

/// A transparency log (Rekor) or certificate transparency log.
struct TransparencyLog {
  std::string base_url;
  /// Raw bytes; opaque look-up key: SHA-256(SPKI) for ECDSA and RSA, but not for Ed25519 Rekor v2.
  std::string log_id;
  std::string checkpoint_key_id;  ///< Raw bytes, usually 4; empty if the root names none.
  std::string operator_name;      ///< Empty if the root names none.
  crypto::PublicKey key;
  crypto::Scheme scheme;  ///< How this log signs, from keyDetails and hashAlgorithm.
  Validity valid_for;     ///< `start` is always there.
  std::string where;      ///< "tlogs[0]", for messages.
  /// What a threshold counts: the operator, or the log itself when it names none.
  const std::string& authority() const noexcept {
    return operator_name.empty() ? log_id : operator_name;
  }
};

/// What the first certificate of a chain does: issue certificates of signers, or stamp times.
enum class ChainPurpose : std::uint8_t { code_signing, time_stamping };

/// The path of one authority, issuing (or stamping) certificate first, anchor last; never empty.
///
/// Signatures, constraints and extended-key-usage nesting of the path are verified the first time
/// it is needed, and the answer is remembered: a warm check of a leaf costs one signature. Copies
/// share one memory. Thread-safe.
class TrustedChain {
 public:
  /// REQUIRES: at least one certificate.
  TrustedChain(std::vector<crypto::Certificate> certificates, ChainPurpose purpose);
  const std::vector<crypto::Certificate>& certificates() const noexcept { return certificates_; }
  const crypto::Certificate& issuing() const noexcept { return certificates_.front(); }
  /// When the whole path is valid (closed). Errors: untrusted, unverified.
  const Result<Validity>& window() const;
  /// A path for a leaf issued by issuing(): one signature check when the path may be cut at
  /// issuing(), all of it when a certificate above constrains names or policies. No time is judged:
  /// the caller must look at the interval of the path. Errors: untrusted, unverified.
  Result<crypto::CertificatePath> path_of(const crypto::Certificate& leaf) const;

 private:
  struct Once;
  const Once& once() const;
  std::vector<crypto::Certificate> certificates_;
  ChainPurpose purpose_;
  std::shared_ptr<Once> once_;
};

struct CertificateAuthority {
  std::string uri;
  std::string operator_name;
  std::string where;  ///< "certificateAuthorities[1]"
  TrustedChain chain;
  Validity valid_for;
};

struct TimestampAuthority {
  std::string uri;
  std::string operator_name;
  std::string where;   ///< "timestampAuthorities[0]"
  TrustedChain chain;  ///< certificates().front() is the signing leaf.
  Validity valid_for;
  /// What a threshold counts: operator, else URI, else the signing key.
  std::string authority() const;
};

/// An entry that we cannot use because its algorithm is not supported. It is no error of the root:
/// what depends on it fails closed, and says so.
struct UnsupportedEntry {
  std::string where;
  std::string log_id;  ///< Raw bytes; empty for authorities.
  std::string reason;
};

/// Sigstore adds a log about twice a year: what newer ones vouch for, an older root refuses.
inline constexpr std::chrono::hours kTrustRootAge{180 * 24};

class TrustRoot;
using TrustRootPtr = std::shared_ptr<const TrustRoot>;

/// Immutable, shareable, safe from many threads.
class TrustRoot {
 public:
  /// Where the bytes come from.
  struct Source {
    std::string name;                ///< "embedded", or the operator's file: for reports.
    std::optional<TimePoint> as_of;  ///< When they were current, if known.
  };
  /// Strict: unknown media type, unknown or repeated member, wrong type, a log without `start`, an
  /// interval that ends before it starts, keys whose encoding is not what keyDetails says, empty
  /// chains: all refused. `null` is the same as absent. Errors: malformed, unsupported (media
  /// type), limit.
  static Result<TrustRootPtr> parse(std::string json, Source source);
  /// Sigstore's public-good instance as of this build; parsed at the first call.
  static const TrustRootPtr& embedded();
  /// Bytes of the same.
  static std::string_view embedded_json() noexcept;

  const Digest& digest() const noexcept { return digest_; }  ///< SHA-256 of the bytes.
  const Source& source() const noexcept { return source_; }
  /// How old the bytes are; absent if nobody said.
  std::optional<Milliseconds> age(TimePoint now) const;
  /// What to tell an operator whose root is kTrustRootAge old or more; empty if it is not, or if
  /// nobody said how old it is.
  std::string age_warning(TimePoint now) const;

  const std::vector<TransparencyLog>& transparency_logs() const noexcept { return tlogs_; }
  const std::vector<TransparencyLog>& ct_logs() const noexcept { return ctlogs_; }
  const std::vector<CertificateAuthority>& certificate_authorities() const noexcept { return cas_; }
  const std::vector<TimestampAuthority>& timestamp_authorities() const noexcept { return tsas_; }
  const std::vector<UnsupportedEntry>& unsupported() const noexcept { return unsupported_; }

  /// Every instance with that raw log id; an id may be listed with several intervals or keys.
  std::vector<const TransparencyLog*> find_log(std::string_view log_id) const;
  std::vector<const TransparencyLog*> find_ct_log(std::string_view log_id) const;
  /// Why an id that find_*() does not know cannot be used: "not in trust root …", or the entry's
  /// unsupported algorithm.
  Error unknown_log(std::string_view kind, std::string_view log_id) const;

 private:
  friend class TrustRootReader;
  TrustRoot() = default;
  Source source_;
  Digest digest_;
  std::vector<TransparencyLog> tlogs_;
  std::vector<TransparencyLog> ctlogs_;
  std::vector<CertificateAuthority> cas_;
  std::vector<TimestampAuthority> tsas_;
  std::vector<UnsupportedEntry> unsupported_;
};

}  // namespace portreeve::verifiers
