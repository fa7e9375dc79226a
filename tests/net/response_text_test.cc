#include "net/response_text.h"

#include <gtest/gtest.h>

namespace portreeve::net {
namespace {

constexpr std::string_view kDate = "Mon, 23 Nov 2026 08:12:31 GMT";

HttpResponse response(unsigned status, std::string body = {}) {
  HttpResponse made;
  made.status = status;
  made.content_type = "application/json";
  made.body = std::move(body);
  return made;
}

TEST(ResponseText, HeadAndBody) {
  EXPECT_EQ(response_text(response(200, "{}"), false, true, kDate),
            "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 08:12:31 GMT\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST(ResponseText, CloseRetryAfterAllow) {
  HttpResponse refused = response(405);
  refused.retry_after_s = 20;
  refused.allow = "POST";
  EXPECT_EQ(response_text(refused, true, true, kDate),
            "HTTP/1.1 405 Method Not Allowed\r\nDate: Mon, 23 Nov 2026 08:12:31 GMT\r\n"
            "Content-Length: 0\r\nRetry-After: 1\r\nAllow: POST\r\nConnection: close\r\n\r\n");
}

TEST(ResponseText, HeadAnswerHasTheLengthButNoBody) {
  const std::string text = response_text(response(200, "12345"), false, false, kDate);
  EXPECT_NE(text.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST(ResponseText, NoContentHasNoLength) {
  EXPECT_EQ(response_text(response(204), false, true, kDate),
            "HTTP/1.1 204 No Content\r\nDate: Mon, 23 Nov 2026 08:12:31 GMT\r\n\r\n");
}

TEST(ResponseText, NeverRedirectsOrInterim) {
  for (const unsigned status : {0u, 100u, 101u, 199u, 300u, 301u, 302u, 307u, 308u, 399u, 600u}) {
    const std::string text = response_text(response(status, "secret"), false, true, kDate);
    EXPECT_TRUE(text.starts_with("HTTP/1.1 500 ")) << status;
    EXPECT_EQ(text.find("secret"), std::string::npos) << status;
  }
}

TEST(ResponseText, FieldValuesCannotSplit) {
  HttpResponse bad = response(200, "x");
  bad.content_type = "text/plain\r\nX-Injected: 1\0\x7f";
  bad.allow = "GET\nPOST";
  const std::string text = response_text(bad, false, true, kDate);
  EXPECT_NE(text.find("Content-Type: text/plainX-Injected: 1\r\n"), std::string::npos);
  EXPECT_NE(text.find("Allow: GETPOST\r\n"), std::string::npos);
}

TEST(ResponseText, Date) {
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(http_date(1795421551), "Mon, 23 Nov 2026 08:12:31 GMT");
}

}  // namespace
}  // namespace portreeve::net
