#pragma once

// The streaming face of the strict JSON reader: no tree, the caller goes over the text once and
// takes what it wants. For documents of which only a small model is kept.

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/document_builder.h"
#include "core/json_tokens.h"
#include "core/result.h"
#include "core/value.h"

namespace portreeve::json {

/// A string as it was read.
struct StringToken {
  std::string_view text;  ///< Decoded, valid UTF-8; may hold NUL.
  std::uint32_t at = 0;   ///< Byte offset of its opening quote.
  bool in_source =
      true;  ///< `text` points into the source; else it is valid until the next string.
};

/// Goes over one JSON text, as strict as json::parse: UTF-8, repeated keys (also in what is
/// skipped), numbers, surrogates, trailing bytes. Time is linear (n log n for the keys of one
/// object), memory is the open containers and their keys.
///
/// Every function returns false when it could not do what it says; from then on all do, and error()
/// says why. A caller that is told false by next_key() or next_element() asks ok() whether the
/// container ended. REQUIRES: calls follow the text's structure; a value that is not wanted is
/// skipped.
class Cursor {
 public:
  /// Borrows `text`.
  Cursor(std::string_view text, const ReadLimits& limits);

  /// The type of the value that stands here; absent after an error or at the end of the text.
  ValueType peek();
  /// Byte offset of the value that stands here.
  std::uint32_t at() const noexcept { return static_cast<std::uint32_t>(at_); }

  bool enter_object();
  /// The next key of the innermost object, whose value then stands here; false: the object ended.
  /// `key` is valid until the object ends.
  bool next_key(std::string_view& key);
  bool enter_array();
  /// An element stands here; false: the array ended.
  bool next_element();

  bool string(StringToken& out);
  bool number(std::string_view& text);
  bool boolean(bool& out);
  bool null();
  /// Passes over a value of any type.
  bool skip();
  /// Copies the value that stands here into a tree that shares nothing with the cursor.
  bool copy(DocumentBuilder& out);

  /// Nothing may follow. REQUIRES: the outermost value was read.
  bool finish();

  /// Refuses what was read: `message` stands at byte `at`.
  bool fail(std::size_t at, std::string message, Errc code = Errc::malformed);
  /// "expected an object, found a string"
  bool fail_type(std::string_view wanted);
  bool ok() const noexcept { return ok_; }
  std::uint32_t depth() const noexcept { return static_cast<std::uint32_t>(open_.size()); }
  std::string_view source() const noexcept { return text_; }
  /// "line L column C: what". REQUIRES: !ok().
  Error error() const;

 private:
  struct Open {
    std::uint32_t first_key;
    std::uint32_t first_spelled;
    bool object;
    bool fresh;  ///< Nothing was read in it yet.
  };
  struct Key {
    std::string_view text;
    std::uint32_t at;
  };

  void skip_space() noexcept;
  bool refuse(const TokenError& token);
  bool enter(bool object);
  bool leave();
  bool unique_keys(std::uint32_t first);
  bool count();
  bool read_string(StringToken& out);
  bool literal(std::string_view word);
  bool copy_scalar(DocumentBuilder& out);

  std::string_view text_;
  ReadLimits limits_;
  std::size_t at_ = 0;
  std::uint32_t values_ = 0;
  std::vector<Open> open_;
  std::vector<Key> keys_;            ///< Of all open objects, outermost first.
  std::deque<std::string> spelled_;  ///< Keys with escapes.
  std::string decoded_;
  bool ok_ = true;
  std::size_t error_at_ = 0;
  std::string message_;
  Errc code_ = Errc::malformed;
};

}  // namespace portreeve::json
