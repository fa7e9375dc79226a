#include "engine/providers/signers.h"

#include <set>

#include "crypto/hash.h"
#include "engine/providers/candidates.h"
#include "policies/evidence.h"

namespace portreeve::engine {
namespace {

using policies::CandidateRow;
using policies::EvidenceScope;
using policies::SignerFacts;

/// Reads each document once, from whichever question it came.
class Listing {
 public:
  /// `manifest`: the artifact's bytes, once they turned out to be needed.
  Listing(const verifiers::TrustRoot& root, const Reference& name,
          std::optional<std::string_view> manifest)
      : root_(root),
        artifact_(verifiers::Artifact::in_registry(name.name(), *name.digest(), manifest)) {}

  void add(const CandidateSet& set) {
    for (std::size_t i = 0; i < set.candidates.size(); ++i) {
      identify(set.candidates[i], set.contents[i]->digest);
    }
    for (const CandidateRow& row : set.rejected) {
      if (rejected_.insert(row.found).second) facts_.rows.push_back(row);
    }
    for (const std::string& place : set.asked) {
      if (asked_.insert(place).second) facts_.asked.push_back(place);
    }
    if (set.incomplete && !facts_.incomplete) facts_.incomplete = set.incomplete;
  }
  void missing(const Error& error) {
    if (!facts_.incomplete) facts_.incomplete = error;
  }
  /// Something could not be verified by the digest alone.
  bool wants_manifest() const noexcept { return wants_manifest_; }
  SignerFacts take() { return std::move(facts_); }

 private:
  void identify(const verifiers::Candidate& candidate, const Digest& blob) {
    crypto::Sha256Stream own;
    own.update(candidate.bytes);
    for (const auto& [key, value] : candidate.annotations) own.update("\n" + key + "=" + value);
    if (!seen_.insert(Digest(own.finish())).second) return;
    auto claims = verifiers::identify_unsafe(candidate, artifact_, root_);
    CandidateRow row{
        candidate.found, std::string(verifiers::to_string(candidate.shape)), "", {}, blob};
    if (!claims.ok()) {
      row.rejection = claims.error();
      wants_manifest_ |= row.rejection->reason == verifiers::Reason::digest_unknown;
    } else {
      for (verifiers::SignatureClaim& claim : claims.value()) {
        row.signer += (row.signer.empty() ? "" : ", ") + claim.signer.id;
        facts_.claims.push_back(std::move(claim));
      }
    }
    facts_.rows.push_back(std::move(row));
  }

  const verifiers::TrustRoot& root_;
  const verifiers::Artifact artifact_;
  bool wants_manifest_ = false;
  SignerFacts facts_;
  std::set<Digest> seen_;
  std::set<std::string> rejected_;
  std::set<std::string> asked_;
};

}  // namespace

void SignersProvider::step(StepRequest request, Reply reply) const {
  const EvidenceScope scope = EvidenceScope::parse(request.key.scope);
  const WorldPtr world = worlds_->find(scope.trust);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  const auto name = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!name.ok()) return reply(Absent{name.error()});
  if (!name.value().digest()) return reply(Absent{Error{Errc::internal, "expected a digest"}});
  const Key manifest = manifest_key(request.key, scope);
  const auto bytes = request.given.find(manifest);
  const bool asked = bytes != request.given.end();
  const auto* const content = asked ? policies::value_of<oci::ContentPtr>(bytes->second) : nullptr;
  Listing listing(world->policies->trust().trust_root(), name.value(),
                  content == nullptr ? std::nullopt
                                     : std::optional<std::string_view>((*content)->bytes));
  for (const std::string_view how : {kFresh, kWide}) {
    EvidenceScope other;
    other.trust = scope.trust;
    other.ask = std::string(how);
    const Key key{"candidates", request.key.artifact, other.text()};
    const auto at = request.given.find(key);
    if (at == request.given.end()) return reply(Need{{key}});
    const auto* const set = policies::value_of<std::shared_ptr<const CandidateSet>>(at->second);
    if (set == nullptr) {
      const auto* const absent = std::get_if<Absent>(&at->second);
      listing.missing(absent != nullptr ? absent->reason
                                        : Error{Errc::internal, "evidence of another type"});
      break;
    }
    listing.add(**set);
    if (!(*set)->wider) break;
  }
  if (listing.wants_manifest()) {
    if (!asked) return reply(Need{{manifest}});
    if (const auto* const absent = std::get_if<Absent>(&bytes->second)) listing.missing(absent->reason);
  }
  Fact fact;
  fact.digest = *name.value().digest();
  fact.provenance = name.value().name();
  fact.weight = 2048;
  fact.keep = Milliseconds(0);
  fact.value = std::make_shared<const std::any>(listing.take());
  reply(std::move(fact));
}

}  // namespace portreeve::engine
