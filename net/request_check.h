#pragma once

// The listener's own reading of a request head, stricter than RFC 9112 allows and independent of
// Boost.Beast, which folds lines, takes a bare LF here and there and lets repeated fields pass.
// Whatever two HTTP implementations could read differently is refused, so no second request can
// hide in the first. Pure: no I/O, no clock.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace portreeve::net {

/// Why a request is refused by its framing alone. After it the connection is always closed.
struct Refusal {
  unsigned status = 0;
  std::string_view reason;  ///< Static text, without anything from the request.
};

/// One checked head. Views point into the bytes that were checked.
struct RequestHead {
  std::string_view method;
  std::string_view path;   ///< Begins with '/'; as sent, not decoded, not normalised.
  std::string_view query;  ///< Without '?'.
  std::string_view content_type;
  std::uint64_t content_length = 0;  ///< 0 if there is none or the body is chunked.
  bool chunked = false;
  bool expects_continue = false;
  bool close = false;  ///< The client asked to close after the answer.

  bool has_body() const { return chunked || content_length > 0; }
};

/// Finds the end of a head in bytes that come piece by piece, looking at each byte once.
class HeadScanner {
 public:
  /// `bytes`: everything of this request so far. Refuses what no later byte can mend: a bare LF, a
  /// first byte that begins no method, more than limits::kHeaderBytes or limits::kHeaderFields.
  std::optional<Refusal> scan(std::string_view bytes);
  /// Size of the head with its empty line; 0 while it is incomplete.
  std::size_t head_size() const { return head_size_; }

 private:
  std::size_t looked_at_ = 0;
  std::size_t lines_ = 0;
  std::size_t line_start_ = 0;
  std::size_t head_size_ = 0;
};

/// Checks the request line and every field of a complete head (with its empty line) and fills
/// `head`. Answers 400 for what is malformed or ambiguous; 415 for a Content-Encoding, 417 for an
/// expectation other than 100-continue, 431 for too many fields, 505 for any version but HTTP/1.1.
/// Not judged here: method and path (the Gate's), length (the route's).
std::optional<Refusal> check_head(std::string_view bytes, RequestHead& head);

/// The same head through Boost.Beast's parser, which must agree on method, target, Content-Length
/// and chunking; otherwise 400. A second opinion, not a replacement.
std::optional<Refusal> confirm_head(std::string_view bytes, const RequestHead& head);

}  // namespace portreeve::net
