#pragma once

// The findings of a report as lists print them: visible ones, heaviest first, equal causes
// together.

#include <string>
#include <string_view>
#include <vector>

#include "report/report.h"

namespace portreeve::report {

/// Findings of one rule with one message and one fix; of what is undecided, those with one message
/// at one place.
struct Group {
  std::vector<const Finding*> findings;  ///< In order of their places; never empty.
};

struct RowOptions {
  bool notes = false;         ///< Also what has no effect.
  std::size_t fold_from = 4;  ///< So many equal causes become one group; 0: never.
};

/// Denials, then what is undecided, warnings, the rest; within these by file, line, column, rule.
std::vector<Group> grouped(const Report& report, const RowOptions& options);

/// The same for findings that stand in an order of their own, which is kept.
std::vector<Group> folded(const std::vector<const Finding*>& findings, std::size_t fold_from);
/// "4 more: RULE, RULE, … (all of them: HOW)", naming the first few; empty for a group of one.
std::string others_text(const Group& group, std::string_view how);

/// "file:3:5", "file", or the subject where there is no file.
std::string place_of(const Finding& finding);
/// What tells a further finding of a group from its first: its place, or its rule.
std::string other_of(const Group& group, std::size_t index);
/// "deny", "undecided", "warning, undecided", "warning", "waived", "would deny", "report", "note", …
std::string_view word_of(const Finding& finding) noexcept;
/// Whether the finding stands on a line that the judged change adds.
bool on_changed_line(const Report& report, const Finding& finding);
/// A line of a file without its end, or nothing.
std::optional<std::string_view> quoted_line(const Report& report, const Location& location);

/// "51 charts, 48 Blueprints"
std::string counts_text(const Examined& examined);
/// One line each: "skipped 3 files: symbolic link (a, b, c)".
std::vector<std::string> skipped_lines(const Examined& examined);

}  // namespace portreeve::report
