// Keywords that assert something about one value (JSON Schema Validation 2020-12 §6, draft-07 §6).

#include <algorithm>
#include <charconv>

#include "core/json.h"
#include "core/limits.h"
#include "core/number.h"
#include "core/utf8.h"
#include "policies/schema_walk.h"

namespace portreeve::policies {
namespace {

bool is_type(const Value& value, std::string_view type) {
  if (type == "null") return value.is_null();
  if (type == "boolean") return value.is_boolean();
  if (type == "number") return value.is_number();
  if (type == "integer") return value.is_number() && is_integer(value.text());
  if (type == "string") return value.is_string();
  if (type == "array") return value.is_array();
  return type == "object" && value.is_object();
}

bool known_type(std::string_view type) {
  constexpr std::string_view kTypes[] = {"null",   "boolean", "number", "integer",
                                         "string", "array",   "object"};
  return std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
}

/// A whole number that is a count: "3", "3.0". Nothing for all else.
std::optional<std::uint64_t> count_of(const Value& value) {
  if (!value.is_number() || !is_integer(value.text()) || value.text().front() == '-') return {};
  const std::string plain = normalize_number(value.text());
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(plain.data(), plain.data() + plain.size(), out);
  if (error != std::errc() || end != plain.data() + plain.size()) return UINT64_MAX;
  return out;
}

/// Digits × 10^exponent.
struct Decimal {
  std::string digits;
  long exponent = 0;
};

Decimal decimal(std::string_view number) {
  Decimal out;
  bool fraction = false;
  std::size_t at = number.front() == '-' ? 1 : 0;
  for (; at < number.size() && number[at] != 'e' && number[at] != 'E'; ++at) {
    if (number[at] == '.') {
      fraction = true;
    } else {
      out.digits += number[at];
      out.exponent -= fraction ? 1 : 0;
    }
  }
  if (at < number.size()) {
    ++at;
    if (number[at] == '+') ++at;
    long written = 0;
    std::from_chars(number.data() + at, number.data() + number.size(), written);
    out.exponent += written;
  }
  return out;
}

/// Whether `value` is a multiple of `unit`, exactly; nothing when that takes too long to find out.
std::optional<bool> multiple(std::string_view value, std::string_view unit) {
  constexpr long kMostZeros = 1000;
  constexpr std::size_t kMostDigits = 18;
  if (!exponent_in_range(value) || !exponent_in_range(unit)) return std::nullopt;
  Decimal a = decimal(normalize_number(value));
  Decimal b = decimal(normalize_number(unit));
  const long zeros = a.exponent - b.exponent;
  if (zeros > kMostZeros || zeros < -kMostZeros || a.digits.size() > 10'000) return std::nullopt;
  a.digits.append(static_cast<std::size_t>(std::max(zeros, 0L)), '0');
  b.digits.append(static_cast<std::size_t>(std::max(-zeros, 0L)), '0');
  b.digits.erase(0, std::min(b.digits.find_first_not_of('0'), b.digits.size()));
  if (b.digits.empty()) return std::nullopt;
  if (b.digits.size() > kMostDigits) {
    // Longer than the value itself: only zero is a multiple.
    if (a.digits.find_first_not_of('0') == std::string::npos) return true;
    return a.digits.size() < b.digits.size() ? std::optional<bool>(false) : std::nullopt;
  }
  std::uint64_t divisor = 0;
  for (const char digit : b.digits)
    divisor = divisor * 10 + static_cast<std::uint64_t>(digit - '0');
  std::uint64_t rest = 0;  // Below 10^18, so that ten times as much fits.
  for (const char digit : a.digits)
    rest = (rest * 10 + static_cast<std::uint64_t>(digit - '0')) % divisor;
  return rest == 0;
}

std::string list_of(const Value& values) {
  std::string out;
  for (const Value value : values) {
    if (out.size() > limits::kQuotedBytes) break;
    out += (out.empty() ? "" : ", ") + schema_shown(value);
  }
  return out;
}

}  // namespace

void SchemaWalk::type(const Frame& frame, const Value& value, Said& said) {
  std::vector<Value> types;
  if (value.is_array()) {
    for (const Value one : value) types.push_back(one);
  } else {
    types.push_back(value);
  }
  std::string expected;
  bool holds = false;
  for (const Value& one : types) {
    if (!shaped(one.is_string() && known_type(one.text()), frame, value, "a type's name", said))
      return;
    holds = holds || is_type(frame.instance, one.text());
    expected += (expected.empty() ? "" : " or ") + std::string(one.text());
  }
  if (!shaped(!types.empty(), frame, value, "a type's name", said)) return;
  if (!holds) fail(frame, value, expected, said);
}

void SchemaWalk::enumeration(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_array(), frame, value, "a list", said)) return;
  for (const Value one : value) {
    if (one.type() != frame.instance.type()) continue;
    if (!spend(std::min(one.node_count(), frame.instance.node_count()), frame, said)) return;
    if (equal(one, frame.instance)) return;
  }
  fail(frame, value, "one of " + list_of(value), said);
}

void SchemaWalk::constant(const Frame& frame, const Value& value, Said& said) {
  if (!spend(std::min(value.node_count(), frame.instance.node_count()), frame, said)) return;
  if (!equal(value, frame.instance)) fail(frame, value, schema_shown(value), said);
}

