#include "engine/gather.h"

#include <algorithm>
#include <new>
#include <optional>
#include <utility>

#include "core/thread_annotations.h"
#include "engine/evidence_graph.h"

namespace portreeve::engine {

namespace {

/// One gather() from beginning to end: an EvidenceGraph with a lock, a deadline and a callback.
/// Kept alive by what it waits for: flights and its timer.
class Gathering : public std::enable_shared_from_this<Gathering> {
 public:
  Gathering(std::shared_ptr<Flights> flights, const std::vector<Key>& keys, Deadline deadline)
      : flights_(std::move(flights)),
        deadline_(deadline),
        // A caller that leaves early does not end the work that it began.
        end_(std::max(deadline.at, flights_->clock().steady() + flights_->budget())),
        graph_(keys) {}

  void begin(Gatherer::Done done) noexcept EXCLUDES(mutex_);

 private:
  struct Event {
    Key key;
    Flights::Started started;
  };
  struct Answer {
    Gatherer::Done done;
    EvidenceMap evidence;
    void give() {
      if (done) done(std::move(evidence));
    }
  };

  void advance(std::vector<Event> events) EXCLUDES(mutex_);
  std::vector<Event> run(std::vector<EvidenceGraph::Run> runs) EXCLUDES(mutex_);
  void brought(const Key& key, const FlightAnswer& answer) EXCLUDES(mutex_);
  void arm(SteadyTime when) EXCLUDES(mutex_);
  void due(const Outcome& outcome) EXCLUDES(mutex_);
  void leave(const Error& why, bool go_on) EXCLUDES(mutex_);
  Answer take_answer(const Error& why) REQUIRES(mutex_);
  void guard(const std::function<void()>& work) noexcept EXCLUDES(mutex_);
  void give_up(const Error& why) noexcept EXCLUDES(mutex_);

  const std::shared_ptr<Flights> flights_;
  const Deadline deadline_;
  const SteadyTime end_;
  Mutex mutex_;
  std::optional<EvidenceGraph> graph_ GUARDED_BY(mutex_);  // Empty: over, all else is ignored.
  Gatherer::Done done_ GUARDED_BY(mutex_);                 // Empty: the caller has its answer.
  std::optional<Threads::TimerId> timer_ GUARDED_BY(mutex_);
};

Error too_late(Deadline deadline) {
  return Error{Errc::unavailable,
               "deadline of " + std::to_string(deadline.span.count()) + " ms reached"};
}

void Gathering::begin(Gatherer::Done done) noexcept {
  {
    MutexLock lock(mutex_);
    done_ = std::move(done);
  }
  guard([&] {
    if (flights_->clock().steady() >= deadline_.at) return leave(too_late(deadline_), false);
    advance({});
    arm(deadline_.at);
  });
}

// Takes answers in and does what follows from them, until there is only waiting left.
void Gathering::advance(std::vector<Event> events) {
  for (;;) {
    std::vector<EvidenceGraph::Run> runs;
    std::optional<EvidenceGraph> over;  // Dies after the lock.
    std::optional<Threads::TimerId> timer;
    Answer answer;
    {
      MutexLock lock(mutex_);
      if (!graph_) return;
      for (Event& event : events) {
        graph_->attach(event.key, std::move(event.started.flight), event.started.began);
        if (event.started.answer) graph_->answer(event.key, *event.started.answer);
      }
      runs = graph_->take_runs();
      if (graph_->finished()) {
        answer = take_answer(Error{Errc::internal, "not finished"});
        over.swap(graph_);
        timer = std::exchange(timer_, std::nullopt);
      }
    }
    if (over) {
      if (timer) flights_->threads().cancel(*timer);
      return answer.give();
    }
    if (runs.empty()) return;
    events = run(std::move(runs));
  }
}

std::vector<Gathering::Event> Gathering::run(std::vector<EvidenceGraph::Run> runs) {
  // When the caller has left, its work goes behind that of callers who still wait.
  const SteadyTime now = flights_->clock().steady();
  const SteadyTime wanted_by = now < deadline_.at ? deadline_.at : end_;
  std::vector<Event> events;
  for (EvidenceGraph::Run& run : runs) {
    Key key = run.key;
    const auto waiter = [self = shared_from_this(), key](const FlightAnswer& answer) {
      self->brought(key, answer);
    };
    auto started = flights_->step(
        Flights::Call{key, std::move(run.given), wanted_by, std::move(run.flight)}, waiter);
    events.push_back(Event{std::move(key), std::move(started)});
  }
  return events;
}

void Gathering::brought(const Key& key, const FlightAnswer& answer) {
  guard([&] {
    std::vector<Event> events(1);
    events.front().key = key;
    events.front().started.answer = answer;
    advance(std::move(events));
  });
}

void Gathering::arm(SteadyTime when) {
  Error refused{Errc::unavailable, ""};
  {
    MutexLock lock(mutex_);
    if (!graph_) return;
    auto timer = flights_->threads().at(
        when, [self = shared_from_this()](const Outcome& outcome) { self->due(outcome); });
    if (timer.ok()) {
      timer_ = timer.value();
      return;
    }
    refused = std::move(timer).error();
  }
  leave(refused, false);
}

void Gathering::due(const Outcome& outcome) {
  guard([&] {
    if (outcome.ok()) {
      leave(too_late(deadline_), true);
    } else {
      leave(outcome.error(), false);
    }
  });
}

// The caller gets what there is. The work it began may go on without it, until end_.
void Gathering::leave(const Error& why, bool go_on) {
  std::optional<EvidenceGraph> over;  // Dies after the lock.
  Answer answer;
  {
    MutexLock lock(mutex_);
    if (!graph_) return;
    answer = take_answer(why);
    go_on = go_on && flights_->clock().steady() < end_ && graph_->owns_flights();
    if (!go_on) over.swap(graph_);
    timer_.reset();
  }
  answer.give();
  if (go_on) arm(end_);
}

Gathering::Answer Gathering::take_answer(const Error& why) {
  Answer answer;
  if (!done_) return answer;
  answer.evidence = graph_->evidence(why);  // First what may throw: done_ must not be lost.
  answer.done = std::exchange(done_, nullptr);
  return answer;
}

void Gathering::guard(const std::function<void()>& work) noexcept {
  try {
    work();
  } catch (const std::bad_alloc&) {
    give_up(Error{Errc::limit, "out of memory"});
  } catch (...) {
    give_up(Error{Errc::internal, "gather failed"});
  }
}

void Gathering::give_up(const Error& why) noexcept {
  try {
    return leave(why, false);
  } catch (...) {
    // Not even room to say why.
  }
  try {
    Answer answer;
    {
      MutexLock lock(mutex_);
      answer.done = std::exchange(done_, nullptr);
    }
    answer.give();
  } catch (...) {
    // Thrown by the caller's own callback.
  }
}

}  // namespace

void Gatherer::gather(const std::vector<Key>& keys, Deadline deadline, Done done) const {
  std::shared_ptr<Gathering> gathering;
  try {
    gathering = std::make_shared<Gathering>(flights_, keys, deadline);
  } catch (const std::bad_alloc&) {
    return done(EvidenceMap{});
  }
  gathering->begin(std::move(done));
}

}  // namespace portreeve::engine
