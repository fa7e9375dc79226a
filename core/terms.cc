#include "core/terms.h"

#include <algorithm>
#include <bitset>
#include <tuple>
#include <utility>

#include "core/fold.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "core/words.h"

namespace portreeve {
namespace {

constexpr std::size_t kFilterBits = 1U << 13;

/// First two letters and length: enough to pass over nearly all words without hashing them.
constexpr std::size_t kOutlineLengths = 32;
constexpr std::size_t kOutlines = 27 * 27 * kOutlineLengths;

/// REQUIRES: `word` begins with an ASCII letter and goes on with lower-case ones.
std::size_t outline(std::string_view word) noexcept {
  const auto letter = [&](std::size_t i) {
    return i < word.size() ? static_cast<std::size_t>((word[i] | 0x20) - 'a') : 26U;
  };
  const std::size_t length = std::min(word.size(), kOutlineLengths - 1);
  return (letter(0) * 27 + letter(1)) * kOutlineLengths + length;
}

bool is_plain(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// A word of a term, in every form in which a token may show it.
struct Word {
  fold::Forms forms;
  std::string upper_lookalike;  ///< "CLIENT" looks like "CL1ENT", "client" does not.
  std::string casefold;         ///< What an honest spelling folds to.
};

/// The words of a term, or of a phrase in which the term is allowed.
struct Sequence {
  std::uint32_t term = 0;
  bool allowed = false;
  bool plural = true;
  std::vector<Word> words;
};

/// A sequence that may begin with a token of this hash.
struct First {
  std::uint64_t hash;
  std::uint32_t sequence;
};

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper;
}

Word make_word(std::string_view text) {
  Word word;
  word.casefold = fold::casefold(text);
  word.forms = fold::forms(word.casefold);
  word.upper_lookalike = fold::forms(upper_case(word.casefold)).lookalike;
  return word;
}

std::vector<Word> words_of(std::string_view text, bool pieces) {
  std::vector<Word> words;
  for (Token word = next_word(text, 0); !word.ended(); word = next_word(text, word.end)) {
    for (std::uint32_t at = word.begin; at < word.end;) {
      const Token token = pieces ? next_piece(text, word, at) : word;
      words.push_back(make_word(text.substr(token.begin, token.end - token.begin)));
      at = token.end;
    }
  }
  return words;
}

bool same_words(const std::vector<Word>& a, const std::vector<Word>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Word& x, const Word& y) { return x.forms.folded == y.forms.folded; });
}

/// `text` is `word`, or `word` and an "s" if that is allowed.
bool equal_or_plural(std::string_view text, std::string_view word, bool plural) noexcept {
  if (text.size() == word.size()) return text == word;
  return plural && text.size() == word.size() + 1 && text.back() == 's' &&
         text.substr(0, word.size()) == word;
}

}  // namespace

struct TermList::Index {
  std::vector<Term> terms;
  std::vector<Sequence> sequences;
  std::vector<First> firsts;  ///< Sorted by hash; phrases that allow stand before terms.
  std::bitset<kFilterBits> filter;
  std::bitset<kOutlines> outlines;
  bool digits = false;  ///< Some sequence begins with a word that has a digit from 2 to 9.

  static std::size_t bit(std::uint64_t hash) noexcept { return hash % kFilterBits; }
  void add(Sequence sequence);
  void add_first(std::string_view text, std::uint32_t sequence, bool plural);
  void sort();
};

void TermList::Index::add_first(std::string_view text, std::uint32_t sequence, bool plural) {
  firsts.push_back({hash_text(text), sequence});
  if (is_plain(text)) outlines.set(outline(text));
  digits = digits || text.find_first_of("23456789") != std::string_view::npos;
  if (plural) add_first(std::string(text) + "s", sequence, false);
}

void TermList::Index::add(Sequence sequence) {
  const auto index = static_cast<std::uint32_t>(sequences.size());
  const bool plural = sequence.plural && sequence.words.size() == 1;
  const Word& word = sequence.words.front();
  for (const std::string* text :
       {&word.forms.folded, &word.forms.confusable, &word.forms.lookalike, &word.upper_lookalike}) {
    add_first(*text, index, plural);
  }
  sequences.push_back(std::move(sequence));
}

void TermList::Index::sort() {
  const auto key = [&](const First& first) {
    return std::tuple(first.hash, !sequences[first.sequence].allowed, first.sequence);
  };
  std::sort(firsts.begin(), firsts.end(),
            [&](const First& a, const First& b) { return key(a) < key(b); });
  const auto same = [&](const First& a, const First& b) { return key(a) == key(b); };
  firsts.erase(std::unique(firsts.begin(), firsts.end(), same), firsts.end());
  for (const First& first : firsts) filter.set(bit(first.hash));
}

