// Where the statement around an SBOM (outer), the SBOM's own subject (inner) and the children of an
// index disagree: what is said, with both sides.

#include <gmock/gmock.h>

#include "tests/policies/sbom_judgement.h"
#include "tests/support/sbom_builder.h"

namespace portreeve::policies {
namespace {

using test::SbomBuilder;
using test::SbomPart;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string hex(char c) { return std::string(64, c); }
Digest digest(char c) { return Digest::parse("sha256:" + hex(c)).value(); }

// The artifact is sha256:aaa…, its content layer sha256:bbb…; as an index it has child sha256:ccc….
std::vector<std::string> judge(const SbomPart& root, bool index) {
  SbomBuilder builder;
  builder.add(root);
  ArtifactSboms sboms = sboms_of({sbom_fact(builder.finish())});
  sbom::ArtifactDigests& digests = sboms.targets[0].digests;
  if (index) {
    digests.content_layers.clear();
    digests.platforms = {{digest('c'), "linux/amd64"}};
  }
  const Result<Judgements> said =
      judge_sboms("sbom-bound", "", DataSet{}, sboms, parse_time("2027-01-31T00:00:00Z").value());
  if (!said.ok()) return {said.error().message};
  std::vector<std::string> out;
  for (const Judgement& judgement : said.value()) {
    const bool violation = judgement.kind == Judgement::Kind::violation;
    out.push_back((violation ? "violation: " : "advice: ") + judgement.expected + "; " +
                  judgement.found);
  }
  return out;
}

SbomPart root(const std::string& version, const std::string& purl, const std::string& sha256) {
  SbomPart out{"r", version, purl, "", "", "", ""};
  out.primary = true;
  out.sha256 = sha256;
  return out;
}

TEST(SbomBound, OneNameIsEnough) {
  EXPECT_THAT(judge(root("1.0.0", "pkg:oci/r@sha256:" + hex('a'), ""), false), IsEmpty());
  EXPECT_THAT(judge(root("1.0.0", "pkg:helm/r@1.0.0", hex('b')), false), IsEmpty());
  // Two names of the same thing, and a digest of something inside it.
  EXPECT_THAT(judge(root("sha256:" + hex('b'), "pkg:oci/r@sha256:" + hex('a'), ""), false),
              IsEmpty());
  EXPECT_THAT(judge(root("1.0.0", "pkg:oci/r@sha256:" + hex('a'), hex('d')), false), IsEmpty());
}

TEST(SbomBound, TwoNamesOfTwoThings) {
  // Whichever comes first; a digest that is ours does not outweigh a name that is not.
  EXPECT_THAT(judge(root("1.0.0", "pkg:oci/other@sha256:" + hex('d'), hex('b')), false),
              ElementsAre("violation: one name for what it is about; it is about this artifact by "
                          "hash " +
                          hex('b') +
                          ", and about another one by purl "
                          "pkg:oci/other@sha256:" +
                          hex('d')));
  EXPECT_THAT(judge(root("sha256:" + hex('a'), "pkg:oci/other@sha256:" + hex('d'), ""), false),
              ElementsAre(HasSubstr("violation: one name for what it is about; it is about this "
                                    "artifact by version sha256:" +
                                    hex('a'))));
}

TEST(SbomBound, AVersionOfAnotherPlaceIsAdvice) {
  EXPECT_THAT(judge(root("sha256:" + hex('d'), "pkg:oci/r@sha256:" + hex('a'), ""), false),
              ElementsAre("advice: one name for what it is about; it is about this artifact by "
                          "purl pkg:oci/r@sha256:" +
                          hex('a') + ", and about another one by version sha256:" + hex('d')));
}

TEST(SbomBound, AnotherThing) {
  EXPECT_THAT(judge(root("sha256:" + hex('d'), "", ""), false),
              ElementsAre("violation: a primary component that names sha256:" + hex('a') +
                          " or its content layer sha256:" + hex('b') + "; it is about r sha256:" +
                          hex('d') + ", by version sha256:" + hex('d')));
  // The sibling of a child is another thing: children are no names of each other.
  EXPECT_THAT(judge(root("sha256:" + hex('e'), "", ""), true),
              ElementsAre(HasSubstr("by version sha256:" + hex('e'))));
}

TEST(SbomBound, OfAnIndexAboutOneChild) {
  EXPECT_THAT(judge(root("sha256:" + hex('a'), "", ""), true), IsEmpty());
  EXPECT_THAT(judge(root("sha256:" + hex('c'), "", ""), true),
              ElementsAre("advice: a primary component that names the index sha256:" + hex('a') +
                          "; it is about one platform of it alone, by version sha256:" + hex('c')));
}

}  // namespace
}  // namespace portreeve::policies
