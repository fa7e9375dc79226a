#include <future>
#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/given_clock.h"
#include "cli/policy_options.h"
#include "cli/report_output.h"
#include "cli/review_input.h"
#include "core/limits.h"
#include "engine/engine.h"
#include "engine/evidence_service.h"
#include "engine/outcome.h"
#include "kube/write_review.h"
#include "report/formats.h"
#include "report/json.h"
#include "webhook/decide.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "review",
    "judges an AdmissionReview, or objects from a file, as the webhook would",
    "FILE [OPTION...]",
    "  portreeve review samples/bad-blueprint-misnamed.yaml\n"
    "  kubectl get blueprint bp-wiki -o json | portreeve review -\n"
    "  portreeve review new.yaml --old stored.yaml\n"
    "  portreeve review review.json --format json --now 2027-03-01T12:00:00Z\n"
    "  portreeve review bp.yaml --output report=findings.json\n",
};

struct Options {
  ReviewInputOptions input;
  PolicyOptions policies;
  std::string operation;
  std::string now;
  std::string format = "text";
  std::vector<std::string> outputs;
  bool print_review = false;
  bool verbose = false;
};

void declare(CLI::App& app, Options& options) {
  app.add_option("FILE", options.input.file,
                 "An AdmissionReview (JSON), or objects (YAML documents, or one JSON object). '-' "
                 "is standard input. A name that ends in .json, and standard input that begins "
                 "with { or [, is JSON; all else is YAML.")
      ->required();
  app.add_option("--old", options.input.old_file,
                 "The stored object, which FILE is to replace. Default: none, FILE is created.")
      ->type_name("FILE");
  app.add_option("--operation", options.operation,
                 "CREATE, UPDATE or DELETE of a bare object. Default: UPDATE with --old, else "
                 "CREATE.")
      ->type_name("OPERATION")
      ->check([](const std::string& word) {
        return word == "CREATE" || word == "UPDATE" || word == "DELETE"
                   ? std::string()
                   : "--operation: expected CREATE, UPDATE or DELETE, found " + word;
      });
  add_policy_options(app, options.policies);
  app.add_option("--now", options.now,
                 "Judge as of this time (RFC 3339). Default: the clock.")
      ->type_name("TIME");
  app.add_option("--format", options.format,
                 "What is printed: json (the webhook's answer, byte for byte; one line for each "
                 "object), report (the findings, docs/report.schema.json), text, sarif, junit, "
                 "github, markdown or html. Default: text.")
      ->type_name("FORMAT");
  app.add_option("--output", options.outputs,
                 "Also write this format to this file, which is replaced; may be repeated. "
                 "Default: none.")
      ->type_name("FORMAT=FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--print-review", options.print_review,
               "Judge nothing: print the AdmissionReview that would ask about each object.");
  app.add_flag("--verbose", options.verbose,
               "In text, also what has no effect: notes, inactive and skipped rules.");
}

Outcome known_format(const std::string& format, std::string_view option) {
  if (format == "report" || report::parse_format(format).has_value()) return Done{};
  return Error{Errc::misconfigured,
               std::string(option) + ": expected text, json, report, sarif, junit, github, markdown "
                                     "or html, found " + format};
}

struct Judged {
  report::Report report;
  std::string answers;
  int exit = kExitAllow;
};

// "json" is the webhook's answer here; the report in JSON is "report".
std::string printed(const Judged& judged, const std::string& format, bool color, bool verbose) {
  if (format == "json") return judged.answers;
  if (format == "report") return report::to_json(judged.report);
  return report::render(judged.report, *report::parse_format(format),
                        {"portreeve review", color, verbose});
}

Outcome write_output(const std::string& output, const Judged& judged, const Options& options) {
  const std::size_t equals = output.find('=');
  const std::string format = output.substr(0, equals);
  PORTREEVE_CHECK(known_format(format, "--output"));
  const std::string file = equals == std::string::npos ? "" : output.substr(equals + 1);
  if (file.empty()) return Error{Errc::misconfigured, "--output: expected FORMAT=FILE"};
  return write_report_file(file, printed(judged, format, false, options.verbose));
}

void print(const Judged& judged, const Options& options, Io& io) {
  io.out << printed(judged, options.format, color_wanted(io), options.verbose);
}

// Waits for a decision: it comes on this thread unless evidence has to be gathered.
template <class Start>
webhook::Decided wait_for(Start start) {
  std::promise<webhook::Decided> promise;
  std::future<webhook::Decided> future = promise.get_future();
  start([&promise](webhook::Decided decided) { promise.set_value(std::move(decided)); });
  return future.get();
}

class Judge {
 public:
  Judge(std::shared_ptr<const policies::PolicySet> policies, const Clock& clock,
        engine::EvidenceService& evidence)
      : clock_(clock), engine_({std::move(policies), &clock_, &evidence.gatherer()}) {}

