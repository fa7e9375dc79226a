#include "core/value.h"

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
      // Members usually stand in the same order; then this is linear.
      auto other = b.begin();
      for (const Value member : a) {
        const std::string_view key = member.key().text();
        const Value twin = (*other).key().text() == key ? *other : b[key];
        if (!equal(member, twin)) return false;
        ++other;
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
