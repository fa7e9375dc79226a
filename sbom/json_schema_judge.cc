// Judging a value by a compiled schema.

#include <algorithm>
#include <string>
#include <vector>

#include "core/number.h"
#include "core/time.h"
#include "core/utf8.h"
#include "sbom/draft.h"
#include "sbom/json_schema.h"
#include "sbom/json_schema_node.h"
#include "sbom/ref_hash.h"

namespace portreeve::sbom {
namespace {

constexpr std::uint64_t kSteps = 200'000'000;  // A document under the cap needs a tenth of it.
constexpr std::size_t kAlike = 16;  // Different values with one hash: nobody has these by chance.

bool is_type(std::uint8_t types, ValueType type) noexcept {
  return types == 0 || ((static_cast<unsigned>(types) >> static_cast<unsigned>(type)) & 1U) != 0;
}

bool letter(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool good_format(TextFormat format, std::string_view text) {
  switch (format) {
    case TextFormat::none:
      return true;
    case TextFormat::date_time:
      return text.size() > 10 && parse_time(text).ok();
    case TextFormat::date:
      return parse_date(text).ok();
    case TextFormat::uri: {
      // RFC 3986 §3.1: a scheme, and what any IRI is made of.
      const std::size_t colon = text.find(':');
      if (colon == std::string_view::npos || colon == 0 || !letter(text[0])) return false;
      const auto scheme = text.substr(0, colon);
      const bool good = std::all_of(scheme.begin(), scheme.end(), [](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      });
      return good && good_format(TextFormat::iri_reference, text);
    }
    case TextFormat::iri_reference:
      // RFC 3987 §2.2: these stand in no part of an IRI.
      return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '<' || c == '>' ||
               c == '"' || c == '\\' || c == '^' || c == '`' || c == '{' || c == '}' || c == '|';
      });
    case TextFormat::email: {
      const std::size_t at = text.rfind('@');
      return at != std::string_view::npos && at > 0 && at + 1 < text.size();
    }
  }
  return false;
}

std::string_view name_of(TextFormat format) noexcept {
  switch (format) {
    case TextFormat::none:
      break;
    case TextFormat::date_time:
      return "an RFC 3339 time";
    case TextFormat::date:
      return "a date";
    case TextFormat::uri:
      return "a URI";
    case TextFormat::iri_reference:
      return "an IRI reference";
    case TextFormat::email:
      return "an e-mail address";
  }
  return "";
}

std::string show(const Value& value) {
  if (value.is_string()) return quoted(value.text());
  if (value.is_number()) return utf8::printable(value.text(), 64);
  if (value.is_boolean()) return value.boolean() ? "true" : "false";
  return std::string(to_string(value.type()));
}

}  // namespace

struct JsonSchema::Judge {
  Violation& violation;
  Value root;
  std::uint64_t steps = 0;
  int quiet = 0;  ///< Inside an alternative: only whether, not why.
  struct Step {
    std::string_view key;
    std::uint32_t index;
  };
  std::vector<Step> path{};
  std::vector<std::uint32_t> hashes{};  ///< By node; made when first needed.
  bool stopped = false;

  bool fail(const Value& value, std::string message, Errc code = Errc::malformed) {
    // The first of the deepest: what lies deeper says more about what was meant.
    if (violation.message.empty() || path.size() > deepest) {
      deepest = path.size();
      std::string where;
      for (const Step& step : path) {
        if (step.key.data() == nullptr) {
          where += "[" + std::to_string(step.index) + "]";
        } else {
          where += (where.empty() ? "" : ".") + utf8::printable(step.key, 64);
        }
      }
      violation = {value, (where.empty() ? "document" : where) + ": " + message, code};
    }
    return false;
  }
  std::size_t deepest = 0;

  bool judge(const Node& node, const Value& value) {
    if (++steps > kSteps) return stop(value, "too many alternatives to look at");
    if (node.reference != nullptr) return judge(*node.reference, value);
    if (node.never) return quiet > 0 ? false : fail(value, "is not allowed here");
    if (!is_type(node.types, value.type())) return wrong_type(node, value);
    if (node.enumerated && !listed(node, value)) return false;
    switch (value.type()) {
      case ValueType::string:
        if (!text(node, value)) return false;
        break;
      case ValueType::number:
        if (!number(node, value)) return false;
        break;
      case ValueType::array:
        if (!array(node, value)) return false;
        break;
      case ValueType::object:
        if (!object(node, value)) return false;
        break;
      case ValueType::absent:
      case ValueType::null:
      case ValueType::boolean:
        break;
    }
    return combined(node, value);
  }

  bool stop(const Value& value, std::string_view why) {
    stopped = true;
    violation = {value, std::string(why), Errc::limit};
    return false;
  }