  void judge(const ReviewInput::Item& item, Judged& judged) const {
    webhook::Decided decided = wait_for([&](auto done) {
      webhook::decide_subject(engine_, item.review, deadline(), std::move(done));
    });
    locate_findings(item, decided.verdict.findings);
    judged.report.subjects.push_back(
        {item.review->subject.id(), item.origin, std::move(decided.verdict)});
    judged.answers += decided.body;
    judged.exit = engine::worst_exit(judged.exit, engine::outlet(decided.cause).exit);
  }

  /// What the webhook answers to bytes that may not be judged.
  std::string refuse(std::string text, MemoryBudget& budget) const {
    return wait_for([&](auto done) {
             webhook::decide(engine_, &budget, std::move(text), deadline(), std::move(done));
           }).body;
  }

 private:
  engine::Deadline deadline() const {
    return engine::Deadline::in(limits::kDecisionTime, clock_);
  }
  const Clock& clock_;
  engine::Engine engine_;
};

int fail(const Error& error, engine::Cause cause, Io& io) {
  print_error(io, "review", error);
  return engine::outlet(cause).exit;
}

int judge_all(const ReviewInput& input, const Judge& judge, const Options& options,
              const policies::PolicySet& policies, Io& io) {
  Judged judged;
  judged.report.notes.push_back(profile_note(policies));
  judged.report.notes.insert(judged.report.notes.end(), input.notes.begin(), input.notes.end());
  for (const ReviewInput::Item& item : input.items) judge.judge(item, judged);
  print(judged, options, io);
  for (const std::string& output : options.outputs) {
    const Outcome written = write_output(output, judged, options);
    if (!written.ok()) return fail(written.error(), engine::Cause::misconfigured, io);
  }
  return judged.exit;
}

int print_reviews(const ReviewInput& input, Io& io) {
  for (const ReviewInput::Item& item : input.items) {
    io.out << kube::write_review(item.review->subject, engine::kNoUid, "portreeve");
  }
  return kExitAllow;
}

Outcome check_options(Options& options, std::optional<TimePoint>& now) {
  PORTREEVE_CHECK(known_format(options.format, "--format"));
  for (const std::string& output : options.outputs) {
    PORTREEVE_CHECK(known_format(output.substr(0, output.find('=')), "--output"));
  }
  if (options.operation == "CREATE") options.input.operation = Operation::create;
  if (options.operation == "UPDATE") options.input.operation = Operation::update;
  if (options.operation == "DELETE") options.input.operation = Operation::remove;
  if (options.now.empty()) return Done{};
  Result<TimePoint> time = parse_time(options.now);
  if (!time.ok()) return with_context(time.error(), "--now");
  now = time.value();
  return Done{};
}

}  // namespace

int run_review(std::span<const std::string> args, Io& io) {
  Options options;
  CLI::App app;
  declare(app, options);
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  std::optional<TimePoint> now;
  if (const Outcome checked = check_options(options, now); !checked.ok()) {
    return fail(checked.error(), engine::Cause::misconfigured, io);
  }
  MemoryBudget budget(limits::kToolMemoryBudget);
  Result<std::string> text = read_review_text(options.input.file, io);
  if (!text.ok()) return fail(text.error(), engine::cause_of_input(text.error()), io);
  const Result<ReviewInput> input = read_review_input(text.value(), options.input, budget, io);
  if (options.print_review && input.ok()) return print_reviews(input.value(), io);
  const auto policies = load_policies(options.policies);
  if (!policies.ok()) {
    return fail(policies.error(), engine::cause_of_operator(policies.error().code), io);
  }
  const GivenClock clock(now);
  const auto threads = std::make_shared<engine::Threads>(clock);
  const auto evidence = engine::EvidenceService::open(
      {threads, &clock, &budget, policies.value(), /*programs=*/true});
  if (!evidence.ok()) {
    return fail(evidence.error(), engine::cause_of_operator(evidence.error().code), io);
  }
  // Before the service goes, no task of it may run.
  const std::unique_ptr<engine::Threads, void (*)(engine::Threads*)> joined(
      threads.get(), [](engine::Threads* all) { all->shutdown(); });
  const Judge judge(policies.value(), clock, *evidence.value());
  if (input.ok()) return judge_all(input.value(), judge, options, *policies.value(), io);
  const bool refused = options.format == "json" && !options.print_review &&
                       is_json(options.input.file, text.value()) &&
                       input.error().code != Errc::misconfigured;
  if (refused) {
    // With a uid the webhook answers an AdmissionReview to these bytes; else it fails the call.
    const std::string answer = judge.refuse(std::move(text).value(), budget);
    if (answer.substr(0, 1) == "{") io.out << answer;
  }
  return fail(input.error(), engine::cause_of_input(input.error()), io);
}

}  // namespace portreeve::cli
