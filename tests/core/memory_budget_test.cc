#include "core/memory_budget.h"

#include <gtest/gtest.h>

#include <thread>
#include <utility>
#include <vector>

namespace portreeve {
namespace {

TEST(MemoryBudget, TakesAndGivesBack) {
  MemoryBudget budget(100);
  {
    MemoryBudget::Reservation a(&budget);
    EXPECT_TRUE(a.grow(60).ok());
    MemoryBudget::Reservation b(&budget);
    const Outcome refused = b.grow(41);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Errc::limit);
    EXPECT_EQ(refused.error().message,
              "memory budget of 100 bytes is used up (60 in use, 41 more asked)");
    EXPECT_EQ(budget.used(), 60U);
    EXPECT_EQ(b.bytes(), 0U);
    EXPECT_TRUE(b.grow(40).ok());
    EXPECT_EQ(budget.used(), 100U);
    EXPECT_TRUE(b.grow(0).ok());
    a.release();
    EXPECT_EQ(budget.used(), 40U);
    a.release();
    EXPECT_EQ(budget.used(), 40U);
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST(MemoryBudget, HugeRequestsDoNotWrap) {
  MemoryBudget budget(100);
  MemoryBudget::Reservation a(&budget);
  EXPECT_TRUE(a.grow(1).ok());
  EXPECT_FALSE(a.grow(static_cast<std::size_t>(-1)).ok());
  EXPECT_FALSE(a.grow(static_cast<std::size_t>(-2)).ok());
  EXPECT_EQ(budget.used(), 1U);
}

TEST(MemoryBudget, MovesOwnership) {
  MemoryBudget budget(100);
  MemoryBudget::Reservation a(&budget);
  ASSERT_TRUE(a.grow(10).ok());
  MemoryBudget::Reservation b(std::move(a));
  EXPECT_EQ(b.bytes(), 10U);
  MemoryBudget::Reservation c(&budget);
  ASSERT_TRUE(c.grow(5).ok());
  c = std::move(b);
  EXPECT_EQ(budget.used(), 10U);
  c = MemoryBudget::Reservation();
  EXPECT_EQ(budget.used(), 0U);
}

TEST(MemoryBudget, WithoutABudgetNothingIsRefused) {
  MemoryBudget::Reservation a(nullptr);
  EXPECT_TRUE(a.grow(1'000'000'000'000).ok());
}

TEST(MemoryBudget, ThreadsNeverExceedTheLimit) {
  MemoryBudget budget(1000);
  std::atomic<bool> exceeded{false};
  std::atomic<int> refused{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = 0; i < 20'000; ++i) {
        MemoryBudget::Reservation a(&budget);
        MemoryBudget::Reservation b(&budget);
        if (!a.grow((i * 7 + t * 13) % 400).ok()) ++refused;
        if (!b.grow((i * 11) % 400).ok()) ++refused;
        if (budget.used() > 1000) exceeded = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(exceeded);
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace portreeve
