#include <algorithm>
#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/limits_table.h"
#include "cli/version.h"
#include "engine/outcome.h"
#include "policies/catalog.h"
#include "policies/config.h"
#include "policies/policy_set.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "version",
    "prints the version and what the compiled-in catalog is",
    "[OPTION...]",
    "  portreeve version\n"
    "  portreeve version --limits\n",
};

void print_limits(std::ostream& out) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const LimitRow& row : limits_table()) {
    name_width = std::max(name_width, row.name.size());
    value_width = std::max(value_width, row.value.size());
  }
  for (const LimitRow& row : limits_table()) {
    out << row.name << std::string(name_width + 2 - row.name.size(), ' ')
        << std::string(value_width - row.value.size(), ' ') << row.value << "  " << row.meaning
        << '\n';
  }
}

int print_version(Io& io) {
  policies::PolicySources sources;
  sources.catalog = policies::embedded_catalog();
  sources.catalog_examples = false;  // They ran when the program was built.
  const auto set = policies::PolicySet::load(std::move(sources));
  if (!set.ok()) {
    print_error(io, "version", Error{Errc::internal, "catalog: " + set.error().message});
    return kExitInternal;
  }
  std::size_t rules = 0;
  for (const policies::Policy& policy : set.value()->policies()) rules += policy.rules.size();
  io.out << "portreeve " << kVersion << "\ncatalog level " << policies::kCatalogLevel << ", "
         << set.value()->policies().size() << " policies, " << rules << " rules, "
         << set.value()->catalog_digest().text() << '\n';
  return kExitAllow;
}

}  // namespace

int run_version(std::span<const std::string> args, Io& io) {
  CLI::App app;
  bool limits = false;
  app.add_flag("--limits", limits,
               "Print every limit on input, time and resources instead: name, value, meaning.");
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  if (!limits) return print_version(io);
  print_limits(io.out);
  return kExitAllow;
}

}  // namespace portreeve::cli
