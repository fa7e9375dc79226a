#include "engine/work_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portreeve::engine {
namespace {

SteadyTime at(int ms) { return SteadyTime{} + std::chrono::milliseconds(ms); }

// Works are told apart by what their task writes.
class WorkQueueTest : public ::testing::Test {
 protected:
  Outcome add(const std::string& lane, const std::string& name, int wanted_by,
              int expires = 10'000) {
    Work work{at(wanted_by), at(expires), [this, name](const Outcome&) { said_ = name; }};
    return queue_.add(lane, work, at(now_), expired_);
  }
  std::string take() {
    auto item = queue_.take(at(now_), expired_);
    return item ? say(item->task) : "-";
  }
  std::string say(const Task& task) {
    task(Done{});
    return said_;
  }
  std::string expired() {
    std::string names;
    for (const Task& task : expired_) names += say(task) + " ";
    expired_.clear();
    return names;
  }

  WorkQueue queue_{{.works = 6, .works_per_lane = 4, .running_per_lane = 2}};
  std::vector<Task> expired_;
  std::string said_;
  int now_ = 0;
};

TEST_F(WorkQueueTest, OrderedByTimeThenArrivalAcrossLanes) {
  ASSERT_TRUE(add("x", "x30", 30).ok());
  ASSERT_TRUE(add("y", "y10", 10).ok());
  ASSERT_TRUE(add("x", "x10", 10).ok());
  ASSERT_TRUE(add("y", "y20", 20).ok());
  EXPECT_EQ(take(), "y10");
  EXPECT_EQ(take(), "x10");
  EXPECT_EQ(take(), "y20");
  EXPECT_EQ(take(), "x30");
  EXPECT_EQ(take(), "-");
}

TEST_F(WorkQueueTest, LaneRunsNoMoreThanItsShare) {
  for (int i = 1; i <= 4; ++i) ASSERT_TRUE(add("x", "x" + std::to_string(i), i).ok());
  ASSERT_TRUE(add("y", "y9", 9).ok());
  EXPECT_EQ(take(), "x1");
  EXPECT_EQ(take(), "x2");
  EXPECT_EQ(take(), "y9");  // x3 and x4 are more urgent, but two of x run.
  EXPECT_EQ(take(), "-");
  EXPECT_FALSE(queue_.runnable());
  queue_.finished("x");
  EXPECT_TRUE(queue_.runnable());
  EXPECT_EQ(take(), "x3");
  EXPECT_EQ(take(), "-");
  queue_.finished("y");
  EXPECT_EQ(take(), "-");
  queue_.finished("x");
  queue_.finished("x");
  EXPECT_EQ(take(), "x4");
  EXPECT_EQ(queue_.size(), 0U);
}

TEST_F(WorkQueueTest, FullQueueRefuses) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(add("x", "x", 5).ok());
  const Outcome lane = add("x", "x", 5);
  ASSERT_FALSE(lane.ok());
  EXPECT_EQ(lane.error().code, Errc::limit);
  EXPECT_EQ(lane.error().message, "work queue of x is full (4)");
  ASSERT_TRUE(add("y", "y", 5).ok());
  ASSERT_TRUE(add("y", "y", 5).ok());
  const Outcome all = add("z", "z", 1);
  ASSERT_FALSE(all.ok());
  EXPECT_EQ(all.error().code, Errc::limit);
  EXPECT_EQ(all.error().message, "work queue is full (6)");
}

TEST_F(WorkQueueTest, RefusedWorkIsLeftWithItsOwner) {
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(add("x", "x", 5).ok());
  Work work{at(1), at(1), [](const Outcome&) {}};
  ASSERT_FALSE(queue_.add("x", work, at(0), expired_).ok());
  EXPECT_TRUE(work.task);
}

TEST_F(WorkQueueTest, ExpiredWorksMakeRoom) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add("x", "x" + std::to_string(i), 5, 50 + i).ok());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add("y", "y" + std::to_string(i), 5, 70).ok());
  now_ = 51;
  ASSERT_TRUE(add("z", "z", 60).ok());
  EXPECT_EQ(expired(), "x0 x1 ");
  EXPECT_EQ(queue_.size(), 5U);
}

TEST_F(WorkQueueTest, ExpiredWorkIsHandedOutAsSuch) {
  ASSERT_TRUE(add("x", "old", 5, 10).ok());
  ASSERT_TRUE(add("x", "new", 20, 30).ok());
  now_ = 10;
  EXPECT_EQ(take(), "new");
  EXPECT_EQ(expired(), "old ");
}

TEST_F(WorkQueueTest, AbandonedWorkGoesBehindWantedWork) {
  ASSERT_TRUE(add("x", "abandoned", 5, 100).ok());
  ASSERT_TRUE(add("x", "wanted", 50, 100).ok());
  ASSERT_TRUE(add("y", "also wanted", 60, 100).ok());
  now_ = 10;
  EXPECT_EQ(take(), "wanted");
  EXPECT_EQ(take(), "also wanted");
  EXPECT_EQ(take(), "abandoned");
  EXPECT_EQ(expired(), "");
}

TEST_F(WorkQueueTest, ClearHandsOutAllThatWaits) {
  ASSERT_TRUE(add("x", "x1", 1).ok());
  ASSERT_TRUE(add("x", "x2", 2).ok());
  EXPECT_EQ(take(), "x1");
  EXPECT_EQ(queue_.clear().size(), 1U);
  EXPECT_FALSE(queue_.runnable());
  queue_.finished("x");
  EXPECT_EQ(take(), "-");
}

}  // namespace
}  // namespace portreeve::engine
