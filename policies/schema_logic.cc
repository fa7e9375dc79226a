// Keywords that combine schemas, and references (JSON Schema Core 2020-12 §8.2.3, §10.2).

#include <algorithm>
#include <charconv>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/schema_walk.h"

namespace portreeve::policies {
namespace {

// RFC 3986 §2.1 in a fragment, then RFC 6901 §3. Nothing for an escape that is none.
std::optional<std::string> unescaped(std::string_view token) {
  std::string plain;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '%') {
      plain += token[i];
      continue;
    }
    unsigned code = 0;
    const char* const end = token.data() + std::min(i + 3, token.size());
    const auto [at, error] = std::from_chars(token.data() + i + 1, end, code, 16);
    if (error != std::errc() || at != token.data() + i + 3) return std::nullopt;
    plain += static_cast<char>(code);
    i += 2;
  }
  std::string out;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    if (plain[i] != '~') {
      out += plain[i];
    } else if (++i < plain.size() && (plain[i] == '0' || plain[i] == '1')) {
      out += plain[i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return out;
}

Value step(const Value& from, const std::string& token) {
  if (from.is_object()) return from[token];
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool plain = error == std::errc() && end == token.data() + token.size() &&
                     (token == "0" || token.front() != '0');
  return plain ? from.at(index) : Value();
}

}  // namespace

Value SchemaWalk::resolve(std::string_view reference, std::string& why) const {
  const std::string shown = "\"" + utf8::printable(reference, 80) + "\"";
  if (reference.empty() || reference.front() != '#') {
    why = "$ref " + shown + " leads out of the schema; nothing is fetched";
    return {};
  }
  if (nested_ids_) {
    why = "$ref " + shown + " in a schema with more than one $id";
    return {};
  }
  std::string_view rest = reference.substr(1);
  Value at = root_;
  if (!rest.empty() && rest.front() != '/') {
    why = "$ref " + shown + " names an anchor; a path such as #/$defs/x is judged";
    return {};
  }
  while (!rest.empty()) {
    const std::size_t slash = rest.find('/', 1);
    const std::optional<std::string> token =
        unescaped(rest.substr(1, slash == rest.npos ? slash : slash - 1));
    rest = slash == rest.npos ? std::string_view() : rest.substr(slash);
    if (token) at = step(at, *token);
    if (!token || !at.present()) {
      why = "$ref " + shown + " leads to nothing";
      return {};
    }
  }
  return at;
}

void SchemaWalk::reference(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_string(), frame, value, "a reference", said)) return;
  std::string why;
  const Value target = resolve(value.text(), why);
  if (!target.present()) {
    doubt(frame, value, std::move(why), said);
    return;
  }
  said.also(judge(target, frame.instance));
}

void SchemaWalk::all_of(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_array() && value.size() > 0, frame, value, "a list of schemas", said))
    return;
  for (const Value schema : value) said.also(judge(schema, frame.instance));
}

void SchemaWalk::any_of(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_array() && value.size() > 0, frame, value, "a list of schemas", said))
    return;
  Said doubts;
  std::string first;
  bool holds = false;
  for (const Value schema : value) {
    Said one = judge(schema, frame.instance);
    if (one.kind == Said::Kind::yes) {
      holds = true;
      said.evaluated.merge(one.evaluated);
      if (!tracks_) return;  // Otherwise all that hold count (§10.2.1.2).
    }
    if (one.kind == Said::Kind::no && first.empty() && !one.faults.empty())
      first = one.faults[0].expected;
    if (one.kind != Said::Kind::unknown) continue;
    for (SchemaFault& doubt : one.undecided) doubts.unknown(std::move(doubt));
  }
  if (holds && doubts.kind == Said::Kind::yes) return;
  if (holds || doubts.kind == Said::Kind::unknown) {
    // One that cannot be judged may still have evaluated members.
    if (!holds || tracks_) said.also(std::move(doubts));
    return;
  }
  fail(frame, value, "one of " + std::to_string(value.size()) + " forms, such as " + first, said);
}

void SchemaWalk::one_of(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_array() && value.size() > 0, frame, value, "a list of schemas", said))
    return;
  Said doubts;
  std::string first;
  std::uint32_t yes = 0;
  std::set<std::uint32_t> evaluated;
  for (const Value schema : value) {
    Said one = judge(schema, frame.instance);
    if (one.kind == Said::Kind::yes) {
      ++yes;
      evaluated.merge(one.evaluated);
    }
    if (one.kind == Said::Kind::no && first.empty() && !one.faults.empty())
      first = one.faults[0].expected;
    if (one.kind != Said::Kind::unknown) continue;
    for (SchemaFault& doubt : one.undecided) doubts.unknown(std::move(doubt));
  }
  const std::string forms = "exactly one of " + std::to_string(value.size()) + " forms";
  if (yes > 1) {
    SchemaFault out = fault(frame, value, forms);
    out.found = schema_shown(frame.instance) + ", which fits " + std::to_string(yes);
    said.violation(std::move(out));
  } else if (doubts.kind == Said::Kind::unknown) {
    said.also(std::move(doubts));
  } else if (yes == 0) {
    fail(frame, value, forms + ", such as " + first, said);
  } else {
    said.evaluated.merge(evaluated);
  }
}

void SchemaWalk::none_of(const Frame& frame, const Value& value, Said& said) {
  Said inner = judge(value, frame.instance);
  if (inner.kind == Said::Kind::yes) {
    fail(frame, value, "what does not fit the schema under \"not\"", said);
  } else if (inner.kind == Said::Kind::unknown) {
    inner.evaluated.clear();
    said.also(std::move(inner));
  }
}

void SchemaWalk::conditional(const Frame& frame, const Value& value, Said& said) {
  const Value then_schema = frame.schema["then"];
  const Value else_schema = frame.schema["else"];
  if (!then_schema.present() && !else_schema.present() && !tracks_) return;
  Said condition = judge(value, frame.instance);
  if (condition.kind == Said::Kind::unknown) {
    said.also(std::move(condition));
    return;
  }
  const bool holds = condition.kind == Said::Kind::yes;
  if (holds) said.evaluated.merge(condition.evaluated);
  const Value& next = holds ? then_schema : else_schema;
  if (next.present()) said.also(judge(next, frame.instance));
}

}  // namespace portreeve::policies
