#pragma once

// One immutable tree for everything that is judged, whether it came as JSON or as YAML.
//
// Layout: a preorder tape of 16-byte nodes over the source text. A member of an object is a string
// node (its key) followed by the nodes of its value; a container node knows where it ends. Strings
// without escapes point into the source, the others into a pool; numbers keep their text.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"

namespace portreeve {

class Document;
/// Documents are immutable and may be read from many threads.
using DocumentPtr = std::shared_ptr<const Document>;

enum class ValueType : std::uint8_t { absent, null, boolean, number, string, array, object };

/// "null", "boolean", … ; "absent" for a value that is not there.
std::string_view to_string(ValueType type) noexcept;

/// Where something stands in a text. Both count from 1; columns count Unicode code points.
struct Position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// Where a byte offset stands in a text. Linear: for messages only.
Position position_in(std::string_view text, std::size_t offset) noexcept;

/// A borrowed view of one value; valid as long as its Document. Absent, null and "" differ: looking
/// up what is not there gives an absent Value, on which every further look-up is absent too.
class Value {
 public:
  Value() = default;

  ValueType type() const noexcept;
  bool present() const noexcept { return document_ != nullptr; }
  bool is_null() const noexcept { return type() == ValueType::null; }
  bool is_string() const noexcept { return type() == ValueType::string; }
  bool is_number() const noexcept { return type() == ValueType::number; }
  bool is_boolean() const noexcept { return type() == ValueType::boolean; }
  bool is_array() const noexcept { return type() == ValueType::array; }
  bool is_object() const noexcept { return type() == ValueType::object; }

  /// REQUIRES: is_boolean(); false otherwise.
  bool boolean() const noexcept;
  /// The bytes of a string (valid UTF-8, may hold NUL) or the text of a number; empty otherwise.
  std::string_view text() const noexcept;
  /// Members or elements; 0 for a scalar.
  std::uint32_t size() const noexcept;
  /// An object whose keys stand in ascending order, byte by byte.
  bool sorted() const noexcept;

  /// The member of an object. Keys are unique. Linear in the number of members.
  Value operator[](std::string_view key) const noexcept;
  /// The element of an array. Linear in `index`.
  Value at(std::uint32_t index) const noexcept;

  /// The key under which this value stands in its object (a string), else absent.
  Value key() const noexcept;
  /// Byte offset of the value's first character in the source.
  std::uint32_t offset() const noexcept;
  /// Position of offset(). Linear in the source: for messages only.
  Position position() const noexcept;

  /// Iterates the values of an array or of an object; for an object, (*it).key() is the key.
  class Iterator {
   public:
    Value operator*() const noexcept;
    Iterator& operator++() noexcept;
    bool operator!=(const Iterator& other) const noexcept { return node_ != other.node_; }

   private:
    friend class Value;
    Iterator(const Document* document, std::uint32_t node, bool keyed) noexcept
        : document_(document), node_(node), keyed_(keyed) {}
    const Document* document_;
    std::uint32_t node_;
    bool keyed_;
  };
  Iterator begin() const noexcept;
  Iterator end() const noexcept;

  /// Calls `visit` with each scalar at or below this value, in document order, and leaves out the
  /// subtrees in `excluded`. One pass over the tape. REQUIRES: `excluded` is sorted by node_id().
  template <class Visit>
  void for_each_scalar(const std::vector<Value>& excluded, const Visit& visit) const;

  /// Calls `visit` with each member named `key` at any depth below this value, likewise.
  template <class Visit>
  void for_each_named(std::string_view key, const std::vector<Value>& excluded,
                      const Visit& visit) const;

  /// Calls `visit` with each member at any depth below this value, in document order.
  template <class Visit>
  void for_each_member(const Visit& visit) const;

  /// The same node of the same document (not deep equality: that is equal()).
  bool same_node(const Value& other) const noexcept {
    return document_ == other.document_ && node_ == other.node_;
  }
  bool same_document(const Value& other) const noexcept { return document_ == other.document_; }
  /// Nodes below and including this one; at most kReviewValues. For budgets.
  std::uint32_t node_count() const noexcept;
  /// Key under which a per-document side table can remember this value.
  std::uint32_t node_id() const noexcept { return node_; }

