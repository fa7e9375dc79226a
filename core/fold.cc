#include "core/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <array>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "core/utf8.h"

namespace portreeve::fold {
namespace {

constexpr std::uint32_t kBlock = 256;

struct CloseSpoofChecker {
  void operator()(USpoofChecker* checker) const noexcept { uspoof_close(checker); }
};

bool is_dropped(UChar32 c) noexcept {
  const int8_t type = u_charType(c);
  return type == U_NON_SPACING_MARK || type == U_ENCLOSING_MARK ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

/// ε is no confusable of e in UTS #39, although nobody sees a difference in "tεnant"; its skeleton
/// is U+A793.
UChar32 epsilon_to_e(UChar32 c) noexcept { return c == 0x03B5 || c == 0xA793 ? 'e' : c; }

/// Small capitals and turned letters are letters of their own to Unicode (phonetic alphabets), and
/// read as the plain ones all the same: "\u1d1b\u1d07\u0274\u1d00\u0274\u1d1b".
UChar32 phonetic_to_plain(UChar32 c) noexcept {
  struct Pair {
    UChar32 letter;
    char plain;
  };
  constexpr Pair kPairs[] = {
      {0x0250, 'a'}, {0x0252, 'a'}, {0x0254, 'c'}, {0x0258, 'e'}, {0x025F, 'j'}, {0x0262, 'g'}, {0x0265, 'h'},
      {0x026A, 'i'}, {0x026F, 'm'}, {0x0274, 'n'}, {0x0279, 'r'}, {0x0280, 'r'}, {0x0281, 'r'}, {0x0287, 't'},
      {0x028C, 'v'}, {0x028D, 'w'}, {0x028E, 'y'}, {0x028F, 'y'}, {0x0299, 'b'}, {0x029C, 'h'}, {0x029E, 'k'},
      {0x029F, 'l'}, {0x01DD, 'e'}, {0x1D00, 'a'}, {0x1D03, 'b'}, {0x1D04, 'c'}, {0x1D05, 'd'}, {0x1D07, 'e'},
      {0x1D08, 'e'}, {0x1D09, 'i'}, {0x1D0A, 'j'}, {0x1D0B, 'k'}, {0x1D0C, 'l'}, {0x1D0D, 'm'}, {0x1D0E, 'n'},
      {0x1D0F, 'o'}, {0x1D10, 'c'}, {0x1D18, 'p'}, {0x1D19, 'r'}, {0x1D1A, 'r'}, {0x1D1B, 't'}, {0x1D1C, 'u'},
      {0x1D20, 'v'}, {0x1D21, 'w'}, {0x1D22, 'z'}, {0x1D77, 'g'}, {0xA730, 'f'}, {0xA731, 's'}, {0xA7AF, 'q'}};
  for (const Pair& pair : kPairs) {
    if (pair.letter == c) return static_cast<UChar32>(pair.plain);
  }
  return c;
}

/// ICU's rules. Throws only if ICU has no data, which is a broken installation.
class Unicode {
 public:
  Unicode() {
    UErrorCode status = U_ZERO_ERROR;
    nfd_ = icu::Normalizer2::getNFDInstance(status);
    nfkd_ = icu::Normalizer2::getNFKDInstance(status);
    fold_ = icu::Normalizer2::getNFKCCasefoldInstance(status);
    spoof_.reset(uspoof_open(&status));
    if (U_FAILURE(status)) throw std::runtime_error(u_errorName(status));
  }

  icu::UnicodeString fold(const icu::UnicodeString& text) const {
    return stripped(apply(*fold_, text));
  }
  icu::UnicodeString fold(UChar32 c) const { return stripped(mapped(*fold_, c)); }
  /// Compatibility decomposition with case kept.
  icu::UnicodeString plain(UChar32 c) const { return stripped(mapped(*nfkd_, c)); }
  icu::UnicodeString skeleton(const icu::UnicodeString& text) const {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString result;
    uspoof_getSkeletonUnicodeString(spoof_.get(), 0, text, result, &status);
    return stripped(U_FAILURE(status) ? text : result);
  }

 private:
  static icu::UnicodeString mapped(const icu::Normalizer2& rules, UChar32 c) {
    icu::UnicodeString result;
    return rules.getDecomposition(c, result) != 0 ? result : icu::UnicodeString(c);
  }
  static icu::UnicodeString apply(const icu::Normalizer2& rules, const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString result = rules.normalize(text, status);
    return U_FAILURE(status) ? text : result;
  }

  icu::UnicodeString stripped(const icu::UnicodeString& text) const {
    const icu::UnicodeString decomposed = apply(*nfd_, text);
    icu::UnicodeString result;
    for (int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
      const UChar32 c = decomposed.char32At(i);
      if (!is_dropped(c)) result.append(phonetic_to_plain(epsilon_to_e(c)));
    }
    return result;
  }

  const icu::Normalizer2* nfd_ = nullptr;
  const icu::Normalizer2* nfkd_ = nullptr;
  const icu::Normalizer2* fold_ = nullptr;
  std::unique_ptr<USpoofChecker, CloseSpoofChecker> spoof_;
};

CharClass class_of_type(UChar32 c) noexcept {
  switch (u_charType(c)) {
    case U_UPPERCASE_LETTER:
    case U_TITLECASE_LETTER:
      return CharClass::upper;
    case U_LOWERCASE_LETTER:
      return CharClass::lower;
    case U_MODIFIER_LETTER:
    case U_OTHER_LETTER:
    case U_COMBINING_SPACING_MARK:
      return CharClass::letter;
    case U_DECIMAL_DIGIT_NUMBER:
    case U_LETTER_NUMBER:
    case U_OTHER_NUMBER:
      return CharClass::digit;
    default:
      return CharClass::separator;
  }
}

/// `plain` is the compatibility mapping: a symbol that stands for letters is read as letters.
CharClass class_of(UChar32 c, const icu::UnicodeString& plain) noexcept {
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0) return CharClass::ignorable;
  if (is_dropped(c)) return CharClass::mark;
  const CharClass own = class_of_type(c);
  CharClass first = CharClass::separator;
  for (int32_t i = 0; i < plain.length(); i = plain.moveIndex32(i, 1)) {
    const CharClass mapped = class_of_type(plain.char32At(i));
    if (mapped == CharClass::separator) return own;
    if (i == 0) first = mapped;
  }
  return first == CharClass::separator ? own : first;
}

struct Entry {
  CharClass character = CharClass::separator;
  std::uint16_t folded = 0;  ///< Indices into the block's texts.
  std::uint16_t confusable = 0;
  std::uint16_t lookalike = 0;
};

/// 256 code points in a row.
class Block {
 public:
  Block(const Unicode& unicode, char32_t first) : texts_{""} {
    for (std::uint32_t i = 0; i < kBlock; ++i) add(unicode, static_cast<UChar32>(first + i), i);
  }
  const Entry& operator[](char32_t c) const noexcept { return entries_[c % kBlock]; }
  const std::string& text(std::uint16_t index) const noexcept { return texts_[index]; }

