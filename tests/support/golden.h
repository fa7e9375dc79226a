#pragma once

// Expected texts that stand in files: tests/golden/NAME.

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace portreeve::testing {

/// Whether `text` is what tests/golden/`name` holds, byte for byte; the failure shows the first line
/// that differs. With PORTREEVE_REGOLD=1 in the environment the file is written instead.
::testing::AssertionResult matches_golden(std::string_view text, const std::string& name);

/// A file below the source tree. Fails the test when it cannot be read.
std::string source_file(const std::string& path);

}  // namespace portreeve::testing
