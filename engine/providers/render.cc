#include "engine/providers/render.h"

#include <array>

#include "charts/reader.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "oci/manifest.h"
#include "policies/evidence.h"
#include "policies/render_predicate.h"
#include "verifiers/threshold.h"

namespace portreeve::engine {
namespace {

using policies::ArtifactSignatures;
using policies::EvidenceScope;
using policies::RenderFacts;
using policies::ResolvedArtifact;
using policies::SignatureAsk;

constexpr std::string_view kChartLayer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";

/// One step about one artifact: takes what was given, asks for what is missing.
class RenderStep {
 public:
  RenderStep(const StepRequest& request, const World& world, EvidenceScope scope, TimePoint now)
      : request_(request), world_(world), scope_(std::move(scope)), now_(now) {}

  /// What to ask for next, or nothing: everything is there.
  std::optional<StepAnswer> need() {
    EvidenceScope of_artifact;
    of_artifact.trust = scope_.trust;
    of_artifact.last_known_good = scope_.last_known_good;
    const Key artifact{"artifact", request_.key.artifact, of_artifact.text()};
    if (auto answer = missing(artifact)) return answer;
    resolved_ = policies::value_of<ResolvedArtifact>(request_.given.at(artifact));
    if (resolved_ == nullptr) return absence(artifact);
    const Key manifest{"manifest", resolved_->name + "@" + resolved_->digest.text(), scope_.trust};
    if (auto answer = missing(manifest)) return answer;
    const auto* const content = policies::value_of<oci::ContentPtr>(request_.given.at(manifest));
    if (content == nullptr) return absence(manifest);
    if (const Outcome read = find_layer(**content); !read.ok()) return Absent{read.error()};
    Need attestations;
    for (const auto& [id, ask] : world_.policies->asks()) {
      if (!asks_for_renders(ask)) continue;
      of_artifact.ask = id;
      const Key key{"attestations", request_.key.artifact, of_artifact.text()};
      asked_.push_back({key, ask.authority});
      if (request_.given.count(key) == 0) attestations.keys.push_back(key);
    }
    if (!attestations.keys.empty()) return attestations;
    return std::nullopt;
  }

  /// The first attestation that holds. `why` gathers what is wrong with the others.
  std::optional<RenderFacts> attested(std::optional<Error>& why) const {
    for (const auto& [key, authority] : asked_) {
      const Evidence& evidence = request_.given.at(key);
      if (const auto* const absent = std::get_if<Absent>(&evidence)) {
        note(absent->reason, why);
        continue;
      }
      const auto* const all = policies::value_of<ArtifactSignatures>(evidence);
      if (all == nullptr) continue;
      for (const ArtifactSignatures::Target& target : all->targets) {
        if (target.absent) note(*target.absent, why);
        if (target.facts == nullptr) continue;
        if (target.facts->incomplete) note(*target.facts->incomplete, why);
        for (const auto& claim : target.facts->claims) {
          Result<RenderFacts> facts = accepted(claim, authority);
          if (facts.ok()) return std::move(facts).value();
          note(facts.error(), why);
        }
      }
    }
    return std::nullopt;
  }

  const ResolvedArtifact& resolved() const { return *resolved_; }
  const oci::Descriptor& layer() const { return *layer_; }
  bool asked_anybody() const { return !asked_.empty(); }

 private:
  struct Asked {
    Key key;
    std::string authority;
  };

  static bool asks_for_renders(const SignatureAsk& ask) {
    if (ask.demand.kind != verifiers::Demand::Kind::attestation) return false;
    for (const std::string& type : ask.demand.predicate_types) {
      if (type == policies::kRenderPredicate) return true;
    }
    return false;
  }

  std::optional<StepAnswer> missing(const Key& key) const {
    if (request_.given.count(key) != 0) return std::nullopt;
    return Need{{key}};
  }

  StepAnswer absence(const Key& key) const {
    const auto* const absent = std::get_if<Absent>(&request_.given.at(key));
    if (absent != nullptr) return *absent;
    return Absent{Error{Errc::internal, "evidence of another type"}};
  }

  Outcome find_layer(const oci::Content& content) {
    PORTREEVE_TRY(const oci::ManifestDocument document,
                  oci::parse_manifest(content.bytes, content.media_type, &request_.memory));
    const auto* const manifest = std::get_if<oci::Manifest>(&document);
    if (manifest != nullptr) {
      for (const oci::Descriptor& layer : manifest->layers) {
        if (layer.media_type != kChartLayer) continue;
        if (layer_) return Error{Errc::malformed, "the artifact has more than one chart layer"};
        layer_ = layer;
      }
    }
    if (!layer_) return Error{Errc::unsupported, "the artifact has no chart layer"};
    return Done{};
  }

  // What is worth saying most: that something could not be looked at, then what was refused.
  static void note(const Error& error, std::optional<Error>& why) {
    const auto weight = [](Errc code) {
      return code == Errc::not_found                              ? 0
             : code == Errc::untrusted || code == Errc::malformed ? 1
                                                                  : 2;
    };
    if (!why || weight(error.code) > weight(why->code)) why = error;
  }

