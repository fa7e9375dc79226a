// What may not be judged (k8s-webhook §4.2 C): every case is refused for its own reason, carries the
// uid back when one can be read, and none crashes.

#include "kube/admission_review.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>

#include "core/limits.h"
#include "tests/support/review_cases.h"

namespace portreeve::kube {
namespace {

using testing::Node;

constexpr std::string_view kUid = "705ab4f5-6393-11e8-b7cc-42010a800002";

struct Reading {
  bool judged = false;
  std::string uid;
  Errc code = Errc::internal;
  std::string message;
};

Reading read(const std::string& json) {
  ReviewOrError read = read_review(json, nullptr);
  if (const auto* review = std::get_if<Review>(&read)) {
    return {true, review->uid, Errc::internal, ""};
  }
  const auto& bad = std::get<BadReview>(read);
  return {false, bad.uid, bad.error.code, bad.error.message};
}

void expect_refused(const std::string& json, std::string_view reason, const std::string& name,
                    std::string_view uid = kUid) {
  const Reading got = read(json);
  EXPECT_FALSE(got.judged) << name;
  EXPECT_NE(got.message.find(reason), std::string::npos)
      << name << "\n  want " << reason << "\n  got  " << got.message;
  EXPECT_EQ(got.uid, uid) << name;
}

// What takes a field's place.
struct Change {
  std::string name;
  std::function<void(Node&, std::size_t)> make;
};

Change replaced(const std::string& name, const std::string& text) {
  return {name, [text](Node& owner, std::size_t at) { owner.members[at].second = {text, {}, false}; }};
}

std::vector<Change> changes() {
  std::vector<Change> out;
  out.push_back({"removed", [](Node& owner, std::size_t at) {
                   owner.members.erase(owner.members.begin() + static_cast<std::ptrdiff_t>(at));
                 }});
  out.push_back({"doubled", [](Node& owner, std::size_t at) {
                   owner.members.push_back(owner.members[at]);
                 }});
  out.push_back({"upper-cased", [](Node& owner, std::size_t at) {
                   for (char& c : owner.members[at].first) {
                     if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
                   }
                 }});
  out.push_back(replaced("null", "null"));
  out.push_back(replaced("number", "7"));
  out.push_back(replaced("true", "true"));
  out.push_back(replaced("list", "[{}]"));
  out.push_back(replaced("empty text", "\"\""));
  out.push_back(replaced("other text", "\"Other\""));
  out.push_back(replaced("map", "{\"x\":{}}"));
  return out;
}

// Changes after which the review may still be judged, because the field says nothing that the
// decision rests on, or because leaving it out is how an API server says "none".
const std::map<std::string, std::vector<std::string>>& harmless() {
  static const std::map<std::string, std::vector<std::string>> table = {
      {"/request/requestKind", {"removed", "null", "map"}},
      {"/request/requestResource", {"removed", "null", "map"}},
      {"/request/options", {"removed", "null", "map"}},
      {"/request/dryRun", {"removed", "null", "true"}},
      {"/request/name", {"removed", "null", "empty text"}},
      {"/request/uid", {"other text"}},
      {"/request/userInfo", {"removed", "null", "map"}},
      {"/request/userInfo/username", {"removed", "null", "empty text", "other text"}},
      {"/request/userInfo/uid",
       {"removed", "null", "number", "true", "list", "empty text", "other text", "map"}},
      {"/request/userInfo/groups",
       {"removed", "null", "number", "true", "list", "empty text", "other text", "map"}},
      {"/request/userInfo/extra",
       {"removed", "null", "number", "true", "list", "empty text", "other text", "map"}},
      {"/request/resource/resource", {"other text"}},
      {"/request/object/metadata/namespace", {"removed", "null", "empty text", "upper-cased"}},
      {"/request/oldObject/metadata/namespace", {"removed", "null", "empty text", "upper-cased"}},
  };
  return table;
}

bool is_harmless(const std::string& pointer, const std::string& change) {
  const auto row = harmless().find(pointer);
  if (row == harmless().end()) return false;
  return std::find(row->second.begin(), row->second.end(), change) != row->second.end();
}

// The word that every refusal of a change to this field must hold.
std::string reason_of(const std::string& pointer) {
  static const std::map<std::string, std::string> table = {
      {"/apiVersion", "apiVersion"},
      {"/kind", "kind"},
      {"/request/resource/group", "request.resource"},
      {"/request/resource/version", "request.resource"},
      {"/request/kind/group", "request.kind"},
      {"/request/kind/version", "request.kind"},
      {"/request/kind/kind", "request.kind"},
      {"/request/object/apiVersion", "object"},
      {"/request/object/kind", "object"},
      {"/request/oldObject/apiVersion", "oldObject"},
      {"/request/oldObject/kind", "oldObject"},
  };
  const auto row = table.find(pointer);
  return row != table.end() ? row->second : pointer.substr(pointer.rfind('/') + 1);
}

TEST(AdmissionReview, GoldenReviewsAreJudged) {
  EXPECT_TRUE(read(testing::update_review().json()).judged) << testing::update_review().json();
  EXPECT_TRUE(read(testing::create_review().json()).judged);
}

TEST(AdmissionReview, ReadsWhatTheServerSays) {
  ReviewOrError read = read_review(testing::update_review().json(), nullptr);
  ASSERT_TRUE(std::holds_alternative<Review>(read));
  const auto& review = std::get<Review>(read);
  EXPECT_EQ(review.uid, kUid);
  EXPECT_EQ(review.user, "admin");
  EXPECT_FALSE(review.dry_run);
  EXPECT_EQ(review.request_kind, "");
  EXPECT_EQ(review.subject.id(), "catalyst.openova.io/Blueprint/catalog/bp-wiki");
  EXPECT_EQ(review.subject.operation, Operation::update);
  EXPECT_EQ(review.subject.resource, "blueprints");
  EXPECT_EQ(review.subject.object["spec"]["version"].text(), "1.0.1");
  EXPECT_EQ(review.subject.old["spec"]["version"].text(), "1.0.0");
}

// Every field removed, nulled, of another type, doubled, upper-cased.
TEST(AdmissionReview, EveryFieldChanged) {
  int refused = 0;
  for (const std::string& pointer : testing::envelope_pointers()) {
    for (const Change& change : changes()) {
      SCOPED_TRACE(pointer + " " + change.name);
      Node review = testing::update_review();
      const auto [owner, at] = review.find(pointer);
      ASSERT_NE(owner, nullptr);
      change.make(*owner, at);
      const Reading got = read(review.json());
      EXPECT_EQ(got.judged, is_harmless(pointer, change.name)) << got.message;
      if (got.judged) continue;
      ++refused;
      EXPECT_NE(got.message, "");
      const bool same_uid = got.uid == kUid;
      const bool uid_is_gone = pointer == "/request/uid" || pointer == "/request";
      EXPECT_TRUE(same_uid || uid_is_gone) << got.uid;
      if (change.name == "doubled") {
        EXPECT_NE(got.message.find("line 1 column "), std::string::npos) << got.message;
      } else if (!uid_is_gone) {
        EXPECT_NE(got.message.find(reason_of(pointer)), std::string::npos) << got.message;
      }
    }
  }
  EXPECT_GE(refused, 250);
}

TEST(AdmissionReview, TruncatedAtEveryByte) {
  const std::string golden = testing::create_review().json();
  ASSERT_GE(golden.size(), 800U);
  // From here on the uid has been read whole.
  const std::size_t uid_end = golden.find(kUid) + kUid.size() + 1;
  for (std::size_t size = 0; size < golden.size(); ++size) {
    const Reading got = read(golden.substr(0, size));
    ASSERT_FALSE(got.judged) << size;
    ASSERT_EQ(got.code, Errc::malformed) << size;
    if (size >= uid_end) {
      ASSERT_EQ(got.uid, kUid) << size;
    }
  }
}

struct Replacement {
  std::string name;
  std::string from;
  std::string to;
  std::string reason;
};

void expect_refused(const std::vector<Replacement>& rows, const std::string& golden) {
  for (const Replacement& row : rows) {
    std::string json = golden;
    const std::size_t at = json.find(row.from);
    ASSERT_NE(at, std::string::npos) << row.name;
    json.replace(at, row.from.size(), row.to);
    expect_refused(json, row.reason, row.name);
  }
}

TEST(AdmissionReview, OtherVersionsAndShapes) {
  expect_refused({{"v1beta1", "admission.k8s.io/v1\"", "admission.k8s.io/v1beta1\"", "admission.k8s.io/v1beta1"},
                  {"v2", "admission.k8s.io/v1\"", "admission.k8s.io/v2\"", "admission.k8s.io/v2"},
                  {"list", "\"AdmissionReview\"", "\"AdmissionReviewList\"", "AdmissionReviewList"},
                  {"other kind", "\"AdmissionReview\"", "\"Blueprint\"", "expected AdmissionReview"},
                  {"response too", "\"request\":", "\"response\":{\"uid\":\"x\",\"allowed\":true},\"request\":",
                   "response"}},
                 testing::create_review().json());
  for (const std::string json : {"", " ", "null", "true", "7", "\"AdmissionReview\"", "[]", "{}",
                                 "{\"request\":{}}", "{\"request\":null}", "nul", "{", "}", "[{]",
                                 "\xEF\xBB\xBF{}", "{}{}", "{} x", "// {}", "{'a':1}", "{\"a\":1,}",
                                 "\x00", "\xFF\xFE{\x00}\x00"}) {
    expect_refused(json, "", "document <" + json + ">", "");
  }
}

TEST(AdmissionReview, ContradictionsBetweenRequestAndObject) {
  const std::string create = testing::create_review().json();
  const std::string update = testing::update_review().json();
  const std::string old = "\"oldObject\":null";
  expect_refused(
      {{"CREATE with an old object", old, "\"oldObject\":{\"apiVersion\":\"catalyst.openova.io/v1\"}",
        "CREATE has none"},
       {"UPDATE without an old object", "\"CREATE\"", "\"UPDATE\"", "UPDATE needs one"},
       {"DELETE with an object", "\"CREATE\"", "\"DELETE\"", "DELETE has none"},
       {"unknown operation", "\"CREATE\"", "\"PATCH\"", "found \"PATCH\""},
       {"operation in lower case", "\"CREATE\"", "\"create\"", "found \"create\""},
       {"other kind", "\"kind\":\"Blueprint\"}", "\"kind\":\"ConfigMap\"}", "request.kind says"},
       {"other name", "\"name\":\"bp-wiki\",\"namespace\":\"catalog\",\"operation\"",
        "\"name\":\"bp-other\",\"namespace\":\"catalog\",\"operation\"", "request.name says \"bp-other\""},
       {"other namespace", "\"namespace\":\"catalog\",\"operation\"",
        "\"namespace\":\"kube-system\",\"operation\"", "request.namespace says \"kube-system\""},
       {"other group", "\"group\":\"catalyst.openova.io\"", "\"group\":\"apps\"", "request.resource is of"},
       {"other resource group", "{\"group\":\"catalyst.openova.io\",\"version\":\"v1\",\"resource\"",
        "{\"group\":\"apps\",\"version\":\"v1\",\"resource\"", "request.resource is of \"apps/v1\""},
       {"a nameless object", "\"metadata\":{\"name\":\"bp-wiki\",", "\"metadata\":{", "metadata.name is \"\""}},
      create);
  expect_refused({{"other old name", "\"metadata\":{\"name\":\"bp-wiki\",\"namespace\":\"catalog\"},\"spec\":{\"version\":\"1.0.0\"}",
                   "\"metadata\":{\"name\":\"bp-else\",\"namespace\":\"catalog\"},\"spec\":{\"version\":\"1.0.0\"}",
                   "request.oldObject.metadata.name is \"bp-else\""}},
                 update);
}

TEST(AdmissionReview, TextThatIsNone) {
  const std::string create = testing::create_review().json();
  const std::string user = "\"username\":\"admin\"";
  std::vector<Replacement> rows;
  const std::vector<std::pair<std::string, std::string>> texts = {
      {"overlong", "\xC0\xAF"}, {"lone continuation", "\x80"}, {"cut sequence", "\xE2\x82"},
      {"surrogate bytes", "\xED\xA0\x80"}, {"above U+10FFFF", "\xF4\x90\x80\x80"},
      {"latin-1", "\xE4"}, {"raw newline", "\n"}, {"raw NUL", std::string(1, '\0')},
      {"raw tab", "\t"}, {"lone high surrogate", "\\uD800"}, {"lone low surrogate", "\\uDC00"},
      {"reversed surrogates", "\\uDC00\\uD800"}, {"bad escape", "\\x41"}, {"short escape", "\\u12"}};
  for (const auto& [name, text] : texts) {
    rows.push_back({name, user, "\"username\":\"a" + text + "b\"", "line "});
  }
  for (const char* number : {"NaN", "Infinity", "-", "01", "1.", ".5", "1e", "+1", "0x1F", "1_000"}) {
    rows.push_back({number, "\"dryRun\":false", "\"dryRun\":" + std::string(number), "line "});
  }
  expect_refused(rows, create);
}

// A uid that cannot be carried back as it came, or that is none.
TEST(AdmissionReview, UidThatIsNone) {
  const std::string create = testing::create_review().json();
  const std::string uid = "\"" + std::string(kUid) + "\"";
  const auto with = [&](const std::string& text) {
    std::string json = create;
    return json.replace(json.find(uid), uid.size(), text);
  };
  for (const char* text : {"null", "7", "true", "[]", "{}", "\"\""}) {
    expect_refused(with(text), "request.uid", text, "");
  }
  expect_refused(with("\"a\\u0000b\""), "NUL", "NUL", std::string_view("a\0b", 3));
  const std::string longest(257, 'u');
  expect_refused(with("\"" + longest + "\""), "longer than 256", "too long", longest);
}

TEST(AdmissionReview, TooDeep) {
  for (const std::size_t depth : {257U, 1000U, 10'000U, 100'000U, 1'000'000U}) {
    std::string json = testing::create_review().json();
    const std::string nested = std::string(depth, '[') + std::string(depth, ']');
    json.replace(json.find("\"1.0.1\""), 7, nested);
    expect_refused(json, "", "depth " + std::to_string(depth));
    EXPECT_EQ(read(json).code, Errc::limit) << depth;
  }
  expect_refused(std::string(10'000'000, '['), "", "only brackets", "");
}

TEST(AdmissionReview, TooLargeOrTooMany) {
  std::string json = testing::create_review().json();
  json.replace(json.find("\"1.0.1\""), 7, "\"" + std::string(limits::kReviewBytes, '<') + "\"");
  expect_refused(json, "limit is 20971520", "21 MB");
  std::string many = testing::create_review().json();
  std::string list = "[0";
  for (std::uint32_t i = 0; i < limits::kReviewValues; ++i) list += ",0";
  many.replace(many.find("\"1.0.1\""), 7, list + "]");
  expect_refused(many, "", "a million values");
  EXPECT_EQ(read(many).code, Errc::limit);
}

TEST(AdmissionReview, RefusedByTheMemoryBudget) {
  MemoryBudget budget(4096);
  ReviewOrError read = read_review(testing::create_review().json() + std::string(8192, ' '), &budget);
  ASSERT_TRUE(std::holds_alternative<BadReview>(read));
  EXPECT_EQ(std::get<BadReview>(read).error.code, Errc::limit);
  EXPECT_EQ(std::get<BadReview>(read).uid, kUid);
  EXPECT_EQ(budget.used(), 0U);
}

// Numbers keep their text, strings may hold NUL: judged, neither cut nor rounded.
TEST(AdmissionReview, KeepsNumbersAndNul) {
  for (const char* value : {"9223372036854775808", "1e308", "1e400", "-0", "0.1e-400",
                            "\"a\\u0000b\"", "\"\\u202e\"", "\"<<<\""}) {
    std::string json = testing::create_review().json();
    json.replace(json.find("\"1.0.1\""), 7, value);
    EXPECT_TRUE(read(json).judged) << value;
  }
}

// A subresource carries the kind that the API server builds for it.
TEST(AdmissionReview, SubresourcesOfAnotherKind) {
  std::string json = testing::create_review().json();
  json.replace(json.find("\"name\":\"bp-wiki\","), 17, "\"name\":\"bp-wiki\",\"subResource\":\"scale\",");
  const std::string kind = "\"kind\":{\"group\":\"catalyst.openova.io\",\"version\":\"v1\",\"kind\":\"Blueprint\"}";
  json.replace(json.find(kind), kind.size(),
               "\"kind\":{\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\"}");
  EXPECT_TRUE(read(json).judged) << read(json).message;
}

TEST(AdmissionReview, DeleteCollectionHasNoName) {
  Node review = testing::update_review();
  const auto change = [&](const char* pointer, const char* text) {
    const auto [owner, at] = review.find(pointer);
    owner->members[at].second = {text, {}, false};
  };
  change("/request/operation", "\"DELETE\"");
  change("/request/object", "null");
  change("/request/name", "\"\"");
  EXPECT_TRUE(read(review.json()).judged) << read(review.json()).message;
}

// An API server writes the namespace of the request into the object before it asks; whoever asks
// without it is not judged as if there were none.
TEST(AdmissionReview, AnObjectWithoutNamespaceGetsThatOfTheRequest) {
  const std::string given = ",\"namespace\":\"catalog\"},\"spec\"";
  for (const char* none : {"},\"spec\"", ",\"namespace\":\"\"},\"spec\"", ",\"namespace\":null},\"spec\""}) {
    std::string json = testing::update_review().json();
    for (std::size_t at = 0; (at = json.find(given, at)) != std::string::npos;) {
      json.replace(at, given.size(), none);
    }
    ReviewOrError read = read_review(json, nullptr);
    ASSERT_TRUE(std::holds_alternative<Review>(read)) << json;
    const Subject& subject = std::get<Review>(read).subject;
    EXPECT_EQ(subject.object["metadata"]["namespace"].text(), "catalog") << none;
    EXPECT_EQ(subject.old["metadata"]["namespace"].text(), "catalog") << none;
    EXPECT_EQ(subject.object["metadata"]["name"].text(), "bp-wiki");
    // Nothing else changed, and everything stands where it stood.
    ReviewOrError whole = read_review(testing::update_review().json(), nullptr);
    EXPECT_TRUE(equal(subject.request, std::get<Review>(whole).subject.request)) << none;
    EXPECT_EQ(json.substr(subject.object.offset(), 2), "{\"");
    EXPECT_EQ(content_form(subject.object), content_form(std::get<Review>(whole).subject.object));
    EXPECT_EQ(content_form(subject.object, subject.document->source()), content_form(subject.object));
  }
}

TEST(AdmissionReview, ANamespaceAndKindsOfTheClusterHaveNone) {
  const auto replace = [](std::string& json, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = json.find(from, at)) != std::string::npos; at += to.size()) {
      json.replace(at, from.size(), to);
    }
  };
  std::string cluster = testing::create_review().json();
  replace(cluster, ",\"namespace\":\"catalog\"}", "}");
  replace(cluster, "\"namespace\":\"catalog\",", "");
  std::string space = testing::create_review().json();
  replace(space, ",\"namespace\":\"catalog\"}", "}");
  replace(space, "\"catalog\"", "\"bp-wiki\"");
  replace(space, "\"catalyst.openova.io/v1\"", "\"v1\"");
  replace(space, "catalyst.openova.io", "");
  replace(space, "\"Blueprint\"", "\"Namespace\"");
  for (const std::string& json : {cluster, space}) {
    ReviewOrError read = read_review(json, nullptr);
    ASSERT_TRUE(std::holds_alternative<Review>(read)) << std::get<BadReview>(read).error.message << json;
    EXPECT_FALSE(std::get<Review>(read).subject.object["metadata"]["namespace"].present()) << json;
  }
}

}  // namespace
}  // namespace portreeve::kube
