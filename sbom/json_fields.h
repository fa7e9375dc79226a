#pragma once

// How the JSON readers take fields off a cursor: typed, limited, and with texts that stay.

#include <string>
#include <string_view>

#include "core/json_cursor.h"
#include "core/limits.h"
#include "sbom/draft.h"

namespace portreeve::sbom {

/// Every function is false after an error; Cursor::error() says which.
class JsonFields {
 public:
  JsonFields(json::Cursor& cursor, Draft& draft) : cursor_(cursor), draft_(draft) {}

  /// Calls `field(key)` for each member; it must read or skip the value and say whether that went
  /// well.
  template <class Field>
  bool object(const Field& field) {
    if (!cursor_.enter_object()) return false;
    std::string_view key;
    while (cursor_.next_key(key)) {
      if (!field(key)) return false;
    }
    return cursor_.ok();
  }
  template <class Entry>
  bool array(const Entry& entry) {
    if (!cursor_.enter_array()) return false;
    while (cursor_.next_element()) {
      if (!entry()) return false;
    }
    return cursor_.ok();
  }

  /// A text of at most `most` bytes, kept.
  bool text(Text& out, std::size_t most = limits::kSbomTextBytes) {
    std::string_view view;
    if (!kept(view, most)) return false;
    out = Text(view);
    return true;
  }
  /// Likewise; NONE and NOASSERTION are no values.
  bool stated_text(Text& out, std::size_t most = limits::kSbomTextBytes);
  bool kept(std::string_view& out, std::size_t most = limits::kSbomTextBytes) {
    json::StringToken token;
    if (!cursor_.string(token)) return false;
    if (token.text.size() > most) return too_long(token.at, token.text.size(), most);
    out = draft_.keep(token);
    return !draft_.exhausted() || memory();
  }
  /// A name by which others refer to it: no control characters, not empty.
  bool reference(std::string_view& out);
  bool reference(Text& out) {
    std::string_view view;
    if (!reference(view)) return false;
    out = Text(view);
    return true;
  }
  /// A string, or an array of them: calls `each(view, at)`.
  template <class Each>
  bool texts(const Each& each) {
    return array([&] {
      const std::uint32_t at = cursor_.at();
      std::string_view view;
      return kept(view) && each(view, at);
    });
  }
  bool skip() { return cursor_.skip(); }
  /// Passes over a member of the outermost object that the format does not know; refuses one by which
  /// another format is known.
  bool unknown_member(std::string_view key);
  /// "WHAT: expected EXPECTED, found "FOUND"" at byte `at`; always false.
  bool expected(std::uint32_t at, std::string_view what, std::string_view wanted,
                std::string_view found);
  /// "WHAT without "FIELD"".
  bool missing(std::uint32_t at, std::string_view what, std::string_view field);

  json::Cursor& cursor() noexcept { return cursor_; }
  Draft& draft() noexcept { return draft_; }

 private:
  bool too_long(std::uint32_t at, std::size_t size, std::size_t most);
  bool memory();

  json::Cursor& cursor_;
  Draft& draft_;
};

}  // namespace portreeve::sbom
