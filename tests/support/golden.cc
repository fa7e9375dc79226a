#include "tests/support/golden.h"
#include "tests/support/source_dir.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace portreeve::testing {
namespace {

std::optional<std::string> read(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// "line 3:\n  want …\n  got  …"
std::string first_difference(std::string_view want, std::string_view got) {
  std::istringstream wanted{std::string(want)};
  std::istringstream gotten{std::string(got)};
  for (int line = 1;; ++line) {
    std::string a;
    std::string b;
    const bool more_a = static_cast<bool>(std::getline(wanted, a));
    const bool more_b = static_cast<bool>(std::getline(gotten, b));
    if (more_a && more_b && a == b) continue;
    if (!more_a && !more_b) return "only line ends differ";
    return "line " + std::to_string(line) + ":\n  want " + (more_a ? a : "(end)") + "\n  got  " +
           (more_b ? b : "(end)");
  }
}

}  // namespace

::testing::AssertionResult matches_golden(std::string_view text, const std::string& name) {
  const std::string path = test::source_dir() + "/tests/golden/" + name;
  const char* regold = std::getenv("PORTREEVE_REGOLD");
  if (regold != nullptr && std::string_view(regold) == "1") {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << text;
    if (!out.flush()) return ::testing::AssertionFailure() << path << " cannot be written";
    return ::testing::AssertionSuccess();
  }
  const std::optional<std::string> want = read(path);
  if (!want) {
    return ::testing::AssertionFailure() << "tests/golden/" << name
                                         << " is not there (PORTREEVE_REGOLD=1 writes it):\n"
                                         << text;
  }
  if (*want == text) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << "differs from tests/golden/" << name << " (PORTREEVE_REGOLD=1 rewrites it), "
         << first_difference(*want, text);
}

std::string source_file(const std::string& path) {
  const std::optional<std::string> text = read(test::source_dir() + "/" + path);
  EXPECT_TRUE(text.has_value()) << path;
  return text.value_or("");
}

}  // namespace portreeve::testing
