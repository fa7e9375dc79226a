#include "engine/fact_cache.h"

#include <gtest/gtest.h>

#include "tests/support/fake_provider.h"
#include "tests/support/fixed_clock.h"

namespace portreeve::engine {
namespace {

Settled settled(SteadyTime until, std::size_t weight = 0) {
  Fact fact = testing::make_fact("x");
  fact.weight = weight;
  return {std::make_shared<const Evidence>(std::move(fact)), until};
}

TEST(FactCache, GivesTheSameUntilItsEnd) {
  testing::FixedClock clock;
  FactCache cache(clock, 1 << 20);
  const Key key{"s", "a", ""};
  const Settled stored = settled(clock.steady() + Milliseconds(10));
  cache.store(key, stored);
  ASSERT_TRUE(cache.lookup(key).has_value());
  EXPECT_EQ(cache.lookup(key)->evidence, stored.evidence);
  EXPECT_FALSE(cache.lookup(Key{"s", "a", "other scope"}).has_value());
  clock.advance(Milliseconds(10));
  EXPECT_FALSE(cache.lookup(key).has_value());
  EXPECT_EQ(cache.size(), 0U);
}

TEST(FactCache, WhatWasUsedLongestAgoGoes) {
  testing::FixedClock clock;
  FactCache cache(clock, 10'000);
  const auto key = [](int i) { return Key{"s", std::to_string(i), ""}; };
  for (int i = 0; i < 4; ++i) cache.store(key(i), settled(SteadyTime::max(), 1700));
  EXPECT_TRUE(cache.lookup(key(0)).has_value());
  cache.store(key(4), settled(SteadyTime::max(), 1700));
  EXPECT_TRUE(cache.lookup(key(0)).has_value());
  EXPECT_FALSE(cache.lookup(key(1)).has_value());
  EXPECT_EQ(cache.size(), 4U);
  cache.store(key(5), settled(SteadyTime::max(), 5'000));  // Too large to keep.
  EXPECT_FALSE(cache.lookup(key(5)).has_value());
  EXPECT_EQ(cache.size(), 4U);
  cache.store(key(0), settled(SteadyTime::max(), 1700));  // Again: counted once.
  EXPECT_EQ(cache.size(), 4U);
}

}  // namespace
}  // namespace portreeve::engine
