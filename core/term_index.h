#pragma once

// Which words begin a term, and how to pass over all others: what TermList::find looks things up in.
// Internal to core/.

#include <atomic>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fold.h"
#include "core/result.h"
#include "core/terms.h"
#include "core/word_filter.h"
#include "core/words.h"

namespace portreeve {

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
  std::string before = {};  ///< Of a phrase: what stands before its first word and after its last;
  std::string after = {};   ///< "templates/" is no word alone.
};

/// A sequence that may begin with a token of this hash.
struct First {
  std::uint64_t hash;
  std::uint32_t sequence;
};

/// Words with which some sequences begin, and how to pass over all others.
struct FirstWords {
  static constexpr std::size_t kFilterBits = 1U << 13;
  std::bitset<kFilterBits> filter;  ///< By hash.
  WordFilter shapes;                ///< Of those that are all letters.
  bool digits = false;              ///< Some word has a digit from 2 to 9.
  bool only_digits = false;         ///< Digits alone can look like some word.
  std::bitset<256> initials;        ///< Bytes of text with which some word can begin.

  static std::size_t bit(std::uint64_t hash) noexcept { return hash % kFilterBits; }
  void add(std::string_view word);
  bool worth_reading(std::string_view text, const Glance& run) const noexcept;
  bool worth_reading_digits(std::string_view text, const Glance& run) const noexcept;
  /// The first run at `at` or later in which a word may stand, or an empty run at the end of the text.
  Glance next(std::string_view text, std::uint32_t at) const noexcept;
};

struct TermList::Index {
  std::vector<Sequence> sequences;
  std::vector<First> firsts;  ///< Sorted by hash; phrases that allow stand before terms.
  FirstWords words;           ///< Those of all sequences.
  FirstWords banned;          ///< Those of terms: a text without one of these needs no search.

  static Result<std::shared_ptr<const Index>> of(const std::vector<Term>& terms);
  void add(Sequence sequence);
  void add_first(std::string_view text, std::uint32_t sequence, bool plural);
  void sort();
};

/// Terms, and what finds them: made at once, or by the first search (LatePatterns).
struct TermList::Compiled {
  explicit Compiled(std::vector<Term> list) : terms(std::move(list)) {}
  const std::vector<Term> terms;

  /// Throws std::logic_error if the terms were said to be good and are not: a list that finds
  /// nothing would be a pass.
  const Index& index() const {
    const Index* const ready = ready_.load(std::memory_order_acquire);
    return ready != nullptr ? *ready : make_sound();
  }
  Outcome make() const;

 private:
  const Index& make_sound() const;

  mutable std::once_flag once_;
  mutable std::shared_ptr<const Index> index_;
  mutable std::optional<Error> fault_;
  mutable std::atomic<const Index*> ready_{nullptr};
};

}  // namespace portreeve
