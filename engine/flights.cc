#include "engine/flights.h"

#include <algorithm>
#include <utility>

#include "core/limits.h"

namespace portreeve::engine {

struct Flights::Step {
  explicit Step(Given evidence) : given(std::move(evidence)) {}

  const Given given;  // Held: while it lives, its addresses name it.
  Threads::TimerId timer{};
  std::optional<FlightAnswer> answer;  // Empty while the provider works.
  std::vector<Waiter> waiters;
};

namespace {

// What a step was given: the addresses of the evidence, in the order of the keys.
using Identity = std::vector<std::uintptr_t>;

Identity identity_of(const Given& given) {
  Identity identity;
  for (const auto& [key, settled] : given) {
    identity.push_back(reinterpret_cast<std::uintptr_t>(settled.evidence.get()));
  }
  return identity;
}

}  // namespace

class Flights::Flight {
 public:
  Flight(Key its_key, SteadyTime until) : key(std::move(its_key)), open_until(until) {}

  const Key key;
  const SteadyTime open_until;  // New callers may join until then; later ones want fresher answers.
  std::map<Identity, StepPtr> steps;
};

namespace {

// What follows from it ends with this decision, or is to be tried again by the next.
bool passing(Errc code) {
  switch (code) {
    case Errc::limit:
    case Errc::unavailable:
    case Errc::misconfigured:
    case Errc::internal:
      return true;
    case Errc::malformed:
    case Errc::unsupported:
    case Errc::unverified:
    case Errc::untrusted:
    case Errc::not_found:
      return false;
  }
  return true;
}

SteadyTime earliest(const Given& given) {
  SteadyTime earliest = SteadyTime::max();
  for (const auto& [key, settled] : given) earliest = std::min(earliest, settled.keep_until);
  return earliest;
}

EvidenceMap evidence_of(const Given& given) {
  EvidenceMap evidence;
  for (const auto& [key, settled] : given) evidence.emplace(key, *settled.evidence);
  return evidence;
}

}  // namespace

std::shared_ptr<Flights> Flights::create(Parts parts) {
  return std::shared_ptr<Flights>(new Flights(std::move(parts)));
}

Flights::Flights(Parts parts)
    : parts_(std::move(parts)), ignored_(std::make_shared<std::atomic<std::uint64_t>>(0)) {
  for (const auto& provider : parts_.providers) {
    providers_.emplace(provider->section(), provider);
  }
}

Flights::Started Flights::step(Call call, Waiter waiter) {
  Started started;
  if (parts_.cache && !call.flight && call.given.empty()) {
    auto cached = parts_.cache->lookup(call.key);
    if (cached && cached->keep_until > clock().steady()) {
      cached_.fetch_add(1, std::memory_order_relaxed);
      started.answer = std::move(*cached);
      return started;
    }
  }
  const Identity identity = identity_of(call.given);
  StepPtr step;
  bool first = false;
  started.flight = call.flight;
  {
    MutexLock lock(mutex_);
    if (!started.flight) started.flight = board(call.key, started.began);
    StepPtr& slot = started.flight->steps[identity];
    first = slot == nullptr;
    if (first) slot = std::make_shared<Step>(call.given);
    step = slot;
  }
  if (first) {
    try {
      launch(started.flight, step, call);
    } catch (...) {  // Those who joined meanwhile must not wait for what was never begun.
      settle(started.flight, step, Absent{Error{Errc::limit, "out of memory"}});
    }
  } else {
    joined_.fetch_add(1, std::memory_order_relaxed);
  }
  MutexLock lock(mutex_);
  if (step->answer) {
    started.answer = *step->answer;
  } else {
    step->waiters.push_back(std::move(waiter));
  }
  return started;
}

// The flight for `key` that new callers may join, or a new one.
Flights::FlightPtr Flights::board(const Key& key, bool& began) {
  const SteadyTime now = clock().steady();
  std::weak_ptr<Flight>& slot = table_[key];
  FlightPtr flight = slot.lock();
  if (flight && flight->open_until > now) return flight;
  flight = std::make_shared<Flight>(key, now + budget());
  slot = flight;
  began = true;
  // Each new flight clears away two that ended, so that the table follows the traffic down.
  auto it = table_.upper_bound(key);
  for (int i = 0; i < 2; ++i) {
    if (it == table_.end()) it = table_.begin();
    it = it->second.expired() ? table_.erase(it) : std::next(it);
  }
  return flight;
}

void Flights::forget(const Flight& flight) {
  const auto it = table_.find(flight.key);
  if (it != table_.end() && it->second.lock().get() == &flight) table_.erase(it);
}

// Gives a new step its timer and its place in a queue; whatever goes wrong settles it.
void Flights::launch(const FlightPtr& flight, const StepPtr& step, const Call& call) {
  const std::string name = printable(call.key);
  const auto provider = providers_.find(call.key.section);
  if (provider == providers_.end()) {
    return settle(flight, step,
                  Absent{Error{Errc::unsupported, name + ": no provider for this section"}});
  }
  const Deadline deadline = Deadline::in(budget(), clock());
  const auto timer = threads().at(
      deadline.at, [self = shared_from_this(), flight, step, name, deadline](const Outcome& due) {
        const Error late{Errc::unavailable,
                         "no answer within " + std::to_string(deadline.span.count()) + " ms"};
        self->settle(flight, step, Absent{with_context(due.ok() ? late : due.error(), name)});
      });
  if (!timer.ok()) return settle(flight, step, Absent{with_context(timer.error(), name)});
  {
    MutexLock lock(mutex_);
    step->timer = timer.value();
  }
  // A reply that comes late does not keep the flights alive.
  const Reply reply(
      name,
      [weak = weak_from_this(), flight, step](StepAnswer answer) {
        if (auto self = weak.lock()) self->settle(flight, step, std::move(answer));
      },
      ignored_);
  guard_reply(name, reply, [&] { submit(provider->second, call, deadline, reply); });
}

void Flights::submit(ProviderPtr provider, const Call& call, Deadline deadline,
                     const Reply& reply) {
  auto request = std::make_shared<StepRequest>(
      StepRequest{call.key, evidence_of(call.given), deadline, *parts_.memory});
  const Place place = provider->place(request->key, request->given);
  const std::string name = printable(call.key);
  const auto run = [self = shared_from_this(), provider, request, reply,
                    name](const Outcome& outcome) {
    if (!outcome.ok()) return reply(Absent{with_context(outcome.error(), name)});
    self->begun_.fetch_add(1, std::memory_order_relaxed);
    guard_reply(name, reply, [&] { provider->step(std::move(*request), reply); });
  };
  Work work{std::min(call.wanted_by, deadline.at), deadline.at, run};
  const Outcome taken = place.pool == Place::Pool::compute
                            ? threads().compute(std::move(work))
                            : threads().registry(place.registry, std::move(work));
  if (!taken.ok()) reply(Absent{with_context(taken.error(), name)});
}

// The one place where a step ends; only the first answer counts.
void Flights::settle(const FlightPtr& flight, const StepPtr& step, StepAnswer answer) {
  const FlightAnswer sealed = seal(*step, std::move(answer));
  const auto* const settled = std::get_if<Settled>(&sealed);
  const auto* const absent =
      settled == nullptr ? nullptr : std::get_if<Absent>(settled->evidence.get());
  std::vector<Waiter> waiters;
  Threads::TimerId timer{};
  {
    MutexLock lock(mutex_);
    if (step->answer) {
      ignored_->fetch_add(1, std::memory_order_relaxed);
      return;
    }
    step->answer = sealed;
    waiters.swap(step->waiters);
    timer = step->timer;
    if (absent != nullptr && passing(absent->reason.code)) forget(*flight);
  }
  threads().cancel(timer);
  if (parts_.cache && settled != nullptr && settled->keep_until > clock().steady()) {
    parts_.cache->store(flight->key, *settled);
  }
  for (const Waiter& waiter : waiters) waiter(sealed);
}

// Adds what sharing needs to know: evidence is kept no longer than what it rests on.
FlightAnswer Flights::seal(const Step& step, StepAnswer answer) {
  if (auto* need = std::get_if<Need>(&answer)) return std::move(*need);
  Settled settled;
  settled.keep_until = earliest(step.given);
  if (const auto* absent = std::get_if<Absent>(&answer)) {
    const SteadyTime until =
        passing(absent->reason.code) ? SteadyTime::min() : clock().steady() + limits::kAbsenceKept;
    settled.keep_until = std::min(settled.keep_until, until);
    settled.evidence = std::make_shared<const Evidence>(std::move(*absent));
  } else {
    Fact& fact = std::get<Fact>(answer);
    if (fact.lasting) settled.keep_until = SteadyTime::max();
    if (fact.keep) settled.keep_until = std::min(settled.keep_until, clock().steady() + *fact.keep);
    settled.evidence = std::make_shared<const Evidence>(std::move(fact));
  }
  return settled;
}

Flights::Counters Flights::counters() const {
  return Counters{.steps = begun_.load(std::memory_order_relaxed),
                  .joined = joined_.load(std::memory_order_relaxed),
                  .cached = cached_.load(std::memory_order_relaxed),
                  .ignored_answers = ignored_->load(std::memory_order_relaxed)};
}

}  // namespace portreeve::engine
