#include "core/inflate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

namespace portreeve {
namespace {

using testing::HasSubstr;

std::string gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text, int window = 0) {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  if (window != 0) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  }
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer to{out.data(), out.size(), 0};
  // As a stream: else the size is known and the window shrunk to it.
  ZSTD_compressStream2(context, &to, &in, ZSTD_e_continue);
  while (ZSTD_compressStream2(context, &to, &in, ZSTD_e_end) != 0) {
  }
  out.resize(to.pos);
  ZSTD_freeCCtx(context);
  return out;
}

std::string unpacked(const std::string& bytes, Compression how, InflateLimits limits = {1 << 20}) {
  MemorySource source(bytes);
  auto stream = how == Compression::gzip ? open_gzip(source, limits) : open_zstd(source, limits);
  MemoryBudget budget(64 << 20);
  MemoryBudget::Reservation memory(&budget);
  const auto out = read_to_end(*stream.value(), 64 << 20, memory);
  EXPECT_TRUE(!out.ok() || memory.bytes() == out.value().size());
  return out.ok() ? out.value() : std::string(to_string(out.error().code)) + ": " + out.error().message;
}

std::string noise(std::size_t size) {
  std::string out(size, '\0');
  unsigned state = 1;
  for (char& c : out) c = static_cast<char>((state = state * 1103515245 + 12345) >> 16);
  return out;
}

TEST(Inflate, RoundTrips) {
  for (const std::string& text : {std::string(), std::string("x"), std::string(200'000, 'a'), noise(300'000)}) {
    EXPECT_EQ(unpacked(gzip(text), Compression::gzip), text);
    EXPECT_EQ(unpacked(zstd(text), Compression::zstd), text);
  }
  EXPECT_EQ(unpacked(zstd("a") + zstd("b"), Compression::zstd), "ab");
  EXPECT_EQ(compression_of(gzip("x")), Compression::gzip);
  EXPECT_EQ(compression_of(zstd("x")), Compression::zstd);
  EXPECT_EQ(compression_of("x"), Compression::none);
}

TEST(Inflate, Refused) {
  const std::string text = noise(10'000);
  const std::string big(8 << 20, 'a');
  EXPECT_THAT(unpacked(gzip("x") + "y", Compression::gzip), HasSubstr("bytes after the first member"));
  EXPECT_THAT(unpacked(gzip("x") + gzip("y"), Compression::gzip), HasSubstr("bytes after the first member"));
  EXPECT_THAT(unpacked("plain", Compression::gzip), HasSubstr("malformed"));
  EXPECT_THAT(unpacked("plain", Compression::zstd), HasSubstr("malformed"));
  EXPECT_THAT(unpacked("", Compression::gzip), HasSubstr("ends in the middle"));
  EXPECT_THAT(unpacked(zstd("x") + "yyyyyyyy", Compression::zstd), HasSubstr("malformed"));
  EXPECT_THAT(unpacked(gzip(text), Compression::gzip, {9'999}), HasSubstr("limit: unpacks to more than 9999"));
  EXPECT_THAT(unpacked(zstd(text), Compression::zstd, {9'999}), HasSubstr("limit: unpacks to more than 9999"));
  EXPECT_THAT(unpacked(gzip(big), Compression::gzip, {64 << 20}), HasSubstr("250 times its size"));
  EXPECT_THAT(unpacked(zstd(big), Compression::zstd, {64 << 20}), HasSubstr("250 times its size"));
  EXPECT_THAT(unpacked(zstd(big, 27), Compression::zstd, {64 << 20}), HasSubstr("limit: zstd"));
  std::string flipped = gzip(text);
  flipped[flipped.size() - 6] ^= 1;  // The checksum.
  EXPECT_THAT(unpacked(flipped, Compression::gzip), HasSubstr("malformed"));
  for (std::size_t size = 0; size < gzip(text).size(); size += 97) {
    EXPECT_THAT(unpacked(gzip(text).substr(0, size), Compression::gzip), HasSubstr("malformed")) << size;
  }
  for (std::size_t size = 1; size < zstd(text).size(); size += 97) {
    EXPECT_THAT(unpacked(zstd(text).substr(0, size), Compression::zstd), HasSubstr("malformed")) << size;
  }
}

TEST(Inflate, MemoryIsCounted) {
  MemorySource source("0123456789");
  MemoryBudget small(5);
  MemoryBudget::Reservation memory(&small);
  EXPECT_EQ(read_to_end(source, 100, memory).error().code, Errc::limit);
  MemorySource again("0123456789");
  MemoryBudget::Reservation none;
  EXPECT_EQ(read_to_end(again, 9, none).error().code, Errc::limit);
}

}  // namespace
}  // namespace portreeve
