#include "engine/flights.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/limits.h"
#include "tests/engine/rig.h"

namespace portreeve::engine {
namespace {

using testing::FakeProvider;
using testing::Gate;
using testing::kSecond;
using testing::Rig;
namespace act = testing::act;

Key key(const std::string& artifact) { return Key{"s", artifact, ""}; }

class MapCache final : public EvidenceCache {
 public:
  std::optional<Settled> lookup(const Key& asked) override {
    MutexLock lock(mutex_);
    const auto it = kept_.find(asked);
    if (it == kept_.end()) return std::nullopt;
    return it->second;
  }
  void store(const Key& about, const Settled& settled) override {
    MutexLock lock(mutex_);
    kept_[about] = settled;
  }
  bool holds(const Key& asked) { return lookup(asked).has_value(); }

 private:
  Mutex mutex_;
  std::map<Key, Settled> kept_ GUARDED_BY(mutex_);
};

TEST(Flights, ManyGathersForOneKeyAreOneCall) {
  auto fake = std::make_shared<FakeProvider>();
  Gate gate;
  fake->script("a", {act::wait(gate, "A")});
  Rig rig({fake});
  std::vector<std::thread> threads;
  std::vector<std::future<EvidenceMap>> futures(200);
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < futures.size(); i += 4) futures[i] = rig.gather({key("a")});
    });
  }
  for (std::thread& thread : threads) thread.join();
  gate.open();
  for (auto& future : futures) EXPECT_EQ(testing::describe(future.get()), "s:a = fact A\n");
  EXPECT_EQ(fake->calls("a"), 1U);
  EXPECT_EQ(rig.flights().counters().joined, 199U);
}

// Shared through all its steps, also by callers that come while it waits for others.
TEST(Flights, StepsAfterANeedAreSharedToo) {
  auto fake = std::make_shared<FakeProvider>();
  Gate gate;
  fake->script("a", {act::ask({key("b")}), act::ask({key("c")}), act::fact("A")})
      .script("b", {act::fact("B")})
      .script("c", {act::wait(gate, "C")});
  Rig rig({fake});
  auto first = rig.gather({key("a")});
  fake->await_calls("c", 1);
  std::vector<std::future<EvidenceMap>> later;
  for (int i = 0; i < 50; ++i) later.push_back(rig.gather({key("a")}));
  gate.open();
  const std::string want = "s:a = fact A\ns:b = fact B\ns:c = fact C\n";
  EXPECT_EQ(testing::describe(first.get()), want);
  for (auto& future : later) EXPECT_EQ(testing::describe(future.get()), want);
  EXPECT_EQ(fake->calls("a"), 3U);
  EXPECT_EQ(fake->calls("b"), 1U);
  EXPECT_EQ(fake->calls("c"), 1U);
}

TEST(Flights, GoesOnWhenItsCallersHaveLeft) {
  auto fake = std::make_shared<FakeProvider>();
  fake->script("a", {act::stall()});
  Rig rig({fake});
  auto hasty = rig.gather({key("a")}, Milliseconds(100));
  auto patient = rig.gather({key("a")}, Milliseconds(5000));
  fake->await_kept(1);
  rig.clock().advance(Milliseconds(100));
  EXPECT_EQ(testing::describe(hasty.get()),
            "s:a = unavailable: deadline of 100 ms reached while waiting for s:a\n");
  auto later = rig.gather({key("a")}, Milliseconds(5000));
  fake->release();
  EXPECT_EQ(testing::describe(patient.get()), "s:a = fact late\n");
  EXPECT_EQ(testing::describe(later.get()), "s:a = fact late\n");
  EXPECT_EQ(fake->calls("a"), 1U);
}

// Nobody waits any longer, yet the second step is done too, and kept for the retry.
TEST(Flights, IsSeenThroughWithoutCallers) {
  auto fake = std::make_shared<FakeProvider>();
  auto cache = std::make_shared<MapCache>();
  fake->script("a", {act::ask({key("b")}), act::fact("A")}).script("b", {act::stall()});
  Rig rig({fake}, cache);
  auto hasty = rig.gather({key("a")}, Milliseconds(100));
  fake->await_kept(1);
  rig.clock().advance(Milliseconds(100));
  hasty.get();
  fake->release();
  fake->await_calls("a", 2);
  auto retry = rig.gather({key("a")});  // Joins the second step, or finds its result.
  const EvidenceMap got = retry.get();
  EXPECT_EQ(testing::describe({{key("a"), got.at(key("a"))}}), "s:a = fact A\n");
  EXPECT_EQ(fake->calls("a"), 2U);
}

