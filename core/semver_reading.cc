#include "core/semver.h"

namespace portreeve {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Takes a number off the front, without the zeros before it; empty if there is none.
std::string_view take_number(std::string_view& rest) noexcept {
  std::size_t end = 0;
  while (end < rest.size() && is_digit(rest[end])) ++end;
  std::string_view number = rest.substr(0, end);
  rest.remove_prefix(end);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

std::optional<Version> parsed(const std::string& text) {
  Result<Version> version = Version::parse(text);
  if (!version.ok()) return std::nullopt;
  return std::move(version).value();
}

}  // namespace

std::optional<Version> lowest_reading(std::string_view text) {
  if (std::optional<Version> exact = parsed(std::string(text))) return exact;
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) text.remove_prefix(1);
  std::string core(take_number(text));
  if (core.empty()) return std::nullopt;
  for (int more = 0; more < 2; ++more) {
    const bool follows = text.size() > 1 && text[0] == '.' && is_digit(text[1]);
    if (follows) text.remove_prefix(1);
    core.append(1, '.').append(follows ? take_number(text) : "0");
  }
  if (text.empty() || text.front() == '+') return parsed(core);
  if (std::optional<Version> whole = parsed(core + std::string(text))) return whole;
  return parsed(core + "-0");
}

}  // namespace portreeve
