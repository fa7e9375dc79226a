#include "net/request_check.h"

#include <array>
#include <charconv>

#include "core/limits.h"

namespace portreeve::net {
namespace {

constexpr std::string_view kCrlf = "\r\n";

constexpr std::array<bool, 256> make_set(std::string_view extra) {
  std::array<bool, 256> set{};
  for (unsigned char c = '0'; c <= '9'; ++c) set[c] = true;
  for (unsigned char c = 'a'; c <= 'z'; ++c) set[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) set[c] = true;
  for (const char c : extra) set[static_cast<unsigned char>(c)] = true;
  return set;
}

// RFC 9110 §5.6.2.
constexpr std::array<bool, 256> kToken = make_set("!#$%&'*+-.^_`|~");
// RFC 3986 §3.3, §3.4: what a path and a query may hold, escapes included.
constexpr std::array<bool, 256> kTarget = make_set("-._~!$&'()*+,;=:@/?%");
// RFC 3986 §3.2.2, §3.2.3: name, address literal, port.
constexpr std::array<bool, 256> kHost = make_set("-._~!$&'()*+,;=:[]%");

bool all_of(std::string_view text, const std::array<bool, 256>& set) {
  for (const char c : text) {
    if (!set[static_cast<unsigned char>(c)]) return false;
  }
  return true;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view text, std::string_view lower_case) {
  if (text.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != lower_case[i]) return false;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Some receivers decode fields; an escaped line end or NUL in one has no honest use.
bool hides_control(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    const std::string_view escape = text.substr(at + 1, 2);
    if (equals_ignoring_case(escape, "0d") || equals_ignoring_case(escape, "0a") ||
        escape == "00") {
      return true;
    }
  }
  return false;
}

/// Fields that may stand in a request once, and what they said.
struct Seen {
  bool host = false;
  bool content_length = false;
  bool transfer_encoding = false;
  bool content_type = false;
  bool content_encoding = false;
  bool expect = false;
};

using Verdict = std::optional<Refusal>;

Verdict bad(std::string_view reason) { return Refusal{400, reason}; }

Verdict once(bool& seen, std::string_view reason) {
  if (seen) return bad(reason);
  seen = true;
  return std::nullopt;
}

Verdict check_request_line(std::string_view line, RequestHead& head) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || first == 0) {
    return bad("request line is not method, target, version");
  }
  head.method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!all_of(head.method, kToken)) return bad("method is not a token");
  if (version != "HTTP/1.1") {
    // RFC 9112 §2.3: one digit, a dot, one digit.
    const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                            is_digit(version[5]) && version[6] == '.' && is_digit(version[7]);
    if (is_version) return Refusal{505, "only HTTP/1.1 is spoken here"};
    return bad("request line has no HTTP version");
  }
  if (target.empty() || target.front() != '/') return bad("target is not an absolute path");
  if (!all_of(target, kTarget)) return bad("target has a character that must be escaped");
  if (hides_control(target)) return bad("target has an escaped control character");
  const std::size_t question = target.find('?');
  head.path = target.substr(0, question);
  head.query =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  return std::nullopt;
}

Verdict read_content_length(std::string_view value, RequestHead& head) {
  constexpr std::size_t kMaxDigits = 18;  // Cannot overflow; any such length is over every limit.
  if (value.empty() || value.find_first_not_of("0123456789") != std::string_view::npos) {
    return bad("Content-Length is not a number");
  }
  if (value.size() > 1 && value.front() == '0') return bad("Content-Length has a leading zero");
  if (value.size() > kMaxDigits) return Refusal{413, "body is larger than allowed"};
  std::from_chars(value.data(), value.data() + value.size(), head.content_length);
  return std::nullopt;
}

void read_connection(std::string_view value, RequestHead& head) {
  while (true) {
    const std::size_t comma = value.find(',');
    if (equals_ignoring_case(trim(value.substr(0, comma)), "close")) head.close = true;
    if (comma == std::string_view::npos) return;
    value.remove_prefix(comma + 1);
  }
}

