#include "net/http_answer.h"

#include <algorithm>
#include <charconv>

#include "core/limits.h"

namespace portreeve::net {
namespace {

bool token_char(char c) noexcept {  // RFC 9110 §5.6.2
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text) noexcept {
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  const std::size_t last = text.find_last_not_of(" \t");
  return last == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

}  // namespace

std::string shown(const HttpCall& call) { return call.method + " " + call.url.shown(); }

HttpAnswer::HttpAnswer(const HttpCall& call) : call_(call) {
  reply_.memory = MemoryBudget::Reservation(call.memory);
}

void HttpAnswer::refuse(Errc code, std::string_view why) {
  if (!error_) error_ = Error{code, shown(call_) + ": " + std::string(why)};
}

bool HttpAnswer::header_line(std::string_view line) {
  if (error_) return false;
  header_bytes_ += line.size();
  if (header_bytes_ > limits::kAnswerHeaderBytes || ++header_fields_ > limits::kAnswerHeaderFields) {
    refuse(Errc::limit, "the answer's header is larger than " +
                            std::to_string(limits::kAnswerHeaderBytes / 1024) + " KiB or " +
                            std::to_string(limits::kAnswerHeaderFields) + " fields");
    return false;
  }
  if (line.size() < 2 || line.substr(line.size() - 2) != "\r\n") {
    refuse(Errc::malformed, "a header line does not end with CR LF");
    return false;
  }
  line.remove_suffix(2);
  if (state_ == State::status) return status_line(line);
  if (state_ == State::body) return true;  // A trailer: counted, and nobody reads it.
  return line.empty() ? end_of_head() : field_line(line);
}

bool HttpAnswer::status_line(std::string_view line) {
  // RFC 9112 §4: HTTP-version SP 3DIGIT SP [reason]; many leave the last space out.
  const bool version = line.substr(0, 9) == "HTTP/1.1 " || line.substr(0, 9) == "HTTP/1.0 ";
  unsigned status = 0;
  const std::string_view digits = version ? line.substr(9, 3) : std::string_view();
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), status);
  const bool ends = line.size() == 12 || (line.size() > 12 && line[12] == ' ');
  if (!version || digits.size() != 3 || error != std::errc() || stop != digits.data() + 3 ||
      !ends || status < 100 || status > 599) {
    refuse(Errc::malformed, "the answer does not begin with an HTTP/1.1 status line");
    return false;
  }
  reply_.status = status;
  reply_.fields.clear();
  state_ = State::fields;
  return true;
}

bool HttpAnswer::field_line(std::string_view line) {
  const std::size_t colon = line.find(':');
  const std::string_view name = line.substr(0, std::min(colon, line.size()));
  // A line that begins with white space continues the one before (obs-fold): refused as well.
  if (colon == std::string_view::npos || name.empty() ||
      !std::all_of(name.begin(), name.end(), token_char)) {
    refuse(Errc::malformed, "a header line is no field");
    return false;
  }
  const std::string_view value = trimmed(line.substr(colon + 1));
  const bool clean = std::none_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
  if (!clean) {
    refuse(Errc::malformed, "a header field holds a control character");
    return false;
  }
  reply_.fields.push_back({lower_case(name), std::string(value)});
  return true;
}

bool HttpAnswer::end_of_head() {
  if (reply_.status == 101) {
    refuse(Errc::malformed, "switches to a protocol that nobody asked for");
    return false;
  }
  if (reply_.status < 200) {  // Interim: the final answer follows.
    state_ = State::status;
    return true;
  }
  const auto lengths = reply_.all("content-length");
  const auto codings = reply_.all("transfer-encoding");
  // RFC 9112 §6.3: where two readers could disagree about the end of the answer, there is none.
  if (lengths.size() > 1 || codings.size() > 1 || (!lengths.empty() && !codings.empty())) {
    refuse(Errc::malformed, "the answer's length is ambiguous");
    return false;
  }
  if (!codings.empty() && lower_case(codings[0]) != "chunked") {
    refuse(Errc::malformed, "the answer has a transfer coding other than chunked");
    return false;
  }
  for (const std::string_view coding : reply_.all("content-encoding")) {
    if (!coding.empty() && lower_case(coding) != "identity") {
      refuse(Errc::malformed, "the answer is encoded although identity was asked for");
      return false;
    }
  }
  if (!lengths.empty()) {
    std::uint64_t length = 0;
    const std::string_view text = lengths[0];
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), length);
    if (text.empty() || stop != text.data() + text.size() || error == std::errc::invalid_argument) {
      refuse(Errc::malformed, "Content-Length is not a number");
      return false;
    }
    if (call_.method != "HEAD" && (error != std::errc() || length > call_.body_limit)) {
      refuse(Errc::limit, "the answer announces more than " + std::to_string(call_.body_limit) +
                              " bytes");
      return false;
    }
  }
  state_ = State::body;
  return true;
}

bool HttpAnswer::body(std::string_view bytes) {
  if (error_) return false;
  if (state_ != State::body) {
    refuse(Errc::malformed, "a body came before the end of the header");
    return false;
  }
  if (bytes.size() > call_.body_limit - reply_.body.size()) {
    refuse(Errc::limit, "the answer has more than " + std::to_string(call_.body_limit) + " bytes");
    return false;
  }
  if (const Outcome room = reply_.memory.grow(bytes.size()); !room.ok()) {
    error_ = with_context(room.error(), shown(call_));
    error_->transient = true;
    return false;
  }
  reply_.body.append(bytes);
  return true;
}

Result<std::string> HttpReply::single(std::string_view name) const {
  const auto values = all(name);
  if (values.size() > 1) {
    return Error{Errc::malformed, "the answer has the field " + std::string(name) + " " +
                                      std::to_string(values.size()) + " times"};
  }
  return values.empty() ? std::string() : std::string(values[0]);
}

std::vector<std::string_view> HttpReply::all(std::string_view name) const {
  std::vector<std::string_view> out;
  for (const HttpField& field : fields) {
    if (field.name == name) out.emplace_back(field.value);
  }
  return out;
}

}  // namespace portreeve::net
