#pragma once

// RFC 9112 §7.1, narrowed: chunk extensions and trailer fields are refused, because nothing that
// talks to us has a use for them and every smuggling trick has.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/request_check.h"

namespace portreeve::net {

/// Takes a chunked body apart, byte by byte as it comes. Keeps no data.
class ChunkedBody {
 public:
  struct Piece {
    std::size_t used = 0;   ///< Bytes of the input that were consumed.
    std::string_view data;  ///< Body bytes among them (at most one run per call).
  };

  /// REQUIRES: !done(). Consumes at least one byte of a non-empty input unless it refuses.
  std::optional<Refusal> next(std::string_view input, Piece& piece);
  bool done() const { return state_ == State::done; }

 private:
  enum class State { size, size_lf, data, data_cr, data_lf, last_cr, last_lf, done };

  std::optional<Refusal> step(char c);
  std::optional<Refusal> step_size(char c);

  State state_ = State::size;
  std::uint64_t left_ = 0;  ///< Of the current chunk.
  unsigned digits_ = 0;     ///< Of the current chunk's size.
};

}  // namespace portreeve::net
