#include <algorithm>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/number.h"
#include "core/utf8.h"

namespace portreeve::json {
namespace {

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

// What stands in a JSON string as it is: ASCII without controls, '"' and '\\' (RFC 8259 §7).
bool plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t from = i;
    while (i < text.size() && plain(text[i])) ++i;
    out.append(text.substr(from, i - from));
    if (i >= text.size()) break;
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x80) {
      const std::size_t length = utf8::sequence_length(text, i);
      if (length == 0) {
        out += "\xEF\xBF\xBD";
        ++i;
      } else {
        out.append(text.substr(i, length));
        i += length;
      }
      continue;
    }
    ++i;
    switch (byte) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\t': out += "\\t"; break;
      case '\n': out += "\\n"; break;
      case '\f': out += "\\f"; break;
      case '\r': out += "\\r"; break;
      default:
        if (byte >= 0x20) {
          out += static_cast<char>(byte);
        } else {
          out += "\\u00";
          out += kHex[byte >> 4U];
          out += kHex[byte & 0xFU];
        }
    }
  }
  out += '"';
}

void append_canonical_object(std::string& out, const Value& object, SkipMember skip,
                             void (*write)(std::string&, const Value&)) {
  bool first = true;
  const auto append = [&](const Value& member) {
    const std::string_view key = member.key().text();
    if (skip != nullptr && skip(key)) return;
    if (!first) out += ',';
    first = false;
    append_string(out, key);
    out += ':';
    write(out, member);
  };
  const auto before = [](const Value& a, const Value& b) { return a.key().text() < b.key().text(); };
  out += '{';
  // The API server writes members in order; then nothing has to be sorted.
  bool sorted = true;
  Value previous;
  for (const Value member : object) {
    sorted = sorted && (!previous.present() || before(previous, member));
    previous = member;
  }
  if (sorted) {
    for (const Value member : object) append(member);
  } else {
    std::vector<Value> members;
    members.reserve(object.size());
    for (const Value member : object) members.push_back(member);
    std::sort(members.begin(), members.end(), before);
    for (const Value& member : members) append(member);
  }
  out += '}';
}

namespace {

// Most numbers are short runs of digits, which are canonical as they stand. Long ones may end in so
// many zeros that the canonical form has an exponent.
void append_number(std::string& out, std::string_view text) {
  constexpr std::size_t kShort = 32;
  const bool plain = text.size() <= kShort && std::all_of(text.begin(), text.end(), digit);
  if (plain) {
    out += text;
  } else {
    out += normalize_number(text);
  }
}

}  // namespace

void append_canonical(std::string& out, const Value& value) {
  switch (value.type()) {
    case ValueType::absent:
    case ValueType::null: out += "null"; return;
    case ValueType::boolean: out += value.boolean() ? "true" : "false"; return;
    case ValueType::number: append_number(out, value.text()); return;
    case ValueType::string: append_string(out, value.text()); return;
    case ValueType::array: {
      out += '[';
      bool first = true;
      for (const Value element : value) {
        if (!first) out += ',';
        first = false;
        append_canonical(out, element);
      }
      out += ']';
      return;
    }
    case ValueType::object: append_canonical_object(out, value, nullptr, append_canonical); return;
  }
}

}  // namespace portreeve::json
