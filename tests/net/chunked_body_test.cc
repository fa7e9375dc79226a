#include "net/chunked_body.h"

#include <gtest/gtest.h>

#include <string>

namespace portreeve::net {
namespace {

using namespace std::string_literals;

struct Decoded {
  std::string body;
  std::string rest;
  std::optional<Refusal> refusal;
  bool done = false;
};

Decoded decode(std::string_view input, std::size_t step) {
  Decoded result;
  ChunkedBody chunks;
  std::size_t at = 0;
  while (at < input.size() && !chunks.done()) {
    ChunkedBody::Piece piece;
    result.refusal = chunks.next(input.substr(at, step), piece);
    if (result.refusal) return result;
    result.body += piece.data;
    at += piece.used;
  }
  result.rest = input.substr(at);
  result.done = chunks.done();
  return result;
}

TEST(ChunkedBody, DecodesHoweverItIsCut) {
  const std::string input = "5\r\nhello\r\n00000A\r\n, world...\r\n1\r\n!\r\n0\r\n\r\nGET /next";
  for (std::size_t step = 1; step <= input.size(); ++step) {
    const Decoded decoded = decode(input, step);
    EXPECT_FALSE(decoded.refusal.has_value());
    EXPECT_TRUE(decoded.done);
    EXPECT_EQ(decoded.body, "hello, world...!") << step;
    EXPECT_EQ(decoded.rest, "GET /next") << step;
  }
}

TEST(ChunkedBody, EmptyBody) {
  const Decoded decoded = decode("0\r\n\r\n", 5);
  EXPECT_TRUE(decoded.done);
  EXPECT_EQ(decoded.body, "");
}

TEST(ChunkedBody, IncompleteIsNotDone) {
  const std::string input = "3\r\nabc\r\n0\r\n\r\n";
  for (std::size_t size = 0; size < input.size(); ++size) {
    const Decoded decoded = decode(input.substr(0, size), size + 1);
    EXPECT_FALSE(decoded.done) << size;
    EXPECT_FALSE(decoded.refusal.has_value()) << size;
  }
}

TEST(ChunkedBody, Refuses) {
  const struct {
    const char* name;
    std::string input;
    unsigned status;
    std::string_view reason;
  } cases[] = {
      {"negative", "-2\r\n", 400, "chunk size is not a number"},
      {"plus", "+2\r\n", 400, "chunk size is not a number"},
      {"0x prefix", "0x2\r\nab\r\n", 400, "chunk size is not a number"},
      {"empty size", "\r\n", 400, "chunk size is not a number"},
      {"space first", " 2\r\nab\r\n", 400, "chunk size is not a number"},
      {"all ones", "ffffffffffffffff\r\n", 413, "chunk is larger than allowed"},
      {"wraps 64 bits", "10000000000000002\r\n", 413, "chunk is larger than allowed"},
      {"nine digits", "000000002\r\n", 413, "chunk is larger than allowed"},
      {"extension", "2;a=b\r\nab\r\n", 400, "chunk extensions are not taken"},
      {"extension after space", "2 ;a\r\nab\r\n", 400, "chunk extensions are not taken"},
      {"extension spam", "2;" + std::string(100'000, 'a'), 400, "chunk extensions are not taken"},
      {"bare LF after size", "2\nab\n", 400, "chunk size is not a number"},
      {"CR without LF", "2\rab", 400, "chunk does not end in CR LF"},
      {"data too long", "2\r\nabc\r\n", 400, "chunk does not end in CR LF"},
      {"data ends in LF", "2\r\nab\n0\r\n\r\n", 400, "chunk does not end in CR LF"},
      {"data ends in CR", "2\r\nab\rx", 400, "chunk does not end in CR LF"},
      {"trailer", "0\r\nX: y\r\n\r\n", 400, "trailer fields are not taken"},
      {"trailer that smuggles", "0\r\nContent-Length: 5\r\n\r\n", 400,
       "trailer fields are not taken"},
      {"bare LF at the end", "0\r\n\n", 400, "trailer fields are not taken"},
      {"CR at the end", "0\r\n\rX", 400, "chunk does not end in CR LF"},
      {"NUL", "2\0\r\n"s, 400, "chunk size is not a number"},
  };
  for (const auto& c : cases) {
    for (const std::size_t step : {std::size_t{1}, c.input.size()}) {
      const Decoded decoded = decode(c.input, step);
      ASSERT_TRUE(decoded.refusal.has_value()) << c.name;
      EXPECT_EQ(decoded.refusal->status, c.status) << c.name;
      EXPECT_EQ(decoded.refusal->reason, c.reason) << c.name;
    }
  }
}

}  // namespace
}  // namespace portreeve::net
