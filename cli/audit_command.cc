// `portreeve audit`: artifacts in registries, layouts and archives, judged by the engine that
// judges at admission.

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "audit/run.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/given_clock.h"
#include "cli/policy_options.h"
#include "cli/report_output.h"
#include "engine/outcome.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "audit",
    "judges artifacts by the policies about artifacts, or by whom --authority and --key name, and\n"
    "tells of every signature where it was found, who signed, or why it is refused. With none of\n"
    "these it lists who signed, is undecided, and proposes an Authority. Only the registries that\n"
    "targets and Registry documents name are contacted",
    "TARGET... [OPTION...]",
    "  portreeve audit oci://ghcr.io/acme/ship:1.2.0\n"
    "  portreeve audit oci://ghcr.io/acme/ship:1.2.0 --authority release.yaml\n"
    "  portreeve audit oci-layout:/mnt/transfer --key cosign.pub --name ghcr.io/acme/ship\n"
    "  portreeve audit oci://ghcr.io/acme/chart:1.2.0 --images --config portreeve.yaml\n"
    "  portreeve audit sbom:ship.spdx.json chart:ship-1.2.0.tgz\n"
    "  portreeve audit list:images.txt --config portreeve.yaml --output json=audit.json\n",
};

struct CommandOptions {
  std::vector<std::string> targets;
  audit::Options audit;
  std::string now;
  ReportOptions report;
};

std::string target_help() {
  std::string out = "What to judge, any number of:";
  for (const audit::TargetKind& kind : audit::target_kinds()) {
    out += " " + std::string(kind.prefix) + std::string(kind.shape) + " (" +
           std::string(kind.meaning) + "),";
  }
  return out + " list:FILE (one target a line).";
}

