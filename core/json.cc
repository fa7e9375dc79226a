#include "core/json.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/limits.h"
#include "core/number.h"
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

// Bytes that end a run of plain string text: control characters, '"', '\\' and all non-ASCII, which
// is checked sequence by sequence.
struct PlainTable {
  bool plain[256] = {};
  constexpr PlainTable() {
    for (int i = 0x20; i < 0x80; ++i) plain[i] = i != '"' && i != '\\';
  }
};
constexpr PlainTable kPlain;

// One pass over the text with an explicit state instead of recursion: depth is the builder's count.
class Reader {
 public:
  Reader(std::string text, const ReadLimits& limits, MemoryBudget* budget)
      : builder_(std::move(text), limits, budget), text_(builder_.source()) {}

  Result<DocumentPtr> run() {
    Outcome read = read_text();
    if (!read.ok()) return located(std::move(read).error());
    return builder_.finish();
  }

 private:
  Error located(Error error) const {
    const Position position = position_in(text_, error_at_);
    error.message = "line " + std::to_string(position.line) + " column " +
                    std::to_string(position.column) + ": " + error.message;
    return error;
  }

  Error fail(std::size_t at, std::string message) {
    error_at_ = at;
    return Error{Errc::malformed, std::move(message)};
  }
  // A refusal of the builder stands where we are.
  Outcome built(Outcome outcome) {
    if (!outcome.ok()) error_at_ = at_;
    return outcome;
  }

  void skip_space() noexcept {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      ++at_;
    }
  }
  std::uint32_t here() const noexcept { return static_cast<std::uint32_t>(at_); }
  char peek() const noexcept { return at_ < text_.size() ? text_[at_] : '\0'; }

  Outcome read_text() {
    PORTREEVE_CHECK(Outcome(builder_.accepted()));
    if (text_.substr(0, 3) == "\xEF\xBB\xBF") return fail(0, "byte order mark before the JSON text");
    skip_space();
    if (at_ == text_.size()) return fail(at_, "empty: expected a JSON value");
    PORTREEVE_CHECK(value());
    while (builder_.depth() > 0) PORTREEVE_CHECK(next());
    skip_space();
    if (at_ != text_.size()) return fail(at_, "bytes after the JSON value");
    return Done{};
  }

  // Inside an open container, after a value: a comma and the next value, or the end.
  Outcome next() {
    const bool object = builder_.in_object();
    skip_space();
    const char close = object ? '}' : ']';
    if (peek() == close && at_ < text_.size()) return close_container();
    if (!fresh_) {
      if (peek() != ',') return fail(at_, object ? "expected ',' or '}'" : "expected ',' or ']'");
      ++at_;
      skip_space();
    }
    fresh_ = false;
    if (object) PORTREEVE_CHECK(key());
    return value();
  }

  Outcome close_container() {
    ++at_;
    fresh_ = false;
    Outcome ended = builder_.end();
    if (!ended.ok()) error_at_ = builder_.error_offset();
    return ended;
  }

  Outcome key() {
    if (peek() != '"') return fail(at_, "expected a key in double quotes");
    PORTREEVE_CHECK(string(true));
    skip_space();
    if (peek() != ':') return fail(at_, "expected ':' after a key");
    ++at_;
    skip_space();
    return Done{};
  }

  Outcome value() {
    if (at_ >= text_.size()) return fail(at_, "the text ends where a value is expected");
    switch (text_[at_]) {
      case '{': {
        PORTREEVE_CHECK(built(builder_.begin_object(here())));
        ++at_;
        fresh_ = true;
        return Done{};
      }
      case '[': {
        PORTREEVE_CHECK(built(builder_.begin_array(here())));
        ++at_;
        fresh_ = true;
        return Done{};
      }
      case '"': return string(false);
      case 't': return literal("true", [&] { return builder_.boolean(here(), true); });
      case 'f': return literal("false", [&] { return builder_.boolean(here(), false); });
      case 'n': return literal("null", [&] { return builder_.null(here()); });
      default: return number();
    }
  }

  template <class Build>
  Outcome literal(std::string_view word, Build build) {
    if (text_.substr(at_, word.size()) != word) return fail(at_, "expected a JSON value");
    PORTREEVE_CHECK(built(build()));
    at_ += word.size();
    return Done{};
  }

  Outcome number() {
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
        error_at_ = start;
        return Error{Errc::limit, "exponent is out of range"};
      }
    }
    PORTREEVE_CHECK(built(builder_.number_in_source(here(), static_cast<std::uint32_t>(i - start))));
    at_ = i;
    return Done{};
  }

  // Text up to the next byte that needs a look; stops at '"', '\\', a control character or the end.
  Outcome plain_run() {
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (kPlain.plain[byte]) {
        ++at_;
      } else if (byte < 0x80) {
        return Done{};
      } else {
        const std::size_t length = utf8::sequence_length(text_, at_);
        if (length == 0) return fail(at_, "invalid UTF-8");
        at_ += length;
      }
    }
    return Done{};
  }

  Outcome string(bool is_key) {
    const std::uint32_t start = here();
    ++at_;
    const std::uint32_t first = here();
    PORTREEVE_CHECK(plain_run());
    if (peek() == '"' && at_ < text_.size()) {
      const std::uint32_t size = here() - first;
      at_ = start;  // A refusal is reported where the string begins.
      PORTREEVE_CHECK(built(is_key ? builder_.key_in_source(start, first, size)
                                   : builder_.string_in_source(start, first, size)));
      at_ = first + size + 1;
      return Done{};
    }
    decoded_.assign(text_.substr(first, at_ - first));
    while (true) {
      if (at_ >= text_.size()) return fail(start, "string is not closed");
      const char c = text_[at_];
      if (c == '"') break;
      if (c != '\\') return fail(at_, "control character in a string");
      PORTREEVE_CHECK(escape());
      const std::size_t from = at_;
      PORTREEVE_CHECK(plain_run());
      decoded_.append(text_.substr(from, at_ - from));
    }
    ++at_;
    Outcome outcome = is_key ? builder_.key(start, decoded_) : builder_.string(start, decoded_);
    if (!outcome.ok()) error_at_ = start;
    return outcome;
  }

  Outcome escape() {
    const std::size_t start = at_++;
    const char c = peek();
    ++at_;
    switch (c) {
      case '"':
      case '\\':
      case '/': decoded_ += c; return Done{};
      case 'b': decoded_ += '\b'; return Done{};
      case 'f': decoded_ += '\f'; return Done{};
      case 'n': decoded_ += '\n'; return Done{};
      case 'r': decoded_ += '\r'; return Done{};
      case 't': decoded_ += '\t'; return Done{};
      case 'u': return unicode_escape(start);
      default: return fail(start, "unknown escape in a string");
    }
  }

  Outcome unicode_escape(std::size_t start) {
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
    return Done{};
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
  std::size_t error_at_ = 0;
  bool fresh_ = false;  ///< The innermost container has no value yet.
  std::string decoded_;
};

}  // namespace

Result<DocumentPtr> parse(std::string text, const ReadLimits& limits, MemoryBudget* budget) {
  return Reader(std::move(text), limits, budget).run();
}

ReadLimits review_limits() noexcept {
  return {limits::kReviewBytes, limits::kReviewDepth, limits::kReviewValues};
}

}  // namespace portreeve::json
