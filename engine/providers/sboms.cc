#include "engine/providers/sboms.h"

#include <algorithm>
#include <set>

#include "core/limits.h"
#include "core/utf8.h"
#include "engine/sbom_file.h"
#include "policies/sbom_facts.h"
#include "sbom/container.h"

namespace portreeve::engine {
namespace {

using policies::ArtifactSboms;
using policies::EvidenceScope;
using policies::Platforms;
using policies::ResolvedArtifact;
using policies::SbomFact;
using policies::SignatureFacts;

constexpr std::string_view kHelmContent = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
constexpr std::size_t kUnsignedSboms = 16;  ///< Read of one artifact; more are named as left out.

/// Bytes that say that they are an SBOM.
struct SbomBlob {
  oci::ContentPtr content;  ///< Null: `failure`.
  std::string found;
  std::string type;
  std::optional<Error> failure;
};

struct SbomPlaces {
  sbom::ArtifactDigests digests;
  std::vector<SbomBlob> blobs;
  std::vector<std::string> asked;
  std::optional<Error> incomplete;
};

bool may_hide_one(Errc code) noexcept {
  return code == Errc::unavailable || code == Errc::untrusted || code == Errc::limit ||
         code == Errc::internal;
}

/// Collects what is unsigned, and the digests that the artifact is known by.
class Places {
 public:
  Places(const World& world, const Reference& name, const oci::Ask& ask, MemoryBudget& memory)
      : world_(world), name_(name), ask_(ask), memory_(memory) {
    out_.digests.manifest = *name.digest();
  }

  SbomPlaces collect() {
    read_own_manifest();
    const oci::Discovery found = world_.registries->discover(name_, *name_.digest(), {}, ask_);
    if (found.incomplete) out_.incomplete = found.incomplete;
    for (const oci::Asked& one : found.asked) {
      out_.asked.push_back(utf8::printable(one.text(), limits::kQuotedBytes));
    }
    for (const oci::Candidate& candidate : found.candidates) {
      add(candidate.manifest, candidate.place.text() + ", " +
                                  std::string(oci::to_string(candidate.shape)) + ", " +
                                  candidate.content->digest.text());
    }
    read_legacy_tag();
    return std::move(out_);
  }

 private:
  void missing(const Error& error) {
    if (may_hide_one(error.code) && !out_.incomplete) out_.incomplete = error;
  }

  void read_own_manifest() {
    const auto content = world_.registries->manifest(name_, *name_.digest(), ask_);
    if (!content.ok()) return missing(content.error());
    const auto document =
        oci::parse_manifest(content.value()->bytes, content.value()->media_type, &memory_);
    if (!document.ok()) return;
    if (const auto* const index = std::get_if<oci::Index>(&document.value())) {
      for (const oci::Descriptor& entry : index->manifests) {
        out_.digests.platforms.push_back(
            {entry.digest, entry.platform ? entry.platform->text() : ""});
      }
      return;
    }
    const auto& manifest = std::get<oci::Manifest>(document.value());
    out_.digests.config = manifest.config.digest;
    for (const oci::Descriptor& layer : manifest.layers) {
      if (layer.media_type == kHelmContent) out_.digests.content_layers.push_back(layer.digest);
    }
  }

  /// A referrer counts by what its layers are, not by what a list calls it.
  void add(const oci::Manifest& manifest, const std::string& where) {
    std::size_t number = 0;
    for (const oci::Descriptor& layer : manifest.layers) {
      ++number;
      if (!sbom::media_type_family(layer.media_type)) continue;
      if (out_.blobs.size() == kUnsignedSboms) {
        out_.asked.push_back(where + ": left out, " + std::to_string(kUnsignedSboms) +
                             " unsigned SBOMs were read");
        return;
      }
      SbomBlob blob{nullptr, where + ", layer " + std::to_string(number), layer.media_type, {}};
      auto content = world_.registries->blob(name_, layer, limits::kSbomBytes, ask_);
      if (content.ok()) {
        blob.content = std::move(content).value();
      } else {
        missing(content.error());
        blob.failure = content.error();
      }
      out_.blobs.push_back(std::move(blob));
    }
  }

