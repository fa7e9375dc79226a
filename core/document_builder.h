#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/value.h"

namespace portreeve {

/// Bounds on one document. Each reader enforces them while it reads, never afterwards.
struct ReadLimits {
  std::size_t bytes;
  std::uint32_t depth;
  std::uint32_t values;
};

/// Builds a Document in preorder; what a reader calls. The only writer of the tape.
///
/// Enforces depth, number of values, unique keys and the memory budget, so that no reader can forget
/// them. Errors name the key and leave position to the reader: `limit` for bounds, `malformed` for a
/// repeated key. After an error the builder must be dropped.
class DocumentBuilder {
 public:
  /// Takes the source; `budget` may be null. The source's own bytes are counted too, unless the
  /// caller says that they are counted already.
  DocumentBuilder(std::string source, const ReadLimits& limits, MemoryBudget* budget);
  /// One of several documents of a text, whose bytes are counted already.
  DocumentBuilder(std::shared_ptr<const std::string> source, const ReadLimits& limits,
                  MemoryBudget* budget);

  std::string_view source() const noexcept { return document_->text_; }
  /// Why the source itself was refused, if it was: then it is empty here. Readers ask this first.
  const Outcome& accepted() const noexcept { return refused_; }

  /// For the inner loop of a reader: text that stands in the source, as the functions below. False:
  /// refused, and refusal() says why.
  bool add_string(std::uint32_t offset, std::uint32_t text, std::uint32_t size) {
    return add({offset, text, size, ValueType::string, false, false, false}, false);
  }
  bool add_key(std::uint32_t offset, std::uint32_t text, std::uint32_t size) {
    return add({offset, text, size, ValueType::string, false, false, false}, true);
  }
  bool add_number(std::uint32_t offset, std::uint32_t size) {
    return add({offset, offset, size, ValueType::number, false, false, false}, false);
  }
  Outcome refusal() const { return refused_; }

  Outcome null(std::uint32_t offset);
  Outcome boolean(std::uint32_t offset, bool value);
  /// Text that stands in the source as it is.
  Outcome number_in_source(std::uint32_t offset, std::uint32_t size);
  Outcome string_in_source(std::uint32_t offset, std::uint32_t text, std::uint32_t size);
  Outcome key_in_source(std::uint32_t offset, std::uint32_t text, std::uint32_t size);
  /// Text that had to be decoded.
  Outcome number(std::uint32_t offset, std::string_view text);
  Outcome string(std::uint32_t offset, std::string_view text);
  Outcome key(std::uint32_t offset, std::string_view text);

  Outcome begin_array(std::uint32_t offset);
  Outcome begin_object(std::uint32_t offset);
  /// Closes the innermost container; for an object, refuses repeated keys.
  Outcome end();
  /// Appends a deep copy of a value of another document (its offsets are kept).
  Outcome copy(const Value& value);
  /// The node that the next key or value will be.
  std::uint32_t next_node() const noexcept {
    return static_cast<std::uint32_t>(document_->tape_.size());
  }
  /// Appends once more a complete value of this document, which began at `node`. Text is shared and
  /// offsets are kept, except that the value itself stands at `offset`.
  Outcome repeat(std::uint32_t node, std::uint32_t offset);

  std::uint32_t depth() const noexcept { return static_cast<std::uint32_t>(open_.size()); }
  /// Whether the innermost open container is an object.
  bool in_object() const noexcept { return !open_.empty() && open_.back().object; }
  /// Offset of the repeated key after end() refused an object.
  std::uint32_t error_offset() const noexcept { return error_offset_; }

  /// REQUIRES: exactly one complete value was built.
  Result<DocumentPtr> finish();

 private:
  using Node = Document::Node;
  struct Open {
    std::uint32_t node;
    bool object;
  };
  static constexpr std::uint32_t kNone = 0xFFFFFFFFU;

  // The tape is full at its limit too, so that one comparison covers room, limit and budget.
  bool add(Node node, bool is_key) {
    std::vector<Node>& tape = document_->tape_;
    if (tape.size() == tape.capacity() && !grow(is_key)) return false;
    if (!is_key) {
      node.keyed = after_key_;
      if (innermost_ != kNone) ++tape[innermost_].size;
    }
    after_key_ = is_key;
    tape.push_back(node);
    return true;
  }
  bool grow(bool for_key);
  Outcome push(const Node& node, bool is_key) { return add(node, is_key) ? Outcome(Done{}) : refused_; }
  Outcome push_pooled(Node node, std::string_view text, bool is_key);
  Outcome begin(std::uint32_t offset, ValueType type);
  Outcome unique_keys(std::uint32_t object);
  std::string_view key_text(std::uint32_t node) const noexcept;

  std::unique_ptr<Document> document_;
  ReadLimits limits_;
  std::vector<Open> open_;
  std::uint32_t innermost_ = kNone;    ///< Node of open_.back().
  std::vector<std::uint32_t> sorted_;  ///< Scratch of unique_keys().
  bool after_key_ = false;
  std::uint32_t error_offset_ = 0;
  Outcome refused_ = Done{};  ///< By the budget or a limit; from then on everything is refused.
};

}  // namespace portreeve
