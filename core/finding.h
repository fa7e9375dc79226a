#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"

namespace portreeve {

enum class Severity { critical, high, medium, low, info };
enum class FindingStatus { pass, fail, undecided, waived, skipped, inactive };
/// What a finding does to the verdict. In order of weight, heaviest first.
enum class Effect { deny, warn, report, none };

std::string_view to_string(Severity severity) noexcept;
std::string_view to_string(FindingStatus status) noexcept;
std::string_view to_string(Effect effect) noexcept;

/// Where in a file, when the subject was read from one. Line and column count from 1.
struct Location {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// A mechanical correction: replace bytes [begin, end) of the file by `text`.
struct Edit {
  std::string file;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string text;
};

/// The unit of every report (design §5.2). Texts may quote the judged object: they are escaped with
/// utf8::printable and cut before they get here.
struct Finding {
  std::string rule;  ///< "policy/rule"
  Severity severity = Severity::medium;
  FindingStatus status = FindingStatus::fail;
  Effect effect = Effect::deny;
  std::string subject;              ///< "group/Kind/namespace/name"
  std::optional<std::string> path;  ///< RFC 6901 pointer into the subject; "" is the whole.
  std::optional<Location> location;
  std::string message;
  std::string expected;
  std::string found;
  std::string fix;
  std::string note;
  std::optional<Edit> edit;
  std::vector<Digest> evidence;
  std::string waiver;     ///< Name of the waiver, when status is waived.
  bool observed = false;  ///< Stage *observe* lowered the effect: it would have been a denial.
};

}  // namespace portreeve
