#include "core/semver.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }
bool is_wildcard(char c) noexcept { return c == 'x' || c == 'X' || c == '*'; }
bool is_identifier(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}
bool all_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_digit);
}

/// REQUIRES: digits only, no leading zeros; so the longer one is the greater one.
int compare_digits(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

std::string_view next_identifier(std::string_view& rest) noexcept {
  const std::size_t dot = std::min(rest.find('.'), rest.size());
  const std::string_view identifier = rest.substr(0, dot);
  rest.remove_prefix(std::min(dot + 1, rest.size()));
  return identifier;
}

/// SemVer 2.0.0 §11.4.
int compare_prereleases(std::string_view a, std::string_view b) noexcept {
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

}  // namespace

Result<Version> Version::parse(std::string_view text) {
  Scanner scan{"version", text};
  Version version{std::string(text)};
  PORTREEVE_CHECK(scan.number("the major number"));
  if (!scan.skip('.')) return scan.expected("'.' and the minor number");
  version.minor_ = scan.at;
  PORTREEVE_CHECK(scan.number("the minor number"));
  if (!scan.skip('.')) return scan.expected("'.' and the patch number");
  version.patch_ = scan.at;
  PORTREEVE_CHECK(scan.number("the patch number"));
  version.prerelease_ = version.build_ = text.size() + 1;
  if (scan.skip('-')) {
    version.prerelease_ = scan.at;
    PORTREEVE_CHECK(scan.identifiers(true));
  }
  if (scan.skip('+')) {
    version.build_ = scan.at;
    if (version.prerelease_ > text.size()) version.prerelease_ = scan.at;
    PORTREEVE_CHECK(scan.identifiers(false));
  }
  if (!scan.done()) return scan.expected("'-', '+' or the end");
  return version;
}

std::string_view Version::major() const noexcept {
  return std::string_view(text_).substr(0, minor_ - 1);
}
std::string_view Version::minor() const noexcept {
  return std::string_view(text_).substr(minor_, patch_ - 1 - minor_);
}
std::string_view Version::patch() const noexcept {
  return std::string_view(text_).substr(patch_, prerelease_ - 1 - patch_);
}
std::string_view Version::prerelease() const noexcept {
  if (prerelease_ >= build_) return {};
  return std::string_view(text_).substr(prerelease_, build_ - 1 - prerelease_);
}
std::string_view Version::build() const noexcept {
  if (build_ > text_.size()) return {};
  return std::string_view(text_).substr(build_);
}

int compare(const Version& a, const Version& b) noexcept {
  if (const int order = compare_digits(a.major(), b.major()); order != 0) return order;
  if (const int order = compare_digits(a.minor(), b.minor()); order != 0) return order;
  if (const int order = compare_digits(a.patch(), b.patch()); order != 0) return order;
  return compare_prereleases(a.prerelease(), b.prerelease());
}

namespace {

/// A version of a range: numbers that are not given are "0".
struct Operand {
  std::size_t given = 0;
  std::array<std::string, 3> numbers = {"0", "0", "0"};
  std::string prerelease;
};

constexpr std::size_t kWhole = 4;

/// One end of an interval. Only the first `precision` numbers are looked at; kWhole adds the
/// pre-release. So "~1.2" ends at the numbers 1.2 and refuses 1.3.0-rc.1, which precedes 1.3.0.
struct Limit {
  Operand operand;
  std::size_t precision = kWhole;
  bool inclusive = true;

  int order(const Version& version) const noexcept {
    const std::array<std::string_view, 3> numbers = {version.major(), version.minor(),
                                                     version.patch()};
    for (std::size_t i = 0; i < std::min<std::size_t>(precision, 3); ++i) {
      const int order = compare_digits(numbers[i], operand.numbers[i]);
      if (order != 0) return order;
    }
    return precision < kWhole ? 0 : compare_prereleases(version.prerelease(), operand.prerelease);
  }
};

struct Comparator {
  std::optional<Limit> low;
  std::optional<Limit> high;
  bool excluded = false;

  bool holds(const Version& version) const noexcept {
    bool inside = true;
    if (low) {
      const int order = low->order(version);
      inside = order > 0 || (order == 0 && low->inclusive);
    }
    if (inside && high) {
      const int order = high->order(version);
      inside = order < 0 || (order == 0 && high->inclusive);
    }
    return inside != excluded;
  }
};

struct Group {
  std::vector<Comparator> all;
  bool prereleases = false;
};

enum class Operator {
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  tilde,
  caret
};

Operator parse_operator(Scanner& scan) noexcept {
  if (scan.skip('=')) {
    if (scan.skip('>')) return Operator::greater_or_equal;
    return scan.skip('<') ? Operator::less_or_equal : Operator::equal;
  }
  if (scan.skip('>')) return scan.skip('=') ? Operator::greater_or_equal : Operator::greater;
  if (scan.skip('<')) return scan.skip('=') ? Operator::less_or_equal : Operator::less;
  if (scan.skip('~')) {
    scan.skip('>');
    return Operator::tilde;
  }
  if (scan.skip('^')) return Operator::caret;
  if (scan.text.substr(scan.at, 2) == "!=") {
    scan.at += 2;
    return Operator::not_equal;
  }
  return Operator::equal;
}

Result<Operand> parse_operand(Scanner& scan) {
  Operand operand;
  scan.skip('v');
  bool wild = false;
  for (std::size_t i = 0; i < 3; ++i) {
    if (i > 0 && !scan.skip('.')) break;
    if (is_wildcard(scan.peek())) {
      ++scan.at;
      wild = true;
      continue;
    }
    PORTREEVE_TRY(const std::string_view number, scan.number(i == 0 ? "a version" : "a number"));
    if (wild) continue;
    operand.numbers[i] = number;
    operand.given = i + 1;
  }
  if (scan.skip('-')) {
    PORTREEVE_TRY(operand.prerelease, scan.identifiers(true));
  }
  if (scan.skip('+')) PORTREEVE_CHECK(scan.identifiers(false));
  return operand;
}

/// How many numbers "^" keeps: up to the first that is given and not zero.
std::size_t caret_precision(const Operand& operand) noexcept {
  for (std::size_t i = 0; i < operand.given; ++i) {
    if (operand.numbers[i] != "0") return i + 1;
  }
  return operand.given;
}

Comparator make_comparator(Operator op, const Operand& operand) {
  const Limit at{operand, kWhole, true};
  const Limit beyond{operand, kWhole, false};
  const std::size_t given = operand.given == 3 ? kWhole : operand.given;
  // Masterminds/semver takes "~0.0.0" like "*", as it writes both the same way.
  const bool zero =
      operand.given == 3 && operand.numbers == std::array<std::string, 3>{"0", "0", "0"};
  switch (op) {
    case Operator::equal:
      if (operand.given == 0) return {at, std::nullopt};
      return {at, Limit{operand, given, true}};
    case Operator::not_equal:
      return {Limit{operand, given, true}, Limit{operand, given, true}, true};
    case Operator::less:
      return {std::nullopt, beyond};
    case Operator::less_or_equal:
      return {std::nullopt, Limit{operand, given, true}};
    case Operator::greater:
      return {Limit{operand, given, false}, std::nullopt};
    case Operator::greater_or_equal:
      return {at, std::nullopt};
    case Operator::tilde:
      if (operand.given == 0 || zero) return {at, std::nullopt};
      return {at, Limit{operand, std::min<std::size_t>(operand.given, 2), true}};
    case Operator::caret:
      if (operand.given == 0) return {at, std::nullopt};
      return {at, Limit{operand, caret_precision(operand), true}};
  }
  return {};
}

/// Whether " - " follows; if so, skips it.
bool skip_hyphen(Scanner& scan) noexcept {
  const std::size_t begin = scan.at;
  if (scan.skip_spaces() && scan.skip('-') && scan.skip_spaces()) return true;
  scan.at = begin;
  return false;
}

Outcome parse_comparator(Scanner& scan, Group& group) {
  const std::size_t begin = scan.at;
  const Operator op = parse_operator(scan);
  const bool bare = scan.at == begin;
  scan.skip_spaces();
  const std::size_t version = scan.at;
  PORTREEVE_TRY(const Operand operand, parse_operand(scan));
  group.prereleases |= !operand.prerelease.empty();
  if (bare && skip_hyphen(scan)) {
    const std::size_t second = scan.at;
    PORTREEVE_TRY(const Operand last, parse_operand(scan));
    if (last.given == 0) return scan.fail("a version, not '*', must end the range", second);
    group.prereleases |= !last.prerelease.empty();
    group.all.push_back(make_comparator(Operator::greater_or_equal, operand));
    group.all.push_back(make_comparator(Operator::less_or_equal, last));
    return Done{};
  }
  const bool needs_number = op == Operator::less || op == Operator::less_or_equal ||
                            op == Operator::greater || op == Operator::not_equal;
  if (operand.given == 0 && needs_number) {
    return scan.fail("a version, not '*', must follow this operator", version);
  }
  group.all.push_back(make_comparator(op, operand));
  return Done{};
}

Result<Group> parse_group(Scanner& scan) {
  Group group;
  scan.skip_spaces();
  while (true) {
    PORTREEVE_CHECK(parse_comparator(scan, group));
    const bool spaced = scan.skip_spaces();
    const bool comma = scan.skip(',');
    if (comma) scan.skip_spaces();
    if (!comma && (scan.done() || scan.peek() == '|')) return group;
    if (!comma && !spaced) return scan.expected("a space, ',' or '||'");
  }
}

}  // namespace

struct VersionRange::Compiled {
  std::vector<Group> any;
};

Result<VersionRange> VersionRange::parse(std::string_view text) {
  if (text.size() > kRangeBytes) {
    return Error{Errc::limit, "version range: " + std::to_string(text.size()) +
                                  " bytes, limit is " + std::to_string(kRangeBytes)};
  }
  Scanner scan{"version range", text};
  auto compiled = std::make_shared<Compiled>();
  while (true) {
    PORTREEVE_TRY(Group group, parse_group(scan));
    compiled->any.push_back(std::move(group));
    if (scan.done()) break;
    if (scan.text.substr(scan.at, 2) != "||") return scan.expected("'||'");
    scan.at += 2;
  }
  return VersionRange(std::string(text), std::move(compiled));
}

bool VersionRange::contains(const Version& version) const {
  const bool prerelease = !version.prerelease().empty();
  for (const Group& group : compiled_->any) {
    if (prerelease && !group.prereleases) continue;
    const auto holds = [&](const Comparator& comparator) { return comparator.holds(version); };
    if (std::all_of(group.all.begin(), group.all.end(), holds)) return true;
  }
  return false;
}

}  // namespace portreeve
