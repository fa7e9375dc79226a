#include "core/digest.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portreeve {
namespace {

const std::string kHex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Digest, RoundTrips) {
  const auto digest = Digest::parse("sha256:" + kHex);
  ASSERT_TRUE(digest.ok());
  EXPECT_EQ(digest.value().hex(), kHex);
  EXPECT_EQ(digest.value().text(), "sha256:" + kHex);
  EXPECT_EQ(digest.value().bytes()[0], 0xE3);
  EXPECT_EQ(digest.value().bytes()[31], 0x55);
  EXPECT_EQ(digest.value(), Digest(digest.value().bytes()));
  EXPECT_EQ(Digest().hex(), std::string(64, '0'));
  EXPECT_TRUE(Digest() < digest.value());
}

TEST(Digest, Refuses) {
  struct Case {
    std::string text;
    Errc code;
    std::string message;
  };
  const std::string upper = "E" + kHex.substr(1);
  const std::vector<Case> cases = {
      {"", Errc::malformed, "digest \"\": expected sha256:…"},
      {kHex, Errc::malformed, "digest \"" + kHex + "\": expected sha256:…"},
      {"sha512:" + kHex + kHex, Errc::unsupported,
       "digest \"sha512:" + (kHex + kHex).substr(0, 73) + "\": expected sha256:…"},
      {"SHA256:" + kHex, Errc::unsupported, "digest \"SHA256:" + kHex + "\": expected sha256:…"},
      {"sha256:", Errc::malformed, "digest has 0 hexadecimal digits, expected 64"},
      {"sha256:" + kHex.substr(1), Errc::malformed,
       "digest has 63 hexadecimal digits, expected 64"},
      {"sha256:" + kHex + "0", Errc::malformed, "digest has 65 hexadecimal digits, expected 64"},
      {"sha256:" + upper, Errc::malformed, "digest holds a character outside 0-9a-f"},
      {"sha256:" + kHex.substr(1) + " ", Errc::malformed,
       "digest holds a character outside 0-9a-f"},
      {"sha256:" + kHex.substr(1) + std::string(1, '\0'), Errc::malformed,
       "digest holds a character outside 0-9a-f"},
  };
  for (const Case& c : cases) {
    const auto digest = Digest::parse(c.text);
    ASSERT_FALSE(digest.ok()) << c.text;
    EXPECT_EQ(digest.error().code, c.code) << c.text;
    EXPECT_EQ(digest.error().message, c.message);
  }
}

// RFC 4648 §10: "fooba" → "MZXW6YTB", "foobar" → "MZXW6YTBOI" (lower case, no padding).
TEST(Digest, Base32Prefix) {
  Digest::Bytes bytes{};
  const std::string text = "foobar";
  for (std::size_t i = 0; i < text.size(); ++i) bytes[i] = static_cast<std::uint8_t>(text[i]);
  EXPECT_EQ(base32_prefix(Digest(bytes), 8), "mzxw6ytb");
  EXPECT_EQ(base32_prefix(Digest(bytes), 1), "m");
  EXPECT_EQ(base32_prefix(Digest(bytes), 0), "");
  EXPECT_EQ(base32_prefix(Digest(bytes), 10), "mzxw6ytboi");
  EXPECT_EQ(base32_prefix(Digest(), 20), std::string(20, 'a'));
  bytes.fill(0xFF);
  EXPECT_EQ(base32_prefix(Digest(bytes), 51), std::string(51, '7'));
}

}  // namespace
}  // namespace portreeve
