#pragma once

// The decision: does this candidate prove that somebody an authority names signed this artifact?

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "core/verified.h"
#include "verifiers/artifact.h"
#include "verifiers/authority.h"
#include "verifiers/candidate.h"
#include "verifiers/certificate_identity.h"
#include "verifiers/rejection.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {

/// What a rule asks of a signature, besides who made it.
struct Demand {
  enum class Kind {
    signature,    ///< Simple signing, a message signature, or what `cosign sign` 3 writes.
    attestation,  ///< A statement of one of `predicate_types`.
    anything,     ///< Either, of any type; for `verify-bundle` and listings.
  };
  Kind kind = Kind::signature;
  /// For attestation: exact; or "TYPE/v*", which is TYPE with or without "/vN", "/vN.N", "/vN.N.N"
  /// behind it, as producers of predicates with versions write it.
  std::vector<std::string> predicate_types;
  std::map<std::string, std::string> annotations;  ///< All of them must be signed, with these values.
};

/// Who signed. Two signers are the same exactly when `id` is equal; the bytes of a signature are no
/// one's identity (anybody can make a second one out of an ECDSA signature).
struct Signer {
  std::string id;  ///< "key sha256:…", or "issuer identity".
  /// Of a certificate; absent for a bare key.
  std::optional<CertificateIdentity> identity;
  std::string key_name;  ///< Of a bare key: AuthorityKey::name.
  std::string key_spki;  ///< DER of the key that verified the signature.
};

struct SigningTime {
  TimePoint time;
  std::string source;  ///< "tlogs[0] of the trust root", "timestampAuthorities[0] …".
};

struct LoggedAt {
  std::string log;  ///< Its base URL.
  std::uint64_t index;
  bool proven;  ///< By an inclusion proof; else promised alone.
};

/// What a candidate proves, for one authority and one signer.
struct SignatureClaim {
  std::string authority;  ///< Its name; empty in listings.
  std::string artifact;   ///< "sha256:…"
  std::string found;      ///< Candidate::found
  Shape shape = Shape::bundle;
  Signer signer;
  crypto::Scheme scheme = crypto::Scheme::ecdsa_sha256;
  /// Null for what is no statement. An attestation's type and predicate are in here.
  std::shared_ptr<const Statement> statement;
  std::map<std::string, std::string> annotations;  ///< Signed, texts only.
  std::vector<SigningTime> times;                  ///< All verified; may be empty for a bare key.
  std::vector<LoggedAt> logs;
  /// An `.att` whose timestamps are about the signature and not the envelope: cosign 3 writes them so
  /// and cannot verify them.
  bool stamps_signature = false;
  std::vector<std::string> notes;  ///< What was there and did not count, and why.
  /// A key with a window and no verified time: the claim holds only while the caller's clock is
  /// within (closed). Without any end it holds for ever.
  Validity holds;
};

/// Checks candidates against authorities. No state, no I/O, no clock, no network path at all: a
/// result is a function of the arguments. Safe from many threads. Never throws for input.
///
/// Order: shape → scope → kind, predicate type, subject, annotations → identity → log (bindings,
/// proofs, then signatures) → the signature → times → certificate → SCT. Cheap before expensive; the
/// first failure is the answer. A candidate that fails says nothing about others.
class Verifier {
 public:
  /// Everybody among the authority's signers who signed the candidate; at least one.
  /// `root` is used where the authority has none of its own. `memory` may be null; a claim keeps what
  /// its statement took.
  static Checked<std::vector<Verified<SignatureClaim>>> verify(const Candidate& candidate,
                                                               const Authority& authority,
                                                               const Artifact& artifact,
                                                               const Demand& demand,
                                                               const TrustRoot& root,
                                                               MemoryBudget* memory = nullptr);
};

/// Who signed the candidate, when anybody will do whom the trust root vouches for: a certificate of
/// its CAs, or a key that one of its logs recorded together with the signature. For listings: this
/// says who it was, not that they may; so it is no Verified.
Checked<std::vector<SignatureClaim>> identify_unsafe(const Candidate& candidate,
                                                     const Artifact& artifact,
                                                     const TrustRoot& root);

}  // namespace portreeve::verifiers
