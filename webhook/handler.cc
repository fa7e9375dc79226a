#include "webhook/handler.h"

#include <algorithm>
#include <charconv>

#include "core/limits.h"

namespace portreeve::webhook {
namespace {

constexpr std::string_view kPath = "/validate";
constexpr std::string_view kJson = "application/json";

net::HttpResponse plain(unsigned status, std::string text) {
  net::HttpResponse out;
  out.status = status;
  out.content_type = "text/plain; charset=utf-8";
  out.body = std::move(text);
  out.close = true;
  return out;
}

bool json_type(std::string_view type) noexcept {
  if (type.size() < kJson.size()) return false;
  for (std::size_t i = 0; i < kJson.size(); ++i) {
    const char c = type[i] >= 'A' && type[i] <= 'Z' ? static_cast<char>(type[i] + 32) : type[i];
    if (c != kJson[i]) return false;
  }
  const std::string_view rest = type.substr(kJson.size());
  return rest.empty() || rest[0] == ';' || rest[0] == ' ';
}

}  // namespace

Milliseconds decision_time(std::string_view query) noexcept {
  constexpr std::string_view kKey = "timeout=";
  const Milliseconds own = limits::kDecisionTime;
  std::size_t at = query.find(kKey);
  while (at != std::string_view::npos && at > 0 && query[at - 1] != '&') {
    at = query.find(kKey, at + 1);
  }
  if (at == std::string_view::npos) return own;
  const std::string_view value = query.substr(at + kKey.size());
  unsigned seconds = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seconds);
  const bool unit = end != value.data() + value.size() && *end == 's';
  if (error != std::errc() || !unit || seconds == 0 || seconds > 3600) return own;
  const Milliseconds left = std::chrono::seconds(seconds) - limits::kDeadlineMargin;
  return std::min(own, left);
}

net::HttpResponse Handler::gate(std::string_view method, std::string_view path,
                                std::string_view content_type, net::RouteLimits& limits) {
  limits.body_bytes = limits::kReviewBytes;
  net::HttpResponse go_on;
  go_on.status = 0;
  if (path != kPath) return plain(404, "not found: POST /validate\n");
  if (method != "POST") {
    net::HttpResponse refused = plain(405, "method not allowed: POST /validate\n");
    refused.allow = "POST";
    return refused;
  }
  if (!json_type(content_type)) {
    return plain(415, "Content-Type: expected application/json\n");
  }
  return go_on;
}

/// One request from its arrival to its answer.
struct Handler::Call {
  net::HttpRequest request;
  net::Respond respond;
  engine::Deadline deadline;
  Decided decided;
};

void Handler::handle(net::HttpRequest request, net::Respond respond) {
  auto call = std::make_shared<Call>();
  const Milliseconds span = decision_time(request.query);
  call->deadline = {request.received + span, span};
  call->request = std::move(request);
  call->respond = std::move(respond);
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  if (call->request.body.size() <= limits::kInlineReviewBytes) {
    decide(std::move(call));
    return;
  }
  // A large review would hold up every other connection of this I/O thread.
  const auto run_or_shed = [this, call](const Outcome& turn) {
    if (turn.ok()) {
      decide(call);
    } else {
      shed(*call, turn.error());
    }
  };
  const SteadyTime at = call->deadline.at;
  const Outcome queued = parts_.threads->compute(engine::Work{at, at, run_or_shed});
  if (!queued.ok()) shed(*call, queued.error());
}

void Handler::shed(Call& call, const Error& error) {
  parts_.metrics->shed();
  Decided decided;
  decided.cause = engine::Cause::overloaded;
  decided.body = error.message + "\n";
  respond(call, decided);
}

void Handler::decide(std::shared_ptr<Call> call) {
  std::string body = std::move(call->request.body);
  const engine::Deadline deadline = call->deadline;
  webhook::decide(*parts_.engine, parts_.budget, std::move(body), deadline,
                  [this, call = std::move(call)](Decided decided) mutable {
                    record(std::move(call), std::move(decided));
                  });
}

void Handler::record(std::shared_ptr<Call> call, Decided decided) {
  call->decided = std::move(decided);
  const SteadyTime deadline = call->deadline.at;
  std::string line = std::move(call->decided.log_line);
  parts_.log->append(std::move(line), deadline, [this, call = std::move(call)](Outcome written) {
    if (written.ok()) {
      this->respond(*call, call->decided);
      return;
    }
    parts_.metrics->log_failed();
    this->respond(*call, unlogged(call->decided, written.error().message));
  });
}

void Handler::respond(Call& call, const Decided& decided) {
  const engine::Outlet& outlet = engine::outlet(decided.cause);
  net::HttpResponse response;
  response.status = decided.uid.empty() && outlet.http_status == 200
                        ? static_cast<unsigned>(outlet.code)
                        : outlet.http_status;
  const bool review = response.status == 200;
  response.content_type = review ? "application/json" : "text/plain; charset=utf-8";
  response.body = decided.body;
  response.close = !review;
  if (response.status == 503) {
    response.retry_after_s = 1;
    response.close = false;
  }
  const std::chrono::duration<double> taken = parts_.clock->steady() - call.request.received;
  parts_.metrics->decided(decided.cause, decided.verdict, taken.count());
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  call.respond(std::move(response));
}

}  // namespace portreeve::webhook
