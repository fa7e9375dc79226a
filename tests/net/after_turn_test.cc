// What is put off to the end of a turn runs on the same thread after what was ready, or not at all.

#include "net/after_turn.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "net/io_thread.h"
#include "net/listener_state.h"

namespace portreeve::net {
namespace {

TEST(AfterTurn, OnlyOnAnIoThread) {
  bool called = false;
  EXPECT_FALSE(after_turn([&] { called = true; }));
  EXPECT_FALSE(called);
}

TEST(AfterTurn, RunsAfterWhatWasReady) {
  auto thread = std::make_shared<IoThread>(std::make_shared<ListenerState>());
  std::vector<int> order;
  thread->post([&] {
    order.push_back(1);
    EXPECT_TRUE(after_turn([&] {
      order.push_back(3);
      thread->shut_down();
    }));
  });
  thread->post([&] { order.push_back(2); });
  std::thread running([&] { thread->run(); });
  running.join();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
  EXPECT_FALSE(after_turn([] {})) << "the loop of another thread has ended";
}

}  // namespace
}  // namespace portreeve::net
