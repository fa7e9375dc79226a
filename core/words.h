#pragma once

// Cuts text into words, and words into the pieces of camelCase, without allocating.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portreeve {

/// A token of a text: letters, marks and digits, with invisible characters between them.
struct Token {
  static constexpr std::uint32_t kEnd = 0xFFFFFFFFU;

  std::uint32_t begin = kEnd;  ///< Bytes of the text; kEnd: there is no further word.
  std::uint32_t end = kEnd;
  std::uint32_t word_end = kEnd;  ///< Of the word of which this is a piece.
  std::uint64_t hash = 0;         ///< Of the lower-cased bytes, if plain.
  bool plain = true;              ///< ASCII letters only.
  bool several = false;           ///< A whole word that camelCase divides.

  bool ended() const noexcept { return begin == kEnd; }
  bool whole_word() const noexcept { return end == word_end; }
};

/// FNV-1a, so that it can be computed byte by byte.
inline constexpr std::uint64_t kHashSeed = 14695981039346656037U;
inline constexpr std::uint64_t hash_byte(std::uint64_t hash, std::uint8_t byte) noexcept {
  return (hash ^ byte) * 1099511628211U;
}
std::uint64_t hash_text(std::string_view text) noexcept;

/// The first word that begins at `at` or later.
Token next_word(std::string_view text, std::uint32_t at);

/// The piece of `word` that begins at `at`: "tenantId" is "tenant" and "Id", "HTTPServer" is "HTTP"
/// and "Server", "SMEsOnly" is "SMEs" and "Only". REQUIRES: word.begin <= at < word.end.
Token next_piece(std::string_view text, const Token& word, std::uint32_t at);

/// Whether `text` is `word` (lower-case ASCII), however its ASCII letters are cased.
bool equal_plain(std::string_view text, std::string_view word) noexcept;

/// What the bytes of a word are.
namespace kind {
inline constexpr std::uint8_t kLower = 1;
inline constexpr std::uint8_t kUpper = 2;
inline constexpr std::uint8_t kDigit = 4;  ///< 0 and 1, which look like letters.
inline constexpr std::uint8_t kPlainDigit = 8;
inline constexpr std::uint8_t kOther = 16;  ///< Not ASCII; may be a separator nevertheless.

inline constexpr std::array<std::uint8_t, 256> kTable = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) table[c] = kLower;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = kUpper;
  for (std::size_t c = '0'; c <= '9'; ++c) table[c] = c < '2' ? kDigit : kPlainDigit;
  for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = kOther;
  return table;
}();
}  // namespace kind

/// A cheap look at the next run of letters, digits and bytes outside ASCII: most words of most
/// texts need no more than that.
struct Glance {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint8_t first = 0;  ///< Kind of the first byte.
  std::uint8_t rest = 0;   ///< Kinds of the others.
};

inline Glance glance(std::string_view text, std::uint32_t at) noexcept {
  const auto size = static_cast<std::uint32_t>(text.size());
  const char* const bytes = text.data();
  const std::uint8_t* const kinds = kind::kTable.data();
  const auto kind_at = [&](std::uint32_t i) { return kinds[static_cast<std::uint8_t>(bytes[i])]; };
  std::uint8_t next = 0;
  while (at < size && (next = kind_at(at)) == 0) ++at;
  Glance result{at, size, at < size ? next : std::uint8_t{0}, 0};
  while (++at < size) {
    next = kind_at(at);
    if (next == 0) {
      result.end = at;
      break;
    }
    result.rest = static_cast<std::uint8_t>(result.rest | next);
  }
  return result;
}

}  // namespace portreeve
