#include "engine/threads.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/fake_provider.h"
#include "tests/support/fixed_clock.h"

namespace portreeve::engine {
namespace {

using testing::FixedClock;
using testing::Gate;

std::string text(const Outcome& outcome) {
  if (outcome.ok()) return "run";
  return std::string(to_string(outcome.error().code)) + ": " + outcome.error().message;
}

class ThreadsTest : public ::testing::Test {
 protected:
  Threads& make(Threads::Options options = {.compute = 1}) {
    threads_.emplace(clock_, options);
    clock_.on_advance([this] { threads_->wake(); });
    return *threads_;
  }
  Work work(Milliseconds wanted_in, Milliseconds expires_in, Task task) {
    return Work{clock_.steady() + wanted_in, clock_.steady() + expires_in, std::move(task)};
  }
  Work work(Task task) { return work(Milliseconds(1000), Milliseconds(1000), std::move(task)); }
  // What the task was called with.
  std::future<std::string> outcome(const std::function<void(Task)>& submit) {
    auto promise = std::make_shared<std::promise<std::string>>();
    submit([promise](const Outcome& it) { promise->set_value(text(it)); });
    return promise->get_future();
  }
  void note(const std::string& name) {
    MutexLock lock(mutex_);
    notes_.push_back(name);
  }
  std::vector<std::string> notes() {
    MutexLock lock(mutex_);
    return notes_;
  }

  FixedClock clock_;
  std::optional<Threads> threads_;
  Mutex mutex_;
  std::vector<std::string> notes_ GUARDED_BY(mutex_);
};

TEST_F(ThreadsTest, NoThreadBeforeThereIsWork) {
  Threads& threads = make();
  EXPECT_EQ(threads.load().compute_threads, 0U);
  EXPECT_EQ(threads.load().registry_threads, 0U);
  auto ran = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  EXPECT_EQ(ran.get(), "run");
  EXPECT_EQ(threads.load().compute_threads, 1U);
  EXPECT_EQ(threads.load().registry_threads, 0U);
}

TEST_F(ThreadsTest, RunsInOrderOfDeadline) {
  Threads& threads = make();
  Gate gate;
  ASSERT_TRUE(threads.compute(work([&](const Outcome&) { gate.wait(); })).ok());
  gate.await_arrivals(1);
  for (int ms : {300, 100, 200, 100}) {
    ASSERT_TRUE(threads
                    .compute(work(Milliseconds(ms), Milliseconds(900),
                                  [this, ms](const Outcome&) { note(std::to_string(ms)); }))
                    .ok());
  }
  auto last = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  gate.open();
  last.get();
  EXPECT_EQ(notes(), (std::vector<std::string>{"100", "100", "200", "300"}));
}

TEST_F(ThreadsTest, ExpiredWorkIsAnsweredNotRun) {
  Threads& threads = make();
  Gate gate;
  ASSERT_TRUE(threads.compute(work([&](const Outcome&) { gate.wait(); })).ok());
  gate.await_arrivals(1);
  auto late = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  clock_.advance(Milliseconds(1000));
  gate.open();
  EXPECT_EQ(late.get(), "unavailable: deadline passed while waiting for a free thread");
}

TEST_F(ThreadsTest, FullQueueRefusesUntilWorksExpire) {
  Threads& threads = make({.compute = 1, .compute_queue = 2});
  Gate gate;
  ASSERT_TRUE(threads.compute(work([&](const Outcome&) { gate.wait(); })).ok());
  gate.await_arrivals(1);
  auto one = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  auto two = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  const Outcome refused = threads.compute(work([](const Outcome&) { FAIL(); }));
  EXPECT_EQ(text(refused), "limit: work queue is full (2)");
  clock_.advance(Milliseconds(1000));
  // The only thread is still busy: the timer thread answers those that expired.
  auto three = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  EXPECT_EQ(one.get(), "unavailable: deadline passed while waiting for a free thread");
  EXPECT_EQ(two.get(), "unavailable: deadline passed while waiting for a free thread");
  gate.open();
  EXPECT_EQ(three.get(), "run");
}

TEST_F(ThreadsTest, RegistryPoolIsBoundedInAllAndPerRegistry) {
  Threads& threads = make();
  Gate gate;
  std::atomic<int> running{0};
  std::atomic<int> most{0};
  std::vector<std::atomic<int>> each(5);
  std::vector<std::future<std::string>> all;
  for (std::size_t registry = 0; registry < 5; ++registry) {
    for (int i = 0; i < 12; ++i) {
      all.push_back(outcome([&, registry](Task task) {
        const auto body = [&, registry, task](const Outcome& it) {
          const int now = ++running;
          for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
          }
          EXPECT_LE(++each[registry], 8);
          gate.wait();
          --each[registry];
          --running;
          task(it);
        };
        ASSERT_TRUE(threads.registry("r" + std::to_string(registry), work(body)).ok());
      }));
    }
  }
  gate.await_arrivals(32);
  EXPECT_EQ(threads.load().registry_threads, 32U);
  gate.open();
  for (auto& one : all) EXPECT_EQ(one.get(), "run");
  EXPECT_EQ(most, 32);
}

TEST_F(ThreadsTest, OneRegistryCannotFillTheQueue) {
  Threads& threads = make({.registry = 1, .per_registry = 1, .per_registry_queue = 2});
  Gate gate;
  ASSERT_TRUE(threads.registry("dead", work([&](const Outcome&) { gate.wait(); })).ok());
  gate.await_arrivals(1);
  const auto idle = [](const Outcome&) {};
  ASSERT_TRUE(threads.registry("dead", work(idle)).ok());
  ASSERT_TRUE(threads.registry("dead", work(idle)).ok());
  EXPECT_EQ(text(threads.registry("dead", work(idle))), "limit: work queue of dead is full (2)");
  auto other = outcome([&](Task task) { ASSERT_TRUE(threads.registry("live", work(task)).ok()); });
  gate.open();
  EXPECT_EQ(other.get(), "run");
}

// Two works get two threads, although both have notified the one that sleeps.
TEST_F(ThreadsTest, NoWakeUpIsLost) {
  for (int round = 0; round < 200; ++round) {
    Threads threads(clock_, {.compute = 2});
    const auto submit = [&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); };
    outcome(submit).get();  // Its thread is about to sleep now.
    Gate both;
    std::promise<void> done[2];
    std::vector<Work> works;
    for (auto& one : done) {
      works.push_back(work([&both, &one](const Outcome&) {
        both.wait();
        one.set_value();
      }));
    }
    std::this_thread::yield();
    for (Work& one : works) ASSERT_TRUE(threads.compute(std::move(one)).ok());
    both.await_arrivals(2);
    both.open();
    for (auto& one : done) one.get_future().get();
  }
}