  bool wrong_type(const Node& node, const Value& value) {
    if (quiet > 0) return false;
    std::string wanted;
    for (const ValueType type : {ValueType::object, ValueType::array, ValueType::string,
                                 ValueType::number, ValueType::boolean, ValueType::null}) {
      if (is_type(node.types, type))
        wanted += (wanted.empty() ? "" : " or ") + std::string(to_string(type));
    }
    return fail(value, "expected " + wanted + ", found " + show(value));
  }

  bool listed(const Node& node, const Value& value) {
    if (value.is_string() && std::binary_search(node.words.begin(), node.words.end(), value.text()))
      return true;
    for (const Value& one : node.values) {
      if (equal(one, value)) return true;
    }
    if (quiet > 0) return false;
    std::string wanted;
    constexpr std::size_t kMost = 16;
    for (std::size_t i = 0; i < node.words.size() && i < kMost; ++i) {
      wanted += (i == 0 ? "" : ", ") + std::string(node.words[i]);
    }
    if (node.words.size() > kMost) wanted += ", …";
    for (const Value& one : node.values) wanted += (wanted.empty() ? "" : ", ") + show(one);
    return fail(value, "expected one of " + wanted + ", found " + show(value));
  }

  bool text(const Node& node, const Value& value) {
    const std::string_view text = value.text();
    std::string wanted;
    if (node.min_length.has_value() && utf8::length(text) < *node.min_length) {
      wanted = "at least " + std::to_string(*node.min_length) + " characters";
    } else if (node.max_length.has_value() && utf8::length(text) > *node.max_length) {
      wanted = "at most " + std::to_string(*node.max_length) + " characters";
    } else if (node.pattern.has_value() && !node.pattern->matches(text)) {
      wanted = "a text like " + node.pattern->expression();
    } else if (!good_format(node.format, text)) {
      wanted = name_of(node.format);
    } else {
      return true;
    }
    return quiet > 0 ? false : fail(value, "expected " + wanted + ", found " + show(value));
  }

  bool number(const Node& node, const Value& value) {
    std::string wanted;
    if (node.integer && !is_integer(value.text()))
      wanted = "an integer";
    else if (!node.minimum.empty() && compare_numbers(value.text(), node.minimum) < 0) {
      wanted = "at least " + std::string(node.minimum);
    } else if (!node.maximum.empty() && compare_numbers(value.text(), node.maximum) > 0) {
      wanted = "at most " + std::string(node.maximum);
    } else {
      return true;
    }
    return quiet > 0 ? false : fail(value, "expected " + wanted + ", found " + show(value));
  }

  bool array(const Node& node, const Value& value) {
    if ((node.min_items.has_value() && value.size() < *node.min_items) ||
        (node.max_items.has_value() && value.size() > *node.max_items)) {
      if (quiet > 0) return false;
      const bool few = node.min_items.has_value() && value.size() < *node.min_items;
      return fail(value, std::string("expected at ") + (few ? "least " : "most ") +
                             std::to_string(few ? *node.min_items : *node.max_items) +
                             " elements, found " + std::to_string(value.size()));
    }
    std::uint32_t index = 0;
    for (const Value element : value) {
      const Node* schema = node.items;
      if (!node.tuple.empty())
        schema = index < node.tuple.size() ? node.tuple[index] : node.additional_items;
      path.push_back({{}, index++});
      const bool good = schema == nullptr || judge(*schema, element);
      path.pop_back();
      if (!good) return false;
    }
    return !node.unique || all_different(value);
  }

  // The schemas of CycloneDX 1.2 and 1.3 let any member pass: "Components" would be a document
  // without components.
  bool misspelt(const Node& node, const Value& member, std::string_view key) {
    const auto lower = [](char c) {
      return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    };
    for (const auto& row : node.properties) {
      const std::string_view name = row.first;
      if (name == key || !std::equal(name.begin(), name.end(), key.begin(), key.end(),
                                     [&](char a, char b) { return lower(a) == lower(b); })) {
        continue;
      }
      path.push_back({key, 0});
      if (quiet == 0) fail(member, "expected \"" + std::string(name) + "\"");
      path.pop_back();
      return true;
    }
    return false;
  }

