// Who signed.

#include <algorithm>

#include "core/limits.h"
#include "verifiers/examination.h"
#include "verifiers/sct.h"

namespace portreeve::verifiers {
namespace {

Passed check_claims(const CertificateIdentity& identity,
                    const std::map<std::string, std::string>& wanted) {
  for (const auto& [name, value] : wanted) {
    const std::string* const found = identity.claim(name);
    if (found != nullptr && *found == value) continue;
    return Rejection{Reason::claim_mismatch,
                     name + ": expected " + quoted(value) + ", " +
                         (found == nullptr ? "not in the certificate" : "found " + quoted(*found))};
  }
  return Done{};
}

Passed check_identity(const CertificateIdentity& identity, const CertificateNeed& need) {
  if (need.issuer != nullptr && identity.issuer != *need.issuer) {
    return Rejection{Reason::issuer_mismatch,
                     "expected " + quoted(*need.issuer) + ", found " + quoted(identity.issuer)};
  }
  if (need.identity != nullptr && !need.identity->matches(identity.subject)) {
    return Rejection{Reason::identity_mismatch,
                     "expected " + quoted(need.identity->text()) + ", found " +
                         std::string(to_string(identity.subject.kind)) + " " +
                         quoted(identity.subject.value)};
  }
  return need.claims == nullptr ? Passed(Done{}) : check_claims(identity, *need.claims);
}

// Intermediates that came with a signature of an operator's own CA. What cannot be read is of no use
// for a path, and no harm.
std::vector<crypto::Certificate> offered(const SignedDocument& document) {
  std::vector<crypto::Certificate> out;
  for (std::size_t i = 1; i < document.certificates.size(); ++i) {
    Result<crypto::Certificate> certificate = crypto::Certificate::from_der(document.certificates[i]);
    if (certificate.ok()) out.push_back(std::move(certificate).value());
  }
  return out;
}

Passed check_issuer(const SignedDocument& document, const crypto::Certificate& leaf,
                    const CertificateNeed& need, const TrustRoot& root,
                    const std::vector<TimePoint>& times) {
  if (need.ca != nullptr) return need.ca->check(leaf, offered(document), times);
  PORTREEVE_TRY(const crypto::Certificate issuer, check_fulcio_certificate(leaf, root, times));
  if (need.scts > 0) PORTREEVE_CHECK(require_scts(leaf, issuer, root, need.scts));
  return Done{};
}

Checked<SignatureClaim> examine_one(const SignedDocument& document, const Candidate& candidate,
                                    const Artifact& artifact, const crypto::Certificate& leaf,
                                    std::string_view signature, const CertificateNeed& need,
                                    const TrustRoot& root) {
  const LogSubject subject{document.content, signature, leaf.key(), &leaf};
  ProofNeed proof_need = need.proofs;
  proof_need.need_time = true;
  PORTREEVE_TRY(Proofs proofs, check_log(document, subject, proof_need, root));
  const std::vector<crypto::Scheme> schemes = crypto::default_schemes(leaf.key());
  PORTREEVE_TRY(const crypto::Scheme scheme,
                document.content.verify(leaf.key(), schemes, signature));
  PORTREEVE_CHECK(check_times(document, signature, proof_need, root, proofs));
  PORTREEVE_CHECK(check_issuer(document, leaf, need, root, proofs.points));
  SignatureClaim claim = claim_of(document, candidate, artifact, proofs);
  claim.scheme = scheme;
  claim.signer.key_spki = leaf.key().spki();
  return claim;
}

// Of several failures the one whose step comes last says most.
void keep_furthest(std::optional<Rejection>& best, Rejection next) {
  if (!best || best->reason < next.reason) best = std::move(next);
}

Passed check_window(const AuthorityKey& key, const std::vector<TimePoint>& times) {
  for (const TimePoint time : times) {
    if (key.window.contains(time)) continue;
    return Rejection{Reason::key_window, "signed at " + format_time(time) + ", the key " +
                                             quoted(key.name) + " is valid " + key.window.text()};
  }
  return Done{};
}

Checked<SignatureClaim> examine_key(const SignedDocument& document, const Candidate& candidate,
                                    const Artifact& artifact, const AuthorityKey& key,
                                    std::string_view signature, const ProofNeed& given,
                                    const TrustRoot& root) {
  const bool window = key.window.start.has_value() || key.window.end.has_value();
  ProofNeed need = given;
  // A time that decides nothing is not worth two P-384 verifications.
  need.use_timestamps = given.use_timestamps && (window || given.timestamps > 0);
  const LogSubject subject{document.content, signature, key.key, nullptr};
  PORTREEVE_TRY(Proofs proofs, check_log(document, subject, need, root));
  PORTREEVE_TRY(const crypto::Scheme scheme,
                document.content.verify(key.key, key.schemes, signature));
  PORTREEVE_CHECK(check_times(document, signature, need, root, proofs));
  PORTREEVE_CHECK(check_window(key, proofs.points));
  SignatureClaim claim = claim_of(document, candidate, artifact, proofs);
  claim.scheme = scheme;
  claim.signer.id = "key sha256:" + crypto::to_hex(key.key.spki_sha256());
  claim.signer.key_name = key.name;
  claim.signer.key_spki = key.key.spki();
  if (window && proofs.points.empty()) claim.holds = key.window;
  return claim;
}

}  // namespace

Checked<SignatureClaim> examine_certificate(const SignedDocument& document,
                                            const Candidate& candidate, const Artifact& artifact,
                                            const CertificateNeed& need, const TrustRoot& root) {
  PORTREEVE_TRY(const crypto::Certificate leaf,
                step(Reason::certificate_malformed, "",
                     crypto::Certificate::from_der(document.certificates.front())));
  PORTREEVE_TRY(CertificateIdentity identity,
                step(Reason::identity_malformed, "", CertificateIdentity::from(leaf)));
  PORTREEVE_CHECK(check_identity(identity, need));
  std::optional<Rejection> best;
  for (const std::string& signature : document.signatures) {
    Checked<SignatureClaim> claim =
        examine_one(document, candidate, artifact, leaf, signature, need, root);
    if (!claim.ok()) {
      keep_furthest(best, std::move(claim).error());
      continue;
    }
    claim.value().signer.id = identity.issuer + " " + identity.subject.value;
    claim.value().signer.identity = std::move(identity);
    return claim;
  }
  return best.value_or(Rejection{Reason::internal, "no signature"});
}

Checked<std::vector<SignatureClaim>> examine_keys(const SignedDocument& document,
                                                  const Candidate& candidate,
                                                  const Artifact& artifact,
                                                  const std::vector<AuthorityKey>& keys,
                                                  const ProofNeed& need, const TrustRoot& root) {
  std::vector<SignatureClaim> claims;
  std::optional<Rejection> best;
  for (const AuthorityKey& key : keys) {
    for (const std::string& signature : document.signatures) {
      Checked<SignatureClaim> claim =
          examine_key(document, candidate, artifact, key, signature, need, root);
      if (claim.ok()) {
        claims.push_back(std::move(claim).value());
        break;
      }
      keep_furthest(best, std::move(claim).error());
    }
  }
  if (!claims.empty()) return claims;
  return best.value_or(Rejection{Reason::internal, "no key"});
}

}  // namespace portreeve::verifiers
