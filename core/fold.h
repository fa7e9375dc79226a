#pragma once

// One spelling for all the ways in which a word can be written or disguised, code point by code
// point: Unicode NFKC and full case folding, UTS #39 skeletons, no accents, nothing invisible.
//
// Everything works on single code points, so a text needs no normalising before it is read: each
// code point has its forms, and the forms of a word are those of its code points one after another.
// That holds because marks, the only thing that combines, are dropped.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace portreeve::fold {

enum class CharClass : std::uint8_t {
  separator,
  ignorable,  ///< Default_Ignorable_Code_Point: zero-width, soft hyphen, bidi controls, selectors.
  mark,       ///< Accents and other nonspacing marks.
  letter,     ///< Without case, or with a case that does not matter; spacing marks too.
  lower,
  upper,
  digit,
};

/// The class of a code point after compatibility mapping: a fullwidth or circled letter is a
/// letter.
CharClass classify(char32_t code_point);

/// The forms of a word. Two words look alike if any of them is equal.
struct Forms {
  std::string folded;      ///< NFKC case folding, accents stripped, ε→e.
  std::string confusable;  ///< Skeleton of `folded`: "0" and "О" (Cyrillic) give "O".
  std::string lookalike;   ///< Case folding of the skeleton of the text as written.

  void clear() noexcept;
  void append(char32_t code_point);
  bool operator==(const Forms&) const = default;
};

Forms forms(std::string_view text);

/// Full case folding only; invisible characters, accents and width stay. What an honest spelling of
/// a word has in common with the word.
std::string casefold(std::string_view text);

/// A code point of a text: its bytes and its value. Bytes that are not UTF-8 read as U+FFFD.
struct CodePoint {
  char32_t value;
  std::uint32_t size;
};
CodePoint code_point_at(std::string_view text, std::size_t at) noexcept;

}  // namespace portreeve::fold
