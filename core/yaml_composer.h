#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document_builder.h"
#include "core/yaml.h"

namespace portreeve::yaml {

/// Makes documents of a YAML stream's values in order: resolves scalars and keys as the API server
/// does, counts, and keeps the tape. What scans the text calls it; both of our scanners do, so that
/// a text means the same by either. One stream each; every function throws a Refusal.
class Composer {
 public:
  Composer(std::shared_ptr<const std::string> text, const ReadLimits& limits, MemoryBudget* budget);

  void begin_document();
  /// `at`: where a refusal of the document as a whole stands.
  void end_document(std::size_t at);
  /// A scalar, key or value as it stands: `tag` is "?" for a plain one, "!" for a quoted or block
  /// scalar, else what was written; `text` is decoded, and "" when null.
  void scalar(std::size_t at, std::string_view tag, std::string_view text);
  void open(std::size_t at, std::string_view tag, bool map);
  void close();
  /// Another copy of the collection that began at `node` and has `values` and `bytes`.
  void repeat(std::size_t at, std::uint32_t node, std::size_t values, std::size_t bytes);

  bool in_map() const noexcept { return !frames_.empty() && frames_.back().map; }
  /// Whether the next scalar is a key.
  bool key_next() const noexcept { return in_map() && frames_.back().key_next; }
  std::uint32_t next_node() const noexcept { return builder_->next_node(); }
  std::size_t key_offset() const noexcept { return key_offset_; }  ///< Of the last key.
  std::size_t key_size() const noexcept { return key_size_; }
  std::size_t values() const noexcept { return values_; }  ///< So far, in the whole stream.
  std::size_t bytes() const noexcept { return bytes_; }    ///< Of all scalars so far.

  Stream take() { return std::move(stream_); }

 private:
  struct Frame {
    bool map;
    bool key_next;
  };

  static std::uint32_t offset(std::size_t at) noexcept { return static_cast<std::uint32_t>(at); }
  [[noreturn]] void refuse_key(std::size_t at) const;
  void key(std::size_t at, std::string_view tag, std::string_view text);
  void value_done() noexcept;
  std::size_t in_source(std::size_t at, std::string_view text) const noexcept;
  void note_ambiguity(std::size_t at, std::string_view text, ValueType as_11);

  const std::shared_ptr<const std::string> text_;
  const ReadLimits limits_;
  MemoryBudget* const budget_;
  Stream stream_;
  std::optional<DocumentBuilder> builder_;
  std::vector<Frame> frames_;
  std::size_t values_ = 0;
  std::size_t bytes_ = 0;
  std::size_t key_offset_ = 0;
  std::size_t key_size_ = 0;
};

}  // namespace portreeve::yaml
