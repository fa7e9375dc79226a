#pragma once

// Tar entries written by hand, right or wrong.

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace portreeve::oci {

inline std::string octal(std::uint64_t value, std::size_t digits) {
  std::string out(digits, '0');
  for (std::size_t i = digits; i-- > 0; value /= 8) out[i] = static_cast<char>('0' + value % 8);
  return out;
}

/// Puts the right checksum into a header.
inline void seal(std::string& header) {
  header.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (const char c : header.substr(0, 512)) sum += static_cast<unsigned char>(c);
  header.replace(148, 8, octal(sum, 6) + std::string("\0 ", 2));
}

inline std::string tar_header(std::string_view name, std::uint64_t size, char type = '0',
                              std::string_view magic = std::string_view("ustar\00000", 8)) {
  std::string out(512, '\0');
  out.replace(0, name.size(), name);
  out.replace(100, 8, std::string("0000644\0", 8));
  out.replace(124, 12, octal(size, 11) + std::string(1, '\0'));
  out.replace(136, 12, octal(0, 11) + std::string(1, '\0'));
  out[156] = type;
  out.replace(257, 8, magic);
  seal(out);
  return out;
}

inline std::string padded(std::string bytes) {
  bytes.resize((bytes.size() + 511) / 512 * 512, '\0');
  return bytes;
}

inline std::string tar_entry(std::string_view name, const std::string& bytes, char type = '0') {
  return tar_header(name, bytes.size(), type) + padded(bytes);
}

inline std::string pax_record(const std::string& key, const std::string& value) {
  const std::string rest = " " + key + "=" + value + "\n";
  std::size_t length = rest.size() + 1;
  while (std::to_string(length).size() + rest.size() != length) ++length;
  return std::to_string(length) + rest;
}

}  // namespace portreeve::oci
