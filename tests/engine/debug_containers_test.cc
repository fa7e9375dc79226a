// What `kubectl debug` adds to a running Pod is pulled like anything else: judged through the Pod's
// subresource, by policies about images and about artifacts.

#include "kube/images.h"
#include "tests/engine/signature_rig.h"

namespace portreeve::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class DebugContainers : public testing::SignatureRig {
 protected:
  static std::string pod(const std::string& debug, const std::string& label = "") {
    return R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"team":")" + label +
           R"("}},"spec":{"containers":[{"image":"registry.test/acme/old:1.0"}],"ephemeralContainers":[)" + debug + "]}}";
  }
  static std::string image(const std::string& name) { return R"({"image":")" + name + "\"}"; }
  std::shared_ptr<Subject> debugging(const std::string& debug, const std::string& subresource = "ephemeralcontainers") {
    auto subject = subject_of(pod(debug));
    subject->operation = Operation::update;
    subject->old_document = json::parse(pod(""), json::review_limits(), nullptr).value();
    subject->old = subject->old_document->root();
    subject->resource = "pods";
    subject->subresource = subresource;
    return subject;
  }
};

TEST_F(DebugContainers, AreJudgedByTheirSignatures) {
  push_signature();
  EXPECT_EQ(said(judge(debugging(image("registry.test/acme/ship:1.0")))), "allow");
  EXPECT_EQ(server_->count("acme/old"), 0U);  // This request can add no other image.
  EXPECT_THAT(said(judge(debugging(image("registry.test/acme/boat:1.0")))), StartsWith("deny: no such artifact"));
  EXPECT_EQ(path_, "/spec/ephemeralContainers/0/image");
  EXPECT_THAT(said(judge(debugging(image("")))), StartsWith("allow"));  // Nothing is pulled.
  EXPECT_THAT(said(judge(debugging(R"({"image":7})"))), HasSubstr("expected the text of an image reference, found number"));
}

TEST_F(DebugContainers, AreJudgedByTheChecksOfImages) {
  policy("{repositories: ['registry.test/acme/ship'], digest: true}", "images", "{objects: [{group: '', kinds: [Pod]}]}");
  const std::string digest = "@" + oci::digest_of(image_).text();
  EXPECT_EQ(said(judge(debugging(image("registry.test/acme/ship" + digest)))), "allow");
  EXPECT_THAT(said(judge(debugging(image("registry.test/acme/ship:1.0")))), StartsWith("deny: "));
  EXPECT_THAT(said(judge(debugging(image("registry.test/acme/boat" + digest)))), StartsWith("deny: registry.test/acme/boat"));
}

// What the Pod had before cannot be changed by this request; it must not keep anybody from debugging.
TEST_F(DebugContainers, WhatWasThereBeforeIsAWarning) {
  policy("{path: 'object.metadata.labels.team', equals: red}", "field", "{objects: [{group: '', kinds: [Pod]}]}");
  const Verdict verdict = judge(debugging(image("registry.test/acme/ship:1.0")));
  EXPECT_EQ(verdict.decision, Decision::allow);
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].effect, Effect::warn);
}

TEST_F(DebugContainers, OtherSubresourcesAreRefusedAsBefore) {
  EXPECT_THAT(said(judge(debugging(image("registry.test/acme/ship:1.0"), "resize"))), StartsWith("deny: pods/resize"));
  auto other = debugging(image("registry.test/acme/ship:1.0"));
  other->resource = "nodes";
  EXPECT_THAT(said(judge(other)), StartsWith("deny: nodes/ephemeralcontainers"));
}

// One image, wherever a kind keeps its Pod.
TEST_F(DebugContainers, EveryWorkloadKindNamesItsImages) {
  for (const kube::PodKind& kind : kube::pod_kinds()) {
    SCOPED_TRACE(std::string(kind.kind));
    std::string object = R"({"initContainers":[{"image":"registry.test/acme/boat:1.0"}]})";
    std::string pointer;
    std::string_view path = kind.path;
    while (!path.empty()) {
      const std::size_t dot = path.rfind('.');
      const std::string key(dot == std::string_view::npos ? path : path.substr(dot + 1));
      object = "{\"" + key + "\":" + object + "}";
      pointer = "/" + key + pointer;
      path = dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
    }
    const std::string api = (kind.group.empty() ? "" : std::string(kind.group) + "/") + "v1";
    object.insert(1, R"("apiVersion":")" + api + R"(","kind":")" + std::string(kind.kind) + "\",");
    EXPECT_THAT(said(object), StartsWith("deny: no such artifact"));
    EXPECT_EQ(path_, pointer + "/initContainers/0/image");
  }
}

}  // namespace
}  // namespace portreeve::engine
