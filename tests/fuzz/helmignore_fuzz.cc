#include "charts/helmignore.h"
#include "tests/fuzz/fuzz.h"

// The first line is a path, the rest are rules. A rule without '*', '?', '[', '\' and '!' is a
// name.
PORTREEVE_FUZZ_TARGET(helmignore) {
  using namespace portreeve::charts;
  using portreeve::fuzz::check;
  const std::size_t end = text.find('\n');
  const std::string_view path = text.substr(0, end);
  const std::string_view rules =
      end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  const auto ignore = HelmIgnore::parse(rules);
  if (!ignore.ok()) return;
  const bool file = ignore.value().ignores(path, false);
  const bool left_out = ignore.value().leaves_out(path);
  check(!file || left_out, "ignored, and not left out", path);
  if (path == "." || path.empty()) check(!file, "the folder itself", path);
  if (!path.empty() && path.find_first_of("*?[\\") == std::string_view::npos) {
    check(!go_pattern_ok(path) || go_match(path, path), "a name that does not match itself", path);
  }
}
