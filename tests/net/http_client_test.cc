#include "net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/net/mint.h"
#include "tests/support/raw_server.h"

namespace portreeve::net {
namespace {

using test::Minted;
using test::plain_answer;
using test::RawServer;
using testing::HasSubstr;

TimePoint now() {
  return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
}

class Client : public testing::Test {
 protected:
  std::shared_ptr<const HttpClient> client(HttpClientOptions options = {}) {
    if (options.ca_pem.empty()) options.ca_pem = authority_.pem();
    auto made = make_http_client(std::move(options));
    EXPECT_TRUE(made.ok()) << made.error().message;
    return std::move(made).value();
  }
  HttpCall call(const RawServer& server, const std::string& target = "/x",
                const std::string& host = "127.0.0.1", const std::string& scheme = "https") {
    HttpCall out;
    out.url = Url::parse(scheme + "://" + host + ":" + std::to_string(server.port()) + target).value();
    out.deadline = std::chrono::steady_clock::now() + Milliseconds(10'000);
    return out;
  }
  /// "code: message" or "status body".
  static std::string said(const Result<HttpReply>& reply) {
    if (!reply.ok()) return std::string(to_string(reply.error().code)) + ": " + reply.error().message;
    return std::to_string(reply.value().status) + " " + reply.value().body;
  }
  /// What the client says to these bytes.
  std::string answered(const std::string& bytes, std::size_t limit = 1000) {
    RawServer server(
        [&](RawServer::Peer& peer) {
          if (!peer.receive().empty()) peer.send(bytes);
        },
        &leaf_);
    HttpCall c = call(server);
    c.body_limit = limit;
    return said(client()->perform_one(std::move(c)));
  }

  Minted authority_ = Minted::authority(now());
  Minted leaf_ = Minted::make({}, now(), &authority_);
};

TEST_F(Client, AnswersAreValuesAndConnectionsAreKept) {
  std::string seen;
  RawServer server(
      [&](RawServer::Peer& peer) {
        for (std::string request = peer.receive(); !request.empty(); request = peer.receive()) {
          seen = request;
          peer.send(plain_answer(200, "hello", "X-A: 1\r\nx-a:  2 \r\n"));
        }
      },
      &leaf_);
  const auto http = client();
  HttpCall c = call(server, "/v2/a/../b?sig=a%2Bb%3D");
  c.fields.push_back({"Accept", "a/b"});
  const auto reply = http->perform_one(c);
  ASSERT_TRUE(reply.ok()) << reply.error().message;
  EXPECT_EQ(said(reply), "200 hello");
  EXPECT_EQ(reply.value().all("x-a").size(), 2U);
  EXPECT_EQ(reply.value().all("x-a")[1], "2");
  EXPECT_FALSE(reply.value().single("x-a").ok());
  EXPECT_EQ(reply.value().single("content-length").value(), "5");
  EXPECT_EQ(reply.value().peer, AddressClass::loopback);
  EXPECT_THAT(seen, HasSubstr("GET /v2/a/../b?sig=a%2Bb%3D HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Accept-Encoding: identity\r\n"));
  EXPECT_THAT(seen, testing::Not(HasSubstr("Cookie")));
  for (int i = 0; i < 3; ++i) {
    std::thread([&] { EXPECT_EQ(said(http->perform_one(c)), "200 hello"); }).join();
  }
  EXPECT_EQ(server.connections(), 1U);
}

TEST_F(Client, CallsOfOneBatchRunAtTheSameTime) {
  // Nobody is answered before all five have asked.
  std::atomic<int> waiting{0};
  RawServer server(
      [&](RawServer::Peer& peer) {
        if (peer.receive().empty()) return;
        ++waiting;
        while (waiting < 5) std::this_thread::sleep_for(Milliseconds(1));
        peer.send(plain_answer(200, "x"));
      },
      &leaf_);
  const auto replies = client()->perform(std::vector<HttpCall>(5, call(server)));
  ASSERT_EQ(replies.size(), 5U);
  for (const auto& reply : replies) EXPECT_EQ(said(reply), "200 x");
}

TEST_F(Client, RedirectsAreNotFollowed) {
  EXPECT_EQ(answered(plain_answer(302, "", "Location: https://127.0.0.1:1/\r\n")), "302 ");
}

TEST_F(Client, WrongAnswersEachWithItsReason) {
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const struct {
    const char* name;
    std::string bytes, want;
  } kCases[] = {
      {"announced too large", ok + "Content-Length: 10737418240\r\n\r\n", "limit: GET https://127.0.0.1"},
      {"announced beyond numbers", ok + "Content-Length: 99999999999999999999999\r\n\r\n", "announces more than"},
      {"negative length", ok + "Content-Length: -5\r\n\r\nhello", "malformed"},
      {"two lengths", ok + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "malformed"},
      {"the same length twice", ok + "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", "ambiguous"},
      {"length and chunks", ok + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "ambiguous"},
      {"short body", ok + "Content-Length: 50\r\n\r\nhello", "unavailable"},
      {"truncated chunk", ok + "Transfer-Encoding: chunked\r\n\r\n50\r\nhello", "unavailable"},
      {"giant chunk", ok + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nhello", "unavailable"},
      {"bad chunk", ok + "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello", "unavailable"},
      {"endless body", ok + "\r\n" + std::string(2000, 'a'), "limit: GET https://127.0.0.1"},
      {"endless chunks", ok + "Transfer-Encoding: chunked\r\n\r\n7d0\r\n" + std::string(2000, 'a'), "more than 1000 bytes"},
      {"gzip", ok + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\nxx", "encoded although"},
      {"gzip transfer", ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", "transfer coding"},
      {"header flood", ok + [] { std::string s; for (int i = 0; i < 3000; ++i) s += "X-Flood: " + std::string(90, 'x') + "\r\n"; return s; }() + "\r\n", "limit"},
      {"many fields", ok + [] { std::string s; for (int i = 0; i < 300; ++i) s += "X: 1\r\n"; return s; }() + "\r\n", "256 fields"},
      {"folded field", ok + "X-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n", "malformed"},
      {"no field", ok + "what is this\r\nContent-Length: 0\r\n\r\n", "malformed"},
      {"bare line feed", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", "CR LF"},
      {"HTTP/0.9", "hello", "malformed"},
      {"HTTP/3", "HTTP/3 200 OK\r\nContent-Length: 0\r\n\r\n", "malformed"},
      {"switching protocols", "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", "malformed"},
      {"nothing", "", "unavailable"},
      {"interim first", "HTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + plain_answer(200, "hello"), "200 hello"},
  };
  for (const auto& c : kCases) EXPECT_THAT(answered(c.bytes), HasSubstr(c.want)) << c.name;
}

TEST_F(Client, DeadlineEndsSilenceAndDripFeeds) {
  RawServer server(
      [&](RawServer::Peer& peer) {
        if (peer.receive().empty()) return;
        if (peer.number == 0) std::this_thread::sleep_for(Milliseconds(1500));
        peer.send("HTTP/1.1 200 OK\r\n\r\n");
        while (peer.send("x")) std::this_thread::sleep_for(Milliseconds(20));
      },
      &leaf_);
  for (int i = 0; i < 2; ++i) {
    HttpCall c = call(server);
    c.deadline = std::chrono::steady_clock::now() + Milliseconds(400);
    EXPECT_THAT(said(client()->perform_one(std::move(c))), testing::StartsWith("unavailable: GET"));
  }
}

TEST_F(Client, CancellationEndsACall) {
  std::atomic<bool> cancelled{false};
  RawServer server([&](RawServer::Peer& peer) { peer.receive(); cancelled = true; peer.receive(); }, &leaf_);
  HttpCall c = call(server);
  c.cancelled = &cancelled;
  EXPECT_THAT(said(client()->perform_one(std::move(c))), HasSubstr("cancelled"));
}

TEST_F(Client, NobodyListensOrNoSuchName) {
  HttpCall c;
  c.url = Url::parse("https://127.0.0.1:1/").value();
  c.deadline = std::chrono::steady_clock::now() + Milliseconds(3000);
  EXPECT_THAT(said(client()->perform_one(c)), testing::StartsWith("unavailable"));
  c.url = Url::parse("https://no-such-host.invalid/").value();
  EXPECT_THAT(said(client()->perform_one(c)), testing::StartsWith("unavailable"));
  c.deadline = std::chrono::steady_clock::now();
  EXPECT_THAT(said(client()->perform_one(c)), HasSubstr("no time left"));
}

TEST_F(Client, WrongCertificatesAreUntrusted) {
  const Minted other = Minted::authority(now(), "another CA");
  const struct {
    const char* name;
    test::MintOptions options;
    const Minted* issuer;
    const char* host;
  } kCases[] = {
      {"another authority", {}, &other, "127.0.0.1"},
      {"another name", {.sans = "DNS:elsewhere.example"}, &authority_, "127.0.0.1"},
      {"name only as common name", {.name = "localhost", .sans = ""}, &authority_, "localhost"},
      {"another address", {.sans = "IP:127.0.0.2"}, &authority_, "127.0.0.1"},
      {"a name for an address", {.sans = "DNS:127.0.0.1"}, &authority_, "127.0.0.1"},
      {"wildcard too wide", {.sans = "DNS:*"}, &authority_, "localhost"},
      {"expired", {.begins = std::chrono::seconds(-7200), .ends = std::chrono::seconds(-3600)}, &authority_, "127.0.0.1"},
      {"client certificate", {.usage = "clientAuth"}, &authority_, "127.0.0.1"},
  };
  for (const auto& c : kCases) {
    const Minted leaf = Minted::make(c.options, now(), c.issuer);
    RawServer server([](RawServer::Peer& peer) { peer.receive(); peer.send(plain_answer(200, "x")); }, &leaf);
    EXPECT_THAT(said(client()->perform_one(call(server, "/", c.host))), testing::StartsWith("untrusted"))
        << c.name;
  }
  RawServer good([](RawServer::Peer& peer) { peer.receive(); peer.send(plain_answer(200, "x")); }, &leaf_);
  EXPECT_EQ(said(client()->perform_one(call(good, "/", "localhost"))), "200 x");
}

TEST_F(Client, AddressesBeyondTheReachAreNotConnectedTo) {
  RawServer server([](RawServer::Peer& peer) { peer.receive(); peer.send(plain_answer(200, "x")); }, &leaf_);
  HttpCall c = call(server, "/", "localhost");
  c.reach = AddressClass::internal;
  EXPECT_THAT(said(client()->perform_one(c)), HasSubstr("untrusted"));
  EXPECT_EQ(server.connections(), 0U);
  c = call(server);
  c.url = Url::parse("https://169.254.169.254/latest").value();
  EXPECT_THAT(said(client()->perform_one(c)), HasSubstr("not loopback or wider: not connected"));
}

TEST_F(Client, PlainHttpOnlyWithPermission) {
  RawServer server([](RawServer::Peer& peer) { peer.receive(); peer.send(plain_answer(200, "x")); }, nullptr);
  EXPECT_THAT(said(client()->perform_one(call(server, "/", "127.0.0.1", "http"))),
              testing::StartsWith("misconfigured"));
  HttpClientOptions options;
  options.unsafe_plain_http = true;
  EXPECT_EQ(said(client(options)->perform_one(call(server, "/", "127.0.0.1", "http"))), "200 x");
}

TEST_F(Client, EnvironmentIsNotHonouredButAConfiguredProxyIs) {
  std::atomic<int> asked{0};
  RawServer proxy([&](RawServer::Peer& peer) { peer.receive(); ++asked; peer.send(plain_answer(502, "")); }, nullptr);
  RawServer server([](RawServer::Peer& peer) { peer.receive(); peer.send(plain_answer(200, "x")); }, &leaf_);
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) ::setenv(name, address.c_str(), 1);
  ::setenv("SSL_CERT_FILE", "/dev/null", 1);
  EXPECT_EQ(said(client()->perform_one(call(server))), "200 x");
  EXPECT_EQ(asked.load(), 0);
  HttpClientOptions options;
  options.proxy = address;
  EXPECT_THAT(said(client(options)->perform_one(call(server))), testing::StartsWith("unavailable"));
  EXPECT_EQ(asked.load(), 1);
  options.proxy = "socks5://127.0.0.1:1";
  EXPECT_FALSE(make_http_client(options).ok());
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "SSL_CERT_FILE"}) ::unsetenv(name);
}

TEST_F(Client, BodiesAreCountedAndGivenBack) {
  MemoryBudget budget(100);
  const std::string big(200, 'a');
  RawServer server([&](RawServer::Peer& peer) {
    while (!peer.receive().empty()) peer.send(plain_answer(200, peer.number == 0 ? std::string(60, 'a') : big));
  }, &leaf_);
  HttpCall c = call(server);
  c.memory = &budget;
  {
    const auto reply = client()->perform_one(c);
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(budget.used(), 60U);
    const auto second = client()->perform_one(c);
    EXPECT_THAT(said(second), testing::StartsWith("limit"));
    EXPECT_TRUE(second.error().transient);
  }
  EXPECT_EQ(budget.used(), 0U);
}

TEST_F(Client, MessagesDoNotShowQueriesOrFields) {
  RawServer server([](RawServer::Peer& peer) { peer.receive(); peer.send("nonsense\r\n\r\n"); }, &leaf_);
  HttpCall c = call(server, "/x?sig=secret");
  c.fields.push_back({"Authorization", "Bearer secret"});
  EXPECT_THAT(said(client()->perform_one(c)), testing::Not(HasSubstr("secret")));
}

TEST(RetryAfter, SecondsAndDates) {
  const TimePoint at = parse_time("2026-11-23T10:00:00Z").value();
  const struct {
    std::string_view value;
    std::int64_t want;
  } kCases[] = {{"0", 0}, {"7", 7}, {"999999999999999999999", 3600}, {"Mon, 23 Nov 2026 10:00:30 GMT", 30},
                {"Mon, 23 Nov 2026 09:00:00 GMT", 0}, {"", -1}, {"soon", -1}, {"-5", -1}};
  for (const auto& c : kCases) EXPECT_EQ(retry_after_seconds(c.value, at), c.want) << c.value;
}

}  // namespace
}  // namespace portreeve::net
