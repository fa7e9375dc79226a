#include "policies/sources.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/limits.h"
#include "policies/blueprint_set.h"

namespace portreeve::policies {
namespace {

Error misconfigured(Error error) {
  if (error.code != Errc::internal) error.code = Errc::misconfigured;
  return error;
}

Result<Config> config_of(const SourceOptions& options) {
  Config config;
  if (!options.config.empty()) {
    Result<std::string> text = read_file(options.config, limits::kPolicyFileBytes);
    if (!text.ok()) return misconfigured(std::move(text).error());
    PORTREEVE_TRY(config, read_config({options.config, std::move(text).value()}));
    config.name_paths_beside(options.config);
  }
  if (options.profile.empty()) return config;
  config.profile = options.profile;
  config.profile_chosen = true;
  return config;
}

Outcome read_blueprints(Config& config) {
  std::vector<SourceFile> files;
  for (const std::string& folder : config.blueprint_folders) {
    if (folder.empty()) return Error{Errc::misconfigured, "blueprintFolders: a folder has no name"};
    Result<std::vector<SourceFile>> read = read_folder(folder);
    if (!read.ok()) {
      return misconfigured(with_context(std::move(read).error(), "blueprintFolders"));
    }
    std::move(read.value().begin(), read.value().end(), std::back_inserter(files));
  }
  config.blueprint_set = BlueprintSet::read(files);
  return Done{};
}

}  // namespace

Result<PolicySources> read_sources(std::vector<SourceFile> catalog, const SourceOptions& options) {
  PolicySources out;
  out.catalog = std::move(catalog);
  PORTREEVE_TRY(out.config, config_of(options));
  for (const auto* folders : {&std::as_const(out.config.policies), &options.folders}) {
    for (const std::string& folder : *folders) {
      if (folder.empty()) return Error{Errc::misconfigured, "--policies: the folder has no name"};
      Result<std::vector<SourceFile>> files = read_folder(folder);
      if (!files.ok()) return misconfigured(std::move(files).error());
      for (SourceFile& file : files.value()) out.files.push_back(std::move(file));
    }
  }
  PORTREEVE_CHECK(read_blueprints(out.config));
  return out;
}

}  // namespace portreeve::policies
