#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/memory_budget.h"
#include "core/time.h"
#include "engine/engine.h"
#include "engine/threads.h"
#include "net/https_listener.h"
#include "webhook/decide.h"
#include "webhook/decision_log.h"
#include "webhook/metrics.h"

namespace portreeve::webhook {

/// Answers POST /validate: gate before the body, decision, log line, answer; in this order, for
/// every request. Thread-safe; outlives the listener.
class Handler {
 public:
  struct Parts {
    const engine::Engine* engine = nullptr;  ///< All borrowed.
    engine::Threads* threads = nullptr;
    MemoryBudget* budget = nullptr;
    DecisionLog* log = nullptr;
    Metrics* metrics = nullptr;
    const Clock* clock = nullptr;
  };
  explicit Handler(Parts parts) : parts_(parts) {}

  /// Method, path and content type, before the body is read.
  static net::HttpResponse gate(std::string_view method, std::string_view path,
                                std::string_view content_type, net::RouteLimits& limits);
  void handle(net::HttpRequest request, net::Respond respond);

  std::uint64_t in_flight() const noexcept { return in_flight_.load(std::memory_order_relaxed); }

 private:
  struct Call;
  void decide(std::shared_ptr<Call> call);
  void record(std::shared_ptr<Call> call, Decided decided);
  void shed(Call& call, const Error& error);
  void respond(Call& call, const Decided& decided);

  Parts parts_;
  std::atomic<std::uint64_t> in_flight_{0};
};

/// Milliseconds of "timeout=5s" in a query, less the margin, at most our own limit; our own limit
/// when there is none or it cannot be read (k8s-webhook §1.1: a hint, rounded up).
Milliseconds decision_time(std::string_view query) noexcept;

}  // namespace portreeve::webhook
