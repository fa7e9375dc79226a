#include "core/value.h"

#include <algorithm>
#include <cstring>

#include "core/number.h"

namespace portreeve {

std::string_view to_string(ValueType type) noexcept {
  switch (type) {
    case ValueType::absent: return "absent";
    case ValueType::null: return "null";
    case ValueType::boolean: return "boolean";
    case ValueType::number: return "number";
    case ValueType::string: return "string";
    case ValueType::array: return "array";
    case ValueType::object: return "object";
  }
  return "absent";
}

Position position_in(std::string_view text, std::size_t offset) noexcept {
  Position position;
  for (const char c : text.substr(0, offset)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\n') {
      ++position.line;
      position.column = 1;
    } else if ((byte & 0xC0U) != 0x80U) {
      ++position.column;
    }
  }
  return position;
}

// Value -------------------------------------------------------------------------------------------

Position Value::position() const noexcept {
  return document_ == nullptr ? Position{} : document_->position(offset());
}

Members::Members(const Value& object) noexcept
    : object_(object), next_(object.begin()), end_(object.end()) {}

Value Members::operator[](std::string_view key) {
  constexpr std::uint32_t kFew = 16;
  if (!object_.is_object()) return {};
  if (next_ != end_ && (*next_).key().text() == key) {
    const Value found = *next_;
    ++next_;
    return found;
  }
  if (object_.size() <= kFew) return object_[key];
  if (sorted_.empty()) {
    sorted_.reserve(object_.size());
    for (const Value member : object_) sorted_.push_back(member);
    std::sort(sorted_.begin(), sorted_.end(), [](const Value& a, const Value& b) {
      return a.key().text() < b.key().text();
    });
  }
  const auto at = std::lower_bound(
      sorted_.begin(), sorted_.end(), key,
      [](const Value& member, std::string_view wanted) { return member.key().text() < wanted; });
  return at != sorted_.end() && at->key().text() == key ? *at : Value();
}

bool equal(const Value& a, const Value& b) {
  if (a.type() != b.type() || a.size() != b.size()) return false;
  switch (a.type()) {
    case ValueType::absent:
    case ValueType::null: return true;
    case ValueType::boolean: return a.boolean() == b.boolean();
    case ValueType::string: return a.text() == b.text();
    case ValueType::number: return compare_numbers(a.text(), b.text()) == 0;
    case ValueType::array: {
      auto other = b.begin();
      for (const Value element : a) {
        if (!equal(element, *other)) return false;
        ++other;
      }
      return true;
    }
    case ValueType::object: {
      Members others(b);
      for (const Value member : a) {
        if (!equal(member, others[member.key().text()])) return false;
      }
      return true;
    }
  }
  return false;
}

// Document ----------------------------------------------------------------------------------------

Position Document::position(std::uint32_t offset) const noexcept {
  return position_in(text_, offset);
}

std::size_t Document::footprint() const noexcept {
  return (shared_ ? shared_->capacity() : source_.capacity()) + pool_.capacity() +
         tape_.capacity() * sizeof(Node);
}

}  // namespace portreeve
