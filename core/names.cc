#include "core/names.h"

#include <algorithm>

#include "core/limits.h"
#include "core/name_matcher.h"
#include "core/nearest.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

constexpr std::size_t kNone = NameTokens::kNone;
constexpr std::size_t kSuggestionDistance = 2;

Error misconfigured(std::string_view pattern, std::string_view problem) {
  return Error{Errc::misconfigured,
               "name pattern \"" + std::string(pattern) + "\": " + std::string(problem)};
}

Outcome add_dimension(NameTokens& pattern, std::string_view name,
                      std::span<const Dimension> dimensions) {
  const auto named = [&](const Dimension& dimension) { return dimension.name == name; };
  const auto known = std::find_if(dimensions.begin(), dimensions.end(), named);
  const std::string quoted = "{" + std::string(name) + "}";
  if (known == dimensions.end()) {
    return misconfigured(pattern.text, "there is no dimension " + quoted);
  }
  if (std::any_of(pattern.dimensions.begin(), pattern.dimensions.end(), named)) {
    return misconfigured(pattern.text, quoted + " stands there twice");
  }
  std::size_t key = kNone;
  if (const auto* by = std::get_if<Dimension::CodesBy>(&known->kind)) {
    for (std::size_t i = 0; i < pattern.dimensions.size(); ++i) {
      if (pattern.dimensions[i].name == by->key) key = i;
    }
    if (key == kNone || !std::holds_alternative<Dimension::Codes>(pattern.dimensions[key].kind)) {
      return misconfigured(pattern.text,
                           quoted + " needs the codes of {" + by->key + "} before it");
    }
  }
  if (const auto* codes = std::get_if<Dimension::Codes>(&known->kind);
      codes != nullptr && codes->codes.empty()) {
    return misconfigured(pattern.text, quoted + " has no codes");
  }
  NameTokens::Token token;
  token.part = pattern.dimensions.size();
  pattern.dimensions.push_back(*known);
  pattern.keys.push_back(key);
  pattern.tokens.push_back(std::move(token));
  return Done{};
}

Outcome tokenize(NameTokens& pattern, std::span<const Dimension> dimensions) {
  const std::string& text = pattern.text;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '}') return misconfigured(text, "'}' without '{'");
    if (text[at] != '{') {
      const std::size_t end = std::min(text.find_first_of("{}", at), text.size());
      NameTokens::Token token;
      token.literal = text.substr(at, end - at);
      pattern.tokens.push_back(std::move(token));
      at = end;
      continue;
    }
    const std::size_t end = text.find_first_of("{}", at + 1);
    if (end == std::string::npos || text[end] == '{') return misconfigured(text, "'{' without '}'");
    const std::string_view name = std::string_view(text).substr(at + 1, end - at - 1);
    PORTREEVE_CHECK(add_dimension(pattern, name, dimensions));
    at = end + 1;
  }
  if (pattern.dimensions.empty()) return misconfigured(text, "it names no dimension");
  const auto shape = [&](const NameTokens::Token& token) {
    return token.part != kNone &&
           std::holds_alternative<Dimension::Shape>(pattern.dimensions[token.part].kind);
  };
  const auto touching = std::adjacent_find(
      pattern.tokens.begin(), pattern.tokens.end(),
      [&](const NameTokens::Token& a, const NameTokens::Token& b) { return shape(a) && shape(b); });
  if (touching == pattern.tokens.end()) return Done{};
  return misconfigured(
      text, "nothing parts {" + pattern.dimensions[touching->part].name + "} from what follows");
}

/// Which earlier parts the rest of the pattern, from each token on, still depends on.
void note_needs(NameTokens& pattern) {
  std::vector<std::size_t> needed;
  for (std::size_t i = pattern.tokens.size(); i-- > 0;) {
    NameTokens::Token& token = pattern.tokens[i];
    if (token.part != kNone) {
      std::erase(needed, token.part);
      const std::size_t key = pattern.keys[token.part];
      if (key != kNone && std::count(needed.begin(), needed.end(), key) == 0) needed.push_back(key);
    }
    token.needed = needed;
  }
}

std::string list(const std::vector<std::string>& codes, std::size_t count) {
  std::string text = "one of ";
  for (std::size_t i = 0; i < codes.size(); ++i) text.append(i > 0 ? ", " : "").append(codes[i]);
  if (count > codes.size()) {
    text.append(" and ").append(std::to_string(count - codes.size())).append(" more");
  }
  return text;
}

