#include "core/inflate.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <vector>

namespace portreeve {
namespace {

constexpr std::size_t kChunk = 64 * 1024;
constexpr std::uint64_t kFreeOfRatio = 1024 * 1024;
constexpr int kZstdWindowLog = 24;

// Counts what came in and out; the same for both formats.
class Meter {
 public:
  explicit Meter(const InflateLimits& limits) : limits_(limits) {}
  void in(std::size_t bytes) { in_ += bytes; }
  Outcome out(std::size_t bytes) {
    out_ += bytes;
    if (out_ > limits_.bytes) {
      return Error{Errc::limit, "unpacks to more than " + std::to_string(limits_.bytes) + " bytes"};
    }
    if (out_ > kFreeOfRatio && out_ / std::max<std::uint64_t>(in_, 1) > limits_.ratio) {
      return Error{Errc::limit,
                   "unpacks to more than " + std::to_string(limits_.ratio) + " times its size"};
    }
    return Done{};
  }

 private:
  InflateLimits limits_;
  std::uint64_t in_ = 0;
  std::uint64_t out_ = 0;
};

class GzipSource final : public ByteSource {
 public:
  GzipSource(ByteSource& in, const InflateLimits& limits) : in_(in), meter_(limits) {}
  ~GzipSource() override {
    if (started_) inflateEnd(&stream_);
  }
  bool start() {
    started_ = inflateInit2(&stream_, 15 + 16) == Z_OK;  // 16: gzip only, no raw zlib.
    return started_;
  }

  Result<std::size_t> read(char* data, std::size_t size) override {
    if (ended_ || size == 0) return std::size_t{0};
    stream_.next_out = reinterpret_cast<Bytef*>(data);
    stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1U << 30));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      if (stream_.avail_in == 0) PORTREEVE_CHECK(refill());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      if (result == Z_STREAM_END) {
        ended_ = true;
        PORTREEVE_CHECK(nothing_behind());
        break;
      }
      if (result != Z_OK && result != Z_BUF_ERROR) {
        return Error{result == Z_MEM_ERROR ? Errc::limit : Errc::malformed,
                     std::string("gzip: ") + (stream_.msg != nullptr ? stream_.msg : "bad data")};
      }
    }
    const std::size_t got = room - stream_.avail_out;
    PORTREEVE_CHECK(meter_.out(got));
    return got;
  }

 private:
  Outcome refill() {
    PORTREEVE_TRY(const std::size_t got, in_.read(buffer_.data(), buffer_.size()));
    if (got == 0) return Error{Errc::malformed, "gzip: ends in the middle"};
    meter_.in(got);
    stream_.next_in = reinterpret_cast<Bytef*>(buffer_.data());
    stream_.avail_in = static_cast<uInt>(got);
    return Done{};
  }
  Outcome nothing_behind() {
    if (stream_.avail_in == 0) {
      PORTREEVE_TRY(const std::size_t got, in_.read(buffer_.data(), buffer_.size()));
      if (got == 0) return Done{};
    }
    return Error{Errc::malformed, "gzip: bytes after the first member"};
  }

  ByteSource& in_;
  Meter meter_;
  z_stream stream_{};
  bool started_ = false;
  bool ended_ = false;
  std::array<char, kChunk> buffer_{};
};

class ZstdSource final : public ByteSource {
 public:
  ZstdSource(ByteSource& in, const InflateLimits& limits) : in_(in), meter_(limits) {}
  ~ZstdSource() override { ZSTD_freeDCtx(context_); }
  bool start() {
    context_ = ZSTD_createDCtx();
    return context_ != nullptr &&
           ZSTD_isError(ZSTD_DCtx_setParameter(context_, ZSTD_d_windowLogMax, kZstdWindowLog)) == 0;
  }

  Result<std::size_t> read(char* data, std::size_t size) override {
    ZSTD_outBuffer out{data, size, 0};
    while (out.pos == 0 && size != 0) {
      if (input_.pos == input_.size) {
        PORTREEVE_TRY(const std::size_t got, in_.read(buffer_.data(), buffer_.size()));
        if (got == 0 && in_frame_) return Error{Errc::malformed, "zstd: ends in the middle"};
        if (got == 0) return std::size_t{0};
        meter_.in(got);
        input_ = {buffer_.data(), got, 0};
      }
      const std::size_t left = ZSTD_decompressStream(context_, &out, &input_);
      if (ZSTD_isError(left) != 0) {
        const std::string why = ZSTD_getErrorName(left);
        const bool window = why.find("too much memory") != std::string::npos;
        return Error{window ? Errc::limit : Errc::malformed, "zstd: " + why};
      }
      in_frame_ = left != 0;
    }
    PORTREEVE_CHECK(meter_.out(out.pos));
    return out.pos;
  }

 private:
  ByteSource& in_;
  Meter meter_;
  ZSTD_DCtx* context_ = nullptr;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  bool in_frame_ = false;
  std::array<char, kChunk> buffer_{};
};

template <class Source>
Result<std::unique_ptr<ByteSource>> open(ByteSource& in, const InflateLimits& limits) {
  auto source = std::make_unique<Source>(in, limits);
  if (!source->start()) return Error{Errc::limit, "out of memory"};
  return std::unique_ptr<ByteSource>(std::move(source));
}

}  // namespace

Compression compression_of(std::string_view begin) noexcept {
  if (begin.substr(0, 2) == "\x1f\x8b") return Compression::gzip;
  if (begin.substr(0, 4) == "\x28\xb5\x2f\xfd") return Compression::zstd;
  return Compression::none;
}

Result<std::unique_ptr<ByteSource>> open_gzip(ByteSource& in, const InflateLimits& limits) {
  return open<GzipSource>(in, limits);
}

Result<std::unique_ptr<ByteSource>> open_zstd(ByteSource& in, const InflateLimits& limits) {
  return open<ZstdSource>(in, limits);
}

Result<std::string> read_to_end(ByteSource& in, std::size_t most,
                                MemoryBudget::Reservation& memory) {
  std::string out;
  std::vector<char> buffer(kChunk);
  while (true) {
    PORTREEVE_TRY(const std::size_t got, in.read(buffer.data(), buffer.size()));
    if (got == 0) return out;
    if (got > most - out.size()) {
      return Error{Errc::limit, "more than " + std::to_string(most) + " bytes"};
    }
    PORTREEVE_CHECK(memory.grow(got));
    out.append(buffer.data(), got);
  }
}

struct GzipCounter::State {
  z_stream stream{};
  bool started = false;
  std::uint64_t out = 0;
  std::array<char, kChunk> buffer{};

  void run(int flush) {
    do {
      stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
      stream.avail_out = static_cast<uInt>(buffer.size());
      (void)deflate(&stream, flush);
      out += buffer.size() - stream.avail_out;
    } while (stream.avail_out == 0);
  }
};

GzipCounter::GzipCounter() : state_(std::make_unique<State>()) {
  state_->started =
      deflateInit2(&state_->stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK;
}

GzipCounter::~GzipCounter() {
  if (state_->started) deflateEnd(&state_->stream);
}

void GzipCounter::write(std::string_view text) {
  if (!state_->started) return;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, 1U << 30);
    state_->stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    state_->stream.avail_in = static_cast<uInt>(part.size());
    state_->run(Z_NO_FLUSH);
    text.remove_prefix(part.size());
  }
}

std::uint64_t GzipCounter::finish() {
  if (!state_->started) return 0;
  state_->stream.avail_in = 0;
  state_->run(Z_FINISH);
  return state_->out;
}

}  // namespace portreeve
