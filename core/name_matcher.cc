#include "core/name_matcher.h"

#include <algorithm>

namespace portreeve {
namespace {

constexpr std::size_t kNone = NameTokens::kNone;

/// ASCII that is neither letter nor digit. Bytes of other scripts belong to the text of a part, so
/// that a message can show it whole.
bool is_separator(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  const bool letter = (byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z';
  return byte < 0x80 && !letter && !(byte >= '0' && byte <= '9');
}

bool contains(const std::vector<std::string>& codes, std::string_view text) {
  return std::find(codes.begin(), codes.end(), text) != codes.end();
}

void longest_first(std::vector<std::size_t>& ends) {
  std::sort(ends.begin(), ends.end(), std::greater<>());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
}

}  // namespace

const Glob* reserving(const Dimension::Shape& shape, std::string_view text) {
  for (const Glob& glob : shape.except_like) {
    if (glob.matches(text)) return &glob;
  }
  return nullptr;
}

bool fits(const Dimension::Shape& shape, std::string_view text) {
  return shape.pattern.matches(text) && !contains(shape.except, text) &&
         reserving(shape, text) == nullptr;
}

bool NameMatcher::run(std::size_t wild) {
  wild_ = wild;
  parts_.assign(pattern_.dimensions.size(), Span{});
  failed_.clear();
  furthest_.reset();
  return match(0, 0);
}

const NameTokens::Token* NameMatcher::next(std::size_t token) const {
  return token + 1 < pattern_.tokens.size() ? &pattern_.tokens[token + 1] : nullptr;
}

bool NameMatcher::touches(std::size_t token) const {
  const bool before = token > 0 && pattern_.tokens[token - 1].part != kNone;
  return before || (next(token) != nullptr && next(token)->part != kNone);
}

NameMatcher::State NameMatcher::state(std::size_t token, std::size_t position) const {
  std::string keys;
  if (token < pattern_.tokens.size()) {
    for (const std::size_t part : pattern_.tokens[token].needed) {
      const Span span = parts_[part];
      keys.append(name_.substr(span.begin, span.end - span.begin)).push_back('\0');
    }
  }
  return {token, position, std::move(keys)};
}

bool NameMatcher::fail(std::size_t token, std::size_t position) {
  // More of the pattern read counts first: in {org}-{env-type}-policy, "acme-prod-polcy" has a typo
  // at its end, not an Organization "acme-prod".
  if (!furthest_ || token > furthest_->token ||
      (token == furthest_->token && position > furthest_->position)) {
    furthest_ = Failure{token, position, parts_};
  }
  return false;
}

bool NameMatcher::match(std::size_t token, std::size_t position) {
  if (token == pattern_.tokens.size()) {
    return position == name_.size() || fail(token, position);
  }
  const NameTokens::Token& expected = pattern_.tokens[token];
  if (expected.part == kNone) {
    if (name_.substr(position, expected.literal.size()) != expected.literal) {
      return fail(token, position);
    }
    return match(token + 1, position + expected.literal.size());
  }
  if (!failed_.empty() && failed_.count(state(token, position)) != 0) return false;
  const std::vector<std::size_t> candidates = ends(token, position);
  if (candidates.empty()) fail(token, position);
  for (const std::size_t end : candidates) {
    parts_[expected.part] = {position, end};
    if (match(token + 1, end)) return true;
  }
  failed_.insert(state(token, position));
  return false;
}

const std::vector<std::string>* NameMatcher::codes_of(std::size_t part,
                                                      const std::vector<Span>& parts) const {
  const Dimension& dimension = pattern_.dimensions[part];
  if (const auto* codes = std::get_if<Dimension::Codes>(&dimension.kind)) return &codes->codes;
  const auto* by = std::get_if<Dimension::CodesBy>(&dimension.kind);
  if (by == nullptr) return nullptr;
  const Span key = parts[pattern_.keys[part]];
  const auto found = by->table.find(std::string(name_.substr(key.begin, key.end - key.begin)));
  return found == by->table.end() || found->second.empty() ? nullptr : &found->second;
}

std::vector<std::size_t> NameMatcher::ends(std::size_t token, std::size_t position) const {
  const std::size_t part = pattern_.tokens[token].part;
  if (part == wild_) return wild_ends(token, position);
  const Dimension& dimension = pattern_.dimensions[part];
  if (const auto* shape = std::get_if<Dimension::Shape>(&dimension.kind)) {
    std::vector<std::size_t> result = open_ends(token, position);
    std::erase_if(result, [&](std::size_t end) {
      return !fits(*shape, name_.substr(position, end - position));
    });
    return result;
  }
  if (std::holds_alternative<Dimension::Number>(dimension.kind)) return digit_ends(token, position);
  if (const auto* by = std::get_if<Dimension::CodesBy>(&dimension.kind)) {
    if (pattern_.keys[part] == wild_) return any_code_ends(*by, token, position);
    const std::vector<std::string>* codes = codes_of(part, parts_);
    if (codes != nullptr) return code_ends(*codes, token, position);
    if (!by->unverified) return {};
    std::vector<std::size_t> result = open_ends(token, position);
    std::erase_if(result, [&](std::size_t end) {
      return !by->unverified->matches(name_.substr(position, end - position));
    });
    return result;
  }
  return code_ends(std::get<Dimension::Codes>(dimension.kind).codes, token, position);
}

/// Between separators a code is the whole text, so that "production" does not begin with the code
/// "prod"; a name that ends too early or goes on with another separator fails at what follows.
bool NameMatcher::may_end(std::size_t token, std::size_t end) const {
  if (end == name_.size() || is_separator(name_[end]) || touches(token)) return true;
  const NameTokens::Token* follows = next(token);
  return follows != nullptr && name_.substr(end, follows->literal.size()) == follows->literal;
}

std::vector<std::size_t> NameMatcher::code_ends(const std::vector<std::string>& codes,
                                                std::size_t token, std::size_t position) const {
  std::vector<std::size_t> result;
  for (const std::string& code : codes) {
    if (name_.substr(position, code.size()) != code) continue;
    if (may_end(token, position + code.size())) result.push_back(position + code.size());
  }
  longest_first(result);
  return result;
}

std::vector<std::size_t> NameMatcher::any_code_ends(const Dimension::CodesBy& codes,
                                                    std::size_t token, std::size_t position) const {
  std::vector<std::size_t> result;
  for (const auto& [key, list] : codes.table) {
    const std::vector<std::size_t> some = code_ends(list, token, position);
    result.insert(result.end(), some.begin(), some.end());
  }
  longest_first(result);
  return result;
}

std::vector<std::size_t> NameMatcher::digit_ends(std::size_t token, std::size_t position) const {
  std::vector<std::size_t> result;
  for (std::size_t end = position; end < name_.size() && name_[end] >= '0' && name_[end] <= '9';) {
    if (may_end(token, ++end)) result.push_back(end);
  }
  std::reverse(result.begin(), result.end());
  return result;
}

/// Every end at which the pattern could go on, the furthest first. If there is none, the name is
/// taken to its end, so that the failure names the part that is missing and not this one.
std::vector<std::size_t> NameMatcher::open_ends(std::size_t token, std::size_t position) const {
  if (position == name_.size()) return {};
  const NameTokens::Token* follows = next(token);
  std::vector<std::size_t> result;
  for (std::size_t end = name_.size(); follows != nullptr && end > position; --end) {
    if (follows->part != kNone || name_.substr(end, follows->literal.size()) == follows->literal) {
      result.push_back(end);
    }
  }
  if (result.empty()) result.push_back(name_.size());
  return result;
}

bool NameMatcher::right(std::size_t part, std::string_view text) const {
  const Dimension& dimension = pattern_.dimensions[part];
  if (const auto* shape = std::get_if<Dimension::Shape>(&dimension.kind)) return fits(*shape, text);
  const std::vector<std::string>* codes = codes_of(part, parts_);
  return codes != nullptr && contains(*codes, text);
}

/// Ends of a text that may stand in the place of this part and is wrong. Between separators it is
/// the whole text; where parts touch, nothing but the length of a code says where it could end.
std::vector<std::size_t> NameMatcher::wild_ends(std::size_t token, std::size_t position) const {
  const std::size_t part = pattern_.tokens[token].part;
  std::vector<std::size_t> result;
  if (std::holds_alternative<Dimension::Shape>(pattern_.dimensions[part].kind)) {
    result = open_ends(token, position);
  } else if (const auto* codes = codes_of(part, parts_); codes != nullptr && touches(token)) {
    for (const std::string& code : *codes) {
      if (code.size() <= name_.size() - position) result.push_back(position + code.size());
    }
  } else {
    std::size_t end = position;
    while (end < name_.size() && !is_separator(name_[end])) ++end;
    result.push_back(end);
  }
  std::erase_if(result, [&](std::size_t end) {
    return end == position || right(part, name_.substr(position, end - position));
  });
  longest_first(result);
  return result;
}

std::string_view NameMatcher::text_for(const Failure& failure) const {
  const std::string_view rest = name_.substr(failure.position);
  const std::size_t part = pattern_.tokens[failure.token].part;
  const NameTokens::Token* follows = next(failure.token);
  const bool fixed_follows = follows != nullptr && follows->part == kNone;
  if (std::holds_alternative<Dimension::Shape>(pattern_.dimensions[part].kind)) {
    const std::vector<std::size_t> candidates = open_ends(failure.token, failure.position);
    if (candidates.empty()) return rest;
    const bool to_the_end = candidates.front() == name_.size();
    if (to_the_end && fixed_follows &&
        rest.substr(0, follows->literal.size()) == follows->literal) {
      return rest.substr(0, 0);
    }
    return rest.substr(0, candidates.front() - failure.position);
  }
  std::size_t end = 0;
  if (fixed_follows) {
    end = std::min(rest.find(follows->literal), rest.size());
  } else {
    while (end < rest.size() && !is_separator(rest[end])) ++end;
  }
  const std::vector<std::string>* codes = codes_of(part, failure.parts);
  if (codes != nullptr && touches(failure.token)) {
    std::size_t longest = 0;
    for (const std::string& code : *codes) longest = std::max(longest, code.size());
    end = std::min(end, longest);
  }
  return rest.substr(0, end);
}

}  // namespace portreeve
