#include "core/spellings.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace portreeve {
namespace {

constexpr std::size_t kKept = 3;  ///< With none, one and two digits.

/// The first or last few of a row of offsets.
class Few {
 public:
  void push_first(std::uint32_t offset) noexcept {
    if (size_ < kKept) at_[size_++] = offset;
  }
  void push_last(std::uint32_t offset) noexcept {
    if (size_ == kKept) {
      std::rotate(at_.begin(), at_.begin() + 1, at_.end());
      --size_;
    }
    at_[size_++] = offset;
  }
  void clear() noexcept { size_ = 0; }
  const std::uint32_t* begin() const noexcept { return at_.data(); }
  const std::uint32_t* end() const noexcept { return at_.data() + size_; }

 private:
  std::array<std::uint32_t, kKept> at_{};
  std::size_t size_ = 0;
};

void spell(std::string_view text, std::uint32_t begin, std::uint32_t end, Spelling& out) {
  out.begin = begin;
  out.end = end;
  out.forms.clear();
  for (std::uint32_t at = begin; at < end;) {
    const fold::CodePoint next = fold::code_point_at(text, at);
    out.forms.append(next.value);
    at += next.size;
  }
}

}  // namespace

void read_spellings(std::string_view text, const Token& token, std::vector<Spelling>& out) {
  Few begins;
  Few ends;
  bool letters = false;
  begins.push_last(token.begin);
  for (std::uint32_t at = token.begin; at < token.end;) {
    const fold::CodePoint next = fold::code_point_at(text, at);
    const fold::CharClass type = fold::classify(next.value);
    if (type == fold::CharClass::digit) {
      if (letters) {
        ends.push_first(at);
      } else {
        begins.push_last(at + next.size);
      }
    } else if (type >= fold::CharClass::letter) {
      letters = true;
      ends.clear();
    }
    at += next.size;
  }
  ends.push_first(token.end);
  std::size_t used = 0;
  const auto take = [&](std::uint32_t begin, std::uint32_t end) {
    if (used == out.size()) out.emplace_back();
    spell(text, begin, end, out[used++]);
  };
  take(token.begin, token.end);
  if (letters) {
    for (const std::uint32_t begin : begins) {
      for (const std::uint32_t end : ends) {
        if (begin != token.begin || end != token.end) take(begin, end);
      }
    }
  }
  out.resize(used);
}

}  // namespace portreeve
