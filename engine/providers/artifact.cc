#include "engine/providers/artifact.h"

#include "core/limits.h"
#include "policies/evidence.h"

namespace portreeve::engine {
namespace {

using policies::EvidenceScope;
using policies::ResolvedArtifact;

Result<ResolvedArtifact> read(const Reference& reference, const oci::Resolution& resolution,
                              MemoryBudget& memory) {
  ResolvedArtifact out;
  out.name = reference.name();
  out.digest = resolution.digest;
  out.at = resolution.at;
  out.remembered = resolution.remembered;
  out.before = resolution.before;
  PORTREEVE_TRY(const oci::ManifestDocument document,
                oci::parse_manifest(resolution.manifest->bytes, resolution.manifest->media_type,
                                    &memory));
  const auto* const index = std::get_if<oci::Index>(&document);
  if (index == nullptr) return out;
  out.index = true;
  for (const oci::Descriptor& entry : index->manifests) {
    out.children.push_back({entry.digest, entry.platform ? entry.platform->text() : ""});
  }
  return out;
}

Result<ResolvedArtifact> resolve(const World& world, const Reference& reference, bool remember,
                                 const oci::Ask& ask, MemoryBudget& memory) {
  const Result<oci::Resolution> now = world.registries->resolve(reference, ask);
  if (now.ok()) return read(reference, now.value(), memory);
  if (!remember || now.error().code != Errc::unavailable) return now.error();
  const Result<oci::Resolution> before = world.registries->remembered(reference);
  if (!before.ok()) return now.error();
  PORTREEVE_TRY(ResolvedArtifact out, read(reference, before.value(), memory));
  out.unreached = now.error().message;
  return out;
}

Place registry_of(const Worlds& worlds, const Key& key) {
  const WorldPtr world = worlds.find(EvidenceScope::parse(key.scope).trust);
  const auto reference = Reference::parse(key.artifact, ShortNames::refuse);
  if (world == nullptr || !reference.ok()) return {};
  return {Place::Pool::registry, world->registries->host_for(reference.value())};
}

}  // namespace

Place ArtifactProvider::place(const Key& key, const EvidenceMap&) const {
  return registry_of(*worlds_, key);
}

Place ManifestProvider::place(const Key& key, const EvidenceMap&) const {
  return registry_of(*worlds_, key);
}

void ManifestProvider::step(StepRequest request, Reply reply) const {
  const WorldPtr world = worlds_->find(EvidenceScope::parse(request.key.scope).trust);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  const auto name = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!name.ok()) return reply(Absent{name.error()});
  if (!name.value().digest()) return reply(Absent{Error{Errc::internal, "expected a digest"}});
  const oci::Ask ask{request.deadline.at, &request.memory, nullptr};
  Result<oci::ContentPtr> content =
      world->registries->manifest(name.value(), *name.value().digest(), ask);
  if (!content.ok()) return reply(Absent{content.error()});
  Fact fact;
  fact.digest = content.value()->digest;
  fact.provenance = content.value()->from;
  fact.weight = 512 + content.value()->bytes.size();
  fact.keep = limits::kAbsenceKept;  // A signature holds by what was verified, not by these bytes.
  fact.value = std::make_shared<const std::any>(std::move(content).value());
  reply(std::move(fact));
}

void ArtifactProvider::step(StepRequest request, Reply reply) const {
  const EvidenceScope scope = EvidenceScope::parse(request.key.scope);
  const WorldPtr world = worlds_->find(scope.trust);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  const auto reference = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!reference.ok()) return reply(Absent{reference.error()});
  const oci::Ask ask{request.deadline.at, &request.memory, nullptr};
  Result<ResolvedArtifact> resolved =
      resolve(*world, reference.value(), scope.last_known_good, ask, request.memory);
  if (!resolved.ok()) return reply(Absent{resolved.error()});
  Fact fact;
  fact.digest = resolved.value().digest;
  fact.obtained = resolved.value().at;
  fact.provenance = resolved.value().remembered ? "evidence store" : reference.value().registry();
  fact.weight = 512 + resolved.value().children.size() * 128;
  if (resolved.value().remembered) {
    fact.keep = Milliseconds(0);
  } else if (!reference.value().digest()) {
    fact.keep = limits::kAbsenceKept;
  }
  fact.value = std::make_shared<const std::any>(std::move(resolved).value());
  reply(std::move(fact));
}

}  // namespace portreeve::engine
