#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/memory_budget.h"
#include "net/chunked_body.h"
#include "net/request_check.h"

namespace portreeve::net {

/// Collects the body of one request, plain or chunked, within the route's limit and the process's
/// budget. Memory follows the bytes that came, never the length that was claimed.
class RequestBody {
 public:
  explicit RequestBody(MemoryBudget* budget) : memory_(budget) {}

  /// The body that `head` announces, of at most `limit` bytes. REQUIRES: the head's Content-Length
  /// is within `limit`.
  void begin(const RequestHead& head, std::size_t limit);
  /// Takes the body's bytes off the front of `inbox`. Refuses with 400 (chunks), 413, or 503 when
  /// too many bodies are held.
  std::optional<Refusal> consume(std::string& inbox);
  bool complete() const { return chunked_ ? chunks_.done() : left_ == 0; }

  /// The body; it stays counted until release().
  std::string take();
  /// Forgets everything and gives the memory back.
  void release();

 private:
  std::optional<Refusal> append(std::string_view data);

  bool chunked_ = false;
  std::uint64_t left_ = 0;  ///< Without chunks.
  ChunkedBody chunks_;
  std::size_t limit_ = 0;
  std::string bytes_;
  MemoryBudget::Reservation memory_;
};

}  // namespace portreeve::net
