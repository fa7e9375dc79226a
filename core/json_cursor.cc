#include "core/json_cursor.h"

#include <algorithm>
#include <limits>

namespace portreeve::json {
namespace {

constexpr std::uint32_t kSmallObject = 12;  // Up to here comparing all pairs beats sorting.

}  // namespace

Cursor::Cursor(std::string_view text, const ReadLimits& limits) : text_(text), limits_(limits) {
  if (text.size() > limits.bytes || text.size() > std::numeric_limits<std::uint32_t>::max()) {
    fail(0, std::to_string(text.size()) + " bytes, limit is " + std::to_string(limits.bytes),
         Errc::limit);
    return;
  }
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    fail(0, "byte order mark before the JSON text");
    return;
  }
  skip_space();
  if (at_ == text_.size()) fail(at_, "empty: expected a JSON value");
}

void Cursor::skip_space() noexcept {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    ++at_;
  }
}

bool Cursor::fail(std::size_t at, std::string message, Errc code) {
  if (!ok_) return false;  // The first reason stands.
  ok_ = false;
  error_at_ = at;
  message_ = std::move(message);
  code_ = code;
  return false;
}

bool Cursor::refuse(const TokenError& token) { return fail(token.at, token.message, token.code); }

bool Cursor::fail_type(std::string_view wanted) {
  const ValueType found = peek();
  if (!ok_) return false;
  return fail(at_, "expected " + std::string(wanted) + ", found " + std::string(to_string(found)));
}

Error Cursor::error() const {
  const Position position = position_in(text_, error_at_);
  return Error{code_, "line " + std::to_string(position.line) + " column " +
                          std::to_string(position.column) + ": " + message_};
}

bool Cursor::count() {
  if (++values_ > limits_.values) {
    return fail(at_, "more than " + std::to_string(limits_.values) + " values", Errc::limit);
  }
  return true;
}

ValueType Cursor::peek() {
  if (!ok_) return ValueType::absent;
  if (at_ >= text_.size()) {
    fail(at_, "the text ends where a value is expected");
    return ValueType::absent;
  }
  switch (text_[at_]) {
    case '"':
      return ValueType::string;
    case '{':
      return ValueType::object;
    case '[':
      return ValueType::array;
    case 't':
    case 'f':
      return ValueType::boolean;
    case 'n':
      return ValueType::null;
    default:
      break;
  }
  if (text_[at_] == '-' || (text_[at_] >= '0' && text_[at_] <= '9')) return ValueType::number;
  fail(at_, "expected a JSON value");
  return ValueType::absent;
}

bool Cursor::enter(bool object) {
  if (open_.size() >= limits_.depth) {
    return fail(at_, "nested deeper than " + std::to_string(limits_.depth), Errc::limit);
  }
  if (!count()) return false;
  open_.push_back({static_cast<std::uint32_t>(keys_.size()),
                   static_cast<std::uint32_t>(spelled_.size()), object, true});
  ++at_;
  return true;
}

bool Cursor::enter_object() {
  return peek() == ValueType::object ? enter(true) : fail_type("an object");
}

bool Cursor::enter_array() {
  return peek() == ValueType::array ? enter(false) : fail_type("an array");
}

bool Cursor::leave() {
  ++at_;
  const Open closed = open_.back();
  open_.pop_back();
  if (!closed.object) return true;
  if (!unique_keys(closed.first_key)) return false;
  keys_.resize(closed.first_key);
  spelled_.resize(closed.first_spelled);
  return true;
}

bool Cursor::next_key(std::string_view& key) {
  if (!ok_) return false;
  skip_space();
  const bool fresh = open_.back().fresh;
  open_.back().fresh = false;
  if (at_ < text_.size() && text_[at_] == '}') {
    leave();
    return false;
  }
  if (!fresh) {
    if (at_ >= text_.size() || text_[at_] != ',') return fail(at_, "expected ',' or '}'");
    ++at_;
    skip_space();
  }
  if (at_ >= text_.size() || text_[at_] != '"') return fail(at_, "expected a key in double quotes");
  if (!count()) return false;
  StringToken token;
  if (!read_string(token)) return false;
  if (!token.in_source) {
    spelled_.emplace_back(token.text);
    token.text = spelled_.back();
  }
  keys_.push_back({token.text, token.at});
  key = token.text;
  skip_space();
  if (at_ >= text_.size() || text_[at_] != ':') return fail(at_, "expected ':' after a key");
  ++at_;
  skip_space();
  return true;
}

bool Cursor::next_element() {
  if (!ok_) return false;
  skip_space();
  const bool fresh = open_.back().fresh;
  open_.back().fresh = false;
  if (at_ < text_.size() && text_[at_] == ']') {
    leave();
    return false;
  }
  if (fresh) return true;
  if (at_ >= text_.size() || text_[at_] != ',') return fail(at_, "expected ',' or ']'");
  ++at_;
  skip_space();
  return true;
}

bool Cursor::read_string(StringToken& out) {
  out.at = at();
  std::size_t end = at_ + 1;
  TokenError token;
  if (!plain_run(text_, end, token)) return refuse(token);
  if (end < text_.size() && text_[end] == '"') {
    out.text = text_.substr(at_ + 1, end - at_ - 1);
    out.in_source = true;
    at_ = end + 1;
    return true;
  }
  if (!decode_string(text_, at_, end, decoded_, token)) return refuse(token);
  out.text = decoded_;
  out.in_source = false;
  at_ = end;
  return true;
}

