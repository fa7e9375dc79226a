#include "policies/reader.h"

#include <algorithm>
#include <charconv>

#include "core/limits.h"
#include "core/nearest.h"
#include "core/utf8.h"

namespace portreeve::policies {
namespace {

std::string quoted(std::string_view text) {
  return "\"" + utf8::printable(text, limits::kQuotedBytes) + "\"";
}

}  // namespace

std::string Source::at(const Value& value) const {
  const Position position = value.position();
  return file + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
}

Error Source::error(const Value& where, std::string_view message) const {
  return Error{Errc::misconfigured, at(where) + ": " + std::string(message)};
}

Result<Fields> Fields::open(const Source& source, const Value& object, std::string what) {
  if (!object.is_object()) {
    return source.error(object, what + ": expected a map, found " +
                                    std::string(to_string(object.type())));
  }
  return Fields(source, object, std::move(what));
}

Error Fields::error(const Value& where, std::string_view message) const {
  return source_->error(where.present() ? where : object_, what_ + ": " + std::string(message));
}

Value Fields::take(std::string_view key) {
  known_.emplace_back(key);
  return object_[key];
}

Result<Value> Fields::need(std::string_view key, ValueType type) {
  const Value value = take(key);
  if (!value.present()) return error(object_, "key " + quoted(key) + " is missing");
  if (value.type() != type) {
    return error(value, std::string(key) + ": expected " + std::string(to_string(type)) +
                            ", found " + std::string(to_string(value.type())));
  }
  return value;
}

Result<Value> Fields::maybe(std::string_view key, ValueType type) {
  if (!object_[key].present()) {
    known_.emplace_back(key);
    return Value();
  }
  return need(key, type);
}

Result<std::string> Fields::need_text(std::string_view key) {
  PORTREEVE_TRY(const Value value, need(key, ValueType::string));
  if (value.text().empty()) return error(value, std::string(key) + ": must not be empty");
  return std::string(value.text());
}

Result<std::string> Fields::maybe_text(std::string_view key) {
  PORTREEVE_TRY(const Value value, maybe(key, ValueType::string));
  return std::string(value.text());
}

Result<std::vector<std::string>> Fields::maybe_texts(std::string_view key) {
  const Value value = take(key);
  if (!value.present()) return std::vector<std::string>();
  return read_texts(*source_, value, what_ + "." + std::string(key));
}

Result<bool> Fields::maybe_bool(std::string_view key, bool otherwise) {
  PORTREEVE_TRY(const Value value, maybe(key, ValueType::boolean));
  return value.present() ? value.boolean() : otherwise;
}

Result<std::uint64_t> Fields::maybe_count(std::string_view key, std::uint64_t otherwise) {
  PORTREEVE_TRY(const Value value, maybe(key, ValueType::number));
  if (!value.present()) return otherwise;
  std::uint64_t count = 0;
  const std::string_view text = value.text();
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (ec != std::errc() || end != text.data() + text.size()) {
    return error(value, std::string(key) + ": expected a whole number, found " + quoted(text));
  }
  return count;
}

Outcome Fields::finish() const {
  for (const Value member : object_) {
    const std::string_view key = member.key().text();
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    std::string message = "unknown key " + quoted(key);
    const auto near = nearest(known_, key, 2);
    if (near.has_value()) {
      message += "; did you mean " + quoted(*near) + "?";
    } else {
      std::string list;
      for (const std::string& known : known_) list += (list.empty() ? "" : ", ") + known;
      message += "; known are " + list;
    }
    return error(member.key(), message);
  }
  return Done{};
}

Result<std::vector<std::string>> read_texts(const Source& source, const Value& list,
                                            std::string_view what) {
  if (!list.is_array()) return source.error(list, std::string(what) + ": expected a list of texts");
  std::vector<std::string> out;
  for (const Value entry : list) {
    if (!entry.is_string()) {
      return source.error(entry, std::string(what) + ": expected a text, found " +
                                     std::string(to_string(entry.type())));
    }
    out.emplace_back(entry.text());
  }
  return out;
}

}  // namespace portreeve::policies
