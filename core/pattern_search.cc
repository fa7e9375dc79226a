#include "core/pattern_search.h"

#include <re2/re2.h>

#include <mutex>
#include <stdexcept>
#include <utility>

#include "core/late_patterns.h"
#include "core/pattern.h"
#include "core/utf8.h"

namespace portreeve {
namespace {

constexpr std::int64_t kSearchMemory = 4 << 20;

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kSearchMemory);
  options.set_never_capture(true);
  options.set_case_sensitive(false);
  return options;
}

}  // namespace

struct PatternSearch::Compiled {
  explicit Compiled(std::string expression) : text(std::move(expression)) {}
  const RE2& regex() const {
    std::call_once(once, [this] { compiled = std::make_unique<const RE2>(text, options()); });
    return *compiled;
  }
  /// One that was put off and then refused would find nothing: nobody may take that for a pass.
  const RE2& sound() const {
    if (!regex().ok()) throw std::logic_error("patterns were said to compile: " + regex().error());
    return regex();
  }
  std::string text;
  mutable std::once_flag once;
  mutable std::unique_ptr<const RE2> compiled;
};

Result<PatternSearch> PatternSearch::compile(const std::vector<std::string>& expressions) {
  if (expressions.empty()) return Error{Errc::misconfigured, "no pattern to look for"};
  std::string all;
  const bool late = LatePatterns::wanted();
  for (const std::string& one : expressions) {
    PORTREEVE_TRY(const Pattern alone, Pattern::compile(one));
    if (!late && alone.matches("")) {
      return Error{Errc::misconfigured,
                   "pattern \"" + utf8::printable(one, 256) + "\" matches nothing at all"};
    }
    all += (all.empty() ? "(?:" : "|(?:") + one + ")";
  }
  auto compiled = std::make_shared<const Compiled>(all);
  if (!late && !compiled->regex().ok()) {
    return Error{Errc::misconfigured, "patterns: " + compiled->regex().error()};
  }
  return PatternSearch(std::move(compiled));
}

std::vector<PatternSearch::Match> PatternSearch::find(std::string_view text,
                                                      std::size_t most) const {
  std::vector<Match> out;
  const RE2& regex = compiled_->sound();
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece found;
  std::size_t at = 0;
  while (out.size() < most && at <= text.size() &&
         regex.Match(whole, at, text.size(), RE2::UNANCHORED, &found, 1)) {
    const auto begin = static_cast<std::size_t>(found.data() - text.data());
    const std::size_t end = begin + found.size();
    out.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    at = end == begin ? end + 1 : end;
  }
  return out;
}

}  // namespace portreeve
