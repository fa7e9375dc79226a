#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

Lines graph(const std::string& depends) {
  return judged("check: blueprint-graph, with: {depends: object.depends, self: object.name}",
                "{name: bp-wiki, depends: " + depends + "}");
}

TEST(BlueprintGraphCheckTest, FindsWhatOneObjectShows) {
  EXPECT_EQ(graph("[{blueprint: bp-a, version: ^1.2}, {blueprint: bp-b, version: 1.x}]"), Lines{});
  EXPECT_EQ(graph("[{blueprint: bp-wiki}]"),
            Lines{"deny|fail|/depends/0/blueprint|another Blueprint|bp-wiki"});
  EXPECT_EQ(graph("[{blueprint: wiki}]"),
            Lines{"deny|fail|/depends/0/blueprint|another Blueprint|wiki"})
      << "names compare without their prefix";
  EXPECT_EQ(graph("[{blueprint: bp-a}, {blueprint: a}]"),
            Lines{"deny|fail|/depends/1/blueprint|each dependency under a name of its own|a"});
  EXPECT_EQ(graph("[{blueprint: bp-a, alias: x}, {blueprint: bp-b, alias: x}]"),
            Lines{"deny|fail|/depends/1/alias|each dependency under a name of its own|x"});
  EXPECT_EQ(graph("[{blueprint: bp-a, alias: one}, {blueprint: bp-a, alias: two}]"), Lines{});
  EXPECT_EQ(graph("[{blueprint: bp-a, alias: ''}, {blueprint: bp-a}]"),
            Lines{"deny|fail|/depends/1/blueprint|each dependency under a name of its own|bp-a"});
  EXPECT_EQ(graph("[{blueprint: bp-a, version: '>>1'}]"),
            Lines{"deny|fail|/depends/0/version|a version range such as ^1.2 or 1.x|>>1"});
}

TEST(BlueprintGraphCheckTest, TypesAreOtherRulesMatter) {
  for (const char* depends : {"null", "text", "[]", "[null, text, 5]", "[{}]",
                              "[{blueprint: 5, version: 5, alias: 5}]"}) {
    EXPECT_EQ(graph(depends), Lines{}) << depends;
  }
  EXPECT_EQ(judged("check: blueprint-graph, with: {depends: object.depends, self: object.name}", "{}"),
            Lines{});
}

TEST(BlueprintGraphCheckTest, Errors) {
  EXPECT_EQ(load_error({rule_text("check: blueprint-graph, with: {depends: object.d}")}),
            "p.yaml:7:71: with of check blueprint-graph: key \"self\" is missing");
  EXPECT_EQ(load_error({rule_text("check: blueprint-graph, with: {depends: 'object.d[*]', self: object.n}")}),
            "p.yaml:7:71: with of check blueprint-graph: expected paths without wildcards");
}

}  // namespace
}  // namespace portreeve::policies
