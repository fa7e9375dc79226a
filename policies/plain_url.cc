#include "policies/plain_url.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace portreeve::policies {
namespace {

bool alphanumeric(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digits_only(std::string_view text) noexcept {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Cuts what stands before the next `separator` off `rest`; false when there is nothing left.
bool next_part(std::string_view& rest, char separator, std::string_view& part, bool& more) noexcept {
  if (!more) return false;
  const std::size_t at = rest.find(separator);
  part = rest.substr(0, at);
  more = at != std::string_view::npos;
  rest = more ? rest.substr(at + 1) : std::string_view();
  return true;
}

bool url_port(std::string_view text) noexcept {
  constexpr std::size_t kDigits = 5;
  return digits_only(text) && text.size() <= kDigits && text.front() != '0' &&
         (text.size() < kDigits || text <= "65535");
}

// A name of labels, or four numbers.
bool url_host(std::string_view host) noexcept {
  constexpr std::size_t kName = 253;
  constexpr std::size_t kLabel = 63;
  if (host.empty() || host.size() > kName) return false;
  std::size_t labels = 0;
  std::size_t octets = 0;
  bool number = false;  // The last label is one.
  std::string_view label;
  for (bool more = true; next_part(host, '.', label, more); ++labels) {
    if (label.empty() || label.size() > kLabel) return false;
    const bool clean = std::all_of(label.begin(), label.end(),
                                   [](char c) { return alphanumeric(c) || c == '-'; });
    if (!clean || label.front() == '-' || label.back() == '-') return false;
    number = digits_only(label);
    const bool octet = number && label.size() <= 3 && (label.size() < 3 || label <= "255") &&
                       (label.size() == 1 || label.front() != '0');
    octets += octet ? 1U : 0U;
  }
  return !number || (labels == 4 && octets == 4);
}

bool url_authority(std::string_view authority) noexcept {
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos || close < 3) return false;
    const std::string_view address = authority.substr(1, close - 1);
    const std::string_view rest = authority.substr(close + 1);
    return address.find(':') != std::string_view::npos &&
           address.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos &&
           (rest.empty() || (rest.front() == ':' && url_port(rest.substr(1))));
  }
  const std::size_t colon = authority.find(':');
  return url_host(authority.substr(0, colon)) &&
         (colon == std::string_view::npos || url_port(authority.substr(colon + 1)));
}

// REQUIRES: url_character() of each.
bool url_path(std::string_view path) {
  std::string_view part;
  for (bool more = true; next_part(path, '/', part, more);) {
    if (part.empty()) {
      if (more) return false;  // A single slash may end it.
      continue;
    }
    std::string plain;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (part[i] != '%') {
        plain += part[i];
        continue;
      }
      const std::string_view code = part.substr(i + 1, 2);
      constexpr std::string_view kHex = "0123456789abcdefABCDEF";
      if (code.size() < 2 || code.find_first_not_of(kHex) != std::string_view::npos) return false;
      const bool dot = code[0] == '2' && (code[1] == 'e' || code[1] == 'E');
      plain += dot ? '.' : '%';
      i += 2;
    }
    if (plain == "." || plain == "..") return false;
  }
  return true;
}

bool url_character(char c) noexcept {
  return (c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' &&
          c != '`' && c != '{' && c != '|' && c != '}');
}

}  // namespace

bool is_plain_url(std::string_view text) {
  std::string_view rest;
  for (const std::string_view scheme : {"https://", "http://", "oci://"}) {
    if (text.substr(0, scheme.size()) == scheme) rest = text.substr(scheme.size());
  }
  const bool clean = std::all_of(text.begin(), text.end(), url_character) &&
                     text.find_first_of("?#") == std::string_view::npos;
  const std::size_t slash = rest.find('/');
  return clean && url_authority(rest.substr(0, slash)) &&
         (slash == std::string_view::npos || url_path(rest.substr(slash + 1)));
}

}  // namespace portreeve::policies
