// confirm_head(): Boost.Beast's reading of a head that our own check has passed.

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <cstdint>

#include "core/limits.h"
#include "net/request_check.h"

namespace portreeve::net {
namespace {

namespace http = boost::beast::http;

/// Keeps views instead of copies: one head is parsed from one buffer that outlives the parser.
class HeadParser final : public http::basic_parser<true> {
 public:
  std::string_view method;
  std::string_view target;

 private:
  using Text = boost::beast::string_view;
  using Code = boost::beast::error_code;

  void on_request_impl(http::verb, Text method_text, Text target_text, int, Code&) override {
    method = {method_text.data(), method_text.size()};
    target = {target_text.data(), target_text.size()};
  }
  void on_response_impl(int, Text, int, Code&) override {}
  void on_field_impl(http::field, Text, Text, Code&) override {}
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(Text body, Code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, Text, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, Code&) override { return body.size(); }
  void on_finish_impl(Code&) override {}
};

bool same_target(std::string_view target, const RequestHead& head) {
  if (!target.starts_with(head.path)) return false;
  target.remove_prefix(head.path.size());
  return target.empty() ? head.query.empty() : target.substr(1) == head.query;
}

}  // namespace

std::optional<Refusal> confirm_head(std::string_view bytes, const RequestHead& head) {
  constexpr Refusal kDisagree{400, "head is ambiguous"};
  HeadParser parser;
  parser.header_limit(static_cast<std::uint32_t>(limits::kHeaderBytes + 1));
  parser.body_limit(boost::none);
  boost::beast::error_code error;
  const std::size_t used = parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error || used != bytes.size() || !parser.is_header_done()) return kDisagree;
  const std::uint64_t length = parser.content_length() ? *parser.content_length() : 0;
  if (parser.method != head.method || !same_target(parser.target, head) ||
      parser.chunked() != head.chunked || (!head.chunked && length != head.content_length) ||
      parser.upgrade()) {
    return kDisagree;
  }
  return std::nullopt;
}

}  // namespace portreeve::net
