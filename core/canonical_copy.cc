#include "core/canonical_copy.h"

#include <algorithm>
#include <vector>

#include "core/byte_lanes.h"
#include "core/json.h"

namespace portreeve::json {
namespace {

bool container(const Value& value) noexcept { return value.is_array() || value.is_object(); }

// Canonical as it stands; longer runs of digits may end in so many zeros that it has an exponent.
bool short_number(std::string_view text) noexcept {
  return text.size() <= 32 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Control characters and backslashes never stand in a canonical form as they are. JSON's strings have
/// none where they are not decoded, but other readers' texts may.
bool holds_escapable(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size(); at += ByteLane::kBytes) {
    const ByteLane bytes = ByteLane::load(text, at);
    std::uint32_t bad = bytes.in_range('\0', 0x20) | bytes.equal_to('\\');
    if (text.size() - at < ByteLane::kBytes) bad &= (1U << (text.size() - at)) - 1;
    if (bad != 0) return true;
  }
  return false;
}

/// Compares the source with the form that a value has, token by token; the bytes of strings are not
/// looked at, since the tape says where they stand.
class Comparison {
 public:
  Comparison(std::string_view source, std::size_t at) noexcept : source_(source), at_(at) {}

  bool stands(const Value& value) {
    const ValueType type = value.type();
    if (type == ValueType::array) return array(value) || fails_between(value);
    if (type == ValueType::object) return object(value) || fails_between(value);
    return scalar(value, type) || fails(value);
  }

  std::size_t end() const noexcept { return at_; }
  /// The value that is spelt in another way, after stands() said no: a scalar, or a container for what
  /// stands between its values.
  std::uint32_t failed() const noexcept { return failed_; }

 private:
  bool fails(const Value& value) noexcept {
    failed_ = value.node_id();
    failed_below_ = true;
    return false;
  }
  // Unless one of its values has failed already.
  bool fails_between(const Value& container) noexcept {
    return failed_below_ ? false : fails(container);
  }
  bool array(const Value& value) {
    if (!next('[')) return false;
    bool first = true;
    for (const Value element : value) {
      if (!first && !next(',')) return false;
      first = false;
      if (!stands(element)) return false;
    }
    return next(']');
  }
  bool object(const Value& value) {
    if (!value.sorted() || !next('{')) return false;
    bool first = true;
    for (const Value member : value) {
      if (!first && !next(',')) return false;
      first = false;
      if (!string(member.key().text()) || !next(':')) return false;
      const ValueType type = member.type();
      if (type == ValueType::string ? !string(member.text()) : !stands(member)) {
        return type == ValueType::string ? fails(member) : false;
      }
    }
    return next('}');
  }
  bool scalar(const Value& value, ValueType type) noexcept {
    switch (type) {
      case ValueType::null: return word("null");
      case ValueType::boolean: return word(value.boolean() ? "true" : "false");
      case ValueType::number: return short_number(value.text()) && text(value.text());
      case ValueType::string: return string(value.text());
      case ValueType::absent:
      case ValueType::array:
      case ValueType::object: return false;
    }
    return false;
  }
  bool next(char c) noexcept {
    if (at_ >= source_.size() || source_.data()[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view expected) noexcept {
    if (source_.substr(std::min(at_, source_.size()), expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }
  /// Text of the tape that stands here.
  bool text(std::string_view of_tape) noexcept {
    if (of_tape.data() != source_.data() + at_) return false;
    at_ += of_tape.size();
    return true;
  }
  bool string(std::string_view of_tape) noexcept {
    const std::size_t end = at_ + 1 + of_tape.size();
    if (end >= source_.size() || of_tape.data() != source_.data() + at_ + 1) return false;
    const char* const bytes = source_.data();
    if (bytes[at_] != '"' || bytes[end] != '"') return false;
    at_ = end + 1;
    return true;
  }

  std::string_view source_;
  std::size_t at_;
  bool failed_below_ = false;
  std::uint32_t failed_ = 0;
};

class Copy {
 public:
  Copy(std::string& out, std::string_view source) : out_(out), source_(source) {}

  void write(const Value& value) {
    if (copied(value)) return;
    if (value.is_array()) {
      out_ += '[';
      bool first = true;
      for (const Value element : value) {
        if (!first) out_ += ',';
        first = false;
        write(element);
      }
      out_ += ']';
    } else if (value.is_object()) {
      write_object(value);
    } else if (value.is_string()) {
      append_string(out_, value.text());
    } else {
      append_canonical(out_, value);
    }
  }

 private:
  // What is around a value that is spelt in another way is not tried again, so nothing is compared
  // more than twice.
  bool copied(const Value& value) {
    if (source_.empty() || !container(value)) return false;
    const std::uint32_t node = value.node_id();
    if (known_failure_ && failed_ >= node && failed_ < node + value.node_count()) return false;
    Comparison comparison(source_, value.offset());
    if (!comparison.stands(value)) {
      known_failure_ = true;
      failed_ = comparison.failed();
      return false;
    }
    const std::string_view text = source_.substr(value.offset(), comparison.end() - value.offset());
    if (holds_escapable(text)) {
      source_ = {};
      return false;
    }
    out_ += text;
    return true;
  }

  void write_object(const Value& object) {
    std::vector<Value> members;
    members.reserve(object.size());
    for (const Value member : object) members.push_back(member);
    if (!object.sorted()) {
      std::sort(members.begin(), members.end(), [](const Value& a, const Value& b) {
        return a.key().text() < b.key().text();
      });
    }
    out_ += '{';
    bool first = true;
    for (const Value& member : members) {
      if (!first) out_ += ',';
      first = false;
      append_string(out_, member.key().text());
      out_ += ':';
      write(member);
    }
    out_ += '}';
  }

  std::string& out_;
  std::string_view source_;
  bool known_failure_ = false;
  std::uint32_t failed_ = 0;
};

}  // namespace

void copy_canonical(std::string& out, const Value& value, std::string_view source) {
  Copy(out, source).write(value);
}

}  // namespace portreeve::json
