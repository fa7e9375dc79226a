#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "core/result.h"

namespace portreeve {

/// Bytes that are read once, from front to back: a file, a decompressed stream. Not thread-safe.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills up to `size` bytes; 0 only at the end. Errors: as the source has them; after one, nothing
  /// more is to be read.
  virtual Result<std::size_t> read(char* data, std::size_t size) = 0;
};

/// Bytes in memory, borrowed.
class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) noexcept : rest_(bytes) {}
  Result<std::size_t> read(char* data, std::size_t size) override {
    const std::size_t count = size < rest_.size() ? size : rest_.size();
    std::memcpy(data, rest_.data(), count);
    rest_.remove_prefix(count);
    return count;
  }

 private:
  std::string_view rest_;
};

}  // namespace portreeve
