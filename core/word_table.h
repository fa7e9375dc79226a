#pragma once

// Passes over text in which no word of a list begins a word. Internal to core/.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace portreeve {

/// A finite automaton over bytes: it stops at the end of a word that is listed, and at anything that
/// cannot be told from single lower-case letters: digits, capitals inside a word, bytes outside ASCII.
/// Immutable once built; as large as its words have letters.
class WordTable {
 public:
  WordTable();
  /// REQUIRES: `word` is not empty and all lower-case ASCII letters.
  void add(std::string_view word);

  /// Where it stops: at the byte after a listed word, or at the byte that it cannot judge; text.size()
  /// if the text ends first. `at` is the beginning of a word or between words. A listed word at the
  /// very end of the text sets `word_at_end`.
  std::size_t stop(std::string_view text, std::size_t at, bool& word_at_end) const noexcept;

 private:
  static constexpr std::size_t kClasses = 64;
  static constexpr std::uint16_t kBetween = 0;
  static constexpr std::uint16_t kOther = 1;  ///< In a word that is not listed.
  static constexpr std::uint16_t kStop = 0xFFFF;

  std::uint16_t& next(std::uint16_t state, std::size_t byte_class) noexcept {
    return table_[std::size_t{state} * kClasses + byte_class];
  }
  std::uint16_t new_state();

  std::vector<std::uint16_t> table_;  ///< A row of kClasses for each state.
  std::vector<bool> listed_;          ///< By state: a listed word ends here.
};

}  // namespace portreeve
