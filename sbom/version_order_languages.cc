// Orders of language ecosystems: PEP 440, RubyGems, Conan, OpenSSL.

#include <algorithm>
#include <string>

#include "sbom/version_order.h"

namespace portreeve::sbom {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_version_digit(text[end])) ++end;
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

bool take(std::string_view& text, std::string_view word) {
  if (text.substr(0, word.size()) != word) return false;
  text.remove_prefix(word.size());
  return true;
}

/// PEP 440, "Version specifiers".
struct Pep440 {
  std::string_view epoch;
  std::vector<std::string_view> release;
  int pre = 0;  ///< 0 none, 1 a, 2 b, 3 rc.
  std::string_view pre_number;
  bool post = false;
  std::string_view post_number;
  bool dev = false;
  std::string_view dev_number;
  std::vector<std::string_view> local;
};

bool separator(std::string_view& text) {
  return take(text, ".") || take(text, "-") || take(text, "_");
}

void read_pre(std::string_view& text, Pep440& out) {
  constexpr std::pair<std::string_view, int> kWords[] = {{"alpha", 1}, {"beta", 2}, {"preview", 3},
                                                         {"pre", 3},   {"rc", 3},   {"a", 1},
                                                         {"b", 2},     {"c", 3}};
  std::string_view rest = text;
  separator(rest);
  for (const auto& [word, rank] : kWords) {
    if (!take(rest, word)) continue;
    out.pre = rank;
    text = rest;
    if (separator(rest) && !rest.empty() && is_version_digit(rest.front())) text = rest;
    out.pre_number = take_digits(text);
    return;
  }
}

void read_post(std::string_view& text, Pep440& out) {
  std::string_view rest = text;
  if (take(rest, "-") && !rest.empty() && is_version_digit(rest.front())) {
    out.post = true;
    text = rest;
    out.post_number = take_digits(text);
    return;
  }
  rest = text;
  separator(rest);
  if (!take(rest, "post") && !take(rest, "rev") && !take(rest, "r")) return;
  out.post = true;
  text = rest;
  if (separator(rest) && !rest.empty() && is_version_digit(rest.front())) text = rest;
  out.post_number = take_digits(text);
}

void read_dev(std::string_view& text, Pep440& out) {
  std::string_view rest = text;
  separator(rest);
  if (!take(rest, "dev")) return;
  out.dev = true;
  text = rest;
  if (separator(rest) && !rest.empty() && is_version_digit(rest.front())) text = rest;
  out.dev_number = take_digits(text);
}

std::optional<Pep440> read_pep440(std::string_view text) {
  Pep440 out;
  take(text, "v");
  if (const std::size_t mark = text.find('!'); mark != std::string_view::npos) {
    out.epoch = text.substr(0, mark);
    if (!all_digits(out.epoch)) return std::nullopt;
    text.remove_prefix(mark + 1);
  }
  for (;;) {
    const std::string_view number = take_digits(text);
    if (number.empty()) return std::nullopt;
    out.release.push_back(number);
    if (text.size() < 2 || text[0] != '.' || !is_version_digit(text[1])) break;
    text.remove_prefix(1);
  }
  while (!out.release.empty() && compare_numbers(out.release.back(), "") == 0)
    out.release.pop_back();
  read_pre(text, out);
  read_post(text, out);
  read_dev(text, out);
  if (take(text, "+")) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find_first_of(".-_"), text.size());
      if (end == 0) return std::nullopt;
      out.local.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (out.local.empty()) return std::nullopt;
  }
  if (!text.empty()) return std::nullopt;
  return out;
}

/// Where the version stands among its siblings: .devN < aN < bN < rcN < release.
int pre_rank(const Pep440& v) {
  if (v.pre != 0) return v.pre;
  return v.dev && !v.post ? 0 : 4;
}

int compare_local(const Pep440& a, const Pep440& b) {
  for (std::size_t i = 0; i < std::min(a.local.size(), b.local.size()); ++i) {
    const bool x = all_digits(a.local[i]), y = all_digits(b.local[i]);
    if (x != y) return x ? 1 : -1;
    const int c =
        x ? compare_numbers(a.local[i], b.local[i]) : sign(a.local[i].compare(b.local[i]));
    if (c != 0) return c;
  }
  return a.local.size() == b.local.size() ? 0 : a.local.size() < b.local.size() ? -1 : 1;
}

int flag(bool a, bool b) { return a == b ? 0 : a ? 1 : -1; }

int compare_pep440(const Pep440& a, const Pep440& b) {
  if (const int c = compare_numbers(a.epoch, b.epoch); c != 0) return c;
  for (std::size_t i = 0; i < std::max(a.release.size(), b.release.size()); ++i) {
    const int c = compare_numbers(i < a.release.size() ? a.release[i] : "",
                                  i < b.release.size() ? b.release[i] : "");
    if (c != 0) return c;
  }
  if (pre_rank(a) != pre_rank(b)) return pre_rank(a) < pre_rank(b) ? -1 : 1;
  if (const int c = compare_numbers(a.pre_number, b.pre_number); c != 0) return c;
  if (const int c = flag(a.post, b.post); c != 0) return c;
  if (const int c = compare_numbers(a.post_number, b.post_number); c != 0) return c;
  if (a.dev != b.dev) return a.dev ? -1 : 1;
  if (const int c = compare_numbers(a.dev_number, b.dev_number); c != 0) return c;
  return compare_local(a, b);
}

