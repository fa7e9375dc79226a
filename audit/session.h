#pragma once

// What all targets of one audit share: policies, threads, registries, memory.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/reference.h"
#include "core/time.h"
#include "engine/engine.h"
#include "engine/evidence_service.h"
#include "engine/renderer.h"
#include "policies/sources.h"

namespace portreeve::audit {

struct Options {
  policies::SourceOptions policies;
  std::vector<std::string> authorities;  ///< Files of kind Authority: any of them must have signed.
  std::vector<std::string> keys;         ///< Public keys (PEM), likewise.
  std::string
      predicate_type;  ///< With these two: an attestation of this type instead of a signature.
  std::string
      trusted_root;  ///< A trusted_root.json instead of the Config's or the compiled-in one.
  std::string docker_config;  ///< Credentials for hosts that no Registry names; may run helpers.
  std::string ca;             ///< Authorities (PEM) of the same hosts.
  bool unsafe_plain_http = false;  ///< The same hosts are asked without TLS.
  std::string name;  ///< "host/repository": what artifacts of layouts and archives are called.
  bool images = false;  ///< Follow a chart to its images, and everything to its SBOMs.
  bool only_files = false;  ///< Every target is an SBOM file: nothing else will be judged.
  /// Told what takes long ("reading 87 MiB"); null: nobody looks. Called by the caller's thread.
  std::function<void(std::string_view)> working = nullptr;
};

/// Where some targets' bytes come from, and the engine that judges them. Several jobs share one.
struct Source {
  std::unique_ptr<engine::EvidenceService> evidence;
  std::unique_ptr<engine::Engine> engine;
  std::string layout;   ///< Directory; empty for registries and archives.
  std::string archive;  ///< File; empty for registries and layouts.
  bool local() const noexcept { return !layout.empty() || !archive.empty(); }
};
using SourcePtr = std::shared_ptr<const Source>;

class Session {
 public:
  /// Reads policies, authorities and keys; no network. `named`: the references on the command line,
  /// whose hosts may be contacted. Errors: misconfigured.
  static Result<std::unique_ptr<Session>> open(Options options, const std::vector<Reference>& named,
                                               const Clock& clock);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const Options& options() const noexcept { return options_; }
  const policies::PolicySet& policies() const noexcept { return *policies_; }
  const Clock& clock() const noexcept { return clock_; }
  /// The same documents in profile sbom-file: what is asked of files. Read when first asked for; by
  /// one thread. Errors: misconfigured.
  Result<std::shared_ptr<const policies::PolicySet>> file_policies() const;
  /// What renders charts, or why nothing does: only the helm that Config pins.
  const Result<std::shared_ptr<const engine::Renderer>>& renderer() const noexcept {
    return renderer_;
  }
  void tell(std::string_view what) const {
    if (options_.working) options_.working(what);
  }
  MemoryBudget& memory() const noexcept { return memory_; }
  /// All registries.
  const SourcePtr& registries() const noexcept { return registries_; }
  /// One layout or archive, which is then the only place that is asked. Errors: misconfigured.
  Result<SourcePtr> local(std::shared_ptr<const oci::ImageLayout> layout, Source place) const;

 private:
  Session(Options options, const Clock& clock);
  Outcome load();
  void open_renderer();
  Result<SourcePtr> make(engine::EvidenceService::Parts parts, Source place) const;
  std::vector<RegistryConfig> hosts(const std::vector<Reference>& named) const;

  const Options options_;
  const Clock& clock_;
  mutable MemoryBudget memory_;
  std::shared_ptr<const policies::PolicySet> policies_;
  policies::PolicySources sources_;
  mutable std::shared_ptr<const policies::PolicySet> file_policies_;
  Result<std::shared_ptr<const engine::Renderer>> renderer_ = Error{
      Errc::not_found, "Config.helm names no program and sha256: audit renders with no other"};
  std::shared_ptr<engine::Threads> threads_;
  SourcePtr registries_;
};

}  // namespace portreeve::audit
