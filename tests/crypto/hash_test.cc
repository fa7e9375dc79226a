#include "crypto/hash.h"

#include <gtest/gtest.h>

namespace portreeve::crypto {
namespace {

// FIPS 180-4 examples.
constexpr std::string_view kEmpty =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr std::string_view kAbc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kMillion =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Hash, KnownAnswers) {
  EXPECT_EQ(sha256_hex(""), kEmpty);
  EXPECT_EQ(sha256_hex("abc"), kAbc);
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')), kMillion);
}

TEST(Hash, PiecesGiveTheSame) {
  Sha256Stream stream;
  for (int i = 0; i < 1000; ++i) stream.update(std::string(1000, 'a'));
  EXPECT_EQ(to_hex(stream.finish()), kMillion);
  EXPECT_EQ(to_hex(stream.finish()), kEmpty);  // Started anew.
  stream.update("a");
  stream.update("");
  stream.update("bc");
  EXPECT_EQ(to_hex(stream.finish()), kAbc);
}

}  // namespace
}  // namespace portreeve::crypto