  /// "sha256-….sbom", as cosign attach once wrote it.
  void read_legacy_tag() {
    const std::string tag = "sha256-" + name_.digest()->hex() + ".sbom";
    const auto reference = Reference::parse(name_.name() + ":" + tag, ShortNames::refuse);
    if (!reference.ok()) return;
    const auto resolved = world_.registries->resolve(reference.value(), ask_);
    if (!resolved.ok()) {
      out_.asked.push_back(name_.name() + ", tag .sbom: " +
                           utf8::printable(resolved.error().message, limits::kQuotedBytes));
      return missing(resolved.error());
    }
    const oci::Content& content = *resolved.value().manifest;
    const auto document = oci::parse_manifest(content.bytes, content.media_type, &memory_);
    if (!document.ok()) return;
    const auto* const manifest = std::get_if<oci::Manifest>(&document.value());
    if (manifest != nullptr) add(*manifest, name_.name() + ", tag .sbom");
  }

  const World& world_;
  const Reference& name_;
  const oci::Ask& ask_;
  MemoryBudget& memory_;
  SbomPlaces out_;
};

/// One digest: what is attested, then what is not.
class TargetReader {
 public:
  TargetReader(ArtifactSboms::Target& target, MemoryBudget& memory)
      : target_(target), memory_(memory) {}

  void attested(const SignatureFacts& facts) {
    if (facts.incomplete && !target_.incomplete) target_.incomplete = facts.incomplete;
    for (const auto& claim : facts.claims) {
      if (claim->statement == nullptr) continue;
      SbomFact fact;
      fact.found = claim->found;
      fact.type = claim->statement->predicate_type;
      fact.authority = claim->authority;
      fact.signer = claim->signer.id;
      auto bytes = std::make_shared<const std::string>(claim->statement->document->source());
      fact.digest = bytes_digest(*bytes);
      read_sbom(fact, std::move(bytes), limits::kSbomBytes, memory_);
      // One document that two signers attest is one SBOM of each.
      if (seen_.insert(fact.digest.text() + fact.signer).second)
        target_.sboms.push_back(std::move(fact));
    }
  }

  void unsigned_ones(const SbomPlaces& places) {
    if (places.incomplete && !target_.incomplete) target_.incomplete = places.incomplete;
    target_.digests = places.digests;
    target_.asked = places.asked;
    for (const SbomBlob& blob : places.blobs) {
      SbomFact fact;
      fact.found = blob.found;
      fact.type = blob.type;
      if (blob.content == nullptr) {
        fact.refused = blob.failure;
      } else {
        fact.digest = blob.content->digest;
        // Shares the content's bytes and keeps them alive.
        read_sbom(fact, std::shared_ptr<const std::string>(blob.content, &blob.content->bytes),
                  limits::kSbomBytes, memory_);
      }
      target_.sboms.push_back(std::move(fact));
    }
  }

