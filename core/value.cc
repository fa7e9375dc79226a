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

ValueType Value::type() const noexcept {
  return document_ == nullptr ? ValueType::absent : document_->tape_[node_].type;
}

bool Value::boolean() const noexcept { return is_boolean() && document_->tape_[node_].truth; }

std::string_view Value::text() const noexcept {
  if (document_ == nullptr) return {};
  const Document::Node& node = document_->tape_[node_];
  if (node.type != ValueType::string && node.type != ValueType::number) return {};
  const char* owner = node.pooled ? document_->pool_.data() : document_->text_.data();
  return {owner + node.text, node.size};
}

std::uint32_t Value::size() const noexcept {
  return is_array() || is_object() ? document_->tape_[node_].size : 0;
}

Value Value::operator[](std::string_view key) const noexcept {
  if (!is_object()) return {};
  const Document& document = *document_;
  const std::uint32_t end = document.tape_[node_].text;
  for (std::uint32_t at = node_ + 1; at < end; at = document.after(at + 1)) {
    const Document::Node& node = document.tape_[at];
    if (node.size != key.size()) continue;
    const char* text = (node.pooled ? document.pool_.data() : document.text_.data()) + node.text;
    if (std::memcmp(text, key.data(), key.size()) == 0) return {document_, at + 1};
  }
  return {};
}

Value Value::at(std::uint32_t index) const noexcept {
  if (!is_array() || index >= size()) return {};
  std::uint32_t node = node_ + 1;
  while (index-- > 0) node = document_->after(node);
  return {document_, node};
}

Value Value::key() const noexcept {
  if (document_ == nullptr || !document_->tape_[node_].keyed) return {};
  return {document_, node_ - 1};
}

std::uint32_t Value::offset() const noexcept {
  return document_ == nullptr ? 0 : document_->tape_[node_].offset;
}

Position Value::position() const noexcept {
  return document_ == nullptr ? Position{} : document_->position(offset());
}

Value::Iterator Value::begin() const noexcept {
  const bool keyed = is_object();
  if (!keyed && !is_array()) return {nullptr, 0, false};
  const bool empty = document_->tape_[node_].size == 0;
  return {document_, empty ? document_->tape_[node_].text : node_ + 1 + (keyed ? 1U : 0U), keyed};
}

Value::Iterator Value::end() const noexcept {
  const bool keyed = is_object();
  if (!keyed && !is_array()) return {nullptr, 0, false};
  // One past the last value; an object's iterator also steps over the key that is not there.
  const bool empty = document_->tape_[node_].size == 0;
  return {document_, document_->tape_[node_].text + (keyed && !empty ? 1U : 0U), keyed};
}

Value Value::Iterator::operator*() const noexcept { return {document_, node_}; }

Value::Iterator& Value::Iterator::operator++() noexcept {
  node_ = document_->after(node_) + (keyed_ ? 1U : 0U);
  return *this;
}

std::uint32_t Value::node_count() const noexcept {
  return document_ == nullptr ? 0 : document_->after(node_) - node_;
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

std::uint32_t Document::after(std::uint32_t node) const noexcept {
  const Node& entry = tape_[node];
  const bool container = entry.type == ValueType::array || entry.type == ValueType::object;
  return container ? entry.text : node + 1;
}

Position Document::position(std::uint32_t offset) const noexcept {
  return position_in(text_, offset);
}

std::size_t Document::footprint() const noexcept {
  return (shared_ ? shared_->capacity() : source_.capacity()) + pool_.capacity() +
         tape_.capacity() * sizeof(Node);
}

}  // namespace portreeve
