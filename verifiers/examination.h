#pragma once

// The steps behind Verifier, on a candidate that is already read. Nobody else includes this: what it
// returns is not marked as verified.

#include <optional>
#include <vector>

#include "verifiers/rekor.h"
#include "verifiers/timestamp.h"
#include "verifiers/verifier.h"

namespace portreeve::verifiers {

/// What is asked of logs and times, whoever signed.
struct ProofNeed {
  LogNeed log = LogNeed::required;
  std::size_t logs = 1;
  std::size_t timestamps = 0;
  /// Some verified time there must be: a short-lived certificate means nothing without.
  bool need_time = false;
  /// Signed timestamps are looked at: because they are required, or because a certificate or a
  /// window is judged by them.
  bool use_timestamps = true;
};

/// Log and time of one signature.
struct Proofs {
  std::vector<VerifiedEntry> entries;
  std::vector<SigningTime> times;
  std::vector<TimePoint> points;  ///< The same, without their sources.
  std::vector<std::string> notes;
  bool stamps_signature = false;  ///< SignatureClaim's.
};

/// The entries of the log, as far as they are asked for.
/// Rejections: the log section of Reason.
Checked<Proofs> check_log(const SignedDocument& document, const LogSubject& subject,
                          const ProofNeed& need, const TrustRoot& root);

/// The timestamps, added to `proofs`; then whether the logs' keys were valid at the times that others
/// vouch for. Rejections: the time section of Reason, log_validity.
Passed check_times(const SignedDocument& document, std::string_view signature, const ProofNeed& need,
                   const TrustRoot& root, Proofs& proofs);

/// What is asked for, before who signed: kind, predicate type, subject or digest, reference,
/// annotations. Rejections: the second section of Reason.
Passed check_demand(const SignedDocument& document, const Authority* authority,
                    const Artifact& artifact, const Demand& demand);

/// The signed annotations of a signature: texts alone.
std::map<std::string, std::string> signed_annotations(const SignedDocument& document,
                                                      const Artifact& artifact);

/// What all claims about a document share.
SignatureClaim claim_of(const SignedDocument& document, const Candidate& candidate,
                        const Artifact& artifact, const Proofs& proofs);

/// A certificate's rules.
struct CertificateNeed {
  const std::string* issuer = nullptr;      ///< Null: any, also none.
  const IdentityRule* identity = nullptr;   ///< Null: any (listings).
  const std::map<std::string, std::string>* claims = nullptr;
  const PrivateAuthority* ca = nullptr;     ///< Null: the trust root's CAs.
  std::size_t scts = 1;
  ProofNeed proofs;
};

/// The one signer of a document with a certificate.
Checked<SignatureClaim> examine_certificate(const SignedDocument& document,
                                            const Candidate& candidate, const Artifact& artifact,
                                            const CertificateNeed& need, const TrustRoot& root);

/// Every key among `keys` that signed. Fails only if none did; then with what the key that came
/// furthest failed at.
Checked<std::vector<SignatureClaim>> examine_keys(const SignedDocument& document,
                                                  const Candidate& candidate,
                                                  const Artifact& artifact,
                                                  const std::vector<AuthorityKey>& keys,
                                                  const ProofNeed& need, const TrustRoot& root);

}  // namespace portreeve::verifiers
