#pragma once

// Passes over text in which no word of a list can stand. Internal to core/.

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portreeve {

/// Looks at 64 bytes at a time and at each word's first two letters, then at its length and its last
/// letter, so that most words of prose are never read. It errs on one side only: a word that is listed is never passed over, and
/// neither is one that cannot be told from single letters (digits, capitals inside a word, bytes
/// outside ASCII). Immutable once built; 5 KiB.
class WordFilter {
 public:
  /// REQUIRES: `word` is not empty and all lower-case ASCII letters.
  void add(std::string_view word) noexcept;

  /// Where the first run of letters, digits and bytes outside ASCII begins that may be a listed word;
  /// text.size() if there is none. `at` is the beginning of a run or between runs.
  std::size_t next(std::string_view text, std::size_t at) const noexcept;

 private:
  static constexpr std::size_t kLongest = 31;  ///< Longer words count as so long.

  static std::size_t letter(char c) noexcept { return static_cast<std::size_t>(c) & 31U; }
  /// By first and last letter: one bit for each length.
  static std::size_t slot(char first, char last) noexcept {
    return letter(first) * 32 + letter(last);
  }
  bool may_hold(const char* word, std::size_t size) const noexcept {
    const std::size_t length = size < kLongest ? size : kLongest;
    return (lengths_[slot(word[0], word[size - 1])] >> length & 1U) != 0 &&
           hashes_[hash({word, size})];
  }
  static std::size_t hash(std::string_view word) noexcept;  ///< Of the word in lower case.
  bool may_begin(char first, char second) const noexcept {
    return (beginnings_[letter(first)] >> letter(second) & 1U) != 0;
  }

  /// Where in the block that stands `at` the first run begins that may be a listed word; 64 if none
  /// does. With `stops`, bits of bytes that may not be passed over.
  std::size_t first_of(std::string_view text, std::size_t at, std::uint64_t runs) const noexcept;
  std::size_t first_of(std::string_view text, std::size_t at, std::uint64_t runs,
                       std::uint64_t stops) const noexcept;

  static constexpr std::size_t kHashes = 1U << 13;
  std::array<std::uint32_t, 32> beginnings_{};  ///< By first letter: one bit for each second one.
  std::array<std::uint32_t, 1024> lengths_{};
  std::bitset<kHashes> hashes_;
};

}  // namespace portreeve