namespace {

/// One search. The text is read once from left to right; sequences of several words are compared by
/// reading ahead from a token that can be their first.
template <class Index>
class Search {
 public:
  Search(const Index& index, std::string_view text, std::size_t most)
      : index_(index), text_(text), most_(most) {}

  std::vector<TermMatch> run() {
    for (std::uint32_t at = 0; at < text_.size() && matches_.size() < most_;) {
      const Glance run = glance(text_, at);
      at = run.end;
      const auto kinds = static_cast<std::uint8_t>(run.first | run.rest);
      if ((kinds & kind::kOther) != 0) {
        at = words_of_other_scripts(run);
      } else if (worth_reading(run, kinds)) {
        begin_in(next_word(text_, run.begin));
      }
    }
    if (matches_.size() > most_) matches_.resize(most_);
    return std::move(matches_);
  }

 private:
  /// False for words that can be passed over unread. REQUIRES: ASCII.
  bool worth_reading(const Glance& run, std::uint8_t kinds) const noexcept {
    if ((run.rest & kind::kUpper) != 0) return true;
    if ((kinds & kind::kPlainDigit) != 0) return index_.digits;
    if ((kinds & kind::kDigit) != 0) return true;
    return kinds != 0 && index_.outlines[outline(text_.substr(run.begin, run.end - run.begin))];
  }

  /// A run with bytes outside ASCII can hold separators, so it can be several words.
  std::uint32_t words_of_other_scripts(const Glance& run) {
    std::uint32_t at = run.begin;
    while (at < run.end && matches_.size() < most_) {
      const Token word = next_word(text_, at);
      if (word.ended()) return static_cast<std::uint32_t>(text_.size());
      begin_in(word);
      at = word.end;
    }
    return at;
  }

  void begin_in(const Token& word) {
    begin_at(word);
    if (!word.several) return;
    for (std::uint32_t at = word.begin; at < word.end;) {
      const Token piece = next_piece(text_, word, at);
      begin_at(piece);
      at = piece.end;
    }
  }

  struct Reading {
    bool fits = false;
    std::uint32_t end = 0;
    bool disguised = false;
  };

  void begin_at(const Token& token) {
    if (token.plain) {
      look_up(token, token.hash);
      return;
    }
    read_forms(token, first_);
    const std::uint64_t folded = hash_text(first_.folded);
    const std::uint64_t confusable = hash_text(first_.confusable);
    const std::uint64_t lookalike = hash_text(first_.lookalike);
    look_up(token, folded);
    if (confusable != folded) look_up(token, confusable);
    if (lookalike != folded && lookalike != confusable) look_up(token, lookalike);
  }

  void look_up(const Token& token, std::uint64_t hash) {
    if (!index_.filter[Index::bit(hash)]) return;
    auto first =
        std::lower_bound(index_.firsts.begin(), index_.firsts.end(), hash,
                         [](const First& entry, std::uint64_t h) { return entry.hash < h; });
    for (; first != index_.firsts.end() && first->hash == hash; ++first) {
      const Sequence& sequence = index_.sequences[first->sequence];
      const Reading reading = read(sequence, token);
      if (!reading.fits) continue;
      if (sequence.allowed) {
        cover(sequence.term, reading.end);
      } else {
        report(sequence.term, token.begin, reading);
      }
    }
  }

  Reading read(const Sequence& sequence, const Token& first) {
    Reading reading;
    Token token = first;
    for (std::size_t i = 0; i < sequence.words.size(); ++i) {
      const Word& word = sequence.words[i];
      const bool plural = sequence.plural && i + 1 == sequence.words.size();
      if (i == 0) {
        if (!equal(token, first_, word, plural)) return {};
      } else if (!advance(token, word, plural)) {
        return {};
      }
      reading.disguised = reading.disguised || !honest(token, word, plural);
    }
    reading.fits = true;
    reading.end = token.end;
    return reading;
  }

  /// Moves to the next token if it is `word`: the next word, its first piece, or the next piece of
  /// the same word.
  bool advance(Token& token, const Word& word, bool plural) {
    if (!token.whole_word()) {
      Token rest = token;
      rest.end = rest.word_end;
      token = next_piece(text_, rest, token.end);
      return equal_ahead(token, word, plural);
    }
    const Token whole = next_word(text_, token.end);
    if (whole.ended()) return false;
    token = whole;
    if (equal_ahead(token, word, plural)) return true;
    if (!whole.several) return false;
    token = next_piece(text_, whole, whole.begin);
    return equal_ahead(token, word, plural);
  }

