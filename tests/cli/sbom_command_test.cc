#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "tests/support/command.h"
#include "tests/support/golden.h"
#include "tests/support/source_dir.h"

namespace portreeve::cli {
namespace {

using testing::matches_golden;
using testing::ran;
using testing::source_file;

// The name of a file in a report is as given: goldens do not know where the tree stands.
std::string without_place(std::string text) {
  const std::string place = test::source_dir() + "/";
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place))
    text.erase(at, place.size());
  return text;
}

TEST(SbomCommand, ShowsTheModel) {
  for (const std::string name : {"rich.spdx.json", "rich.cdx.json"}) {
    const std::string file = test::source_dir() + "/tests/fixtures/sbom/" + name;
    const auto text = ran({"sbom", file});
    EXPECT_EQ(text.exit, kExitAllow) << text.err;
    EXPECT_TRUE(matches_golden(without_place(text.out), "sbom/" + name + ".txt"));
    const auto json = ran({"sbom", file, "--format", "json"});
    EXPECT_EQ(json.exit, kExitAllow);
    EXPECT_EQ(nlohmann::json::parse(json.out)["schema"], "portreeve.openova.io/sbom/v1");
    EXPECT_TRUE(matches_golden(without_place(nlohmann::json::parse(json.out).dump(1) + "\n"),
                               "sbom/" + name + ".model.json"));
  }
}

TEST(SbomCommand, RefusesOnOneLine) {
  const auto refused = ran({"sbom", test::source_dir() + "/docs/limits.md"});
  EXPECT_EQ(refused.exit, kExitDeny);
  EXPECT_EQ(refused.out, "");
  EXPECT_NE(refused.err.find("expected exactly one of SPDX 2"), std::string::npos) << refused.err;
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1);
  EXPECT_EQ(ran({"sbom", "/nowhere/at/all"}).exit, kExitUndecided);
  EXPECT_EQ(ran({"sbom", "x", "--format", "sarif"}).exit, kExitUsage);
}

}  // namespace
}  // namespace portreeve::cli
