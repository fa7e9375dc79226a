#pragma once

// Sixteen bytes at once, with the instructions that every x86-64 has; elsewhere byte by byte.
// Internal to core/.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace portreeve {

/// Each question is answered with one bit a byte, the first byte's lowest.
class ByteLane {
 public:
  static constexpr std::size_t kBytes = 16;

  /// The bytes at `at`, and zeros behind the end of the text; never reads beyond it.
  static ByteLane load(std::string_view text, std::size_t at) noexcept {
    const std::size_t left = text.size() - at;
    return left >= kBytes ? whole(text.data() + at) : part(text.data() + at, left);
  }

#ifdef __SSE2__
  static ByteLane whole(const char* bytes) noexcept {
    return ByteLane(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes)));
  }
  /// ASCII letters in lower case; other bytes become something else that is no letter either.
  ByteLane lower_case() const noexcept { return ByteLane(_mm_or_si128(bytes_, all(0x20))); }
  /// `first` <= byte < `first` + `count`. REQUIRES: 0 < count < 128.
  std::uint32_t in_range(char first, int count) const noexcept {
    // As signed bytes, moved so that the range begins at the least of them.
    const __m128i moved = _mm_sub_epi8(bytes_, all(static_cast<char>(first + 128)));
    return bits(_mm_cmplt_epi8(moved, all(static_cast<char>(count - 128))));
  }
  std::uint32_t equal_to(char c) const noexcept { return bits(_mm_cmpeq_epi8(bytes_, all(c))); }
  std::uint32_t outside_ascii() const noexcept { return bits(bytes_); }
  /// What does not stand in a JSON string as it is, or is not ASCII: '"', '\\', controls.
  std::uint32_t not_plain_in_json() const noexcept {
    const __m128i low = _mm_cmplt_epi8(bytes_, all(0x20));  // As signed bytes: not ASCII, too.
    const __m128i marks = _mm_or_si128(_mm_cmpeq_epi8(bytes_, all('"')), _mm_cmpeq_epi8(bytes_, all('\\')));
    return bits(_mm_or_si128(low, marks));
  }

 private:
  explicit ByteLane(__m128i bytes) noexcept : bytes_(bytes) {}
  static __m128i all(char c) noexcept { return _mm_set1_epi8(c); }
  static std::uint32_t bits(__m128i bytes) noexcept {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(bytes));
  }
  /// Two loads that overlap, so that nothing goes through memory.
  static ByteLane part(const char* bytes, std::size_t size) noexcept {
    if (size >= 8) {
      const std::uint64_t high = size == 8 ? 0 : read<std::uint64_t>(bytes + size - 8) >> (8 * (16 - size));
      return ByteLane(_mm_set_epi64x(static_cast<std::int64_t>(high), static_cast<std::int64_t>(read<std::uint64_t>(bytes))));
    }
    return ByteLane(_mm_set_epi64x(0, static_cast<std::int64_t>(few(bytes, size))));
  }
#else
  static ByteLane whole(const char* bytes) noexcept {
    ByteLane out;
    std::memcpy(out.bytes_, bytes, kBytes);
    return out;
  }
  ByteLane lower_case() const noexcept {
    ByteLane out = *this;
    for (unsigned char& byte : out.bytes_) byte |= 0x20;
    return out;
  }
  std::uint32_t in_range(char first, int count) const noexcept {
    return bits([&](unsigned char c) { return c >= first && c < first + count; });
  }
  std::uint32_t equal_to(char c) const noexcept {
    return bits([&](unsigned char byte) { return byte == static_cast<unsigned char>(c); });
  }
  std::uint32_t outside_ascii() const noexcept {
    return bits([](unsigned char byte) { return byte >= 0x80; });
  }
  std::uint32_t not_plain_in_json() const noexcept {
    return bits([](unsigned char c) { return c < 0x20 || c >= 0x80 || c == '"' || c == '\\'; });
  }

 private:
  ByteLane() = default;
  template <class Is>
  std::uint32_t bits(const Is& is) const noexcept {
    std::uint32_t out = 0;
    for (std::size_t i = 0; i < kBytes; ++i) out |= std::uint32_t{is(bytes_[i]) ? 1U : 0U} << i;
    return out;
  }
  static ByteLane part(const char* bytes, std::size_t size) noexcept {
    ByteLane out;
    std::memcpy(out.bytes_, bytes, size);
    return out;
  }
#endif

  template <class Word>
  static Word read(const char* bytes) noexcept {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    return word;
  }
  /// Fewer than eight bytes, the first one lowest.
  static std::uint64_t few(const char* bytes, std::size_t size) noexcept {
    if (size >= 4) {
      return read<std::uint32_t>(bytes) | std::uint64_t{read<std::uint32_t>(bytes + size - 4)} << (8 * (size - 4));
    }
    if (size == 0) return 0;
    const auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i); };
    return byte(0) | byte(size / 2) | byte(size - 1);
  }

#ifdef __SSE2__
  __m128i bytes_;
#else
  unsigned char bytes_[kBytes] = {};
#endif
};

}  // namespace portreeve
