#include "engine/providers/candidates.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::engine {
namespace {

using policies::EvidenceScope;

bool may_hide_a_proof(Errc code) noexcept {
  return code == Errc::unavailable || code == Errc::untrusted || code == Errc::limit ||
         code == Errc::internal;
}

verifiers::Shape shape_of(oci::LayerKind kind) noexcept {
  switch (kind) {
    case oci::LayerKind::simple_signing: return verifiers::Shape::legacy_signature;
    case oci::LayerKind::envelope: return verifiers::Shape::legacy_attestation;
    case oci::LayerKind::bundle:
    case oci::LayerKind::other: break;
  }
  return verifiers::Shape::bundle;
}

/// Fetches the layers of what discovery found.
class Collector {
 public:
  Collector(const World& world, const oci::Ask& ask)
      : registries_(*world.registries), most_(world.candidates), ask_(ask) {}

  CandidateSet collect(const oci::Discovery& discovery) {
    for (const oci::Candidate& candidate : discovery.candidates) add(candidate);
    for (const oci::Rejected& one : discovery.rejected) {
      reject(one.place + ", " + std::string(oci::to_string(one.shape)) + ", " + one.digest.text(),
             one.reason);
    }
    for (const oci::Asked& one : discovery.asked) {
      out_.asked.push_back(utf8::printable(one.text(), limits::kQuotedBytes));
    }
    out_.obtained = discovery.at;
    if (discovery.incomplete) out_.incomplete = discovery.incomplete;
    out_.wider = !discovery.fallback_left_out.empty();
    return std::move(out_);
  }

 private:
  void add(const oci::Candidate& candidate) {
    const std::string where = candidate.place.text() + ", " +
                              std::string(oci::to_string(candidate.shape)) + ", " +
                              candidate.content->digest.text();
    std::vector<oci::Descriptor> wanted;
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < candidate.manifest.layers.size(); ++i) {
      const oci::LayerKind kind = oci::kind_of(candidate.manifest.layers[i]);
      if (kind == oci::LayerKind::other) continue;
      if (taken_ == most_) return over(where);
      ++taken_;
      wanted.push_back(candidate.manifest.layers[i]);
      numbers.push_back(i + 1);
    }
    if (wanted.empty()) return;
    std::vector<Result<oci::ContentPtr>> got = 
        registries_.layers(candidate, wanted, limits::kAttestationBytes, ask_);
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::string layer = where + ", layer " + std::to_string(numbers[i]);
      if (!got[i].ok()) {
        reject(layer, got[i].error());
        continue;
      }
      out_.candidates.push_back({shape_of(oci::kind_of(wanted[i])), layer, wanted[i].media_type,
                                 got[i].value()->bytes, wanted[i].annotations});
      out_.contents.push_back(std::move(got[i]).value());
    }
  }

  void over(const std::string& where) {
    out_.incomplete = Error{Errc::limit, where + ": more than " +
                                             std::to_string(most_) +
                                             " signature candidates"};
  }

  void reject(const std::string& where, const Error& reason) {
    if (may_hide_a_proof(reason.code) && !out_.incomplete) {
      out_.incomplete = Error{reason.code, where + ": " + reason.message};
    }
    const verifiers::Reason word = reason.code == Errc::limit ? verifiers::Reason::too_large
                                                              : verifiers::Reason::media_type;
    out_.rejected.push_back({where, "not read", "", verifiers::Rejection{word, reason.message}});
  }

  const oci::Registries& registries_;
  const std::size_t most_;
  const oci::Ask& ask_;
  std::size_t taken_ = 0;
  CandidateSet out_;
};

oci::Discovery discover(const World& world, const Reference& name, std::string_view how,
                        const oci::Ask& ask) {
  const Digest& digest = *name.digest();
  if (how == kKept) return world.registries->remembered_candidates(name, digest, ask);
  const oci::DiscoveryLimits most{limits::kReferrers, world.candidates};
  oci::Discovery out = world.registries->discover(name, digest, most, ask);
  if (how == kWide) oci::widen(out, digest, most, ask);
  return out;
}

std::size_t weight_of(const CandidateSet& set) noexcept {
  std::size_t out = 1024;
  for (const verifiers::Candidate& candidate : set.candidates) out += 2 * candidate.bytes.size();
  return out;
}

}  // namespace

Key manifest_key(const Key& key, const EvidenceScope& scope) {
  EvidenceScope other;
  other.trust = scope.trust;
  return Key{"manifest", key.artifact, other.text()};
}

Place CandidatesProvider::place(const Key& key, const EvidenceMap&) const {
  const WorldPtr world = worlds_->find(EvidenceScope::parse(key.scope).trust);
  const auto name = Reference::parse(key.artifact, ShortNames::refuse);
  if (world == nullptr || !name.ok()) return {};
  return {Place::Pool::registry, world->registries->host_for(name.value())};
}

void CandidatesProvider::step(StepRequest request, Reply reply) const {
  const EvidenceScope scope = EvidenceScope::parse(request.key.scope);
  const WorldPtr world = worlds_->find(scope.trust);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  const auto name = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!name.ok()) return reply(Absent{name.error()});
  if (!name.value().digest()) return reply(Absent{Error{Errc::internal, "expected a digest"}});
  const oci::Ask ask{request.deadline.at, &request.memory, nullptr};
  const oci::Discovery discovery = discover(*world, name.value(), scope.ask, ask);
  auto set = std::make_shared<CandidateSet>(Collector(*world, ask).collect(discovery));
  if (scope.ask == kKept) {  // A memory of ours: what is missing in it says nothing.
    set->incomplete.reset();
    set->rejected.clear();
  }
  Fact fact;
  fact.digest = *name.value().digest();
  fact.provenance = name.value().name();
  fact.obtained = set->obtained;
  // Held as a shared pointer: std::any wants copies, and memory is counted once.
  fact.weight = weight_of(*set);
  fact.keep = set->incomplete ? Milliseconds(0) : Milliseconds(limits::kAbsenceKept);
  fact.value = std::make_shared<const std::any>(std::shared_ptr<const CandidateSet>(std::move(set)));
  reply(std::move(fact));
}

}  // namespace portreeve::engine
