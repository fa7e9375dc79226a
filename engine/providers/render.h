#pragma once

// Section "render": policies::RenderFacts of a chart, made by a confined helm, or said by somebody
// whom an Authority trusts. Only `guard` and `audit` give a Renderer: `serve` executes no program.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/thread_annotations.h"
#include "core/time.h"
#include "engine/provider.h"
#include "engine/providers/world.h"
#include "engine/renderer.h"

namespace portreeve::engine {

/// For artifacts: "host/repository:tag[@digest]". A render attestation that a rule asks for (check
/// `attestation` with policies::kRenderPredicate) is taken first: verified, of this manifest, of
/// its very chart layer, by the Kubernetes version and the helm that Config names. Then the package
/// is rendered, if there is a Renderer. Neither: not_found; refused attestations: untrusted, with
/// why.
class RenderProvider final : public EvidenceProvider {
 public:
  /// `clock` outlives this; `renderer` may be null.
  RenderProvider(std::shared_ptr<const Worlds> worlds, const Clock& clock,
                 std::shared_ptr<const Renderer> renderer)
      : worlds_(std::move(worlds)), clock_(clock), renderer_(std::move(renderer)) {}

  std::string_view section() const noexcept override { return "render"; }
  Place place(const Key& key, const EvidenceMap& given) const override;
  void step(StepRequest request, Reply reply) const override;
  bool executes() const noexcept { return renderer_ != nullptr; }

 private:
  const std::shared_ptr<const Worlds> worlds_;
  const Clock& clock_;
  const std::shared_ptr<const Renderer> renderer_;
};

/// For charts of a repository: what `guard` calls. The helm is opened with the first chart, by the
/// Config that the door judges by. Thread-safe.
class TreeRenders {
 public:
  struct Options {
    std::string search;                            ///< $PATH.
    std::string cache_folder;                      ///< Empty: nothing is kept.
    std::shared_ptr<const SubchartSupply> supply;  ///< May be null.
  };
  TreeRenders(Options options, MemoryBudget& memory)
      : options_(std::move(options)), memory_(memory) {}

  /// Of a folder's files, or of the bytes of a package if there are any (the other is null). Blocks
  /// while it renders, on the caller's thread.
  Evidence render(const policies::HelmConfig& helm, const policies::ChartFacts& chart,
                  const charts::FileSource* files, const std::string* package) EXCLUDES(mutex_);
  /// An unsigned render statement a line for each chart that was rendered, in the order of their
  /// folders.
  std::string statements() const EXCLUDES(mutex_);
  /// Renderer::text(), or why there is none; empty when nothing was to be rendered.
  std::string helm() const EXCLUDES(mutex_);

 private:
  Result<std::shared_ptr<const Renderer>> open(const policies::HelmConfig& helm) EXCLUDES(mutex_);

  const Options options_;
  MemoryBudget& memory_;
  mutable Mutex mutex_;
  std::optional<Result<std::shared_ptr<const Renderer>>> renderer_ GUARDED_BY(mutex_);
  std::map<std::string, std::string> statements_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::engine
