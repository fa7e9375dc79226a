#pragma once

// One answer while it arrives: every limit holds for the bytes that came, not for what was claimed.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "net/http_client.h"

namespace portreeve::net {

/// Takes header lines and body pieces as the transport delivers them. After the first refusal it
/// takes nothing more. Borrows the call. One thread.
class HttpAnswer {
 public:
  explicit HttpAnswer(const HttpCall& call);

  /// One line with its end. False: refused, see error().
  bool header_line(std::string_view line);
  /// Bytes of the body, without chunk framing.
  bool body(std::string_view bytes);
  /// Refuses from outside (an exception in a callback, a deadline).
  void refuse(Errc code, std::string_view why);

  const std::optional<Error>& error() const noexcept { return error_; }
  /// Whether a complete header of a final answer was seen.
  bool complete_head() const noexcept { return state_ == State::body; }
  /// REQUIRES: no error().
  HttpReply take() { return std::move(reply_); }

 private:
  enum class State { status, fields, body };
  bool status_line(std::string_view line);
  bool field_line(std::string_view line);
  bool end_of_head();

  const HttpCall& call_;
  State state_ = State::status;
  std::size_t header_bytes_ = 0;
  std::size_t header_fields_ = 0;
  HttpReply reply_;
  std::optional<Error> error_;
};

/// "GET https://host/path": how messages name a call.
std::string shown(const HttpCall& call);

}  // namespace portreeve::net
