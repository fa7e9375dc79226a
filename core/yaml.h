#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/document_builder.h"
#include "core/memory_budget.h"
#include "core/result.h"

namespace portreeve::yaml {

/// A plain scalar whose type differs between YAML 1.1 (what the API server reads) and 1.2.
struct Ambiguity {
  std::uint32_t offset = 0;
  std::string text;         ///< "no"
  ValueType as_11;          ///< boolean
  ValueType as_12;          ///< string
  std::string quoted_form;  ///< "\"no\""
};

struct Stream {
  std::vector<DocumentPtr> documents;  ///< Empty documents ("---" alone, comments) are left out.
  std::vector<Ambiguity> ambiguities;  ///< At most 100.
};

/// Reads a YAML stream into the same Value as JSON, with the offset of every key and value.
///
/// Plain scalars resolve as the API server's YAML does (1.1 core: yes/no/on/off, 014, 0x1F, 1_000,
/// .inf refused because JSON has no such number), keys become strings as it makes them. Refused as
/// malformed: invalid UTF-8, a byte order mark, duplicate keys, merge keys (<<), recursive aliases,
/// keys that are collections, tags other than !!str !!int !!float !!bool !!null !!map !!seq,
/// timestamps stay strings. Aliases are expanded within limits::kYamlAliases values.
/// Errors: malformed, limit; the message begins with "line L column C: ".
Result<Stream> parse_stream(std::string text, const ReadLimits& limits, MemoryBudget* budget);

/// The same for a text that must hold exactly one document.
Result<DocumentPtr> parse(std::string text, const ReadLimits& limits, MemoryBudget* budget);

/// ".json", or standard input that begins with '{' or '[', is JSON; all else is YAML (design §7).
Result<Stream> parse_file_text(std::string_view file_name, std::string text,
                               const ReadLimits& limits, MemoryBudget* budget);

}  // namespace portreeve::yaml
