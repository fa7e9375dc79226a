#include "core/terms.h"

#include <algorithm>
#include <utility>

#include "core/fold.h"
#include "core/spellings.h"
#include "core/term_index.h"
#include "core/words.h"

namespace portreeve {
namespace {

/// `text` is `word`, or `word` and an "s" if that is allowed.
bool equal_or_plural(std::string_view text, std::string_view word, bool plural) noexcept {
  if (text.size() == word.size()) return text == word;
  return plural && text.size() == word.size() + 1 && text.back() == 's' &&
         text.substr(0, word.size()) == word;
}

/// One search. The text is read once from left to right; sequences of several words are compared by
/// reading ahead from a token that can be their first.
template <class Index>
class Search {
 public:
  Search(const Index& index, std::size_t terms, std::string_view text, std::size_t most)
      : index_(index), terms_(terms), text_(text), most_(most) {}

  std::vector<TermMatch> run() {
    for (std::uint32_t at = 0; matches_.size() < most_;) {
      const Glance run = index_.words.next(text_, at);
      if (run.begin == run.end) break;
      at = run.end;
      if (((run.first | run.rest) & kind::kOther) != 0) {
        at = words_of_other_scripts(run);
      } else {
        begin_in(next_word(text_, run.begin));
      }
    }
    return finish();
  }

  /// The same, with no word passed over.
  std::vector<TermMatch> run_thoroughly() {
    Token word = next_word(text_, 0);
    for (; !word.ended() && matches_.size() < most_; word = next_word(text_, word.end)) {
      begin_in(word);
    }
    return finish();
  }

 private:
  std::vector<TermMatch> finish() {
    if (matches_.size() > most_) matches_.resize(most_);
    return std::move(matches_);
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
    read_spellings(text_, token, first_);
    for (std::size_t i = 0; i < first_.size(); ++i) {
      const fold::Forms& forms = first_[i].forms;
      const std::uint64_t folded = hash_text(forms.folded);
      const std::uint64_t confusable = hash_text(forms.confusable);
      const std::uint64_t lookalike = hash_text(forms.lookalike);
      look_up(token, folded);
      if (confusable != folded) look_up(token, confusable);
      if (lookalike != folded && lookalike != confusable) look_up(token, lookalike);
    }
  }

  void look_up(const Token& token, std::uint64_t hash) {
    if (!index_.words.filter[FirstWords::bit(hash)]) return;
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
      reading.disguised = reading.disguised || !honest(token, i == 0 ? first_ : ahead_, word, plural);
    }
    reading.fits = stands_between(sequence, first.begin, token.end);
    reading.end = token.end;
    return reading;
  }

  /// Whether the text has what the phrase has before its first word and after its last.
  bool stands_between(const Sequence& sequence, std::uint32_t begin, std::uint32_t end) const {
    const std::string_view before = text_.substr(0, begin);
    return text_.substr(end, sequence.after.size()) == sequence.after &&
           before.size() >= sequence.before.size() &&
           before.substr(before.size() - sequence.before.size()) == sequence.before;
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
    if (!token.plain) read_spellings(text_, token, ahead_);
    return equal(token, ahead_, word, plural);
  }

  /// `read` are the spellings of the token, if it is not plain: a plain one is never compared by
  /// skeleton.
  bool equal(const Token& token, const std::vector<Spelling>& read, const Word& word,
             bool plural) const {
    if (!token.plain) {
      return std::any_of(read.begin(), read.end(), [&](const Spelling& spelling) {
        return equal_forms(spelling.forms, word, plural);
      });
    }
    const std::string_view text = text_of(token);
    if (equal_plain(text, word.forms.folded)) return true;
    return plural && !text.empty() && (text.back() | 0x20) == 's' &&
           equal_plain(text.substr(0, text.size() - 1), word.forms.folded);
  }

  static bool equal_forms(const fold::Forms& forms, const Word& word, bool plural) {
    return equal_or_plural(forms.folded, word.forms.folded, plural) ||
           equal_or_plural(forms.confusable, word.forms.confusable, plural) ||
           equal_or_plural(forms.lookalike, word.forms.lookalike, plural) ||
           equal_or_plural(forms.lookalike, word.upper_lookalike, plural);
  }

  bool honest(const Token& token, const std::vector<Spelling>& read, const Word& word,
              bool plural) const {
    return token.plain || std::any_of(read.begin(), read.end(), [&](const Spelling& part) {
             const std::string_view text = text_.substr(part.begin, part.end - part.begin);
             return equal_or_plural(fold::casefold(text), word.casefold, plural);
           });
  }

  std::string_view text_of(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  void cover(std::uint32_t term, std::uint32_t end) {
    if (covered_.empty()) covered_.resize(terms_);
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
  std::size_t terms_;  ///< How many there are.
  std::string_view text_;
  std::size_t most_;
  std::vector<TermMatch> matches_;
  std::vector<std::uint32_t> covered_;  ///< Per term: end of the furthest phrase that allows it.
  std::vector<Spelling> first_;  ///< Of a token that is not plain, which most are.
  std::vector<Spelling> ahead_;
};

}  // namespace

std::size_t TermList::next_suspect(std::string_view text, std::size_t at) const {
  return compiled_->index().banned.next(text, static_cast<std::uint32_t>(at)).begin;
}

std::vector<TermMatch> TermList::find(std::string_view text, std::size_t most) const {
  if (most == 0 || !may_occur_in(text)) return {};
  return Search<Index>(compiled_->index(), terms().size(), text, most).run();
}

std::vector<TermMatch> TermList::find_thoroughly(std::string_view text, std::size_t most) const {
  const Index& index = compiled_->index();
  if (most == 0 || index.firsts.empty()) return {};
  return Search<Index>(index, terms().size(), text, most).run_thoroughly();
}

const std::vector<Term>& TermList::terms() const noexcept { return compiled_->terms; }

}  // namespace portreeve