/// Gem::Version: runs of digits and of letters; a letter makes a pre-release.
std::optional<std::vector<std::string_view>> gem_segments(std::string_view text) {
  std::vector<std::string_view> out;
  for (const std::string_view part : split_version(text, '.')) {
    if (part.empty()) return std::nullopt;
    std::string_view rest = part;
    while (!rest.empty()) {
      const bool digits = is_version_digit(rest.front());
      if (!digits && !is_version_letter(rest.front())) return std::nullopt;
      std::size_t end = 0;
      while (end < rest.size() && is_version_digit(rest[end]) == digits &&
             (digits || is_version_letter(rest[end]))) {
        ++end;
      }
      out.push_back(rest.substr(0, end));
      rest.remove_prefix(end);
    }
  }
  if (out.empty() || !all_digits(out.front())) return std::nullopt;
  return out;
}

/// Zeros before a letter and at the end do not count (Gem::Version#canonical_segments).
void drop_zeros(std::vector<std::string_view>& segments) {
  const auto zero = [](std::string_view s) { return all_digits(s) && compare_numbers(s, "") == 0; };
  while (!segments.empty() && zero(segments.back())) segments.pop_back();
  const auto letters = std::find_if(segments.begin(), segments.end(),
                                    [](std::string_view s) { return !all_digits(s); });
  auto first = letters;
  while (letters != segments.end() && first != segments.begin() && zero(*(first - 1))) --first;
  segments.erase(first, letters);
}

/// Conan's items: numbers below texts, as strings if they are not both numbers.
int compare_conan_items(std::string_view a, std::string_view b) {
  auto x = split_version(a, '.'), y = split_version(b, '.');
  const auto zero = [](std::string_view s) { return all_digits(s) && compare_numbers(s, "") == 0; };
  while (!x.empty() && zero(x.back())) x.pop_back();
  while (!y.empty() && zero(y.back())) y.pop_back();
  for (std::size_t i = 0; i < std::min(x.size(), y.size()); ++i) {
    const bool numbers = all_digits(x[i]) && all_digits(y[i]);
    const int c = numbers ? compare_numbers(x[i], y[i]) : sign(x[i].compare(y[i]));
    if (c != 0) return c;
  }
  return x.size() == y.size() ? 0 : x.size() < y.size() ? -1 : 1;
}

struct Conan {
  std::string text;
  std::optional<std::string> pre, build;
};

Conan read_conan(std::string_view text) {
  Conan out;
  std::string all = lower(text);
  if (const std::size_t plus = all.rfind('+'); plus != std::string::npos) {
    out.build = all.substr(plus + 1);
    all.resize(plus);
  }
  if (const std::size_t dash = all.rfind('-'); dash != std::string::npos) {
    out.pre = all.substr(dash + 1);
    all.resize(dash);
  }
  out.text = std::move(all);
  return out;
}

int compare_optional(const std::optional<std::string>& a, const std::optional<std::string>& b) {
  if (a.has_value() != b.has_value()) return a.has_value() ? 1 : -1;
  return a ? compare_conan_items(*a, *b) : 0;
}

/// "1.0.2zd" (before 3.0) as number and letters.
bool openssl_legacy(std::string_view text, std::string_view& number, std::string_view& letters) {
  std::size_t end = text.size();
  while (end > 0 && text[end - 1] >= 'a' && text[end - 1] <= 'z') --end;
  number = text.substr(0, end);
  letters = text.substr(end);
  const auto parts = split_version(number, '.');
  return parts.size() == 3 && std::all_of(parts.begin(), parts.end(), all_digits);
}

}  // namespace

std::optional<int> order_pypi(std::string_view a, std::string_view b) {
  const std::string first = lower(a), second = lower(b);
  const auto x = read_pep440(first), y = read_pep440(second);
  if (!x || !y) return std::nullopt;
  return compare_pep440(*x, *y);
}

std::optional<int> order_gem(std::string_view a, std::string_view b) {
  std::string first(a), second(b);
  for (std::string* const text : {&first, &second}) {
    // RubyGems reads "1-2" as "1.pre.2".
    for (std::size_t at = text->find('-'); at != std::string::npos; at = text->find('-', at)) {
      text->replace(at, 1, ".pre.");
    }
  }
  auto x = gem_segments(first), y = gem_segments(second);
  if (!x || !y) return std::nullopt;
  drop_zeros(*x);
  drop_zeros(*y);
  for (std::size_t i = 0; i < std::max(x->size(), y->size()); ++i) {
    const std::string_view left = i < x->size() ? (*x)[i] : "0",
                           right = i < y->size() ? (*y)[i] : "0";
    const bool l = all_digits(left), r = all_digits(right);
    if (l != r) return l ? 1 : -1;
    const int c = l ? compare_numbers(left, right) : sign(left.compare(right));
    if (c != 0) return c;
  }
  return 0;
}

std::optional<int> order_conan(std::string_view a, std::string_view b) {
  const Conan x = read_conan(a), y = read_conan(b);
  if (const int c = compare_conan_items(x.text, y.text); c != 0) return c;
  if (x.pre.has_value() != y.pre.has_value()) return x.pre ? -1 : 1;
  if (const int c = compare_optional(x.pre, y.pre); c != 0) return c;
  return compare_optional(x.build, y.build);
}

std::optional<int> order_openssl(std::string_view a, std::string_view b) {
  std::string_view number_a, letters_a, number_b, letters_b;
  if (!openssl_legacy(a, number_a, letters_a) || !openssl_legacy(b, number_b, letters_b)) {
    return order_semver(a, b);
  }
  const auto numbers = order_dotted_numbers(number_a, number_b);
  if (!numbers || *numbers != 0) return numbers;
  // z is followed by za: the longer is newer.
  if (letters_a.size() != letters_b.size()) return letters_a.size() < letters_b.size() ? -1 : 1;
  return sign(letters_a.compare(letters_b));
}

}  // namespace portreeve::sbom