bool Cursor::string(StringToken& out) {
  if (peek() != ValueType::string) return fail_type("a string");
  return count() && read_string(out);
}

bool Cursor::number(std::string_view& text) {
  if (peek() != ValueType::number) return fail_type("a number");
  std::size_t end = at_;
  TokenError token;
  if (!count()) return false;
  if (!scan_number(text_, at_, end, token)) return refuse(token);
  text = text_.substr(at_, end - at_);
  at_ = end;
  return true;
}

bool Cursor::literal(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) return fail(at_, "expected a JSON value");
  at_ += word.size();
  return count();
}

bool Cursor::boolean(bool& out) {
  if (peek() != ValueType::boolean) return fail_type("a boolean");
  out = text_[at_] == 't';
  return literal(out ? "true" : "false");
}

bool Cursor::null() { return peek() == ValueType::null ? literal("null") : fail_type("null"); }

bool Cursor::skip() {
  const std::size_t base = open_.size();
  while (true) {
    StringToken token;
    std::string_view text;
    bool truth = false;
    switch (peek()) {
      case ValueType::absent:
        return false;
      case ValueType::null:
        null();
        break;
      case ValueType::boolean:
        boolean(truth);
        break;
      case ValueType::number:
        number(text);
        break;
      case ValueType::string:
        string(token);
        break;
      case ValueType::array:
        enter(false);
        break;
      case ValueType::object:
        enter(true);
        break;
    }
    // The next value, or out of what ended.
    while (ok_ && open_.size() > base) {
      if (open_.back().object ? next_key(text) : next_element()) break;
    }
    if (!ok_) return false;
    if (open_.size() == base) return true;
  }
}

bool Cursor::copy_scalar(DocumentBuilder& out) {
  const std::uint32_t start = at();
  StringToken token;
  std::string_view text;
  bool truth = false;
  Outcome done = Done{};
  switch (peek()) {
    case ValueType::null:
      if (!null()) return false;
      done = out.null(start);
      break;
    case ValueType::boolean:
      if (!boolean(truth)) return false;
      done = out.boolean(start, truth);
      break;
    case ValueType::number:
      if (!number(text)) return false;
      done = out.number_in_source(start, static_cast<std::uint32_t>(text.size()));
      break;
    case ValueType::string:
      if (!string(token)) return false;
      done = token.in_source ? out.string_in_source(start, start + 1,
                                                    static_cast<std::uint32_t>(token.text.size()))
                             : out.string(start, token.text);
      break;
    case ValueType::absent:
    case ValueType::array:
    case ValueType::object:
      return false;
  }
  return done.ok() || fail(start, done.error().message, done.error().code);
}

bool Cursor::copy(DocumentBuilder& out) {
  const std::size_t base = open_.size();
  const auto built = [&](Outcome done) {
    return done.ok() || fail(at_, done.error().message, done.error().code);
  };
  while (true) {
    const ValueType type = peek();
    if (type == ValueType::object || type == ValueType::array) {
      const bool object = type == ValueType::object;
      if (!built(object ? out.begin_object(at()) : out.begin_array(at())) || !enter(object))
        return false;
    } else if (!copy_scalar(out)) {
      return false;
    }
    while (open_.size() > base) {
      std::string_view key;
      if (open_.back().object ? next_key(key) : next_element()) {
        if (open_.back().object) {
          const Key& last = keys_.back();
          const bool plain = key.data() >= text_.data() && key.data() < text_.data() + text_.size();
          if (!built(plain ? out.key_in_source(last.at, last.at + 1,
                                               static_cast<std::uint32_t>(key.size()))
                           : out.key(last.at, key))) {
            return false;
          }
        }
        break;
      }
      if (!ok_ || !built(out.end())) return false;
    }
    if (open_.size() == base) return true;
  }
}

bool Cursor::finish() {
  if (!ok_) return false;
  skip_space();
  return at_ == text_.size() || fail(at_, "bytes after the JSON value");
}

// As in DocumentBuilder: sorting, not hashing, so that nobody can prepare keys that make it
// quadratic.
bool Cursor::unique_keys(std::uint32_t first) {
  const auto begin = keys_.begin() + first;
  const auto repeated = [&](const Key& a, const Key& b) {
    return fail(std::max(a.at, b.at), "key \"" + std::string(a.text.substr(0, 64)) + "\" repeated");
  };
  if (keys_.size() - first <= kSmallObject) {
    for (auto a = begin; a != keys_.end(); ++a) {
      for (auto b = begin; b != a; ++b) {
        if (a->text == b->text) return repeated(*a, *b);
      }
    }
    return true;
  }
  std::sort(begin, keys_.end(), [](const Key& a, const Key& b) {
    return a.text.size() != b.text.size() ? a.text.size() < b.text.size() : a.text < b.text;
  });
  const auto twice = std::adjacent_find(
      begin, keys_.end(), [](const Key& a, const Key& b) { return a.text == b.text; });
  return twice == keys_.end() || repeated(*twice, *std::next(twice));
}

}  // namespace portreeve::json
