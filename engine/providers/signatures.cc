#include "engine/providers/signatures.h"

#include <set>

#include "core/limits.h"
#include "crypto/hash.h"
#include "engine/providers/candidates.h"
#include "policies/evidence.h"

namespace portreeve::engine {
namespace {

using policies::ArtifactSignatures;
using policies::CandidateRow;
using policies::EvidenceScope;
using policies::Platforms;
using policies::ResolvedArtifact;
using policies::SignatureAsk;
using policies::SignatureFacts;

/// Raised when a change of verifiers/ changes what is accepted.
constexpr std::string_view kVerifierVersion = "1";

Key candidates_key(const Key& key, const EvidenceScope& scope, std::string_view how) {
  EvidenceScope other;
  other.trust = scope.trust;
  other.ask = std::string(how);
  return Key{"candidates", key.artifact, other.text()};
}

/// Verifies what was found, each document once, and writes the table.
class Examination {
 public:
  /// `manifest`: the artifact's bytes, once they turned out to be needed.
  Examination(const World& world, const SignatureAsk& ask, const Reference& name,
              std::optional<std::string_view> manifest, MemoryBudget& memory)
      : trust_(world.policies->trust()), ask_(ask), authority_(trust_.authority(ask.authority)),
        most_rows_(world.rows),
        artifact_(verifiers::Artifact::in_registry(name.name(), *name.digest(), manifest)),
        memory_(memory) {
    for (const std::string& part : {name.text(), trust_.id(), ask.id(), std::string(kVerifierVersion)}) {
      consume(part);
    }
  }

  bool accepted() const noexcept { return !facts_.claims.empty(); }
  /// Something could not be verified by the digest alone.
  bool wants_manifest() const noexcept { return wants_manifest_; }
  bool knows_authority() const noexcept { return authority_ != nullptr; }

  void add(const CandidateSet& set) {
    if (!set.candidates.empty() && (!facts_.obtained || set.obtained < *facts_.obtained)) {
      facts_.obtained = set.obtained;
    }
    for (std::size_t i = 0; i < set.candidates.size(); ++i) {
      examine(set.candidates[i], set.contents[i]->digest);
    }
    for (const CandidateRow& row : set.rejected) write(row);
    for (const std::string& place : set.asked) {
      if (asked_.insert(place).second) facts_.asked.push_back(place);
    }
    if (set.incomplete && !facts_.incomplete) facts_.incomplete = set.incomplete;
  }
  void missing(const Error& error) {
    if (!facts_.incomplete) facts_.incomplete = error;
  }

  Fact finish(const Reference& name) {
    Fact fact;
    fact.digest = Digest(hash_.finish());
    fact.provenance = name.name();
    fact.weight = 2048 + bytes_;
    fact.lasting = accepted();
    if (!accepted()) {
      fact.keep = facts_.incomplete ? Milliseconds(0) : Milliseconds(limits::kAbsenceKept);
    } else if (facts_.incomplete) {
      fact.keep = Milliseconds(limits::kAbsenceKept);  // A proof, but perhaps not all of them.
    }
    fact.value = std::make_shared<const std::any>(std::move(facts_));
    return fact;
  }

 private:
  void consume(std::string_view bytes) {
    hash_.update(std::to_string(bytes.size()) + ":");
    hash_.update(bytes);
  }

  void examine(const verifiers::Candidate& candidate, const Digest& blob) {
    crypto::Sha256Stream own;
    own.update(candidate.bytes);
    for (const auto& [key, value] : candidate.annotations) own.update("\n" + key + "=" + value);
    const Digest digest(own.finish());
    if (!examined_.insert(digest).second) return;
    consume(digest.text());
    auto claims = verifiers::Verifier::verify(candidate, *authority_, artifact_, ask_.demand,
                                              trust_.trust_root(), &memory_);
    CandidateRow row{candidate.found, std::string(verifiers::to_string(candidate.shape)), "", {}, blob};
    if (!claims.ok()) {
      row.rejection = claims.error();
      // What is too large for us to read may be the proof.
      if (row.rejection->reason == verifiers::Reason::too_large) {
        missing(Error{Errc::limit, candidate.found + ": " + row.rejection->message});
      }
      wants_manifest_ |= row.rejection->reason == verifiers::Reason::digest_unknown;
    } else {
      for (const auto& claim : claims.value()) {
        row.signer += (row.signer.empty() ? "" : ", ") + claim->signer.id;
        facts_.claims.push_back(claim);
      }
      bytes_ += 2 * candidate.bytes.size();
    }
    write(row);
  }

  void write(const CandidateRow& row) {
    ++facts_.examined;
    if (facts_.rows.size() < most_rows_) facts_.rows.push_back(row);
  }

  const policies::TrustSet& trust_;
  const SignatureAsk& ask_;
  const verifiers::Authority* const authority_;
  const std::size_t most_rows_;
  const verifiers::Artifact artifact_;
  MemoryBudget& memory_;
  bool wants_manifest_ = false;
  crypto::Sha256Stream hash_;
  SignatureFacts facts_;
  std::set<Digest> examined_;
  std::set<std::string> asked_;
  std::size_t bytes_ = 0;
};

/// One step about one key: takes what is there, and asks for what is missing.
class ClaimsStep {
 public:
  ClaimsStep(const StepRequest& request, const EvidenceScope& scope, Examination& examination)
      : request_(request), scope_(scope), examination_(examination) {}

