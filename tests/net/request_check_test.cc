#include "net/request_check.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/limits.h"

namespace portreeve::net {
namespace {

using namespace std::string_literals;

struct Case {
  const char* name;
  std::string bytes;
  unsigned status;
  std::string_view reason;
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

/// The order in which the listener applies its checks.
std::optional<Refusal> check_all(std::string_view bytes, RequestHead& head) {
  HeadScanner scanner;
  if (auto refusal = scanner.scan(bytes)) return refusal;
  if (scanner.head_size() == 0) return std::nullopt;
  const std::string_view complete = bytes.substr(0, scanner.head_size());
  if (auto refusal = check_head(complete, head)) return refusal;
  return confirm_head(complete, head);
}

std::string with(const std::string& fields) {
  return "POST /validate HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

std::string line(const std::string& request_line) { return request_line + "\r\nHost: h\r\n\r\n"; }

std::string many_fields(std::size_t count) {
  std::string text = "GET / HTTP/1.1\r\nHost: h\r\n";
  for (std::size_t i = 1; i < count; ++i) text += "X: y\r\n";
  return text + "\r\n";
}

std::vector<Case> refused_cases() {
  return {
      // Request line, RFC 9112 §3.
      {"empty_line_first", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400,
       "request does not begin with a method"},
      {"space_first", " GET / HTTP/1.1\r\nHost: h\r\n\r\n", 400,
       "request does not begin with a method"},
      {"tls_hello_on_plain", "\x16\x03\x01\x02"s, 400, "request does not begin with a method"},
      {"nul_first", "\0GET"s, 400, "request does not begin with a method"},
      {"no_version", line("GET /"), 400, "request line is not method, target, version"},
      {"no_target", line("GET HTTP/1.1"), 400, "request line is not method, target, version"},
      {"two_spaces", line("GET  / HTTP/1.1"), 400, "target is not an absolute path"},
      {"space_in_target", line("GET /a b HTTP/1.1"), 400,
       "target has a character that must be escaped"},
      {"tab_for_space", line("GET\t/\tHTTP/1.1"), 400,
       "request line is not method, target, version"},
      {"bad_method", line("GE(T / HTTP/1.1"), 400, "method is not a token"},
      {"http_1_0", line("GET / HTTP/1.0"), 505, "only HTTP/1.1 is spoken here"},
      {"http_0_9", line("GET / HTTP/0.9"), 505, "only HTTP/1.1 is spoken here"},
      {"http_1_2", line("GET / HTTP/1.2"), 505, "only HTTP/1.1 is spoken here"},
      {"http_2_preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "only HTTP/1.1 is spoken here"},
      {"lower_case_version", line("GET / http/1.1"), 400, "request line has no HTTP version"},
      {"version_tail", line("GET / HTTP/1.1 "), 400, "request line has no HTTP version"},
      {"absolute_form", line("GET http://h/validate HTTP/1.1"), 400,
       "target is not an absolute path"},
      {"authority_form", line("CONNECT h:443 HTTP/1.1"), 400, "target is not an absolute path"},
      {"asterisk_form", line("OPTIONS * HTTP/1.1"), 400, "target is not an absolute path"},
      {"fragment", line("GET /a#b HTTP/1.1"), 400, "target has a character that must be escaped"},
      {"backslash", line("GET /a\\b HTTP/1.1"), 400, "target has a character that must be escaped"},
      {"quote", line("GET /\"a HTTP/1.1"), 400, "target has a character that must be escaped"},
      {"nul_in_target", line("GET /a\0b HTTP/1.1"s), 400,
       "target has a character that must be escaped"},
      {"utf8_in_target", line("GET /\xc3\xa4 HTTP/1.1"), 400,
       "target has a character that must be escaped"},
      {"escaped_crlf_in_target", line("GET /a%0d%0aX:y HTTP/1.1"), 400,
       "target has an escaped control character"},
      {"escaped_nul_in_query", line("GET /a?b=%00 HTTP/1.1"), 400,
       "target has an escaped control character"},
      {"bare_cr_in_line", line("GET /\r HTTP/1.1"), 400,
       "target has a character that must be escaped"},
      // Line ends.
      {"bare_lf", "GET / HTTP/1.1\nHost: h\n\n", 400, "line ends in LF without CR"},
      {"bare_lf_after_field", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400,
       "line ends in LF without CR"},
      {"bare_lf_at_the_end", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400, "line ends in LF without CR"},
      {"double_cr", "GET / HTTP/1.1\r\r\nHost: h\r\n\r\n", 400, "request line has no HTTP version"},
      {"cr_in_value", with("X: a\rb\r\n"), 400, "field has a control character"},
      {"cr_before_crlf", with("X: a\r\r\n"), 400, "field has a control character"},
      // Fields, RFC 9112 §5.
      {"obs_fold_space", with("X: a\r\n b\r\n"), 400, "field is folded over two lines"},
      {"obs_fold_tab", with("X: a\r\n\tb\r\n"), 400, "field is folded over two lines"},
      {"fold_before_first_field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400,
       "field is folded over two lines"},
      {"nul_in_value", with("X: a\0b\r\n"s), 400, "field has a control character"},
      {"nul_in_name", with("X\0Y: b\r\n"s), 400, "field name is not a token"},
      {"del_in_value", with("X: a\x7f\r\n"), 400, "field has a control character"},
      {"escape_in_value", with("X: \x1b[2J\r\n"), 400, "field has a control character"},
      {"latin1_in_value", with("X: \xe4\r\n"), 400, "field has a control character"},
      {"escaped_crlf", with("X: a%0d%0aContent-Length: 5\r\n"), 400,
       "field has an escaped control character"},
      {"escaped_lf_upper", with("X: a%0AY\r\n"), 400, "field has an escaped control character"},
      {"escaped_nul", with("X: %00\r\n"), 400, "field has an escaped control character"},
      {"no_colon", with("Content-Length 5\r\n"), 400, "field has no colon"},
      {"no_name", with(": x\r\n"), 400, "field name is not a token"},
      {"space_before_colon", with("Content-Length : 5\r\n"), 400, "field name is not a token"},
      {"tab_before_colon", with("Transfer-Encoding\t: chunked\r\n"), 400,
       "field name is not a token"},
      {"vertical_tab_in_name", with("Content-Length\x0b: 5\r\n"), 400, "field name is not a token"},
      // Host, RFC 9112 §3.2.
      {"no_host", "GET / HTTP/1.1\r\nX: y\r\n\r\n", 400, "Host is missing"},
      {"no_field", "GET / HTTP/1.1\r\n\r\n", 400, "Host is missing"},
      {"two_hosts", with("Host: other\r\n"), 400, "Host is repeated"},
      {"two_equal_hosts", with("host: h\r\n"), 400, "Host is repeated"},
      {"empty_host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400, "Host is not a host"},
      {"host_with_path", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", 400, "Host is not a host"},
      {"host_with_user", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", 400, "Host is not a host"},
      {"host_list", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "Host is not a host"},
      // Content-Length, RFC 9112 §6.2.
      {"two_lengths", with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400,
       "Content-Length is repeated"},
      {"two_lengths_differ", with("Content-Length: 5\r\ncontent-length: 6\r\n"), 400,
       "Content-Length is repeated"},
      {"length_list", with("Content-Length: 5, 5\r\n"), 400, "Content-Length is not a number"},
      {"length_plus", with("Content-Length: +5\r\n"), 400, "Content-Length is not a number"},
      {"length_minus", with("Content-Length: -5\r\n"), 400, "Content-Length is not a number"},
      {"length_hex", with("Content-Length: 0x5\r\n"), 400, "Content-Length is not a number"},
      {"length_empty", with("Content-Length:\r\n"), 400, "Content-Length is not a number"},
      {"length_float", with("Content-Length: 5.0\r\n"), 400, "Content-Length is not a number"},
      {"length_octal", with("Content-Length: 010\r\n"), 400, "Content-Length has a leading zero"},
      {"length_overflow", with("Content-Length: 18446744073709551617\r\n"), 413,
       "body is larger than allowed"},
      {"length_one_digit_more", with("Content-Length: 1000000000000000000\r\n"), 413,
       "body is larger than allowed"},
      // Transfer-Encoding, RFC 9112 §6.1.
      {"length_and_chunked", with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400,
       "Content-Length and Transfer-Encoding together"},
      {"chunked_and_length", with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400,
       "Content-Length and Transfer-Encoding together"},
      {"chunked_and_zero_length", with("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"), 400,
       "Content-Length and Transfer-Encoding together"},
      {"two_codings", with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400,
       "Transfer-Encoding is repeated"},
      {"coding_gzip", with("Transfer-Encoding: gzip\r\n"), 400, "Transfer-Encoding is not chunked"},
      {"coding_gzip_chunked", with("Transfer-Encoding: gzip, chunked\r\n"), 400,
       "Transfer-Encoding is not chunked"},
      {"coding_identity", with("Transfer-Encoding: identity\r\n"), 400,
       "Transfer-Encoding is not chunked"},
      {"coding_twice_in_list", with("Transfer-Encoding: chunked, chunked\r\n"), 400,
       "Transfer-Encoding is not chunked"},
      {"coding_parameter", with("Transfer-Encoding: chunked;x=y\r\n"), 400,
       "Transfer-Encoding is not chunked"},
      {"coding_quoted", with("Transfer-Encoding: \"chunked\"\r\n"), 400,
       "Transfer-Encoding is not chunked"},
      {"coding_vertical_tab", with("Transfer-Encoding: \x0b"s + "chunked\r\n"), 400,
       "field has a control character"},
      {"coding_empty", with("Transfer-Encoding:\r\n"), 400, "Transfer-Encoding is not chunked"},
      // Content.
      {"two_types", with("Content-Type: application/json\r\nContent-Type: text/plain\r\n"), 400,
       "Content-Type is repeated"},
      {"gzip_body", with("Content-Encoding: gzip\r\n"), 415, "Content-Encoding is not identity"},
      {"br_body", with("content-encoding: BR\r\n"), 415, "Content-Encoding is not identity"},
      {"two_encodings", with("Content-Encoding: identity\r\nContent-Encoding: gzip\r\n"), 400,
       "Content-Encoding is repeated"},
      {"expect_other", with("Expect: 200-ok\r\n"), 417, "only 100-continue can be expected"},
      {"two_expects", with("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 400,
       "Expect is repeated"},
      {"upgrade_h2c", with("Connection: Upgrade\r\nUpgrade: h2c\r\n"), 400,
       "Upgrade is not offered here"},
      {"upgrade_websocket", with("Upgrade: websocket\r\n"), 400, "Upgrade is not offered here"},
      // Sizes.
      {"too_many_fields", many_fields(limits::kHeaderFields + 1), 431, "too many header fields"},
      {"ten_thousand_fields", many_fields(10'000), 431, "too many header fields"},
      {"one_long_field", with("X: " + std::string(1024 * 1024, 'a') + "\r\n"), 431,
       "header is too large"},
      {"one_long_target", line("GET /" + std::string(20'000, 'a') + " HTTP/1.1"), 431,
       "header is too large"},
      {"endless_method", std::string(limits::kHeaderBytes, 'A'), 431, "header is too large"},
      {"one_byte_too_large",
       with("X: " + std::string(limits::kHeaderBytes - with("X: \r\n").size() + 1, 'a') + "\r\n"),
       431, "header is too large"},
  };
}

class Refused : public testing::TestWithParam<Case> {};

TEST_P(Refused, WithStatusAndReason) {
  RequestHead head;
  const auto refusal = check_all(GetParam().bytes, head);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->status, GetParam().status);
  EXPECT_EQ(refusal->reason, GetParam().reason);
}

TEST_P(Refused, ByteByByteTheSame) {
  RequestHead head;
  HeadScanner scanner;
  std::optional<Refusal> refusal;
  const std::string& bytes = GetParam().bytes;
  for (std::size_t size = 1; size <= bytes.size() && !refusal && scanner.head_size() == 0; ++size) {
    refusal = scanner.scan(std::string_view(bytes).substr(0, size));
  }
  if (!refusal) refusal = check_head(std::string_view(bytes).substr(0, scanner.head_size()), head);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(Heads, Refused, testing::ValuesIn(refused_cases()),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST(RequestCheck, ReadsWhatTheApiServerSends) {
  RequestHead head;
  const auto refusal = check_all(
      "POST /validate?timeout=5s HTTP/1.1\r\nHost: portreeve.portreeve-system.svc:443\r\n"
      "User-Agent: kube-apiserver-admission\r\nContent-Length: 7152\r\n"
      "Accept: application/json, */*\r\nContent-Type: application/json\r\n"
      "Accept-Encoding: gzip\r\n\r\n",
      head);
  ASSERT_FALSE(refusal.has_value()) << refusal->reason;
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/validate");
  EXPECT_EQ(head.query, "timeout=5s");
  EXPECT_EQ(head.content_type, "application/json");
  EXPECT_EQ(head.content_length, 7152u);
  EXPECT_FALSE(head.chunked);
  EXPECT_FALSE(head.close);
  EXPECT_FALSE(head.expects_continue);
}

TEST(RequestCheck, TakesWhatIsAllowedButRare) {
  const struct {
    const char* name;
    std::string bytes;
    std::function<bool(const RequestHead&)> holds;
  } cases[] = {
      {"chunked", with("Transfer-Encoding: Chunked\r\n"),
       [](const auto& h) { return h.chunked && h.has_body(); }},
      {"close", with("Connection: keep-alive, Close\r\n"), [](const auto& h) { return h.close; }},
      {"close in second", with("Connection: TE\r\nConnection: close\r\n"),
       [](const auto& h) { return h.close; }},
      {"no close", with("Connection: closed\r\n"), [](const auto& h) { return !h.close; }},
      {"expect", with("Expect: 100-Continue\r\nContent-Length: 1\r\n"),
       [](const auto& h) { return h.expects_continue; }},
      {"identity", with("Content-Encoding: identity\r\n"), [](const auto&) { return true; }},
      {"blank value", with("X:\r\nY: \t \r\n"), [](const auto&) { return true; }},
      {"zero length", with("Content-Length: 0\r\n"), [](const auto& h) { return !h.has_body(); }},
      {"empty query", line("GET /a? HTTP/1.1"),
       [](const auto& h) { return h.path == "/a" && h.query.empty(); }},
      {"two questions", line("GET /a?b?c HTTP/1.1"),
       [](const auto& h) { return h.query == "b?c"; }},
      {"dots are not resolved", line("GET /validate/../metrics HTTP/1.1"),
       [](const auto& h) { return h.path == "/validate/../metrics"; }},
      {"slashes are not merged", line("POST //validate HTTP/1.1"),
       [](const auto& h) { return h.path == "//validate"; }},
      {"escapes are not decoded", line("GET /%2e%2e/validate HTTP/1.1"),
       [](const auto& h) { return h.path == "/%2e%2e/validate"; }},
      {"unknown method", line("BREW /pot HTTP/1.1"),
       [](const auto& h) { return h.method == "BREW"; }},
      {"IPv6 host", "GET / HTTP/1.1\r\nHost: [::1]:9443\r\n\r\n", [](const auto&) { return true; }},
      {"most fields", many_fields(limits::kHeaderFields), [](const auto&) { return true; }},
      {"largest head",
       with("X: " + std::string(limits::kHeaderBytes - with("X: \r\n").size(), 'a') + "\r\n"),
       [](const auto&) { return true; }},
  };
  for (const auto& c : cases) {
    RequestHead head;
    const auto refusal = check_all(c.bytes, head);
    EXPECT_FALSE(refusal.has_value()) << c.name << ": " << refusal->reason;
    EXPECT_TRUE(c.holds(head)) << c.name;
  }
}

TEST(HeadScanner, FindsTheEndWhereverTheBytesAreCut) {
  const std::string head = with("X: y\r\n");
  const std::string bytes = head + "body\r\n\r\nGET /";
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    HeadScanner scanner;
    EXPECT_FALSE(scanner.scan(std::string_view(bytes).substr(0, cut)).has_value());
    EXPECT_EQ(scanner.head_size(), cut < head.size() ? 0 : head.size()) << cut;
    if (scanner.head_size() != 0) continue;
    EXPECT_FALSE(scanner.scan(bytes).has_value());
    EXPECT_EQ(scanner.head_size(), head.size()) << cut;
  }
}

// Beast alone would let these pass or read them differently; our check is what refuses them.
TEST(RequestCheck, EveryMutatedByteIsRefusedOrAgreedOn) {
  const std::string good =
      "POST /validate?timeout=5s HTTP/1.1\r\nHost: h\r\nContent-Length: 12\r\n"
      "Content-Type: application/json\r\n\r\n";
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string mutated = good;
      mutated[at] = static_cast<char>(byte);
      RequestHead head;
      HeadScanner scanner;
      if (scanner.scan(mutated).has_value() || scanner.head_size() == 0) continue;
      const std::string_view complete = std::string_view(mutated).substr(0, scanner.head_size());
      if (check_head(complete, head).has_value()) continue;
      EXPECT_FALSE(confirm_head(complete, head).has_value())
          << "byte " << at << " = " << byte << " passes our check, not Beast's";
    }
  }
}

}  // namespace
}  // namespace portreeve::net
