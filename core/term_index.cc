#include "core/term_index.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <memory>
#include <stdexcept>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "core/late_patterns.h"
#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

bool is_plain(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// By the first byte of a word: the bytes with which a token can begin that has a form beginning
/// so. What is no ASCII can begin anything.
struct Initials {
  std::array<std::bitset<256>, 256> of{};
  Initials() {
    for (std::size_t byte = 0; byte < 128; ++byte) {
      const char c = static_cast<char>(byte);
      const fold::Forms forms = fold::forms(std::string_view(&c, 1));
      for (const std::string* form : {&forms.folded, &forms.confusable, &forms.lookalike}) {
        const char first = form->empty() ? '\0' : form->front();
        of[static_cast<std::uint8_t>(first)].set(byte);
      }
    }
    for (std::bitset<256>& bytes : of) {
      for (std::size_t byte = 128; byte < 256; ++byte) bytes.set(byte);
    }
  }
};

std::bitset<256> initials_of(std::string_view word) {
  static const Initials kInitials;
  if (word.empty()) return std::bitset<256>().set();
  return kInitials.of[static_cast<std::uint8_t>(word.front())];
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

struct Reading {
  std::vector<Word> words;
  std::vector<Word> pieces;
};

/// Terms and phrases as words, each text once: lists allow the same phrases to every term.
/// References stay valid.
class Readings {
 public:
  const Reading& of(const std::string& text) {
    const auto [entry, added] = known_.try_emplace(text);
    if (added) entry->second = {words_of(text, false), words_of(text, true)};
    return entry->second;
  }

 private:
  std::unordered_map<std::string, Reading> known_;
};

bool same_words(const std::vector<Word>& a, const std::vector<Word>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Word& x, const Word& y) { return x.forms.folded == y.forms.folded; });
}

Error misconfigured(std::size_t index, std::string_view term, std::string_view problem) {
  return Error{Errc::misconfigured, "terms[" + std::to_string(index) + "] \"" +
                                        utf8::printable(term, limits::kQuotedBytes) +
                                        "\": " + std::string(problem)};
}

/// What a phrase has before its first word and after its last, without spaces.
void read_edges(std::string_view phrase, Sequence& sequence) {
  const Token first = next_word(phrase, 0);
  Token last = first;
  for (Token word = first; !word.ended(); word = next_word(phrase, word.end)) last = word;
  std::string_view before = phrase.substr(0, first.begin);
  std::string_view after = phrase.substr(last.end);
  while (!before.empty() && before.front() == ' ') before.remove_prefix(1);
  while (!after.empty() && after.back() == ' ') after.remove_suffix(1);
  sequence.before = std::string(before);
  sequence.after = std::string(after);
}

/// A phrase that says no more than the term would allow the term wherever it stands.
bool says_only_the_term(const Sequence& phrase, const std::vector<Word>& term) {
  if (!phrase.before.empty() || !phrase.after.empty() || phrase.words.size() != term.size()) return false;
  return std::equal(term.begin(), term.end(), phrase.words.begin(), [&](const Word& a, const Word& b) {
    const bool last = &a == &term.back();
    return a.forms.folded == b.forms.folded || (last && a.forms.folded + "s" == b.forms.folded);
  });
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
  initials |= initials_of(word);
}

