#include "kube/images.h"

#include <gtest/gtest.h>

#include <string>

#include "core/json.h"

namespace portreeve::kube {
namespace {

std::string found(std::string_view group, std::string_view kind, const std::string& text) {
  const auto document = json::parse(text, json::review_limits(), nullptr);
  if (!document.ok()) return document.error().message;
  std::string out;
  for (const Value& image : images(group, kind, document.value()->root())) {
    out += (out.empty() ? "" : " ") + (image.is_string() ? std::string(image.text()) : "?");
  }
  return out;
}

constexpr const char* kPod =
    R"({"containers":[{"image":"a"},{"name":"none"},{"image":""},{"image":null}],)"
    R"("initContainers":[{"image":"b"}],"ephemeralContainers":[{"image":"c"},{"image":7}],)"
    R"("volumes":[{"image":{"reference":"d","pullPolicy":"Always"}},{"emptyDir":{}}]})";

TEST(Images, OfEveryPodBearingKind) {
  for (const PodKind& kind : pod_kinds()) {
    SCOPED_TRACE(std::string(kind.kind));
    std::string object = kPod;
    std::string_view path = kind.path;
    while (true) {
      const std::size_t dot = path.rfind('.');
      const std::string key(dot == std::string_view::npos ? path : path.substr(dot + 1));
      object = "{\"" + key + "\":" + object + "}";
      if (dot == std::string_view::npos) break;
      path = path.substr(0, dot);
    }
    EXPECT_EQ(found(kind.group, kind.kind, object), "a b c ? d");
    EXPECT_TRUE(carries_pods(kind.group, kind.kind));
    EXPECT_FALSE(carries_pods("other.example", kind.kind));
  }
}

TEST(Images, OfAnythingElse) {
  EXPECT_EQ(found("", "ConfigMap", std::string(R"({"spec":)") + kPod + "}"), "");
  EXPECT_EQ(found("", "Pod", R"({"spec":{}})"), "");
  EXPECT_EQ(found("", "Pod", R"({"spec":7})"), "");
  EXPECT_EQ(found("", "Pod", R"({})"), "");
  // Not what the API server would store, but nothing to overlook.
  EXPECT_EQ(found("", "Pod", R"({"spec":{"containers":{"x":{"image":"a"}}}})"), "a");
}

}  // namespace
}  // namespace portreeve::kube
