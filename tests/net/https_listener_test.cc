#include "net/https_listener.h"

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
using test::get_request;
using test::post_request;

HttpResponse ok(std::string body = {}) {
  HttpResponse response;
  response.status = 200;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

TEST(HttpsListener, AnswersOverTls) {
  LiveListener listener;
  auto client = listener.client();
  const auto response = client->exchange(post_request("/validate?timeout=5s", "{\"a\":1}"));
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response.value().status, 200u);
  EXPECT_EQ(response.value().body, "{\"a\":1}");
  EXPECT_FALSE(response.value().closes());
  EXPECT_EQ(response.value().fields.count("date"), 1u);
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.requests == 1 && s.idle == 1; }));
}

TEST(HttpsListener, AnswersOnPlainHttp) {
  ListenerOptions options;
  options.tls = false;
  LiveListener listener(options);
  auto client = listener.client();
  EXPECT_EQ(status_of(client->exchange(get_request("/healthz"))), 200u);
  EXPECT_EQ(status_of(client->exchange("GET /healthz HTTP/1.1\r\nHost: h\r\n x\r\n\r\n")), 400u);
  EXPECT_TRUE(client->ended());
}

TEST(HttpsListener, LargeAndChunkedBodiesArriveWhole) {
  LiveListener listener;
  auto client = listener.client();
  std::string body(1024 * 1024, 'a');
  for (std::size_t i = 0; i < body.size(); i += 7) body[i] = static_cast<char>('a' + i % 26);
  const auto plain = client->exchange(post_request("/validate", body));
  ASSERT_TRUE(plain.ok()) << plain.error().message;
  EXPECT_EQ(plain.value().body, body);
  std::string request =
      "POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  for (std::size_t at = 0; at < body.size(); at += 4096) {
    request += "1000\r\n" + body.substr(at, 4096) + "\r\n";
  }
  const auto chunked = client->exchange(request + "0\r\n\r\n");
  ASSERT_TRUE(chunked.ok()) << chunked.error().message;
  EXPECT_EQ(chunked.value().body, body);
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.body_bytes == 0; }));
}

TEST(HttpsListener, RequestInSinglesBytes) {
  LiveListener listener;
  auto client = listener.client();
  for (const char c : post_request("/validate", "{\"a\":1}")) {
    ASSERT_TRUE(client->send(std::string_view(&c, 1)));
  }
  EXPECT_EQ(status_of(client->receive()), 200u);
}

// A5.
TEST(HttpsListener, HundredPipelinedAreAnsweredInOrder) {
  LiveListener listener;
  auto client = listener.client();
  std::string requests;
  for (int i = 0; i < 100; ++i) requests += post_request("/validate", std::to_string(i));
  ASSERT_TRUE(client->send(requests));
  for (int i = 0; i < 100; ++i) {
    const auto response = client->receive();
    ASSERT_TRUE(response.ok()) << i << ": " << response.error().message;
    EXPECT_EQ(response.value().body, std::to_string(i));
  }
  EXPECT_EQ(listener->stats().requests, 100u);
}

TEST(HttpsListener, PipelinedOneAtATimeEvenWhenAnsweredElsewhere) {
  std::atomic<int> in_progress{0};
  std::atomic<int> most{0};
  std::vector<std::future<void>> workers;
  {
    LiveListener listener({}, [&](HttpRequest request, Respond respond) {
      most = std::max(most.load(), ++in_progress);
      workers.push_back(std::async(
          std::launch::async, [&in_progress, respond, body = std::move(request.body)]() mutable {
            --in_progress;
            respond(ok(std::move(body)));
          }));
    });
    auto client = listener.client();
    std::string requests;
    for (int i = 0; i < 50; ++i) requests += post_request("/validate", std::to_string(i));
    ASSERT_TRUE(client->send(requests));
    for (int i = 0; i < 50; ++i) {
      const auto response = client->receive();
      ASSERT_TRUE(response.ok()) << response.error().message;
      EXPECT_EQ(response.value().body, std::to_string(i));
    }
    listener->stop(Milliseconds(0));
  }
  EXPECT_EQ(most.load(), 1);
}

TEST(HttpsListener, TenThousandOnOneConnection) {
  LiveListener listener;
  auto client = listener.client();
  const std::string request = post_request("/validate", "{}");
  for (int i = 0; i < 10'000; ++i) ASSERT_EQ(status_of(client->exchange(request)), 200u) << i;
  EXPECT_EQ(listener->stats().accepted, 1u);
  EXPECT_EQ(listener->stats().requests, 10'000u);
}

TEST(HttpsListener, TwoThreadsShareTheConnections) {
  ListenerOptions options;
  options.threads = 2;
  std::mutex mutex;
  std::map<std::thread::id, int> threads;
  LiveListener listener(options, [&](HttpRequest request, const Respond& respond) {
    {
      const std::lock_guard lock(mutex);
      ++threads[std::this_thread::get_id()];
    }
    respond(ok(std::move(request.body)));
  });
  std::vector<std::unique_ptr<test::TlsClient>> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(listener.client());
  for (auto& client : clients) {
    EXPECT_EQ(status_of(client->exchange(post_request("/validate", "{}"))), 200u);
  }
  const std::lock_guard lock(mutex);
  EXPECT_EQ(threads.size(), 2u);
}

TEST(HttpsListener, ClosesWhenTheClientAsks) {
  LiveListener listener;
  auto client = listener.client();
  const auto response = client->exchange(post_request("/validate", "{}", "Connection: close\r\n") +
                                         post_request("/validate", "{}"));
  ASSERT_TRUE(response.ok());
  EXPECT_TRUE(response.value().closes());
  EXPECT_EQ(client->receive_rest(), "");
  EXPECT_EQ(listener->stats().requests, 1u);
}

TEST(HttpsListener, HeadHasNoBody) {
  ListenerOptions options;
  options.tls = false;
  auto started = HttpsListener::start(
      options,
      [](auto, auto, auto, auto&) {
        HttpResponse go_on;
        go_on.status = 0;
        return go_on;
      },
      [](HttpRequest, const Respond& respond) { respond(ok("12345")); });
  ASSERT_TRUE(started.ok());
  test::TlsClientOptions to;
  to.port = started.value()->port();
  to.tls = false;
  auto client = test::TlsClient::connect(to);
  ASSERT_TRUE(client.ok());
  ASSERT_TRUE(client.value()->send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"));
  const auto response = client.value()->receive(true);
  ASSERT_TRUE(response.ok());
  EXPECT_EQ(response.value().fields.at("content-length"), "5");
  EXPECT_EQ(status_of(client.value()->exchange(get_request("/"))), 200u);
}

TEST(Start, SaysWhatIsWrong) {
  LiveListener listener;
  ListenerOptions options;
  options.tls = false;
  options.port = listener->port();
  const auto gate = test_gate;
  const auto taken = HttpsListener::start(options, gate, echo);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().code, Errc::unavailable);
  EXPECT_EQ(taken.error().message, "cannot listen on 127.0.0.1 port " +
                                       std::to_string(options.port) + ": Address already in use");
  options.address = "localhost";
  const auto name = HttpsListener::start(options, gate, echo);
  ASSERT_FALSE(name.ok());
  EXPECT_EQ(name.error().code, Errc::misconfigured);
  EXPECT_EQ(name.error().message, "\"localhost\" is not an IP address");
  options.tls = true;
  const auto no_pair = HttpsListener::start(options, gate, echo);
  ASSERT_FALSE(no_pair.ok());
  EXPECT_EQ(no_pair.error().message, "a TLS listener needs certificates");
}

}  // namespace
}  // namespace portreeve::net
