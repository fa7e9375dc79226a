#pragma once

// gzip (RFC 1952) and Zstandard (RFC 8878) streams, decompressed piece by piece under limits that
// hold for what came out, not for what the header claims.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/byte_source.h"
#include "core/memory_budget.h"
#include "core/result.h"

namespace portreeve {

struct InflateLimits {
  std::uint64_t bytes;          ///< That may come out.
  std::uint64_t ratio = 250;  ///< Bytes out for one byte in, once 1 MiB has come out.
};

enum class Compression { none, gzip, zstd };
/// By the first bytes.
Compression compression_of(std::string_view begin) noexcept;

/// A decompressing view of `in`, which it borrows. gzip: exactly one member with nothing behind it,
/// because readers disagree about what follows. zstd: window of at most 16 MiB; frames may follow
/// each other. Errors of read(): malformed, limit, and those of `in`; a stream that ends early is
/// malformed. Result error: limit (memory).
Result<std::unique_ptr<ByteSource>> open_gzip(ByteSource& in, const InflateLimits& limits);
Result<std::unique_ptr<ByteSource>> open_zstd(ByteSource& in, const InflateLimits& limits);

/// Reads to the end. Errors: those of `in`; limit, also of `memory`.
Result<std::string> read_to_end(ByteSource& in, std::size_t most,
                                MemoryBudget::Reservation& memory);

/// Counts what a text would take as gzip (level 9), without keeping it. Not thread-safe.
class GzipCounter {
 public:
  GzipCounter();
  ~GzipCounter();
  GzipCounter(const GzipCounter&) = delete;
  GzipCounter& operator=(const GzipCounter&) = delete;
  void write(std::string_view text);
  /// To be called once. 0: no memory for it.
  std::uint64_t finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace portreeve
