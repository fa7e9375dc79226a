// The model does not depend on the order of lists, nor on the version that says the same.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <random>

#include "tests/sbom/documents.h"
#include "tests/sbom/model_text.h"

namespace portreeve::sbom {
namespace {

using nlohmann::json;

// Every array and, as nlohmann sorts keys, every object in another order.
void shuffle(json& value, std::mt19937& random) {
  if (value.is_array()) std::shuffle(value.begin(), value.end(), random);
  for (auto& inner : value) {
    if (inner.is_structured()) shuffle(inner, random);
  }
}

TEST(Differential, ShuffledArraysGiveTheSameModel) {
  const std::string folder = corpus("");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::mt19937 random(20261123);
  std::vector<std::string> files = files_below(folder + "/spdx", ".json");
  for (const std::string& path : files_below(folder + "/cyclonedx", ".json")) {
    if (path.find("/valid-") != std::string::npos) files.push_back(path);
  }
  for (const std::string& path : files) {
    const std::string bytes = read_file(path);
    const std::string want = model_text(*must_read(bytes));
    for (int i = 0; i < 3; ++i) {
      json document = json::parse(bytes);
      shuffle(document, random);
      // The list of licences of a document keeps its order in meaning: the first is its data
      // licence.
      EXPECT_EQ(model_text(*must_read(document.dump())), want) << path;
    }
  }
}

// What 1.4 cannot say is taken out; what is left gives the same model in every version.
void down_level(json& component) {
  for (const char* field :
       {"manufacturer", "authors", "isExternal", "versionRange", "omniborId", "swhid", "tags",
        "cryptoProperties", "patentAssertions", "modelCard", "data", "signature", "licenses",
        "evidence", "externalReferences", "pedigree", "releaseNotes"}) {
    component.erase(field);
  }
  if (component.contains("components")) {
    for (auto& inner : component["components"]) down_level(inner);
  }
}

TEST(Differential, DownLevelledCycloneDxGivesTheSameModel) {
  const std::string folder = corpus("cyclonedx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::size_t compared = 0;
  for (const std::string& path : files_below(folder + "/1.7", ".json")) {
    if (path.find("/valid-") == std::string::npos) continue;
    json document = json::parse(read_file(path));
    json reduced = {{"bomFormat", "CycloneDX"}, {"version", 1}};
    if (document.contains("components")) reduced["components"] = document["components"];
    if (document.contains("dependencies")) reduced["dependencies"] = document["dependencies"];
    bool newer = false;
    for (auto& component : reduced["components"]) {
      down_level(component);
      const std::string type = component["type"];
      newer = newer || !component.contains("version") || type == "data" || type == "platform" ||
              type == "device-driver" || type == "machine-learning-model" ||
              type == "cryptographic-asset";
      if (component.contains("hashes")) component.erase("hashes");
    }
    for (auto& dependency : reduced["dependencies"]) dependency.erase("provides");
    if (reduced["components"].is_null()) reduced["components"] = json::array();
    if (reduced["dependencies"].is_null()) reduced["dependencies"] = json::array();
    if (newer) continue;
    std::string want;
    for (const char* version : {"1.7", "1.6", "1.5", "1.4", "1.3", "1.2"}) {
      reduced["specVersion"] = version;
      const Result<DocumentPtr> read = read_text(reduced.dump());
      ASSERT_TRUE(read.ok()) << path << " as " << version << ": " << read.error().message;
      const std::string text = model_text(*read.value());
      if (want.empty()) want = text;
      EXPECT_EQ(text, want) << path << " as " << version;
    }
    ++compared;
  }
  EXPECT_GE(compared, 15U);
}

}  // namespace
}  // namespace portreeve::sbom
