#pragma once

namespace portreeve {

/// Within its life, on its thread, Pattern::compile() and PatternSearch::compile() put the work of
/// RE2 off until something is matched; most runs match by few of the patterns they load. Only for
/// expressions that were compiled before, as those of the shipped catalog when the program was
/// built: one that RE2 refuses is not refused here; matching by it throws.
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
