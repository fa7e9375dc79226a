// portreeve serve: the gate, until a signal.

#include <csignal>
#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/policy_options.h"
#include "webhook/server.h"

namespace portreeve::cli {
namespace {

constexpr std::string_view kPurpose =
    "Serves the validating admission webhook: POST /validate over TLS. Health and metrics are on a\n"
    "second listener (/healthz, /readyz, /metrics, plain HTTP). Without options it judges by the\n"
    "shipped catalog, with a self-signed certificate, on the loopback interface.\n"
    "SIGTERM and SIGINT: not ready at once, accepts for --drain more, finishes, stops.\n"
    "SIGHUP: opens the decision log again. Changed certificates and policies are taken within a\n"
    "second; what is not good is refused and the old one stays.";

// The signals that end or steer the server; blocked before any thread starts, so that only the wait
// below sees them.
sigset_t steering_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

void add_options(CLI::App& app, webhook::ServerOptions& options, unsigned& drain_seconds) {
  app.add_option("--listen", options.listen, "Address of the webhook. Default: 127.0.0.1:9443.")
      ->type_name("ADDRESS:PORT");
  app.add_option("--ops-listen", options.ops_listen,
                 "Address of health and metrics. Default: 127.0.0.1:9444.")
      ->type_name("ADDRESS:PORT");
  app.add_option("--tls-cert", options.tls.certificate_file,
                 "PEM chain, leaf first. Default: a self-signed ECDSA pair, new at each start.")
      ->type_name("FILE");
  app.add_option("--tls-key", options.tls.key_file, "PEM key of --tls-cert.")->type_name("FILE");
  app.add_option("--tls-names", options.tls.self_signed_names,
                 "Names and addresses in the self-signed certificate, separated by commas. "
                 "Default: localhost and the loopback addresses.")
      ->type_name("NAMES");
  app.add_option("--client-ca", options.tls.client_ca_file,
                 "PEM certificates: callers must show a certificate of theirs, with the extended key usage "
                 "clientAuth; why one is refused is in the log. Default: none.")
      ->type_name("FILE");
  add_policy_options(app, options.policies);
  app.add_option("--decision-log", options.decision_log,
                 "One JSON line for each decision; mode 0600. Default: standard output.")
      ->type_name("FILE");
  app.add_flag("--log-sync", options.log_sync,
               "An answer waits until its line is on disk (fdatasync). Default: until it is written.");
  app.add_option("--io-threads", options.io_threads, "Threads for connections, 1 or 2. Default: 1.")
      ->check(CLI::Range(1U, 2U));
  app.add_option("--drain", drain_seconds,
                 "Seconds for which it still accepts after SIGTERM. Default: 15.")
      ->check(CLI::Range(0U, 600U));
}

int serve(const webhook::ServerOptions& options, const sigset_t& signals, Io& io) {
  Result<std::unique_ptr<webhook::Server>> server = webhook::Server::start(options);
  if (!server.ok()) {
    print_error(io, "serve", server.error());
    return kExitUsage;
  }
  io.err << "portreeve serve: ready on port " << server.value()->port() << ", health and metrics on "
         << server.value()->ops_port() << std::endl;
  while (true) {
    int signal = 0;
    if (sigwait(&signals, &signal) != 0) continue;
    if (signal == SIGHUP) {
      server.value()->reload();
      continue;
    }
    server.value()->drain_and_stop();
    return kExitAllow;
  }
}

}  // namespace

int run_serve(std::span<const std::string> args, Io& io) {
  CLI::App app;
  webhook::ServerOptions options;
  options.tls.self_signed_names = "localhost,127.0.0.1,::1";
  unsigned drain_seconds = 15;
  add_options(app, options, drain_seconds);
  const Help help{"serve", kPurpose, "[OPTION...]",
                  "  portreeve serve\n"
                  "  portreeve serve --listen 0.0.0.0:9443 --tls-cert tls.crt --tls-key tls.key\n"
                  "      --decision-log /var/log/portreeve/decisions.jsonl\n"};
  if (const std::optional<int> over = parse_arguments(app, help, args, io)) return *over;
  if (options.tls.certificate_file.empty() != options.tls.key_file.empty()) {
    print_error(io, "serve",
                Error{Errc::misconfigured, "--tls-cert and --tls-key belong together"});
    return kExitUsage;
  }
  options.drain = std::chrono::seconds(drain_seconds);
  const sigset_t signals = steering_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return serve(options, signals, io);
}

}  // namespace portreeve::cli