void add_list(CLI::App& app, const std::string& name, std::vector<std::string>& to,
              const std::string& meaning) {
  app.add_option(name, to, meaning)
      ->type_name("FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void declare(CLI::App& app, CommandOptions& options) {
  audit::Options& audit = options.audit;
  app.add_option("TARGET", options.targets, target_help())->required();
  add_policy_options(app, audit.policies);
  add_list(app, "--authority", audit.authorities,
           "Whose signature is wanted (kind Authority); any one of several. Default: what the "
           "policies ask.");
  add_list(app, "--key", audit.keys,
           "Public key (PEM) that must have signed; any one of several. A log entry is not needed, "
           "but one of a known log must hold. Default: none.");
  app.add_option("--predicate-type", audit.predicate_type,
                 "With --authority or --key: ask for an attestation of this type, exactly, instead "
                 "of a signature. Default: a signature.")
      ->type_name("URI");
  app.add_option(
         "--trusted-root", audit.trusted_root,
         "A trusted_root.json, instead of the Config's. Default: the compiled-in public-good "
         "root.")
      ->type_name("FILE");
  app.add_option(
         "--docker-config", audit.docker_config,
         "Credentials (docker's config.json, or a pull secret) for hosts that no Registry "
         "document names; the credential helpers that it names are run. Default: anonymous; "
         "the home directory is not looked into.")
      ->type_name("FILE");
  app.add_option("--ca", audit.ca,
                 "Certificate authorities (PEM) of the same hosts. Default: the system's.")
      ->type_name("FILE");
  app.add_flag("--unsafe-plain-http", audit.unsafe_plain_http, "Ask the same hosts without TLS.");
  app.add_option("--name", audit.name,
                 "What artifacts of layouts and archives are called, for `repositories` of "
                 "authorities and `artifacts` of policies. Default: what index.json calls them.")
      ->type_name("HOST/REPOSITORY");
  app.add_flag("--images", audit.images,
               "Follow each chart to the images that it renders to, and everything to its SBOMs; "
               "images are judged by the policies about them. Their registries need a Registry "
               "document, or to be a target's.");
  app.add_option("--now", options.now, "Judge as of this time (RFC 3339). Default: the clock.")
      ->type_name("TIME");
  add_report_options(app, options.report);
}

Outcome check_options(const CommandOptions& options, std::optional<TimePoint>& now) {
  PORTREEVE_CHECK(check_report_options(options.report));
  const audit::Options& audit = options.audit;
  if (!audit.predicate_type.empty() && audit.authorities.empty() && audit.keys.empty()) {
    return Error{Errc::misconfigured,
                 "--predicate-type: says what --authority or --key must have "
                 "attested; neither is given"};
  }
  if (!audit.name.empty()) {
    const auto name = Reference::parse(audit.name, ShortNames::refuse);
    if (!name.ok() || !name.value().tag().empty() || name.value().digest()) {
      return Error{Errc::misconfigured, "--name: expected HOST/REPOSITORY without tag or digest"};
    }
  }
  if (options.now.empty()) return Done{};
  Result<TimePoint> time = parse_time(options.now);
  if (!time.ok()) return with_context(time.error(), "--now");
  now = time.value();
  return Done{};
}

bool on_terminal(const Io& io) {
  return &io.err == &std::cerr && ::isatty(STDERR_FILENO) == 1;
}

// One line that is written over and over; only where somebody looks at it.
audit::Progress progress_on(Io& io, std::size_t targets) {
  if (!on_terminal(io) || targets < 2) return nullptr;
  return [&io](std::size_t done, std::size_t all) {
    io.err << "\r" << done << " of " << all << " targets" << (done == all ? "\r\x1b[K" : "")
           << std::flush;
  };
}

int exit_of(const report::Report& report) {
  // Nothing to examine is no proof of anything.
  if (report.subjects.empty()) return kExitUndecided;
  int exit = kExitAllow;
  for (const report::SubjectReport& subject : report.subjects) {
    exit =
        engine::worst_exit(exit, engine::outlet(engine::cause_of(subject.verdict.decision)).exit);
  }
  return exit;
}

// Where signatures were looked at, their trust root may be the reason for which none counted.
void note_age(const audit::Session& session, report::Report& report) {
  const auto candidates = [](const report::SubjectReport& subject) {
    return !subject.candidates.empty();
  };
  if (std::none_of(report.subjects.begin(), report.subjects.end(), candidates)) return;
  std::string aged = session.policies().trust().age_warning(session.clock().now());
  if (!aged.empty()) report.notes.push_back("warning: " + std::move(aged));
}

int fail(const Error& error, Io& io) {
  print_error(io, "audit", error);
  return engine::outlet(engine::cause_of_operator(error.code)).exit;
}

}  // namespace

int run_audit(std::span<const std::string> args, Io& io) {
  CommandOptions options;
  CLI::App app;
  declare(app, options);
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  std::optional<TimePoint> now;
  if (const Outcome checked = check_options(options, now); !checked.ok()) {
    return fail(checked.error(), io);
  }
  const Result<audit::TargetList> targets = audit::read_targets(options.targets);
  if (!targets.ok()) return fail(targets.error(), io);
  const GivenClock clock(now);
  if (on_terminal(io)) {
    options.audit.working = [&io](std::string_view what) {
      io.err << "\r\x1b[K" << what << "\r" << std::flush;
    };
  }
  options.audit.only_files = audit::only_sbom_files(targets.value());
  const auto session = audit::Session::open(options.audit, targets.value().named, clock);
  if (!session.ok()) return fail(session.error(), io);
  report::Report report = audit::run(targets.value(), *session.value(),
                                     progress_on(io, targets.value().targets.size()));
  report.notes.insert(report.notes.begin(), profile_note(session.value()->policies()));
  note_age(*session.value(), report);
  if (report.subjects.empty()) {
    print_error(io, "audit", {Errc::unavailable, "the lists name no target: nothing was examined"});
    return kExitUndecided;
  }
  const Outcome printed = print_report(report, options.report, "portreeve audit", io);
  if (!printed.ok()) return fail(printed.error(), io);
  return exit_of(report);
}

}  // namespace portreeve::cli
