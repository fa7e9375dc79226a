#include "net/url.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace portreeve::net {
namespace {

constexpr std::size_t kUrlBytes = 8 * 1024;
constexpr std::size_t kHostBytes = 253;  // RFC 1035 §2.3.4

Error bad(std::string_view what) { return Error{Errc::malformed, "URL: " + std::string(what)}; }

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

Outcome check_text(std::string_view text) {
  if (text.empty()) return bad("is empty");
  if (text.size() > kUrlBytes) return bad("is longer than 8 KiB");
  for (const char c : text) {
    // RFC 3986 §2 has none of these; control characters would end the request line.
    if (c <= 0x20 || c >= 0x7f || std::string_view("\"<>\\^`{|}").find(c) != std::string_view::npos) {
      return bad("holds a character that a URL must not hold");
    }
  }
  return Done{};
}

// Four decimal numbers without leading zeros; "0x7f.1", "2130706433" and "127.1" are none.
bool dotted_quad(const std::string& host) {
  in_addr address{};
  if (::inet_pton(AF_INET, host.c_str(), &address) != 1) return false;
  char back[INET_ADDRSTRLEN];
  return ::inet_ntop(AF_INET, &address, back, sizeof back) != nullptr && host == back;
}

Outcome check_name(const std::string& host) {
  if (host.empty()) return bad("has no host");
  if (host.size() > kHostBytes) return bad("has a host of more than 253 characters");
  std::size_t start = 0;
  std::string_view last;
  while (start <= host.size()) {
    const std::size_t dot = std::min(host.find('.', start), host.size());
    last = std::string_view(host).substr(start, dot - start);
    if (last.empty() || last.size() > 63) return bad("has a host with an empty or too long label");
    if (last.front() == '-' || last.back() == '-') return bad("has a label that begins or ends with '-'");
    for (const char c : last) {
      if (!letter(c) && !digit(c) && c != '-' && c != '_') return bad("has a host that is no DNS name");
    }
    start = dot + 1;
  }
  // The WHATWG URL standard's "ends in a number": the resolver would take it for an address.
  const bool number = std::all_of(last.begin(), last.end(), digit) || last.substr(0, 2) == "0x";
  if (number && !dotted_quad(host)) return bad("has an IPv4 address that is not four decimal numbers");
  return Done{};
}

Outcome check_ipv6(const std::string& host) {
  in6_addr address{};
  const std::string inside = host.substr(1, host.size() - 2);
  if (::inet_pton(AF_INET6, inside.c_str(), &address) != 1) return bad("has a bad IPv6 address");
  return Done{};
}

Outcome split_authority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) return bad("holds user information");
  std::size_t end = authority.find(':');
  if (!authority.empty() && authority.front() == '[') {
    end = authority.find(']');
    if (end == std::string_view::npos) return bad("has a bad IPv6 address");
    ++end;
  }
  end = std::min(end, authority.size());
  url.host = lower_case(authority.substr(0, end));
  if (!url.host.empty() && url.host.front() == '[') {
    PORTREEVE_CHECK(check_ipv6(url.host));
  } else {
    PORTREEVE_CHECK(check_name(url.host));
  }
  url.port = url.scheme == "https" ? 443 : 80;
  if (end == authority.size()) return Done{};
  const std::string_view port = authority.substr(end + 1);
  unsigned value = 0;
  const bool shape = authority[end] == ':' && !port.empty() && port.size() <= 5 && digit(port[0]);
  const auto [stop, error] = std::from_chars(port.data(), port.data() + port.size(), value);
  if (!shape || error != std::errc() || stop != port.data() + port.size() || value == 0 ||
      value > 65535) {
    return bad("has a port that is not a number from 1 to 65535");
  }
  url.port = static_cast<std::uint16_t>(value);
  return Done{};
}

// RFC 3986 §5.2.4.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool directory = false;
  std::size_t start = 1;
  while (start <= path.size()) {
    const std::size_t slash = std::min(path.find('/', start), path.size());
    const std::string_view segment = path.substr(start, slash - start);
    directory = segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != ".") {
      kept.push_back(segment);
    }
    start = slash + 1;
  }
  std::string out;
  for (const std::string_view segment : kept) out.append("/").append(segment);
  if (directory || out.empty()) out += '/';
  return out;
}

bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || !letter(text[0])) return false;
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
    return letter(c) || digit(c) || c == '+' || c == '-' || c == '.';
  });
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  PORTREEVE_CHECK(check_text(text));
  const std::size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return bad("is not absolute");
  Url url;
  url.scheme = lower_case(text.substr(0, scheme_end));
  if (url.scheme != "https" && url.scheme != "http") {
    return Error{Errc::unsupported, "URL: scheme \"" + url.scheme.substr(0, 16) + "\" is not https"};
  }
  std::string_view rest = text.substr(scheme_end + 3);
  if (rest.find('#') != std::string_view::npos) return bad("holds a fragment");
  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  PORTREEVE_CHECK(split_authority(rest.substr(0, end), url));
  rest.remove_prefix(end);
  url.target = (rest.empty() || rest.front() == '?' ? "/" : "") + std::string(rest);
  return url;
}

Result<Url> Url::resolve(std::string_view reference) const {
  reference = reference.substr(0, reference.find('#'));
  if (reference.empty()) return *this;
  PORTREEVE_CHECK(check_text(reference));
  if (has_scheme(reference)) return parse(reference);
  if (reference.substr(0, 2) == "//") return parse(scheme + ":" + std::string(reference));
  const std::string_view own_path = std::string_view(target).substr(0, target.find('?'));
  Url out = *this;
  if (reference.front() == '?') {
    out.target = std::string(own_path) + std::string(reference);
    return out;
  }
  const std::size_t query = std::min(reference.find('?'), reference.size());
  std::string path(reference.substr(0, query));
  if (path.front() != '/') path = std::string(own_path.substr(0, own_path.rfind('/') + 1)) + path;
  out.target = remove_dot_segments(path) + std::string(reference.substr(query));
  return out;
}

std::string Url::authority() const {
  const std::uint16_t usual = scheme == "https" ? 443 : 80;
  return port == usual ? host : host + ":" + std::to_string(port);
}

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (letter(c) || digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace portreeve::net
