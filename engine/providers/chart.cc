#include "engine/providers/chart.h"

#include "charts/reader.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "policies/chart_facts.h"
#include "policies/evidence.h"

namespace portreeve::engine {
namespace {

using policies::ChartFacts;
using policies::EvidenceScope;
using policies::ResolvedArtifact;

// helm.sh/docs/topics/registries, pkg/registry/constants.go.
constexpr std::string_view kConfigType = "application/vnd.cncf.helm.config.v1+json";
constexpr std::string_view kLayerType = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
constexpr std::string_view kOldLayerType = "application/tar+gzip";

/// What the registry gave of one digest: a layer, or why it holds no chart that could be read.
struct ChartLayer {
  oci::ContentPtr content;
  std::string other_type;
  std::optional<charts::Fault> fault;
};

ChartLayer faulty(std::string reason) {
  ChartLayer out;
  out.fault = charts::Fault{};
  out.fault->file = "manifest";
  out.fault->reason = std::move(reason);
  return out;
}

bool is_chart(const oci::Descriptor& layer) noexcept {
  return layer.media_type == kLayerType || layer.media_type == kOldLayerType;
}

// Helm goes by the media types of config and layers; so an artifact with either is meant as a
// chart.
Result<ChartLayer> fetch(const World& world, const Reference& name, const oci::Manifest& manifest,
                         const oci::Ask& ask) {
  std::size_t layers = 0;
  const oci::Descriptor* layer = nullptr;
  for (const oci::Descriptor& one : manifest.layers) {
    if (!is_chart(one)) continue;
    ++layers;
    layer = &one;
  }
  const bool config = manifest.config.media_type == kConfigType;
  if (!config && layers == 0) {
    ChartLayer out;
    out.other_type = manifest.artifact_type.empty() ? "unknown" : manifest.artifact_type;
    return out;
  }
  if (!config) {
    return faulty("a chart layer under config type \"" +
                  utf8::printable(manifest.config.media_type, 128) + "\"; Helm wants " +
                  std::string(kConfigType));
  }
  if (layers != 1) {
    return faulty(std::to_string(layers) +
                  " chart layers; exactly one is a chart: of several Helm takes any");
  }
  ChartLayer out;
  PORTREEVE_TRY(out.content, world.registries->blob(name, *layer, limits::kChartBytes, ask));
  return out;
}

Result<ChartLayer> look(const World& world, const Reference& name, const oci::Ask& ask,
                        MemoryBudget& memory) {
  PORTREEVE_TRY(const oci::ContentPtr manifest,
                world.registries->manifest(name, *name.digest(), ask));
  PORTREEVE_TRY(const oci::ManifestDocument document,
                oci::parse_manifest(manifest->bytes, manifest->media_type, &memory));
  const auto* const single = std::get_if<oci::Manifest>(&document);
  // Some versions of Helm walk through an index, others fail.
  if (single == nullptr)
    return faulty("an index, behind which versions of Helm find different charts");
  return fetch(world, name, *single, ask);
}

std::size_t weight_of(const charts::Chart& chart) {
  std::size_t out = 1024 + chart.metadata->footprint() + chart.memory.bytes();
  if (chart.values != nullptr) out += chart.values->footprint();
  if (chart.lock) out += chart.lock->document->footprint();
  for (const charts::ChartFile& file : chart.files) out += 64 + file.path.size();
  for (const charts::ChartPtr& subchart : chart.subcharts) out += weight_of(*subchart);
  return out;
}

/// The evidence for one key of another section: its value, or what is to be answered instead.
template <class T>
const T* given(const StepRequest& request, const Key& key, std::optional<StepAnswer>& answer) {
  const auto at = request.given.find(key);
  if (at == request.given.end()) {
    answer = Need{{key}};
    return nullptr;
  }
  const T* const value = policies::value_of<T>(at->second);
  if (value != nullptr) return value;
  const auto* const absent = std::get_if<Absent>(&at->second);
  answer = absent != nullptr ? *absent : Absent{Error{Errc::internal, "evidence of another type"}};
  return nullptr;
}

}  // namespace

Place ChartLayerProvider::place(const Key& key, const EvidenceMap&) const {
  const WorldPtr world = worlds_->find(EvidenceScope::parse(key.scope).trust);
  const auto name = Reference::parse(key.artifact, ShortNames::refuse);
  if (world == nullptr || !name.ok()) return {};
  return {Place::Pool::registry, world->registries->host_for(name.value())};
}

void ChartLayerProvider::step(StepRequest request, Reply reply) const {
  const WorldPtr world = worlds_->find(EvidenceScope::parse(request.key.scope).trust);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  const auto name = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!name.ok()) return reply(Absent{name.error()});
  if (!name.value().digest()) return reply(Absent{Error{Errc::internal, "expected a digest"}});
  const oci::Ask ask{request.deadline.at, &request.memory, nullptr};
  Result<ChartLayer> layer = look(*world, name.value(), ask, request.memory);
  if (!layer.ok()) return reply(Absent{layer.error()});
  Fact fact;
  fact.digest = *name.value().digest();
  fact.provenance = name.value().name();
  fact.keep = Milliseconds(0);  // The evidence store has the bytes; what was read of them is kept.
  fact.value = std::make_shared<const std::any>(std::move(layer).value());
  reply(std::move(fact));
}