  bool object(const Node& node, const Value& value) {
    for (const std::string_view name : node.required) {
      if (value[name].present()) continue;
      return quiet > 0 ? false : fail(value, "without \"" + std::string(name) + "\"");
    }
    if (node.properties.empty() && node.additional == nullptr) return true;
    for (const Value member : value) {
      const std::string_view key = member.key().text();
      const auto found =
          std::lower_bound(node.properties.begin(), node.properties.end(), key,
                           [](const auto& row, std::string_view name) { return row.first < name; });
      const bool known = found != node.properties.end() && found->first == key;
      const Node* schema = known ? found->second : node.additional;
      if (schema == nullptr) {
        if (!misspelt(node, member, key)) continue;
        return false;
      }
      path.push_back({key, 0});
      bool good = false;
      if (!known && schema->never) {
        if (quiet == 0) fail(member, "is no field of this version of the specification");
      } else {
        good = judge(*schema, member);
      }
      path.pop_back();
      if (!good) return false;
    }
    return true;
  }

  bool quietly(const Node& node, const Value& value) {
    ++quiet;
    const bool good = judge(node, value);
    --quiet;
    return good;
  }

  bool combined(const Node& node, const Value& value) {
    for (const Node* each : node.all) {
      if (!judge(*each, value)) return false;
    }
    if (!node.any.empty() && !alternatives(node.any, value, false)) return false;
    if (!node.one.empty() && !alternatives(node.one, value, true)) return false;
    if (node.negated != nullptr && quietly(*node.negated, value)) return forbidden(node, value);
    if (stopped || node.condition == nullptr) return !stopped;
    const Node* next = quietly(*node.condition, value) ? node.then : node.otherwise;
    return next == nullptr || judge(*next, value);
  }

  bool forbidden(const Node& node, const Value& value) {
    if (quiet > 0) return false;
    std::string names;
    for (const std::string_view name : node.negated->required) {
      names += (names.empty() ? "\"" : "\" and \"") + std::string(name);
    }
    return fail(value, names.empty()                        ? "has a shape that is excluded"
                       : node.negated->required.size() == 1 ? names + "\" is not allowed here"
                                                            : names + "\" exclude each other");
  }

  bool alternatives(const std::vector<const Node*>& schemas, const Value& value, bool only_one) {
    std::size_t good = 0;
    for (const Node* each : schemas) {
      good += quietly(*each, value) ? 1U : 0U;
      if (stopped) return false;
      if (good > (only_one ? 1U : 0U)) break;
    }
    if (good == 1) return true;
    if (quiet > 0) return false;
    if (good > 1) return fail(value, "fits more than one of the shapes of which it must have one");
    // Again, for the reasons.
    for (const Node* each : schemas) judge(*each, value);
    if (violation.message.empty()) return fail(value, "has none of the shapes that are allowed");
    return false;
  }

  // Equal values have equal hashes; objects whatever the order of their members.
  std::uint32_t hash(const Value& value) {
    std::uint64_t out = static_cast<std::uint64_t>(value.type()) * 0x9E3779B97F4A7C15U;
    switch (value.type()) {
      case ValueType::string:
        out ^= ref_hash(value.text());
        break;
      case ValueType::number:
        out ^= ref_hash(normalize_number(value.text()));
        break;
      case ValueType::boolean:
        out += value.boolean() ? 1U : 0U;
        break;
      case ValueType::array:
        for (const Value element : value) out = (out ^ hash(element)) * 0x100000001B3U;
        break;
      case ValueType::object:
        for (const Value member : value) {
          std::uint64_t one = (ref_hash(member.key().text()) ^ hash(member)) * 0x9E3779B97F4A7C15U;
          out += one ^ (one >> 29U);
        }
        break;
      case ValueType::absent:
      case ValueType::null:
        break;
    }
    out ^= out >> 32U;
    const auto short_hash = static_cast<std::uint32_t>(out);
    if (value.node_id() < hashes.size()) hashes[value.node_id()] = short_hash;
    return short_hash;
  }

  bool all_different(const Value& array) {
    if (array.size() < 2 || (!path.empty() && path.back().key == "dependsOn")) return true;
    if (hashes.empty()) {
      hashes.resize(root.node_count());
      hash(root);
    }
    std::vector<std::pair<std::uint32_t, Value>> sorted;
    sorted.reserve(array.size());
    for (const Value element : array) sorted.emplace_back(hashes[element.node_id()], element);
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second.node_id() < b.second.node_id();
    });
    for (std::size_t i = 1, first = 0; i < sorted.size(); ++i) {
      if (sorted[i].first != sorted[first].first) first = i;
      if (i - first > kAlike) return stop(array, "more values alike than can be told apart");
      for (std::size_t j = first; j < i; ++j) {
        if (!equal(sorted[i].second, sorted[j].second)) continue;
        return quiet > 0
                   ? false
                   : fail(sorted[i].second, "the same element twice in a list of different ones");
      }
    }
    return true;
  }
};

bool JsonSchema::valid(const Value& value, Violation& violation) const {
  Judge judge{violation, value};
  return judge.judge(*root_, value);
}

}  // namespace portreeve::sbom
