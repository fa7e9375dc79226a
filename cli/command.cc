#include "cli/command.h"

#include <array>
#include <exception>
#include <new>
#include <optional>
#include <ostream>
#include <vector>

#include "cli/commands.h"
#include "cli/exit_code.h"
#include "core/nearest.h"
#include "core/utf8.h"

namespace portreeve::cli {
namespace {

constexpr std::array<CommandRow, 11> kCommands = {{
    {"serve", "answer a Kubernetes API server (ValidatingWebhook over TLS)", run_serve},
    {"review", "judge an AdmissionReview or an object from a file, as the webhook would", run_review},
    {"guard", "judge a repository, or what a change does to it, before it is merged", run_guard},
    {"audit", "judge artifacts in registries, layouts and archives, offline", run_audit},
    {"verify-bundle", "verify a Sigstore bundle against a file or a digest", run_verify_bundle},
    {"sbom", "show what a software bill of materials says", run_sbom},
    {"policy", "test, list and describe policies", run_policy},
    {"explain", "say what a rule asks for, why, and how to comply", run_explain},
    {"waive", "print a Waiver for a rule and a subject, ready to paste", run_waive},
    {"webhook-config", "print the ValidatingWebhookConfiguration, or check a registered one",
     run_webhook_config},
    {"version", "print the version, the catalog and the limits", run_version},
}};

void print_help(std::ostream& out) {
  out << "portreeve decides what may enter a Kubernetes cluster.\n\n"
         "usage: portreeve COMMAND [ARGUMENT...]\n\ncommands:\n";
  std::size_t width = 0;
  for (const CommandRow& row : kCommands) width = std::max(width, row.name.size());
  for (const CommandRow& row : kCommands) {
    out << "  " << row.name << std::string(width + 2 - row.name.size(), ' ') << row.purpose << '\n';
  }
  out << "\n'portreeve COMMAND --help' tells all about one command.\n\nexit codes:\n";
  for (const ExitCode& row : kExitCodes) out << "  " << row.code << "  " << row.meaning << '\n';
}

int unknown_command(const std::string& name, Io& io) {
  std::vector<std::string_view> names;
  for (const CommandRow& row : kCommands) names.push_back(row.name);
  io.err << "portreeve: there is no command \"" << utf8::printable(name, 64) << "\"";
  if (const auto near = nearest(names, name, 3)) io.err << "; did you mean \"" << *near << "\"?";
  io.err << " ('portreeve --help' lists them)\n";
  return kExitUsage;
}

int dispatch(std::span<const std::string> args, Io& io) {
  if (args.empty()) {
    print_help(io.err);
    return kExitUsage;
  }
  const std::string& name = args[0];
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(io.out);
    return kExitAllow;
  }
  for (const CommandRow& row : kCommands) {
    const bool asked = row.name == name || (name == "--version" && row.run == run_version);
    if (asked) return row.run(args.subspan(1), io);
  }
  return unknown_command(name, io);
}

// The stream may be what threw, or memory may have run out: say it if that is possible.
void report_defect(Io& io, const char* what) noexcept {
  try {
    io.err << "portreeve: internal error: " << utf8::printable(what, 512) << std::endl;
  } catch (...) {
    return;
  }
}

}  // namespace

std::span<const CommandRow> commands() noexcept { return kCommands; }

int run(std::span<const std::string> args, Io& io) noexcept {
  try {
    return dispatch(args, io);
  } catch (const std::bad_alloc&) {
    report_defect(io, "out of memory");
  } catch (const std::exception& error) {
    report_defect(io, error.what());
  } catch (...) {
    report_defect(io, "something that is no exception was thrown");
  }
  return kExitInternal;
}

}  // namespace portreeve::cli
