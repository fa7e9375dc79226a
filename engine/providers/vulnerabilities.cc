#include "engine/providers/vulnerabilities.h"

#include "core/limits.h"
#include "policies/vulnerability_facts.h"

namespace portreeve::engine {
namespace {

using policies::ArtifactVulnerabilities;
using policies::EvidenceScope;
using policies::ResolvedArtifact;
using policies::SignatureFacts;
using policies::VulnerabilityFact;

/// A report by its predicate type; else VEX. CycloneDX with vulnerabilities and no analysis is a
/// report only where somebody asks for reports.
VulnerabilityFact read_claim(const verifiers::SignatureClaim& claim) {
  VulnerabilityFact out;
  out.found = claim.found;
  out.authority = claim.authority;
  out.signer = claim.signer.id;
  const std::string& type = claim.statement->predicate_type;
  const Value predicate = claim.statement->predicate;
  const bool report = type.find("attestation/vuln") != std::string::npos;
  if (!predicate.is_object()) {
    out.refused = Error{Errc::malformed, "a predicate that is no object"};
  } else if (report) {
    auto read = sbom::read_vulnerability_report(predicate);
    if (read.ok()) {
      out.report = std::move(read).value();
    } else {
      out.refused = read.error();
    }
  } else {
    auto read = sbom::read_vex(predicate);
    if (read.ok()) {
      out.vex = std::move(read).value();
    } else {
      out.refused = read.error();
    }
  }
  return out;
}

}  // namespace

void VulnerabilitiesProvider::step(StepRequest request, Reply reply) const {
  const EvidenceScope scope = EvidenceScope::parse(request.key.scope);
  EvidenceScope of_artifact;
  of_artifact.trust = scope.trust;
  const Key artifact{"artifact", request.key.artifact, of_artifact.text()};
  const auto at = request.given.find(artifact);
  if (at == request.given.end()) return reply(Need{{artifact}});
  const auto* const resolved = policies::value_of<ResolvedArtifact>(at->second);
  if (resolved == nullptr) {
    const auto* const absent = std::get_if<Absent>(&at->second);
    return reply(absent != nullptr ? *absent
                                   : Absent{Error{Errc::internal, "evidence of another type"}});
  }
  EvidenceScope of_claims;
  of_claims.trust = scope.trust;
  of_claims.ask = scope.ask;
  const Key claims{"claims", resolved->name + "@" + resolved->digest.text(), of_claims.text()};
  const auto found = request.given.find(claims);
  if (found == request.given.end()) return reply(Need{{claims}});
  const auto* const facts = policies::value_of<SignatureFacts>(found->second);
  if (facts == nullptr) {
    const auto* const absent = std::get_if<Absent>(&found->second);
    return reply(absent != nullptr ? *absent
                                   : Absent{Error{Errc::internal, "evidence of another type"}});
  }
  ArtifactVulnerabilities out;
  out.resolved = *resolved;
  out.incomplete = facts->incomplete;
  std::size_t weight = 1024;
  for (const auto& claim : facts->claims) {
    if (claim->statement == nullptr) continue;
    out.facts.push_back(read_claim(*claim));
    weight += 512;
    if (out.facts.back().report) weight += out.facts.back().report->found.size() * 256;
    if (out.facts.back().vex) weight += out.facts.back().vex->statements.size() * 256;
  }
  Fact fact;
  fact.digest = resolved->digest;
  fact.provenance = resolved->name;
  fact.obtained = resolved->at;
  fact.weight = weight;
  fact.keep = out.incomplete ? Milliseconds(0) : Milliseconds(limits::kAbsenceKept);
  fact.value = std::make_shared<const std::any>(std::move(out));
  reply(std::move(fact));
}

}  // namespace portreeve::engine
