#pragma once

// Renders for the doors that may run a program: `guard` and `audit`. `serve` has none of these.

#include <memory>
#include <string>
#include <vector>

#include "core/digest.h"
#include "core/evidence.h"
#include "core/memory_budget.h"
#include "core/result.h"
#include "engine/render_cache.h"
#include "engine/render_input.h"
#include "engine/threads.h"
#include "policies/chart_facts.h"
#include "policies/config.h"

namespace portreeve::engine {

/// One helm with what it is told. Thread-safe.
class Renderer {
 public:
  struct Options {
    std::string program;           ///< Path; empty: the first `helm` in `search`.
    std::string search;            ///< Folders as $PATH has them.
    std::optional<Digest> sha256;  ///< It must be this; then it is "pinned".
    bool pinned_only = false;      ///< Without sha256 it is refused (`audit`).
    std::string kube_version{policies::kRenderKubeVersion};
    std::string cache_folder;  ///< Empty: nothing is kept.
    std::string scratch;       ///< For the private copies; empty: /tmp.
  };
  /// Hashes the program and asks its version. Errors: misconfigured (it is another program than
  /// pinned, or not pinned where it must be), not_found, unavailable, unsupported.
  static Result<std::shared_ptr<const Renderer>> open(Options options);

  /// A Fact with policies::RenderFacts, or why there is none. Never throws for input; blocks up to
  /// limits::kRenderTime. `memory` outlives the fact.
  Evidence render(const RenderInput& input, MemoryBudget* memory) const;
  /// The same for many, on the compute threads: as many at once as there are cores. In their order.
  std::vector<Evidence> render_all(const std::vector<Result<RenderInput>>& inputs,
                                   MemoryBudget* memory, Threads& threads) const;

  const std::string& version() const noexcept { return version_; }
  const Digest& digest() const noexcept { return digest_; }
  bool pinned() const noexcept { return options_.sha256.has_value(); }
  /// "helm v3.18.4 (/usr/bin/helm, sha256:…), not pinned; Kubernetes 1.33.0"
  std::string text() const;

 private:
  Renderer(Options options, render::Helm helm)
      : options_(std::move(options)), helm_(std::move(helm)), cache_(options_.cache_folder) {}
  Digest key_of(const RenderInput& input) const;
  Result<render::HelmRun> run(const RenderInput& input) const;
  Result<policies::RenderFacts> facts_of(const RenderInput& input, render::HelmRun run,
                                         MemoryBudget* memory) const;

  const Options options_;
  const render::Helm helm_;
  const RenderCache cache_;
  std::string version_;
  Digest digest_;
};

}  // namespace portreeve::engine
