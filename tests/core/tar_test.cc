#include "core/tar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oci/tar_text.h"

namespace portreeve {
namespace {

using oci::pax_record;
using oci::tar_entry;
using oci::tar_header;
using testing::HasSubstr;

const std::string kEnd(1024, '\0');

/// "path=data path=data", or the error.
std::string listed(const std::string& bytes, TarLimits limits = {1 << 20, 100}) {
  MemorySource source(bytes);
  TarReader reader(source, limits);
  std::string out;
  while (true) {
    auto entry = reader.next();
    if (!entry.ok()) return std::string(to_string(entry.error().code)) + ": " + entry.error().message;
    if (!entry.value()) return out;
    auto data = reader.data(1000);
    if (!data.ok()) return std::string(to_string(data.error().code)) + ": " + data.error().message;
    out += (out.empty() ? "" : " ") + entry.value()->path + "=" + data.value();
    if (entry.value()->type == TarEntry::Type::file) {
      EXPECT_EQ(bytes.substr(entry.value()->offset, entry.value()->size), data.value());
    }
  }
}

std::string changed(std::size_t at, const std::string& with, bool sealed = true) {
  std::string out = tar_entry("f", "data");
  out.replace(at, with.size(), with);
  if (sealed) oci::seal(out);
  return out + kEnd;
}

TEST(Tar, WhatIsRead) {
  const std::string long_name(150, 'n');
  std::string prefixed = tar_header("leaf", 1);
  prefixed.replace(345, 3, "dir");
  oci::seal(prefixed);
  std::string gnu_size = tar_header("g", 0, '0', std::string_view("ustar  \0", 8));
  gnu_size.replace(124, 12, std::string("\x80\0\0\0\0\0\0\0\0\0\0\x03", 12));
  oci::seal(gnu_size);
  const struct {
    const char* name;
    std::string bytes, want;
  } kCases[] = {
      {"empty", kEnd, ""},
      {"two files", tar_entry("a", "1") + tar_entry("b", std::string(600, 'x')) + kEnd, "a=1 b=" + std::string(600, 'x')},
      {"directory", tar_entry("d/", "", '5') + tar_entry("d/f", "") + kEnd, "d/= d/f="},
      {"prefix", prefixed + oci::padded("1") + kEnd, "dir/leaf=1"},
      {"GNU long name", tar_entry("././@LongLink", long_name + std::string(1, '\0'), 'L') + tar_entry("cut", "1") + kEnd, long_name + "=1"},
      {"pax path and size", tar_entry("PaxHeaders/x", pax_record("path", long_name) + pax_record("size", "1") + pax_record("mtime", "1.5"), 'x') + tar_header("cut", 0) + oci::padded("1") + kEnd, long_name + "=1"},
      {"global comment", tar_entry("pax_global_header", pax_record("comment", "abc"), 'g') + tar_entry("a", "1") + kEnd, "a=1"},
      {"base-256 size", gnu_size + oci::padded("abc") + kEnd, "g=abc"},
      {"zeros behind", tar_entry("a", "1") + kEnd + std::string(8192, '\0'), "a=1"},
  };
  for (const auto& c : kCases) EXPECT_EQ(listed(c.bytes), c.want) << c.name;
}

TEST(Tar, WhatIsRefused) {
  const std::string pax = pax_record("path", "x");
  const struct {
    const char* name;
    std::string bytes, want;
  } kCases[] = {
      {"nothing at all", "", "ends in the middle"},
      {"no end", tar_entry("a", "1"), "ends in the middle"},
      {"half an end", tar_entry("a", "1") + std::string(512, '\0'), "ends in the middle"},
      {"lone zero block", tar_entry("a", "1") + std::string(512, '\0') + tar_entry("b", "2") + kEnd, "lone block"},
      {"archive behind the archive", tar_entry("a", "1") + kEnd + tar_entry("b", "2") + kEnd, "behind the archive's end"},
      {"cut data", tar_header("a", 900) + "x", "ends in the middle"},
      {"checksum", changed(0, "x", false), "checksum"},
      {"V7", changed(257, std::string(8, '\0')), "neither POSIX nor GNU"},
      {"negative size", changed(124, std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12)), "negative"},
      {"size beyond 64 bits", changed(124, std::string("\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12)), "64 bits"},
      {"size not octal", changed(124, "0000000000x"), "not octal"},
      {"16 GiB", changed(124, "200000000000"), "limit"},
      {"over the limit", changed(124, "00010000000"), "limit"},
      {"sparse type", tar_entry("a", "1", 'S') + kEnd, "treat differently"},
      {"multi-volume", tar_entry("a", "1", 'M') + kEnd, "treat differently"},
      {"unknown type", tar_entry("a", "1", 'Z') + kEnd, "treat differently"},
      {"pax sparse", tar_entry("p", pax_record("GNU.sparse.major", "1"), 'x') + tar_entry("a", "1") + kEnd, "sparse"},
      {"data in a link", tar_entry("a", "1", '2') + kEnd, "no file"},
      {"file with a directory's name", tar_entry("a/", "1") + kEnd, "ends with '/'"},
      {"two pax paths", tar_entry("p", pax + pax, 'x') + tar_entry("a", "1") + kEnd, "two pax paths"},
      {"two names", tar_entry("L", "x", 'L') + tar_entry("p", pax, 'x') + tar_entry("a", "1") + kEnd, "two names"},
      {"two long names", tar_entry("L", "x", 'L') + tar_entry("L", "y", 'L') + tar_entry("a", "1") + kEnd, "two long names"},
      {"name for nothing", tar_entry("L", "x", 'L') + kEnd, "describes no entry"},
      {"global rename", tar_entry("g", pax, 'g') + tar_entry("a", "1") + kEnd, "global pax"},
      {"pax length", tar_entry("p", "99 path=x\n", 'x') + tar_entry("a", "1") + kEnd, "wrong length"},
      {"pax length zero", tar_entry("p", "0 path=x\n", 'x') + tar_entry("a", "1") + kEnd, "wrong length"},
      {"pax no equals", tar_entry("p", "7 path\n", 'x') + tar_entry("a", "1") + kEnd, "without '='"},
      {"pax size negative", tar_entry("p", pax_record("size", "-1"), 'x') + tar_entry("a", "1") + kEnd, "not decimal"},
      {"pax NUL", tar_entry("p", pax_record("path", std::string("a\0b", 3)), 'x') + tar_entry("a", "1") + kEnd, "NUL"},
      {"pax too long", tar_entry("p", std::string(70'000, 'x'), 'x') + kEnd, "limit"},
      {"entry too large to hold", tar_entry("a", std::string(2000, 'x')) + kEnd, "limit"},
  };
  for (const auto& c : kCases) EXPECT_THAT(listed(c.bytes), HasSubstr(c.want)) << c.name;
  std::string many;
  for (int i = 0; i < 101; ++i) many += tar_entry(std::to_string(i), "");
  EXPECT_THAT(listed(many + kEnd), HasSubstr("more than 100 entries"));
}

TEST(Tar, CutAnywhereOrBitFlippedNeverReadsAsAnotherArchive) {
  const std::string good = tar_entry("a", "1") + tar_entry("bb", "22") + kEnd;
  const std::string whole = listed(good);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(listed(good.substr(0, size)), whole) << size;
  }
  for (std::size_t at = 0; at < 512; ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    EXPECT_THAT(listed(bad), testing::StartsWith("malformed")) << at;
  }
}

TEST(CleanPath, Table) {
  const struct {
    std::string_view path, want;
  } kCases[] = {
      {"a/b", "a/b"}, {"./a", "a"}, {"././a", "a"}, {"a/", "a"}, {".", ""}, {"./", ""}, {"ä/ö", "ä/ö"},
      {"/a", "!"}, {"../a", "!"}, {"a/../b", "!"}, {"a/..", "!"}, {"a//b", "!"}, {"a/./b", "!"},
      {"a\\b", "!"}, {"a\nb", "!"}, {"a\xff", "!"}, {"..", "!"}, {"a//", "!"},
  };
  for (const auto& c : kCases) {
    const auto path = clean_path(c.path);
    EXPECT_EQ(path.ok() ? path.value() : "!", c.want) << c.path;
  }
  EXPECT_FALSE(clean_path(std::string(1025, 'a')).ok());
}

}  // namespace
}  // namespace portreeve