TEST_F(ThreadsTest, TimersFireInOrderAndNotEarly) {
  Threads& threads = make();
  std::vector<std::future<std::string>> fired;
  for (int ms : {30, 10, 20}) {
    fired.push_back(outcome([&, ms](Task task) {
      const SteadyTime when = clock_.steady() + Milliseconds(ms);
      const auto body = [this, when, ms, task](const Outcome& it) {
        EXPECT_GE(clock_.steady(), when);
        note(std::to_string(ms));
        task(it);
      };
      ASSERT_TRUE(threads.at(when, body).ok());
    }));
  }
  const auto cancelled =
      threads.at(clock_.steady() + Milliseconds(15), [](const Outcome&) { FAIL(); });
  ASSERT_TRUE(cancelled.ok());
  threads.cancel(cancelled.value());
  threads.cancel(cancelled.value());
  clock_.advance(Milliseconds(20));
  fired[1].get();
  fired[2].get();
  EXPECT_EQ(notes(), (std::vector<std::string>{"10", "20"}));
  clock_.advance(Milliseconds(20));
  fired[0].get();
  EXPECT_EQ(threads.load().timers, 0U);
}

TEST_F(ThreadsTest, TimersAtTheEndsOfTime) {
  Threads& threads = make();
  auto never = outcome([&](Task task) { ASSERT_TRUE(threads.at(SteadyTime::max(), task).ok()); });
  auto now = outcome([&](Task task) { ASSERT_TRUE(threads.at(SteadyTime::min(), task).ok()); });
  EXPECT_EQ(now.get(), "run");
  threads.shutdown();
  EXPECT_EQ(never.get(), "unavailable: shutting down");
}

