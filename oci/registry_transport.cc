#include "oci/registry_transport.h"

#include <algorithm>
#include <new>
#include <optional>
#include <random>
#include <thread>
#include <utility>

#include "core/limits.h"
#include "oci/redirect.h"

namespace portreeve::oci {

using net::AddressClass;
using net::HttpReply;
using net::Url;

/// One request on its way to an answer.
struct RegistryTransport::Exchange {
  RegistryRequest request;
  Url url;
  AddressClass reach = AddressClass::loopback;
  AddressClass home = AddressClass::global;  ///< Of the registry, once it answered.
  unsigned hops = 0;
  unsigned tries = 0;
  std::size_t attempt = 0;  ///< Number of the credential.
  unsigned challenges = 0;
  bool asked_again = false;      ///< After a redirect target said 403.
  bool value_is_known = false;   ///< `authorization` is what the next request shall carry.
  Authorizer::Value authorization;
  SteadyTime not_before{};
  SteadyTime deadline{};  ///< The caller's; from its first turn on, the registry's own if earlier.
  bool started = false;
  std::optional<Result<HttpReply>> result;

  void finish(Result<HttpReply> with) { result.emplace(std::move(with)); }
  bool away(const Url& root) const { return !url.same_origin(root); }
};

namespace {

constexpr std::size_t kHosts = 64;  // Redirect targets are chosen by servers.

bool is_redirect(unsigned status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}
bool may_pass(unsigned status) { return status == 408 || status == 429 || status >= 500; }

// A second thundering herd is what backoff without jitter makes.
Milliseconds jittered(Milliseconds base) {
  thread_local std::minstd_rand random(std::random_device{}());
  std::uniform_int_distribution<std::int64_t> spread(base.count() / 2, base.count() * 3 / 2);
  return Milliseconds(spread(random));
}

}  // namespace

RegistryTransport::RegistryTransport(Parts parts)
    : parts_(std::move(parts)),
      authorizer_(std::make_unique<Authorizer>(
          Authorizer::Parts{parts_.root, parts_.config.host, parts_.config.token_servers,
                            parts_.credentials, parts_.http, [this](net::HttpCall call) {
                              return perform_token(std::move(call));
                            }})) {}

// Token requests count like any other, by their own host.
Result<HttpReply> RegistryTransport::perform_token(net::HttpCall call) const {
  const Url url = call.url;
  PORTREEVE_CHECK(host_state(url).enter(call.deadline));
  Result<HttpReply> reply = Error{Errc::internal, "no answer was given"};
  try {
    reply = parts_.http->perform_one(std::move(call));
  } catch (const std::bad_alloc&) {
    reply = Error{Errc::limit, "out of memory"};  // The turn is given back below.
  }
  leave(url, reply);
  return reply;
}

HostState& RegistryTransport::host_state(const Url& url) const {
  const MutexLock lock(mutex_);
  std::string key = url.authority();
  if (hosts_.size() >= kHosts && hosts_.find(key) == hosts_.end()) key = "other hosts";
  std::unique_ptr<HostState>& state = hosts_[key];
  if (state == nullptr) {
    HostState::Options options;
    options.parallel = std::max(1U, parts_.config.parallel);
    options.per_second = std::max(1U, parts_.config.requests_per_second);
    options.pause = limits::kBreakerPause;
    state = std::make_unique<HostState>(key, options);
  }
  return *state;
}

std::vector<Result<HttpReply>> RegistryTransport::get(std::vector<RegistryRequest> requests,
                                                      const Ask& ask) const {
  std::vector<Exchange> exchanges;
  for (RegistryRequest& request : requests) {
    Exchange exchange;
    exchange.url = parts_.root;
    exchange.url.target = request.target;
    exchange.request = std::move(request);
    exchange.deadline = ask.deadline;
    exchanges.push_back(std::move(exchange));
  }
  while (true) {
    const std::vector<Exchange*> turn = take_turns(exchanges, ask);
    if (turn.empty()) break;
    perform(turn, ask);
  }
  std::vector<Result<HttpReply>> out;
  for (Exchange& exchange : exchanges) out.push_back(std::move(*exchange.result));
  return out;
}

Outcome RegistryTransport::authorize(Exchange& exchange, const Ask& ask) const {
  if (exchange.away(parts_.root) || exchange.value_is_known) return Done{};
  Ask within = ask;
  within.deadline = exchange.deadline;
  PORTREEVE_TRY(exchange.authorization,
                authorizer_->expected(exchange.request.repository, within));
  return Done{};
}

// Those that can go now; waits for the first of them. Empty: all have their result.
std::vector<RegistryTransport::Exchange*> RegistryTransport::take_turns(
    std::vector<Exchange>& exchanges, const Ask& ask) const {
  std::vector<Exchange*> turn;
  while (turn.empty()) {
    Exchange* next = nullptr;
    for (Exchange& exchange : exchanges) {
      if (exchange.result) continue;
      if (next == nullptr || exchange.not_before < next->not_before) next = &exchange;
    }
    if (next == nullptr) break;
    const auto cancelled = [&] { return ask.cancelled != nullptr && ask.cancelled->load(); };
    while (!cancelled() && std::chrono::steady_clock::now() < next->not_before) {
      std::this_thread::sleep_for(Milliseconds(10));
    }
    if (cancelled()) {
      next->finish(Error{Errc::unavailable, next->url.shown() + ": cancelled"});
      continue;
    }
    // All before any has its turn: a token is a request that waits for a turn of its own.
    std::vector<Exchange*> ready;
    const SteadyTime now = std::chrono::steady_clock::now();
    for (Exchange& exchange : exchanges) {
      if (exchange.result || exchange.not_before > now) continue;
      if (const Outcome known = authorize(exchange, ask); !known.ok()) {
        fail(exchange, known.error());
      } else {
        ready.push_back(&exchange);
      }
    }
    for (Exchange* const one : ready) {
      Exchange& exchange = *one;
      HostState& host = host_state(exchange.url);
      if (!turn.empty()) {
        if (host.try_enter()) turn.push_back(&exchange);
        continue;
      }
      const Outcome entered = host.enter(exchange.deadline);
      if (entered.ok()) {
        turn.push_back(&exchange);
      } else {
        exchange.finish(entered.error());
      }
    }
  }
  return turn;
}

void RegistryTransport::perform(const std::vector<Exchange*>& turn, const Ask& ask) const {
  std::vector<net::HttpCall> calls;
  const SteadyTime own = std::chrono::steady_clock::now() + parts_.config.deadline;
  for (Exchange* const exchange : turn) {
    // Waiting for a turn among many is not the registry's slowness.
    if (!std::exchange(exchange->started, true)) exchange->deadline = std::min(exchange->deadline, own);
    net::HttpCall call;
    call.url = exchange->url;
    // A proxy is the operator's own choice, wherever it stands.
    call.reach = parts_.config.proxy.empty() ? exchange->reach : AddressClass::loopback;
    call.body_limit = exchange->request.limit;
    call.deadline = exchange->deadline;
    call.memory = ask.memory;
    call.cancelled = ask.cancelled;
    if (!exchange->request.accept.empty()) call.fields.push_back({"Accept", exchange->request.accept});
    const Secret& field = exchange->authorization.field;
    // The one place where a credential meets a request: the registry's own origin and no other.
    if (!exchange->away(parts_.root) && !field.empty()) {
      call.fields.push_back({"Authorization", field.reveal()});
    }
    calls.push_back(std::move(call));
  }
  std::vector<Result<HttpReply>> replies;
  try {
    replies = parts_.http->perform(std::move(calls));
  } catch (const std::bad_alloc&) {
    replies.clear();  // The turns are given back below, whatever happened.
  }
  if (replies.size() != turn.size()) {
    for (Exchange* const exchange : turn) {
      host_state(exchange->url).leave(HostState::How::answered);
      exchange->finish(Error{Errc::limit, "out of memory"});
    }
    return;
  }
  // All turns are over before any answer is looked at: that may ask for a token.
  for (std::size_t i = 0; i < turn.size(); ++i) leave(turn[i]->url, replies[i]);
  for (std::size_t i = 0; i < turn.size(); ++i) take(*turn[i], std::move(replies[i]), ask);
}

void RegistryTransport::leave(const Url& url, const Result<HttpReply>& reply) const {
  HostState& host = host_state(url);
  if (!reply.ok()) {
    const bool down = reply.error().code == Errc::unavailable;
    return host.leave(down ? HostState::How::failed : HostState::How::answered);
  }
  const unsigned status = reply.value().status;
  const std::int64_t seconds = asked_to_wait(reply.value());
  if ((status == 429 || status == 503) && seconds > 0) {
    host.leave(HostState::How::told_to_wait,
               std::chrono::steady_clock::now() + std::chrono::seconds(seconds));
  } else {
    host.leave(status >= 500 ? HostState::How::failed : HostState::How::answered);
  }
}

// Of Retry-After; -1: it says nothing.
std::int64_t RegistryTransport::asked_to_wait(const HttpReply& reply) const {
  const Result<std::string> after = reply.single("retry-after");
  return after.ok() ? net::retry_after_seconds(after.value(), parts_.clock->now()) : -1;
}

void RegistryTransport::take(Exchange& exchange, Result<HttpReply> reply, const Ask& ask) const {
  if (!reply.ok()) {
    const bool down = reply.error().code == Errc::unavailable;
    if (down) return try_again(exchange, reply.error(), Milliseconds(0));
    return exchange.finish(std::move(reply));
  }
  const unsigned status = reply.value().status;
  const std::int64_t seconds = asked_to_wait(reply.value());
  if (may_pass(status)) {
    std::string said = exchange.url.shown() + ": HTTP " + std::to_string(status);
    if (status == 429) said += " (rate limit)";
    if (seconds >= 0) said += ", Retry-After " + std::to_string(seconds) + " s";
    return try_again(exchange, Error{Errc::unavailable, std::move(said)},
                     std::chrono::seconds(std::max<std::int64_t>(0, seconds)));
  }
  take_answer(exchange, std::move(reply).value(), ask);
}

void RegistryTransport::take_answer(Exchange& exchange, HttpReply reply, const Ask& ask) const {
  const bool away = exchange.away(parts_.root);
  if (!away && parts_.config.proxy.empty()) exchange.home = reply.peer;
  if (reply.status == 401) {
    if (!away) return challenged(exchange, reply, ask);
    // RFC 9110 would let us answer; the credentials are not this host's.
    return exchange.finish(Error{Errc::untrusted, exchange.url.shown() +
                                                      ": the host that the registry redirects to "
                                                      "wants credentials: not given"});
  }
  if (reply.status == 403 && away && !exchange.asked_again) {
    exchange.asked_again = true;  // A presigned URL may have run out on the way.
    exchange.hops = 0;
    exchange.url = parts_.root;
    exchange.url.target = exchange.request.target;
    exchange.reach = AddressClass::loopback;
    return;
  }
  if (reply.status == 403) {
    return exchange.finish(Error{Errc::untrusted, exchange.url.shown() + ": forbidden (HTTP 403)"});
  }
  if (is_redirect(reply.status)) return redirected(exchange, reply);
  if (reply.status != 200 && reply.status < 400) {
    return exchange.finish(Error{Errc::malformed, exchange.url.shown() + ": HTTP " +
                                                      std::to_string(reply.status) +
                                                      " is no answer to a GET"});
  }
  exchange.finish(std::move(reply));
}

void RegistryTransport::challenged(Exchange& exchange, const HttpReply& reply,
                                   const Ask& ask) const {
  constexpr unsigned kMostChallenges = 6;
  if (++exchange.challenges > kMostChallenges) {
    return exchange.finish(Error{Errc::untrusted, exchange.url.shown() +
                                                      ": not authorised (HTTP 401) after " +
                                                      std::to_string(kMostChallenges) + " tries"});
  }
  // A token from memory may have run out: the same credential once more, with a new one.
  if (exchange.authorization.remembered) {
    authorizer_->forget(exchange.request.repository);
  } else if (exchange.value_is_known) {
    ++exchange.attempt;
  }
  Ask within = ask;
  within.deadline = exchange.deadline;
  Result<Authorizer::Value> value =
      authorizer_->answer(reply, exchange.request.repository, exchange.attempt, within);
  if (!value.ok()) return fail(exchange, value.error());
  exchange.authorization = std::move(value).value();
  exchange.value_is_known = true;
}

void RegistryTransport::redirected(Exchange& exchange, const HttpReply& reply) const {
  if (++exchange.hops > limits::kRedirects) {
    return exchange.finish(Error{Errc::untrusted, exchange.url.shown() + ": more than " +
                                                      std::to_string(limits::kRedirects) +
                                                      " redirects"});
  }
  const Result<std::string> location = reply.single("location");
  if (!location.ok()) return exchange.finish(location.error());
  Result<RedirectTarget> target =
      redirect_target(exchange.url, exchange.home, location.value());
  if (!target.ok()) return exchange.finish(target.error());
  exchange.url = std::move(target.value().url);
  exchange.reach = target.value().reach;
}

// A token server may be down for a moment like anybody else.
void RegistryTransport::fail(Exchange& exchange, const Error& error) const {
  if (error.code == Errc::unavailable) return try_again(exchange, error, Milliseconds(0));
  exchange.finish(error);
}

void RegistryTransport::try_again(Exchange& exchange, Error error, Milliseconds at_least) const {
  ++exchange.tries;
  const SteadyTime now = std::chrono::steady_clock::now();
  Milliseconds pause = jittered(parts_.backoff * (1 << std::min(exchange.tries - 1, 6U)));
  pause = std::max(pause, at_least);
  const bool in_time = now + pause < exchange.deadline;
  if (exchange.tries >= limits::kRegistryTries || !in_time) {
    if (exchange.tries > 1) error.message += " (" + std::to_string(exchange.tries) + " tries)";
    return exchange.finish(std::move(error));
  }
  exchange.not_before = now + pause;
}

}  // namespace portreeve::oci
