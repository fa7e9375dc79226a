#include "core/host_run.h"

#include <algorithm>
#include <array>

namespace portreeve {
namespace {

enum class HostChar : std::uint8_t { none, letter, hyphen, dot };

struct Character {
  HostChar type;
  std::uint32_t size;
};

HostChar ascii_type(std::uint8_t byte) noexcept {
  static constexpr std::array<HostChar, 128> kTable = [] {
    std::array<HostChar, 128> table{};
    for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = table[c - 'a' + 'A'] = HostChar::letter;
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = HostChar::letter;
    table['-'] = table['_'] = HostChar::hyphen;
    table['.'] = HostChar::dot;
    return table;
  }();
  return kTable[byte];
}

HostChar other_type(char32_t c) {
  switch (c) {
    case 0x2024:  // ONE DOT LEADER
    case 0x3002:  // IDEOGRAPHIC FULL STOP
    case 0xFE52:  // SMALL FULL STOP
    case 0xFF0E:  // FULLWIDTH FULL STOP
    case 0xFF61:  // HALFWIDTH IDEOGRAPHIC FULL STOP
      return HostChar::dot;
    case 0x2010:  // HYPHEN
    case 0x2011:  // NON-BREAKING HYPHEN
    case 0xFE63:  // SMALL HYPHEN-MINUS
    case 0xFF0D:  // FULLWIDTH HYPHEN-MINUS
      return HostChar::hyphen;
    default:
      return fold::classify(c) == fold::CharClass::separator ? HostChar::none : HostChar::letter;
  }
}

Character character_at(std::string_view text, std::size_t at) {
  const auto byte = static_cast<std::uint8_t>(text[at]);
  if (byte < 0x80) return {ascii_type(byte), 1};
  const fold::CodePoint next = fold::code_point_at(text, at);
  return {other_type(next.value), next.size};
}

fold::Forms label_forms(std::string_view label) {
  fold::Forms forms;
  for (std::size_t at = 0; at < label.size();) {
    const Character c = character_at(label, at);
    if (c.type == HostChar::hyphen) {
      const char hyphen = label[at] == '_' ? '_' : '-';
      for (std::string* form : {&forms.folded, &forms.confusable, &forms.lookalike}) {
        *form += hyphen;
      }
    } else {
      forms.append(fold::code_point_at(label, at).value);
    }
    at += c.size;
  }
  return forms;
}

std::string change_case(std::string_view text, char first, char other) {
  std::string result(text);
  for (char& c : result) {
    if (c >= first && c < first + 26) c = static_cast<char>(c - first + other);
  }
  return result;
}

/// Only 0 and 1 and what is not ASCII can look like another letter; "rn" for "m" is another name.
bool can_be_disguised(std::string_view label) noexcept {
  return std::any_of(label.begin(), label.end(), [](char c) {
    return c == '0' || c == '1' || static_cast<std::uint8_t>(c) >= 0x80;
  });
}

}  // namespace

void read_host_run(std::string_view text, std::uint32_t at, HostRun& run) {
  run.begin = at;
  run.labels.clear();
  run.final_dot = false;
  bool empty_label = false;
  std::uint32_t label = at;
  const auto close = [&](std::uint32_t end) {
    if (label == end) {
      empty_label = true;
      return;
    }
    if (empty_label) run.labels.clear();
    empty_label = false;
    if (run.labels.size() == 2 * HostRun::kLabels) {
      run.labels.erase(run.labels.begin(), run.labels.begin() + HostRun::kLabels);
    }
    run.labels.emplace_back(label, end);
  };
  while (at < text.size()) {
    const Character c = character_at(text, at);
    if (c.type == HostChar::none) break;
    run.final_dot = c.type == HostChar::dot;
    if (run.final_dot) {
      close(at);
      label = at + c.size;
    }
    at += c.size;
  }
  if (!run.final_dot) close(at);
  run.end = at;
}

std::uint32_t skip_to_host(std::string_view text, std::uint32_t at, std::uint32_t end) {
  while (at < end) {
    const Character c = character_at(text, at);
    if (c.type != HostChar::none) return at;
    at += c.size;
  }
  return end;
}

HostLabel::HostLabel(std::string_view label)
    : text(change_case(label, 'A', 'a')),
      forms(label_forms(text)),
      upper_lookalike(label_forms(change_case(text, 'a', 'A')).lookalike) {}

HostLabel::Match HostLabel::match(std::string_view label) const {
  if (equal_but_case(label, text)) return Match::equal;
  if (!can_be_disguised(label)) return Match::no;
  const fold::Forms other = label_forms(label);
  const bool alike = other.folded == forms.folded || other.confusable == forms.confusable ||
                     other.lookalike == forms.lookalike || other.lookalike == upper_lookalike;
  return alike ? Match::disguised : Match::no;
}

bool HostLabel::may_begin_with(char c) const {
  const fold::Forms other = label_forms(std::string_view(&c, 1));
  const auto alike = [](const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a.front() == b.front();
  };
  return alike(other.folded, forms.folded) || alike(other.confusable, forms.confusable) ||
         alike(other.lookalike, forms.lookalike) || alike(other.lookalike, upper_lookalike);
}

bool equal_but_case(std::string_view text, std::string_view lower) noexcept {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

}  // namespace portreeve