TEST_F(ThreadsTest, SystemClockMovesTimersByItself) {
  SystemClock clock;
  Threads threads(clock, {.compute = 1});
  auto fired = outcome(
      [&](Task task) { ASSERT_TRUE(threads.at(clock.steady() + Milliseconds(1), task).ok()); });
  EXPECT_EQ(fired.get(), "run");
}

TEST_F(ThreadsTest, TaskThatThrowsIsCounted) {
  Threads& threads = make();
  ASSERT_TRUE(threads.compute(work([](const Outcome&) { throw std::runtime_error("x"); })).ok());
  auto next = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  EXPECT_EQ(next.get(), "run");
  EXPECT_EQ(threads.load().escaped_exceptions, 1U);
}

TEST_F(ThreadsTest, ShutdownAnswersWhatWaitsAndLetsRunningWorkEnd) {
  Threads& threads = make();
  Gate gate;
  auto running = outcome([&](Task task) {
    ASSERT_TRUE(threads
                    .compute(work([&, task](const Outcome& it) {
                      gate.wait();
                      // Work that begins more work meets a closed door, not a lock.
                      EXPECT_EQ(text(threads.compute(work([](const Outcome&) { FAIL(); }))),
                                "unavailable: shutting down");
                      EXPECT_FALSE(threads.at(clock_.steady(), [](const Outcome&) {}).ok());
                      task(it);
                    }))
                    .ok());
  });
  gate.await_arrivals(1);
  auto compute = outcome([&](Task task) { ASSERT_TRUE(threads.compute(work(task)).ok()); });
  auto timer = outcome([&](Task task) {
    // Runs on the thread that shuts down, while the work is still in flight.
    ASSERT_TRUE(threads
                    .at(clock_.steady() + Milliseconds(5),
                        [&gate, task](const Outcome& it) {
                          task(it);
                          gate.open();
                        })
                    .ok());
  });
  std::thread other([&] { threads.shutdown(); });
  threads.shutdown();
  other.join();
  EXPECT_EQ(compute.get(), "unavailable: shutting down");
  EXPECT_EQ(timer.get(), "unavailable: shutting down");
  EXPECT_EQ(running.get(), "run");
  threads.shutdown();
  EXPECT_EQ(text(threads.registry("r", work([](const Outcome&) { FAIL(); }))),
            "unavailable: shutting down");
  EXPECT_EQ(threads.load().compute_threads, 0U);
}

// What a dropped task owns may call back into the threads.
TEST_F(ThreadsTest, DroppingATaskHoldsNoLock) {
  Threads& threads = make({.compute = 1, .compute_queue = 0});
  struct Caller {
    Threads& threads;
    ~Caller() { threads.cancel({}), threads.load(); }
  };
  auto owned = std::make_shared<Caller>(Caller{threads});
  const Outcome refused =
      threads.compute(work([owned = std::exchange(owned, nullptr)](const Outcome&) {}));
  EXPECT_EQ(text(refused), "limit: work queue is full (0)");
  owned = std::make_shared<Caller>(Caller{threads});
  const auto timer =
      threads.at(SteadyTime::max(), [owned = std::exchange(owned, nullptr)](const Outcome&) {});
  ASSERT_TRUE(timer.ok());
  threads.cancel(timer.value());
}

TEST_F(ThreadsTest, ManyThreadsSubmitAndShutDown) {
  for (int round = 0; round < 20; ++round) {
    FixedClock clock;
    Threads threads(clock, {.compute = 3});
    std::atomic<int> accepted{0};
    std::atomic<int> answered{0};
    std::vector<std::thread> submitters;
    for (int t = 0; t < 4; ++t) {
      submitters.emplace_back([&, t] {
        for (int i = 0; i < 100; ++i) {
          const Task task = [&](const Outcome&) { ++answered; };
          const Work one{clock.steady() + Milliseconds(i), SteadyTime::max(), task};
          bool ok = false;
          if (t % 3 == 0) ok = threads.compute(one).ok();
          if (t % 3 == 1) ok = threads.registry("r" + std::to_string(i % 3), one).ok();
          if (t % 3 == 2) ok = threads.at(clock.steady() + Milliseconds(i % 2), task).ok();
          if (ok) ++accepted;
        }
      });
    }
    if (round % 2 == 0) threads.shutdown();
    for (std::thread& thread : submitters) thread.join();
    threads.shutdown();
    EXPECT_EQ(answered, accepted);
  }
}

}  // namespace
}  // namespace portreeve::engine
