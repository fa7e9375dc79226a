// Policies about artifacts: which fields name one, and what is said when evidence is absent. With
// signatures: tests/engine/signatures_test.cc.

#include <gmock/gmock.h>

#include "policies/artifact_rule.h"
#include "policies/examples.h"
#include "policies/signature_words.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

using ::testing::HasSubstr;

std::string rule(const std::string& rows) {
  return std::string(kHead) +
         "kind: ArtifactRule\nmetadata: {name: a}\nspec:\n"
         "  match: {objects: [{group: example.org, kinds: [Thing]}]}\n  rows: " + rows + "\n";
}

std::string authority(const std::string& name, const std::string& repositories = "['r.test/**']") {
  return std::string(kHead) + "kind: Authority\nmetadata: {name: " + name + "}\nspec:\n  repositories: " +
         repositories + "\n  keyless: {issuer: 'https://issuer.test', identity: 'https://a.test/b/c'}\n";
}

std::string signed_policy(const std::string& with, const std::string& match = "{artifacts: ['**']}",
                          const std::string& check = "signature") {
  return std::string(kHead) + "kind: Policy\nmetadata: {name: p}\nspec:\n  description: d\n  match: " + match +
         "\n  rules: [{name: r, check: " + check + ", with: " + with + ", message: m, fix: f}]\n";
}

std::string named(const std::string& rows, const std::string& object) {
  const SetPtr set = load({rule(rows)});
  if (set == nullptr) return "does not load";
  const Subject subject = thing(object);
  Scope scope;
  scope.subject = &subject;
  std::string out;
  for (const NamedArtifact& one : named_artifacts(set->trust().artifact_rules(), scope)) {
    out += (out.empty() ? "" : " ") + (one.reference ? one.reference->text() : "!" + std::string(to_string(one.fault->code)));
    out += "@" + pointer_to(subject.object, one.anchor, one.tail);
  }
  return out;
}

TEST(ArtifactRules, TheFirstRowThatFits) {
  const std::string rows = "[{when: {present: object.url}, reference: {join: [{trim-prefix: [object.url, 'oci://']}, ':', object.v]}},"
                           " {reference: {join: ['r.test/x/', {ensure-prefix: [object.id, bp-]}, ':', object.v]}}]";
  EXPECT_EQ(named(rows, "{url: 'oci://r.test/a/b', v: '1.0'}"), "r.test/a/b:1.0@/url");
  EXPECT_EQ(named(rows, "{id: wiki, v: '1.0'}"), "r.test/x/bp-wiki:1.0@/id");
  EXPECT_EQ(named(rows, "{id: bp-wiki, v: '1.0'}"), "r.test/x/bp-wiki:1.0@/id");
  EXPECT_EQ(named(rows, "{id: wiki, v: 1.0.0+build.5}"), "r.test/x/bp-wiki:1.0.0_build.5@/id");
  EXPECT_EQ(named(rows, "{id: wiki}"), "!malformed@/id");
  EXPECT_EQ(named(rows, "{id: Wiki, v: '1'}"), "!malformed@/id");
  EXPECT_EQ(named("[{when: {present: object.no}, reference: object.no}]", "{id: wiki}"), "!malformed@");
}

TEST(ArtifactRules, ImagesByPath) {
  const std::string rows = "[{images: 'object.side[*].image'}]";
  EXPECT_EQ(named(rows, "{side: [{image: 'nginx:1'}, {image: 'r.test/a@sha256:0'}, {image: 7}, {}, {image: 'nginx:1'}]}"),
            "docker.io/library/nginx:1@/side/0/image !malformed@/side/1/image !malformed@/side/2/image");
}

