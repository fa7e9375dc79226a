#include "core/json.h"

#include <cstdint>
#include <string>

#include "core/document_builder.h"
#include "core/json_tokens.h"
#include "core/limits.h"

namespace portreeve::json {
namespace {

// One pass over the text with an explicit state instead of recursion: depth is the builder's count.
// Each step says whether it went well; the one that did not has said why in `error_`.
class Reader {
 public:
  Reader(std::string text, const ReadLimits& limits, MemoryBudget* budget)
      : builder_(std::move(text), limits, budget),
        text_(builder_.source()),
        bytes_(text_.data()),
        size_(text_.size()) {}

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

  // Programs write none, so that the first look is the last.
  void skip_space() noexcept {
    if (at_ < size_ && static_cast<unsigned char>(bytes_[at_]) > ' ') return;
    while (at_ < size_) {
      const char c = bytes_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      ++at_;
    }
  }
  std::uint32_t here() const noexcept { return static_cast<std::uint32_t>(at_); }
  bool next_is(char c) const noexcept { return at_ < size_ && bytes_[at_] == c; }

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
    if (!string<true>()) return false;
    skip_space();
    if (!next_is(':')) return fail(at_, "expected ':' after a key");
    ++at_;
    skip_space();
    return true;
  }

  bool value() {
    if (at_ >= size_) return fail(at_, "the text ends where a value is expected");
    switch (bytes_[at_]) {
      case '"': return string<false>();
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

  /// A refusal of a token.
  bool refuse_token() { return refuse(token_.at, Error{token_.code, token_.message}); }

  [[gnu::flatten]] bool number() {
    const std::size_t start = at_;
    std::size_t end = at_;
    if (!scan_number(text_, start, end, token_)) return refuse_token();
    if (!builder_.add_number(here(), static_cast<std::uint32_t>(end - start))) {
      return refuse(start, builder_.refusal());
    }
    at_ = end;
    return true;
  }

  template <bool is_key>
  [[gnu::flatten]] bool string() {
    const std::uint32_t start = here();
    const std::uint32_t first = start + 1;
    const std::size_t plain = plain_end(text_, first);
    at_ = plain;
    if (plain >= size_ || bytes_[plain] != '"') {
      if (!plain_run(text_, at_, token_)) return refuse_token();
      if (!next_is('"')) return escaped_string(start, is_key);
    }
    const std::uint32_t size = here() - first;
    ++at_;
    const bool added = is_key ? builder_.add_key(start, first, size)
                              : builder_.add_string(start, first, size);
    return added || refuse(start, builder_.refusal());  // Reported where the string begins.
  }

  bool escaped_string(std::uint32_t start, bool is_key) {
    if (!decode_string(text_, start, at_, decoded_, token_)) return refuse_token();
    return built(start, is_key ? builder_.key(start, decoded_) : builder_.string(start, decoded_));
  }

  DocumentBuilder builder_;
  std::string_view text_;
  const char* bytes_;  ///< Of text_; each look is preceded by one at size_.
  std::size_t size_;
  std::size_t at_ = 0;
  bool fresh_ = false;  ///< The innermost container has no value yet.
  std::string decoded_;
  TokenError token_;
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
