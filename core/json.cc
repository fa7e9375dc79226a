#include "core/json.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/document_builder.h"
#include "core/limits.h"
#include "core/number.h"
#include "core/plain_text.h"
#include "core/utf8.h"

namespace portreeve::json {
namespace {

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// One pass over the text with an explicit state instead of recursion: depth is the builder's count.
// Each step says whether it went well; the one that did not has said why in `error_`.
class Reader {
 public:
  Reader(std::string text, const ReadLimits& limits, MemoryBudget* budget)
      : builder_(std::move(text), limits, budget), text_(builder_.source()) {}

  Result<DocumentPtr> run() {
    if (read_text()) return builder_.finish();
    Error error = std::move(error_).error();
    const Position position = position_in(text_, error_at_);
    error.message = "line " + std::to_string(position.line) + " column " +
                    std::to_string(position.column) + ": " + error.message;
    return error;
  }

 private:
  bool fail(std::size_t at, std::string message) {
    return refuse(at, Error{Errc::malformed, std::move(message)});
  }
  bool refuse(std::size_t at, Outcome outcome) {
    error_at_ = at;
    error_ = std::move(outcome);
    return false;
  }
  /// A refusal of the builder stands at `at`.
  bool built(std::size_t at, Outcome outcome) { return outcome.ok() || refuse(at, std::move(outcome)); }

  void skip_space() noexcept {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      ++at_;
    }
  }
  std::uint32_t here() const noexcept { return static_cast<std::uint32_t>(at_); }
  bool next_is(char c) const noexcept { return at_ < text_.size() && text_[at_] == c; }

  bool read_text() {
    if (!builder_.accepted().ok()) return refuse(0, builder_.accepted());
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") return fail(0, "byte order mark before the JSON text");
    skip_space();
    if (at_ == text_.size()) return fail(at_, "empty: expected a JSON value");
    if (!value()) return false;
    while (builder_.depth() > 0) {
      if (!next()) return false;
    }
    skip_space();
    return at_ == text_.size() || fail(at_, "bytes after the JSON value");
  }

  // Inside an open container, after a value: a comma and the next value, or the end.
  bool next() {
    const bool object = builder_.in_object();
    skip_space();
    if (next_is(object ? '}' : ']')) return close_container();
    if (!fresh_) {
      if (!next_is(',')) return fail(at_, object ? "expected ',' or '}'" : "expected ',' or ']'");
      ++at_;
      skip_space();
    }
    fresh_ = false;
    return (!object || key()) && value();
  }

  bool close_container() {
    ++at_;
    fresh_ = false;
    Outcome ended = builder_.end();
    return ended.ok() || refuse(builder_.error_offset(), std::move(ended));
  }

  bool key() {
    if (!next_is('"')) return fail(at_, "expected a key in double quotes");
    if (!string(true)) return false;
    skip_space();
    if (!next_is(':')) return fail(at_, "expected ':' after a key");
    ++at_;
    skip_space();
    return true;
  }

  bool value() {
    if (at_ >= text_.size()) return fail(at_, "the text ends where a value is expected");
    switch (text_[at_]) {
      case '"': return string(false);
      case '{': return built(at_, builder_.begin_object(here())) && open_container();
      case '[': return built(at_, builder_.begin_array(here())) && open_container();
      case 't': return literal("true") && built(at_ - 4, builder_.boolean(here() - 4, true));
      case 'f': return literal("false") && built(at_ - 5, builder_.boolean(here() - 5, false));
      case 'n': return literal("null") && built(at_ - 4, builder_.null(here() - 4));
      default: return number();
    }
  }

  bool open_container() noexcept {
    ++at_;
    fresh_ = true;
    return true;
  }

  bool literal(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fail(at_, "expected a JSON value");
    at_ += word.size();
    return true;
  }

  bool number() {
    const std::size_t start = at_;
    std::size_t i = at_;
    const auto digits = [&] {
      const std::size_t from = i;
      while (i < text_.size() && digit(text_[i])) ++i;
      return i > from;
    };
    if (text_[i] == '-') ++i;
    const std::size_t integer = i;
    if (!digits()) return fail(start, "expected a JSON value");
    if (text_[integer] == '0' && i - integer > 1) return fail(start, "number with a leading zero");
    if (i < text_.size() && text_[i] == '.') {
      ++i;
      if (!digits()) return fail(i, "expected a digit after '.'");
    }
    if (i < text_.size() && (text_[i] == 'e' || text_[i] == 'E')) {
      ++i;
      if (i < text_.size() && (text_[i] == '+' || text_[i] == '-')) ++i;
      const std::size_t exponent = i;
      if (!digits()) return fail(i, "expected a digit in the exponent");
      constexpr std::size_t kAlwaysInRange = 9;  // Digits.
      if (i - exponent > kAlwaysInRange && !exponent_in_range(text_.substr(start, i - start))) {
        return refuse(start, Error{Errc::limit, "exponent is out of range"});
      }
    }
    if (!builder_.add_number(here(), static_cast<std::uint32_t>(i - start))) {
      return refuse(start, builder_.refusal());
    }
    at_ = i;
    return true;
  }

