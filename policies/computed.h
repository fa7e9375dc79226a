#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/value.h"

namespace portreeve::policies {

/// What an expression came to.
struct Computed {
  enum class Kind {
    missing,  ///< Something it needs is absent; `reason` says what.
    noted,    ///< A look-up missed that may; `reason` is the note.
    value,    ///< A value of the object or a literal of the policy, borrowed.
    text,
    list,
  };
  Kind kind = Kind::missing;
  Value value;
  std::string text;
  std::vector<Computed> list;
  std::string reason;
  std::string addition;  ///< The operator's entry it rests on, "file:line:column"; else empty.

  static Computed of(const Value& value);
  static Computed of_text(std::string text);
  static Computed missing(std::string reason);
  /// Whether a text can be had: a string, or a number's text.
  bool textual() const noexcept;
  std::string_view as_text() const noexcept;
};

/// Deep equality of a value of the object with a computed one.
bool equal(const Value& value, const Computed& computed);
/// For messages: texts as they are, everything else as canonical JSON; escaped and cut.
std::string show(const Value& value);
std::string show(const Computed& computed);

}  // namespace portreeve::policies
