#include "sbom/version_order.h"

#include <algorithm>
#include <string>

#include "core/time.h"

namespace portreeve::sbom {
namespace {

struct Row {
  std::string_view scheme;
  VersionOrder order;
};
constexpr Row kRows[] = {
    {"alpine", order_apk},
    {"alpm", order_alpm},
    {"apk", order_apk},
    {"cargo", order_semver},
    {"conan", order_conan},
    {"datetime", order_datetime},
    {"deb", order_deb},
    {"gem", order_gem},
    {"generic", order_generic},
    {"gentoo", order_gentoo},
    {"golang", order_semver},
    {"hex", order_semver},
    {"intdot", order_dotted_numbers},
    {"lexicographic", order_lexicographic},
    {"maven", order_maven},
    {"nginx", order_dotted_numbers},
    {"npm", order_semver},
    {"nuget", order_nuget},
    {"openssl", order_openssl},
    {"pypi", order_pypi},
    {"rpm", order_rpm},
    {"semver", order_semver},
};

/// major.minor.patch with what is commonly left out or put before.
struct Semver {
  std::string_view numbers[3];
  std::string_view prerelease;
};

std::optional<Semver> read_semver(std::string_view text) {
  if (text.substr(0, 2) == "go") text.remove_prefix(2);
  if (!text.empty() && (text.front() == 'v' || text.front() == 'V')) text.remove_prefix(1);
  Semver out;
  text = text.substr(0, text.find('+'));
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    out.prerelease = text.substr(dash + 1);
    if (out.prerelease.empty()) return std::nullopt;
    text = text.substr(0, dash);
  }
  const std::vector<std::string_view> numbers = split_version(text, '.');
  if (numbers.size() > 3) return std::nullopt;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!all_digits(numbers[i])) return std::nullopt;
    out.numbers[i] = numbers[i];
  }
  return out;
}

int compare_texts(std::string_view a, std::string_view b) { return sign(a.compare(b)); }

int compare_identifiers(std::string_view a, std::string_view b, bool fold) {
  const bool digits_a = all_digits(a), digits_b = all_digits(b);
  if (digits_a && digits_b) return compare_numbers(a, b);
  if (digits_a != digits_b) return digits_a ? -1 : 1;
  if (!fold) return compare_texts(a, b);
  const auto lower = [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  };
  std::string x(a), y(b);
  std::transform(x.begin(), x.end(), x.begin(), lower);
  std::transform(y.begin(), y.end(), y.begin(), lower);
  return compare_texts(x, y);
}

/// SemVer 2.0.0 §11: a pre-release is older than its release.
int compare_prereleases(std::string_view a, std::string_view b, bool fold) {
  if (a.empty() || b.empty()) return a.empty() == b.empty() ? 0 : a.empty() ? 1 : -1;
  const auto x = split_version(a, '.'), y = split_version(b, '.');
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    if (const int c = compare_identifiers(x[i], y[i], fold); c != 0) return c;
  }
  return x.size() == y.size() ? 0 : x.size() < y.size() ? -1 : 1;
}

}  // namespace

int compare_numbers(std::string_view a, std::string_view b) noexcept {
  while (!a.empty() && a.front() == '0') a.remove_prefix(1);
  while (!b.empty() && b.front() == '0') b.remove_prefix(1);
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

bool all_digits(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_version_digit);
}

std::vector<std::string_view> split_version(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> order_semver(std::string_view a, std::string_view b) {
  const auto x = read_semver(a), y = read_semver(b);
  if (!x || !y) return std::nullopt;
  for (int i = 0; i < 3; ++i) {
    if (const int c = compare_numbers(x->numbers[i], y->numbers[i]); c != 0) return c;
  }
  return compare_prereleases(x->prerelease, y->prerelease, false);
}

/// Four numbers; pre-releases without regard to case (NuGet package versioning).
std::optional<int> order_nuget(std::string_view a, std::string_view b) {
  std::vector<std::string_view> numbers[2];
  std::string_view prerelease[2];
  std::string_view texts[2] = {a, b};
  for (int i = 0; i < 2; ++i) {
    std::string_view text = texts[i].substr(0, texts[i].find('+'));
    const std::size_t dash = text.find('-');
    if (dash != std::string_view::npos) {
      prerelease[i] = text.substr(dash + 1);
      if (prerelease[i].empty()) return std::nullopt;
    }
    numbers[i] = split_version(text.substr(0, dash), '.');
    if (numbers[i].size() > 4) return std::nullopt;
    for (const std::string_view number : numbers[i]) {
      if (!all_digits(number)) return std::nullopt;
    }
    numbers[i].resize(4);
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (const int c = compare_numbers(numbers[0][i], numbers[1][i]); c != 0) return c;
  }
  return compare_prereleases(prerelease[0], prerelease[1], true);
}

std::optional<int> order_lexicographic(std::string_view a, std::string_view b) {
  return compare_texts(a, b);
}

std::optional<int> order_dotted_numbers(std::string_view a, std::string_view b) {
  const auto x = split_version(a, '.'), y = split_version(b, '.');
  for (const auto* const list : {&x, &y}) {
    for (const std::string_view part : *list) {
      if (!all_digits(part)) return std::nullopt;
    }
  }
  for (std::size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
    const int c = compare_numbers(i < x.size() ? x[i] : "", i < y.size() ? y[i] : "");
    if (c != 0) return c;
  }
  return 0;
}

/// Nobody says how these are ordered: only where every sensible reading agrees.
std::optional<int> order_generic(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  if (auto order = order_dotted_numbers(a, b)) return order;
  return order_semver(a, b);
}

std::optional<int> order_datetime(std::string_view a, std::string_view b) {
  // parse_time keeps milliseconds; the fraction is compared as text, to any precision.
  std::string fractions[2];
  TimePoint times[2];
  std::string_view texts[2] = {a, b};
  for (int i = 0; i < 2; ++i) {
    std::string whole(texts[i]);
    if (whole.find('T') == std::string::npos) return std::nullopt;
    if (const std::size_t dot = whole.find('.'); dot != std::string::npos) {
      const std::size_t end =
          std::min(whole.find_first_not_of("0123456789", dot + 1), whole.size());
      fractions[i] = whole.substr(dot + 1, end - dot - 1);
      if (fractions[i].empty()) return std::nullopt;
      whole.erase(dot, end - dot);
    }
    const Result<TimePoint> time = parse_time(whole);
    if (!time.ok()) return std::nullopt;
    times[i] = time.value();
    while (!fractions[i].empty() && fractions[i].back() == '0') fractions[i].pop_back();
  }
  if (times[0] != times[1]) return times[0] < times[1] ? -1 : 1;
  return compare_texts(fractions[0], fractions[1]);
}

std::optional<int> compare_versions(std::string_view scheme, std::string_view a,
                                    std::string_view b) {
  if (a.empty() || b.empty() || a.size() > kVersionBytes || b.size() > kVersionBytes) {
    return std::nullopt;
  }
  for (const Row& row : kRows) {
    if (row.scheme != scheme) continue;
    if (a == b) return 0;
    return row.order(a, b);
  }
  return std::nullopt;
}

const std::vector<std::string_view>& version_schemes() {
  static const std::vector<std::string_view> kSchemes = [] {
    std::vector<std::string_view> out;
    for (const Row& row : kRows) out.push_back(row.scheme);
    return out;
  }();
  return kSchemes;
}

}  // namespace portreeve::sbom
