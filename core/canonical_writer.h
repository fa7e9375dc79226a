#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

#include "core/value.h"

namespace portreeve::json {

/// Says which members of an object are left out.
using SkipMember = bool (*)(std::string_view key);

/// Writes the canonical form: members sorted by key bytes, numbers normalised, no white space,
/// minimal escapes (RFC 8785 §3.2.2.2). Two documents have the same form exactly when equal() says
/// so. It is hashed for every decision, so it goes into a buffer of its own.
class CanonicalWriter {
 public:
  /// `expected`: bytes that will probably be written.
  explicit CanonicalWriter(std::size_t expected) { grow(expected); }
  CanonicalWriter(const CanonicalWriter&) = delete;
  CanonicalWriter& operator=(const CanonicalWriter&) = delete;

  void write(const Value& value);
  /// An object without some members (`skip` may be null), each of the others written by `member`.
  void write_object(const Value& object, SkipMember skip,
                    void (*member)(CanonicalWriter&, const Value&));

  /// What was written; valid until more is.
  std::string_view text() const noexcept {
    return {buffer_.get(), static_cast<std::size_t>(at_ - buffer_.get())};
  }

 private:
  void grow(std::size_t more);
  void room(std::size_t more) {
    if (static_cast<std::size_t>(end_ - at_) < more) grow(more);
  }
  void put(char c) {
    room(1);
    *at_++ = c;
  }
  void put(std::string_view text) {
    room(text.size());
    if (!text.empty()) std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  void string(std::string_view text);
  void number(std::string_view text);

  std::unique_ptr<char[]> buffer_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace portreeve::json
