#include "webhook/server.h"

#include <unistd.h>

#include <atomic>
#include <charconv>
#include <thread>

#include "core/limits.h"
#include "core/log.h"
#include "core/thread_annotations.h"
#include "engine/engine.h"
#include "engine/evidence_service.h"
#include "engine/threads.h"
#include "net/tls_files.h"
#include "policies/blueprint_set.h"
#include "policies/repository_group.h"
#include "webhook/handler.h"
#include "webhook/metrics.h"
#include "webhook/policy_files.h"
#include "webhook/readiness.h"

namespace portreeve::webhook {
namespace {

constexpr auto kPollInterval = std::chrono::seconds(1);
constexpr auto kRefusalLines = std::chrono::minutes(1);
constexpr auto kDrainSlice = std::chrono::milliseconds(20);
constexpr auto kExpiryNotice = std::chrono::hours(24) * 14;

net::HttpResponse text_response(unsigned status, std::string text) {
  net::HttpResponse out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::move(text);
  return out;
}

class RealServer final : public Server {
 public:
  explicit RealServer(ServerOptions options)
      : options_(std::move(options)), files_(options_.policies), log_(STDERR_FILENO),
        threads_(std::make_shared<engine::Threads>(clock_)) {}

  ~RealServer() override { stop(Milliseconds(0)); }

  Outcome start();

  std::uint16_t port() const override { return listener_->port(); }
  std::uint16_t ops_port() const override { return ops_->port(); }
  std::string ca_bundle() const override { return tls_->ca_bundle_pem(); }
  void poll_files() override;
  void reload() override;
  void drain_and_stop() override;

 private:
  Outcome load();
  Outcome listen();
  void observe_gauges();
  void watch();
  void watch_clock();
  void watch_clients();
  void poll_policies();
  void poll_certificate();
  void announce(const policies::PolicySet& set);
  void warn_of_missing_kinds(const policies::PolicySet& before, const policies::PolicySet& after);
  net::HttpResponse ops(std::string_view path);
  void stop(Milliseconds patience);

