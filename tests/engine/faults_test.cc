// Whatever a provider does wrong, and whichever call it is: every key asked for is answered once,
// and a fact in the result is one that the provider gave.

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/limits.h"
#include "tests/engine/rig.h"

namespace portreeve::engine {
namespace {

using testing::FakeProvider;
using testing::FaultyProvider;
using testing::kSecond;
using testing::Rig;
namespace act = testing::act;

Key key(const std::string& artifact) { return Key{"s", artifact, ""}; }

// Application → Blueprint → reference → digest → signature, and one without. A key gives a
// fact only if all it asked for are facts, as an honest provider does.
std::shared_ptr<FakeProvider> application() {
  auto fake = std::make_shared<FakeProvider>();
  const auto judge = [](std::string text) {
    return FakeProvider::Act{{}, [text](const FakeProvider&, StepRequest request, Reply reply) {
                               for (const auto& [about, piece] : request.given) {
                                 if (const auto* absent = std::get_if<Absent>(&piece)) {
                                   return reply(*absent);
                                 }
                               }
                               reply(testing::make_fact(text));
                             }};
  };
  fake->script("app", {act::ask({key("blueprint")}), judge("app")})
      .script("blueprint",
              {act::ask({key("reference")}), act::ask({key("digest")}), judge("blueprint")})
      .script("reference", {act::ask({key("digest")}), judge("reference")})
      .script("digest", {act::ask({key("signature")}), judge("digest")})
      .script("signature", {act::fact("signature")})
      .script("other", {act::ask({key("unsigned")}), judge("other")})
      .script("unsigned", {act::absent(Errc::not_found, "no signature")});
  return fake;
}

// Gathers with the n-th provider call going wrong; true if there was an n-th call.
bool gather_with_fault(FaultyProvider::Fault fault, std::uint64_t nth) {
  const std::vector<Key> asked{key("app"), key("other"), key("signature")};
  auto inner = application();
  auto faulty = std::make_shared<FaultyProvider>(inner, fault, nth);
  Rig rig({faulty});
  auto future = rig.gather(asked);
  if (fault == FaultyProvider::Fault::stalls && nth != 0) {
    // A stalled call ends with the deadline, wherever the others stand by then.
    rig.clock().advance(kSecond);
  }
  const EvidenceMap got = future.get();
  EXPECT_EQ(rig.repeated(), 0);
  for (const Key& one : asked) EXPECT_EQ(got.count(one), 1U) << one.text();
  for (const auto& [about, piece] : got) {
    const auto* fact = std::get_if<Fact>(&piece);
    if (fact == nullptr) continue;
    EXPECT_EQ(testing::text_of(*fact), about.artifact);
    EXPECT_NE(about.artifact, "other");
    EXPECT_NE(about.artifact, "unsigned");
  }
  faulty->release();
  return faulty->struck();
}

TEST(Faults, EveryCallOfAProviderMayFail) {
  for (const auto fault : FaultyProvider::kAll) {
    SCOPED_TRACE(static_cast<int>(fault));
    for (std::uint64_t nth = 1; nth <= 40; ++nth) {
      SCOPED_TRACE(nth);
      // 12 calls without a fault; a stall may be cut off by the deadline before it comes.
      if (!gather_with_fault(fault, nth) && fault != FaultyProvider::Fault::stalls) {
        EXPECT_GT(nth, 5U);
        break;
      }
    }
  }
}

// Random graphs of honest and of broken keys, asked by several callers at once: a key is a fact
// only if everything below it is; and it is one whenever that holds and time stood still.
struct Plan {
  enum class Kind { fact, absent, throws, drops, twice, elsewhere };
  std::vector<std::vector<int>> asks;
  std::vector<Kind> kinds;

  explicit Plan(std::mt19937& random) : asks(12), kinds(12) {
    for (int i = 0; i < 12; ++i) {
      kinds[static_cast<std::size_t>(i)] =
          random() % 4 == 0 ? static_cast<Kind>(random() % 6) : Kind::fact;
      for (int j = 0; j < 12; ++j) {
        // Mostly forward; now and then back, for loops.
        if (random() % (j > i ? 6 : 60) == 0) asks[static_cast<std::size_t>(i)].push_back(j);
      }
    }
  }

  bool answers(int i) const {
    const Kind kind = kinds[static_cast<std::size_t>(i)];
    return kind == Kind::fact || kind == Kind::twice || kind == Kind::elsewhere;
  }

