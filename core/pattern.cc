#include "core/pattern.h"

#include <re2/re2.h>

#include <mutex>
#include <stdexcept>
#include <utility>

#include "core/late_patterns.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

constexpr std::size_t kPatternBytes = 4096;       // Longest expression or glob.
constexpr std::int64_t kPatternMemory = 1 << 20;  // Of one compiled expression and its automata.

RE2::Options options() {
  RE2::Options options;  // UTF-8, Perl classes, case-sensitive.
  options.set_log_errors(false);
  options.set_max_mem(kPatternMemory);
  options.set_never_capture(true);
  return options;
}

Error bad_pattern(std::string_view expression, std::string reason) {
  return Error{Errc::misconfigured,
               "pattern \"" + utf8::printable(expression, 256) + "\": " + std::move(reason)};
}

}  // namespace

struct Pattern::Compiled {
  explicit Compiled(std::string_view expression) : text(expression) {}
  const RE2& regex() const {
    std::call_once(once, [this] { compiled = std::make_unique<const RE2>(text, options()); });
    return *compiled;
  }
  /// One that was put off and then refused "matches nothing", which a negation would take for a
  /// pass.
  const RE2& sound() const {
    if (!regex().ok())
      throw std::logic_error("pattern \"" + text + "\" was said to compile: " + regex().error());
    return regex();
  }
  std::string text;
  mutable std::once_flag once;
  mutable std::unique_ptr<const RE2> compiled;
};

Result<Pattern> Pattern::compile(std::string_view expression) {
  if (expression.size() > kPatternBytes) {
    return bad_pattern(expression, std::to_string(expression.size()) + " bytes, limit is " +
                                       std::to_string(kPatternBytes));
  }
  auto compiled = std::make_shared<const Compiled>(expression);
  if (!LatePatterns::wanted() && !compiled->regex().ok()) {
    return bad_pattern(expression, compiled->regex().error() + ", at \"" +
                                       utf8::printable(compiled->regex().error_arg(), 64) + "\"");
  }
  return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view text) const {
  return RE2::FullMatch(re2::StringPiece(text.data(), text.size()), compiled_->sound());
}

const std::string& Pattern::expression() const noexcept { return compiled_->text; }

// Glob --------------------------------------------------------------------------------------------

Glob::Glob(std::string text)
    : text_(std::move(text)), literal_(text_.find_first_of("*?") == std::string::npos) {}

Result<Glob> Glob::compile(std::string_view text) {
  const auto bad = [&](std::string_view reason) {
    return Error{Errc::misconfigured,
                 "glob \"" + utf8::printable(text, 256) + "\": " + std::string(reason)};
  };
  if (text.empty()) return bad("empty");
  if (text.size() > kPatternBytes) return bad("more than 4096 bytes");
  if (utf8::first_invalid(text) != utf8::kValid) return bad("invalid UTF-8");
  if (text.find("***") != std::string_view::npos) return bad("more than two '*' in a row");
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return bad("control character");
    if (c == '[' || c == ']' || c == '{' || c == '}') return bad("brackets have no meaning here");
    if (c == '\\') return bad("there are no escapes");
  }
  return Glob(std::string(text));
}

// Two places to go back to: the last '*' and the last '**'. When the text after a '*' does not fit,
// that star takes one character more; when it may not (a '/'), the '**' before it does. An earlier
// star of the same kind never has to be tried again, so the work is pattern × text.
bool Glob::matches(std::string_view text) const {
  constexpr std::size_t kNone = std::string_view::npos;
  const std::string_view pattern = text_;
  const auto step = [&](std::size_t at) {  // Bytes of the character at `at`; a stray byte is one.
    const std::size_t length = utf8::sequence_length(text, at);
    return length == 0 ? std::size_t{1} : length;
  };
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = kNone;
  std::size_t star_text = 0;
  std::size_t deep = kNone;
  std::size_t deep_text = 0;
  while (true) {
    if (p < pattern.size() && pattern.substr(p, 2) == "**") {
      deep = p += 2;
      deep_text = t;
      star = kNone;
      continue;
    }
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    if (t == text.size() && p == pattern.size()) return true;
    if (t < text.size() && p < pattern.size()) {
      if (pattern[p] == '?' && text[t] != '/') {
        ++p;
        t += step(t);
        continue;
      }
      if (pattern[p] == text[t] && pattern[p] != '?') {
        ++p;
        ++t;
        continue;
      }
    }
    if (star != kNone && star_text < text.size() && text[star_text] != '/') {
      star_text += step(star_text);
      t = star_text;
      p = star;
    } else if (deep != kNone && deep_text < text.size()) {
      deep_text += step(deep_text);
      t = deep_text;
      p = deep;
      star = kNone;
    } else {
      return false;
    }
  }
}

}  // namespace portreeve