// RFC 9112 §6: the fields that decide where a request ends.
Verdict read_framing(std::string_view name, std::string_view value, Seen& seen, RequestHead& head) {
  if (equals_ignoring_case(name, "content-length")) {
    if (auto refusal = once(seen.content_length, "Content-Length is repeated")) return refusal;
    return read_content_length(value, head);
  }
  if (equals_ignoring_case(name, "transfer-encoding")) {
    if (auto refusal = once(seen.transfer_encoding, "Transfer-Encoding is repeated")) {
      return refusal;
    }
    if (!equals_ignoring_case(value, "chunked")) return bad("Transfer-Encoding is not chunked");
    head.chunked = true;
    return std::nullopt;
  }
  if (equals_ignoring_case(name, "host")) {
    if (auto refusal = once(seen.host, "Host is repeated")) return refusal;
    if (value.empty() || !all_of(value, kHost)) return bad("Host is not a host");
    return std::nullopt;
  }
  if (equals_ignoring_case(name, "upgrade")) return bad("Upgrade is not offered here");
  if (equals_ignoring_case(name, "connection")) read_connection(value, head);
  return std::nullopt;
}

Verdict read_content(std::string_view name, std::string_view value, Seen& seen, RequestHead& head) {
  if (equals_ignoring_case(name, "content-type")) {
    if (auto refusal = once(seen.content_type, "Content-Type is repeated")) return refusal;
    head.content_type = value;
  } else if (equals_ignoring_case(name, "content-encoding")) {
    if (auto refusal = once(seen.content_encoding, "Content-Encoding is repeated")) return refusal;
    // RFC 9110 §15.5.16: a compressed request is refused, never unpacked.
    if (!equals_ignoring_case(value, "identity")) {
      return Refusal{415, "Content-Encoding is not identity"};
    }
  } else if (equals_ignoring_case(name, "expect")) {
    if (auto refusal = once(seen.expect, "Expect is repeated")) return refusal;
    if (!equals_ignoring_case(value, "100-continue")) {
      return Refusal{417, "only 100-continue can be expected"};
    }
    head.expects_continue = true;
  }
  return std::nullopt;
}

Verdict check_field(std::string_view line, Seen& seen, RequestHead& head) {
  if (line.front() == ' ' || line.front() == '\t') return bad("field is folded over two lines");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return bad("field has no colon");
  const std::string_view name = line.substr(0, colon);
  if (name.empty() || !all_of(name, kToken)) return bad("field name is not a token");
  const std::string_view value = trim(line.substr(colon + 1));
  for (const char c : value) {
    // Bytes beyond ASCII (obs-text) are refused too: nobody honest sends them here.
    if ((c < ' ' && c != '\t') || c == '\x7f') return bad("field has a control character");
  }
  if (hides_control(value)) return bad("field has an escaped control character");
  if (auto refusal = read_framing(name, value, seen, head)) return refusal;
  return read_content(name, value, seen, head);
}

}  // namespace

std::optional<Refusal> HeadScanner::scan(std::string_view bytes) {
  if (looked_at_ == 0 && !bytes.empty() && !kToken[static_cast<unsigned char>(bytes.front())]) {
    return bad("request does not begin with a method");
  }
  const std::string_view window = bytes.substr(0, limits::kHeaderBytes);
  for (std::size_t lf = window.find('\n', looked_at_); lf != std::string_view::npos;
       lf = window.find('\n', lf + 1)) {
    if (lf == 0 || window[lf - 1] != '\r') return bad("line ends in LF without CR");
    if (lf == line_start_ + 1) {
      head_size_ = lf + 1;
      return std::nullopt;
    }
    // The request line is the first line, so `lines_` is the number of fields before this one.
    if (lines_ > limits::kHeaderFields) return Refusal{431, "too many header fields"};
    ++lines_;
    line_start_ = lf + 1;
  }
  looked_at_ = window.size();
  if (bytes.size() >= limits::kHeaderBytes) return Refusal{431, "header is too large"};
  return std::nullopt;
}

std::optional<Refusal> check_head(std::string_view bytes, RequestHead& head) {
  if (!bytes.ends_with("\r\n\r\n")) return bad("head is incomplete");
  bytes.remove_suffix(kCrlf.size());
  std::size_t end = bytes.find(kCrlf);
  if (auto refusal = check_request_line(bytes.substr(0, end), head)) return refusal;
  Seen seen;
  std::size_t fields = 0;
  for (bytes.remove_prefix(end + kCrlf.size()); !bytes.empty();
       bytes.remove_prefix(end + kCrlf.size())) {
    end = bytes.find(kCrlf);
    if (end == 0) return bad("head has an empty line inside");
    if (++fields > limits::kHeaderFields) return Refusal{431, "too many header fields"};
    if (auto refusal = check_field(bytes.substr(0, end), seen, head)) return refusal;
  }
  if (!seen.host) return bad("Host is missing");
  if (head.chunked && seen.content_length) {
    return bad("Content-Length and Transfer-Encoding together");
  }
  return std::nullopt;
}

}  // namespace portreeve::net
