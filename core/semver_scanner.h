#pragma once

// What versions and version ranges are read by, and how their parts compare. For semver.cc and
// version_range.cc only.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "core/limits.h"
#include "core/result.h"
#include "core/utf8.h"

namespace portreeve::semver {

inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }
inline bool is_wildcard(char c) noexcept { return c == 'x' || c == 'X' || c == '*'; }
inline bool is_identifier(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}
inline bool all_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_digit);
}

/// REQUIRES: digits only, no leading zeros; so the longer one is the greater one.
inline int compare_digits(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

inline std::string_view next_identifier(std::string_view& rest) noexcept {
  const std::size_t dot = std::min(rest.find('.'), rest.size());
  const std::string_view identifier = rest.substr(0, dot);
  rest.remove_prefix(std::min(dot + 1, rest.size()));
  return identifier;
}

/// SemVer 2.0.0 §11.4.
inline int compare_prereleases(std::string_view a, std::string_view b) noexcept {
  if (a.empty() || b.empty()) return static_cast<int>(a.empty()) - static_cast<int>(b.empty());
  while (!a.empty() && !b.empty()) {
    const std::string_view left = next_identifier(a);
    const std::string_view right = next_identifier(b);
    const bool left_number = all_digits(left);
    const bool right_number = all_digits(right);
    int order = 0;
    if (left_number && right_number) {
      order = compare_digits(left, right);
    } else if (left_number != right_number) {
      order = left_number ? -1 : 1;
    } else {
      order = left.compare(right);
    }
    if (order != 0) return order;
  }
  return static_cast<int>(!a.empty()) - static_cast<int>(!b.empty());
}

/// A position in the text of a version or range; every error names it.
struct Scanner {
  std::string_view what;  ///< "version" or "version range".
  std::string_view text;
  std::size_t at = 0;

  bool done() const noexcept { return at == text.size(); }
  char peek() const noexcept { return done() ? '\0' : text[at]; }
  bool skip(char c) noexcept {
    if (done() || text[at] != c) return false;
    ++at;
    return true;
  }
  bool skip_spaces() noexcept {
    const std::size_t begin = at;
    while (!done() && is_space(text[at])) ++at;
    return at != begin;
  }

  Error fail(std::string_view problem, std::size_t where) const {
    std::string message(what);
    message.append(" \"").append(utf8::printable(text, limits::kQuotedBytes)).append("\": ");
    message.append(problem).append(" at character ").append(std::to_string(where + 1));
    return Error{Errc::malformed, std::move(message)};
  }
  Error expected(std::string_view wanted) const {
    Error error = fail("expected " + std::string(wanted), at);
    if (done()) {
      error.message += ", found the end";
    } else {
      const std::size_t length = std::max<std::size_t>(utf8::sequence_length(text, at), 1);
      error.message += ", found '" + utf8::printable(text.substr(at, length), 16) + "'";
    }
    return error;
  }

  Result<std::string_view> number(std::string_view wanted) {
    const std::size_t begin = at;
    while (!done() && is_digit(text[at])) ++at;
    if (at == begin) return expected(wanted);
    if (at - begin > 1 && text[begin] == '0') return fail("leading zero", begin);
    return text.substr(begin, at - begin);
  }

  /// Dot-separated identifiers; those of a pre-release may not be numbers with leading zeros.
  Result<std::string_view> identifiers(bool prerelease) {
    const std::size_t begin = at;
    do {
      const std::size_t from = at;
      while (!done() && is_identifier(text[at])) ++at;
      if (at == from) return expected(prerelease ? "a pre-release identifier" : "build metadata");
      const std::string_view identifier = text.substr(from, at - from);
      if (prerelease && identifier.size() > 1 && identifier[0] == '0' && all_digits(identifier)) {
        return fail("leading zero in the pre-release", from);
      }
    } while (skip('.'));
    return text.substr(begin, at - begin);
  }
};

}  // namespace portreeve::semver
