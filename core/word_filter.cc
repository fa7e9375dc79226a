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
}

std::size_t WordFilter::next(std::string_view text, std::size_t at) const noexcept {
  while (at < text.size()) {
    const std::size_t width = text.size() - at < kBlock ? text.size() - at : kBlock;
    const Classes classes = classes_of(text, at, width);
    std::uint64_t runs = classes.letters | classes.unclear;
    const std::uint64_t stops = classes.unclear | (classes.capitals & (runs << 1));
    const bool goes_on = at + width < text.size();  // Behind the block, so its last run may too.
    std::size_t done = width;
    while (runs != 0) {
      const auto begin = static_cast<std::size_t>(__builtin_ctzll(runs));
      const std::uint64_t after = runs + (std::uint64_t{1} << begin);  // Carries through the run.
      const std::size_t length = ones_from(runs, begin);
      if (begin + length == kBlock && goes_on) {
        if (begin == 0) return at;  // Longer than a block: nothing is said about it.
        done = begin;
        break;
      }
      if ((stops & runs & ~after) != 0 || may_hold(text.data() + at + begin, length)) {
        return at + begin;
      }
      runs &= after;
    }
    at += done;
  }
  return text.size();
}

}  // namespace portreeve
