#include "verifiers/verifier.h"

#include "verifiers/examination.h"

namespace portreeve::verifiers {
namespace {

ProofNeed proof_need(const Authority& authority) {
  ProofNeed need;
  need.log = authority.log;
  need.logs = authority.logs;
  need.timestamps = authority.timestamps;
  return need;
}

CertificateNeed certificate_need(const KeylessSigners& signers, const Authority& authority) {
  CertificateNeed need;
  need.issuer = &signers.issuer;
  need.identity = &signers.identity;
  need.claims = &signers.claims;
  need.scts = authority.scts;
  need.proofs = proof_need(authority);
  return need;
}

CertificateNeed certificate_need(const CertificateSigners& signers, const Authority& authority) {
  CertificateNeed need;
  if (!signers.issuer.empty()) need.issuer = &signers.issuer;
  need.identity = &signers.identity;
  need.claims = &signers.claims;
  need.ca = &signers.ca;
  need.scts = 0;
  need.proofs = proof_need(authority);
  return need;
}

Passed check_scope(const Authority& authority, const Artifact& artifact) {
  // What is in no registry has no name: only a command that was given both asks about it.
  if (artifact.name().empty() || authority.covers(artifact.name())) return Done{};
  return Rejection{Reason::repository, quoted(authority.name) + " is not trusted for " +
                                           quoted(artifact.name())};
}

Passed check_party(const SignedDocument& document, const Authority& authority) {
  const bool certificate = !document.certificates.empty();
  if (certificate && authority.uses_keys()) {
    return Rejection{Reason::key_expected, "carries a certificate; the authority lists keys"};
  }
  if (!certificate && !authority.uses_keys()) {
    return Rejection{Reason::certificate_expected, "carries no certificate; the authority lists "
                                                   "an identity"};
  }
  return Done{};
}

Checked<std::vector<SignatureClaim>> examine(const SignedDocument& document,
                                             const Candidate& candidate, const Authority& authority,
                                             const Artifact& artifact, const TrustRoot& root) {
  if (const auto* const keyed = std::get_if<KeySigners>(&authority.signers)) {
    return examine_keys(document, candidate, artifact, keyed->keys, proof_need(authority), root);
  }
  const auto* const keyless = std::get_if<KeylessSigners>(&authority.signers);
  const CertificateNeed need =
      keyless != nullptr
          ? certificate_need(*keyless, authority)
          : certificate_need(std::get<CertificateSigners>(authority.signers), authority);
  PORTREEVE_TRY(SignatureClaim claim,
                examine_certificate(document, candidate, artifact, need, root));
  return std::vector<SignatureClaim>{std::move(claim)};
}

// The keys that logs recorded; whether they did is checked with the entry.
std::vector<AuthorityKey> logged_keys(const SignedDocument& document) {
  std::vector<AuthorityKey> keys;
  for (const LogEntry& entry : document.log_entries) {
    const Checked<LoggedEntry> logged = LoggedEntry::parse(entry);
    if (!logged.ok()) continue;
    for (const LoggedSignature& signature : logged.value().signatures) {
      if (signature.signer.certificate) continue;
      Result<crypto::PublicKey> key = crypto::PublicKey::from_spki(signature.signer.der);
      if (!key.ok()) continue;
      std::vector<crypto::Scheme> schemes = crypto::default_schemes(key.value());
      keys.push_back({"recorded by the log", std::move(key).value(), std::move(schemes), {}});
    }
  }
  return keys;
}

}  // namespace

Checked<std::vector<Verified<SignatureClaim>>> Verifier::verify(const Candidate& candidate,
                                                                const Authority& authority,
                                                                const Artifact& artifact,
                                                                const Demand& demand,
                                                                const TrustRoot& root,
                                                                MemoryBudget* memory) {
  const TrustRoot& used = authority.trust_root != nullptr ? *authority.trust_root : root;
  PORTREEVE_CHECK(check_scope(authority, artifact));
  PORTREEVE_TRY(const SignedDocument document, SignedDocument::read(candidate, artifact, memory));
  PORTREEVE_CHECK(check_party(document, authority));
  PORTREEVE_CHECK(check_demand(document, &authority, artifact, demand));
  PORTREEVE_TRY(std::vector<SignatureClaim> claims,
                examine(document, candidate, authority, artifact, used));
  std::vector<Verified<SignatureClaim>> out;
  for (SignatureClaim& claim : claims) {
    claim.authority = authority.name;
    out.push_back(Verified<SignatureClaim>(std::move(claim)));
  }
  return out;
}

Checked<std::vector<SignatureClaim>> identify_unsafe(const Candidate& candidate,
                                                     const Artifact& artifact,
                                                     const TrustRoot& root) {
  Demand demand;
  demand.kind = Demand::Kind::anything;
  PORTREEVE_TRY(const SignedDocument document, SignedDocument::read(candidate, artifact));
  PORTREEVE_CHECK(check_demand(document, nullptr, artifact, demand));
  if (!document.certificates.empty()) {
    CertificateNeed need;
    need.proofs.log = LogNeed::if_present;
    PORTREEVE_TRY(SignatureClaim claim,
                  examine_certificate(document, candidate, artifact, need, root));
    return std::vector<SignatureClaim>{std::move(claim)};
  }
  const std::vector<AuthorityKey> keys = logged_keys(document);
  if (keys.empty()) {
    return Rejection{Reason::log_entry_missing,
                     "signed by a bare key that no log entry names: only who has the key can verify it"};
  }
  return examine_keys(document, candidate, artifact, keys, ProofNeed{}, root);
}

}  // namespace portreeve::verifiers
