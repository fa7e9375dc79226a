// Connections that are due together are closed a few at a time, with everybody else's turns between.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

#include "net/io_thread.h"
#include "net/listener_state.h"

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;

TEST(Expiry, OthersGetTheirTurnBetweenAFew) {
  constexpr std::size_t kSilent = 10 * IoThread::kExpiredAtOnce + 7;
  auto state = std::make_shared<ListenerState>();
  state->deadlines = {20ms, 1h, 1h, 1h, 1h};
  state->connections_per_thread = kSilent;
  auto thread = std::make_shared<IoThread>(state);
  std::vector<int> peers;
  for (std::size_t i = 0; i < kSilent; ++i) {
    int ends[2];
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
    peers.push_back(ends[0]);
    auto ours = std::make_shared<AcceptedSocket>(ends[1], false, PeerAddress{});
    thread->post([&thread, ours] { thread->adopt(std::move(*ours)); });
  }
  // Somebody who always has something to do, and sees how many went since he last had his turn.
  std::size_t turns_with_less = 0, most_at_once = 0, left = kSilent;
  std::function<void()> look = [&] {
    const std::size_t now = thread->open();
    if (now < left) {
      ++turns_with_less;
      most_at_once = std::max(most_at_once, left - now);
    }
    left = now;
    if (now == 0) return thread->shut_down();
    thread->post(look);
  };
  thread->post(look);
  std::thread running([&] { thread->run(); });
  running.join();
  EXPECT_EQ(state->counters.silent_cut.get(), kSilent);
  EXPECT_LE(most_at_once, IoThread::kExpiredAtOnce);
  EXPECT_GE(turns_with_less, kSilent / IoThread::kExpiredAtOnce);
  for (const int peer : peers) {
    char byte = 0;
    EXPECT_EQ(::read(peer, &byte, 1), 0) << "closed, not forgotten";
    ::close(peer);
  }
}

}  // namespace
}  // namespace portreeve::net
