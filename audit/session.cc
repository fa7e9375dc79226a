#include "audit/session.h"

#include <algorithm>
#include <filesystem>

#include "audit/asked.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "policies/catalog.h"
#include "policies/examples.h"

namespace portreeve::audit {
namespace {

constexpr const char* kFileProfile = "sbom-file";

// Paths in documents are relative to the document; on a command line to the working directory.
std::string from_working_directory(const std::string& path) {
  std::error_code error;
  const std::filesystem::path out = std::filesystem::absolute(path, error);
  return path == "embedded" || error ? path : out.string();
}

bool serves(const RegistryConfig& config, const Reference& reference) {
  if (config.serves.empty()) return config.host == reference.registry();
  return std::any_of(config.serves.begin(), config.serves.end(),
                     [&](const Glob& glob) { return glob.matches(reference.name()); });
}

}  // namespace

Session::Session(Options options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      memory_(limits::kToolMemoryBudget),
      threads_(std::make_shared<engine::Threads>(clock)) {}

// Before what tasks refer to goes, no task may run.
Session::~Session() { threads_->shutdown(); }

Outcome Session::load() {
  PORTREEVE_TRY(policies::PolicySources sources,
                policies::read_sources(policies::embedded_catalog(), options_.policies));
  PORTREEVE_TRY(sources.by_hand,
                asked_by_hand(options_.authorities, options_.keys, options_.predicate_type));
  if (!options_.trusted_root.empty()) {
    // Named by hand, not beside the Config.
    sources.config.trust_root = from_working_directory(options_.trusted_root);
  }
  sources.catalog_examples = false;
  sources_ = sources;
  // Where only files are judged and nobody gave names that could be wrong, nothing asks the first
  // set: reading the catalog for it takes as long as reading a small SBOM.
  if (options_.only_files && sources.files.empty() && sources.by_hand.empty() &&
      sources.config.document == nullptr && !sources.config.profile_chosen) {
    sources.catalog.clear();
  }
  PORTREEVE_TRY(policies_, policies::load_checked(std::move(sources)));
  open_renderer();
  return Done{};
}

// A helm that is not there makes renders absent, and whoever needs one undecided.
void Session::open_renderer() {
  const policies::HelmConfig& helm = policies_->config().helm;
  if (helm.program.empty()) return;
  engine::Renderer::Options options;
  options.program = helm.program;
  options.sha256 = helm.sha256;
  options.kube_version = helm.kube_version;
  options.pinned_only = true;
  renderer_ = engine::Renderer::open(std::move(options));
}

Result<std::shared_ptr<const policies::PolicySet>> Session::file_policies() const {
  if (file_policies_ != nullptr) return file_policies_;
  policies::PolicySources sources = sources_;
  sources.config.profile = kFileProfile;
  sources.only_profile = kFileProfile;
  PORTREEVE_TRY(file_policies_, policies::PolicySet::load(std::move(sources)));
  return file_policies_;
}

std::vector<RegistryConfig> Session::hosts(const std::vector<Reference>& named) const {
  std::vector<RegistryConfig> out;
  const auto& known = policies_->trust().registries();
  for (const Reference& reference : named) {
    const auto fits = [&](const RegistryConfig& config) { return serves(config, reference); };
    if (std::any_of(known.begin(), known.end(), fits)) continue;
    if (std::any_of(out.begin(), out.end(), fits)) continue;
    RegistryConfig config;
    config.host = reference.registry();
    config.ca_file = options_.ca;
    config.docker_config = options_.docker_config;
    config.credential_helpers = !options_.docker_config.empty();
    config.unsafe_plain_http = options_.unsafe_plain_http;
    // A Registry of that host which serves other names still says how it is talked to.
    const auto same = std::find_if(known.begin(), known.end(), [&](const RegistryConfig& other) {
      return other.host == config.host;
    });
    if (same != known.end()) config = *same;
    config.name = "target " + reference.registry();
    config.serves.clear();
    config.prefix.clear();
    config.where = "the command line";
    out.push_back(std::move(config));
  }
  return out;
}

Result<SourcePtr> Session::make(engine::EvidenceService::Parts parts, Source place) const {
  parts.threads = threads_;
  parts.clock = &clock_;
  parts.memory = &memory_;
  parts.policies = policies_;
  parts.programs = true;
  parts.exhaustive = true;
  if (renderer_.ok()) parts.renderer = renderer_.value();
  PORTREEVE_TRY(place.evidence, engine::EvidenceService::open(std::move(parts)));
  place.engine = std::make_unique<engine::Engine>(
      engine::Engine::Options{policies_, &clock_, &place.evidence->gatherer()});
  return std::make_shared<const Source>(std::move(place));
}

Result<SourcePtr> Session::local(std::shared_ptr<const oci::ImageLayout> layout,
                                 Source place) const {
  engine::EvidenceService::Parts parts;
  parts.layout = std::move(layout);
  return make(std::move(parts), std::move(place));
}

Result<std::unique_ptr<Session>> Session::open(Options options, const std::vector<Reference>& named,
                                               const Clock& clock) {
  std::unique_ptr<Session> out(new Session(std::move(options), clock));
  PORTREEVE_CHECK(out->load());
  engine::EvidenceService::Parts parts;
  parts.registries = out->hosts(named);
  PORTREEVE_TRY(out->registries_, out->make(std::move(parts), {}));
  return out;
}

}  // namespace portreeve::audit
