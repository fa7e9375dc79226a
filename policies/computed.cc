#include "policies/computed.h"

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::policies {

Computed Computed::of(const Value& value) {
  Computed out;
  out.kind = Kind::value;
  out.value = value;
  return out;
}

Computed Computed::of_text(std::string text) {
  Computed out;
  out.kind = Kind::text;
  out.text = std::move(text);
  return out;
}

Computed Computed::missing(std::string reason) {
  Computed out;
  out.reason = std::move(reason);
  return out;
}

bool Computed::textual() const noexcept {
  return kind == Kind::text || (kind == Kind::value && (value.is_string() || value.is_number()));
}

std::string_view Computed::as_text() const noexcept {
  return kind == Kind::text ? std::string_view(text) : value.text();
}

bool equal(const Value& value, const Computed& computed) {
  switch (computed.kind) {
    case Computed::Kind::missing:
    case Computed::Kind::noted: return false;
    case Computed::Kind::value: return equal(value, computed.value);
    case Computed::Kind::text: return value.is_string() && value.text() == computed.text;
    case Computed::Kind::list: {
      if (!value.is_array() || value.size() != computed.list.size()) return false;
      auto wanted = computed.list.begin();
      for (const Value element : value) {
        if (!equal(element, *wanted++)) return false;
      }
      return true;
    }
  }
  return false;
}

std::string show(const Value& value) {
  if (!value.present()) return "nothing";
  if (value.is_string()) return utf8::printable(value.text(), limits::kQuotedBytes);
  if (value.is_array() || value.is_object()) {
    // A large value is named, not spelled out: canonical form costs its whole size.
    if (value.node_count() > 64) {
      return std::string(to_string(value.type())) + " of " + std::to_string(value.size());
    }
  }
  std::string text;
  json::append_canonical(text, value);
  return utf8::printable(text, limits::kQuotedBytes);
}

std::string show(const Computed& computed) {
  switch (computed.kind) {
    case Computed::Kind::missing:
    case Computed::Kind::noted: return computed.reason;
    case Computed::Kind::value: return show(computed.value);
    case Computed::Kind::text: return utf8::printable(computed.text, limits::kQuotedBytes);
    case Computed::Kind::list: {
      std::string out;
      for (const Computed& entry : computed.list) {
        out += (out.empty() ? "" : ", ") + show(entry);
        if (out.size() > limits::kQuotedBytes) break;
      }
      return utf8::printable(out, limits::kQuotedBytes);
    }
  }
  return {};
}

}  // namespace portreeve::policies