  bool equal_ahead(const Token& token, const Word& word, bool plural) {
    if (!token.plain) read_forms(token, ahead_);
    return equal(token, ahead_, word, plural);
  }

  /// `forms` are those of the token, if it is not plain: a plain one is never compared by skeleton.
  bool equal(const Token& token, const fold::Forms& forms, const Word& word, bool plural) const {
    if (!token.plain) {
      return equal_or_plural(forms.folded, word.forms.folded, plural) ||
             equal_or_plural(forms.confusable, word.forms.confusable, plural) ||
             equal_or_plural(forms.lookalike, word.forms.lookalike, plural) ||
             equal_or_plural(forms.lookalike, word.upper_lookalike, plural);
    }
    const std::string_view text = text_of(token);
    if (equal_plain(text, word.forms.folded)) return true;
    return plural && !text.empty() && (text.back() | 0x20) == 's' &&
           equal_plain(text.substr(0, text.size() - 1), word.forms.folded);
  }

  bool honest(const Token& token, const Word& word, bool plural) const {
    return token.plain || equal_or_plural(fold::casefold(text_of(token)), word.casefold, plural);
  }

  void read_forms(const Token& token, fold::Forms& forms) const {
    forms.clear();
    for (std::uint32_t at = token.begin; at < token.end;) {
      const fold::CodePoint next = fold::code_point_at(text_, at);
      forms.append(next.value);
      at += next.size;
    }
  }

  std::string_view text_of(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  void cover(std::uint32_t term, std::uint32_t end) {
    if (covered_.empty()) covered_.resize(index_.terms.size());
    covered_[term] = std::max(covered_[term], end);
  }

  void report(std::uint32_t term, std::uint32_t begin, const Reading& reading) {
    // Every phrase that covers this place begins no later, so it has been read already.
    if (!covered_.empty() && reading.end <= covered_[term]) return;
    for (auto it = matches_.rbegin(); it != matches_.rend() && it->end > begin; ++it) {
      if (it->term == term) return;  // The word was found, this is a piece of it.
    }
    matches_.push_back({begin, reading.end, term, reading.disguised});
  }

  const Index& index_;
  std::string_view text_;
  std::size_t most_;
  std::vector<TermMatch> matches_;
  std::vector<std::uint32_t> covered_;  ///< Per term: end of the furthest phrase that allows it.
  fold::Forms first_;
  fold::Forms ahead_;
};

Error misconfigured(std::size_t index, std::string_view term, std::string_view problem) {
  return Error{Errc::misconfigured, "terms[" + std::to_string(index) + "] \"" +
                                        utf8::printable(term, limits::kQuotedBytes) +
                                        "\": " + std::string(problem)};
}

bool has_letter(const std::vector<Word>& words) {
  for (const Word& word : words) {
    for (std::size_t at = 0; at < word.casefold.size();) {
      const fold::CodePoint next = fold::code_point_at(word.casefold, at);
      const fold::CharClass type = fold::classify(next.value);
      if (type >= fold::CharClass::letter && type != fold::CharClass::digit) return true;
      at += next.size;
    }
  }
  return false;
}

}  // namespace

Result<TermList> TermList::build(std::vector<Term> terms) {
  auto index = std::make_shared<Index>();
  const auto add = [&](std::string_view text, std::uint32_t term, bool allowed) {
    const bool plural = terms[term].plural;
    std::vector<Word> words = words_of(text, false);
    std::vector<Word> pieces = words_of(text, true);
    if (!same_words(words, pieces)) index->add({term, allowed, plural, std::move(pieces)});
    index->add({term, allowed, plural, std::move(words)});
  };
  for (std::uint32_t i = 0; i < terms.size(); ++i) {
    const std::string& text = terms[i].term;
    const std::vector<Word> words = words_of(text, false);
    if (text.empty()) return misconfigured(i, text, "the term is empty");
    if (!has_letter(words)) return misconfigured(i, text, "the term has no letters");
    for (const Sequence& other : index->sequences) {
      if (!other.allowed && same_words(other.words, words)) {
        return misconfigured(i, text, "the term stands there twice");
      }
    }
    add(text, i, false);
    for (const std::string& phrase : terms[i].allowed) {
      if (words_of(phrase, false).empty()) {
        return misconfigured(i, text, "an allowed phrase has no words");
      }
      add(phrase, i, true);
    }
  }
  index->sort();
  index->terms = std::move(terms);
  return TermList(std::move(index));
}

std::vector<TermMatch> TermList::find(std::string_view text, std::size_t most) const {
  if (most == 0 || index_->firsts.empty()) return {};
  return Search<Index>(*index_, text, most).run();
}

const std::vector<Term>& TermList::terms() const noexcept { return index_->terms; }

}  // namespace portreeve
