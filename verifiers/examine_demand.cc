// What is asked for, whoever signed.

#include <algorithm>

#include "core/reference.h"
#include "verifiers/examination.h"

namespace portreeve::verifiers {
namespace {

/// "TYPE/v*" is TYPE and each of its versions.
bool in_family(std::string_view type, std::string_view family) noexcept {
  constexpr std::string_view kVersions = "/v*";
  if (family.size() <= kVersions.size()) return false;
  if (family.substr(family.size() - kVersions.size()) != kVersions) return false;
  family.remove_suffix(kVersions.size());
  if (type.substr(0, family.size()) != family) return false;
  type.remove_prefix(family.size());
  if (type.empty()) return true;
  if (type.substr(0, 2) != "/v") return false;
  type.remove_prefix(2);
  for (int part = 0; part < 3; ++part) {
    const std::size_t digits = std::min(type.find_first_not_of("0123456789"), type.size());
    if (digits == 0) return false;
    type.remove_prefix(digits);
    if (type.empty()) return true;
    if (type.front() != '.') return false;
    type.remove_prefix(1);
  }
  return false;
}

Passed check_kind(const SignedDocument& document, const Authority* authority,
                  const Demand& demand) {
  switch (demand.kind) {
    case Demand::Kind::anything:
      return Done{};
    case Demand::Kind::signature:
      if (document.is_signature()) return Done{};
      if (authority != nullptr && authority->attestation_is_signature) return Done{};
      return Rejection{Reason::not_a_signature,
                       "an attestation of type " + quoted(document.statement->predicate_type)};
    case Demand::Kind::attestation:
      break;
  }
  if (!document.statement.has_value()) {
    return Rejection{Reason::not_an_attestation,
                     "a " + std::string(to_string(document.shape)) + " without a statement"};
  }
  const std::string& type = document.statement->predicate_type;
  const auto& wanted = demand.predicate_types;
  for (const std::string& entry : wanted) {
    if (type == entry || in_family(type, entry)) return Done{};
  }
  std::string list;
  for (const std::string& entry : wanted) list += (list.empty() ? "" : " or ") + entry;
  return Rejection{Reason::predicate_type, "expected " + list + ", found " + quoted(type)};
}

Passed check_message(const MessageSignature& message, const Artifact& artifact) {
  if (!message.digest_kind.has_value()) return Done{};
  const std::optional<std::string> ours = artifact.digest(*message.digest_kind);
  if (!ours.has_value() || *ours == message.digest) return Done{};
  const std::string name(crypto::to_string(*message.digest_kind));
  return Rejection{Reason::digest_mismatch, "messageDigest: expected " + name + ":" +
                                                hex_of(*ours) + ", found " + name + ":" +
                                                hex_of(message.digest)};
}

Passed check_payload(const SimpleSigning& payload, const Artifact& artifact,
                     const Authority* authority) {
  const std::optional<std::string> ours = artifact.digest(crypto::HashKind::sha256);
  if (!ours.has_value()) {
    return Rejection{Reason::digest_unknown,
                     "the payload names a sha256 digest; known is " + artifact.text()};
  }
  if (payload.manifest.hex() != hex_of(*ours)) {
    return Rejection{Reason::digest_mismatch, "docker-manifest-digest: expected " +
                                                  artifact.text() + ", found " +
                                                  payload.manifest.text()};
  }
  if (authority == nullptr || !authority->same_reference) return Done{};
  const Result<Reference> reference =
      Reference::parse(payload.docker_reference, ShortNames::docker);
  if (!reference.ok() || reference.value().name() != artifact.name()) {
    return Rejection{Reason::reference_mismatch, "docker-reference: expected " +
                                                     quoted(artifact.name()) + ", found " +
                                                     quoted(payload.docker_reference)};
  }
  return Done{};
}

Passed check_subject(const SignedDocument& document, const Artifact& artifact,
                     const Authority* authority) {
  if (document.message.has_value()) return check_message(*document.message, artifact);
  if (document.payload.has_value()) return check_payload(*document.payload, artifact, authority);
  if (!document.statement.has_value()) return Rejection{Reason::internal, "no content"};
  PORTREEVE_CHECK(document.statement->subject_of(artifact));
  return Done{};
}

Passed check_annotations(const SignedDocument& document, const Artifact& artifact,
                         const Demand& demand) {
  if (demand.annotations.empty()) return Done{};
  const std::map<std::string, std::string> have = signed_annotations(document, artifact);
  for (const auto& [key, value] : demand.annotations) {
    const auto found = have.find(key);
    if (found == have.end()) {
      return Rejection{Reason::annotation_mismatch,
                       quoted(key) + ": expected " + quoted(value) + ", not signed"};
    }
    if (found->second != value) {
      return Rejection{Reason::annotation_mismatch, quoted(key) + ": expected " + quoted(value) +
                                                        ", found " + quoted(found->second)};
    }
  }
  return Done{};
}

}  // namespace

std::map<std::string, std::string> signed_annotations(const SignedDocument& document,
                                                      const Artifact& artifact) {
  Value from;
  if (document.payload.has_value()) from = document.payload->annotations;
  if (document.statement.has_value()) {
    const Checked<const StatementSubject*> subject = document.statement->subject_of(artifact);
    if (subject.ok()) from = subject.value()->annotations;
  }
  std::map<std::string, std::string> out;
  for (const Value member : from) {
    if (member.is_string()) out.emplace(member.key().text(), member.text());
  }
  return out;
}

Passed check_demand(const SignedDocument& document, const Authority* authority,
                    const Artifact& artifact, const Demand& demand) {
  PORTREEVE_CHECK(check_kind(document, authority, demand));
  PORTREEVE_CHECK(check_subject(document, artifact, authority));
  return check_annotations(document, artifact, demand);
}

SignatureClaim claim_of(const SignedDocument& document, const Candidate& candidate,
                        const Artifact& artifact, const Proofs& proofs) {
  SignatureClaim claim;
  claim.artifact = artifact.text();
  claim.found = candidate.found;
  claim.shape = document.shape;
  if (document.statement.has_value()) {
    claim.statement = std::make_shared<const Statement>(*document.statement);
  }
  claim.annotations = signed_annotations(document, artifact);
  claim.times = proofs.times;
  claim.notes = proofs.notes;
  claim.stamps_signature = proofs.stamps_signature;
  for (const VerifiedEntry& entry : proofs.entries) {
    claim.logs.push_back({entry.log->base_url, entry.log_index, entry.proven});
  }
  return claim;
}

}  // namespace portreeve::verifiers