// A hasty caller's deadline is its own: what its key was not given is no evidence for others.
TEST(Flights, OneCallersDeadlineSaysNothingToOthers) {
  auto fake = std::make_shared<FakeProvider>();
  fake->script("a", {act::ask({key("b")}), act::fact("A")}).script("b", {act::stall()});
  Rig rig({fake});
  auto patient = rig.gather({key("a")}, Milliseconds(5000));
  fake->await_kept(1);
  auto hasty = rig.gather({key("a")}, Milliseconds(100));
  rig.clock().advance(Milliseconds(100));
  hasty.get();
  fake->release();
  EXPECT_EQ(testing::describe(patient.get()), "s:a = fact A\ns:b = fact late\n");
}

TEST(Flights, UnavailableIsTriedAgainByTheNextCaller) {
  auto fake = std::make_shared<FakeProvider>();
  auto cache = std::make_shared<MapCache>();
  std::atomic<int> calls{0};
  fake->otherwise([&calls](const FakeProvider&, StepRequest, Reply reply) {
    if (++calls == 1) return reply(Absent{Error{Errc::unavailable, "connection refused"}});
    reply(testing::make_fact("A"));
  });
  Gate gate;
  fake->script("slow", {act::wait(gate, "x")});
  Rig rig({fake}, cache);
  // The first decision is still there, with the failure in hand, when the second one asks.
  auto first = rig.gather(fake->keys({"a", "slow"}));
  gate.await_arrivals(1);
  fake->await_calls("a", 1);
  while (rig.describe_gather({key("a")}) != "s:a = fact A\n") {
    // Joined the call that was to fail; the next one is on its own.
  }
  gate.open();
  EXPECT_EQ(testing::describe(first.get()),
            "s:a = unavailable: connection refused\ns:slow = fact x\n");
}

TEST(Flights, CacheIsAskedFirstAndHoldsWhatMayBeKept) {
  auto fake = std::make_shared<FakeProvider>();
  auto cache = std::make_shared<MapCache>();
  fake->script("fact", {act::fact("F")})
      .script("missing", {act::absent(Errc::not_found, "none")})
      .script("down", {act::absent(Errc::unavailable, "down")})
      .script("on-missing", {act::ask({key("missing")}), act::fact("M")})
      .script("on-down", {act::ask({key("down")}), act::fact("D")});
  Rig rig({fake}, cache);
  const auto all = fake->keys({"fact", "missing", "down", "on-missing", "on-down"});
  rig.gather(all).get();
  EXPECT_TRUE(cache->holds(key("fact")));
  EXPECT_TRUE(cache->holds(key("missing")));
  EXPECT_TRUE(cache->holds(key("on-missing")));
  EXPECT_FALSE(cache->holds(key("down")));
  EXPECT_FALSE(cache->holds(key("on-down")));  // Rests on what was not there.

  const std::size_t calls = fake->calls();
  auto warm = rig.gather(fake->keys({"fact", "missing", "on-missing"}));
  ASSERT_EQ(warm.wait_for(std::chrono::seconds(0)), std::future_status::ready);  // On our stack.
  EXPECT_EQ(testing::describe(warm.get()),
            "s:fact = fact F\ns:missing = not-found: none\ns:on-missing = fact M\n");
  EXPECT_EQ(fake->calls(), calls);

  rig.clock().advance(10 * kSecond);  // Absence is kept no longer, nor what rests on it.
  auto cold = rig.gather(fake->keys({"fact", "missing", "on-missing"}));
  cold.get();
  EXPECT_EQ(fake->calls("fact"), 1U);
  EXPECT_EQ(fake->calls("missing"), 2U);
  EXPECT_EQ(fake->calls("on-missing"), 4U);
}

