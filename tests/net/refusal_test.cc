// What a live listener answers to requests that are wrong (k8s-webhook §4.2 A3, A4, A6, A7).

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "tests/net/live_listener.h"

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;
using test::get_request;
using test::post_request;

const std::string kSecond = post_request("/validate", "\"second\"");

std::string chunked(const std::string& body) {
  return "POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
         "Transfer-Encoding: chunked\r\n\r\n" +
         body;
}

struct Wrong {
  const char* name;
  std::string bytes;
  unsigned status;
};

std::vector<Wrong> wrong_requests() {
  const std::string post =
      "POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n";
  return {
      {"header_line_1MB", post + "X: " + std::string(1 << 20, 'a') + "\r\n\r\n", 431},
      {"header_10000",
       post +
           [] {
             std::string fields;
             for (int i = 0; i < 10'000; ++i) fields += "X: y\r\n";
             return fields;
           }() +
           "\r\n",
       431},
      {"two_lengths", post + "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}", 400},
      {"length_and_chunked",
       post + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"xchunked", post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 400},
      {"obs_fold", post + "X: a\r\n b\r\n\r\n", 400},
      {"bare_lf", "POST /validate HTTP/1.1\nHost: h\n\n", 400},
      {"nul_in_header", post + std::string("X: a\0b\r\n\r\n", 10), 400},
      {"escaped_crlf", post + "X: a%0d%0aContent-Length: 2\r\n\r\n", 400},
      {"chunk_negative", chunked("-2\r\nab\r\n0\r\n\r\n"), 400},
      {"chunk_all_ones", chunked("ffffffffffffffff\r\nab\r\n"), 413},
      {"chunk_extensions", chunked("2;" + std::string(60'000, 'x') + "\r\nab\r\n0\r\n\r\n"), 400},
      {"chunk_trailer", chunked("2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"), 400},
      {"chunks_past_the_limit", chunked("100001\r\n" + std::string(0x100001, 'a')), 413},
      {"length_10GiB", post + "Content-Length: 10737418240\r\n\r\n", 413},
      {"length_over_limit", post + "Content-Length: 1048577\r\n\r\n", 413},
      {"gzip", post + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b", 415},
      {"br", post + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}", 415},
      {"expectation", post + "Expect: magic\r\nContent-Length: 2\r\n\r\n{}", 417},
      {"http_1_0", "GET /healthz HTTP/1.0\r\nHost: h\r\n\r\n", 505},
      {"body_where_none_is_taken", "GET /healthz HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx",
       413},
      // A6: the gate compares paths and methods exactly.
      {"get_validate", get_request("/validate"), 405},
      {"put", "PUT /validate HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}", 405},
      {"trace", "TRACE /validate HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"options", "OPTIONS /validate HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"options_star", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"connect", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"connect_path", "CONNECT /validate HTTP/1.1\r\nHost: h\r\n\r\n", 405},
      {"lower_case_method", "post /validate HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", 405},
      {"absolute_form", "POST https://h/validate HTTP/1.1\r\nHost: h\r\n\r\n", 400},
      {"double_slash", post_request("//validate", "{}"), 404},
      {"dot_segments", post_request("/validate/../metrics", "{}"), 404},
      {"dot_segments_back", post_request("/x/../validate", "{}"), 404},
      {"escaped_dots", post_request("/%2e%2e/validate", "{}"), 404},
      {"escaped_letter", post_request("/%76alidate", "{}"), 404},
      {"trailing_slash", post_request("/validate/", "{}"), 404},
      {"path_parameter", post_request("/validate;a=b", "{}"), 404},
      {"upper_case_path", post_request("/Validate", "{}"), 404},
      {"metrics", get_request("/metrics"), 404},
      {"upgrade", "GET /healthz HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n", 400},
      {"h2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
  };
}

class WrongRequest : public testing::TestWithParam<Wrong> {};

// One answer with this status, then the end: what stands behind the wrong request is never served.
TEST_P(WrongRequest, IsAnsweredOnceAndClosed) {
  LiveListener listener;
  auto client = listener.client();
  client->send(GetParam().bytes + kSecond);
  const auto response = client->receive();
  ASSERT_TRUE(response.ok()) << response.error().message;
  EXPECT_EQ(response.value().status, GetParam().status) << response.value().body;
  EXPECT_TRUE(response.value().closes());
  EXPECT_EQ(client->receive_rest(), "");
  client.reset();  // The listener waits a moment for the peer's end.
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.open == 0; }));
  const ListenerStats stats = listener->stats();
  EXPECT_EQ(stats.refused_requests, 1u);
  EXPECT_EQ(stats.requests, 0u);
  EXPECT_EQ(stats.body_bytes, 0u);
}

INSTANTIATE_TEST_SUITE_P(Live, WrongRequest, testing::ValuesIn(wrong_requests()),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(Refusal, GoodRequestBeforeABadOneIsAnswered) {
  LiveListener listener;
  auto client = listener.client();
  ASSERT_TRUE(client->send(post_request("/validate", "1") + "BAD\r\n\r\n" + kSecond));
  EXPECT_EQ(status_of(client->receive()), 200u);
  EXPECT_EQ(status_of(client->receive()), 400u);
  EXPECT_EQ(client->receive_rest(), "");
  EXPECT_EQ(listener->stats().requests, 1u);
}

TEST(Refusal, SlowHeader) {
  ListenerOptions options;
  options.header_deadline = 100ms;
  LiveListener listener(options);
  auto client = listener.client();
  ASSERT_TRUE(client->send("POST /validate HTTP/1.1\r\nHost: h\r\nX: "));
  const auto response = client->receive();
  EXPECT_EQ(status_of(response), 408u);
  EXPECT_TRUE(client->ended());
  EXPECT_EQ(listener->stats().request_timeouts, 1u);
}

TEST(Refusal, SlowBody) {
  ListenerOptions options;
  options.body_deadline = 100ms;
  LiveListener listener(options);
  auto client = listener.client();
  ASSERT_TRUE(
      client->send("POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json"
                   "\r\nContent-Length: 100\r\n\r\n{"));
  EXPECT_EQ(status_of(client->receive()), 408u);
  EXPECT_TRUE(client->ended());
  client.reset();
  EXPECT_TRUE(listener.eventually(
      [](const auto& s) { return s.request_timeouts == 1 && s.body_bytes == 0 && s.open == 0; }));
}

TEST(Refusal, ClaimedLengthTakesNoMemory) {
  LiveListener listener;
  auto client = listener.client();
  ASSERT_TRUE(
      client->send("POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json"
                   "\r\nContent-Length: 1048576\r\n\r\n" +
                   std::string(1000, 'a')));
  EXPECT_TRUE(listener.eventually([](const auto& s) { return s.body_bytes > 0; }));
  EXPECT_LE(listener->stats().body_bytes, 64u * 1024);
}

TEST(Refusal, PeerThatLeavesInsideARequestIsCounted) {
  LiveListener listener;
  auto client = listener.client();
  ASSERT_TRUE(client->send("POST /validate HTTP/1.1\r\nHo"));
  client.reset();
  EXPECT_TRUE(
      listener.eventually([](const auto& s) { return s.refused_requests == 1 && s.open == 0; }));
}

TEST(Refusal, ContinueIsSentWhenTheGateAgrees) {
  LiveListener listener;
  auto client = listener.client();
  const std::string head =
      "POST /validate HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n";
  const auto interim = client->exchange(head);
  EXPECT_EQ(status_of(interim), 100u);
  EXPECT_EQ(status_of(client->exchange("{}")), 200u);
  // With the body already there none is needed (RFC 9110 §10.1.1).
  EXPECT_EQ(status_of(client->exchange(head + "{}")), 200u);
  const auto refused = client->exchange(
      "POST /other HTTP/1.1\r\nHost: h\r\n"
      "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(status_of(refused), 404u);
  EXPECT_TRUE(client->ended());
}

TEST(Refusal, GateMayThrow) {
  ListenerOptions options;
  options.tls = false;
  auto started = HttpsListener::start(
      options, [](auto, auto, auto, auto&) -> HttpResponse { throw std::runtime_error("no"); },
      echo);
  ASSERT_TRUE(started.ok());
  test::TlsClientOptions to;
  to.port = started.value()->port();
  to.tls = false;
  auto client = test::TlsClient::connect(to);
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(status_of(client.value()->exchange(get_request("/healthz"))), 500u);
  EXPECT_TRUE(client.value()->ended());
}

// A7: who called is what the kernel says, whatever the fields say; the query selects nothing here.
TEST(Refusal, SpoofedFieldsChangeNothing) {
  std::mutex mutex;
  HttpRequest seen;
  std::string path;
  std::string query;
  LiveListener listener({}, [&](HttpRequest request, const Respond& respond) {
    const std::lock_guard lock(mutex);
    path = request.path;
    query = request.query;
    seen = std::move(request);
    HttpResponse response;
    response.status = 200;
    respond(response);
  });
  auto client = listener.client();
  const auto response = client->exchange(post_request(
      "/validate?timeout=5s&path=/metrics&client_subject=CN%3Droot", "{}",
      "X-Forwarded-For: 10.0.0.1\r\nX-Remote-User: system:admin\r\nREMOTE_ADDR: 10.0.0.1\r\n"
      "Forwarded: for=10.0.0.1\r\nX-Real-IP: 10.0.0.1\r\nX-HTTP-Method-Override: GET\r\n"));
  EXPECT_EQ(status_of(response), 200u);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(seen.peer, client->local_name());
  EXPECT_EQ(seen.client_subject, "");
  EXPECT_EQ(path, "/validate");
  EXPECT_EQ(query, "timeout=5s&path=/metrics&client_subject=CN%3Droot");
}

}  // namespace
}  // namespace portreeve::net
