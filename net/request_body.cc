#include "net/request_body.h"

#include <algorithm>
#include <utility>

namespace portreeve::net {
namespace {

constexpr std::size_t kFirstStep = 64 * 1024;

}  // namespace

void RequestBody::begin(const RequestHead& head, std::size_t limit) {
  chunked_ = head.chunked;
  left_ = head.content_length;
  limit_ = head.chunked ? limit : static_cast<std::size_t>(head.content_length);
  chunks_ = {};
}

std::optional<Refusal> RequestBody::consume(std::string& inbox) {
  std::size_t used = 0;
  const std::string_view input = inbox;
  if (!chunked_) {
    used = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
    left_ -= used;
    if (auto refusal = append(input.substr(0, used))) return refusal;
  }
  while (chunked_ && !chunks_.done() && used < input.size()) {
    ChunkedBody::Piece piece;
    if (auto refusal = chunks_.next(input.substr(used), piece)) return refusal;
    used += piece.used;
    if (auto refusal = append(piece.data)) return refusal;
  }
  inbox.erase(0, used);
  return std::nullopt;
}

std::optional<Refusal> RequestBody::append(std::string_view data) {
  const std::size_t size = bytes_.size() + data.size();
  if (size > limit_) return Refusal{413, "body is larger than allowed"};
  const std::size_t held = memory_.bytes();
  if (size > held) {
    const std::size_t step = std::min(std::max(2 * held, kFirstStep), limit_);
    const std::size_t next = std::max(size, step);
    if (!memory_.grow(next - held).ok()) return Refusal{503, "too many request bodies at once"};
    bytes_.reserve(next);
  }
  bytes_.append(data);
  return std::nullopt;
}

std::string RequestBody::take() {
  std::string bytes = std::move(bytes_);
  bytes_ = std::string();
  return bytes;
}

void RequestBody::release() {
  bytes_ = std::string();
  memory_.release();
  chunks_ = {};
  chunked_ = false;
  left_ = 0;
  limit_ = 0;
}

}  // namespace portreeve::net
