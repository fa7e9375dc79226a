// The handler's side of a call: Respond, drain and stop.

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <mutex>
#include <stdexcept>
#include <vector>

#include "tests/net/live_listener.h"

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;
using test::post_request;

HttpResponse ok(std::string body = {}) {
  HttpResponse response;
  response.status = 200;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

/// Keeps what it is asked until the test answers.
class Holder {
 public:
  Handler handler() {
    return [this](HttpRequest, Respond respond) {
      const std::lock_guard lock(mutex_);
      held_.push_back(std::move(respond));
    };
  }
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  Respond take() {
    const std::lock_guard lock(mutex_);
    Respond respond = std::move(held_.back());
    held_.pop_back();
    return respond;
  }

 private:
  std::mutex mutex_;
  std::vector<Respond> held_;
};

TEST(Respond, SecondCallIsIgnoredAndCounted) {
  LiveListener listener({}, [](HttpRequest, const Respond& respond) {
    respond(ok("first"));
    respond(ok("second"));
  });
  auto client = listener.client();
  for (int i = 0; i < 2; ++i) {
    const auto response = client->exchange(post_request("/validate", "{}"));
    ASSERT_TRUE(response.ok());
    EXPECT_EQ(response.value().body, "first");
  }
  EXPECT_EQ(listener->stats().repeated_responses, 2u);
  EXPECT_EQ(listener->stats().dropped_responses, 0u);
}

TEST(Respond, DroppedMeans500AndClose) {
  LiveListener listener({}, [](HttpRequest, const Respond&) {});
  auto client = listener.client();
  const auto response =
      client->exchange(post_request("/validate", "{}") + post_request("/validate", "{}"));
  EXPECT_EQ(status_of(response), 500u);
  EXPECT_TRUE(response.value().closes());
  EXPECT_EQ(client->receive_rest(), "");
  EXPECT_EQ(listener->stats().dropped_responses, 1u);
}

TEST(Respond, DroppedOnAnotherThreadMeans500AndClose) {
  Holder holder;
  LiveListener listener({}, holder.handler());
  auto client = listener.client();
  ASSERT_TRUE(client->send(post_request("/validate", "{}")));
  while (holder.size() == 0) std::this_thread::yield();
  holder.take() = nullptr;
  EXPECT_EQ(status_of(client->receive()), 500u);
  EXPECT_TRUE(client->ended());
}

TEST(Respond, ExceptionsMean500AndClose) {
  std::vector<Respond> kept;
  const std::vector<std::function<void(Respond)>> throwers = {
      [](const Respond&) { throw std::runtime_error("x"); },
      [](const Respond&) { throw 42; },
      [&](const Respond& respond) {
        kept.push_back(respond);  // Must not be able to answer later.
        throw std::bad_alloc();
      },
  };
  for (const auto& thrower : throwers) {
    LiveListener listener({}, [&](HttpRequest, const Respond& respond) { thrower(respond); });
    auto client = listener.client();
    EXPECT_EQ(status_of(client->exchange(post_request("/validate", "{}"))), 500u);
    EXPECT_TRUE(client->ended());
    for (const Respond& respond : kept) respond(ok());
    EXPECT_EQ(listener->stats().dropped_responses, 1u);
    EXPECT_EQ(listener->stats().repeated_responses, kept.size());
  }
}

TEST(Respond, ExceptionAfterTheAnswerDoesNotUndoIt) {
  LiveListener listener({}, [](HttpRequest, const Respond& respond) {
    respond(ok("x"));
    throw std::runtime_error("late");
  });
  auto client = listener.client();
  EXPECT_EQ(status_of(client->exchange(post_request("/validate", "{}"))), 200u);
  EXPECT_EQ(status_of(client->exchange(post_request("/validate", "{}"))), 200u);
  EXPECT_EQ(listener->stats().dropped_responses, 0u);
}

TEST(Respond, RedirectIsNeverSent) {
  LiveListener listener({}, [](HttpRequest, const Respond& respond) {
    HttpResponse response = ok("x");
    response.status = 307;
    respond(response);
  });
  auto client = listener.client();
  EXPECT_EQ(status_of(client->exchange(post_request("/validate", "{}"))), 500u);
}

TEST(Respond, MayOutliveConnectionAndListener) {
  Holder holder;
  std::size_t waiting = 0;
  {
    LiveListener listener({}, holder.handler());
    auto gone = listener.client();
    auto waits = listener.client();
    ASSERT_TRUE(gone->send(post_request("/validate", "{}")));
    ASSERT_TRUE(waits->send(post_request("/validate", "{}")));
    while (holder.size() < 2) std::this_thread::yield();
    gone.reset();
    waiting = holder.size();
    listener->stop(Milliseconds(0));
    EXPECT_TRUE(waits->ended());
    EXPECT_EQ(listener->stats().open, 0u);
    holder.take()(ok());
  }
  EXPECT_EQ(waiting, 2u);
  holder.take()(ok());
}

TEST(Respond, BodyMemoryIsHeldUntilTheAnswer) {
  Holder holder;
  LiveListener listener({}, holder.handler());
  auto client = listener.client();
  ASSERT_TRUE(client->send(post_request("/validate", std::string(100'000, 'a'))));
  while (holder.size() == 0) std::this_thread::yield();
  EXPECT_GE(listener->stats().body_bytes, 100'000u);
  holder.take()(ok());
  EXPECT_EQ(status_of(client->receive()), 200u);
  EXPECT_EQ(listener->stats().body_bytes, 0u);
}

// 96 MiB of bodies may be held; the request that asks for more is told to come again.
TEST(Respond, TooManyBodiesAtOnceAre503) {
  Holder holder;
  LiveListener listener({}, holder.handler());
  const std::string request = post_request("/validate", std::string(1024 * 1024, 'a'));
  std::vector<std::unique_ptr<test::TlsClient>> clients;
  for (std::size_t held = 1; held <= limits::kInFlightBodyBytes / limits::kMiB; ++held) {
    clients.push_back(listener.client());
    ASSERT_TRUE(clients.back()->send(request));
    while (holder.size() < held) std::this_thread::yield();
  }
  auto client = listener.client();
  const auto response = client->exchange(request);
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response.value().status, 503u);
  EXPECT_EQ(response.value().fields.at("retry-after"), "1");
  EXPECT_TRUE(response.value().closes());
  while (holder.size() > 0) holder.take()(ok());
  for (auto& other : clients) EXPECT_EQ(status_of(other->receive()), 200u);
  EXPECT_EQ(listener->stats().body_bytes, 0u);
}

TEST(Stop, DrainClosesAfterAnswersButStillAccepts) {
  LiveListener listener;
  auto before = listener.client();
  EXPECT_FALSE(before->exchange(post_request("/validate", "{}")).value().closes());
  listener->drain();
  const auto response = before->exchange(post_request("/validate", "{}"));
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response.value().status, 200u);
  EXPECT_TRUE(response.value().closes());
  EXPECT_TRUE(before->ended());
  EXPECT_EQ(status_of(listener.client()->exchange(post_request("/validate", "{}"))), 200u);
}

TEST(Stop, WaitsForTheRequestInProgress) {
  Holder holder;
  LiveListener listener({}, holder.handler());
  auto client = listener.client();
  ASSERT_TRUE(client->send(post_request("/validate", "{}")));
  while (holder.size() == 0) std::this_thread::yield();
  auto stopped = std::async(std::launch::async, [&] { listener->stop(Milliseconds(20'000)); });
  while (test::TlsClient::connect(listener.client_options()).ok()) std::this_thread::yield();
  holder.take()(ok("late"));
  const auto response = client->receive();
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response.value().body, "late");
  EXPECT_TRUE(response.value().closes());
  stopped.get();
  EXPECT_EQ(listener->stats().open, 0u);
  listener->stop(Milliseconds(20'000));  // Idempotent.
}

TEST(Stop, LosesPatience) {
  Holder holder;
  LiveListener listener({}, holder.handler());
  auto client = listener.client();
  ASSERT_TRUE(client->send(post_request("/validate", "{}")));
  while (holder.size() == 0) std::this_thread::yield();
  listener->stop(Milliseconds(10));
  EXPECT_TRUE(client->ended());
}

TEST(Stop, ReleasesTheHandler) {
  auto token = std::make_shared<int>(1);
  Holder holder;
  Respond kept;
  {
    LiveListener listener({},
                          [token, keep = holder.handler()](HttpRequest request, Respond respond) {
                            keep(std::move(request), std::move(respond));
                          });
    auto client = listener.client();
    ASSERT_TRUE(client->send(post_request("/validate", "{}")));
    while (holder.size() == 0) std::this_thread::yield();
    kept = holder.take();
    listener.destroy();
  }
  EXPECT_EQ(token.use_count(), 1);
}

}  // namespace
}  // namespace portreeve::net
