#pragma once

// Which words begin a term, and how to pass over all others: what TermList::find looks things up in.
// Internal to core/.

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/fold.h"
#include "core/terms.h"
#include "core/word_table.h"
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

struct TermList::Index {
  static constexpr std::size_t kFilterBits = 1U << 13;
  std::vector<Term> terms;
  std::vector<Sequence> sequences;
  std::vector<First> firsts;  ///< Sorted by hash; phrases that allow stand before terms.
  std::bitset<kFilterBits> filter;
  WordTable words;  ///< The words of `firsts` that are all letters.
  bool digits = false;  ///< Some sequence begins with a word that has a digit from 2 to 9.
  bool only_digits = false;  ///< Some begins with a word that digits alone can look like.
  std::bitset<256> initials;  ///< Bytes of text with which some sequence can begin.

  static std::size_t bit(std::uint64_t hash) noexcept { return hash % kFilterBits; }
  void add(Sequence sequence);
  void add_first(std::string_view text, std::uint32_t sequence, bool plural);
  bool worth_reading(std::string_view text, const Glance& run) const noexcept;
  bool worth_reading_digits(std::string_view text, const Glance& run) const noexcept;
  Glance next_worth_reading(std::string_view text, std::uint32_t at) const noexcept;
  void sort();
};

}  // namespace portreeve