 private:
  friend class Document;
  friend class TextDocument;
  /// The first of values sorted by node_id() that stands here or later.
  std::vector<Value>::const_iterator first_of(const std::vector<Value>& sorted) const noexcept;
  Value(const Document* document, std::uint32_t node) noexcept : document_(document), node_(node) {}
  const Document* document_ = nullptr;
  std::uint32_t node_ = 0;
};

/// The members of one object, to look many of them up: what comes in the object's own order costs
/// nothing, anything else a logarithm. Borrows like a Value; not for use from several threads.
class Members {
 public:
  explicit Members(const Value& object) noexcept;
  /// The member, or an absent Value.
  Value operator[](std::string_view key);

 private:
  Value object_;
  Value::Iterator next_;
  Value::Iterator end_;
  std::vector<Value> sorted_;  ///< By key; made when first needed.
};

/// Deep equality as JSON values: members in any order, numbers by exact decimal value. Takes
/// n log n at most, whatever the order.
bool equal(const Value& a, const Value& b);

/// Owns source text, tape and pool. Made by a reader or a DocumentBuilder only.
class Document {
 public:
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  Value root() const noexcept { return tape_.empty() ? Value() : Value(this, 0); }
  std::string_view source() const noexcept { return text_; }
  Position position(std::uint32_t offset) const noexcept;
  /// Bytes held: source, tape and pool.
  std::size_t footprint() const noexcept;

 private:
  friend class Value;
  friend class DocumentBuilder;
  friend class TextDocument;
  struct Node {
    std::uint32_t offset;  ///< In the source, of the value's first character.
    std::uint32_t text;    ///< Scalar: offset of its bytes, in source or pool. Container: end node.
    std::uint32_t size;    ///< Scalar: bytes. Container: number of children.
    ValueType type;
    bool pooled;  ///< `text` is an offset into the pool.
    bool keyed;   ///< The node before this one is its key.
    bool truth;   ///< Of a boolean. Of an object: its keys ascend.
  };
  static_assert(sizeof(Node) == 16);
  Document() = default;
  std::uint32_t after(std::uint32_t node) const noexcept;

