#include "verifiers/identity_pattern.h"

#include <string>

#include "verifiers/rejection.h"

namespace portreeve::verifiers {
namespace {

constexpr std::string_view kSpecial = R"(\.[](){}*+?|^$)";
constexpr std::string_view kEscapable = R"(\.[](){}*+?|^$/-@!:_#)";

Error wrong(std::string_view expression, std::string_view message) {
  return {Errc::misconfigured,
          "identityPattern " + quoted(expression) + ": " + std::string(message)};
}

// One literal character of an expression, or none: a lone dot counts as one (it stands for a
// character, not for any number of them).
struct Literal {
  std::size_t length = 0;  ///< Bytes of the expression; 0: none here.
  char character = 0;
};

Literal literal_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  Literal literal;
  if (text[at] == '\\') {
    if (at + 1 >= text.size() || kEscapable.find(text[at + 1]) == std::string_view::npos) return {};
    literal = {2, text[at + 1]};
  } else if (text[at] == '.') {
    literal = {1, '.'};
  } else if (kSpecial.find(text[at]) == std::string_view::npos) {
    literal = {1, text[at]};
  } else {
    return {};
  }
  const std::size_t next = at + literal.length;
  const bool repeated = next < text.size() && std::string_view("*+?{").find(text[next]) !=
                                                  std::string_view::npos;
  return repeated ? Literal{} : literal;
}

// The literal text at the beginning of an expression, and how much of the expression that is.
struct Prefix {
  std::string text;
  std::size_t length = 0;
};

Prefix literal_prefix(std::string_view expression) {
  Prefix prefix;
  while (true) {
    const Literal literal = literal_at(expression, prefix.length);
    if (literal.length == 0) return prefix;
    prefix.text += literal.character;
    prefix.length += literal.length;
  }
}

// Where the class that begins here ends. As RE2 reads them: a first ']' stands for itself, and
// "[:alpha:]" is one of its members.
std::size_t class_end(std::string_view text, std::size_t at) {
  ++at;
  if (at < text.size() && text[at] == '^') ++at;
  if (at < text.size() && text[at] == ']') ++at;
  for (; at < text.size() && text[at] != ']'; ++at) {
    if (text[at] == '\\') ++at;
    if (text.substr(at, 2) != "[:") continue;
    const std::size_t named = text.find(":]", at + 2);
    if (named != std::string_view::npos) at = named + 1;
  }
  return at;
}

// Quoted text (\Q) counts as one: what is in it cannot be followed here.
bool has_top_level_alternative(std::string_view text) {
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "\\Q") return true;
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '[') {
      i = class_end(text, i);
    } else if (text[i] == '(') {
      ++depth;
    } else if (text[i] == ')') {
      --depth;
    } else if (text[i] == '|' && depth == 0) {
      return true;
    }
  }
  return false;
}

// The first segment of a path decides whose it is; a group of alternatives without wildcards fixes
// it too: "(acme|beta)/". Its length in the expression; 0: not fixed.
std::size_t fixed_segment(std::string_view rest) {
  int depth = 0;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (c == '\\') {
      if (i + 1 >= rest.size() || kEscapable.find(rest[i + 1]) == std::string_view::npos) return 0;
      ++i;
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')') --depth;
    // Inside a group another alternative could do without it.
    if (c == '/') return depth == 0 ? i : 0;
    if (std::string_view("[]{}*+?^$").find(c) != std::string_view::npos) return 0;
  }
  return 0;
}

// Hosts and owners have dots, and people write them plainly. As a wildcard one would let a stranger in:
// "mail.acme.test" fits mailxacme.test. REQUIRES: no class in it, nothing repeated.
std::string dots_meant(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.') out += '\\';
    out += text[i];
    if (text[i] == '\\' && i + 1 < text.size()) out += text[++i];
  }
  return out;
}

Result<std::string> read_url(std::string_view expression, std::string_view body, const Prefix& prefix) {
  const std::size_t host = prefix.text.find("://") + 3;
  const std::size_t path = prefix.text.find('/', host);
  if (path == std::string::npos || path == host) {
    return wrong(expression, "the host must be written out, up to the '/' behind it: anybody can "
                             "have a host that begins alike");
  }
  // Where the path begins in the expression: count escapes of the literal prefix again.
  std::size_t at = 0;
  for (std::size_t i = 0; i <= path; ++i) at += literal_at(body, at).length;
  const std::size_t owner = fixed_segment(body.substr(at));
  if (owner == 0) {
    return wrong(expression, "the first segment of the path must be written out and end with '/': "
                             "otherwise acme trusts acme-evil too");
  }
  if (prefix.length == body.size() && prefix.text.back() == '/') {
    return wrong(expression, "it ends with '/', and patterns match in full: say what follows, "
                             "such as [^/]+ or .*");
  }
  return dots_meant(body.substr(0, at + owner)) + std::string(body.substr(at + owner));
}

Result<std::string> read_other(std::string_view expression, std::string_view body) {
  const std::size_t sign = body.find_last_of("@!");
  if (sign == std::string_view::npos) {
    return wrong(expression, "expected a URL, or text with '@' or '!' and a host behind it");
  }
  const std::string_view host = body.substr(sign + 1);
  if (host.empty() || literal_prefix(host).length != host.size()) {
    return wrong(expression, "what follows the last '@' or '!' must be written out");
  }
  return std::string(body.substr(0, sign + 1)) + dots_meant(host);
}

}  // namespace

Result<std::string> read_identity_pattern(std::string_view expression) {
  std::string_view body = expression;
  // Patterns match in full anyway; people write the anchors all the same.
  if (!body.empty() && body.front() == '^') body.remove_prefix(1);
  const bool escaped_end = body.size() > 1 && body[body.size() - 2] == '\\';
  if (!body.empty() && body.back() == '$' && !escaped_end) body.remove_suffix(1);
  if (body.empty()) return wrong(expression, "must not be empty");
  if (has_top_level_alternative(body)) {
    return wrong(expression, "alternatives at the outermost level: write one Authority for each");
  }
  const Prefix prefix = literal_prefix(body);
  if (prefix.text.find("://") != std::string::npos) return read_url(expression, body, prefix);
  if (body.find("://") != std::string_view::npos) {
    return wrong(expression, "the scheme must be written out: a pattern that begins with a wildcard "
                             "matches every host");
  }
  return read_other(expression, body);
}

}  // namespace portreeve::verifiers