void SchemaWalk::multiple_of(const Frame& frame, const Value& value, Said& said) {
  const bool positive = value.is_number() && compare_numbers(value.text(), "0") > 0;
  if (!shaped(positive, frame, value, "a number above 0", said) || !frame.instance.is_number())
    return;
  const std::optional<bool> holds = multiple(frame.instance.text(), value.text());
  if (!holds) {
    doubt(frame, value, "multipleOf of numbers of such length", said);
  } else if (!*holds) {
    fail(frame, value, "a multiple of " + schema_shown(value), said);
  }
}

void SchemaWalk::bound(const Frame& frame, const Value& value, Said& said) {
  // Before draft-06 the exclusive ones were booleans beside the others.
  if (!shaped(value.is_number(), frame, value, "a number", said) || !frame.instance.is_number())
    return;
  const std::string_view name = value.key().text();
  if (!exponent_in_range(value.text()) || !exponent_in_range(frame.instance.text())) {
    doubt(frame, value, "a number of such size", said);
    return;
  }
  const int order = compare_numbers(frame.instance.text(), value.text());
  if (name == "maximum" && order > 0) fail(frame, value, "at most " + schema_shown(value), said);
  if (name == "minimum" && order < 0) fail(frame, value, "at least " + schema_shown(value), said);
  if (name == "exclusiveMaximum" && order >= 0)
    fail(frame, value, "less than " + schema_shown(value), said);
  if (name == "exclusiveMinimum" && order <= 0)
    fail(frame, value, "more than " + schema_shown(value), said);
}

void SchemaWalk::length(const Frame& frame, const Value& value, Said& said) {
  const std::optional<std::uint64_t> limit = count_of(value);
  if (!shaped(limit.has_value(), frame, value, "a count", said) || !frame.instance.is_string())
    return;
  const std::uint64_t characters = utf8::length(frame.instance.text());
  const bool most = value.key().text() == "maxLength";
  if (most ? characters <= *limit : characters >= *limit) return;
  SchemaFault out = fault(frame, value,
                          (most ? "at most " : "at least ") + schema_shown(value) +
                              (*limit == 1 ? " character" : " characters"));
  if (characters > 40) out.found = std::to_string(characters) + " characters";
  said.violation(std::move(out));
}

std::optional<bool> SchemaWalk::searches(const Value& pattern, std::string_view text) {
  auto at = patterns_.find(pattern.text());
  if (at == patterns_.end()) {
    const std::string expression(pattern.text());
    std::optional<Pattern> compiled;
    // By itself first: "a)|(b" must not become something by what stands around it.
    if (Pattern::compile(expression).ok()) {
      Result<Pattern> inside = Pattern::compile("(?s:.*)(?:" + expression + ")(?s:.*)");
      if (inside.ok()) compiled = std::move(inside).value();
    }
    at = patterns_.emplace(expression, std::move(compiled)).first;
  }
  if (!at->second) return std::nullopt;
  return at->second->matches(text);
}

void SchemaWalk::pattern(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_string(), frame, value, "a regular expression", said)) return;
  if (!frame.instance.is_string()) return;
  // A step for each kilobyte: matching is linear.
  if (!spend(frame.instance.text().size() / 1024, frame, said)) return;
  const std::optional<bool> holds = searches(value, frame.instance.text());
  if (!holds) {
    doubt(frame, value, "pattern " + schema_shown(value) + " is none that is judged here (RE2)",
          said);
  } else if (!*holds) {
    fail(frame, value, "a text that matches " + schema_shown(value), said);
  }
}

void SchemaWalk::count(const Frame& frame, const Value& value, Said& said) {
  const std::optional<std::uint64_t> limit = count_of(value);
  if (!shaped(limit.has_value(), frame, value, "a count", said)) return;
  const std::string_view name = value.key().text();
  const bool of_list = name == "maxItems" || name == "minItems";
  if (of_list ? !frame.instance.is_array() : !frame.instance.is_object()) return;
  const bool most = name.substr(0, 3) == "max";
  if (most ? frame.instance.size() <= *limit : frame.instance.size() >= *limit) return;
  const std::string what =
      of_list ? (*limit == 1 ? " element" : " elements") : (*limit == 1 ? " member" : " members");
  fail(frame, value, (most ? "at most " : "at least ") + schema_shown(value) + what, said);
}

void SchemaWalk::unique_items(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_boolean(), frame, value, "true or false", said)) return;
  if (!value.boolean() || !frame.instance.is_array()) return;
  if (!spend(frame.instance.node_count(), frame, said)) return;
  std::set<std::string> seen;
  for (const Value one : frame.instance) {
    std::string text;
    json::append_canonical(text, one);
    if (!seen.insert(std::move(text)).second) {
      fail({frame.schema, one}, value, "elements that all differ", said);
      return;
    }
  }
}

void SchemaWalk::required(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_array(), frame, value, "a list of names", said)) return;
  for (const Value name : value) {
    if (!shaped(name.is_string(), frame, value, "a list of names", said)) return;
    if (!frame.instance.is_object() || !spend(frame.instance.size() / 16, frame, said)) continue;
    if (frame.instance[name.text()].present()) continue;
    SchemaFault out = fault(frame, value, "\"" + std::string(name.text()) + "\"");
    out.tail = pointer_step(name.text());
    out.found = "nothing";
    said.violation(std::move(out));
  }
}

void SchemaWalk::dependent_required(const Frame& frame, const Value& value, Said& said) {
  if (!shaped(value.is_object(), frame, value, "a map", said) || !frame.instance.is_object())
    return;
  for (const Value names : value) {
    if (frame.instance[names.key().text()].present()) required(frame, names, said);
  }
}

}  // namespace portreeve::policies
