#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "core/semver.h"
#include "core/semver_scanner.h"

namespace portreeve {

using semver::compare_digits;
using semver::compare_prereleases;
using semver::is_wildcard;
using semver::Scanner;

namespace {

using Numbers = std::array<std::string_view, 3>;

/// A version of a range, in views of its text: numbers that are not given are "0".
struct Operand {
  std::size_t given = 0;
  Numbers numbers = {"0", "0", "0"};
  std::string_view prerelease;
};

constexpr std::size_t kWhole = 4;

/// One end of an interval. Only the first `precision` numbers are looked at; kWhole adds the
/// pre-release. So "~1.2" ends at the numbers 1.2 and refuses 1.3.0-rc.1, which precedes 1.3.0.
struct Limit {
  Operand operand;
  std::size_t precision = kWhole;
  bool inclusive = true;

  int order(const Version& version) const noexcept {
    const Numbers numbers = {version.major(), version.minor(), version.patch()};
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
  const bool zero = operand.given == 3 && operand.numbers == Numbers{"0", "0", "0"};
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
  std::string text;  ///< What `any` has views of.
  std::vector<Group> any;
};

Result<VersionRange> VersionRange::parse(std::string_view text) {
  if (text.size() > kRangeBytes) {
    return Error{Errc::limit, "version range: " + std::to_string(text.size()) +
                                  " bytes, limit is " + std::to_string(kRangeBytes)};
  }
  auto compiled = std::make_shared<Compiled>();
  compiled->text = text;
  Scanner scan{"version range", compiled->text};
  while (true) {
    PORTREEVE_TRY(Group group, parse_group(scan));
    compiled->any.push_back(std::move(group));
    if (scan.done()) break;
    if (scan.text.substr(scan.at, 2) != "||") return scan.expected("'||'");
    scan.at += 2;
  }
  return VersionRange(std::move(compiled));
}

const std::string& VersionRange::text() const noexcept { return compiled_->text; }

namespace {

std::string next_number(std::string_view number) {
  std::string digits(number);
  for (std::size_t i = digits.size(); i-- > 0;) {
    if (digits[i] != '9') {
      ++digits[i];
      return digits;
    }
    digits[i] = '0';
  }
  return "1" + digits;
}

std::optional<Version> version_of(const Numbers& numbers, std::string_view prerelease) {
  std::string text;
  for (const std::string_view number : numbers) (text += text.empty() ? "" : ".") += number;
  if (!prerelease.empty()) (text += '-') += prerelease;
  Result<Version> version = Version::parse(text);
  if (!version.ok()) return std::nullopt;
  return std::move(version).value();
}

/// The lowest version above all that `limit` calls equal to its own.
std::optional<Version> next_after(const Limit& limit, bool prereleases) {
  const Operand& operand = limit.operand;
  if (limit.precision == kWhole && !operand.prerelease.empty()) {
    return version_of(operand.numbers, std::string(operand.prerelease) + ".0");
  }
  const std::size_t last = std::clamp<std::size_t>(limit.precision, 1, 3) - 1;
  const std::string next = next_number(operand.numbers[last]);
  Numbers numbers = operand.numbers;
  numbers[last] = next;
  std::fill(numbers.begin() + static_cast<std::ptrdiff_t>(last) + 1, numbers.end(), "0");
  return version_of(numbers, prereleases ? "0" : "");
}

/// One that has a lower end is above it: the end itself, or what comes next.
bool surely_fits(const Group& group) noexcept {
  return group.all.size() == 1 && group.all[0].low && !group.all[0].excluded;
}

/// From the lowest version of all upwards, over each thing that refuses it, until nothing does, or
/// what does lies below.
bool nothing_fits(const Group& group) {
  if (surely_fits(group)) return false;
  constexpr std::size_t kSteps = 16;
  std::optional<Version> at = version_of({"0", "0", "0"}, group.prereleases ? "0" : "");
  for (std::size_t step = 0; step < kSteps && at; ++step) {
    const auto refuses = std::find_if(group.all.begin(), group.all.end(),
                                      [&](const Comparator& one) { return !one.holds(*at); });
    if (refuses == group.all.end()) return false;
    const bool below = !refuses->excluded && refuses->low &&
                       (refuses->low->order(*at) < 0 ||
                        (refuses->low->order(*at) == 0 && !refuses->low->inclusive));
    if (!refuses->excluded && !below) return true;
    const Operand& low = refuses->low->operand;
    at = below && refuses->low->inclusive ? version_of(low.numbers, low.prerelease)
                                          : next_after(*refuses->low, group.prereleases);
  }
  return false;
}

}  // namespace

bool VersionRange::empty() const {
  return std::all_of(compiled_->any.begin(), compiled_->any.end(), nothing_fits);
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
