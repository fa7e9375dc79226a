#pragma once

// .helmignore as Helm 3 reads it (pkg/ignore, pkg/sympath): globs of Go's path/filepath.Match, one
// a line. Not git's rules: the first pattern that matches decides, '!' leaves out what it does
// *not* match, and "**" is an error.

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve::charts {

/// Whether `name` matches Go's filepath.Match `pattern` (Unix): '*' and '?' stop at '/', classes
/// [a-z] [^a-z], '\' escapes. REQUIRES: go_pattern_ok(pattern).
bool go_match(std::string_view pattern, std::string_view name);
/// Whether filepath.Match takes the pattern ("syntax error in pattern" otherwise).
bool go_pattern_ok(std::string_view pattern);

/// Immutable, safe from many threads.
class HelmIgnore {
 public:
  /// The rules of a file, with Helm's own default (templates/.?*) behind them. Errors: malformed,
  /// "line N: …": Helm fails, too.
  static Result<HelmIgnore> parse(std::string_view text);
  /// Helm's default alone: there is no file.
  HelmIgnore();

  /// Whether a path (from the chart's folder) is left out. A folder takes along all below it.
  bool ignores(std::string_view path, bool folder) const;
  /// The same for a file with every folder above it.
  bool leaves_out(std::string_view path) const;

 private:
  struct Rule {
    std::string glob;
    bool negate = false;
    bool folders_only = false;
    bool whole_path =
        false;  ///< It holds a '/': matched against the path, else the last component.
  };
  Result<bool> add(std::string_view line);
  bool matches(const Rule& rule, std::string_view path) const;
  std::vector<Rule> rules_;
};

}  // namespace portreeve::charts