TEST(ArtifactPolicies, LoadErrors) {
  const struct {
    std::vector<std::string> texts;
    const char* want;
  } kRows[] = {
      {{rule("[]")}, "rows: there is none"},
      {{rule("[{}]")}, "expected exactly one of reference and images"},
      {{rule("[{reference: object.a, images: object.b}]")}, "expected exactly one of reference and images"},
      {{rule("[{referense: object.a}]")}, "expected exactly one of reference and images"},
      {{rule("[{reference: object.a}]"), rule("[{reference: object.a}]")}, "ArtifactRule \"a\" is defined twice"},
      {{authority("x"), authority("x")}, "Authority \"x\" is defined twice"},
      {{signed_policy("{authorities: {any: [x]}}")}, "there is no Authority \"x\""},
      {{signed_policy("{authorities: {any: []}}")}, "names no authority"},
      {{signed_policy("{authorities: {}}")}, "expected {any: [...]}"},
      {{signed_policy("{}")}, "key \"authorities\" is missing"},
      {{signed_policy("{authorities: {any: [x], all: [x]}}"), authority("x")}, "expected {any: [...]}"},
      {{signed_policy("{authorities: {atLeast: 2, of: [x]}}"), authority("x")}, "atLeast: expected 1 to"},
      {{signed_policy("{authorities: {atLeast: 0, of: [x]}}"), authority("x")}, "atLeast: expected 1 to"},
      {{signed_policy("{authorities: {any: [x, x]}}"), authority("x")}, "stands there twice"},
      {{signed_policy("{authorities: {any: [x]}, platforms: some}"), authority("x")}, "expected one of index"},
      {{signed_policy("{authorities: {any: [x]}, lastKnownGood: 5}"), authority("x")}, "lastKnownGood: expected a time"},
      {{signed_policy("{authorities: {any: [x]}, anotations: {}}"), authority("x")}, "unknown key \"anotations\""},
      {{signed_policy("{authorities: {any: [x]}}", "{objects: [{group: g, kinds: [K]}]}"), authority("x")}, "it needs match.artifacts"},
      {{signed_policy("{authorities: {any: [x]}}", "{artifacts: ['**']}", "attestation"), authority("x")}, "\"predicateType\" is missing"},
  };
  for (const auto& row : kRows) EXPECT_THAT(load_error(row.texts), HasSubstr(row.want));
  EXPECT_EQ(load_error({signed_policy("{authorities: {any: [x]}}"), authority("x"), rule("[{reference: object.a}]")}), "");
}

// Without evidence for it, a rule waits; what needs none is judged at once.
TEST(ArtifactPolicies, AskForEvidenceByName) {
  const SetPtr set = load({signed_policy("{authorities: {any: [x, z]}}"), authority("x"), authority("z", "['other.test/**']"),
                           rule("[{reference: object.a}]")});
  ASSERT_NE(set, nullptr);
  std::vector<Key> needs;
  EXPECT_EQ(set->judge(thing("{a: 'r.test/a:1'}"), {}, nullptr, &needs).decision, Decision::allow);
  ASSERT_EQ(needs.size(), 1U);
  EXPECT_EQ(needs[0].section + " " + needs[0].artifact, "signatures r.test/a:1");
  needs.clear();
  const Verdict nobody = set->judge(thing("{a: 'evil.test/a:1'}"), {}, nullptr, &needs);
  EXPECT_EQ(nobody.decision, Decision::deny);
  EXPECT_THAT(nobody.findings[0].found, HasSubstr("none of these authorities is trusted for evil.test/a"));
  EXPECT_TRUE(needs.empty());
  EXPECT_EQ(set->judge(thing("{a: 'no reference'}"), {}, nullptr, &needs).decision, Decision::deny);
  EXPECT_EQ(set->judge(thing("{a: 'r.test/a'}"), {}, nullptr, &needs).decision, Decision::deny);
}

TEST(ArtifactPolicies, OfOtherRepositoriesAreNotJudged) {
  const SetPtr set = load({signed_policy("{authorities: {any: [x]}}", "{artifacts: ['r.test/ours/**']}"), authority("x"),
                           rule("[{reference: object.a}]")});
  ASSERT_NE(set, nullptr);
  std::vector<Key> needs;
  EXPECT_EQ(set->judge(thing("{a: 'r.test/theirs/a:1'}"), {}, nullptr, &needs).decision, Decision::allow);
  EXPECT_TRUE(needs.empty());
  (void)set->judge(thing("{a: 'r.test/ours/a:1'}"), {}, nullptr, &needs);
  EXPECT_EQ(needs.size(), 1U);
  // A name that cannot be read may be one of ours.
  EXPECT_EQ(set->judge(thing("{a: 'no reference'}"), {}, nullptr, &needs).decision, Decision::deny);
}