  // Longest chain below i; 100 for loops.
  int height(int i, int depth = 0) const {
    if (depth > 12) return 100;
    int most = 1;
    for (int j : asks[static_cast<std::size_t>(i)]) most = std::max(most, 1 + height(j, depth + 1));
    return most;
  }

  bool fact(int i) const {
    if (!answers(i) || height(i) > static_cast<int>(limits::kEvidenceGraphDepth)) return false;
    for (int j : asks[static_cast<std::size_t>(i)]) {
      if (!fact(j)) return false;
    }
    return true;
  }
};

std::string name(int i) { return "k" + std::string(1, static_cast<char>('a' + i)); }

void script(FakeProvider& fake, const Plan& plan) {
  for (int i = 0; i < 12; ++i) {
    std::vector<Key> asks;
    for (int j : plan.asks[static_cast<std::size_t>(i)]) asks.push_back(key(name(j)));
    const Plan::Kind kind = plan.kinds[static_cast<std::size_t>(i)];
    const auto end = [i, kind](const FakeProvider& self, StepRequest request, Reply reply) {
      for (const auto& [about, piece] : request.given) {
        if (const auto* absent = std::get_if<Absent>(&piece)) return reply(*absent);
      }
      switch (kind) {
        case Plan::Kind::fact:
          return reply(testing::make_fact(name(i)));
        case Plan::Kind::absent:
          return reply(Absent{Error{Errc::untrusted, "no"}});
        case Plan::Kind::throws:
          throw std::runtime_error("no");
        case Plan::Kind::drops:
          return;
        case Plan::Kind::twice:
          reply(testing::make_fact(name(i)));
          return reply(testing::make_fact("second"));
        case Plan::Kind::elsewhere:
          return self.elsewhere([i, reply] { reply(testing::make_fact(name(i))); });
      }
    };
    std::vector<FakeProvider::Act> acts;
    if (!asks.empty()) acts.push_back(act::ask(asks));
    acts.push_back({{}, end});
    fake.script(name(i), acts);
  }
}

TEST(Faults, FactsComeOnlyFromFacts) {
  for (unsigned seed = 1; seed <= 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Plan plan(random);
    auto fake = std::make_shared<FakeProvider>();
    script(*fake, plan);
    Rig rig({fake});
    std::vector<std::future<EvidenceMap>> futures;
    std::vector<std::vector<int>> asked;
    for (int caller = 0; caller < 4; ++caller) {
      std::vector<Key> keys;
      asked.emplace_back();
      for (int k = 0; k < 3; ++k) {
        asked.back().push_back(static_cast<int>(random() % 12));
        keys.push_back(key(name(asked.back().back())));
      }
      futures.push_back(rig.gather(keys));
    }
    for (std::size_t caller = 0; caller < futures.size(); ++caller) {
      const EvidenceMap got = futures[caller].get();
      for (int i : asked[caller]) ASSERT_EQ(got.count(key(name(i))), 1U);
      for (const auto& [about, piece] : got) {
        const int i = about.artifact[1] - 'a';
        const auto* fact = std::get_if<Fact>(&piece);
        ASSERT_EQ(fact != nullptr, plan.fact(i)) << testing::describe(got);
        if (fact == nullptr) continue;
        ASSERT_EQ(testing::text_of(*fact), about.artifact);
      }
    }
    EXPECT_EQ(rig.repeated(), 0);
  }
}

// The same with time running out at any moment: fewer facts perhaps, never others.
TEST(Faults, DeadlinesTakeFactsAwayAndAddNone) {
  for (unsigned seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Plan plan(random);
    auto fake = std::make_shared<FakeProvider>();
    script(*fake, plan);
    Rig rig({fake});
    std::vector<std::future<EvidenceMap>> futures;
    for (int caller = 0; caller < 6; ++caller) {
      futures.push_back(rig.gather({key(name(static_cast<int>(random() % 12)))},
                                   Milliseconds(1 + random() % 20)));
      rig.clock().advance(Milliseconds(random() % 8));
    }
    rig.clock().advance(kSecond);
    if (seed % 3 == 0) rig.threads().shutdown();
    for (auto& future : futures) {
      for (const auto& [about, piece] : future.get()) {
        const auto* fact = std::get_if<Fact>(&piece);
        if (fact == nullptr) continue;
        ASSERT_TRUE(plan.fact(about.artifact[1] - 'a')) << about.text();
        ASSERT_EQ(testing::text_of(*fact), about.artifact);
      }
    }
    EXPECT_EQ(rig.repeated(), 0);
  }
}

}  // namespace
}  // namespace portreeve::engine
