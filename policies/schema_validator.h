#pragma once

// Judges a value by a JSON Schema that somebody else wrote: draft-07 and 2020-12, a closed list of
// keywords. Both come from users, so everything is bounded, and what we do not interpret is
// undecided: an unknown keyword may be an assertion (`requird`, `nullable`).
//
// - `$schema` chooses the dialect; without one the keywords of both are taken, and `$ref` beside
//   others counts together with them, as in 2020-12. Another `$schema` is undecided.
// - `$ref` within the document only: "#", "#/pointer" (RFC 6901). Anything else is undecided;
//   nothing is fetched. Bounded by limits::kSchemaDepth and kSchemaSteps.
// - `pattern` is RE2 (no look-around, no back-references: undecided) and, as JSON Schema has it,
//   matches anywhere. Lengths count code points. Numbers are exact decimals: 1.0 is an integer.
// - `format`, `title`, `default`, `x-…` and the like are annotations and assert nothing.

#include <string>
#include <vector>

#include "core/value.h"

namespace portreeve::policies {

/// One place where the value and the schema disagree, or nobody can say.
struct SchemaFault {
  Value anchor;          ///< The value, or the object in which something is missing.
  std::string tail;      ///< RFC 6901 pointer below `anchor` of what is missing.
  Value keyword;         ///< What in the schema says so; its own place is schema_place().
  std::string expected;  ///< Fit for printing, as `found`.
  std::string found;
  std::string reason;  ///< Of undecided.
};

struct SchemaVerdict {
  enum class Kind { valid, invalid, undecided };
  Kind kind = Kind::valid;
  std::vector<SchemaFault> faults;     ///< Of invalid; at most kMostFaults.
  std::vector<SchemaFault> undecided;  ///< What could not be judged; also beside faults.
  static constexpr std::size_t kMostFaults = 64;
};

/// Where a keyword stands in its schema: "/properties/port/maximum"; fit for printing.
std::string schema_place(const Value& schema, const Value& keyword);

/// Pure; never fails; safe from many threads.
SchemaVerdict judge_by_schema(const Value& schema, const Value& instance);

}  // namespace portreeve::policies
