#include "core/tar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <vector>

#include "core/utf8.h"

namespace portreeve {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kExtendedBytes = 64 * 1024;  // Of one pax or GNU header.
constexpr std::size_t kPathBytes = 1024;

Error bad(std::string_view what) { return Error{Errc::malformed, "tar: " + std::string(what)}; }

// Up to the first NUL.
std::string_view text_of(std::string_view field) { return field.substr(0, field.find('\0')); }

bool all_zero(std::string_view bytes) {
  return bytes.find_first_not_of('\0') == std::string_view::npos;
}

// Octal digits, then NUL or space to the end; or GNU base-256 (first bit set).
Result<std::uint64_t> number(std::string_view field) {
  const auto first = static_cast<unsigned char>(field[0]);
  std::uint64_t value = 0;
  if ((first & 0x80U) != 0) {
    if ((first & 0x40U) != 0) return bad("a negative number");
    value = first & 0x3fU;
    for (const char c : field.substr(1)) {
      if (value >> 54 != 0) return bad("a number beyond 64 bits");
      value = value << 8 | static_cast<unsigned char>(c);
    }
    return value;
  }
  std::size_t at = std::min(field.find_first_not_of(' '), field.size());
  const std::size_t start = at;
  for (; at < field.size() && field[at] >= '0' && field[at] <= '7'; ++at) {
    value = value * 8 + static_cast<std::uint64_t>(field[at] - '0');
  }
  if (field.find_first_not_of(std::string_view(" \0", 2), at) != std::string_view::npos) {
    return bad("a number that is not octal");
  }
  if (at == start && !all_zero(field)) return bad("an empty number");
  return value;
}

Result<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size()) {
    return bad("a pax number that is not decimal");
  }
  return value;
}

}  // namespace

/// The fields of one block that are looked at.
struct TarReader::Header {
  std::array<char, kBlock> block;

  std::string_view field(std::size_t at, std::size_t size) const { return {block.data() + at, size}; }
  char type() const { return block[156]; }

  Outcome check() const {
    PORTREEVE_TRY(const std::uint64_t claimed, number(field(148, 8)));
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) {
      sum += i >= 148 && i < 156 ? std::uint64_t{' '} : static_cast<unsigned char>(block[i]);
    }
    if (sum != claimed) return bad("a header whose checksum is wrong");
    const std::string_view magic = field(257, 8);
    if (magic != std::string_view("ustar\00000", 8) && magic != std::string_view("ustar  \0", 8)) {
      return bad("a header that is neither POSIX nor GNU");
    }
    return Done{};
  }
  std::string path() const {
    std::string out(text_of(field(0, 100)));
    const bool posix = field(257, 6) == std::string_view("ustar\0", 6);
    const std::string_view prefix = posix ? text_of(field(345, 155)) : std::string_view();
    return prefix.empty() ? out : std::string(prefix) + "/" + out;
  }
};

Outcome TarReader::read_exactly(char* data, std::size_t size) {
  while (size > 0) {
    PORTREEVE_TRY(const std::size_t got, source_.read(data, size));
    if (got == 0) return bad("ends in the middle");
    data += got;
    size -= got;
    at_ += got;
    if (at_ > limits_.bytes) {
      return Error{Errc::limit, "tar: more than " + std::to_string(limits_.bytes) + " bytes"};
    }
  }
  return Done{};
}

Outcome TarReader::skip(std::uint64_t size) {
  std::array<char, 16 * 1024> scratch;
  while (size > 0) {
    const std::size_t part = static_cast<std::size_t>(std::min<std::uint64_t>(size, scratch.size()));
    PORTREEVE_CHECK(read_exactly(scratch.data(), part));
    size -= part;
  }
  return Done{};
}

Outcome TarReader::finish_entry() {
  PORTREEVE_CHECK(skip(left_ + padding_));
  left_ = padding_ = 0;
  return Done{};
}

Outcome TarReader::only_zeros() {
  std::array<char, 16 * 1024> scratch;
  while (true) {
    PORTREEVE_TRY(const std::size_t got, source_.read(scratch.data(), scratch.size()));
    if (got == 0) return Done{};
    if (!all_zero({scratch.data(), got})) return bad("bytes behind the archive's end");
    at_ += got;
    if (at_ > limits_.bytes) return Error{Errc::limit, "tar: padding without end"};
  }
}

Result<std::optional<TarEntry>> TarReader::next() {
  if (ended_) return std::optional<TarEntry>();
  PORTREEVE_CHECK(finish_entry());
  while (true) {
    Header header{};
    PORTREEVE_CHECK(read_exactly(header.block.data(), kBlock));
    if (all_zero({header.block.data(), kBlock})) {
      PORTREEVE_CHECK(read_exactly(header.block.data(), kBlock));
      if (!all_zero({header.block.data(), kBlock})) return bad("a lone block of zeros");
      if (long_name_ || pax_path_ || pax_size_) return bad("a header that describes no entry");
      PORTREEVE_CHECK(only_zeros());
      ended_ = true;
      return std::optional<TarEntry>();
    }
    PORTREEVE_CHECK(header.check());
    if (++entries_ > limits_.entries) {
      return Error{Errc::limit, "tar: more than " + std::to_string(limits_.entries) + " entries"};
    }
    const char type = header.type();
    if (type == 'x' || type == 'g' || type == 'L' || type == 'K') {
      PORTREEVE_CHECK(extended(header));
      continue;
    }
    PORTREEVE_TRY(TarEntry entry, to_entry(header));
    return std::optional<TarEntry>(std::move(entry));
  }
}