 private:
  ArtifactSboms::Target& target_;
  MemoryBudget& memory_;
  std::set<std::string> seen_;
};

Key with_scope(std::string section, const ResolvedArtifact& artifact, const Digest& digest,
               std::string trust, std::string ask) {
  EvidenceScope scope;
  scope.trust = std::move(trust);
  scope.ask = std::move(ask);
  return Key{std::move(section), artifact.name + "@" + digest.text(), scope.text()};
}

std::size_t weight_of(const ArtifactSboms& sboms) {
  std::size_t out = 2048;
  for (const ArtifactSboms::Target& target : sboms.targets) {
    for (const SbomFact& fact : target.sboms) {
      out += 512 + (fact.inventory == nullptr ? 0 : fact.inventory->footprint());
    }
  }
  return out;
}

/// What is still missing of one target, or nothing.
void read_target(const StepRequest& request, const EvidenceScope& scope, const Key& claims_key,
                 const Key& places_key, ArtifactSboms::Target& target) {
  TargetReader reader(target, request.memory);
  if (!scope.ask.empty()) {
    const Evidence& claims = request.given.at(claims_key);
    if (const auto* const facts = policies::value_of<SignatureFacts>(claims)) {
      reader.attested(*facts);
    } else if (const auto* const absent = std::get_if<Absent>(&claims)) {
      if (absent->reason.code != Errc::not_found) target.incomplete = absent->reason;
    }
  }
  const Evidence& places = request.given.at(places_key);
  if (const auto* const found = policies::value_of<std::shared_ptr<const SbomPlaces>>(places)) {
    reader.unsigned_ones(**found);
  } else if (const auto* const absent = std::get_if<Absent>(&places)) {
    target.digests.manifest = target.digest;
    if (!target.incomplete) target.incomplete = absent->reason;
  }
}

}  // namespace

Place SbomPlacesProvider::place(const Key& key, const EvidenceMap&) const {
  const WorldPtr world = worlds_->find(EvidenceScope::parse(key.scope).trust);
  const auto name = Reference::parse(key.artifact, ShortNames::refuse);
  if (world == nullptr || !name.ok()) return {};
  return {Place::Pool::registry, world->registries->host_for(name.value())};
}

void SbomPlacesProvider::step(StepRequest request, Reply reply) const {
  const WorldPtr world = worlds_->find(EvidenceScope::parse(request.key.scope).trust);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  const auto name = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!name.ok()) return reply(Absent{name.error()});
  if (!name.value().digest()) return reply(Absent{Error{Errc::internal, "expected a digest"}});
  const oci::Ask ask{request.deadline.at, &request.memory, nullptr};
  auto places =
      std::make_shared<SbomPlaces>(Places(*world, name.value(), ask, request.memory).collect());
  Fact fact;
  fact.digest = *name.value().digest();
  fact.provenance = name.value().name();
  fact.weight = 1024;
  for (const SbomBlob& blob : places->blobs) {
    fact.weight += blob.content == nullptr ? 256 : 256 + blob.content->bytes.size();
  }
  fact.keep = places->incomplete ? Milliseconds(0) : Milliseconds(limits::kAbsenceKept);
  fact.value =
      std::make_shared<const std::any>(std::shared_ptr<const SbomPlaces>(std::move(places)));
  reply(std::move(fact));
}

void SbomsProvider::step(StepRequest request, Reply reply) const {
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
  std::vector<policies::ChildArtifact> targets = {{resolved->digest, ""}};
  if (scope.platforms != Platforms::index && resolved->index) targets = resolved->children;
  std::set<Key> missing;
  ArtifactSboms out;
  out.resolved = *resolved;
  for (const policies::ChildArtifact& child : targets) {
    const Key claims = with_scope("claims", *resolved, child.digest, scope.trust, scope.ask);
    const Key places = with_scope("sbom-places", *resolved, child.digest, scope.trust, {});
    if (!scope.ask.empty() && request.given.count(claims) == 0) missing.insert(claims);
    if (request.given.count(places) == 0) missing.insert(places);
    if (!missing.empty()) continue;
    ArtifactSboms::Target target;
    target.digest = child.digest;
    target.platform = child.platform;
    read_target(request, scope, claims, places, target);
    if (resolved->index) target.digests.index = resolved->digest;
    out.targets.push_back(std::move(target));
  }
  if (!missing.empty()) return reply(Need{{missing.begin(), missing.end()}});
  Fact fact;
  fact.digest = resolved->digest;
  fact.provenance = resolved->name;
  fact.obtained = resolved->at;
  fact.weight = weight_of(out);
  // A list that may grow is believed as long as an absence; one with gaps, by who waits for it.
  const bool gaps = std::any_of(out.targets.begin(), out.targets.end(),
                                [](const auto& target) { return target.incomplete.has_value(); });
  fact.keep = gaps ? Milliseconds(0) : Milliseconds(limits::kAbsenceKept);
  fact.value = std::make_shared<const std::any>(std::move(out));
  reply(std::move(fact));
}

}  // namespace portreeve::engine