void ChartPackageProvider::step(StepRequest request, Reply reply) const {
  const auto name = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!name.ok()) return reply(Absent{name.error()});
  std::optional<StepAnswer> answer;
  const auto* const layer = given<ChartLayer>(
      request, Key{"chart-layer", request.key.artifact, request.key.scope}, answer);
  if (layer == nullptr) return reply(std::move(*answer));
  ChartFacts facts;
  facts.repository = name.value().name();
  facts.digest = *name.value().digest();
  facts.other_type = layer->other_type;
  if (layer->fault) facts.reading.faults.push_back(*layer->fault);
  if (layer->content != nullptr)
    facts.reading = charts::read_package(layer->content->bytes, &request.memory);
  Fact fact;
  fact.digest = facts.digest;
  fact.provenance = facts.repository;
  fact.weight = facts.reading.chart == nullptr ? 1024 : weight_of(*facts.reading.chart);
  // Bytes by digest read alike for ever, but for what memory did not allow this time.
  const charts::Fault* const worst = facts.reading.worst();
  fact.lasting = true;
  if (worst != nullptr && worst->weight == charts::Fault::Weight::unread &&
      worst->code == Errc::limit) {
    fact.keep = Milliseconds(0);
  }
  fact.value = std::make_shared<const std::any>(std::move(facts));
  reply(std::move(fact));
}

void ChartProvider::step(StepRequest request, Reply reply) const {
  const auto reference = Reference::parse(request.key.artifact, ShortNames::refuse);
  if (!reference.ok()) return reply(Absent{reference.error()});
  std::optional<StepAnswer> answer;
  const auto* const resolved = given<ResolvedArtifact>(
      request, Key{"artifact", request.key.artifact, request.key.scope}, answer);
  if (resolved == nullptr) return reply(std::move(*answer));
  const Key package{"chart-package", resolved->name + "@" + resolved->digest.text(),
                    request.key.scope};
  const auto* const read = given<ChartFacts>(request, package, answer);
  if (read == nullptr) return reply(std::move(*answer));
  ChartFacts facts = *read;
  facts.tag = reference.value().tag();
  Fact fact;
  fact.digest = resolved->digest;
  fact.provenance = resolved->name;
  fact.obtained = resolved->at;
  fact.weight = 1024;
  fact.value = std::make_shared<const std::any>(std::move(facts));
  reply(std::move(fact));
}

}  // namespace portreeve::engine