// Whatever is absent for whatever reason: never an allow.
TEST(ArtifactPolicies, AbsenceIsNeverAnAllow) {
  const SetPtr set = load({signed_policy("{authorities: {any: [x]}}"), authority("x"), rule("[{reference: object.a}]")});
  ASSERT_NE(set, nullptr);
  const Subject subject = thing("{a: 'r.test/a:1'}");
  std::vector<Key> needs;
  (void)set->judge(subject, {}, nullptr, &needs);
  for (const Errc code : {Errc::malformed, Errc::limit, Errc::unsupported, Errc::unverified, Errc::untrusted, Errc::not_found,
                          Errc::unavailable, Errc::misconfigured, Errc::internal}) {
    EvidenceMap evidence;
    for (const Key& key : needs) evidence.emplace(key, Absent{Error{code, "why"}});
    const Decision want = code == Errc::not_found ? Decision::deny : Decision::undecided;
    EXPECT_EQ(set->judge(subject, {}, &evidence, nullptr).decision, want) << to_string(code);
  }
  EvidenceMap none;
  EXPECT_EQ(set->judge(subject, {}, &none, nullptr).decision, Decision::undecided);
  Fact strange;
  strange.value = std::make_shared<const std::any>(5);
  none.emplace(needs[0], strange);
  EXPECT_EQ(set->judge(subject, {}, &none, nullptr).decision, Decision::undecided);
}

TEST(ArtifactPolicies, ImagesOfPods) {
  const std::string match = "{objects: [{group: apps, kinds: [Deployment]}]}";
  const SetPtr set = load({signed_policy("{digest: true, repositories: ['r.test/**']}", match, "images")});
  ASSERT_NE(set, nullptr);
  Subject subject = thing("{spec: {template: {spec: {initContainers: [{image: 'nginx:1'}], containers: [{image: 'r.test/a'}]}}}}");
  subject.group = "apps";
  subject.kind = "Deployment";
  const Lines lines = seen(judge(*set, subject));
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("/spec/template/spec/containers/0/image")));
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("a digest")));
  EXPECT_THAT(lines, ::testing::Contains(HasSubstr("an image of r.test/**|docker.io/library/nginx")));
}

// A policy about artifacts without objects is about every kind that can name one.
TEST(ArtifactPolicies, GateEveryKindThatNamesArtifacts) {
  const SetPtr set = load({signed_policy("{authorities: {any: [x]}}"), authority("x"), rule("[{reference: object.a}]")});
  ASSERT_NE(set, nullptr);
  Subject subject;
  for (const auto& [group, kind] : {std::pair("", "Pod"), {"apps", "StatefulSet"}, {"batch", "CronJob"}, {"example.org", "Thing"}}) {
    subject.group = group;
    subject.kind = kind;
    EXPECT_EQ(set->coverage(subject), Coverage::gated) << kind;
  }
  subject.kind = "Other";
  EXPECT_EQ(set->coverage(subject), Coverage::not_gated);
}

TEST(SignatureWords, Ages) {
  EXPECT_EQ(parse_age("72h").value(), std::chrono::hours(72));
  EXPECT_EQ(parse_age("30m").value(), std::chrono::minutes(30));
  EXPECT_EQ(parse_age("14d").value(), std::chrono::hours(24 * 14));
  for (const char* text : {"", "h", "-1h", "0h", "1", "1 h", "1s", "1hh", "999999999h"}) {
    EXPECT_FALSE(parse_age(text).ok()) << text;
  }
  EXPECT_EQ(age_words(std::chrono::minutes(12)), "12 min");
  EXPECT_EQ(age_words(std::chrono::hours(30)), "30 h");
  EXPECT_EQ(age_words(std::chrono::hours(72)), "3 d");
}

}  // namespace
}  // namespace portreeve::policies
