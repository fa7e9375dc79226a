// Data that are files of others: EPSS and KEV.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.h"
#include "core/yaml.h"
#include "policies/catalog.h"
#include "policies/feed_data.h"
#include "policies/policy_set.h"
#include "tests/oci/scratch.h"

namespace portreeve::policies {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

constexpr char kEpss[] =
    "#model_version:v2025.03.14,score_date:2027-01-30T00:00:00+0000\n"
    "cve,epss,percentile\nCVE-2027-0001,0.00043,0.10123\nCVE-2027-0002,0.72,0.98\n";
constexpr char kKev[] =
    R"({"dateReleased":"2027-01-30T15:00:00.000Z","vulnerabilities":[{"cveID":"CVE-2027-0004"}]})";

class Feeds : public ::testing::Test {
 protected:
  Outcome add(const std::string& name, const std::string& spec) {
    const auto file = yaml::parse(
        "apiVersion: portreeve.openova.io/v1alpha1\nkind: Data\nmetadata: {name: " + name +
            "}\nspec: {" + spec + "}\n",
        json::review_limits(), nullptr);
    EXPECT_TRUE(file.ok());
    return data.add(Source{scratch.path("data.yaml")}, file.value()->root());
  }
  oci::Scratch scratch;
  DataSet data;
};

TEST_F(Feeds, AreTablesAndLists) {
  scratch.write("epss.csv", kEpss);
  scratch.write("kev.json", kKev);
  ASSERT_TRUE(add("scores", "epss: {file: epss.csv}").ok());
  ASSERT_TRUE(add("known", "kev: {file: kev.json}").ok());
  EXPECT_EQ(data.table("scores")->entries.at("CVE-2027-0001"), "0.00043 0.10123");
  EXPECT_EQ(data.table("scores")->entries.at("CVE-2027-0002"), "0.72 0.98");
  EXPECT_EQ(data.list("known")->in_order, std::vector<std::string>{"CVE-2027-0004"});
  const auto& about = data.table(feed_table("scores"))->entries;
  EXPECT_EQ(about.at("made"), "2027-01-30");
  EXPECT_THAT(about.at("digest"), HasSubstr("sha256:"));
  EXPECT_EQ(data.table(feed_table("known"))->entries.at("made"), "2027-01-30");
}

TEST_F(Feeds, OneThatIsNotThereIsNoFeed) {
  EXPECT_THAT(add("a", "epss: {file: gone.csv}").error().message, HasSubstr("gone.csv"));
  EXPECT_EQ(add("b", "kev: {file: gone.json}").error().code, Errc::misconfigured);
  scratch.write("bad.csv", "cve,epss,percentile\nCVE-2027-0001,2,0\n");
  EXPECT_THAT(add("c", "epss: {file: bad.csv}").error().message,
              EndsWith("EPSS: line 2: expected a CVE and two numbers from 0 to 1"));
  scratch.write("bad.json", R"({"vulnerabilities":[{"cveID":"x"}]})");
  EXPECT_THAT(add("d", "kev: {file: bad.json}").error().message,
              EndsWith("KEV: line 1: cveID \"x\""));
  EXPECT_THAT(add("e", "epss: {file: bad.csv, url: x}").error().message,
              HasSubstr("unknown key \"url\""));
}

// A set that was made with other feeds is another set: what was decided by it is not kept.
TEST_F(Feeds, TheirBytesAreInTheDigestOfTheSet) {
  const auto digest = [&] {
    PolicySources sources;
    sources.catalog = embedded_catalog();
    sources.files = {{scratch.path("data.yaml"),
                      "apiVersion: portreeve.openova.io/v1alpha1\nkind: Data\nmetadata: {name: "
                      "known}\nspec: {kev: {file: kev.json}}\n"}};
    const auto set = PolicySet::load(std::move(sources));
    EXPECT_TRUE(set.ok()) << set.error().message;
    return set.value()->digest().text();
  };
  scratch.write("kev.json", kKev);
  const std::string before = digest();
  EXPECT_EQ(digest(), before);
  scratch.write("kev.json", R"({"vulnerabilities":[]})");
  EXPECT_NE(digest(), before);
}

}  // namespace
}  // namespace portreeve::policies