// Two decisions saw different answers for b: each gets an a that was made from its own b.
TEST(Flights, DecisionsWithOtherEvidenceDoNotShareSteps) {
  auto fake = std::make_shared<FakeProvider>();
  Gate gate;
  std::atomic<int> versions{0};
  fake->script("a",
               {act::ask(fake->keys({"b", "gate"})),
                {{},
                 [](const FakeProvider& provider, StepRequest request, Reply reply) {
                   const auto& b = request.given.at(provider.key("b"));
                   const auto* fact = std::get_if<Fact>(&b);
                   reply(testing::make_fact("from " + (fact ? testing::text_of(*fact) : "none")));
                 }}})
      .script("b", {{{},
                     [&](const FakeProvider&, StepRequest, Reply reply) {
                       if (++versions == 1) {
                         return reply(Absent{Error{Errc::unavailable, "down"}});
                       }
                       reply(testing::make_fact("b2"));
                     }}})
      .script("gate", {act::wait(gate, "g")});
  Rig rig({fake});
  auto first = rig.gather({key("a")});
  gate.await_arrivals(1);
  while (rig.describe_gather({key("b")}) != "s:b = fact b2\n") {
    // As above: the failing call may have been joined.
  }
  auto second = rig.gather({key("a")});
  gate.open();
  const EvidenceMap one = first.get();
  const EvidenceMap two = second.get();
  EXPECT_EQ(testing::text_of(std::get<Fact>(one.at(key("a")))), "from none");
  EXPECT_EQ(std::get<Absent>(one.at(key("b"))).reason.message, "down");
  EXPECT_EQ(testing::text_of(std::get<Fact>(two.at(key("a")))), "from b2");
}

TEST(Flights, AnOldFlightIsNotJoined) {
  auto fake = std::make_shared<FakeProvider>();
  fake->script("a", {act::fact("A")})
      .script("slow", {act::ask({key("x")}), act::stall()})
      .script("x", {act::stall()});
  Rig rig({fake});
  auto holder = rig.gather(fake->keys({"a", "slow"}), 60 * kSecond);
  fake->await_kept(1);
  rig.gather({key("a")}).get();
  EXPECT_EQ(fake->calls("a"), 1U);
  rig.clock().advance(5 * kSecond);
  fake->release();
  fake->await_kept(1);  // The second step of slow: the first decision holds on beyond 10 s.
  rig.gather({key("a")}).get();
  EXPECT_EQ(fake->calls("a"), 1U);
  rig.clock().advance(5 * kSecond);
  rig.gather({key("a")}).get();
  EXPECT_EQ(fake->calls("a"), 2U);
  fake->release();
  EXPECT_EQ(testing::describe(holder.get()), "s:a = fact A\ns:slow = fact late\ns:x = fact late\n");
}

TEST(Flights, ReplyAfterEverythingIsGone) {
  auto fake = std::make_shared<FakeProvider>();
  fake->script("a", {act::stall()});
  std::weak_ptr<Flights> flights;
  std::future<EvidenceMap> asked;
  {
    Rig rig({fake});
    flights = rig.flights().weak_from_this();
    asked = rig.gather({key("a")});
    fake->await_kept(1);
  }
  EXPECT_TRUE(flights.expired()) << "a reply that was kept keeps nothing else alive";
  fake->release();
  // Nobody is there to hear it: the caller was answered, or told that nobody will, before it came.
  ASSERT_EQ(asked.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  try {
    for (const auto& [about, piece] : asked.get()) {
      EXPECT_NE(std::get_if<Absent>(&piece), nullptr) << "a late fact is none";
    }
  } catch (const std::future_error& error) {
    EXPECT_EQ(error.code(), std::future_errc::broken_promise);
  }
}

TEST(Flights, PerRegistryCallsAreCapped) {
  auto one = std::make_shared<FakeProvider>("one", Place{Place::Pool::registry, "one.example"});
  auto two = std::make_shared<FakeProvider>("two", Place{Place::Pool::registry, "two.example"});
  Gate gate;
  one->otherwise([&gate](const FakeProvider&, StepRequest, Reply reply) {
    gate.wait();
    reply(testing::make_fact("x"));
  });
  two->otherwise(
      [](const FakeProvider&, StepRequest, Reply reply) { reply(testing::make_fact("y")); });
  Rig rig({one, two});
  std::vector<Key> keys;
  for (int i = 0; i < 40; ++i) keys.push_back(one->key("k" + std::to_string(i)));
  auto slow = rig.gather(keys);
  gate.await_arrivals(8);
  // A registry that hangs keeps nobody from another one.
  EXPECT_EQ(rig.describe_gather({two->key("k")}), "two:k = fact y\n");
  gate.open();
  slow.get();
  EXPECT_EQ(one->busiest(), limits::kPerRegistryCalls);
  EXPECT_EQ(one->calls(), 40U);
}

}  // namespace
}  // namespace portreeve::engine
