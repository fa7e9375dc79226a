#include "cli/policy_options.h"

#include "policies/catalog.h"
#include "policies/examples.h"

namespace portreeve::cli {

void add_policy_options(CLI::App& app, PolicyOptions& options) {
  app.add_option("--policies", options.folders,
                 "Folder of policy files, read beside the shipped catalog and beside the folders that "
                 "the Config names; may be repeated. Default: none more.")
      ->type_name("DIR")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--config", options.config,
                 "Configuration file (kind Config). Default: none; then profile identity is used "
                 "and the report says so.")
      ->type_name("FILE");
  app.add_option("--profile", options.profile,
                 "Which policies are active, instead of the Config's: one that policies name. Default: "
                 "the Config's, else identity.")
      ->type_name("PROFILE");
}

Result<std::shared_ptr<const policies::PolicySet>> load_policies(const PolicyOptions& options) {
  PORTREEVE_TRY(policies::PolicySources sources,
                policies::read_sources(policies::embedded_catalog(), options));
  return policies::load_checked(std::move(sources));
}

std::string profile_note(const policies::PolicySet& set) {
  const policies::Config& config = set.config();
  if (config.profile_chosen) return "profile " + config.profile;
  return "profile " + config.profile + ", because no Config and no --profile names one";
}

}  // namespace portreeve::cli
