#include "core/word_table.h"

namespace portreeve {
namespace {

// Classes of bytes: between words, letters by their place in the alphabet, the same as capitals, and
// what only a closer look can tell.
constexpr std::uint8_t kSeparator = 0;
constexpr std::uint8_t kCapital = 32;
constexpr std::uint8_t kUnclear = 63;

constexpr std::array<std::uint8_t, 256> kClassOf = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < 26; ++i) {
    table['a' + i] = static_cast<std::uint8_t>(1 + i);
    table['A' + i] = static_cast<std::uint8_t>(kCapital + 1 + i);
  }
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = kUnclear;
  for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = kUnclear;
  return table;
}();

std::uint8_t class_of(char c) noexcept { return kClassOf[static_cast<std::uint8_t>(c)]; }

}  // namespace

WordTable::WordTable() {
  new_state();  // kBetween
  new_state();  // kOther
  for (std::size_t letter = 1; letter <= 26; ++letter) {
    next(kBetween, letter) = next(kBetween, kCapital + letter) = kOther;
  }
}

// In a word: a letter leads to no listed word, until add() says otherwise; a separator ends it.
std::uint16_t WordTable::new_state() {
  const auto state = static_cast<std::uint16_t>(listed_.size());
  table_.insert(table_.end(), kClasses, kStop);
  listed_.push_back(false);
  next(state, kSeparator) = kBetween;
  for (std::size_t letter = 1; letter <= 26; ++letter) next(state, letter) = kOther;
  return state;
}

void WordTable::add(std::string_view word) {
  std::uint16_t state = kBetween;
  for (const char c : word) {
    const std::uint8_t letter = class_of(c);
    std::uint16_t to = next(state, letter);
    if (to == kOther) {
      if (listed_.size() + 1 >= kStop) return void(next(state, letter) = kStop);  // Too many: look closer.
      to = new_state();
      next(state, letter) = to;
      if (state == kBetween) next(state, kCapital + letter) = to;
    }
    if (to == kStop) return;
    state = to;
  }
  listed_[state] = true;
  next(state, kSeparator) = kStop;
}

std::size_t WordTable::stop(std::string_view text, std::size_t at, bool& word_at_end) const noexcept {
  const std::uint16_t* const table = table_.data();
  const char* const bytes = text.data();
  std::uint16_t state = kBetween;
  for (; at < text.size(); ++at) {
    const std::uint16_t to = table[std::size_t{state} * kClasses + class_of(bytes[at])];
    if (to == kStop) return at;
    state = to;
  }
  word_at_end = listed_[state];
  return at;
}

}  // namespace portreeve
