// More connections than there is room for (k8s-webhook §4.2 A1, A11). What is closed is the silent
// and the slow; who asks properly is served.

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/net/live_listener.h"

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;
using test::post_request;
using Clients = std::vector<std::unique_ptr<test::TlsClient>>;

bool served(test::TlsClient& client) {
  return status_of(client.exchange(post_request("/validate", "{}"))) == 200;
}

TEST(Pressure, SilentConnectionsAreCutAndHinderNobody) {
  ListenerOptions options;
  options.handshake_deadline = 500ms;
  LiveListener listener(options);
  auto kept = listener.client();
  Clients silent;
  for (int i = 0; i < 300; ++i) silent.push_back(listener.silent_client());
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(served(*kept));
    EXPECT_TRUE(served(*listener.client()));
  }
  for (auto& client : silent) EXPECT_TRUE(client->ended());
  const ListenerStats stats = listener->stats();
  EXPECT_EQ(stats.silent_cut, 300u);
  EXPECT_EQ(stats.handshakes_failed, 0u);
  EXPECT_EQ(stats.shed_unfinished + stats.shed_idle + stats.connections_refused, 0u);
  EXPECT_TRUE(served(*kept));
}

// components.md §3: kept connections that never sent a request are honest.
TEST(Pressure, IdleAfterTheHandshakeIsNotCutAtTheHandshakeDeadline) {
  ListenerOptions options;
  options.handshake_deadline = 100ms;
  LiveListener listener(options);
  Clients idle;
  for (int i = 0; i < 25; ++i) idle.push_back(listener.client());
  auto silent = listener.silent_client();
  EXPECT_TRUE(silent->ended());  // At least one deadline has passed.
  for (auto& client : idle) EXPECT_TRUE(served(*client));
  EXPECT_EQ(listener->stats().accepted, 26u);
}

TEST(Pressure, IdleIsCutAtItsDeadline) {
  ListenerOptions options;
  options.idle_deadline = 100ms;
  LiveListener listener(options);
  auto client = listener.client();
  EXPECT_TRUE(served(*client));
  EXPECT_TRUE(client->ended());
  EXPECT_EQ(listener->stats().refused_requests, 0u);
}

TEST(Pressure, DefaultsHoldWhatTheApiServerNeeds) {
  EXPECT_GE(limits::kIdleDeadline, 120s);
  EXPECT_EQ(limits::kHandshakeDeadline, 3s);
}

TEST(Pressure, OldestSilentGoesFirstThenOldestIdle) {
  ListenerOptions options;
  options.connections = 4;
  LiveListener listener(options);
  auto idle_old = listener.client();
  auto idle_young = listener.client();
  EXPECT_TRUE(served(*idle_old));
  EXPECT_TRUE(served(*idle_young));
  auto silent_old = listener.silent_client();
  auto silent_young = listener.silent_client();
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.accepted == 4; }));

  auto fifth = listener.client();
  EXPECT_TRUE(silent_old->ended());
  auto sixth = listener.client();
  EXPECT_TRUE(silent_young->ended());
  EXPECT_EQ(listener->stats().shed_unfinished, 2u);
  EXPECT_EQ(listener->stats().shed_idle, 0u);

  auto seventh = listener.client();
  EXPECT_TRUE(idle_old->ended());
  EXPECT_EQ(listener->stats().shed_idle, 1u);
  for (auto* client : {&idle_young, &fifth, &sixth, &seventh}) EXPECT_TRUE(served(**client));
}

TEST(Pressure, SlowHeadGoesBeforeIdle) {
  ListenerOptions options;
  options.connections = 2;
  LiveListener listener(options);
  auto idle = listener.client();
  auto slow = listener.client();
  ASSERT_TRUE(slow->send("POST /validate HTTP/1.1\r\n"));
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.idle == 1 && s.open == 2; }));
  auto third = listener.client();
  EXPECT_TRUE(slow->ended());
  EXPECT_TRUE(served(*idle));
  EXPECT_TRUE(served(*third));
  EXPECT_EQ(listener->stats().shed_unfinished, 1u);
}