  std::string source_;
  std::shared_ptr<const std::string> shared_;  ///< The source of a stream of documents, instead.
  std::string_view text_;                      ///< One of the two.
  std::string pool_;
  std::vector<Node> tape_;
  const Node* nodes_ = nullptr;  ///< The finished tape: what Values read, checked when it was built.
  MemoryBudget::Reservation reservation_;
};

// Inline: rules do little else than this, for every rule and every decision.

inline std::uint32_t Document::after(std::uint32_t node) const noexcept {
  const Node& entry = nodes_[node];
  const bool container = entry.type == ValueType::array || entry.type == ValueType::object;
  return container ? entry.text : node + 1;
}

inline ValueType Value::type() const noexcept {
  return document_ == nullptr ? ValueType::absent : document_->nodes_[node_].type;
}

inline bool Value::boolean() const noexcept { return is_boolean() && document_->nodes_[node_].truth; }

inline std::string_view Value::text() const noexcept {
  if (document_ == nullptr) return {};
  const Document::Node& node = document_->nodes_[node_];
  if (node.type != ValueType::string && node.type != ValueType::number) return {};
  const char* owner = node.pooled ? document_->pool_.data() : document_->text_.data();
  return {owner + node.text, node.size};
}

inline std::uint32_t Value::size() const noexcept {
  return is_array() || is_object() ? document_->nodes_[node_].size : 0;
}

inline bool Value::sorted() const noexcept { return is_object() && document_->nodes_[node_].truth; }

inline Value Value::operator[](std::string_view key) const noexcept {
  if (!is_object()) return {};
  const Document& document = *document_;
  const std::uint32_t end = document.nodes_[node_].text;
  for (std::uint32_t at = node_ + 1; at < end; at = document.after(at + 1)) {
    const Document::Node& node = document.nodes_[at];
    if (node.size != key.size()) continue;
    const char* text = (node.pooled ? document.pool_.data() : document.text_.data()) + node.text;
    if (std::memcmp(text, key.data(), key.size()) == 0) return {document_, at + 1};
  }
  return {};
}

inline Value Value::at(std::uint32_t index) const noexcept {
  if (!is_array() || index >= size()) return {};
  std::uint32_t node = node_ + 1;
  while (index-- > 0) node = document_->after(node);
  return {document_, node};
}

inline Value Value::key() const noexcept {
  if (document_ == nullptr || !document_->nodes_[node_].keyed) return {};
  return {document_, node_ - 1};
}

inline std::uint32_t Value::offset() const noexcept {
  return document_ == nullptr ? 0 : document_->nodes_[node_].offset;
}

inline Value::Iterator Value::begin() const noexcept {
  const bool keyed = is_object();
  if (!keyed && !is_array()) return {nullptr, 0, false};
  const bool empty = document_->nodes_[node_].size == 0;
  return {document_, empty ? document_->nodes_[node_].text : node_ + 1 + (keyed ? 1U : 0U), keyed};
}

inline Value::Iterator Value::end() const noexcept {
  const bool keyed = is_object();
  if (!keyed && !is_array()) return {nullptr, 0, false};
  // One past the last value; an object's iterator also steps over the key that is not there.
  const bool empty = document_->nodes_[node_].size == 0;
  return {document_, document_->nodes_[node_].text + (keyed && !empty ? 1U : 0U), keyed};
}

inline Value Value::Iterator::operator*() const noexcept { return {document_, node_}; }

inline Value::Iterator& Value::Iterator::operator++() noexcept {
  node_ = document_->after(node_) + (keyed_ ? 1U : 0U);
  return *this;
}

inline std::uint32_t Value::node_count() const noexcept {
  return document_ == nullptr ? 0 : document_->after(node_) - node_;
}

inline std::vector<Value>::const_iterator Value::first_of(
    const std::vector<Value>& sorted) const noexcept {
  return std::lower_bound(sorted.begin(), sorted.end(), node_,
                          [](const Value& value, std::uint32_t node) { return value.node_ < node; });
}

template <class Visit>
void Value::for_each_scalar(const std::vector<Value>& excluded, const Visit& visit) const {
  if (document_ == nullptr) return;
  const std::uint32_t end = document_->after(node_);
  auto next = first_of(excluded);
  for (std::uint32_t at = node_; at < end;) {
    const Value value(document_, at);
    while (next != excluded.end() && next->node_ < at) ++next;
    bool skip = false;
    for (auto other = next; other != excluded.end() && other->node_ == at; ++other) {
      skip = skip || other->same_node(value);
    }
    if (skip) {
      at = document_->after(at);
    } else {
      if (!value.is_object() && !value.is_array()) visit(value);
      ++at;
    }
    // A key stands before its value and is none itself.
    if (at + 1 < end && document_->nodes_[at + 1].keyed) ++at;
  }
}

template <class Visit>
void Value::for_each_member(const Visit& visit) const {
  if (document_ == nullptr) return;
  const std::uint32_t end = document_->after(node_);
  for (std::uint32_t at = node_ + 1; at < end; ++at) {
    if (document_->nodes_[at].keyed) visit(Value(document_, at));
  }
}

template <class Visit>
void Value::for_each_named(std::string_view key, const std::vector<Value>& excluded,
                           const Visit& visit) const {
  if (document_ == nullptr) return;
  const std::uint32_t end = document_->after(node_);
  auto next = first_of(excluded);
  for (std::uint32_t at = node_; at < end;) {
    const Value value(document_, at);
    while (next != excluded.end() && next->node_ < at) ++next;
    bool skip = false;
    for (auto other = next; other != excluded.end() && other->node_ == at; ++other) {
      skip = skip || other->same_node(value);
    }
    if (skip) {
      at = document_->after(at);
      continue;
    }
    if (at > node_ && document_->nodes_[at].keyed &&
        document_->nodes_[at - 1].size == key.size() && value.key().text() == key) {
      visit(value);
    }
    ++at;
  }
}

/// A document of one string that borrows its text: for a composed value that is judged and forgotten.
/// The root is valid as long as this object and the text.
class TextDocument {
 public:
  explicit TextDocument(std::string_view text) noexcept {
    document_.text_ = text;
    node_ = {0, 0, static_cast<std::uint32_t>(text.size()), ValueType::string, false, false, false};
    document_.nodes_ = &node_;
  }
  TextDocument(const TextDocument&) = delete;
  TextDocument& operator=(const TextDocument&) = delete;
  Value root() const noexcept { return {&document_, 0}; }

 private:
  Document document_;
  Document::Node node_{};
};

}  // namespace portreeve
