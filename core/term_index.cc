#include "core/term_index.h"

#include <algorithm>
#include <array>
#include <memory>
#include <tuple>
#include <utility>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

bool is_plain(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// What the forms of each ASCII character begin with.
struct Initials {
  std::array<std::array<char, 3>, 128> of{};
  Initials() {
    for (std::size_t byte = 0; byte < of.size(); ++byte) {
      const char c = static_cast<char>(byte);
      const fold::Forms forms = fold::forms(std::string_view(&c, 1));
      std::size_t i = 0;
      for (const std::string* form : {&forms.folded, &forms.confusable, &forms.lookalike}) {
        of[byte][i++] = form->empty() ? '\0' : form->front();
      }
    }
  }
};

/// Whether a token that begins with `byte` can have a form that begins as `word` does.
bool can_begin(std::size_t byte, std::string_view word) {
  static const Initials kInitials;
  if (word.empty() || byte >= kInitials.of.size()) return true;
  const std::array<char, 3>& forms = kInitials.of[byte];
  return std::find(forms.begin(), forms.end(), word.front()) != forms.end();
}

/// Everything that a digit can look like.
const std::string& digit_forms() {
  static const std::string kForms = [] {
    std::string all = "0123456789";
    for (const char digit : std::string("0123456789")) {
      const fold::Forms forms = fold::forms(std::string_view(&digit, 1));
      all += forms.folded + forms.confusable + forms.lookalike;
    }
    return all;
  }();
  return kForms;
}

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

void FirstWords::add(std::string_view word) {
  filter.set(bit(hash_text(word)));
  if (is_plain(word)) shapes.add(word);
  digits = digits || word.find_first_of("23456789") != std::string_view::npos;
  only_digits = only_digits || word.find_first_not_of(digit_forms()) == std::string_view::npos;
  for (std::size_t byte = 0; byte < initials.size(); ++byte) {
    if (can_begin(byte, word)) initials.set(byte);
  }
}

/// False for words that can be passed over unread.
bool FirstWords::worth_reading(std::string_view text, const Glance& run) const noexcept {
  const auto kinds = static_cast<std::uint8_t>(run.first | run.rest);
  if (((kinds & kind::kOther) | (run.rest & kind::kUpper)) != 0) return true;
  if ((kinds & (kind::kDigit | kind::kPlainDigit)) != 0) {
    if ((kinds & (kind::kLower | kind::kUpper)) == 0) return only_digits || (digits && (kinds & kind::kPlainDigit) != 0);
    if ((kinds & kind::kPlainDigit) != 0 && !digits) return false;
    return initials[static_cast<std::uint8_t>(text[run.begin])];
  }
  if (kinds == 0) return false;
  std::uint64_t hash = kHashSeed;  // As next_word() computes it.
  for (const char c : text.substr(run.begin, run.end - run.begin)) {
    hash = hash_byte(hash, static_cast<std::uint8_t>(c | 0x20));
  }
  return filter[bit(hash)];
}

/// All prose of every object comes through here.
Glance FirstWords::next(std::string_view text, std::uint32_t at) const noexcept {
  const auto size = static_cast<std::uint32_t>(text.size());
  while (at < size) {
    const Glance run = glance(text, static_cast<std::uint32_t>(shapes.next(text, at)));
    if (worth_reading(text, run)) return run;
    at = run.end;
  }
  return {size, size, 0, 0};
}

void TermList::Index::add_first(std::string_view text, std::uint32_t sequence, bool plural) {
  firsts.push_back({hash_text(text), sequence});
  words.add(text);
  if (!sequences[sequence].allowed) banned.add(text);
  if (plural) add_first(std::string(text) + "s", sequence, false);
}

void TermList::Index::add(Sequence sequence) {
  const auto index = static_cast<std::uint32_t>(sequences.size());
  const bool plural = sequence.plural && sequence.words.size() == 1;
  const Word word = sequence.words.front();
  sequences.push_back(std::move(sequence));
  for (const std::string* text :
       {&word.forms.folded, &word.forms.confusable, &word.forms.lookalike, &word.upper_lookalike}) {
    add_first(*text, index, plural);
  }
}

void TermList::Index::sort() {
  const auto key = [&](const First& first) {
    return std::tuple(first.hash, !sequences[first.sequence].allowed, first.sequence);
  };
  std::sort(firsts.begin(), firsts.end(),
            [&](const First& a, const First& b) { return key(a) < key(b); });
  const auto same = [&](const First& a, const First& b) { return key(a) == key(b); };
  firsts.erase(std::unique(firsts.begin(), firsts.end(), same), firsts.end());
}

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

}  // namespace portreeve
