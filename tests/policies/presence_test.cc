// A rule is passed over only when the absence of one member makes it pass; when in doubt it is judged.

#include "policies/presence.h"

#include <gtest/gtest.h>

#include "core/yaml.h"
#include "policies/policy.h"

namespace portreeve::policies {
namespace {

DocumentPtr parsed(const std::string& text) {
  Result<DocumentPtr> document = yaml::parse(text, {1U << 16, 64, 10'000}, nullptr);
  EXPECT_TRUE(document.ok()) << (document.ok() ? "" : document.error().message);
  return std::move(document).value();
}

Policy policy_with(const std::string& rule) {
  const std::string text =
      "apiVersion: portreeve.openova.io/v1alpha1\nkind: Policy\nmetadata: {name: p}\nspec:\n"
      "  description: d\n  match: {objects: [{group: g, kinds: [K]}]}\n"
      "  enforcement: {admission: warn, guard: warn, audit: warn}\n  rules:\n"
      "    - {name: r, severity: low, message: m, fix: f, " + rule + "}\n";
  static std::vector<DocumentPtr> kept;  // Policies borrow from their documents.
  kept.push_back(parsed(text));
  const Source source{"p.yaml", std::make_shared<PathIndex>()};
  Result<Policy> policy = read_policy(source, kept.back()->root(), DataSet());
  source.paths->close();
  EXPECT_TRUE(policy.ok()) << (policy.ok() ? "" : policy.error().message);
  return std::move(policy).value();
}

bool passed_over(const std::string& rule, const std::string& object) {
  const Policy policy = policy_with(rule);
  const DocumentPtr document = parsed(object);
  return policy.presence.has_nothing_to_say(0, Places(*policy.source.paths, document->root()));
}

TEST(Presence, OnlyWhatPassesWithoutTheMember) {
  const std::string judge = "check: field, with: {path: object.spec.a, type: string}";
  struct Case {
    const char* rule;
    bool without;  ///< Passed over when spec.a is absent.
  };
  const Case cases[] = {
      {"when: {present: object.spec.a}", true},
      {"when: {path: object.spec.a, type: string}", true},
      {"when: {all: [{operation: UPDATE}, {present: object.spec.a}]}", true},
      {"each: {in: object.spec.a, as: e}", true},
      {"each: {in: 'object.spec.a..x', as: e}", true},
      {"when: {absent: object.spec.a}", false},
      {"when: {path: object.spec.a, type: string, optional: true}", false},
      {"when: {not: {present: object.spec.a}}", false},
      {"when: {any: [{present: object.spec.a}, {present: object.spec.b}]}", false},
      {"when: {path: object.spec.a, equals: x}", false},
      {"when: {path: 'object.spec.a[*]', type: string}", false},
      {"when: {path: old.spec.a, type: string}", false},
      {"each: {in: 'object..a', as: e}", false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(passed_over(std::string(c.rule) + ", " + judge, "{spec: {b: 1}}"), c.without) << c.rule;
    EXPECT_EQ(passed_over(std::string(c.rule) + ", " + judge, "{other: 1}"), c.without) << c.rule;
    EXPECT_FALSE(passed_over(std::string(c.rule) + ", " + judge, "{spec: {a: x}}")) << c.rule;
    EXPECT_FALSE(passed_over(std::string(c.rule) + ", " + judge, "{spec: {a: null}}")) << c.rule;
  }
  EXPECT_TRUE(passed_over("when: {path: object.spec.a.b, matches: x}, " + judge, "{spec: {a: x}}"));
  EXPECT_TRUE(passed_over("when: {present: object.spec.a.b}, " + judge, "{spec: {a: {c: 1}}}"));
  EXPECT_FALSE(passed_over("when: {present: object.spec.a.b}, " + judge, "{spec: {a: {b: null}}}"));
  EXPECT_FALSE(passed_over(judge, "{spec: {}}")) << "a bare requirement is a violation without it";
}

}  // namespace
}  // namespace portreeve::policies
