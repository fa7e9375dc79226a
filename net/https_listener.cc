#include "net/https_listener.h"

#include <sys/resource.h>

#include <algorithm>
#include <system_error>
#include <thread>
#include <vector>

#include "core/limits.h"
#include "core/thread_annotations.h"
#include "net/acceptor.h"
#include "net/io_thread.h"
#include "net/listener_state.h"

namespace portreeve::net {
namespace {

// Descriptors that are not for connections: files, registries, the log, the libraries.
constexpr std::size_t kOtherDescriptors = 128;
constexpr std::size_t kFewestConnections = 16;

Milliseconds or_default(Milliseconds given, Milliseconds standard) {
  return given.count() > 0 ? given : standard;
}

std::size_t connection_limit(std::uint32_t asked) {
  const std::size_t wanted = asked > 0 ? asked : limits::kConnections;
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0 || descriptors.rlim_cur == RLIM_INFINITY) {
    return wanted;
  }
  const auto allowed = static_cast<std::size_t>(descriptors.rlim_cur);
  const std::size_t possible = allowed > kOtherDescriptors ? allowed - kOtherDescriptors : 0;
  return std::min(wanted, std::max(possible, kFewestConnections));
}

std::shared_ptr<ListenerState> make_state(const ListenerOptions& options, Gate gate,
                                          Handler handler) {
  auto state = std::make_shared<ListenerState>();
  state->tls = options.tls;
  state->certificates = options.certificates;
  state->deadlines = {or_default(options.handshake_deadline, limits::kHandshakeDeadline),
                      or_default(options.header_deadline, limits::kHeaderDeadline),
                      or_default(options.body_deadline, limits::kBodyDeadline),
                      or_default(options.idle_deadline, limits::kIdleDeadline),
                      or_default(options.write_deadline, limits::kWriteDeadline)};
  const std::size_t connections = connection_limit(options.connections);
  state->connections_per_thread = std::max<std::size_t>(connections / options.threads, 1);
  state->handshakes_per_address = limits::kHandshakesPerAddress / options.threads;
  state->gate = std::move(gate);
  state->handler = std::move(handler);
  return state;
}

class Listener final : public HttpsListener {
 public:
  Listener(std::shared_ptr<ListenerState> state, std::vector<std::shared_ptr<IoThread>> loops,
           std::unique_ptr<Acceptor> acceptor)
      : state_(std::move(state)), loops_(std::move(loops)), acceptor_(std::move(acceptor)) {}
  ~Listener() override { stop_now(Milliseconds(0)); }

  void start_threads() {
    const MutexLock lock(stopping_);
    acceptor_->start();
    for (const auto& loop : loops_) {
      threads_.emplace_back([loop] { loop->run(); });
    }
  }

  std::uint16_t port() const noexcept override { return acceptor_->port(); }
  ListenerStats stats() const override;
  void drain() override { state_->draining.store(true, std::memory_order_relaxed); }
  void stop(Milliseconds patience) override { stop_now(patience); }

 private:
  void stop_now(Milliseconds patience);

  const std::shared_ptr<ListenerState> state_;
  const std::vector<std::shared_ptr<IoThread>> loops_;
  const std::unique_ptr<Acceptor> acceptor_;
  Mutex stopping_;
  std::vector<std::thread> threads_ GUARDED_BY(stopping_);
};

ListenerStats Listener::stats() const {
  const Counters& counters = state_->counters;
  ListenerStats stats;
  stats.accepted = counters.accepted.get();
  stats.open = counters.open.get();
  stats.idle = counters.idle.get();
  stats.silent_cut = counters.silent_cut.get();
  stats.handshakes_failed = counters.handshakes_failed.get();
  stats.handshakes_refused = counters.handshakes_refused.get();
  stats.shed_idle = counters.shed_idle.get();
  stats.shed_unfinished = counters.shed_unfinished.get();
  stats.connections_refused = counters.connections_refused.get();
  stats.requests = counters.requests.get();
  stats.refused_requests = counters.refused_requests.get();
  stats.request_timeouts = counters.request_timeouts.get();
  stats.dropped_responses = counters.dropped_responses.get();
  stats.repeated_responses = counters.repeated_responses.get();
  stats.body_bytes = state_->bodies.used();
  state_->refusals.read(stats.clients_refused, stats.last_client_refusal);
  if (state_->certificates != nullptr) {
    stats.certificate_reloads = state_->certificates->reloads();
    stats.certificate_reload_failures = state_->certificates->reload_failures();
  }
  return stats;
}

void Listener::stop_now(Milliseconds patience) {
  const MutexLock lock(stopping_);
  if (threads_.empty()) return;
  drain();
  acceptor_->close();
  state_->in_progress.wait_for_none(patience);
  for (const auto& loop : loops_) loop->shut_down();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  // A handler's captures must not outlive stop(), even if some Respond does.
  state_->gate = nullptr;
  state_->handler = nullptr;
}

}  // namespace

Result<std::unique_ptr<HttpsListener>> HttpsListener::start(ListenerOptions options, Gate gate,
                                                            Handler handler) {
  if (options.tls && options.certificates == nullptr) {
    return Error{Errc::misconfigured, "a TLS listener needs certificates"};
  }
  if (gate == nullptr || handler == nullptr) {
    return Error{Errc::internal, "a listener needs a gate and a handler"};
  }
  options.threads = std::clamp(options.threads, 1U, limits::kIoThreads);
  const auto state = make_state(options, std::move(gate), std::move(handler));
  std::vector<std::shared_ptr<IoThread>> loops;
  for (unsigned i = 0; i < options.threads; ++i) loops.push_back(std::make_shared<IoThread>(state));
  auto acceptor = std::make_unique<Acceptor>(state, loops);
  PORTREEVE_CHECK(acceptor->open(options.address, options.port));
  auto listener = std::make_unique<Listener>(state, std::move(loops), std::move(acceptor));
  try {
    listener->start_threads();
  } catch (const std::system_error& error) {
    return Error{Errc::unavailable, std::string("cannot start an I/O thread: ") + error.what()};
  }
  return std::unique_ptr<HttpsListener>(std::move(listener));
}

}  // namespace portreeve::net
