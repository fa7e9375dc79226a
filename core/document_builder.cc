#include "core/document_builder.h"

#include <algorithm>
#include <limits>
#include <string>

namespace portreeve {

namespace {
constexpr std::size_t kSmallObject = 12;  // Up to here comparing all pairs beats sorting.

// `a` < `b`, byte by byte; mostly the first one tells.
bool precedes(std::string_view a, std::string_view b) noexcept {
  if (a.empty() || b.empty() || a.front() == b.front()) return a < b;
  return static_cast<unsigned char>(a.front()) < static_cast<unsigned char>(b.front());
}

// Document::after() of a tape that is not finished yet.
template <class Tape>
std::uint32_t after(const Tape& tape, std::uint32_t node) noexcept {
  const auto& entry = tape[node];
  const bool container = entry.type == ValueType::array || entry.type == ValueType::object;
  return container ? entry.text : node + 1;
}
}  // namespace

DocumentBuilder::DocumentBuilder(std::string source, const ReadLimits& limits, MemoryBudget* budget)
    : document_(new Document), limits_(limits) {
  document_->reservation_ = MemoryBudget::Reservation(budget);
  if (source.size() > limits.bytes || source.size() > std::numeric_limits<std::uint32_t>::max()) {
    refused_ = Error{Errc::limit, std::to_string(source.size()) + " bytes, limit is " +
                                      std::to_string(limits.bytes)};
    return;
  }
  open_.reserve(std::min<std::size_t>(limits.depth, 24));
  refused_ = document_->reservation_.grow(source.capacity());
  document_->source_ = std::move(source);
  document_->text_ = document_->source_;
}

DocumentBuilder::DocumentBuilder(std::shared_ptr<const std::string> source,
                                 const ReadLimits& limits, MemoryBudget* budget)
    : document_(new Document), limits_(limits) {
  document_->reservation_ = MemoryBudget::Reservation(budget);
  document_->text_ = *source;
  document_->shared_ = std::move(source);
}

// Half as much again, so that a value never costs more than 24 bytes; never beyond the limit, where
// only the key is let in whose value is refused next.
bool DocumentBuilder::grow(bool for_key) {
  if (!refused_.ok()) return false;
  std::vector<Node>& tape = document_->tape_;
  const std::size_t size = tape.size();
  if (!for_key && size >= limits_.values) {
    refused_ = Error{Errc::limit, "more than " + std::to_string(limits_.values) + " values"};
    return false;
  }
  // About what JSON holds; one of many documents of a text may be as small as it likes.
  const std::size_t first =
      std::clamp<std::size_t>(document_->shared_ == nullptr ? document_->text_.size() / 10 : 0, 16, 4096);
  const std::size_t most = std::max<std::size_t>(limits_.values, size + 1);
  const std::size_t wanted = std::min(size == 0 ? first : size + std::max<std::size_t>(size / 2, 16), most);
  refused_ = document_->reservation_.grow((wanted - size) * sizeof(Node));
  if (!refused_.ok()) return false;
  tape.reserve(wanted);
  return true;
}

Outcome DocumentBuilder::push_pooled(Node node, std::string_view text, bool is_key) {
  std::string& pool = document_->pool_;
  if (pool.size() + text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return Error{Errc::limit, "decoded text of more than 4 GiB"};
  }
  if (pool.size() + text.size() > pool.capacity()) {
    const std::size_t wanted = std::max(pool.size() + text.size(), pool.capacity() * 2);
    PORTREEVE_CHECK(document_->reservation_.grow(wanted - pool.capacity()));
    pool.reserve(wanted);
  }
  node.text = static_cast<std::uint32_t>(pool.size());
  node.size = static_cast<std::uint32_t>(text.size());
  node.pooled = true;
  pool.append(text);
  return push(node, is_key);
}

Outcome DocumentBuilder::null(std::uint32_t offset) {
  return push({offset, 0, 0, ValueType::null, false, false, false}, false);
}

Outcome DocumentBuilder::boolean(std::uint32_t offset, bool value) {
  return push({offset, 0, 0, ValueType::boolean, false, false, value}, false);
}

Outcome DocumentBuilder::number_in_source(std::uint32_t offset, std::uint32_t size) {
  return push({offset, offset, size, ValueType::number, false, false, false}, false);
}

Outcome DocumentBuilder::string_in_source(std::uint32_t offset, std::uint32_t text,
                                          std::uint32_t size) {
  return push({offset, text, size, ValueType::string, false, false, false}, false);
}

Outcome DocumentBuilder::key_in_source(std::uint32_t offset, std::uint32_t text,
                                       std::uint32_t size) {
  return push({offset, text, size, ValueType::string, false, false, false}, true);
}

Outcome DocumentBuilder::number(std::uint32_t offset, std::string_view text) {
  return push_pooled({offset, 0, 0, ValueType::number, true, false, false}, text, false);
}

Outcome DocumentBuilder::string(std::uint32_t offset, std::string_view text) {
  return push_pooled({offset, 0, 0, ValueType::string, true, false, false}, text, false);
}

Outcome DocumentBuilder::key(std::uint32_t offset, std::string_view text) {
  return push_pooled({offset, 0, 0, ValueType::string, true, false, false}, text, true);
}

Outcome DocumentBuilder::begin(std::uint32_t offset, ValueType type) {
  if (open_.size() >= limits_.depth) {
    return Error{Errc::limit, "nested deeper than " + std::to_string(limits_.depth)};
  }
  if (!add({offset, 0, 0, type, false, false, false}, false)) return refused_;
  innermost_ = static_cast<std::uint32_t>(document_->tape_.size() - 1);
  open_.push_back({innermost_, type == ValueType::object});
  return Done{};
}

Outcome DocumentBuilder::begin_array(std::uint32_t offset) {
  return begin(offset, ValueType::array);
}

Outcome DocumentBuilder::begin_object(std::uint32_t offset) {
  return begin(offset, ValueType::object);
}

Outcome DocumentBuilder::end() {
  const Open closed = open_.back();
  document_->tape_[closed.node].text = static_cast<std::uint32_t>(document_->tape_.size());
  open_.pop_back();
  innermost_ = open_.empty() ? kNone : open_.back().node;
  return closed.object ? unique_keys(closed.node) : Outcome(Done{});
}

std::string_view DocumentBuilder::key_text(std::uint32_t node) const noexcept {
  const Node& key = document_->tape_[node];
  return {(key.pooled ? document_->pool_.data() : document_->text_.data()) + key.text, key.size};
}

// A repeated key means whatever its reader wants it to mean; three parsers gave three answers.
Outcome DocumentBuilder::unique_keys(std::uint32_t object) {
  const std::vector<Node>& tape = document_->tape_;
  const std::uint32_t end = tape[object].text;
  // The API server writes keys in order; then each differs from all before it.
  const Node* const nodes = tape.data();
  const char* const source = document_->text_.data();
  const char* const pool = document_->pool_.data();
  std::uint32_t at = object + 1;
  std::string_view last;
  for (; at < end; at = after(nodes, at + 1)) {
    const Node& node = nodes[at];
    const std::string_view key((node.pooled ? pool : source) + node.text, node.size);
    if (at > object + 1 && !precedes(last, key)) break;
    last = key;
  }
  if (at >= end) {
    document_->tape_[object].truth = true;
    return Done{};
  }
  const auto repeated = [&](std::uint32_t first, std::uint32_t second) -> Outcome {
    error_offset_ = std::max(tape[first].offset, tape[second].offset);
    return Error{Errc::malformed,
                 "key \"" + std::string(key_text(first).substr(0, 64)) + "\" repeated"};
  };
  sorted_.clear();
  for (at = object + 1; at < end; at = after(tape, at + 1)) sorted_.push_back(at);
  if (sorted_.size() <= kSmallObject) {
    for (std::size_t i = 1; i < sorted_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (tape[sorted_[i]].size == tape[sorted_[j]].size &&
            key_text(sorted_[i]) == key_text(sorted_[j])) {
          return repeated(sorted_[j], sorted_[i]);
        }
      }
    }
    return Done{};
  }
  // Sorting, not hashing: nobody can prepare keys that make it quadratic.
  std::sort(sorted_.begin(), sorted_.end(), [&](std::uint32_t a, std::uint32_t b) {
    const std::string_view left = key_text(a);
    const std::string_view right = key_text(b);
    return left.size() != right.size() ? left.size() < right.size() : left < right;
  });
  for (std::size_t i = 1; i < sorted_.size(); ++i) {
    if (key_text(sorted_[i]) == key_text(sorted_[i - 1])) return repeated(sorted_[i - 1], sorted_[i]);
  }
  return Done{};
}

