#include "net/url.h"

#include <gtest/gtest.h>

namespace portreeve::net {
namespace {

std::string parsed(std::string_view text) {
  const auto url = Url::parse(text);
  return url.ok() ? url.value().text() : "refused: " + url.error().message;
}

std::string resolved(std::string_view base, std::string_view reference) {
  const auto url = Url::parse(base).value().resolve(reference);
  return url.ok() ? url.value().text() : "refused: " + url.error().message;
}

TEST(Url, WhatIsTaken) {
  const struct {
    std::string_view text, want;
  } kCases[] = {
      {"https://ghcr.io", "https://ghcr.io/"},
      {"HTTPS://GHCR.io:443/V2/", "https://ghcr.io/V2/"},
      {"http://localhost:5000/v2/?n=1", "http://localhost:5000/v2/?n=1"},
      {"https://h?sig=a%2Bb%3D", "https://h/?sig=a%2Bb%3D"},
      {"https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"},
      {"https://10.0.0.1/a/../b", "https://10.0.0.1/a/../b"},
      {"https://my_bucket.s3.example/x", "https://my_bucket.s3.example/x"},
  };
  for (const auto& c : kCases) EXPECT_EQ(parsed(c.text), c.want) << c.text;
}

TEST(Url, WhatIsRefused) {
  for (const std::string_view text :
       {"", "ghcr.io/v2/", "//ghcr.io/", "ftp://h/", "file:///etc/passwd", "https://", "https:///x",
        "https://user@h/", "https://user:pass@h/", "https://h:0/", "https://h:65536/",
        "https://h:99999999999/", "https://h:+1/", "https://h:/", "https://h x/", "https://h/\r\nA: b",
        "https://h/\x7f", "https://h/\xc3\xa4", "https://h\\@evil/", "https://-h/", "https://h./",
        "https://h..x/", "https://2130706433/", "https://127.1/", "https://0x7f.0.0.1/",
        "https://017700000001/", "https://0177.0.0.1/", "https://1.2.3.4.5/", "https://256.1.1.1/",
        "https://[::1/", "https://[::g]/", "https://[fe80::1%25eth0]/", "https://[::1]x/",
        "https://h/#f", "https://h%2eexample/"}) {
    EXPECT_EQ(parsed(text).substr(0, 8), "refused:") << text << " gives " << parsed(text);
  }
  EXPECT_EQ(parsed("https://h/" + std::string(8192, 'a')).substr(0, 8), "refused:");
}

// RFC 3986 §5.4, as far as http(s) goes; nothing is decoded.
TEST(Url, Resolve) {
  const std::string base = "https://a.example/b/c/d?q";
  const struct {
    std::string_view reference, want;
  } kCases[] = {
      {"g", "https://a.example/b/c/g"},
      {"./g", "https://a.example/b/c/g"},
      {"g/", "https://a.example/b/c/g/"},
      {"/g", "https://a.example/g"},
      {"//g.example", "https://g.example/"},
      {"?y", "https://a.example/b/c/d?y"},
      {"g?y#s", "https://a.example/b/c/g?y"},
      {"", "https://a.example/b/c/d?q"},
      {".", "https://a.example/b/c/"},
      {"..", "https://a.example/b/"},
      {"../g", "https://a.example/b/g"},
      {"../../../g", "https://a.example/g"},
      {"/a/%2e%2e/x?sig=a%2Fb%2B", "https://a.example/a/%2e%2e/x?sig=a%2Fb%2B"},
      {"http://b.example/x", "http://b.example/x"},
  };
  for (const auto& c : kCases) EXPECT_EQ(resolved(base, c.reference), c.want) << c.reference;
  for (const std::string_view bad : {"ftp://x/", "https://u@h/", "https://h:99999999999/", "a b"}) {
    EXPECT_EQ(resolved(base, bad).substr(0, 8), "refused:") << bad;
  }
}

TEST(Url, OriginAndWhatMessagesShow) {
  const Url url = Url::parse("https://h.example:8443/x?sig=secret").value();
  EXPECT_EQ(url.authority(), "h.example:8443");
  EXPECT_EQ(url.shown(), "https://h.example:8443/x");
  EXPECT_TRUE(url.same_origin(Url::parse("https://H.example:8443/y").value()));
  EXPECT_FALSE(url.same_origin(Url::parse("https://h.example/x").value()));
  EXPECT_FALSE(url.same_origin(Url::parse("http://h.example:8443/x").value()));
  EXPECT_EQ(percent_encode("a/b:c~ä"), "a%2Fb%3Ac~%C3%A4");
}

}  // namespace
}  // namespace portreeve::net
