// Undecided never becomes pass by itself: whatever is built from something unknown.

#include <random>

#include "policies/evaluate.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

enum class T { no, yes, unknown };

// A tree of all, any and none over leaves that pass, fail or cannot be decided.
struct Tree {
  enum class Kind { leaf, all, any, none };
  Kind kind = Kind::leaf;
  T leaf = T::yes;
  std::vector<Tree> members;
};

Tree random_tree(std::mt19937& random, int depth) {
  Tree out;
  if (depth == 0 || random() % 4 == 0) {
    out.leaf = static_cast<T>(random() % 3);
    return out;
  }
  out.kind = static_cast<Tree::Kind>(1 + random() % 3);
  const std::size_t count = 1 + random() % 3;
  for (std::size_t i = 0; i < count; ++i) out.members.push_back(random_tree(random, depth - 1));
  return out;
}

// Strong Kleene logic, written down anew.
T reference(const Tree& tree) {
  if (tree.kind == Tree::Kind::leaf) return tree.leaf;
  bool no = false;
  bool yes = false;
  bool unknown = false;
  for (const Tree& member : tree.members) {
    const T value = reference(member);
    no = no || value == T::no;
    yes = yes || value == T::yes;
    unknown = unknown || value == T::unknown;
  }
  switch (tree.kind) {
    case Tree::Kind::all: return no ? T::no : unknown ? T::unknown : T::yes;
    case Tree::Kind::any: return yes ? T::yes : unknown ? T::unknown : T::no;
    case Tree::Kind::none: return yes ? T::no : unknown ? T::unknown : T::yes;
    case Tree::Kind::leaf: break;
  }
  return T::unknown;
}

Requirement requirement_of(const Tree& tree) {
  Requirement out;
  if (tree.kind == Tree::Kind::leaf) {
    const T leaf = tree.leaf;
    out.check.judge = [leaf](const Scope& scope, Judgements& said) {
      if (leaf == T::yes) return;
      Judgement judgement;
      judgement.kind = leaf == T::no ? Judgement::Kind::violation : Judgement::Kind::undecided;
      judgement.anchor = scope.subject->object;
      said.push_back(std::move(judgement));
    };
    return out;
  }
  out.kind = tree.kind == Tree::Kind::all   ? Requirement::Kind::all
             : tree.kind == Tree::Kind::any ? Requirement::Kind::any
                                            : Requirement::Kind::none;
  for (const Tree& member : tree.members) out.members.push_back(requirement_of(member));
  return out;
}

std::string describe(const Tree& tree) {
  if (tree.kind == Tree::Kind::leaf) {
    return tree.leaf == T::no ? "no" : tree.leaf == T::yes ? "yes" : "unknown";
  }
  std::string out = tree.kind == Tree::Kind::all ? "all(" : tree.kind == Tree::Kind::any ? "any(" : "none(";
  for (const Tree& member : tree.members) out += describe(member) + " ";
  return out + ")";
}

T verdict_of(const RuleResult& result) {
  bool undecided = false;
  for (const Finding& finding : result.findings) {
    if (finding.status == FindingStatus::fail) return T::no;
    undecided = undecided || finding.status == FindingStatus::undecided;
  }
  return undecided ? T::unknown : T::yes;
}

TEST(UndecidedTest, RequirementTreesFollowStrongKleeneLogic) {
  const SetPtr set = load({rule_text("check: field, with: {path: object.v, present: true}")});
  const Policy& policy = set->policies()[0];
  const Subject subject = thing("{v: x}");
  Scope scope;
  scope.subject = &subject;
  const unsigned seed = 20'270'301;
  std::mt19937 random(seed);
  for (int i = 0; i < 20'000; ++i) {
    const Tree tree = random_tree(random, 4);
    Rule rule = policy.rules[0];
    rule.requirement = requirement_of(tree);
    const RuleResult result = evaluate_rule(rule, policy, set->config(), scope);
    ASSERT_EQ(verdict_of(result), reference(tree)) << describe(tree) << ", seed " << seed << ", tree " << i;
    ASSERT_EQ(result.passed, reference(tree) == T::yes) << describe(tree);
  }
}

// Learning what was unknown may settle a verdict; it never had been the wrong one before.
TEST(UndecidedTest, KnowingMoreNeverTurnsAVerdictAround) {
  std::mt19937 random(7);
  const auto settle = [&](Tree tree) {
    const auto visit = [&](const auto& self, Tree& at) -> void {
      if (at.kind == Tree::Kind::leaf && at.leaf == T::unknown) at.leaf = static_cast<T>(random() % 2);
      for (Tree& member : at.members) self(self, member);
    };
    visit(visit, tree);
    return tree;
  };
  for (int i = 0; i < 5'000; ++i) {
    const Tree tree = random_tree(random, 4);
    const T before = reference(tree);
    if (before == T::unknown) continue;
    ASSERT_EQ(reference(settle(tree)), before) << describe(tree);
  }
}

TEST(UndecidedTest, ManyElementsInALargeObjectAreALimit) {
  std::string many = "[";
  for (int i = 0; i < 20'000; ++i) many += "0,";
  many += "0]";
  const SetPtr set = load({rule_text("each: {in: object.l, as: r}, check: field, with: {path: $r, type: number}")});
  const Verdict verdict = judge(*set, thing("{l: " + many + "}"));
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].message,
            "undecided: limit: object.l has more elements than an object of this size may have");
  EXPECT_EQ(verdict.decision, Decision::undecided);
}

TEST(UndecidedTest, AMillionFaultsAreToldOnce) {
  std::string many = "[";
  for (int i = 0; i < 50'000; ++i) many += "x,";
  many += "x]";
  const SetPtr set = load({rule_text("check: field, with: {path: 'object.l[*]', type: number}")});
  const Verdict verdict = judge(*set, thing("{l: " + many + "}"));
  EXPECT_EQ(verdict.findings.size(), Judgements::kMostOfAKind);
  EXPECT_EQ(verdict.decision, Decision::deny);
}

}  // namespace
}  // namespace portreeve::policies
