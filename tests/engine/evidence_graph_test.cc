#include "engine/evidence_graph.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/fake_provider.h"

namespace portreeve::engine {
namespace {

Key key(const std::string& artifact) { return Key{"s", artifact, ""}; }

FlightAnswer fact(const std::string& text) {
  Settled settled;
  settled.evidence = std::make_shared<const Evidence>(testing::make_fact(text));
  return settled;
}

FlightAnswer need(const std::vector<std::string>& artifacts) {
  Need need;
  for (const std::string& artifact : artifacts) need.keys.push_back(key(artifact));
  return need;
}

// The artifacts whose steps are due, in order.
std::string due(EvidenceGraph& graph) {
  std::string names;
  for (const auto& run : graph.take_runs()) names += run.key.artifact + " ";
  return names;
}

const Error kLate{Errc::unavailable, "late"};

TEST(EvidenceGraph, ResumesWhenTheLastOneIsThere) {
  EvidenceGraph graph({key("a")});
  EXPECT_EQ(due(graph), "a ");
  graph.answer(key("a"), need({"b", "c"}));
  EXPECT_EQ(due(graph), "b c ");
  graph.answer(key("b"), fact("B"));
  EXPECT_EQ(due(graph), "");
  graph.answer(key("c"), fact("C"));
  EXPECT_EQ(due(graph), "a ");
  graph.answer(key("a"), fact("A"));
  EXPECT_TRUE(graph.finished());
}

TEST(EvidenceGraph, AnswersAfterTheEndAreIgnored) {
  EvidenceGraph graph({key("a")});
  due(graph);
  graph.answer(key("a"), fact("A"));
  graph.answer(key("a"), fact("other"));
  graph.answer(key("a"), need({"b"}));
  graph.answer(key("unknown"), fact("x"));
  EXPECT_EQ(due(graph), "");
  EXPECT_EQ(testing::describe(graph.evidence(kLate)), "s:a = fact A\n");
}

// a fails; what only a wanted rests, until somebody else wants it.
TEST(EvidenceGraph, AbandonedKeysRestAndAreTakenUpAgain) {
  EvidenceGraph graph({key("a"), key("z")});
  EXPECT_EQ(due(graph), "a z ");
  graph.answer(key("a"), need({"b"}));
  EXPECT_EQ(due(graph), "b ");
  graph.answer(key("b"), need({"c", "a"}));  // a and b are a loop; nobody wants c.
  EXPECT_EQ(due(graph), "");
  EXPECT_EQ(testing::describe(graph.evidence(kLate)),
            "s:a = malformed: evidence waits for itself: s:a → s:b → s:a\n"
            "s:b = malformed: evidence waits for itself: s:b → s:a → s:b\n"
            "s:z = unavailable: late while waiting for s:z\n");
  graph.answer(key("z"), need({"c"}));
  EXPECT_EQ(due(graph), "c ");
  graph.answer(key("c"), fact("C"));
  EXPECT_EQ(due(graph), "z ");
}

TEST(EvidenceGraph, LongLoopsAreCut) {
  std::vector<Key> asked;
  for (int i = 10; i < 30; ++i) asked.push_back(key(std::to_string(i)));
  EvidenceGraph graph(asked);
  due(graph);
  for (int i = 10; i < 29; ++i) graph.answer(key(std::to_string(i)), need({std::to_string(i + 1)}));
  graph.answer(key("29"), need({"10"}));
  const std::string got = testing::describe(graph.evidence(kLate));
  EXPECT_TRUE(graph.finished()) << got;
  EXPECT_NE(got.find("s:29 = malformed: evidence waits for itself: s:29 → s:10 → s:11 → s:12 → "
                     "s:13 → s:14 → s:15 → s:16 → … 12 more → s:29"),
            std::string::npos)
      << got;
}

TEST(EvidenceGraph, OwnsFlightsUntilTheirKeysAreSettled) {
  EvidenceGraph graph({key("a"), key("b")});
  due(graph);
  graph.attach(key("a"), nullptr, true);
  graph.attach(key("b"), nullptr, false);
  EXPECT_TRUE(graph.owns_flights());
  graph.answer(key("a"), fact("A"));
  EXPECT_FALSE(graph.owns_flights());
}

using Asks = std::map<std::string, std::vector<std::string>>;

std::string node(int i) { return "k" + std::to_string(i); }

// One decision over `asks`, answers coming in random order: "fact" or the reason for k0, k1, k2.
std::vector<std::string> decide(const Asks& asks, std::mt19937& random) {
  const std::vector<Key> asked{key("k0"), key("k1"), key("k2")};
  EvidenceGraph graph(asked);
  std::vector<EvidenceGraph::Run> open;
  for (;;) {
    for (auto& run : graph.take_runs()) open.push_back(std::move(run));
    if (open.empty()) break;
    std::swap(open[random() % open.size()], open.back());
    const EvidenceGraph::Run run = std::move(open.back());
    open.pop_back();
    const auto wanted = asks.find(run.key.artifact);
    const bool resumed = wanted == asks.end() || run.given.size() == wanted->second.size();
    graph.answer(run.key, resumed ? fact(run.key.artifact) : need(wanted->second));
  }
  EXPECT_TRUE(graph.finished());
  std::vector<std::string> outcome;
  const EvidenceMap got = graph.evidence(kLate);
  for (const Key& root : asked) {
    const auto* absent = std::get_if<Absent>(&got.at(root));
    outcome.push_back(absent == nullptr ? "fact" : absent->reason.message);
  }
  return outcome;
}

TEST(EvidenceGraph, OrderOfAnswersDoesNotMatter) {
  std::size_t too_long = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Asks asks;
    for (int i = 0; i < 11; ++i) {
      for (int j = i + 1; j < 11; ++j) {
        if (random() % 4 == 0) asks[node(i)].push_back(node(j));
      }
    }
    const auto first = decide(asks, random);
    for (const std::string& one : first) too_long += one != "fact";
    for (int order = 0; order < 12; ++order) {
      const auto other = decide(asks, random);
      for (std::size_t i = 0; i < 3; ++i) ASSERT_EQ(other[i] == "fact", first[i] == "fact");
    }
  }
  EXPECT_GE(too_long, 10U);  // The cases say something.
}

// A key that is in no loop is never blamed for one, and none is left waiting.
TEST(EvidenceGraph, OnlyLoopsAreLoops) {
  std::size_t loops = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    Asks asks;
    std::map<std::string, std::set<std::string>> reach;
    for (int i = 0; i < 6; ++i) {
      for (int j = 0; j < 6; ++j) {
        if (random() % 5 != 0) continue;
        asks[node(i)].push_back(node(j));
        reach[node(i)].insert(node(j));
      }
    }
    for (int k = 0; k < 6; ++k) {
      for (int i = 0; i < 6; ++i) {
        if (reach[node(i)].count(node(k)) == 0) continue;
        const auto further = reach[node(k)];
        reach[node(i)].insert(further.begin(), further.end());
      }
    }
    const auto got = decide(asks, random);
    for (int i = 0; i < 3; ++i) {
      const std::string& one = got[static_cast<std::size_t>(i)];
      const bool in_loop = reach[node(i)].count(node(i)) != 0;
      ASSERT_TRUE(in_loop || one == "fact") << one;
      if (one == "fact") continue;
      ++loops;
      const std::string self = "s:" + node(i);
      ASSERT_EQ(one.find("evidence waits for itself: " + self + " → "), 0U) << one;
      ASSERT_EQ(one.substr(one.size() - self.size()), self);
    }
  }
  EXPECT_GT(loops, 50U);
}

}  // namespace
}  // namespace portreeve::engine