  const ServerOptions options_;
  SystemClock clock_;
  PolicyFiles files_;
  Logger log_;
  Metrics metrics_;
  Readiness readiness_;
  MemoryBudget budget_{limits::kServeMemoryBudget};
  std::shared_ptr<engine::Threads> threads_;
  std::unique_ptr<engine::EvidenceService> evidence_;
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<DecisionLog> decisions_;
  std::unique_ptr<Handler> handler_;
  std::shared_ptr<net::TlsFiles> tls_;
  std::unique_ptr<net::HttpsListener> listener_;
  std::unique_ptr<net::HttpsListener> ops_;
  Mutex poll_;  ///< One poll at a time: the watcher's or a signal's.
  std::atomic<bool> stopping_{false};
  std::thread watcher_;
  TimePoint last_wall_{};
  SteadyTime last_steady_{};
  std::uint64_t clients_refused_ = 0;  ///< So many are in the log.
  SteadyTime next_refusal_line_{};
};

Outcome RealServer::start() {
  PORTREEVE_CHECK(load());
  PORTREEVE_CHECK(listen());
  last_wall_ = clock_.now();
  last_steady_ = clock_.steady();
  watcher_ = std::thread([this] { watch(); });
  return Done{};
}

Outcome RealServer::load() {
  PORTREEVE_TRY(std::shared_ptr<const policies::PolicySet> set, files_.load());
  PORTREEVE_TRY(tls_, net::TlsFiles::load(options_.tls, clock_.now()));
  DecisionLog::Options log;
  log.file = options_.decision_log;
  log.sync = options_.log_sync;
  PORTREEVE_TRY(decisions_, DecisionLog::open(std::move(log)));
  PORTREEVE_TRY(evidence_, engine::EvidenceService::open(
                               {threads_, &clock_, &budget_, set, /*programs=*/false}));
  announce(*set);
  engine_ = std::make_unique<engine::Engine>(
      engine::Engine::Options{std::move(set), &clock_, &evidence_->gatherer()});
  Handler::Parts parts;
  parts.engine = engine_.get();
  parts.threads = threads_.get();
  parts.budget = &budget_;
  parts.log = decisions_.get();
  parts.metrics = &metrics_;
  parts.clock = &clock_;
  handler_ = std::make_unique<Handler>(parts);
  return Done{};
}

Outcome RealServer::listen() {
  PORTREEVE_TRY(const Endpoint door, Endpoint::parse(options_.listen));
  PORTREEVE_TRY(const Endpoint ops_door, Endpoint::parse(options_.ops_listen));
  net::ListenerOptions ops;
  ops.address = ops_door.address;
  ops.port = ops_door.port;
  ops.tls = false;
  ops.connections = 64;
  PORTREEVE_TRY(
      ops_, net::HttpsListener::start(
                std::move(ops),
                [](std::string_view method, std::string_view, std::string_view,
                   net::RouteLimits&) {
                  net::HttpResponse refused = text_response(method == "GET" ? 0 : 405, "GET\n");
                  refused.allow = "GET";
                  return refused;
                },
                [this](net::HttpRequest request, net::Respond respond) {
                  respond(this->ops(request.path));
                }));
  net::ListenerOptions main;
  main.address = door.address;
  main.port = door.port;
  main.threads = options_.io_threads;
  main.certificates = tls_;
  PORTREEVE_TRY(listener_, net::HttpsListener::start(
                               std::move(main), Handler::gate,
                               [this](net::HttpRequest request, net::Respond respond) {
                                 handler_->handle(std::move(request), std::move(respond));
                               }));
  observe_gauges();
  return Done{};
}

void RealServer::observe_gauges() {
  metrics_.gauge("portreeve_in_flight", "Reviews that wait for their answer",
                 [this] { return static_cast<double>(handler_->in_flight()); });
  metrics_.gauge("portreeve_connections", "Open connections of the webhook",
                 [this] { return static_cast<double>(listener_->stats().open); });
  metrics_.gauge("portreeve_connections_shed", "Idle connections closed under pressure",
                 [this] { return static_cast<double>(listener_->stats().shed_idle); });
  metrics_.gauge("portreeve_handshake_failures", "TLS handshakes that failed",
                 [this] { return static_cast<double>(listener_->stats().handshakes_failed); });
  metrics_.gauge("portreeve_clients_refused", "Handshakes that failed for the client's certificate",
                 [this] { return static_cast<double>(listener_->stats().clients_refused); });
  metrics_.gauge("portreeve_memory_budget_used_bytes", "Decoded bytes alive",
                 [this] { return static_cast<double>(budget_.used()); });
  metrics_.gauge("portreeve_decision_log_lines", "Lines written",
                 [this] { return static_cast<double>(decisions_->lines()); });
  metrics_.gauge("portreeve_certificate_not_after_seconds", "End of the certificate, Unix time",
                 [this] {
                   return static_cast<double>(tls_->not_after().time_since_epoch().count()) / 1000;
                 });
}

net::HttpResponse RealServer::ops(std::string_view path) {
  if (path == "/healthz") return text_response(200, "alive\n");
  if (path == "/readyz") {
    readiness_.set("decision-log", decisions_->healthy() ? "" : "the last write failed");
    return text_response(readiness_.ready() ? 200 : 503, readiness_.text());
  }
  if (path == "/metrics") {
    net::HttpResponse out = text_response(200, metrics_.text());
    out.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return out;
  }
  return text_response(404, "not found: /healthz, /readyz, /metrics\n");
}

void RealServer::announce(const policies::PolicySet& set) {
  const policies::Config& config = set.config();
  metrics_.info("portreeve_policies_info", "digest", set.digest().hex());
  metrics_.info("portreeve_profile_info", "profile", config.profile);
  readiness_.note("policies", set.digest().text());
  readiness_.note("profile", config.profile + (config.profile_chosen
                                                   ? ""
                                                   : " (no Config chose one: names, terms and "
                                                     "shapes only; signatures are not verified)"));
  log_.write(LogLevel::info, "policies loaded",
             {{"digest", set.digest().text()},
              {"profile", config.profile},
              {"chosen", config.profile_chosen ? "yes" : "no"}});
  const std::string aged = set.trust().age_warning(clock_.now());
  readiness_.note("trust-root", aged);
  if (!aged.empty()) log_.write(LogLevel::warning, "trust root is old", {{"reason", aged}});
  const policies::BlueprintSet& blueprints = set.trust().blueprints();
  readiness_.note("blueprints-unread", blueprints.faults().empty() ? "" : blueprints.faults().front());
  for (const std::string& fault : blueprints.faults()) {
    log_.write(LogLevel::error, "a Blueprint file cannot be read: what may stand in it is undecided",
               {{"reason", fault}});
  }
  const std::vector<std::string> waiting = set.waiting_rules();
  const std::string day = config.cutover ? format_date(*config.cutover) : "a day that Config.cutover does not name yet";
  std::string names;
  for (const std::string& rule : waiting) names += (names.empty() ? "" : ", ") + rule;
  const std::string_view rules = waiting.size() == 1 ? " rule does what it says" : " rules do what they say";
  readiness_.note("cutover", waiting.empty() ? "" : "from " + day + " on " + std::to_string(waiting.size()) +
                                                        std::string(rules) + ", before it less: " + names);
  for (const std::string& rule : waiting) {
    if (!config.cut_over(clock_.now())) {
      log_.write(LogLevel::info, "rule waits for the cutover", {{"rule", rule}, {"until", day}});
    }
  }
  for (const std::string& rule : set.newer_rules()) {
    log_.write(LogLevel::warning, "rule is newer than Config.catalog: it warns", {{"rule", rule}});
  }
}

void RealServer::warn_of_missing_kinds(const policies::PolicySet& before,
                                       const policies::PolicySet& after) {
  for (const policies::Policy& policy : after.policies()) {
    for (const policies::ObjectMatch& match : policy.match.objects) {
      if (match.group == policies::kRepositoryGroup) continue;
      for (const std::string& kind : match.kinds) {
        Subject subject;
        subject.group = match.group;
        subject.kind = kind;
        if (before.coverage(subject) != policies::Coverage::not_gated) continue;
        log_.write(LogLevel::warning,
                   "a reloaded policy names a kind that the webhook configuration may not send; "
                   "run portreeve webhook-config --check",
                   {{"policy", policy.name}, {"kind", match.group + "/" + kind}});
        readiness_.note("new-kind", match.group + "/" + kind + " since a reload: check the "
                                                               "webhook configuration");
        metrics_.reloaded("policies-new-kind", true);
      }
    }
  }
}

void RealServer::poll_policies() {
  if (!files_.changed()) return;
  Result<std::shared_ptr<const policies::PolicySet>> set = files_.load();
  if (set.ok()) {
    if (const Outcome taken = evidence_->replace(set.value()); !taken.ok()) set = taken.error();
  }
  metrics_.reloaded("policies", set.ok());
  if (!set.ok()) {
    readiness_.note("policies-refused", files_.refused() + " " + set.error().message);
    log_.write(LogLevel::error, "policies refused; the previous set stays",
               {{"digest", files_.refused()}, {"reason", set.error().message}});
    return;
  }
  readiness_.note("policies-refused", "");
  warn_of_missing_kinds(*engine_->policies(), *set.value());
  announce(*set.value());
  engine_->replace(std::move(set).value());
}

void RealServer::poll_certificate() {
  const Result<bool> taken = tls_->reload(clock_.now());
  if (!taken.ok()) {
    metrics_.reloaded("certificate", false);
    readiness_.note("certificate-refused", taken.error().message);
    log_.write(LogLevel::error, "certificate refused; the previous pair stays",
               {{"reason", taken.error().message}});
  } else {
    // Also when the files hold the active pair again.
    readiness_.note("certificate-refused", "");
  }
  if (taken.ok() && taken.value()) {
    metrics_.reloaded("certificate", true);
    log_.write(LogLevel::info, "certificate reloaded",
               {{"notAfter", format_time(tls_->not_after())}});
  }
  const TimePoint now = clock_.now();
  const TimePoint end = tls_->not_after();
  readiness_.set("certificate", now >= end ? "ended " + format_time(end) : "");
  readiness_.note("certificate-expiry",
                  end - now < kExpiryNotice ? "ends " + format_time(end) : "");
}

void RealServer::poll_files() {
  const MutexLock lock(poll_);
  poll_policies();
  poll_certificate();
}

void RealServer::reload() {
  const Outcome reopened = decisions_->reopen();
  if (!reopened.ok()) {
    log_.write(LogLevel::error, "decision log not reopened; the old one stays",
               {{"reason", reopened.error().message}});
  }
  poll_files();
}

// Validity is judged by the wall clock, so a jump of it is worth a red light.
void RealServer::watch_clock() {
  const TimePoint wall = clock_.now();
  const SteadyTime steady = clock_.steady();
  const auto drift = (wall - last_wall_) - (steady - last_steady_);
  last_wall_ = wall;
  last_steady_ = steady;
  if (drift < limits::kClockJump && drift > -limits::kClockJump) return;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(drift).count();
  metrics_.clock_jumped();
  readiness_.set("clock", "the wall clock jumped by " + std::to_string(seconds) + " s");
  log_.write(LogLevel::error, "the wall clock jumped",
             {{"seconds", std::to_string(seconds)}});
}

// At most one line a minute: whoever reaches the port can cause them.
void RealServer::watch_clients() {
  const net::ListenerStats stats = listener_->stats();
  const SteadyTime now = clock_.steady();
  if (stats.clients_refused == clients_refused_ || now < next_refusal_line_) return;
  log_.write(LogLevel::warning, "clients refused by --client-ca",
             {{"count", std::to_string(stats.clients_refused - clients_refused_)},
              {"reason", stats.last_client_refusal}});
  clients_refused_ = stats.clients_refused;
  next_refusal_line_ = now + kRefusalLines;
}

void RealServer::watch() {
  SteadyTime next = clock_.steady() + kPollInterval;
  while (!stopping_.load()) {
    std::this_thread::sleep_for(kDrainSlice);
    if (clock_.steady() < next) continue;
    next = clock_.steady() + kPollInterval;
    watch_clock();
    watch_clients();
    poll_files();
  }
}

void RealServer::drain_and_stop() {
  readiness_.set("shutdown", "draining");
  log_.write(LogLevel::info, "draining", {});
  listener_->drain();
  // A Service goes on sending for a while; refusing now would fail writes that the next gate serves.
  std::this_thread::sleep_for(options_.drain);
  stop(limits::kDecisionTime);
  log_.write(LogLevel::info, "stopped", {});
}

void RealServer::stop(Milliseconds patience) {
  stopping_.store(true);
  if (watcher_.joinable()) watcher_.join();
  if (listener_ != nullptr) listener_->stop(patience);
  threads_->shutdown();
  if (ops_ != nullptr) ops_->stop(Milliseconds(0));
  if (decisions_ != nullptr) decisions_->stop();
}

}  // namespace

Result<Endpoint> Endpoint::parse(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  Endpoint out;
  bool good = colon != std::string_view::npos && colon > 0;
  if (good) {
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), out.port);
    good = error == std::errc() && end == port.data() + port.size();
    std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
      host = host.substr(1, host.size() - 2);
    }
    out.address = std::string(host);
  }
  if (good) return out;
  return Error{Errc::misconfigured, "\"" + std::string(text.substr(0, 80)) +
                                        "\": expected ADDRESS:PORT, such as 127.0.0.1:9443"};
}

Result<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  auto server = std::make_unique<RealServer>(std::move(options));
  PORTREEVE_CHECK(server->start());
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace portreeve::webhook
