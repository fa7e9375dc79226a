#pragma once

// Reading our own files: every key is asked for by name, and what nobody asked for is an error.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/value.h"

namespace portreeve::policies {

class PathIndex;

/// Names a place in a file of ours: "catalog/names.yaml:12:5".
struct Source {
  std::string file;
  std::shared_ptr<PathIndex> paths{};  ///< Of the policy set that the file belongs to; may be null.
  std::string at(const Value& value) const;
  /// "file:line:column: message"
  Error error(const Value& where, std::string_view message) const;
};

/// The members of one object. Borrowed values; lives for one call.
class Fields {
 public:
  /// `what` names the object in messages: "spec.match".
  /// Errors: misconfigured when `object` is not an object.
  static Result<Fields> open(const Source& source, const Value& object, std::string what);

  /// The member, marked as known; absent if it is not there.
  Value take(std::string_view key);
  /// Errors: misconfigured when missing or of another type.
  Result<Value> need(std::string_view key, ValueType type);
  /// The same, but may be missing.
  Result<Value> maybe(std::string_view key, ValueType type);
  Result<std::string> need_text(std::string_view key);
  Result<std::string> maybe_text(std::string_view key);
  /// A list of strings; a missing key is an empty list.
  Result<std::vector<std::string>> maybe_texts(std::string_view key);
  Result<bool> maybe_bool(std::string_view key, bool otherwise);
  Result<std::uint64_t> maybe_count(std::string_view key, std::uint64_t otherwise);
  /// REQUIRES: every key that is allowed was asked for. Errors: misconfigured, naming the key that
  /// nobody knows and the nearest one that is known.
  Outcome finish() const;

  Error error(const Value& where, std::string_view message) const;
  const Value& object() const noexcept { return object_; }
  const Source& source() const noexcept { return *source_; }
  const std::string& what() const noexcept { return what_; }

 private:
  Fields(const Source& source, const Value& object, std::string what)
      : source_(&source), object_(object), what_(std::move(what)) {}
  const Source* source_;
  Value object_;
  std::string what_;
  std::vector<std::string> known_;
};

/// The texts of a list of strings. Errors: misconfigured.
Result<std::vector<std::string>> read_texts(const Source& source, const Value& list,
                                            std::string_view what);

/// One of a closed set of words. Errors: misconfigured, listing them.
template <class Enum, std::size_t N>
Result<Enum> read_word(const Source& source, const Value& value,
                       const std::pair<std::string_view, Enum> (&words)[N]) {
  std::string known;
  for (const auto& [word, meaning] : words) {
    if (value.is_string() && value.text() == word) return meaning;
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return source.error(value, "expected one of " + known + "; found " +
                                 (value.is_string() ? "\"" + std::string(value.text()) + "\""
                                                    : std::string(to_string(value.type()))));
}

}  // namespace portreeve::policies
