#include <cstdint>
#include <string>
#include <string_view>

#include "core/json.h"
#include "core/utf8.h"

namespace portreeve::json {
namespace {

// Walks tokens of any bytes, counting braces. It judges nothing: the document was refused already,
// and a wrong uid only turns our refusal into the API server's own.
class Salvage {
 public:
  explicit Salvage(std::string_view text) : text_(text) {}

  std::string uid() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '{' || c == '[') {
        ++depth_;
        ++at_;
      } else if (c == '}' || c == ']') {
        if (depth_ > 0) --depth_;
        if (depth_ < 2) in_request_ = false;
        ++at_;
      } else if (c == '"') {
        if (string_is_uid()) return std::string(text_.substr(value_from_, value_size_));
      } else {
        ++at_;
      }
    }
    return {};
  }

 private:
  // Consumes a string; true when it was the key "uid" directly in /request with a plain string value.
  bool string_is_uid() {
    const std::string_view word = string();
    skip_space();
    if (at_ >= text_.size() || text_[at_] != ':') return false;
    ++at_;
    skip_space();
    if (depth_ == 1) in_request_ = word == "request";
    if (depth_ != 2 || !in_request_ || word != "uid") return false;
    if (at_ >= text_.size() || text_[at_] != '"') return false;
    value_from_ = at_ + 1;
    const std::string_view value = string();
    value_size_ = value.size();
    // An escape or a control character would have to be interpreted; a real uid has neither.
    if (value.empty() || value.size() > 256 || utf8::first_invalid(value) != utf8::kValid) return false;
    for (const char c : value) {
      if (c == '\\' || static_cast<unsigned char>(c) < 0x20) return false;
    }
    return true;
  }

  std::string_view string() {
    const std::size_t from = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    const std::size_t end = at_ < text_.size() ? at_ : text_.size();
    at_ = end < text_.size() ? end + 1 : end;
    return text_.substr(from <= end ? from : end, end - (from <= end ? from : end));
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' ||
                                  text_[at_] == '\t')) {
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t depth_ = 0;
  bool in_request_ = false;
  std::size_t value_from_ = 0;
  std::size_t value_size_ = 0;
};

}  // namespace

std::string salvage_uid(std::string_view text) { return Salvage(text).uid(); }

}  // namespace portreeve::json
