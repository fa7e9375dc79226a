#pragma once

#include <string>

#include "report/report.h"

namespace portreeve::report {

struct TextOptions {
  bool color = false;    ///< ANSI colours; the caller knows whether a terminal reads it.
  bool verbose = false;  ///< Also findings without effect: passes with a note, inactive, skipped.
};

/// For people: notes, then each subject with its findings, at last the verdict on a line of its own.
std::string to_text(const Report& report, const TextOptions& options);

}  // namespace portreeve::report