/// The same for words of ASCII letters and digits: as they stand, and without the digits around the
/// letters (read_spellings()).
bool FirstWords::worth_reading_digits(std::string_view text, const Glance& run) const noexcept {
  const auto kind_at = [&](std::uint32_t at) {
    return kind::kTable[static_cast<std::uint8_t>(text[at])];
  };
  constexpr std::uint8_t kDigits = kind::kDigit | kind::kPlainDigit;
  const auto kinds = static_cast<std::uint8_t>(run.first | run.rest);
  const bool plain_digits = (kinds & kind::kPlainDigit) != 0;
  if ((kinds & (kind::kLower | kind::kUpper)) == 0) return only_digits || (digits && plain_digits);
  const auto initial = [&](std::uint32_t at) {
    return initials[static_cast<std::uint8_t>(text[at])];
  };
  if ((digits || !plain_digits) && initial(run.begin)) return true;
  std::uint32_t begin = run.begin;
  std::uint32_t end = run.end;
  while ((kind_at(begin) & kDigits) != 0) ++begin;
  while ((kind_at(end - 1) & kDigits) != 0) --end;
  std::uint64_t hash = kHashSeed;
  std::uint8_t inner = 0;
  for (std::uint32_t at = begin; at < end; ++at) {
    inner = static_cast<std::uint8_t>(inner | kind_at(at));
    hash = hash_byte(hash, static_cast<std::uint8_t>(text[at] | 0x20));
  }
  if ((inner & kind::kPlainDigit) != 0) return digits && initial(begin);
  const bool like_before = begin > run.begin && kind_at(begin - 1) == kind::kDigit;
  const bool like_after = end < run.end && kind_at(end) == kind::kDigit;
  if ((inner & kind::kDigit) != 0 || like_after) {
    return initial(begin) || (like_before && initial(begin - 1));
  }
  return filter[bit(hash)] || (like_before && initial(begin - 1));
}

/// False for words that can be passed over unread.
bool FirstWords::worth_reading(std::string_view text, const Glance& run) const noexcept {
  const auto kinds = static_cast<std::uint8_t>(run.first | run.rest);
  if (((kinds & kind::kOther) | (run.rest & kind::kUpper)) != 0) return true;
  if ((kinds & (kind::kDigit | kind::kPlainDigit)) != 0) return worth_reading_digits(text, run);
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
    const auto begin = static_cast<std::uint32_t>(shapes.next(text, at));
    if (begin == size) break;
    const Glance run = glance(text, begin);
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

Result<std::shared_ptr<const TermList::Index>> TermList::Index::of(const std::vector<Term>& terms) {
  auto index = std::make_shared<Index>();
  Readings readings;
  // As whole words, and where that makes a difference as the pieces of camelCase too.
  const auto add = [&](const std::string& text, Sequence like) {
    const Reading& reading = readings.of(text);
    if (!same_words(reading.words, reading.pieces)) {
      Sequence pieces = like;
      pieces.words = reading.pieces;
      index->add(std::move(pieces));
    }
    like.words = reading.words;
    index->add(std::move(like));
  };
  for (std::uint32_t i = 0; i < terms.size(); ++i) {
    const std::string& text = terms[i].term;
    const std::vector<Word>& words = readings.of(text).words;
    if (text.empty()) return misconfigured(i, text, "the term is empty");
    if (!has_letter(words)) return misconfigured(i, text, "the term has no letters");
    for (const Sequence& other : index->sequences) {
      if (!other.allowed && same_words(other.words, words)) {
        return misconfigured(i, text, "the term stands there twice");
      }
    }
    add(text, {i, false, terms[i].plural, {}});
    for (const std::string& phrase : terms[i].allowed) {
      Sequence sequence{i, true, terms[i].plural, readings.of(phrase).words};
      if (sequence.words.empty()) return misconfigured(i, text, "an allowed phrase has no words");
      read_edges(phrase, sequence);
      if (says_only_the_term(sequence, words)) {
        return misconfigured(i, text, "an allowed phrase is the term itself, which allows it everywhere");
      }
      add(phrase, std::move(sequence));
    }
  }
  index->sort();
  return std::shared_ptr<const Index>(std::move(index));
}

Outcome TermList::Compiled::make() const {
  std::call_once(once_, [this] {
    Result<std::shared_ptr<const Index>> made = Index::of(terms);
    if (!made.ok()) {
      fault_ = std::move(made).error();
      return;
    }
    index_ = std::move(made).value();
    ready_.store(index_.get(), std::memory_order_release);
  });
  if (fault_.has_value()) return *fault_;
  return Done{};
}

const TermList::Index& TermList::Compiled::make_sound() const {
  if (const Outcome made = make(); !made.ok()) {
    throw std::logic_error("a list of terms was said to be good: " + made.error().message);
  }
  return *index_;
}

Result<TermList> TermList::build(std::vector<Term> terms) {
  auto compiled = std::make_shared<const Compiled>(std::move(terms));
  if (!LatePatterns::wanted()) PORTREEVE_CHECK(compiled->make());
  return TermList(std::move(compiled));
}

}  // namespace portreeve
