#include "sbom/xml_characters.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

#include "sbom/cyclonedx_xml_check.h"
#include "sbom/draft.h"

namespace portreeve::sbom {
namespace {

// XML 1.0 §2.2, Char.
bool is_character(std::uint32_t code) noexcept {
  return code == 0x9 || code == 0xA || code == 0xD || (code >= 0x20 && code <= 0xD7FF) ||
         (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

// What stands between '&' and ';'.
bool is_reference(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 5> kEntities = {"amp", "lt", "gt", "quot", "apos"};
  if (name.substr(0, 1) != "#") {
    return std::find(kEntities.begin(), kEntities.end(), name) != kEntities.end();
  }
  name.remove_prefix(1);
  const bool hexadecimal = name.substr(0, 1) == "x";
  if (hexadecimal) name.remove_prefix(1);
  if (name.empty()) return false;
  std::uint32_t code = 0;
  for (const char c : name) {
    std::uint32_t digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
    if (hexadecimal && c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a') + 10;
    if (hexadecimal && c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A') + 10;
    if (digit == 16) return false;
    code = code * (hexadecimal ? 16 : 10) + digit;
    if (code > 0x10FFFF) return false;
  }
  return is_character(code);
}

// The end of the comment, CDATA section or instruction that begins at `at`; `at` if none does.
// Inside of them '&' is a character as others are.
std::size_t after_verbatim(std::string_view text, std::size_t at) noexcept {
  constexpr std::array<std::array<std::string_view, 2>, 3> kVerbatim = {
      {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}}};
  for (const auto& [open, close] : kVerbatim) {
    if (text.substr(at, open.size()) != open) continue;
    const std::size_t end = text.find(close, at + open.size());
    return end == text.npos ? text.size() : end + close.size();
  }
  return at;
}

}  // namespace

Outcome check_xml_characters(std::string_view text) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r';
  };
  const auto* const found = std::find_if(text.begin(), text.end(), control);
  if (found != text.end()) {
    return malformed_xml(text, static_cast<std::size_t>(found - text.begin()),
                         "a control character");
  }
  for (std::size_t at = text.find_first_of("<&"); at < text.size();
       at = text.find_first_of("<&", at)) {
    if (text[at] == '<') {
      const std::size_t end = after_verbatim(text, at);
      at = end == at ? at + 1 : end;
      continue;
    }
    constexpr std::size_t kLongest = 32;
    const std::string_view rest = text.substr(at + 1, kLongest);
    const std::string_view name = rest.substr(0, rest.find(';'));
    if (name.size() == rest.size() || !is_reference(name)) {
      return malformed_xml(text, at,
                           "a reference to " + quoted(name) + ", which nothing here defines");
    }
    ++at;
  }
  return Done{};
}

}  // namespace portreeve::sbom
