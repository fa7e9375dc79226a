#pragma once

// The corpus of bills of materials beside the checkout, and files read as JSON.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "core/json.h"
#include "tests/support/source_dir.h"

namespace portreeve::sbom {

/// A folder of the corpus; empty when it is not there.
inline std::string corpus(const std::string& folder) {
  const std::string path = portreeve::test::source_dir() + "/../shared/corpus/sbom/" + folder;
  return std::filesystem::exists(path) ? path : std::string();
}

inline std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline portreeve::DocumentPtr read_json(const std::string& path) {
  auto read = json::parse(read_file(path), json::review_limits(), nullptr);
  EXPECT_TRUE(read.ok()) << path << (read.ok() ? "" : ": " + read.error().message);
  return read.ok() ? std::move(read).value() : nullptr;
}

}  // namespace portreeve::sbom