Outcome TarReader::extended(const Header& header) {
  PORTREEVE_TRY(const std::uint64_t size, number(header.field(124, 12)));
  if (size > kExtendedBytes) return Error{Errc::limit, "tar: an extended header over 64 KiB"};
  std::string text(static_cast<std::size_t>(size), '\0');
  PORTREEVE_CHECK(read_exactly(text.data(), text.size()));
  PORTREEVE_CHECK(skip((kBlock - size % kBlock) % kBlock));
  if (header.type() == 'x') return pax(text, false);
  if (header.type() == 'g') return pax(text, true);
  if (header.type() == 'K') return Done{};  // The target of a link, which nobody follows.
  if (long_name_) return bad("two long names for one entry");
  long_name_ = std::string(text_of(text));
  return Done{};
}

// "%d %s=%s\n", the number counting the whole record.
Outcome TarReader::pax(std::string_view records, bool global) {
  while (!records.empty()) {
    const std::size_t space = records.find(' ');
    if (space == std::string_view::npos || space > 8) return bad("a pax record without its length");
    PORTREEVE_TRY(const std::uint64_t length, decimal(records.substr(0, space)));
    if (length <= space + 2 || length > records.size() || records[length - 1] != '\n') {
      return bad("a pax record with a wrong length");
    }
    const std::string_view record = records.substr(space + 1, length - space - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) return bad("a pax record without '='");
    PORTREEVE_CHECK(pax_record(record.substr(0, equals), record.substr(equals + 1), global));
    records.remove_prefix(length);
  }
  return Done{};
}

Outcome TarReader::pax_record(std::string_view key, std::string_view value, bool global) {
  if (key.substr(0, 10) == "GNU.sparse") return bad("a sparse file");
  if (key != "path" && key != "size" && key != "linkpath") return Done{};
  if (global) return bad("a global pax header that renames or resizes");
  if (key == "path") {
    if (pax_path_) return bad("two pax paths for one entry");
    if (value.find('\0') != std::string_view::npos) return bad("a NUL byte in a path");
    pax_path_ = std::string(value);
  } else if (key == "size") {
    if (pax_size_) return bad("two pax sizes for one entry");
    PORTREEVE_TRY(pax_size_, decimal(value));
  }
  return Done{};
}

Result<TarEntry> TarReader::to_entry(const Header& header) {
  TarEntry out;
  if (long_name_ && pax_path_) return bad("two names for one entry");
  out.path = long_name_ ? *long_name_ : pax_path_ ? *pax_path_ : header.path();
  PORTREEVE_TRY(out.size, number(header.field(124, 12)));
  if (pax_size_) out.size = *pax_size_;
  long_name_.reset();
  pax_path_.reset();
  pax_size_.reset();
  switch (header.type()) {
    case '0':
    case '\0': out.type = TarEntry::Type::file; break;
    case '1': out.type = TarEntry::Type::hard_link; break;
    case '2': out.type = TarEntry::Type::symbolic_link; break;
    case '3':
    case '4':
    case '6': out.type = TarEntry::Type::device; break;
    case '5': out.type = TarEntry::Type::directory; break;
    default: return bad("an entry of a type that readers treat differently");
  }
  if (out.type != TarEntry::Type::file && out.size != 0) return bad("data in what is no file");
  // Readers disagree whether a "file" whose name ends so is one.
  if (out.type == TarEntry::Type::file && !out.path.empty() && out.path.back() == '/') {
    return bad("a file whose name ends with '/'");
  }
  if (out.size > limits_.bytes) {
    return Error{Errc::limit, "tar: an entry of " + std::to_string(out.size) + " bytes"};
  }
  out.offset = at_;
  left_ = out.size;
  padding_ = (kBlock - out.size % kBlock) % kBlock;
  return out;
}

Result<std::string> TarReader::data(std::size_t most) {
  if (left_ > most) return Error{Errc::limit, "tar: an entry of more than " + std::to_string(most) + " bytes"};
  std::string out(static_cast<std::size_t>(left_), '\0');
  PORTREEVE_CHECK(read_exactly(out.data(), out.size()));
  left_ = 0;
  return out;
}

Result<std::string> clean_path(std::string_view path) {
  const std::string shown = "path \"" + utf8::printable(path, 128) + "\": ";
  if (path.size() > kPathBytes) return bad(shown + "longer than 1,024 bytes");
  while (path.substr(0, 2) == "./") path.remove_prefix(2);
  if (!path.empty() && path.back() == '/') path.remove_suffix(1);
  if (path == ".") return std::string();
  if (utf8::first_invalid(path) != utf8::kValid) return bad(shown + "not UTF-8");
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || c == '\\') return bad(shown + "control character or backslash");
  }
  std::size_t start = 0;
  while (start <= path.size()) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view part = path.substr(start, slash - start);
    if ((part.empty() && !path.empty()) || part == "." || part == "..") {
      return bad(shown + "absolute, or with empty, '.' or '..' components");
    }
    start = slash + 1;
  }
  return std::string(path);
}

}  // namespace portreeve