  Result<RenderFacts> accepted(const Verified<verifiers::SignatureClaim>& claim,
                               const std::string& authority) const {
    const std::array<Verified<verifiers::SignatureClaim>, 1> one{claim};
    if (!verifiers::count(verifiers::Quorum::any({authority}), one, now_).met) {
      return refused("its signature is outside of its time");
    }
    if (claim->statement == nullptr) return refused("it has no predicate");
    PORTREEVE_TRY(RenderFacts facts, policies::read_render_predicate(claim->statement->predicate));
    if (!(facts.chart == layer_->digest)) {
      return refused("it is of chart " + facts.chart.text() + "; the artifact's is " +
                     layer_->digest.text());
    }
    const policies::HelmConfig& helm = world_.policies->config().helm;
    if (facts.kube_version != helm.kube_version) {
      return refused("it is for Kubernetes " + facts.kube_version + "; Config says " +
                     helm.kube_version);
    }
    if (helm.sha256 && !(facts.program == *helm.sha256)) {
      return refused("it was made by helm " + facts.helm + ", " + facts.program.text() +
                     "; Config pins " + helm.sha256->text());
    }
    facts.notes.push_back("attested by " + utf8::printable(claim->signer.id, limits::kQuotedBytes));
    return facts;
  }

  static Error refused(const std::string& why) {
    return Error{Errc::untrusted, "a render attestation is refused: " + why};
  }

  const StepRequest& request_;
  const World& world_;
  const EvidenceScope scope_;
  const TimePoint now_;
  const ResolvedArtifact* resolved_ = nullptr;
  std::optional<oci::Descriptor> layer_;
  std::vector<Asked> asked_;
};

Fact fact_of(RenderFacts facts, const ResolvedArtifact& artifact) {
  Fact out;
  out.digest = artifact.digest;
  out.provenance = "render attestation";
  out.obtained = artifact.at;
  out.keep = Milliseconds(0);  // Its times are judged by the clock of each decision.
  out.value = std::make_shared<const std::any>(std::move(facts));
  return out;
}

Evidence render_package(const Renderer& renderer, const World& world, const RenderStep& step,
                        const StepRequest& request) {
  const auto name = Reference::parse(step.resolved().name + "@" + step.resolved().digest.text(),
                                     ShortNames::refuse);
  if (!name.ok()) return Absent{name.error()};
  const oci::Ask ask{request.deadline.at, &request.memory, nullptr};
  const Result<oci::ContentPtr> content =
      world.registries->blob(name.value(), step.layer(), limits::kChartBytes, ask);
  if (!content.ok()) return Absent{content.error()};
  const charts::Reading reading = charts::read_package(content.value()->bytes, &request.memory);
  const Result<RenderInput> input = input_of_package(reading, content.value()->bytes);
  if (!input.ok()) return Absent{input.error()};
  return renderer.render(input.value(), &request.memory);
}

}  // namespace

Place RenderProvider::place(const Key& key, const EvidenceMap& given) const {
  // Only the package itself is fetched here, when everything else is known.
  if (renderer_ == nullptr || given.size() < 2) return {};
  const WorldPtr world = worlds_->find(EvidenceScope::parse(key.scope).trust);
  const auto reference = Reference::parse(key.artifact, ShortNames::refuse);
  if (world == nullptr || !reference.ok()) return {};
  return {Place::Pool::registry, world->registries->host_for(reference.value())};
}

void RenderProvider::step(StepRequest request, Reply reply) const {
  const EvidenceScope scope = EvidenceScope::parse(request.key.scope);
  const WorldPtr world = worlds_->find(scope.trust);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  RenderStep step(request, *world, scope, clock_.now());
  if (std::optional<StepAnswer> answer = step.need()) return reply(std::move(*answer));
  std::optional<Error> why;
  if (std::optional<RenderFacts> facts = step.attested(why)) {
    return reply(fact_of(std::move(*facts), step.resolved()));
  }
  if (renderer_ != nullptr) {
    Evidence evidence = render_package(*renderer_, *world, step, request);
    if (auto* const fact = std::get_if<Fact>(&evidence)) return reply(std::move(*fact));
    return reply(std::get<Absent>(std::move(evidence)));
  }
  if (why && why->code != Errc::not_found) return reply(Absent{*why});
  reply(Absent{Error{Errc::not_found,
                     step.asked_anybody()
                         ? "neither rendered here nor attested"
                         : "not rendered here, and no rule asks for a render attestation"}});
}

Result<std::shared_ptr<const Renderer>> TreeRenders::open(const policies::HelmConfig& helm) {
  MutexLock lock(mutex_);
  if (!renderer_) {
    Renderer::Options options;
    options.program = helm.program;
    options.search = options_.search;
    options.sha256 = helm.sha256;
    options.kube_version = helm.kube_version;
    options.cache_folder = options_.cache_folder;
    renderer_ = Renderer::open(std::move(options));
  }
  return *renderer_;
}

Evidence TreeRenders::render(const policies::HelmConfig& helm, const policies::ChartFacts& chart,
                             const charts::FileSource* files, const std::string* package) {
  Result<RenderInput> input = package != nullptr
                                  ? input_of_package(chart.reading, *package)
                                  : input_of_tree(chart.reading, *files, options_.supply.get());
  if (!input.ok()) return Absent{input.error()};
  const Result<std::shared_ptr<const Renderer>> renderer = open(helm);
  if (!renderer.ok()) return Absent{renderer.error()};
  Evidence out = renderer.value()->render(input.value(), &memory_);
  if (const auto* const facts = policies::value_of<RenderFacts>(out)) {
    const policies::RenderSubject subject{input.value().chart.name, input.value().version,
                                          input.value().form};
    std::string statement = policies::render_statement(subject, *facts);
    MutexLock lock(mutex_);
    statements_[chart.folder] = std::move(statement);
  }
  return out;
}

std::string TreeRenders::statements() const {
  MutexLock lock(mutex_);
  std::string out;
  for (const auto& [folder, statement] : statements_) out += statement;
  return out;
}

std::string TreeRenders::helm() const {
  MutexLock lock(mutex_);
  if (!renderer_) return {};
  return renderer_->ok() ? renderer_->value()->text() : renderer_->error().message;
}

}  // namespace portreeve::engine
