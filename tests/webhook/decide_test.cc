// The response table (k8s-webhook §1.2), row by row as far as we can cause it: bytes in, bytes out.

#include "webhook/decide.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "crypto/hash.h"
#include "tests/webhook/reviews.h"
#include "verifiers/trust_root.h"

namespace portreeve::webhook {
namespace {

nlohmann::json response_of(const Decided& decided) {
  return nlohmann::json::parse(decided.body).at("response");
}

TEST(Decide, AllowsWhatIsRight) {
  Gate gate;
  const Decided decided = gate.decide(review_of(object_named("bp-wiki")));
  EXPECT_EQ(decided.cause, engine::Cause::allow);
  const auto response = response_of(decided);
  EXPECT_EQ(response.at("uid"), "u-1");
  EXPECT_EQ(response.at("allowed"), true);
  EXPECT_FALSE(response.contains("status"));
  EXPECT_FALSE(response.contains("patch"));
  EXPECT_EQ(response.at("auditAnnotations").at("decision"), decided.id);
}

TEST(Decide, RefusesWithReasonFixAndId) {
  Gate gate;
  const Decided decided = gate.decide(review_of(object_named("wiki")));
  EXPECT_EQ(decided.cause, engine::Cause::deny);
  const auto status = response_of(decided).at("status");
  EXPECT_EQ(status.at("code"), 403);
  EXPECT_EQ(status.at("reason"), "Forbidden");
  EXPECT_EQ(status.at("message"),
            "blueprint-name/prefix: metadata.name: A Blueprint's name begins with \"bp-\"; found "
            "wiki; expected bp-wiki; fix: rename it to \"bp-wiki\"; chart and OCI repository carry "
            "the same name; see: portreeve explain blueprint-name/prefix; decision " + decided.id);
  EXPECT_EQ(status.at("details").at("causes").at(0).at("field"), "metadata.name");
  EXPECT_FALSE(status.contains("retryAfterSeconds"));
  EXPECT_FALSE(status.at("details").contains("retryAfterSeconds"));
}

TEST(Decide, TheSameReviewGetsTheSameBytes) {
  Gate gate;
  const std::string review = review_of(object_named("wiki"));
  EXPECT_EQ(gate.decide(review).body, gate.decide(review).body);
  std::string dry = review;
  dry.replace(dry.find("\"dryRun\":false"), 14, "\"dryRun\":true");
  EXPECT_EQ(gate.decide(dry).body, gate.decide(review).body);
}

struct Malformed {
  const char* name;
  std::string review;
  const char* message;
};

TEST(Decide, MalformedReviewsAreRefusedWithTheirUid) {
  const std::string good = object_named("bp-wiki");
  const Malformed rows[] = {
      {"no object", review_of("null"), "request.object: CREATE needs one"},
      {"old on create", review_of(good, "CREATE", good), "request.oldObject: CREATE has none"},
      {"no old on update", review_of(good, "UPDATE"), "request.oldObject: UPDATE needs one"},
      {"object on delete", review_of(good, "DELETE", good), "request.object: DELETE has none"},
      {"unknown operation", review_of(good, "PATCH"),
       "request.operation: expected CREATE, UPDATE, DELETE or CONNECT, found \"PATCH\""},
      {"another name", review_of(good, "CREATE", "null", "\"name\":\"bp-other\","),
       "request.object.metadata.name is \"bp-wiki\", request.name says \"bp-other\""},
  };
  Gate gate;
  for (const Malformed& row : rows) {
    SCOPED_TRACE(row.name);
    const Decided decided = gate.decide(row.review);
    EXPECT_EQ(decided.cause, engine::Cause::malformed);
    const auto response = response_of(decided);
    EXPECT_EQ(response.at("uid"), "u-1");
    EXPECT_EQ(response.at("allowed"), false);
    EXPECT_EQ(response.at("status").at("code"), 422);
    EXPECT_EQ(response.at("status").at("message"),
              "malformed review: " + std::string(row.message) + "; decision " + decided.id);
  }
}

TEST(Decide, WithoutUidNobodyIsAnswered) {
  Gate gate;
  for (const std::string text : {"", "x", "{}", "[]", R"({"request":{"UID":"u"}})"}) {
    const Decided decided = gate.decide(text);
    EXPECT_EQ(decided.cause, engine::Cause::misconfigured) << text;
    EXPECT_EQ(engine::outlet(decided.cause).http_status, 400U);
    EXPECT_EQ(decided.body.find("allowed"), std::string::npos);
  }
}

TEST(Decide, DepthBeyondTheLimitKeepsTheUid) {
  Gate gate;
  for (const std::size_t depth : {260U, 1000U, 10'000U, 1'000'000U}) {
    const Decided decided = gate.decide(review_of(object_named(
        "bp-a", ",\"configSchema\":" + std::string(depth, '[') + std::string(depth, ']'))));
    EXPECT_EQ(decided.cause, engine::Cause::input_limit);
    EXPECT_EQ(response_of(decided).at("uid"), "u-1");
    EXPECT_EQ(response_of(decided).at("status").at("code"), 422);
  }
}

TEST(Decide, MemoryThatIsUsedUpIsAskedAgain) {
  Gate gate;
  MemoryBudget small(64);
  const Decided decided = gate.decide(review_of(object_named("bp-wiki")), &small);
  EXPECT_EQ(decided.cause, engine::Cause::overloaded);
  EXPECT_EQ(engine::outlet(decided.cause).http_status, 503U);
  EXPECT_EQ(small.used(), 0U);
}

TEST(Decide, ScopeIsSaid) {
  Gate gate;
  const std::string good = object_named("wiki");
  struct Row {
    std::string review;
    const char* scope;
  };
  std::string other = review_of(good);
  for (std::size_t at = other.find("Blueprint"); at != std::string::npos;
       at = other.find("Blueprint", at + 1)) {
    other.replace(at, 9, "Sovereign");
  }
  const Row rows[] = {
      {review_of("null", "DELETE", good), "not-gated"},
      {review_of(good, "CONNECT", "null", "\"subResource\":\"exec\","), "not-gated"},
      {review_of(good, "UPDATE", good, "\"subResource\":\"status\","), "status"},
      {other, "not-gated"},
  };
  for (const Row& row : rows) {
    const Decided decided = gate.decide(row.review);
    ASSERT_EQ(decided.cause, engine::Cause::allow) << decided.body;
    EXPECT_EQ(response_of(decided).at("auditAnnotations").at("scope"), row.scope);
  }
}

TEST(Decide, UnknownSubresourceAndVersionAreRefused) {
  Gate gate;
  const Decided sub =
      gate.decide(review_of(object_named("bp-wiki"), "CREATE", "null", "\"subResource\":\"copy\","));
  EXPECT_EQ(sub.cause, engine::Cause::deny);
  EXPECT_NE(sub.body.find("gate/unknown-subresource"), std::string::npos);
  std::string review = review_of(object_named("bp-wiki"));
  for (std::size_t at = review.find("v1\""); at != std::string::npos; at = review.find("v1\"", at + 3)) {
    if (review.compare(at - 4, 4, "k8s.") != 0 && review.compare(at - 3, 3, "io/") != 0) {
      review.replace(at, 3, "v9\"");
    }
  }
  review.replace(review.find("catalyst.openova.io/v1"), 22, "catalyst.openova.io/v9");
  const Decided version = gate.decide(review);
  EXPECT_EQ(version.cause, engine::Cause::deny) << version.body;
  EXPECT_NE(version.body.find("gate/unknown-version"), std::string::npos);
}

TEST(Decide, MessagesKeepTheirLimits) {
  Gate gate;
  // Control characters, colours, line ends, bidirectional text: nothing of it may reach a terminal.
  const std::string nasty = "a\\u001b[31m\\nb\\u202e\\u0000" + std::string(4000, 'x');
  std::string spec = ",\"visibility\":\"" + nasty + "\"";
  for (int i = 0; i < 40; ++i) spec += ",\"depend" + std::to_string(i) + "\":1";
  const Decided decided = gate.decide(review_of(object_named("wiki", spec)));
  EXPECT_EQ(decided.cause, engine::Cause::deny);
  const auto response = response_of(decided);
  EXPECT_LE(response.at("status").at("message").get<std::string>().size(), limits::kDenialBytes);
  EXPECT_LE(response.at("warnings").size(), limits::kWarnings);
  EXPECT_LE(decided.body.size(), limits::kAnswerBytes);
  EXPECT_LE(decided.log_line.size(), limits::kLogLineBytes);
  EXPECT_EQ(nlohmann::json::parse(decided.log_line).at("id"), decided.id);
  const auto check = [](const std::string& text) {
    for (const char c : text) EXPECT_GE(static_cast<unsigned char>(c), 0x20U);
    EXPECT_EQ(text.find("\xE2\x80\xAE"), std::string::npos);
  };
  check(response.at("status").at("message"));
  for (const auto& warning : response.at("warnings")) check(warning);
}

// Who re-judges a decision later needs to know by what it was made.
TEST(Decide, TheLineNamesCatalogPoliciesAndTrustRoot) {
  Gate gate;
  const auto line = nlohmann::json::parse(gate.decide(review_of(object_named("bp-wiki"))).log_line);
  const auto set = gate.engine.policies();
  EXPECT_EQ(line.at("catalogDigest"), set->catalog_digest().text());
  EXPECT_EQ(line.at("policiesDigest"), set->digest().text());
  EXPECT_EQ(line.at("trustRoot"), Digest(crypto::sha256(verifiers::TrustRoot::embedded_json())).text());
}

TEST(Decide, TruncatedAnywhereIsNeverAllowed) {
  Gate gate;
  const std::string review = review_of(object_named("bp-wiki"));
  for (std::size_t length = 0; length < review.size(); ++length) {
    const Decided decided = gate.decide(review.substr(0, length));
    ASSERT_NE(decided.cause, engine::Cause::allow) << length;
    ASSERT_EQ(decided.body.find("\"allowed\":true"), std::string::npos) << length;
  }
}

TEST(Decide, AnUnrecordedAllowIsNone) {
  Gate gate;
  const Decided decided = gate.decide(review_of(object_named("bp-wiki")));
  ASSERT_EQ(decided.cause, engine::Cause::allow);
  const Decided refused = unlogged(decided, "disk full");
  const auto response = response_of(refused);
  EXPECT_EQ(response.at("allowed"), false);
  EXPECT_EQ(response.at("status").at("code"), 503);
  EXPECT_EQ(response.at("status").at("message"),
            "could not decide; this is no verdict on your object: the decision could not be "
            "recorded: disk full; decision " + decided.id);
}

}  // namespace
}  // namespace portreeve::webhook
