#include "engine/gather.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "core/limits.h"
#include "tests/engine/rig.h"

namespace portreeve::engine {
namespace {

using testing::FakeProvider;
using testing::Gate;
using testing::kSecond;
using testing::Rig;
namespace act = testing::act;

std::shared_ptr<FakeProvider> provider() { return std::make_shared<FakeProvider>(); }

Key key(const std::string& artifact) { return Key{"s", artifact, ""}; }

// What a provider may do by itself, and what its key becomes.
TEST(Gather, EveryWayToAnswer) {
  struct Case {
    const char* name;
    FakeProvider::Act act;
    const char* want;
  };
  const Case cases[] = {
      {"fact", act::fact("x"), "s:k = fact x\n"},
      {"absent", act::absent(Errc::untrusted, "nobody"), "s:k = untrusted: nobody\n"},
      {"throws", act::throw_text("bad \x1b[31mthing"),
       "s:k = internal: s:k: the provider threw: bad \\u{001B}[31mthing\n"},
      {"bad_alloc", act::throw_bad_alloc(), "s:k = limit: out of memory\n"},
      {"int", act::throw_int(), "s:k = internal: s:k: the provider threw an unknown exception\n"},
      {"twice", act::twice("first", "second"), "s:k = fact first\n"},
      {"fact, then throws", act::fact_then_throw("x"), "s:k = fact x\n"},
      {"drop", act::drop(), "s:k = internal: s:k: the provider dropped its reply\n"},
      {"another thread", act::from_elsewhere("x"), "s:k = fact x\n"},
      {"asks for nothing", act::ask_always({}),
       "s:k = internal: s:k: the provider asked for nothing that it had not got\n"},
      {"itself", act::ask({key("k")}), "s:k = malformed: evidence waits for itself: s:k → s:k\n"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    auto fake = provider();
    fake->script("k", {c.act});
    Rig rig({fake});
    EXPECT_EQ(rig.describe_gather({key("k")}), c.want);
    EXPECT_EQ(rig.repeated(), 0);
  }
}

TEST(Gather, SecondAnswersAreCounted) {
  auto fake = provider();
  fake->script("k", {act::twice("first", "second")}).script("l", {act::fact_then_throw("x")});
  Rig rig({fake});
  rig.gather(fake->keys({"k", "l"})).get();
  rig.threads().shutdown();  // The second answers have been given when all threads ended.
  EXPECT_EQ(rig.flights().counters().ignored_answers, 2U);
}

TEST(Gather, ChainsAndDiamondsAskEachKeyOnce) {
  auto fake = provider();
  fake->script("a", {act::ask(fake->keys({"b", "c"})), act::fact("A")})
      .script("b", {act::ask(fake->keys({"d"})), act::fact("B")})
      .script("c", {act::ask(fake->keys({"d"})), act::ask(fake->keys({"e"})), act::fact("C")})
      .script("d", {act::fact("D")})
      .script("e", {act::absent(Errc::not_found, "none")});
  Rig rig({fake});
  EXPECT_EQ(rig.describe_gather({key("a")}),
            "s:a = fact A\ns:b = fact B\ns:c = fact C\ns:d = fact D\ns:e = not-found: none\n");
  EXPECT_EQ(fake->calls("d"), 1U);
  EXPECT_EQ(fake->calls("c"), 3U);  // Its first step and two resumptions.
}

TEST(Gather, GivesWhatWasAskedFor) {
  auto fake = provider();
  EvidenceMap given;
  fake->script("a", {act::ask(fake->keys({"b", "none"})),
                     {{},
                      [&](const FakeProvider&, StepRequest request, Reply reply) {
                        given = request.given;
                        reply(testing::make_fact("A"));
                      }}})
      .script("b", {act::fact("B")});
  Rig rig({fake});
  rig.gather({key("a"), key("other")}).get();
  EXPECT_EQ(testing::describe(given), "s:b = fact B\ns:none = not-found: no such artifact\n");
}

TEST(Gather, KeysAskedTwiceAndNoKeys) {
  auto fake = provider();
  fake->script("a", {act::fact("A")});
  Rig rig({fake});
  EXPECT_EQ(rig.describe_gather({key("a"), key("a")}), "s:a = fact A\n");
  EXPECT_EQ(rig.describe_gather({}), "");
}

TEST(Gather, UnknownSection) {
  Rig rig({provider()});
  const Key odd{"no\nsuch", "k", ""};
  const EvidenceMap got = rig.gather({odd}).get();
  const Error& reason = std::get<Absent>(got.at(odd)).reason;
  EXPECT_EQ(reason.code, Errc::unsupported);
  EXPECT_EQ(reason.message, "no\\u{000A}such:k: no provider for this section");
}

TEST(Gather, CyclesAreSpelledOutForEachMember) {
  auto fake = provider();
  fake->script("a", {act::ask(fake->keys({"b"})), act::fact("A")})
      .script("b", {act::ask(fake->keys({"c"})), act::fact("B")})
      .script("c", {act::ask(fake->keys({"a"})), act::fact("C")})
      .script("outside", {act::ask(fake->keys({"b"})), act::fact("O")});
  Rig rig({fake});
  EXPECT_EQ(rig.describe_gather({key("a"), key("outside")}),
            "s:a = malformed: evidence waits for itself: s:a → s:b → s:c → s:a\n"
            "s:b = malformed: evidence waits for itself: s:b → s:c → s:a → s:b\n"
            "s:c = malformed: evidence waits for itself: s:c → s:a → s:b → s:c\n"
            "s:outside = fact O\n");
}

TEST(Gather, DepthSixIsAllowedSevenIsNot) {
  auto fake = provider();
  for (int i = 1; i <= 7; ++i) {
    const std::string name = "k" + std::to_string(i);
    const std::string next = "k" + std::to_string(i + 1);
    if (i == 7) {
      fake->script(name, {act::fact("leaf")});
    } else {
      fake->script(name, {act::ask({key(next)}), act::fact(name)});
    }
  }
  // Both in one decision: the longer chain takes nothing from the shorter one.
  Rig rig({fake});
  const EvidenceMap got = rig.gather({key("k1"), key("k2")}).get();
  EXPECT_EQ(testing::describe({{key("k1"), got.at(key("k1"))}, {key("k2"), got.at(key("k2"))}}),
            "s:k1 = limit: evidence chain is longer than 6: "
            "s:k1 → s:k2 → s:k3 → s:k4 → s:k5 → s:k6 → s:k7\n"
            "s:k2 = fact k2\n");
}

TEST(Gather, ThreeHundredKeysAtOnce) {
  auto fake = provider();
  std::vector<Key> many;
  for (int i = 0; i < 300; ++i) many.push_back(key("m" + std::to_string(i)));
  fake->script("a", {act::ask(many), act::fact("A")});
  Rig rig({fake});
  EXPECT_EQ(rig.describe_gather({key("a")}),
            "s:a = limit: s:a: asks for more than the 256 keys of a decision (1 are taken)\n");
  EXPECT_EQ(fake->calls(), 1U);
}

TEST(Gather, ThreeHundredKeysFromOutside) {
  auto fake = provider();
  fake->otherwise(
      [](const FakeProvider&, StepRequest, Reply reply) { reply(testing::make_fact("x")); });
  std::vector<Key> many;
  for (int i = 0; i < 300; ++i) many.push_back(key("m" + std::to_string(i)));
  Rig rig({fake});
  const EvidenceMap got = rig.gather(many).get();
  EXPECT_EQ(got.size(), 300U);
  EXPECT_EQ(fake->calls(), 256U);
  EXPECT_EQ(testing::describe({{key("m299"), got.at(key("m299"))}}),
            "s:m299 = limit: s:m299: a decision asks for at most 256 keys\n");
}

TEST(Gather, AskingForEverEndsAtTheKeyCap) {
  auto fake = provider();
  fake->script("a", {act::ask_for_ever()});
  fake->otherwise(
      [](const FakeProvider&, StepRequest, Reply reply) { reply(testing::make_fact("x")); });
  Rig rig({fake});
  const EvidenceMap got = rig.gather({key("a")}).get();
  EXPECT_EQ(testing::describe({{key("a"), got.at(key("a"))}}),
            "s:a = limit: s:a: asks for more than the 256 keys of a decision (256 are taken)\n");
  EXPECT_EQ(fake->calls(), 511U);
}

TEST(Gather, EndlessChainEndsAtTheDepth) {
  auto fake = provider();
  fake->otherwise([](const FakeProvider&, StepRequest request, Reply reply) {
    reply(Need{{key(request.key.artifact + "x")}});
  });
  Rig rig({fake});
  const EvidenceMap got = rig.gather({key("x")}).get();
  EXPECT_EQ(testing::describe(got),
            "s:x = limit: evidence chain is longer than 6: "
            "s:x → s:xx → s:xxx → s:xxxx → s:xxxxx → s:xxxxxx → s:xxxxxxx\n");
  EXPECT_EQ(fake->calls(), 6U);
}

// 40 keys that ask, one after the other, for the same 40: 1,640 steps for 80 keys.
TEST(Gather, StepsAreCapped) {
  auto fake = provider();
  std::vector<Key> asked;
  std::vector<FakeProvider::Act> acts;
  for (int i = 0; i < 40; ++i) {
    acts.push_back(act::ask({key("leaf" + std::to_string(i))}));
    fake->script("leaf" + std::to_string(i), {act::fact("leaf")});
  }
  acts.push_back(act::fact("all"));
  for (int i = 0; i < 40; ++i) {
    fake->script("root" + std::to_string(i), acts);
    asked.push_back(key("root" + std::to_string(i)));
  }
  Rig rig({fake});
  const EvidenceMap got = rig.gather(asked).get();
  EXPECT_LE(fake->calls(), limits::kEvidenceSteps);
  std::size_t limited = 0;
  for (const Key& root : asked) {
    const auto* absent = std::get_if<Absent>(&got.at(root));
    if (absent == nullptr) continue;
    ++limited;
    EXPECT_EQ(absent->reason.message,
              root.text() + ": a decision takes at most 1024 evidence steps");
  }
  EXPECT_GT(limited, 0U);
}

TEST(Gather, DeadlineNamesTheWayToTheStalledKey) {
  auto fake = provider();
  fake->script("a", {act::ask(fake->keys({"b"})), act::fact("A")}).script("b", {act::stall()});
  Rig rig({fake});
  auto future = rig.gather(fake->keys({"a"}), Milliseconds(250));
  fake->await_kept(1);
  rig.clock().advance(Milliseconds(250));
  EXPECT_EQ(testing::describe(future.get()),
            "s:a = unavailable: deadline of 250 ms reached while waiting for s:a → s:b\n"
            "s:b = unavailable: deadline of 250 ms reached while waiting for s:b\n");
}

TEST(Gather, DeadlineThatHasPassedAsksNobody) {
  auto fake = provider();
  Rig rig({fake});
  auto future = rig.gather({key("a")}, Milliseconds(0));
  ASSERT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(testing::describe(future.get()),
            "s:a = unavailable: deadline of 0 ms reached while waiting for s:a\n");
  EXPECT_EQ(fake->calls(), 0U);
}

TEST(Gather, ProviderThatNeverAnswersEndsAtItsOwnBudget) {
  auto fake = provider();
  fake->script("a", {act::stall()});
  Rig rig({fake});
  auto future = rig.gather({key("a")}, 60 * kSecond);
  fake->await_kept(1);
  rig.clock().advance(10 * kSecond);
  EXPECT_EQ(testing::describe(future.get()), "s:a = unavailable: s:a: no answer within 10000 ms\n");
  fake->release();  // Too late: ignored and counted.
  EXPECT_EQ(rig.flights().counters().ignored_answers, 1U);
}

TEST(Gather, ShutdownAnswersWithTheReason) {
  auto fake = provider();
  fake->script("a", {act::stall()});
  Rig rig({fake});
  auto future = rig.gather({key("a")});
  fake->await_kept(1);
  rig.threads().shutdown();
  const std::string got = testing::describe(future.get());
  // The gather's timer or the flight's: both say why.
  EXPECT_TRUE(got == "s:a = unavailable: shutting down while waiting for s:a\n" ||
              got == "s:a = unavailable: s:a: shutting down\n")
      << got;
  auto after = rig.gather({key("b")});
  ASSERT_EQ(after.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  EXPECT_EQ(testing::describe(after.get()), "s:b = unavailable: s:b: shutting down\n");
}

TEST(Gather, QueueFullIsLimit) {
  auto fake = provider();
  Gate gate;
  fake->script("busy", {act::wait(gate, "x")});
  Rig rig({fake}, nullptr, {.compute = 1, .compute_queue = 1});
  auto busy = rig.gather({key("busy")});
  gate.await_arrivals(1);
  auto queued = rig.gather({key("queued")});
  EXPECT_EQ(rig.describe_gather({key("refused")}),
            "s:refused = limit: s:refused: work queue is full (1)\n");
  gate.open();
  EXPECT_EQ(testing::describe(queued.get()), "s:queued = not-found: no such artifact\n");
  EXPECT_EQ(testing::describe(busy.get()), "s:busy = fact x\n");
}

TEST(Gather, WhoHasLessTimeIsServedFirst) {
  auto fake = provider();
  Gate gate;
  fake->script("busy", {act::wait(gate, "x")});
  Rig rig({fake}, nullptr, {.compute = 1});
  auto busy = rig.gather({key("busy")});
  gate.await_arrivals(1);
  auto patient = rig.gather({key("patient")}, Milliseconds(900));
  auto hasty = rig.gather({key("hasty")}, Milliseconds(100));
  gate.open();
  patient.get();
  hasty.get();
  EXPECT_EQ(fake->order(), (std::vector<std::string>{"busy", "hasty", "patient"}));
}

TEST(Gather, DoneThatThrowsHurtsNobody) {
  auto fake = provider();
  fake->script("a", {act::fact("A")});
  Rig rig({fake});
  Gatherer(rig.flights().shared_from_this())
      .gather({key("a")}, Deadline::in(kSecond, rig.clock()),
              [](const EvidenceMap&) { throw std::runtime_error("caller"); });
  EXPECT_EQ(rig.describe_gather({key("a")}), "s:a = fact A\n");
}

}  // namespace
}  // namespace portreeve::engine
