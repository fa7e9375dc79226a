#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"

namespace portreeve {
namespace {

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

struct Case {
  std::string_view text;
  std::string_view want;
};

constexpr std::string_view kReview =
    R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"7f0b2891",)"
    R"("kind":{"group":"","version":"v1","kind":"Pod"},"object":{"metadata":{"name":"é\u00e9\n",)"
    R"("labels":{"a":"b"}},"spec":{"x":[1,-2.5e+3,true,false,null,{"y":[]}]}},"dryRun":false}})";

TEST(JsonSalvage, Uid) {
  const std::vector<Case> cases = {
      {R"({"request":{"uid":"u-1"}})", "u-1"},
      {R"({"request":{"uid":"u-1")", "u-1"},
      {R"({"request":{"uid":"u-1", broken)", "u-1"},
      {R"( { "kind" : "x" , "request" : { "a" : [ { "uid" : "no" } ] , "uid" : "u-1" )", "u-1"},
      {R"({"request":{"object":{"metadata":{"uid":"no"}},"uid":"u-1"}})", "u-1"},
      {R"({"request":{"object":{"request":{"uid":"no"}},"uid":"u-1"}})", "u-1"},
      {R"({"uid":"no","request":{"uid":"u-1"}})", "u-1"},
      {R"({"a":"\"request\":{\"uid\":\"no\"}","request":{"uid":"u-1"}})", "u-1"},
      {R"({"request":{"uid":"first","uid":"second"}})", "first"},
      {"{\"a\":\"\xFF\",\"request\":{\"uid\":\"u-1\"}}", "u-1"},
      {"\xEF\xBB\xBF{\"request\":{\"uid\":\"u-1\"}}", "u-1"},
      {R"({"request":{"uid":"é"}})", "é"},
      {"", ""},
      {"{", ""},
      {"\"", ""},
      {R"({"request":{"uid":)", ""},
      {R"({"request":{"uid":"u-1)", "u-1"},
      {R"({"request":{"uid":""}})", ""},
      {R"({"request":{"uid":1}})", ""},
      {R"({"request":{"uid":null}})", ""},
      {R"({"request":{"uid":{"uid":"no"}}})", ""},
      {R"({"request":{"uid":["no"]}})", ""},
      {R"({"request":{"UID":"no"}})", ""},
      {R"({"Request":{"uid":"no"}})", ""},
      {R"({"uid":"no"})", ""},
      {R"({"response":{"uid":"no"}})", ""},
      {R"({"request":null,"response":{"uid":"no"}})", ""},
      {R"({"request":"x","y":{"uid":"no"}})", ""},
      {R"({"request":{},"y":{"uid":"no"}})", ""},
      {R"([{"request":{"uid":"no"}}])", ""},
      {R"({"request":[{"uid":"no"}]})", ""},
      {R"({"request":{"uid":"a\nb"}})", ""},
      {R"({"request":{"uid":"a\u0000b"}})", ""},
      {"{\"request\":{\"uid\":\"a\nb\"}}", ""},
      {"{\"request\":{\"uid\":\"a\xFF\"}}", ""},
      {R"(}}}}{"request":{"uid":"u-1"}})", "u-1"},
  };
  for (const Case& c : cases) EXPECT_EQ(json::salvage_uid(c.text), c.want) << c.text;
  EXPECT_EQ(json::salvage_uid("{\"request\":{\"uid\":\"" + std::string(257, 'u') + "\"}}"), "");
  EXPECT_EQ(json::salvage_uid("{\"request\":{\"uid\":\"" + std::string(256, 'u') + "\"}}"),
            std::string(256, 'u'));
  // What has no uid yet has none when it is cut; from there on it has this one or a part of it.
  const std::string whole(kReview);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    const std::string uid = json::salvage_uid(whole.substr(0, size));
    EXPECT_TRUE(std::string("7f0b2891").rfind(uid, 0) == 0) << size;
  }
  EXPECT_EQ(json::salvage_uid(repeat("[", 10'000'000) + "{\"request\":{\"uid\":\"no\"}}"), "");
  EXPECT_EQ(json::salvage_uid("{\"request\":{\"uid\":\"u-1\",\"x\":" + repeat("[", 1'000'000)),
            "u-1");
}

}  // namespace
}  // namespace portreeve
