#include <malloc.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/given_clock.h"
#include "cli/policy_options.h"
#include "cli/report_output.h"
#include "core/file.h"
#include "core/limits.h"
#include "engine/outcome.h"
#include "engine/providers/render.h"
#include "engine/subcharts.h"
#include "guard/guard.h"
#include "policies/catalog.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "guard",
    "judges the charts, Blueprints and manifests of a repository before they are merged\n"
    "\n"
    "Config, policies and waivers stand in .portreeve/*.yaml of the repository. With a base they "
    "are\n"
    "read from the base: a change does not loosen the rules that it is judged by.",
    "[DIR] [OPTION...]",
    "  portreeve guard\n"
    "  portreeve guard --base origin/main --pr-text pr.md --output sarif=portreeve.sarif\n"
    "  portreeve guard --base HEAD --staged\n"
    "  portreeve guard --base-tree ../base --format github\n",
};

struct Options {
  guard::GuardOptions guard;
  std::string pull_request;
  std::string now;
  std::string render = "require";
  std::string subcharts;
  std::string statements;
  ReportOptions report;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("DIR", options.guard.folder, "The repository, a folder of it, or one chart package. Default: .");
  app.add_option("--base", options.guard.base,
                 "Judge only what changed since merge-base(REV, HEAD), uncommitted changes "
                 "included; commit messages are read. Default: the whole tree.")
      ->type_name("REV");
  app.add_option("--base-tree", options.guard.base_tree,
                 "The same against an exported tree, without git. Default: none.")
      ->type_name("DIR");
  app.add_flag("--staged", options.guard.staged,
               "With --base: judge the index rather than the work tree.");
  app.add_option(
         "--pr-text", options.pull_request,
         "Also judge a pull request: its title on the first line, then its body. Default: none.")
      ->type_name("FILE");
  app.add_option("--pr-label", options.guard.labels,
                 "A label of the pull request; may be repeated. Default: none.")
      ->type_name("LABEL")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--unsafe-head-config", options.guard.unsafe_head_config,
               "With a base: judge by the Config, policies and waivers that the change brings.");
  app.add_option(
         "--render", options.render,
         "require: a chart that cannot be rendered is undecided; never: rules about renders "
         "are listed as skipped on request. Default: require.")
      ->type_name("WHEN")
      ->check([](const std::string& word) {
        return word == "require" || word == "never"
                   ? std::string()
                   : "--render: expected require or never, found " + word;
      });
  app.add_option("--subcharts", options.subcharts,
                 "Where subcharts are that the tree does not hold: a folder of packages, or "
                 "oci-layout:DIR. A version that Chart.lock names is the only one taken. Default: "
                 "none.")
      ->type_name("PLACE");
  app.add_option("--write-render-attestation", options.statements,
                 "Write an unsigned render statement for each chart that was rendered, one a line "
                 "(docs/render-attestation.md). Default: none.")
      ->type_name("FILE");
  add_policy_options(app, options.guard.settings);
  app.add_option("--now", options.now, "Judge as of this time (RFC 3339). Default: the clock.")
      ->type_name("TIME");
  add_report_options(app, options.report);
}

int fail(const Error& error, Io& io) {
  print_error(io, "guard", error);
  return engine::outlet(engine::cause_of_operator(error.code)).exit;
}

Outcome read_options(Options& options, std::optional<TimePoint>& now) {
  PORTREEVE_CHECK(check_report_options(options.report));
  if (!options.now.empty()) {
    Result<TimePoint> time = parse_time(options.now);
    if (!time.ok()) return with_context(time.error(), "--now");
    now = time.value();
  }
  if (!options.pull_request.empty()) {
    Result<std::string> text = read_file(options.pull_request, limits::kPolicyFileBytes);
    if (!text.ok()) return Error{Errc::misconfigured, "--pr-text: " + text.error().message};
    options.guard.pull_request = std::move(text).value();
  }
  options.guard.catalog = policies::embedded_catalog();
  return Done{};
}

// What renders, if charts are to be rendered; it looks for helm with the first one.
Result<std::shared_ptr<engine::TreeRenders>> open_renders(Options& options, MemoryBudget& budget) {
  engine::TreeRenders::Options renders;
  const char* path = std::getenv("PATH");
  renders.search = path == nullptr ? "" : path;
  if (!options.subcharts.empty()) {
    Result<std::shared_ptr<const engine::SubchartSupply>> supply =
        engine::SubchartSupply::open(options.subcharts, &budget);
    if (!supply.ok()) return with_context(supply.error(), "--subcharts");
    renders.supply = std::move(supply).value();
  }
  auto out = std::make_shared<engine::TreeRenders>(std::move(renders), budget);
  if (options.render == "require") {
    options.guard.render =
        [out](const policies::HelmConfig& helm, const policies::ChartFacts& chart,
              const charts::FileSource* files, const std::string* package) {
          return out->render(helm, chart, files, package);
        };
  }
  return out;
}

// Nobody signs an empty file, or that of an earlier run, for what was rendered now.
Outcome write_statements(const std::string& file, const std::string& statements,
                         report::Report& report) {
  if (!statements.empty()) return write_report_file(file, statements);
  struct stat about {};
  const bool stands = ::lstat(file.c_str(), &about) == 0 && S_ISREG(about.st_mode);
  if (stands && ::unlink(file.c_str()) != 0) {
    return Error{Errc::misconfigured, "--write-render-attestation: " + file +
                                          " cannot be removed, and no chart was rendered"};
  }
  report.notes.push_back("no chart was rendered: no render statement was written");
  return Done{};
}

}  // namespace

int run_guard(std::span<const std::string> args, Io& io) {
  Options options;
  CLI::App app;
  declare(app, options);
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  std::optional<TimePoint> now;
  if (const Outcome read = read_options(options, now); !read.ok()) {
    return fail(Error{Errc::misconfigured, read.error().message}, io);
  }
  const GivenClock clock(now);
  // Heaps of their own are what each short-lived thread would begin with: mapped, grown, faulted in.
  ::mallopt(M_ARENA_MAX, 1);
  engine::Threads threads(clock);
  MemoryBudget budget(limits::kToolMemoryBudget);
  const auto renders = open_renders(options, budget);
  if (!renders.ok()) return fail(Error{Errc::misconfigured, renders.error().message}, io);
  Result<report::Report> report = guard::run_guard(options.guard, threads, clock.now(), budget);
  threads.shutdown();
  if (!report.ok()) return fail(report.error(), io);
  const std::string helm = renders.value()->helm();
  if (!helm.empty()) report.value().notes.push_back(helm);
  if (!options.statements.empty()) {
    const Outcome written =
        write_statements(options.statements, renders.value()->statements(), report.value());
    if (!written.ok()) return fail(written.error(), io);
  }
  const Outcome printed = print_report(report.value(), options.report, "portreeve guard", io);
  if (!printed.ok()) return fail(printed.error(), io);
  return engine::outlet(engine::cause_of(report::summarize(report.value()).verdict)).exit;
}

}  // namespace portreeve::cli
