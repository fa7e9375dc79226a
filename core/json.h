#pragma once

#include <string>
#include <string_view>

#include "core/document_builder.h"
#include "core/memory_budget.h"
#include "core/result.h"

namespace portreeve::json {

/// Reads one JSON text (RFC 8259) strictly: valid UTF-8 (RFC 3629) without a byte order mark, no
/// repeated key, no lone surrogate, nothing after the value. One pass, no recursion.
/// U+0000 inside a string is kept: the API server passes it on.
///
/// Errors: malformed or limit; the message begins with "line L column C: ".
/// `budget` may be null. Safe from many threads.
Result<DocumentPtr> parse(std::string text, const ReadLimits& limits, MemoryBudget* budget);

/// Limits of an AdmissionReview (core/limits.h).
ReadLimits review_limits() noexcept;

/// Finds the string at /request/uid in a document that parse() refused, so that the refusal can be
/// addressed. Reads any bytes, never fails, linear; empty when there is no such string.
std::string salvage_uid(std::string_view text);

/// Appends `text` as a JSON string, quotes included; minimal escapes (RFC 8785 §3.2.2.2), so a given
/// text has one spelling. Bytes that are not UTF-8 become U+FFFD.
void append_string(std::string& out, std::string_view text);

/// Appends the canonical form of core/canonical_writer.h.
void append_canonical(std::string& out, const Value& value);

}  // namespace portreeve::json
