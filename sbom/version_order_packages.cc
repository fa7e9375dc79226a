// Orders of operating-system packages: deb-version(7), rpmvercmp, alpm's, apk-tools', Gentoo's PMS.

#include <algorithm>
#include <string>

#include "sbom/version_order.h"

namespace portreeve::sbom {
namespace {

/// "epoch:version-release"; an epoch that is missing is 0.
struct Package {
  std::string_view epoch, version, release;
  bool has_release = false;
};

std::optional<Package> split_package(std::string_view text) {
  Package out;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    out.epoch = text.substr(0, colon);
    if (!all_digits(out.epoch)) return std::nullopt;
    text.remove_prefix(colon + 1);
  }
  const std::size_t dash = text.rfind('-');
  out.version = text.substr(0, dash);
  if (dash != std::string_view::npos) {
    out.release = text.substr(dash + 1);
    out.has_release = true;
  }
  if (out.version.empty()) return std::nullopt;
  return out;
}

/// dpkg's: '~' before the end, the end before letters, letters before all else.
int deb_weight(std::string_view text, std::size_t at) {
  if (at >= text.size() || is_version_digit(text[at])) return 0;
  const char c = text[at];
  if (c == '~') return -1;
  return is_version_letter(c) ? c : c + 256;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_version_digit(text[end])) ++end;
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

int compare_deb(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    std::size_t i = 0;
    while ((i < a.size() && !is_version_digit(a[i])) || (i < b.size() && !is_version_digit(b[i]))) {
      const int x = deb_weight(a, i), y = deb_weight(b, i);
      if (x != y) return x < y ? -1 : 1;
      ++i;
    }
    a.remove_prefix(std::min(i, a.size()));
    b.remove_prefix(std::min(i, b.size()));
    if (const int c = compare_numbers(take_digits(a), take_digits(b)); c != 0) return c;
  }
  return 0;
}

bool deb_text(std::string_view text, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_version_digit(c) || is_version_letter(c) || more.find(c) != std::string_view::npos;
  });
}

bool alnum(char c) { return is_version_digit(c) || is_version_letter(c); }

std::string_view take_run(std::string_view& text, bool digits) {
  std::size_t end = 0;
  while (end < text.size() &&
         (digits ? is_version_digit(text[end]) : is_version_letter(text[end]))) {
    ++end;
  }
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

void skip_separators(std::string_view& text) {
  while (!text.empty() && !alnum(text.front()) && text.front() != '~' && text.front() != '^') {
    text.remove_prefix(1);
  }
}

/// rpm's '~' (before everything) and '^' (after the end, before more): nothing if neither is next.
std::optional<int> compare_marks(std::string_view& a, std::string_view& b, bool& again) {
  const auto next = [](std::string_view text) { return text.empty() ? '\0' : text.front(); };
  again = false;
  if (next(a) == '~' || next(b) == '~') {
    if (next(a) != '~') return 1;
    if (next(b) != '~') return -1;
    again = true;
  } else if (next(a) == '^' || next(b) == '^') {
    if (a.empty()) return -1;
    if (b.empty()) return 1;
    if (next(a) != '^') return 1;
    if (next(b) != '^') return -1;
    again = true;
  }
  if (again) {
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  return std::nullopt;
}

int compare_rpm(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    skip_separators(a);
    skip_separators(b);
    bool again = false;
    if (const auto marked = compare_marks(a, b, again)) return *marked;
    if (again) continue;
    if (a.empty() || b.empty()) break;
    const bool digits = is_version_digit(a.front());
    const std::string_view x = take_run(a, digits), y = take_run(b, digits);
    if (y.empty()) return digits ? 1 : -1;
    const int c = digits ? compare_numbers(x, y) : sign(x.compare(y));
    if (c != 0) return c;
  }
  if (a.empty() && b.empty()) return 0;
  return a.empty() ? -1 : 1;
}

/// pacman's: as rpm's of old, but a letter after the end is older ("1.5b" < "1.5").
int compare_alpm(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view before_a = a, before_b = b;
    while (!a.empty() && !alnum(a.front())) a.remove_prefix(1);
    while (!b.empty() && !alnum(b.front())) b.remove_prefix(1);
    if (a.empty() || b.empty()) break;
    const std::size_t gap_a = before_a.size() - a.size(), gap_b = before_b.size() - b.size();
    if (gap_a != gap_b) return gap_a < gap_b ? -1 : 1;
    const bool digits = is_version_digit(a.front());
    const std::string_view x = take_run(a, digits), y = take_run(b, digits);
    if (y.empty()) return digits ? 1 : -1;
    const int c = digits ? compare_numbers(x, y) : sign(x.compare(y));
    if (c != 0) return c;
  }
  if (a.empty() && b.empty()) return 0;
  const bool letter_a = !a.empty() && is_version_letter(a.front());
  const bool letter_b = !b.empty() && is_version_letter(b.front());
  // What remains decides: a letter directly after is older than nothing, all else is newer.
  if ((a.empty() && !letter_b) || letter_a) return -1;
  return 1;
}

}  // namespace

std::optional<int> order_deb(std::string_view a, std::string_view b) {
  const auto x = split_package(a), y = split_package(b);
  if (!x || !y) return std::nullopt;
  for (const Package* const package : {&*x, &*y}) {
    if (!is_version_digit(package->version.front()) || !deb_text(package->version, ".+-~:") ||
        !deb_text(package->release, ".+~")) {
      return std::nullopt;
    }
  }
  if (const int c = compare_numbers(x->epoch, y->epoch); c != 0) return c;
  if (const int c = compare_deb(x->version, y->version); c != 0) return c;
  return compare_deb(x->release, y->release);
}

/// A release that one of them does not name does not count (rpmVersionCompare).
std::optional<int> order_rpm(std::string_view a, std::string_view b) {
  const auto x = split_package(a), y = split_package(b);
  if (!x || !y) return std::nullopt;
  if (const int c = compare_numbers(x->epoch, y->epoch); c != 0) return c;
  if (const int c = compare_rpm(x->version, y->version); c != 0) return c;
  if (!x->has_release || !y->has_release) return 0;
  return compare_rpm(x->release, y->release);
}

std::optional<int> order_alpm(std::string_view a, std::string_view b) {
  const auto x = split_package(a), y = split_package(b);
  if (!x || !y) return std::nullopt;
  if (const int c = compare_numbers(x->epoch, y->epoch); c != 0) return c;
  if (const int c = compare_alpm(x->version, y->version); c != 0) return c;
  if (!x->has_release || !y->has_release) return 0;
  return compare_alpm(x->release, y->release);
}

}  // namespace portreeve::sbom
