#include "oci/challenge.h"

#include <gtest/gtest.h>

namespace portreeve::oci {
namespace {

/// "scheme(name=value,…) scheme(…)", or the error.
std::string parsed(std::string_view field) {
  const auto challenges = parse_challenges(field);
  if (!challenges.ok()) return std::string(to_string(challenges.error().code)) + ": " + challenges.error().message;
  std::string out;
  for (const Challenge& c : challenges.value()) {
    out += (out.empty() ? "" : " ") + c.scheme + "(";
    for (std::size_t i = 0; i < c.parameters.size(); ++i) {
      out += (i == 0 ? "" : ",") + c.parameters[i].first + "=" + c.parameters[i].second;
    }
    out += ")";
  }
  return out;
}

TEST(Challenge, WhatIsRead) {
  const struct {
    std::string_view field, want;
  } kCases[] = {
      {R"(Bearer realm="https://a/token",service="r",scope="repository:x:pull")",
       "bearer(realm=https://a/token,service=r,scope=repository:x:pull)"},
      {R"(BEARER Realm = "a, b" , Service=x)", "bearer(realm=a, b,service=x)"},
      {R"(Basic realm="a\"b\\c")", R"(basic(realm=a"b\c))"},
      {R"(Negotiate, Basic realm="x", Bearer realm="y")", "negotiate() basic(realm=x) bearer(realm=y)"},
      {"Negotiate YWJj==, Basic realm=x", "negotiate() basic(realm=x)"},
      {R"(,, Basic realm="x",,)", "basic(realm=x)"},
      {"Basic", "basic()"},
      {"Bearer realm=", "bearer()"},  // RFC 9110: a token68.
      {"", ""},
      {R"(Digest qop="auth,auth-int", nonce="n", Bearer realm="y")", "digest(qop=auth,auth-int,nonce=n) bearer(realm=y)"},
  };
  for (const auto& c : kCases) EXPECT_EQ(parsed(c.field), c.want) << c.field;
}

TEST(Challenge, WhatIsRefused) {
  for (const std::string& field : std::initializer_list<std::string>{
           "Bearer realm=\"open", "Bearer realm=\"a\\", "Bearer realm=\"a\" service=\"b\"",
           "Bearer realm=\"a\",realm=\"b\"", "Bearer realm=\"a\",Realm=\"b\"", "=x", "\"x\"", "Bearer realm=\"a\nb\"",
           "B(earer realm=x", std::string("Bearer realm=\"a\0b\"", 18)}) {
    EXPECT_EQ(parsed(field).substr(0, 10), "malformed:") << field << " gives " << parsed(field);
  }
  std::string many;
  for (int i = 0; i < 17; ++i) many += "s" + std::to_string(i) + ", ";
  EXPECT_EQ(parsed(many).substr(0, 6), "limit:");
  many = "s ";
  for (int i = 0; i < 17; ++i) many += "p" + std::to_string(i) + "=1, ";
  EXPECT_EQ(parsed(many).substr(0, 6), "limit:");
  EXPECT_EQ(parsed("s p=" + std::string(9000, 'a')).substr(0, 6), "limit:");
}

}  // namespace
}  // namespace portreeve::oci