bool equal_but_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string> suggest(const std::vector<std::string>& codes, std::string_view found) {
  for (const std::string& code : codes) {
    if (equal_but_case(code, found)) return code;
  }
  // Codes are so short that two edits alone lead from any of them to any other.
  const auto near = nearest(codes, found, kSuggestionDistance);
  if (!near) return std::nullopt;
  const std::size_t distance = levenshtein(*near, found, kSuggestionDistance);
  if (2 * distance > std::max(near->size(), found.size())) return std::nullopt;
  return std::string(*near);
}

std::string key_phrase(const Dimension::CodesBy& by, const std::string& key) {
  return by.key + " '" + key + "'";
}

/// Of which other part, or other key, `text` would be a code.
std::string owner_of(const NameTokens& pattern, std::size_t part, std::string_view text) {
  const auto has = [&](const std::vector<std::string>& codes) {
    return std::find(codes.begin(), codes.end(), text) != codes.end();
  };
  const auto owner = [&](const Dimension& dimension) -> std::string {
    if (const auto* codes = std::get_if<Dimension::Codes>(&dimension.kind)) {
      return has(codes->codes) ? dimension.name : "";
    }
    if (const auto* by = std::get_if<Dimension::CodesBy>(&dimension.kind)) {
      for (const auto& [key, codes] : by->table) {
        if (has(codes)) return dimension.name + " of " + key_phrase(*by, key);
      }
    }
    return "";
  };
  if (std::holds_alternative<Dimension::CodesBy>(pattern.dimensions[part].kind)) {
    if (std::string same = owner(pattern.dimensions[part]); !same.empty()) return same;
  }
  for (std::size_t i = 0; i < pattern.dimensions.size(); ++i) {
    if (i == part) continue;
    // One letter is a code of some region of some provider nearly always: that tells nobody
    // anything.
    if (text.size() == 1 && pattern.keys[i] != kNone) continue;
    if (std::string other = owner(pattern.dimensions[i]); !other.empty()) return other;
  }
  return "";
}

/// Turns what a matcher found into the answer.
class Explainer {
 public:
  Explainer(const NameTokens& pattern, const NameMatcher& matcher, std::string_view name)
      : pattern_(pattern), matcher_(matcher), name_(name) {}

  WrongName part(std::size_t part, NameMatcher::Span span,
                 const std::vector<NameMatcher::Span>& parts) const {
    WrongName wrong = at(WrongName::Fault::part, part, span);
    if (span.begin == span.end) wrong.fault = WrongName::Fault::missing;
    const Dimension& dimension = pattern_.dimensions[part];
    wrong.dimension = dimension.name;
    if (const auto* shape = std::get_if<Dimension::Shape>(&dimension.kind)) {
      wrong.expectation = shape->expected;
      if (!shape->pattern.matches(wrong.found)) return wrong;
      wrong.fault = WrongName::Fault::reserved;
      const Glob* glob = reserving(*shape, wrong.found);
      if (glob != nullptr) wrong.reserved_as = glob->text();
      return wrong;
    }
    if (std::holds_alternative<Dimension::Number>(dimension.kind)) {
      wrong.expectation = "a number";
      return wrong;
    }
    add_codes(wrong, part, parts);
    return wrong;
  }

  WrongName failure(const NameMatcher::Failure& failure) const {
    const auto& tokens = pattern_.tokens;
    const std::size_t begin = failure.position;
    std::size_t before = 0;
    for (std::size_t i = 0; i < failure.token; ++i) before += tokens[i].part != kNone ? 1U : 0U;
    if (failure.token == tokens.size()) {
      WrongName wrong = at(WrongName::Fault::extra, before, {begin, name_.size()});
      wrong.expectation = "the end of the name";
      return wrong;
    }
    if (tokens[failure.token].part != kNone) {
      const std::size_t end = begin + matcher_.text_for(failure).size();
      return part(tokens[failure.token].part, {begin, end}, failure.parts);
    }
    const std::string& literal = tokens[failure.token].literal;
    if (begin == name_.size() && begin > 0 && failure.token + 1 < tokens.size()) {
      return part(tokens[failure.token + 1].part, {begin, begin}, failure.parts);
    }
    const std::size_t end = std::min(name_.size(), begin + literal.size());
    WrongName wrong = at(WrongName::Fault::literal, before, {begin, end});
    wrong.expectation = "'" + literal + "'";
    return wrong;
  }

 private:
  WrongName at(WrongName::Fault fault, std::size_t part, NameMatcher::Span span) const {
    WrongName wrong;
    wrong.fault = fault;
    wrong.pattern = pattern_.text;
    wrong.part = part;
    wrong.begin = span.begin;
    wrong.end = span.end;
    wrong.found = name_.substr(span.begin, span.end - span.begin);
    return wrong;
  }