TEST(Pressure, WorkingConnectionsAreNeverShed) {
  ListenerOptions options;
  options.connections = 2;
  std::vector<Respond> held;
  std::mutex mutex;
  LiveListener listener(options, [&](HttpRequest, Respond respond) {
    const std::lock_guard lock(mutex);
    held.push_back(std::move(respond));
  });
  Clients working;
  for (int i = 0; i < 2; ++i) {
    working.push_back(listener.client());
    ASSERT_TRUE(working.back()->send(post_request("/validate", "{}")));
    const auto expected = static_cast<std::uint64_t>(i) + 1;
    EXPECT_TRUE(listener.eventually([&](const auto& s) { return s.requests == expected; }));
  }
  EXPECT_FALSE(test::TlsClient::connect(listener.client_options()).ok());
  EXPECT_EQ(listener->stats().connections_refused, 1u);
  for (auto& client : working) {
    Respond respond;
    {
      const std::lock_guard lock(mutex);
      respond = std::move(held.front());
      held.erase(held.begin());
    }
    HttpResponse response;
    response.status = 200;
    respond(response);
    EXPECT_EQ(status_of(client->receive()), 200u);
  }
}

// 200 handshakes that stall hold every slot of this address; a proper one is still let in.
TEST(Pressure, StalledHandshakesGiveWay) {
  LiveListener listener;
  Clients stalled;
  for (int i = 0; i < 200; ++i) {
    stalled.push_back(listener.silent_client());
    ASSERT_TRUE(stalled.back()->send("\x16\x03\x01"));
  }
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(served(*listener.client()));
  EXPECT_GT(listener->stats().handshakes_refused, 0u);
}

// A crowd of honest clients of one address, more than may shake hands at once: all are served.
TEST(Pressure, HonestCrowdOfOneAddressIsServed) {
  ListenerOptions options;
  options.threads = 2;
  options.handshake_deadline = 60s;  // A sanitizer's build on a busy machine is slow, not stalled.
  LiveListener listener(options);
  Clients clients;
  for (int i = 0; i < 300; ++i) clients.push_back(listener.silent_client());
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (std::size_t t = 0; t < 100; ++t) {
    threads.emplace_back([&, t] {
      for (std::size_t i = t; i < clients.size(); i += 100) {
        if (clients[i]->handshake().ok() && served(*clients[i])) ++good;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good.load(), 300);
  EXPECT_EQ(listener->stats().handshakes_failed, 0u);
}

/// Lowers the limit so that `more` descriptors can still be opened, and restores it.
class FewDescriptors {
 public:
  explicit FewDescriptors(rlim_t more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::dup(0);
    ::close(next);
    rlimit lower = before_;
    lower.rlim_cur = static_cast<rlim_t>(next) + more;
    ::setrlimit(RLIMIT_NOFILE, &lower);
  }
  ~FewDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

// The clients' sockets exist before the limit is lowered, so it is accept(2) that hits it.
TEST(Pressure, OutOfDescriptorsTheSilentGoAndTheNewAreServed) {
  for (const unsigned thread_count : {1u, 2u}) {
    ListenerOptions options;
    options.threads = thread_count;
    LiveListener listener(options);
    std::vector<int> sockets;
    for (int i = 0; i < 60; ++i)
      sockets.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    auto idle = listener.client();
    EXPECT_TRUE(served(*idle));
    {
      const FewDescriptors few(10);
      Clients clients;
      test::TlsClientOptions to = listener.client_options();
      for (int i = 0; i < 40; ++i) {
        to.handshake = false;
        to.descriptor = sockets[static_cast<std::size_t>(i)];
        clients.push_back(listener.client(to));
      }
      EXPECT_TRUE(listener.eventually([](const auto& s) { return s.shed_unfinished >= 20; }));
      for (int i = 40; i < 60; ++i) {
        to.handshake = true;
        to.descriptor = sockets[static_cast<std::size_t>(i)];
        auto connected = test::TlsClient::connect(to);
        ASSERT_TRUE(connected.ok()) << i << ": " << connected.error().message;
        EXPECT_TRUE(served(*connected.value())) << i;
      }
      EXPECT_TRUE(served(*idle));
      EXPECT_EQ(listener->stats().shed_idle, 0u);
    }
    EXPECT_TRUE(served(*listener.client()));
  }
}

}  // namespace
}  // namespace portreeve::net