  // Text up to the next byte that needs a look; stops at '"', '\\', a control character or the end.
  bool plain_run() {
    while (true) {
      at_ = plain_end(text_, at_);
      if (at_ >= text_.size() || static_cast<unsigned char>(text_[at_]) < 0x80) return true;
      const std::size_t length = utf8::sequence_length(text_, at_);
      if (length == 0) return fail(at_, "invalid UTF-8");
      at_ += length;
    }
  }

  bool string(bool is_key) {
    const std::uint32_t start = here();
    const std::uint32_t first = start + 1;
    ++at_;
    if (!plain_run()) return false;
    if (!next_is('"')) return escaped_string(start, is_key);
    const std::uint32_t size = here() - first;
    const bool added = is_key ? builder_.add_key(start, first, size)
                              : builder_.add_string(start, first, size);
    ++at_;
    return added || refuse(start, builder_.refusal());  // Reported where the string begins.
  }

  bool escaped_string(std::uint32_t start, bool is_key) {
    decoded_.assign(text_.substr(start + 1, at_ - start - 1));
    while (true) {
      if (at_ >= text_.size()) return fail(start, "string is not closed");
      const char c = text_[at_];
      if (c == '"') break;
      if (c != '\\') return fail(at_, "control character in a string");
      if (!escape()) return false;
      const std::size_t from = at_;
      if (!plain_run()) return false;
      decoded_.append(text_.substr(from, at_ - from));
    }
    ++at_;
    return built(start, is_key ? builder_.key(start, decoded_) : builder_.string(start, decoded_));
  }

  bool escape() {
    const std::size_t start = at_++;
    const char c = at_ < text_.size() ? text_[at_] : '\0';
    ++at_;
    switch (c) {
      case '"':
      case '\\':
      case '/': decoded_ += c; return true;
      case 'b': decoded_ += '\b'; return true;
      case 'f': decoded_ += '\f'; return true;
      case 'n': decoded_ += '\n'; return true;
      case 'r': decoded_ += '\r'; return true;
      case 't': decoded_ += '\t'; return true;
      case 'u': return unicode_escape(start);
      default: return fail(start, "unknown escape in a string");
    }
  }

  bool unicode_escape(std::size_t start) {
    std::uint32_t unit = 0;
    if (!hex4(unit)) return fail(start, "\\u needs four hexadecimal digits");
    char32_t code = unit;
    if (unit >= 0xDC00 && unit <= 0xDFFF) return fail(start, "lone surrogate in a string");
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      std::uint32_t low = 0;
      if (text_.substr(at_, 2) != "\\u") return fail(start, "lone surrogate in a string");
      at_ += 2;
      if (!hex4(low)) return fail(start, "\\u needs four hexadecimal digits");
      if (low < 0xDC00 || low > 0xDFFF) return fail(start, "lone surrogate in a string");
      code = 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00);
    }
    utf8::append(decoded_, code);
    return true;
  }

  bool hex4(std::uint32_t& out) noexcept {
    if (text_.size() - std::min(at_, text_.size()) < 4) return false;
    out = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const int value = hex_digit(text_[at_ + i]);
      if (value < 0) return false;
      out = out * 16 + static_cast<std::uint32_t>(value);
    }
    at_ += 4;
    return true;
  }

  DocumentBuilder builder_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool fresh_ = false;  ///< The innermost container has no value yet.
  std::string decoded_;
  Outcome error_ = Done{};
  std::size_t error_at_ = 0;
};

}  // namespace

Result<DocumentPtr> parse(std::string text, const ReadLimits& limits, MemoryBudget* budget) {
  return Reader(std::move(text), limits, budget).run();
}

ReadLimits review_limits() noexcept {
  return {limits::kReviewBytes, limits::kReviewDepth, limits::kReviewValues};
}

}  // namespace portreeve::json
