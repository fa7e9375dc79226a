#include "core/canonical_writer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/number.h"
#include "core/plain_text.h"

namespace portreeve::json {

void CanonicalWriter::grow(std::size_t more) {
  const std::size_t used = static_cast<std::size_t>(at_ - buffer_.get());
  const std::size_t wanted = std::max<std::size_t>({64, used + more, 2 * used});
  std::unique_ptr<char[]> wider(new char[wanted]);  // Uninitialised, unlike a string.
  if (used > 0) std::memcpy(wider.get(), buffer_.get(), used);
  buffer_ = std::move(wider);
  at_ = buffer_.get() + used;
  end_ = buffer_.get() + wanted;
}

// Nearly all text stands in JSON as it is; the rest is spelt where all JSON of ours is.
void CanonicalWriter::string(std::string_view text) {
  room(text.size() + 2);
  if (copy_plain(at_ + 1, text)) {
    *at_ = '"';
    at_ += text.size() + 1;
    *at_++ = '"';
    return;
  }
  std::string spelt;
  append_string(spelt, text);
  put(spelt);
}

// Most numbers are short runs of digits, which are canonical as they stand. Long ones may end in so
// many zeros that the canonical form has an exponent.
void CanonicalWriter::number(std::string_view text) {
  constexpr std::size_t kShort = 32;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() <= kShort && std::all_of(text.begin(), text.end(), digit)) {
    put(text);
  } else {
    put(normalize_number(text));
  }
}

void CanonicalWriter::write_object(const Value& object, SkipMember skip,
                                   void (*member)(CanonicalWriter&, const Value&)) {
  bool first = true;
  const auto append = [&](const Value& value) {
    const std::string_view key = value.key().text();
    if (skip != nullptr && skip(key)) return;
    if (!first) put(',');
    first = false;
    string(key);
    put(':');
    member(*this, value);
  };
  put('{');
  if (object.sorted()) {  // As the API server writes it.
    for (const Value value : object) append(value);
  } else {
    std::vector<Value> members;
    members.reserve(object.size());
    for (const Value value : object) members.push_back(value);
    std::sort(members.begin(), members.end(), [](const Value& a, const Value& b) {
      return a.key().text() < b.key().text();
    });
    for (const Value& value : members) append(value);
  }
  put('}');
}

void CanonicalWriter::write(const Value& value) {
  switch (value.type()) {
    case ValueType::absent:
    case ValueType::null: put("null"); return;
    case ValueType::boolean: put(value.boolean() ? "true" : "false"); return;
    case ValueType::number: number(value.text()); return;
    case ValueType::string: string(value.text()); return;
    case ValueType::array: {
      put('[');
      bool first = true;
      for (const Value element : value) {
        if (!first) put(',');
        first = false;
        write(element);
      }
      put(']');
      return;
    }
    case ValueType::object:
      write_object(value, nullptr,
                   [](CanonicalWriter& writer, const Value& child) { writer.write(child); });
      return;
  }
}

void append_canonical(std::string& out, const Value& value) {
  CanonicalWriter writer(std::size_t{value.node_count()} * 12);
  writer.write(value);
  out += writer.text();
}

}  // namespace portreeve::json
