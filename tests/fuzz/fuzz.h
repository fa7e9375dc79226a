#pragma once

// What every target shares. A target is a function over bytes that returns when its invariant holds
// and aborts when not; PORTREEVE_FUZZ_TARGET gives it libFuzzer's name, or, in the program that replays
// the seeds of all targets, registers it there.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace portreeve::fuzz {

inline void check(bool holds, std::string_view invariant, std::string_view detail) {
  if (holds) return;
  std::fprintf(stderr, "fuzz: %.*s\n%.*s\n", static_cast<int>(invariant.size()), invariant.data(),
               static_cast<int>(detail.size()), detail.data());
  std::abort();
}

}  // namespace portreeve::fuzz

#ifdef PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/replay.h"
#define PORTREEVE_FUZZ_TARGET(name)                                              \
  static void fuzz_##name(std::string_view text);                                \
  static const portreeve::fuzz::Registration registered_##name(#name, fuzz_##name); \
  static void fuzz_##name(std::string_view text)
#else
#define PORTREEVE_FUZZ_TARGET(name)                                                   \
  static void fuzz_##name(std::string_view text);                                     \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    fuzz_##name({reinterpret_cast<const char*>(data), size});                         \
    return 0;                                                                         \
  }                                                                                   \
  static void fuzz_##name(std::string_view text)
#endif
