#include "core/word_filter.h"

#include "core/byte_lanes.h"
#include "core/words.h"

namespace portreeve {
namespace {

constexpr std::size_t kBlock = 64;

/// One bit for each of up to 64 bytes.
struct Classes {
  std::uint64_t letters = 0;
  std::uint64_t capitals = 0;
  std::uint64_t unclear = 0;  ///< Digits, and bytes outside ASCII.
};

/// Of the `width` bytes at `at`; bits beyond them are 0.
Classes classes_of(std::string_view text, std::size_t at, std::size_t width) noexcept {
  Classes out;
  for (std::size_t lane = 0; lane < width; lane += ByteLane::kBytes) {
    const ByteLane bytes = ByteLane::load(text, at + lane);
    out.letters |= std::uint64_t{bytes.lower_case().in_range('a', 26)} << lane;
    out.capitals |= std::uint64_t{bytes.in_range('A', 26)} << lane;
    out.unclear |= std::uint64_t{bytes.in_range('0', 10) | bytes.outside_ascii()} << lane;
  }
  return out;
}

std::size_t ones_from(std::uint64_t bits, std::size_t at) noexcept {
  const std::uint64_t zeros = ~(bits >> at);
  return zeros == 0 ? kBlock - at : static_cast<std::size_t>(__builtin_ctzll(zeros));
}

}  // namespace

std::size_t WordFilter::hash(std::string_view word) noexcept {
  std::uint64_t sum = kHashSeed;
  for (const char c : word) sum = hash_byte(sum, static_cast<std::uint8_t>(c | 0x20));
  return sum % kHashes;
}

void WordFilter::add(std::string_view word) noexcept {
  const std::size_t length = word.size() < kLongest ? word.size() : kLongest;
  lengths_[slot(word.front(), word.back())] |= 1U << length;
  hashes_.set(hash(word));
  // Behind a word of one letter stands anything.
  beginnings_[letter(word.front())] |= word.size() == 1 ? ~0U : 1U << letter(word[1]);
}

// Of words that are all letters: nearly all of them are done with at their first two.
std::size_t WordFilter::first_of(std::string_view text, std::size_t at, std::uint64_t runs) const noexcept {
  const char* const block = text.data() + at;
  for (std::uint64_t starts = runs & ~(runs << 1); starts != 0; starts &= starts - 1) {
    const auto begin = static_cast<std::size_t>(__builtin_ctzll(starts));
    const bool has_next = at + begin + 1 < text.size();
    if (has_next && !may_begin(block[begin], block[begin + 1])) continue;
    if (may_hold(block + begin, ones_from(runs, begin))) return begin;
  }
  return kBlock;
}

std::size_t WordFilter::first_of(std::string_view text, std::size_t at, std::uint64_t runs,
                                 std::uint64_t stops) const noexcept {
  while (runs != 0) {
    const auto begin = static_cast<std::size_t>(__builtin_ctzll(runs));
    const std::uint64_t after = runs + (std::uint64_t{1} << begin);  // Carries through the run.
    if ((stops & runs & ~after) != 0) return begin;
    if (may_hold(text.data() + at + begin, ones_from(runs, begin))) return begin;
    runs &= after;
  }
  return kBlock;
}

std::size_t WordFilter::next(std::string_view text, std::size_t at) const noexcept {
  while (at < text.size()) {
    std::size_t width = text.size() - at < kBlock ? text.size() - at : kBlock;
    const Classes classes = classes_of(text, at, width);
    std::uint64_t runs = classes.letters | classes.unclear;
    if (at + width < text.size() && runs >> (kBlock - 1) != 0) {  // The last run may go on.
      if (~runs == 0) return at;  // Longer than a block: nothing is said about it.
      width = kBlock - static_cast<std::size_t>(__builtin_clzll(~runs));
      runs &= (std::uint64_t{1} << width) - 1;
    }
    const std::uint64_t stops = (classes.unclear | (classes.capitals & (runs << 1))) & runs;
    const std::size_t found = stops == 0 ? first_of(text, at, runs) : first_of(text, at, runs, stops);
    if (found != kBlock) return at + found;
    at += width;
  }
  return text.size();
}

}  // namespace portreeve