Outcome DocumentBuilder::copy(const Value& value) {
  switch (value.type()) {
    case ValueType::absent: return Error{Errc::internal, "copy of an absent value"};
    case ValueType::null: return null(value.offset());
    case ValueType::boolean: return boolean(value.offset(), value.boolean());
    case ValueType::number: return number(value.offset(), value.text());
    case ValueType::string: return string(value.offset(), value.text());
    case ValueType::array:
      PORTREEVE_CHECK(begin_array(value.offset()));
      for (const Value element : value) PORTREEVE_CHECK(copy(element));
      return end();
    case ValueType::object:
      PORTREEVE_CHECK(begin_object(value.offset()));
      for (const Value member : value) {
        PORTREEVE_CHECK(key(member.key().offset(), member.key().text()));
        PORTREEVE_CHECK(copy(member));
      }
      return end();
  }
  return Error{Errc::internal, "copy of a value of unknown type"};
}

Outcome DocumentBuilder::repeat(std::uint32_t node, std::uint32_t offset) {
  const std::uint32_t end = after(document_->tape_, node);
  const std::uint32_t shift = next_node() - node;
  std::vector<std::uint32_t> ends;  // Where the containers around the copied node end.
  for (std::uint32_t at = node; at < end; ++at) {
    while (!ends.empty() && ends.back() == at) ends.pop_back();
    Node copied = document_->tape_[at];
    if (copied.type == ValueType::array || copied.type == ValueType::object) {
      if (open_.size() + ends.size() >= limits_.depth) {
        return Error{Errc::limit, "nested deeper than " + std::to_string(limits_.depth)};
      }
      ends.push_back(copied.text);
      copied.text += shift;
    }
    if (at == node) {
      copied.offset = offset;
      PORTREEVE_CHECK(push(copied, false));
    } else {
      // Inside the copy the sizes and key marks are right as they are.
      if (document_->tape_.size() == document_->tape_.capacity() && !grow(false)) return refused_;
      document_->tape_.push_back(copied);
    }
  }
  return Done{};
}

Result<DocumentPtr> DocumentBuilder::finish() {
  PORTREEVE_CHECK(refused_);
  if (!open_.empty() || document_->tape_.empty()) {
    return Error{Errc::internal, "document finished before it was complete"};
  }
  document_->nodes_ = document_->tape_.data();
  return DocumentPtr(std::move(document_));
}

}  // namespace portreeve
