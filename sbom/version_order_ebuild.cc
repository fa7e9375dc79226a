// Gentoo's order (PMS, chapter 3.3), and apk-tools', which came from it.

#include <string>
#include <utility>

#include "sbom/version_order.h"

namespace portreeve::sbom {
namespace {

struct Suffix {
  int rank = 0;  ///< Below 0: before the version itself.
  std::string_view number;
};

struct Ebuild {
  std::vector<std::string_view> numbers;
  char letter = '\0';
  std::vector<Suffix> suffixes;
  std::string_view revision;
};

constexpr std::pair<std::string_view, int> kSuffixes[] = {
    {"alpha", -4}, {"beta", -3}, {"pre", -2}, {"rc", -1}, {"cvs", 1},
    {"svn", 2},    {"git", 3},   {"hg", 4},   {"p", 5},
};

bool read_suffix(std::string_view& text, Ebuild& out) {
  for (const auto& [name, rank] : kSuffixes) {
    if (text.substr(0, name.size()) != name) continue;
    text.remove_prefix(name.size());
    std::size_t digits = 0;
    while (digits < text.size() && is_version_digit(text[digits])) ++digits;
    out.suffixes.push_back({rank, text.substr(0, digits)});
    text.remove_prefix(digits);
    return true;
  }
  return false;
}

std::optional<Ebuild> read_ebuild(std::string_view text) {
  Ebuild out;
  for (;;) {
    std::size_t digits = 0;
    while (digits < text.size() && is_version_digit(text[digits])) ++digits;
    if (digits == 0) return std::nullopt;
    out.numbers.push_back(text.substr(0, digits));
    text.remove_prefix(digits);
    if (text.empty() || text.front() != '.') break;
    text.remove_prefix(1);
  }
  if (!text.empty() && text.front() >= 'a' && text.front() <= 'z') {
    out.letter = text.front();
    text.remove_prefix(1);
  }
  while (!text.empty() && text.front() == '_') {
    text.remove_prefix(1);
    if (!read_suffix(text, out)) return std::nullopt;
  }
  if (text.substr(0, 1) == "~") {  // apk-tools: a commit hash, which orders nothing.
    const std::size_t end = text.find_first_not_of("0123456789abcdef", 1);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
  }
  if (text.substr(0, 2) == "-r") {
    out.revision = text.substr(2);
    if (!all_digits(out.revision)) return std::nullopt;
    text = {};
  }
  if (!text.empty()) return std::nullopt;
  return out;
}

/// After the first, a number with a leading zero is a fraction (PMS, algorithm 3.3).
int compare_component(std::string_view a, std::string_view b) {
  if (a.front() != '0' && b.front() != '0') return compare_numbers(a, b);
  while (!a.empty() && a.back() == '0') a.remove_suffix(1);
  while (!b.empty() && b.back() == '0') b.remove_suffix(1);
  return sign(a.compare(b));
}

int compare_suffixes(const Ebuild& a, const Ebuild& b) {
  for (std::size_t i = 0; i < a.suffixes.size() || i < b.suffixes.size(); ++i) {
    const Suffix x = i < a.suffixes.size() ? a.suffixes[i] : Suffix{};
    const Suffix y = i < b.suffixes.size() ? b.suffixes[i] : Suffix{};
    if (x.rank != y.rank) return x.rank < y.rank ? -1 : 1;
    if (const int c = compare_numbers(x.number, y.number); c != 0) return c;
  }
  return 0;
}

}  // namespace

std::optional<int> order_gentoo(std::string_view a, std::string_view b) {
  const auto x = read_ebuild(a), y = read_ebuild(b);
  if (!x || !y) return std::nullopt;
  if (const int c = compare_numbers(x->numbers[0], y->numbers[0]); c != 0) return c;
  for (std::size_t i = 1; i < x->numbers.size() && i < y->numbers.size(); ++i) {
    if (const int c = compare_component(x->numbers[i], y->numbers[i]); c != 0) return c;
  }
  if (x->numbers.size() != y->numbers.size()) {
    return x->numbers.size() < y->numbers.size() ? -1 : 1;
  }
  if (x->letter != y->letter) return x->letter < y->letter ? -1 : 1;
  if (const int c = compare_suffixes(*x, *y); c != 0) return c;
  return compare_numbers(x->revision, y->revision);
}

std::optional<int> order_apk(std::string_view a, std::string_view b) { return order_gentoo(a, b); }

}  // namespace portreeve::sbom
