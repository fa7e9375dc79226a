#pragma once

namespace portreeve {

/// Within its life, on its thread, Pattern::compile(), PatternSearch::compile() and
/// TermList::build() put their work off until something is matched; most runs match by few of the
/// patterns and lists they load. Only for what was compiled before, as the shipped catalog when the
/// program was built: what is wrong is not refused here; matching by it throws.
class LatePatterns {
 public:
  explicit LatePatterns(bool late) noexcept;
  ~LatePatterns();
  LatePatterns(const LatePatterns&) = delete;
  LatePatterns& operator=(const LatePatterns&) = delete;

  static bool wanted() noexcept;

 private:
  const bool before_;
};

}  // namespace portreeve
