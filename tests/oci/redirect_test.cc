#include "oci/redirect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "oci/host_state.h"
#include "tests/oci/content.h"

namespace portreeve::oci {
namespace {

using net::AddressClass;
using net::Url;
using testing::HasSubstr;
using testing::StartsWith;

std::string followed(AddressClass home, std::string_view location, std::string_view from = "https://registry.example/v2/a/blobs/x") {
  const auto target = redirect_target(Url::parse(from).value(), home, location);
  return target.ok() ? target.value().url.text() + " " + std::string(to_string(target.value().reach)) : error_text(target);
}

TEST(Redirect, Table) {
  const struct {
    AddressClass home;
    std::string_view location, want;
  } kCases[] = {
      {AddressClass::global, "https://storage.example/b?sig=a%2Bb%3D", "https://storage.example/b?sig=a%2Bb%3D global"},
      {AddressClass::global, "/other", "https://registry.example/other global"},
      {AddressClass::internal, "https://10.1.1.1/b", "https://10.1.1.1/b internal"},
      {AddressClass::loopback, "https://127.0.0.1:5001/b", "https://127.0.0.1:5001/b loopback"},
      {AddressClass::global, "http://storage.example/b", "untrusted"},
      {AddressClass::global, "https://10.1.1.1/b", "untrusted"},
      {AddressClass::internal, "https://127.0.0.1/b", "untrusted"},
      {AddressClass::loopback, "https://169.254.169.254/latest", "untrusted"},
      {AddressClass::loopback, "https://[::ffff:169.254.169.254]/", "untrusted"},
      {AddressClass::global, "https://[::1]/", "untrusted"},
      {AddressClass::loopback, "https://0.0.0.0/", "untrusted"},
      {AddressClass::global, "https://2852039166/", "malformed"},
      {AddressClass::global, "https://h:99999999999/", "malformed"},
      {AddressClass::global, "file:///etc/passwd", "unsupported"},
      {AddressClass::global, "", "malformed"},
  };
  for (const auto& c : kCases) EXPECT_THAT(followed(c.home, c.location), StartsWith(std::string(c.want))) << c.location;
  EXPECT_THAT(followed(AddressClass::loopback, "https://h/", "http://localhost:5000/"), StartsWith("https://h/"));
}

std::string page(std::string_view link) {
  const auto next = next_page(Url::parse("https://r.example/v2/a/referrers/x").value(), link);
  return next.ok() ? next.value() : error_text(next);
}

TEST(NextPage, SameOriginOnly) {
  EXPECT_EQ(page(R"(</v2/a/referrers/x?n=1&last=%2F>; rel="next")"), "/v2/a/referrers/x?n=1&last=%2F");
  EXPECT_EQ(page("<?n=2>; rel=next"), "/v2/a/referrers/x?n=2");
  EXPECT_EQ(page("<a>; rel=prev, <b>; foo=1; rel=\"next\""), "/v2/a/referrers/b");
  EXPECT_EQ(page("<a>; rel=prev"), "");
  EXPECT_EQ(page(""), "");
  EXPECT_THAT(page("<https://evil.example/x>; rel=next"), StartsWith("untrusted"));
  EXPECT_THAT(page("<http://r.example/x>; rel=next"), StartsWith("untrusted"));
  EXPECT_THAT(page("<https://r.example:444/x>; rel=next"), StartsWith("untrusted"));
  EXPECT_THAT(page("<open"), StartsWith("malformed"));
}

SteadyTime in(int ms) { return std::chrono::steady_clock::now() + Milliseconds(ms); }

TEST(HostState, AtMostSoManyAtOnce) {
  HostState host("h", {2, 1000, 5, Milliseconds(100)});
  ASSERT_TRUE(host.enter(in(100)).ok());
  ASSERT_TRUE(host.try_enter());
  EXPECT_FALSE(host.try_enter());
  EXPECT_THAT(error_text(host.enter(in(30))), HasSubstr("no turn before the deadline"));
  std::thread leaver([&] { std::this_thread::sleep_for(Milliseconds(30)); host.leave(HostState::How::answered); });
  EXPECT_TRUE(host.enter(in(5000)).ok());
  leaver.join();
}

TEST(HostState, AtMostSoManyASecond) {
  HostState host("h", {1000, 50, 5, Milliseconds(100)});
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 110; ++i) ASSERT_TRUE(host.enter(in(5000)).ok());  // A burst of 100, then 50/s.
  EXPECT_GE(std::chrono::steady_clock::now() - begin, Milliseconds(150));
}

TEST(HostState, RetryAfterHoldsEverybody) {
  HostState host("h", {8, 1000, 5, Milliseconds(100)});
  ASSERT_TRUE(host.enter(in(100)).ok());
  host.leave(HostState::How::told_to_wait, in(150));
  EXPECT_THAT(error_text(host.enter(in(50))), HasSubstr("asked us to wait"));
  EXPECT_FALSE(host.try_enter());
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_TRUE(host.enter(in(5000)).ok());
  EXPECT_GE(std::chrono::steady_clock::now() - begin, Milliseconds(100));
}

TEST(HostState, BreakerOpensAndRecovers) {
  HostState host("h", {8, 1000, 3, Milliseconds(80)});
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(host.enter(in(100)).ok());
    host.leave(HostState::How::failed);
  }
  EXPECT_THAT(error_text(host.enter(in(100))), HasSubstr("not asked: its last 3 requests failed"));
  std::this_thread::sleep_for(Milliseconds(100));
  ASSERT_TRUE(host.enter(in(100)).ok());  // One probe,
  EXPECT_FALSE(host.enter(in(100)).ok());  // and no second beside it.
  host.leave(HostState::How::answered);
  EXPECT_TRUE(host.enter(in(100)).ok());
}

}  // namespace
}  // namespace portreeve::oci