 private:
  void add(const Unicode& unicode, UChar32 c, std::uint32_t index) {
    const icu::UnicodeString plain = unicode.plain(c);
    Entry& entry = entries_[index];
    entry.character = class_of(c, plain);
    if (entry.character < CharClass::letter) return;
    const icu::UnicodeString folded = unicode.fold(c);
    const icu::UnicodeString confusable = unicode.skeleton(folded);
    const icu::UnicodeString skeleton = folded == plain ? confusable : unicode.skeleton(plain);
    entry.folded = intern(folded);
    entry.confusable = intern(confusable);
    entry.lookalike = intern(unicode.fold(skeleton));
  }
  std::uint16_t intern(const icu::UnicodeString& text) {
    std::string utf8;
    text.toUTF8String(utf8);
    if (texts_.back() != utf8) texts_.push_back(std::move(utf8));
    return static_cast<std::uint16_t>(texts_.size() - 1);
  }

  std::array<Entry, kBlock> entries_;
  std::vector<std::string> texts_;
};

constexpr std::uint32_t kBlocks = 0x200;

/// Scripts with no look-alikes of letters and too many code points to list: Han, Hangul, private
/// use.
bool is_listed(char32_t c) noexcept {
  const std::uint32_t block = static_cast<std::uint32_t>(c) / kBlock;
  return block < 0x34 || (block >= 0xA0 && block < 0xAC) || (block >= 0xF9 && block < kBlocks);
}

/// The forms of every code point that can look like another one, so that a text costs no more than
/// a look-up a code point. A block is computed when a text first needs it (0.2 ms).
class Table {
 public:
  const Block& block(char32_t c) const {
    const std::size_t index = c / kBlock;
    std::call_once(once_[index], [&] {
      blocks_[index] = std::make_unique<Block>(unicode_, static_cast<char32_t>(index * kBlock));
    });
    return *blocks_[index];
  }
  const Unicode& unicode() const noexcept { return unicode_; }

 private:
  Unicode unicode_;
  mutable std::array<std::once_flag, kBlocks> once_;
  mutable std::array<std::unique_ptr<Block>, kBlocks> blocks_;
};

/// A constant of Unicode; opening ICU's spoof checker alone takes 10 ms, so it is done once.
const Table& table() {
  static const Table table;
  return table;
}

}  // namespace

CharClass classify(char32_t code_point) {
  if (is_listed(code_point)) return table().block(code_point)[code_point].character;
  const auto c = static_cast<UChar32>(code_point);
  return class_of(c, icu::UnicodeString(c));
}

void Forms::clear() noexcept {
  folded.clear();
  confusable.clear();
  lookalike.clear();
}

void Forms::append(char32_t code_point) {
  if (is_listed(code_point)) {
    const Block& block = table().block(code_point);
    const Entry& entry = block[code_point];
    folded += block.text(entry.folded);
    confusable += block.text(entry.confusable);
    lookalike += block.text(entry.lookalike);
    return;
  }
  std::string text;
  table().unicode().fold(static_cast<UChar32>(code_point)).toUTF8String(text);
  folded += text;
  confusable += text;
  lookalike += text;
}

Forms forms(std::string_view text) {
  Forms result;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = code_point_at(text, at);
    result.append(next.value);
    at += next.size;
  }
  return result;
}

std::string casefold(std::string_view text) {
  std::string result;
  icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())))
      .foldCase()
      .toUTF8String(result);
  return result;
}

CodePoint code_point_at(std::string_view text, std::size_t at) noexcept {
  const std::size_t length = utf8::sequence_length(text, at);
  if (length == 0) return {0xFFFD, 1};
  return {utf8::decode(text, at, length), static_cast<std::uint32_t>(length)};
}

}  // namespace portreeve::fold
