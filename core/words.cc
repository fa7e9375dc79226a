#include "core/words.h"

#include <array>

#include "core/fold.h"

namespace portreeve {
namespace {

using fold::CharClass;

constexpr std::uint8_t kSeparator = 0;
constexpr std::uint8_t kOther = 0x80;  ///< The byte belongs to a character outside ASCII.

/// Per byte: the lower-cased letter or digit, or one of the above.
constexpr std::array<std::uint8_t, 256> kLower = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 0; c < 256; ++c) {
    const auto byte = static_cast<std::uint8_t>(c);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) table[c] = byte;
    if (c >= 'A' && c <= 'Z') table[c] = static_cast<std::uint8_t>(byte + 'a' - 'A');
    if (c >= 0x80) table[c] = kOther;
  }
  return table;
}();

std::uint8_t byte_at(std::string_view text, std::size_t at) noexcept {
  return static_cast<std::uint8_t>(text[at]);
}

struct Character {
  CharClass type;
  std::uint32_t size;
};

Character character_at(std::string_view text, std::size_t at) {
  const std::uint8_t byte = byte_at(text, at);
  if (byte >= 0x80) {
    const fold::CodePoint next = fold::code_point_at(text, at);
    return {fold::classify(next.value), next.size};
  }
  const std::uint8_t lower = kLower[byte];
  if (lower == kSeparator) return {CharClass::separator, 1};
  if (lower < 'a') return {CharClass::digit, 1};
  return {lower == byte ? CharClass::lower : CharClass::upper, 1};
}

bool continues(CharClass type) noexcept { return type >= CharClass::letter; }

/// Follows the case of the characters of a word and says where camelCase divides it.
class CamelCase {
 public:
  /// Where the piece before ends, or kEnd. `next` is the class of the character after this one.
  std::uint32_t step(CharClass type, std::uint32_t at, CharClass next, bool is_s) noexcept {
    std::uint32_t boundary = Token::kEnd;
    if (type == CharClass::upper) {
      if (previous_ == CharClass::lower || previous_ == CharClass::digit) boundary = at;
      uppers_ = previous_ == CharClass::upper && boundary == Token::kEnd ? uppers_ + 1 : 1;
      last_upper_ = at;
    } else if (type == CharClass::lower && previous_ == CharClass::upper && uppers_ > 1) {
      // "SMEs" is the plural of an acronym, not "SM" and "Es".
      if (!is_s || next == CharClass::lower) boundary = last_upper_;
    }
    if (continues(type)) previous_ = type;
    return boundary;
  }

 private:
  CharClass previous_ = CharClass::separator;
  std::uint32_t uppers_ = 0;
  std::uint32_t last_upper_ = 0;
};

/// A word with characters outside ASCII. REQUIRES: a word begins at `begin`.
Token any_word(std::string_view text, std::uint32_t begin) {
  Token word;
  word.begin = begin;
  word.plain = false;
  CamelCase camel;
  for (std::size_t at = begin; at < text.size();) {
    const Character c = character_at(text, at);
    if (c.type == CharClass::separator) break;
    const auto here = static_cast<std::uint32_t>(at);
    at += c.size;
    if (c.type == CharClass::ignorable) continue;
    word.end = static_cast<std::uint32_t>(at);
    word.several |= camel.step(c.type, here, CharClass::separator, false) != Token::kEnd;
  }
  word.word_end = word.end;
  return word;
}

/// Offset of the first character at which a word can begin; text.size() if there is none.
std::size_t skip_to_word(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const std::uint8_t lower = kLower[byte_at(text, at)];
    if (lower == kSeparator) {
      ++at;
      continue;
    }
    if (lower != kOther) break;
    const Character c = character_at(text, at);
    if (continues(c.type)) break;
    at += c.size;
  }
  return at;
}

/// Whether a piece is ASCII letters only, and then its hash.
void describe(std::string_view text, Token& piece) noexcept {
  std::uint64_t hash = kHashSeed;
  for (std::uint32_t at = piece.begin; at < piece.end; ++at) {
    const std::uint8_t lower = kLower[byte_at(text, at)];
    if (lower < 'a' || lower == kOther) piece.plain = false;
    hash = hash_byte(hash, lower);
  }
  piece.hash = hash;
}

}  // namespace

std::uint64_t hash_text(std::string_view text) noexcept {
  std::uint64_t hash = kHashSeed;
  for (const char c : text) hash = hash_byte(hash, static_cast<std::uint8_t>(c));
  return hash;
}

Token next_word(std::string_view text, std::uint32_t at) {
  Token word;
  const std::size_t begin = skip_to_word(text, at);
  if (begin >= text.size()) return word;
  std::uint64_t hash = kHashSeed;
  std::size_t uppers = 0;
  std::size_t end = begin;
  for (; end < text.size(); ++end) {
    const std::uint8_t byte = byte_at(text, end);
    const std::uint8_t lower = kLower[byte];
    if (lower == kSeparator) break;
    if (lower == kOther) {
      // An invisible character after the last letter does not make it another word.
      const Character c = character_at(text, end);
      if (c.type == CharClass::separator) break;
      return any_word(text, static_cast<std::uint32_t>(begin));
    }
    hash = hash_byte(hash, lower);
    uppers += lower != byte ? 1U : 0U;
    word.plain = word.plain && lower >= 'a';
  }
  word.begin = static_cast<std::uint32_t>(begin);
  word.end = word.word_end = static_cast<std::uint32_t>(end);
  word.hash = hash;
  const bool capitalized = uppers == 1 && kLower[byte_at(text, begin)] != byte_at(text, begin);
  word.several = uppers > 0 && uppers < end - begin && !capitalized;
  return word;
}

Token next_piece(std::string_view text, const Token& word, std::uint32_t at) {
  Token piece;
  piece.begin = at;
  piece.end = piece.word_end = word.end;
  CamelCase camel;
  for (std::uint32_t i = at; i < word.end;) {
    const Character c = character_at(text, i);
    const std::uint32_t after = i + c.size;
    const bool is_s = text[i] == 's';
    const CharClass next =
        is_s && after < word.end ? character_at(text, after).type : CharClass::separator;
    const std::uint32_t boundary =
        c.type == CharClass::ignorable ? Token::kEnd : camel.step(c.type, i, next, is_s);
    if (boundary != Token::kEnd) {
      piece.end = boundary;
      break;
    }
    i = after;
  }
  describe(text, piece);
  return piece;
}

bool equal_plain(std::string_view text, std::string_view word) noexcept {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kLower[byte_at(text, i)] != static_cast<std::uint8_t>(word[i])) return false;
  }
  return true;
}

}  // namespace portreeve
