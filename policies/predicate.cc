// Every predicate, one function each: the value meets it, or what was expected and found.

#include <algorithm>
#include <set>

#include "core/json.h"
#include "core/limits.h"
#include "core/nearest.h"
#include "core/number.h"
#include "core/semver.h"
#include "core/utf8.h"
#include "policies/condition.h"
#include "policies/plain_url.h"

namespace portreeve::policies {

const std::vector<PredicateType> kPredicateTypes = {
    {"present", Predicate::Kind::present, R"({"const": true})", "it is there; null counts as there"},
    {"absent", Predicate::Kind::absent, R"({"const": true})", "it is not there"},
    {"type", Predicate::Kind::type,
     R"({"anyOf": [{"$ref": "#/$defs/type"}, {"type": "array", "items": {"$ref": "#/$defs/type"}}]})",
     "it has this type, or one of these"},
    {"equals", Predicate::Kind::equals, R"({})", "it is equal to the value; numbers by value"},
    {"not-equals", Predicate::Kind::not_equals, R"({})", "it is not equal to the value"},
    {"one-of", Predicate::Kind::one_of, R"({"type": ["array", "object", "string"]})",
     "it is equal to a member of the list"},
    {"not-one-of", Predicate::Kind::not_one_of, R"({"type": ["array", "object", "string"]})",
     "it is equal to no member of the list"},
    {"matches", Predicate::Kind::matches, R"({"type": "string"})",
     "the RE2 pattern matches the whole text"},
    {"not-matches", Predicate::Kind::not_matches, R"({"type": "string"})",
     "the RE2 pattern does not match the whole text"},
    {"length", Predicate::Kind::length, R"({"$ref": "#/$defs/bounds"})",
     "code points of a text, elements of a list, members of a map"},
    {"range", Predicate::Kind::range, R"({"$ref": "#/$defs/bounds"})", "a number within, exact"},
    {"semver", Predicate::Kind::semver, R"({"const": true})", "a SemVer 2.0.0 version"},
    {"semver-range", Predicate::Kind::semver_range, R"({"const": true})",
     "a version range as Helm reads it"},
    {"subset", Predicate::Kind::subset, R"({"type": ["array", "object", "string"]})",
     "every element of the list is in the given list"},
    {"unique", Predicate::Kind::unique, R"({"type": ["boolean", "string"]})",
     "no two elements are equal; with a name: none in that member"},
    {"contains-tokens", Predicate::Kind::contains_tokens, R"({})",
     "the hyphen-separated tokens of the value stand in it next to each other"},
    {"not-contains-tokens", Predicate::Kind::not_contains_tokens, R"({})",
     "the hyphen-separated tokens of the value do not stand in it next to each other"},
    {"url", Predicate::Kind::url, R"({"const": true})",
     "an absolute http, https or oci URL without user, query and fragment; its host, its port (1 to "
     "65535) and the parts of its path are well-formed, none of them empty, \".\" or \"..\""},
};

namespace {

Failure holds() {
  Failure out;
  out.holds = true;
  return out;
}

Failure fails(std::string expected, std::string found) {
  Failure out;
  out.expected = std::move(expected);
  out.found = std::move(found);
  return out;
}

// What an operand could not be composed from.
Failure unusable(const Computed& computed) {
  Failure out;
  if (computed.kind == Computed::Kind::noted) {
    out.holds = true;
    out.note = "not verifiable: " + computed.reason;
  } else {
    out.expected = "a value that can be composed";
    out.found = computed.reason;
  }
  return out;
}

bool usable(const Computed& computed) noexcept {
  return computed.kind != Computed::Kind::missing && computed.kind != Computed::Kind::noted;
}

std::string found_text(const Value& value) { return show(value); }

std::string type_name(const Value& value) {
  switch (value.type()) {
    case ValueType::array: return "list";
    case ValueType::object: return "map";
    case ValueType::number: return is_integer(value.text()) ? "integer" : "number";
    default: return std::string(to_string(value.type()));
  }
}

// REQUIRES: it has none of the types.
Failure check_type(const Predicate& predicate, const Value& value) {
  const std::string actual = type_name(value);
  std::string expected;
  for (const std::string& type : predicate.types) {
    expected += (expected.empty() ? "" : " or ") + type;
  }
  return fails(expected, actual + " " + found_text(value));
}

Failure check_equals(const Computed& wanted, const Value& value, bool should) {
  if (equal(value, wanted) == should) {
    Failure out = holds();
    if (should && !wanted.addition.empty()) out.note = "allowed by the addition in " + wanted.addition;
    return out;
  }
  return fails((should ? "" : "anything but ") + show(wanted), found_text(value));
}

std::vector<Computed> members_of(const Computed& list) {
  if (list.kind == Computed::Kind::list) return list.list;
  std::vector<Computed> out;
  if (list.kind == Computed::Kind::value && list.value.is_array()) {
    for (const Value entry : list.value) out.push_back(Computed::of(entry));
  } else {
    out.push_back(list);
  }
  return out;
}

std::string show_choice(const std::vector<Computed>& members, const Value& value) {
  std::string out = "one of ";
  std::vector<std::string> texts;
  for (const Computed& member : members) texts.push_back(show(member));
  constexpr std::size_t kShown = 12;
  for (std::size_t i = 0; i < texts.size() && i < kShown; ++i) out += (i == 0 ? "" : ", ") + texts[i];
  if (texts.size() > kShown) out += ", and " + std::to_string(texts.size() - kShown) + " more";
  if (value.is_string()) {
    const auto near = nearest(texts, value.text(), 2);
    if (near.has_value() && *near != value.text()) out += " (nearest: " + std::string(*near) + ")";
  }
  return out;
}

// The same for a list or the keys of a map that stand in the object: nothing of it is copied.
Failure check_one_of_whole(const Value& whole, const Value& value, bool should) {
  const bool keys = whole.is_object();
  std::vector<Computed> first;
  constexpr std::size_t kCompared = 64;  // Of a longer list nobody wants to know which is nearest.
  bool is = false;
  for (const Value entry : whole) {
    const bool same = keys ? value.is_string() && value.text() == entry.key().text() : equal(value, entry);
    is = is || same;
    if (is && should) return holds();
    if (first.size() == kCompared) continue;
    first.push_back(keys ? Computed::of_text(std::string(entry.key().text())) : Computed::of(entry));
  }
  if (is == should) return holds();
  std::string choice = show_choice(first, should ? value : Value());
  if (whole.size() > first.size()) choice += " (the list has " + std::to_string(whole.size()) + ")";
  return fails(should ? choice : "not " + choice, found_text(value));
}

Failure check_one_of(const Computed& list, const Value& value, bool should) {
  const std::vector<Computed> members = members_of(list);
  const bool is = std::any_of(members.begin(), members.end(),
                              [&](const Computed& member) { return equal(value, member); });
  if (is == should) return holds();
  return fails(should ? show_choice(members, value) : "not " + show_choice(members, Value()),
               found_text(value));
}

// Equal values have one form.
std::string form_of(const Computed& computed) {
  std::string out;
  if (computed.kind == Computed::Kind::value) {
    json::append_canonical(out, computed.value);
  } else if (computed.kind == Computed::Kind::text) {
    json::append_string(out, computed.text);
  } else {
    for (const Computed& entry : computed.list) out += (out.empty() ? "[" : ",") + form_of(entry);
    out += out.empty() ? "[]" : "]";
  }
  return out;
}

// Both lists may be the object's own: each is gone through once.
Failure check_subset(const Computed& list, const Value& value) {
  if (!value.is_array()) return fails("a list", type_name(value) + " " + found_text(value));
  const std::vector<Computed> members = members_of(list);
  std::set<std::string> known;
  for (const Computed& member : members) known.insert(form_of(member));
  for (const Value element : value) {
    if (known.count(form_of(Computed::of(element))) != 0) continue;
    return fails(show_choice(members, element), found_text(element));
  }
  return holds();
}

Failure check_matches(const Pattern& pattern, const Value& value, bool should) {
  if (!value.is_string()) return fails("a text", type_name(value) + " " + found_text(value));
  if (pattern.matches(value.text()) == should) return holds();
  return fails((should ? "text like " : "no text like ") + pattern.expression(), found_text(value));
}

// Bounds as numbers; empty where there is none.
struct Bounds {
  std::string minimum;
  std::string maximum;
  std::string missing;  ///< Why a bound could not be composed.
};

Bounds bounds_of(const Predicate& predicate, const Scope& scope) {
  Bounds out;
  const auto read = [&](const Predicate::ExpressionPtr& expression, std::string& bound) {
    if (expression == nullptr) return;
    const Computed computed = expression->evaluate(scope);
    if (computed.kind == Computed::Kind::value && computed.value.is_number()) {
      bound = std::string(computed.value.text());
    } else {
      out.missing = computed.kind == Computed::Kind::missing ? computed.reason
                                                             : show(computed) + " is no number";
    }
  };
  read(predicate.minimum, out.minimum);
  read(predicate.maximum, out.maximum);
  return out;
}

std::string show_bounds(const Bounds& bounds) {
  if (bounds.minimum.empty()) return "at most " + bounds.maximum;
  if (bounds.maximum.empty()) return "at least " + bounds.minimum;
  if (bounds.minimum == bounds.maximum) return "exactly " + bounds.minimum;
  return bounds.minimum + " to " + bounds.maximum;
}

bool within(const Bounds& bounds, std::string_view number) {
  return (bounds.minimum.empty() || compare_numbers(number, bounds.minimum) >= 0) &&
         (bounds.maximum.empty() || compare_numbers(number, bounds.maximum) <= 0);
}

Failure check_length(const Bounds& bounds, const Value& value) {
  std::string unit;
  std::size_t length = value.size();
  if (value.is_string()) {
    length = utf8::length(value.text());
    unit = " characters";
  } else if (value.is_array()) {
    unit = " elements";
  } else if (value.is_object()) {
    unit = " members";
  } else {
    return fails("a text, list or map", type_name(value) + " " + found_text(value));
  }
  if (!bounds.missing.empty()) return fails("bounds that can be composed", bounds.missing);
  if (within(bounds, std::to_string(length))) return holds();
  return fails(show_bounds(bounds) + unit, std::to_string(length) + unit);
}

Failure check_range(const Bounds& bounds, const Value& value) {
  if (!value.is_number()) return fails("a number", type_name(value) + " " + found_text(value));
  if (!bounds.missing.empty()) return fails("bounds that can be composed", bounds.missing);
  if (within(bounds, value.text())) return holds();
  return fails(show_bounds(bounds), found_text(value));
}

Failure check_semver(const Value& value) {
  if (!value.is_string()) return fails("a version in quotes", type_name(value) + " " + found_text(value));
  const Result<Version> version = Version::parse(value.text());
  if (version.ok()) return holds();
  return fails("a SemVer 2.0.0 version", found_text(value) + " (" +
                                             utf8::printable(version.error().message, 160) + ")");
}

Failure check_semver_range(const Value& value) {
  if (!value.is_string()) return fails("a version range", type_name(value) + " " + found_text(value));
  const Result<VersionRange> range = VersionRange::parse(value.text());
  if (range.ok() && range.value().empty()) {
    return fails("a version range that some version is in", found_text(value));
  }
  if (range.ok()) return holds();
  return fails("a version range", found_text(value) + " (" +
                                      utf8::printable(range.error().message, 160) + ")");
}

Failure check_unique(const Predicate& predicate, const Value& value) {
  if (!value.is_array()) return fails("a list", type_name(value) + " " + found_text(value));
  std::set<std::string> seen;
  for (const Value element : value) {
    const Value key = predicate.unique_key.empty() ? element : element[predicate.unique_key];
    if (!key.present()) continue;
    std::string text;
    json::append_canonical(text, key);
    if (!seen.insert(text).second) return fails("each once", show(key) + " twice");
  }
  return holds();
}

std::vector<std::string_view> split_tokens(std::string_view text) {
  std::vector<std::string_view> out;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find('-', from), text.size());
    out.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return out;
}

Failure check_tokens(const Computed& wanted, const Value& value, bool should) {
  if (!value.is_string() || !wanted.textual()) return fails("a text", found_text(value));
  const std::vector<std::string_view> tokens = split_tokens(value.text());
  const std::vector<std::string_view> inner = split_tokens(wanted.as_text());
  const bool contains =
      std::search(tokens.begin(), tokens.end(), inner.begin(), inner.end()) != tokens.end();
  if (contains == should) return holds();
  return fails((should ? "a name with the parts " : "a name without the parts ") + show(wanted),
               found_text(value));
}

Failure check_url(const Value& value) {
  const std::string expected = "an http, https or oci URL without user, query and fragment";
  if (!value.is_string()) return fails(expected, type_name(value) + " " + found_text(value));
  return is_plain_url(value.text()) ? holds() : fails(expected, found_text(value));
}

Failure evaluate_on_operand(const Predicate& predicate, const Value& value, const Scope& scope) {
  if (predicate.kind == Predicate::Kind::one_of || predicate.kind == Predicate::Kind::not_one_of) {
    const Value whole = predicate.operand->whole(scope);
    if (whole.present()) {
      return check_one_of_whole(whole, value, predicate.kind == Predicate::Kind::one_of);
    }
  }
  const Computed operand = predicate.operand->evaluate(scope);
  if (!usable(operand)) return unusable(operand);
  switch (predicate.kind) {
    case Predicate::Kind::equals: return check_equals(operand, value, true);
    case Predicate::Kind::not_equals: return check_equals(operand, value, false);
    case Predicate::Kind::one_of: return check_one_of(operand, value, true);
    case Predicate::Kind::not_one_of: return check_one_of(operand, value, false);
    case Predicate::Kind::subset: return check_subset(operand, value);
    case Predicate::Kind::contains_tokens: return check_tokens(operand, value, true);
    case Predicate::Kind::not_contains_tokens: return check_tokens(operand, value, false);
    default: return fails("a predicate without operand", "operand");
  }
}

}  // namespace

Failure evaluate(const Predicate& predicate, const Value& value, const Scope& scope, Words words) {
  using Kind = Predicate::Kind;
  const std::optional<bool> plain = plain_answer(predicate, value);
  if (plain.has_value() && (*plain || words == Words::unwanted)) {
    Failure out;
    out.holds = *plain;
    const bool listed = predicate.kind == Kind::one_of || predicate.kind == Kind::not_one_of;
    if (listed && *plain && words == Words::wanted) out.note = predicate.operand->addition_for(value);
    return out;
  }
  if (predicate.kind == Kind::absent) return fails("nothing", found_text(value));
  if (!value.present()) {
    Failure out = predicate.operand != nullptr ? evaluate_on_operand(predicate, value, scope)
                                                : fails("a value", "nothing");
    if (out.holds && out.note.empty()) out = fails("a value", "nothing");
    out.found = "nothing";
    return out;
  }
  switch (predicate.kind) {
    case Kind::type: return check_type(predicate, value);
    case Kind::matches: return check_matches(*predicate.pattern, value, true);
    case Kind::not_matches: return check_matches(*predicate.pattern, value, false);
    case Kind::length: return check_length(bounds_of(predicate, scope), value);
    case Kind::range: return check_range(bounds_of(predicate, scope), value);
    case Kind::semver: return check_semver(value);
    case Kind::semver_range: return check_semver_range(value);
    case Kind::unique: return check_unique(predicate, value);
    case Kind::url: return check_url(value);
    default: return evaluate_on_operand(predicate, value, scope);
  }
}

}  // namespace portreeve::policies
