#include "charts/helmignore.h"

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::charts {
namespace {

// One code point, or one bad byte as Go's utf8.DecodeRune gives it.
char32_t take_rune(std::string_view& text) {
  const std::size_t length = utf8::sequence_length(text, 0);
  if (length == 0) {
    text.remove_prefix(1);
    return 0xFFFD;
  }
  const char32_t rune = utf8::decode(text, 0, length);
  text.remove_prefix(length);
  return rune;
}

// A character of a class, escaped or not. False: bad pattern.
bool class_rune(std::string_view& chunk, char32_t& out) {
  if (chunk.empty() || chunk[0] == '-' || chunk[0] == ']') return false;
  if (chunk[0] == '\\') {
    chunk.remove_prefix(1);
    if (chunk.empty()) return false;
  }
  out = take_rune(chunk);
  return !chunk.empty();
}

enum class Step { no, yes, bad };

// [a-z]: `chunk` begins behind '['.
Step match_class(std::string_view& chunk, char32_t rune) {
  const bool negated = !chunk.empty() && chunk[0] == '^';
  if (negated) chunk.remove_prefix(1);
  bool match = false;
  std::size_t ranges = 0;
  while (true) {
    if (!chunk.empty() && chunk[0] == ']' && ranges > 0) {
      chunk.remove_prefix(1);
      return match != negated ? Step::yes : Step::no;
    }
    char32_t low = 0;
    if (!class_rune(chunk, low)) return Step::bad;
    char32_t high = low;
    if (chunk[0] == '-') {
      chunk.remove_prefix(1);
      if (!class_rune(chunk, high)) return Step::bad;
    }
    match = match || (low <= rune && rune <= high);
    ++ranges;
  }
}

// Matches a piece without '*' at the start of `name`, which it shortens. Goes through the whole
// piece even when it failed, so that a bad pattern is always found.
Step match_chunk(std::string_view chunk, std::string_view& name) {
  bool failed = false;
  while (!chunk.empty()) {
    if (!failed && name.empty()) failed = true;
    const char c = chunk[0];
    if (c == '[') {
      char32_t rune = 0;
      if (!failed) rune = take_rune(name);
      chunk.remove_prefix(1);
      const Step step = match_class(chunk, rune);
      if (step == Step::bad) return Step::bad;
      failed = failed || step == Step::no;
      continue;
    }
    if (c == '?') {
      if (!failed) {
        failed = name[0] == '/';
        (void)take_rune(name);
      }
      chunk.remove_prefix(1);
      continue;
    }
    if (c == '\\') {
      chunk.remove_prefix(1);
      if (chunk.empty()) return Step::bad;
    }
    if (!failed) {
      failed = chunk[0] != name[0];
      name.remove_prefix(1);
    }
    chunk.remove_prefix(1);
  }
  return failed ? Step::no : Step::yes;
}

// Stars, then what follows them up to the next one.
std::string_view next_chunk(std::string_view& pattern, bool& star) {
  star = false;
  while (!pattern.empty() && pattern[0] == '*') {
    pattern.remove_prefix(1);
    star = true;
  }
  bool in_class = false;
  std::size_t i = 0;
  for (; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      if (i + 1 < pattern.size()) ++i;
    } else if (pattern[i] == '[') {
      in_class = true;
    } else if (pattern[i] == ']') {
      in_class = false;
    } else if (pattern[i] == '*' && !in_class) {
      break;
    }
  }
  const std::string_view chunk = pattern.substr(0, i);
  pattern.remove_prefix(i);
  return chunk;
}

// Matches behind a star: at any place that no '/' lies before.
Step match_behind_star(std::string_view chunk, bool last, std::string_view& name) {
  for (std::size_t i = 0; i < name.size() && name[i] != '/'; ++i) {
    std::string_view rest = name.substr(i + 1);
    const Step step = match_chunk(chunk, rest);
    if (step == Step::bad) return Step::bad;
    if (step == Step::no || (last && !rest.empty())) continue;
    name = rest;
    return Step::yes;
  }
  return Step::no;
}

// Go 1.22 path/filepath.Match.
Step go_step(std::string_view pattern, std::string_view name) {
  while (!pattern.empty()) {
    bool star = false;
    const std::string_view chunk = next_chunk(pattern, star);
    if (star && chunk.empty()) {
      return name.find('/') == std::string_view::npos ? Step::yes : Step::no;
    }
    std::string_view rest = name;
    Step step = match_chunk(chunk, rest);
    if (step == Step::bad) return Step::bad;
    if (step == Step::yes && (rest.empty() || !pattern.empty())) {
      name = rest;
      continue;
    }
    if (star) {
      step = match_behind_star(chunk, pattern.empty(), name);
      if (step == Step::bad) return Step::bad;
      if (step == Step::yes) continue;
    }
    // Go looks through the rest of the pattern for its mistakes.
    while (!pattern.empty()) {
      const std::string_view other = next_chunk(pattern, star);
      std::string_view nothing;
      if (match_chunk(other, nothing) == Step::bad) return Step::bad;
    }
    return Step::no;
  }
  return name.empty() ? Step::yes : Step::no;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\n\v\f\r";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

}  // namespace

bool go_match(std::string_view pattern, std::string_view name) {
  return go_step(pattern, name) == Step::yes;
}

bool go_pattern_ok(std::string_view pattern) { return go_step(pattern, "abc") != Step::bad; }

HelmIgnore::HelmIgnore() { (void)add("templates/.?*"); }

// True: a rule was added.
Result<bool> HelmIgnore::add(std::string_view line) {
  std::string_view text = trimmed(line);
  if (text.empty() || text[0] == '#') return false;
  const std::string shown = "\"" + utf8::printable(text, 128) + "\": ";
  if (text.find("**") != std::string_view::npos) {
    return Error{Errc::malformed, shown + "Helm does not know '**'"};
  }
  if (!go_pattern_ok(text)) return Error{Errc::malformed, shown + "no pattern that Helm can read"};
  Rule rule;
  if (text[0] == '!') {
    rule.negate = true;
    text.remove_prefix(1);
  }
  if (!text.empty() && text.back() == '/') {
    rule.folders_only = true;
    text.remove_suffix(1);
  }
  rule.whole_path = text.find('/') != std::string_view::npos;
  while (!text.empty() && text[0] == '/') text.remove_prefix(1);
  rule.glob = std::string(text);
  rules_.push_back(std::move(rule));
  return true;
}

Result<HelmIgnore> HelmIgnore::parse(std::string_view text) {
  constexpr std::size_t kLine = 64 * 1024;  // Go's bufio.Scanner gives up there.
  HelmIgnore out;
  const Rule own = out.rules_.front();
  out.rules_.clear();
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    Result<bool> added =
        line.size() < kLine ? out.add(line) : Result<bool>(Error{Errc::limit, "a line of 64 KiB"});
    if (!added.ok()) return with_context(added.error(), "line " + std::to_string(number));
  }
  out.rules_.push_back(own);
  return out;
}

bool HelmIgnore::matches(const Rule& rule, std::string_view path) const {
  if (rule.whole_path) return go_match(rule.glob, path);
  const std::size_t slash = path.rfind('/');
  return go_match(rule.glob, slash == std::string_view::npos ? path : path.substr(slash + 1));
}

bool HelmIgnore::ignores(std::string_view path, bool folder) const {
  if (path.empty() || path == "." || path == "./") return false;
  for (const Rule& rule : rules_) {
    if (rule.negate) {
      if ((rule.folders_only && !folder) || !matches(rule, path)) return true;
      continue;
    }
    if (rule.folders_only && !folder) continue;
    if (matches(rule, path)) return true;
  }
  return false;
}

bool HelmIgnore::leaves_out(std::string_view path) const {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    if (ignores(path.substr(0, slash), true)) return true;
  }
  return ignores(path, false);
}

}  // namespace portreeve::charts