  /// What to ask for, or nothing: the examination is at its end.
  std::optional<Key> next(bool complete) {
    for (const std::string_view how : {kKept, kFresh, kWide}) {
      const Key key = candidates_key(request_.key, scope_, how);
      const auto at = request_.given.find(key);
      if (at == request_.given.end()) return key;
      const bool wider = take(at->second);
      // A proof is a proof, wherever it came from; but several signers want the whole list.
      if (examination_.accepted() && !(complete && how == kKept)) return std::nullopt;
      if (how == kFresh && !wider) return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  bool take(const Evidence& evidence) {
    const auto* const set = policies::value_of<std::shared_ptr<const CandidateSet>>(evidence);
    if (set != nullptr) {
      examination_.add(**set);
      return (*set)->wider;
    }
    const auto* const absent = std::get_if<Absent>(&evidence);
    examination_.missing(absent != nullptr ? absent->reason
                                           : Error{Errc::internal, "evidence of another type"});
    return false;
  }

  const StepRequest& request_;
  const EvidenceScope& scope_;
  Examination& examination_;
};

}  // namespace

void ClaimsProvider::step(StepRequest request, Reply reply) const {
  const EvidenceScope scope = EvidenceScope::parse(request.key.scope);
  const WorldPtr world = worlds_->find(scope.trust, scope.ask);
  if (world == nullptr || scope.ask.empty()) return reply(Absent{replaced_meanwhile()});
  const SignatureAsk& ask = *world->policies->find_ask(scope.ask);
  const auto name = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!name.ok()) return reply(Absent{name.error()});
  if (!name.value().digest()) return reply(Absent{Error{Errc::internal, "expected a digest"}});
  const Key manifest = manifest_key(request.key, scope);
  const auto bytes = request.given.find(manifest);
  const bool asked = bytes != request.given.end();
  const auto* const content =
      asked ? policies::value_of<oci::ContentPtr>(bytes->second) : nullptr;
  Examination examination(*world, ask, name.value(),
                          content == nullptr ? std::nullopt
                                             : std::optional<std::string_view>((*content)->bytes),
                          request.memory);
  if (!examination.knows_authority()) return reply(Absent{replaced_meanwhile()});
  if (std::optional<Key> key = ClaimsStep(request, scope, examination).next(ask.complete)) {
    return reply(Need{{std::move(*key)}});
  }
  const bool settled = examination.accepted() && !ask.complete;
  if (examination.wants_manifest() && !settled) {
    if (!asked) return reply(Need{{manifest}});
    const auto* const absent = std::get_if<Absent>(&bytes->second);
    if (absent != nullptr) examination.missing(absent->reason);
  }
  reply(examination.finish(name.value()));
}

namespace {

std::vector<policies::ChildArtifact> targets_of(const ResolvedArtifact& artifact,
                                                Platforms platforms) {
  if (platforms == Platforms::index || !artifact.index) return {{artifact.digest, ""}};
  return artifact.children;
}

Key claims_key(const ResolvedArtifact& artifact, const Digest& digest, const EvidenceScope& scope) {
  EvidenceScope other;
  other.trust = scope.trust;
  other.ask = scope.ask;
  return Key{"claims", artifact.name + "@" + digest.text(), other.text()};
}

}  // namespace

void SignaturesProvider::step(StepRequest request, Reply reply) const {
  const EvidenceScope scope = EvidenceScope::parse(request.key.scope);
  EvidenceScope of_artifact;
  of_artifact.trust = scope.trust;
  of_artifact.last_known_good = scope.last_known_good;
  const Key artifact{"artifact", request.key.artifact, of_artifact.text()};
  const auto at = request.given.find(artifact);
  if (at == request.given.end()) return reply(Need{{artifact}});
  const auto* const resolved = policies::value_of<ResolvedArtifact>(at->second);
  if (resolved == nullptr) {
    const auto* const absent = std::get_if<Absent>(&at->second);
    return reply(absent != nullptr ? *absent
                                   : Absent{Error{Errc::internal, "evidence of another type"}});
  }
  ArtifactSignatures out;
  out.resolved = *resolved;
  std::set<Key> missing;
  for (const policies::ChildArtifact& child : targets_of(*resolved, scope.platforms)) {
    const Key key = claims_key(*resolved, child.digest, scope);
    const auto claims = request.given.find(key);
    if (claims == request.given.end()) {
      missing.insert(key);
      continue;
    }
    ArtifactSignatures::Target target{child.digest, child.platform, nullptr, std::nullopt};
    target.facts = policies::share_value<SignatureFacts>(claims->second);
    if (const auto* const absent = std::get_if<Absent>(&claims->second)) target.absent = absent->reason;
    out.targets.push_back(std::move(target));
  }
  if (!missing.empty()) return reply(Need{{missing.begin(), missing.end()}});
  Fact fact;
  fact.digest = resolved->digest;
  fact.provenance = resolved->name;
  fact.obtained = resolved->at;
  fact.weight = 1024 + out.targets.size() * 256;
  fact.value = std::make_shared<const std::any>(std::move(out));
  reply(std::move(fact));
}

}  // namespace portreeve::engine
