#include "net/chunked_body.h"

#include <algorithm>

namespace portreeve::net {
namespace {

constexpr unsigned kMaxDigits = 8;  // 4 GiB: over every limit, far from overflow.

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Refusal> ChunkedBody::step_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if (++digits_ > kMaxDigits) return Refusal{413, "chunk is larger than allowed"};
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return std::nullopt;
  }
  if (digits_ == 0) return Refusal{400, "chunk size is not a number"};
  if (c == ';' || c == ' ' || c == '\t') return Refusal{400, "chunk extensions are not taken"};
  if (c != '\r') return Refusal{400, "chunk size is not a number"};
  state_ = State::size_lf;
  return std::nullopt;
}

std::optional<Refusal> ChunkedBody::step(char c) {
  constexpr Refusal kBadEnd{400, "chunk does not end in CR LF"};
  switch (state_) {
    case State::size:
      return step_size(c);
    case State::size_lf:
      if (c != '\n') return kBadEnd;
      state_ = left_ == 0 ? State::last_cr : State::data;
      digits_ = 0;
      return std::nullopt;
    case State::data_cr:
      if (c != '\r') return kBadEnd;
      state_ = State::data_lf;
      return std::nullopt;
    case State::data_lf:
      if (c != '\n') return kBadEnd;
      state_ = State::size;
      return std::nullopt;
    case State::last_cr:
      if (c != '\r') return Refusal{400, "trailer fields are not taken"};
      state_ = State::last_lf;
      return std::nullopt;
    case State::last_lf:
      if (c != '\n') return kBadEnd;
      state_ = State::done;
      return std::nullopt;
    case State::data:
    case State::done:
      break;
  }
  return Refusal{400, "chunked body goes on after its end"};
}

std::optional<Refusal> ChunkedBody::next(std::string_view input, Piece& piece) {
  piece = {};
  while (piece.used < input.size() && state_ != State::data && state_ != State::done) {
    if (auto refusal = step(input[piece.used])) return refusal;
    ++piece.used;
  }
  if (state_ == State::data) {
    const auto size =
        static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - piece.used));
    piece.data = input.substr(piece.used, size);
    piece.used += size;
    left_ -= size;
    if (left_ == 0) state_ = State::data_cr;
  }
  return std::nullopt;
}

}  // namespace portreeve::net