  void add_codes(WrongName& wrong, std::size_t part,
                 const std::vector<NameMatcher::Span>& parts) const {
    const auto* by = std::get_if<Dimension::CodesBy>(&pattern_.dimensions[part].kind);
    std::string key;
    if (by != nullptr) {
      const NameMatcher::Span span = parts[pattern_.keys[part]];
      key = key_phrase(*by, std::string(name_.substr(span.begin, span.end - span.begin)));
    }
    if (!wrong.found.empty()) wrong.belongs_to = owner_of(pattern_, part, wrong.found);
    const std::vector<std::string>* codes = matcher_.codes_of(part, parts);
    if (codes == nullptr) {
      wrong.expectation = by != nullptr && by->unverified ? "a code" : "known: no code is";
      wrong.expectation += " for " + key;
      return;
    }
    wrong.expected_count = codes->size();
    wrong.expected.assign(codes->begin(),
                          codes->begin() + static_cast<std::ptrdiff_t>(
                                               std::min(codes->size(), WrongName::kExpectedCodes)));
    wrong.expectation = list(wrong.expected, wrong.expected_count);
    if (by != nullptr) wrong.expectation += " (for " + key + ")";
    if (!wrong.found.empty()) wrong.suggestion = suggest(*codes, wrong.found);
  }

  const NameTokens& pattern_;
  const NameMatcher& matcher_;
  std::string_view name_;
};

}  // namespace

std::string_view ParsedName::operator[](std::string_view dimension) const noexcept {
  for (const NamePart& part : parts) {
    if (part.dimension == dimension) return part.text;
  }
  return {};
}

std::string to_string(const WrongName& wrong) {
  const std::string found = "'" + utf8::printable(wrong.found, limits::kQuotedBytes) + "'";
  std::string text;
  switch (wrong.fault) {
    case WrongName::Fault::part:
      text = wrong.dimension + " " + found + " is not " + wrong.expectation;
      break;
    case WrongName::Fault::missing:
      text = wrong.dimension + " is missing, expected " + wrong.expectation;
      break;
    case WrongName::Fault::reserved:
      text = wrong.dimension + " " + found +
             (wrong.reserved_as.empty() ? " is a reserved word"
                                        : " is reserved, as every " + wrong.reserved_as + " is");
      break;
    case WrongName::Fault::literal:
      text = "expected " + wrong.expectation + ", found " +
             (wrong.found.empty() ? "the end of the name" : found);
      break;
    case WrongName::Fault::extra:
      text = "expected the end of the name, found " + found;
      break;
    case WrongName::Fault::too_long:
      text = "the name has " + std::to_string(wrong.end) + " bytes, expected " + wrong.expectation;
      break;
  }
  if (!wrong.belongs_to.empty()) text += "; " + found + " is a code of " + wrong.belongs_to;
  if (wrong.suggestion) text += "; did you mean '" + *wrong.suggestion + "'?";
  return text;
}

struct NamePattern::Compiled : NameTokens {};

const std::string& NamePattern::text() const noexcept { return compiled_->text; }

Result<NamePattern> NamePattern::compile(std::string_view text,
                                         std::span<const Dimension> dimensions) {
  auto compiled = std::make_shared<Compiled>();
  compiled->text = text;
  PORTREEVE_CHECK(tokenize(*compiled, dimensions));
  note_needs(*compiled);
  return NamePattern(std::move(compiled));
}

NameParse NamePattern::parse(std::string_view name) const {
  const NameTokens& pattern = *compiled_;
  if (name.size() > kNameBytes) {
    WrongName wrong;
    wrong.fault = WrongName::Fault::too_long;
    wrong.pattern = pattern.text;
    wrong.found = name;
    wrong.end = name.size();
    wrong.expectation = "at most " + std::to_string(kNameBytes);
    return wrong;
  }
  NameMatcher matcher(pattern, name);
  if (matcher.run()) {
    ParsedName parsed;
    for (std::size_t i = 0; i < pattern.dimensions.size(); ++i) {
      const NameMatcher::Span span = matcher.parts()[i];
      parsed.parts.push_back({pattern.dimensions[i].name,
                              std::string(name.substr(span.begin, span.end - span.begin)),
                              span.begin, span.end});
      const bool by = std::holds_alternative<Dimension::CodesBy>(pattern.dimensions[i].kind);
      if (by && matcher.codes_of(i, matcher.parts()) == nullptr) parsed.unverifiable.push_back(i);
    }
    return parsed;
  }
  const NameMatcher::Failure furthest = matcher.furthest();
  const Explainer explainer(pattern, matcher, name);
  for (std::size_t i = 0; i < pattern.dimensions.size(); ++i) {
    if (matcher.run(i)) return explainer.part(i, matcher.parts()[i], matcher.parts());
  }
  return explainer.failure(furthest);
}

}  // namespace portreeve
