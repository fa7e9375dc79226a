#include "core/late_patterns.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "core/pattern.h"
#include "core/pattern_search.h"
#include "core/terms.h"

namespace portreeve {
namespace {

// Put off, an expression is refused when it is asked: it may not seem to match nothing.
TEST(Pattern, LateOnesThatDoNotCompileThrow) {
  const LatePatterns late(true);
  const Pattern good = Pattern::compile("a+").value();
  EXPECT_TRUE(good.matches("aa"));
  EXPECT_FALSE(good.matches("b"));
  const Pattern bad = Pattern::compile("(").value();
  EXPECT_THROW(static_cast<void>(bad.matches("b")), std::logic_error);
  const PatternSearch search = PatternSearch::compile({"("}).value();
  EXPECT_THROW(static_cast<void>(search.find("b", 1)), std::logic_error);
  {
    const LatePatterns at_once(false);
    EXPECT_FALSE(Pattern::compile("(").ok());
  }
  EXPECT_TRUE(LatePatterns::wanted());
}

// Put off, a list is refused when it is asked: it may not seem to find nothing.
TEST(TermList, LateOnesThatAreWrongThrow) {
  const LatePatterns late(true);
  const TermList good = TermList::build({{"tenant", "Organization", {}}}).value();
  EXPECT_EQ(good.terms().size(), 1U);
  EXPECT_EQ(good.find("a tenant").size(), 1U);
  EXPECT_TRUE(good.find("an organization").empty());
  const std::vector<Term> twice = {{"tenant", "Organization", {}}, {"Tenant", "User", {}}};
  const TermList bad = TermList::build(twice).value();
  EXPECT_EQ(bad.terms().size(), 2U);
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW(static_cast<void>(bad.find("x")), std::logic_error);
    EXPECT_THROW(static_cast<void>(bad.find_thoroughly("x")), std::logic_error);
    EXPECT_THROW(static_cast<void>(bad.may_occur_in("x")), std::logic_error);
  }
  const LatePatterns at_once(false);
  const auto refused = TermList::build(twice);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message, "terms[1] \"Tenant\": the term stands there twice");
}

}  // namespace
}  // namespace portreeve
