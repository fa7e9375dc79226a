// `portreeve policy`: what an author of policies works with.

#include <algorithm>
#include <array>
#include <filesystem>
#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/policy_list.h"
#include "cli/policy_options.h"
#include "core/limits.h"
#include "core/nearest.h"
#include "core/utf8.h"
#include "policies/catalog.h"
#include "policies/examples.h"
#include "policies/mutants.h"
#include "policies/schema.h"

namespace portreeve::cli {
namespace {

using policies::PolicySet;
using policies::PolicySources;
using policies::Whose;

// policy test -------------------------------------------------------------------------------------

constexpr Help kTestHelp = {
    "policy test",
    "runs the examples that policies carry, each by its own policy's rules",
    "[DIR|FILE...] [OPTION...]",
    "  portreeve policy test\n"
    "  portreeve policy test ./policies --strict\n"
    "  portreeve policy test policies/catalog --strict\n",
    "  0  every example holds\n"
    "  1  an example does not hold; with --strict, a change goes unnoticed\n"
    "  2  usage, or the policies do not load\n",
};

struct TestOptions {
  std::vector<std::string> targets;
  bool strict = false;
  bool catalog = false;
};

Result<std::vector<SourceFile>> read_target(const std::string& target) {
  std::error_code ignored;
  if (std::filesystem::is_directory(target, ignored)) return read_folder(target);
  PORTREEVE_TRY(std::string text, read_file(target, limits::kPolicyFileBytes));
  return std::vector<SourceFile>{{target, std::move(text)}};
}

// The sources of the catalog stand in for the compiled-in copy, which would define all of it twice.
bool is_catalog(const std::string& target) {
  std::error_code failed;
  std::filesystem::path path = std::filesystem::canonical(target, failed);
  if (failed) return false;
  if (std::filesystem::is_regular_file(path, failed)) path = path.parent_path();
  return path.filename() == "catalog" && path.parent_path().filename() == "policies";
}

struct TestSources {
  PolicySources sources;
  Whose whose = Whose::operators;
};

Result<TestSources> read_targets(const TestOptions& options) {
  TestSources out;
  bool replaced = false;
  for (const std::string& target : options.targets) {
    PORTREEVE_TRY(std::vector<SourceFile> files, read_target(target));
    const bool catalog = is_catalog(target);
    replaced = replaced || catalog;
    auto& to = catalog ? out.sources.catalog : out.sources.files;
    for (SourceFile& file : files) to.push_back(std::move(file));
  }
  if (!replaced) out.sources.catalog = policies::embedded_catalog();
  if (replaced || options.catalog || options.targets.empty()) out.whose = Whose::all;
  return out;
}

std::string counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

Result<bool> test_examples(const PolicySet& set, Whose whose, Io& io) {
  PORTREEVE_TRY(const auto results, policies::run_examples(set, whose));
  if (results.empty()) {
    return Error{Errc::misconfigured, "there is no policy to test: nothing was examined"};
  }
  std::size_t failed = 0;
  for (const policies::ExampleResult& result : results) {
    if (result.holds()) continue;
    ++failed;
    io.out << result.text() << '\n';
  }
  if (failed == 0) {
    io.out << counted(results.size(), "example") << (results.size() == 1 ? " holds" : " hold");
  } else {
    io.out << failed << " of " << counted(results.size(), "example") << " fail";
  }
  io.out << '\n';
  return failed == 0;
}

Result<bool> test_mutants(const PolicySet& set, Whose whose, Io& io) {
  PORTREEVE_TRY(const policies::MutantReport report, policies::run_mutants(set, whose));
  for (const policies::Survivor& survivor : report.survivors) io.out << survivor.text() << '\n';
  if (report.survivors.empty()) {
    io.out << counted(report.made, "change") << ", each noticed by an example\n";
  } else {
    io.out << report.survivors.size() << " of " << counted(report.made, "change")
           << " noticed by no example\n";
  }
  return report.survivors.empty();
}

// Mutants of policies whose own examples fail would say nothing.
Result<bool> test(const TestOptions& options, Io& io) {
  PORTREEVE_TRY(TestSources read, read_targets(options));
  PORTREEVE_TRY(const auto set, PolicySet::load(std::move(read.sources)));
  PORTREEVE_TRY(const bool hold, test_examples(*set, read.whose, io));
  if (!hold || !options.strict) return hold;
  return test_mutants(*set, read.whose, io);
}

int run_test(std::span<const std::string> args, Io& io) {
  TestOptions options;
  CLI::App app;
  app.add_option("TARGET", options.targets,
                 "Folders and files of policies. They may use the Data of the shipped catalog; a "
                 "folder policies/catalog takes the place of the shipped one. Default: the shipped "
                 "catalog.");
  app.add_flag("--strict", options.strict,
               "Also take away every part of the policies and of their Data in turn: a key, a "
               "member of a list, a condition, a pattern, an entry; some example must notice.");
  app.add_flag("--catalog", options.catalog, "Also test the shipped catalog.");
  if (const auto over = parse_arguments(app, kTestHelp, args, io)) return *over;
  const Result<bool> passed = test(options, io);
  if (!passed.ok()) {
    print_error(io, "policy test", passed.error());
    return passed.error().code == Errc::internal ? kExitInternal : kExitUsage;
  }
  return passed.value() ? kExitAllow : kExitDeny;
}

// policy list -------------------------------------------------------------------------------------

constexpr Help kListHelp = {
    "policy list",
    "lists the rules: what they are about, how severe, what they do",
    "[OPTION...]",
    "  portreeve policy list\n"
    "  portreeve policy list --policies ./policies --format json\n",
};

std::string one_of(const std::string& word, std::initializer_list<std::string_view> known) {
  std::string list;
  for (const std::string_view entry : known) {
    if (word == entry) return {};
    list += (list.empty() ? "" : ", ") + std::string(entry);
  }
  return "--format: expected one of " + list + "; found " + utf8::printable(word, 64);
}

int run_list(std::span<const std::string> args, Io& io) {
  PolicyOptions options;
  std::string format = "text";
  CLI::App app;
  add_policy_options(app, options);
  app.add_option("--format", format, "text or json. Default: text.")
      ->type_name("FORMAT")
      ->check([](const std::string& word) { return one_of(word, {"text", "json"}); });
  if (const auto over = parse_arguments(app, kListHelp, args, io)) return *over;
  const auto set = load_policies(options);
  if (!set.ok()) {
    print_error(io, "policy list", set.error());
    return kExitUsage;
  }
  io.out << (format == "json" ? policy_list_json(*set.value()) : policy_list_text(*set.value()));
  return kExitAllow;
}

// policy schema -----------------------------------------------------------------------------------

constexpr Help kSchemaHelp = {
    "policy schema",
    "describes the policy language: every check, condition and composed value",
    "[OPTION...]",
    "  portreeve policy schema\n"
    "  portreeve policy schema --format json-schema > portreeve.schema.json\n",
};

int run_schema(std::span<const std::string> args, Io& io) {
  std::string format = "text";
  CLI::App app;
  app.add_option("--format", format,
                 "text, json-schema (JSON Schema 2020-12, for editors) or markdown. Default: text.")
      ->type_name("FORMAT")
      ->check([](const std::string& word) {
        return one_of(word, {"text", "json-schema", "markdown"});
      });
  if (const auto over = parse_arguments(app, kSchemaHelp, args, io)) return *over;
  if (format == "json-schema") {
    io.out << policies::language_json_schema();
  } else {
    io.out << (format == "markdown" ? policies::language_markdown() : policies::language_text());
  }
  return kExitAllow;
}

struct Subcommand {
  std::string_view name;
  std::string_view purpose;
  Command run;
};

constexpr std::array<Subcommand, 3> kSubcommands = {{
    {"test", "run the examples that policies carry", run_test},
    {"list", "list the rules", run_list},
    {"schema", "describe the policy language, for people or for editors", run_schema},
}};

void print_subcommands(std::ostream& out) {
  out << "portreeve policy: tests, lists and describes policies\n\n"
         "usage: portreeve policy test|list|schema [ARGUMENT...]\n\n";
  for (const Subcommand& row : kSubcommands) {
    out << "  " << row.name << std::string(8 - row.name.size(), ' ') << row.purpose << '\n';
  }
  out << "\n'portreeve policy test --help' and so on tell all about one of them.\n";
}

}  // namespace

int run_policy(std::span<const std::string> args, Io& io) {
  if (args.empty()) {
    print_subcommands(io.err);
    return kExitUsage;
  }
  if (args[0] == "--help" || args[0] == "-h") {
    print_subcommands(io.out);
    return kExitAllow;
  }
  std::vector<std::string_view> names;
  for (const Subcommand& row : kSubcommands) {
    if (row.name == args[0]) return row.run(args.subspan(1), io);
    names.push_back(row.name);
  }
  io.err << "portreeve policy: there is no \"" << utf8::printable(args[0], 64) << "\"";
  if (const auto near = nearest(names, args[0], 2)) io.err << "; did you mean \"" << *near << "\"?";
  io.err << " ('portreeve policy --help' lists them)\n";
  return kExitUsage;
}

}  // namespace portreeve::cli
