#pragma once

// Data of shape `dimension`: what one part of a name may be.

#include <map>
#include <string>
#include <string_view>

#include "core/names.h"
#include "core/result.h"
#include "core/value.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// Codes that an operator added, and where ("config.yaml:12:3").
class AddedCodes {
 public:
  void add(std::string_view dimension, std::string_view key, std::string_view code,
           std::string origin);
  /// Where the first part of `name` that rests on an addition was added; empty if none does.
  std::string origin_of(const ParsedName& name, const std::vector<Dimension>& dimensions) const;
  bool empty() const noexcept { return origins_.empty(); }

 private:
  std::map<std::string, std::string, std::less<>> origins_;
};

/// Errors: misconfigured.
Result<Dimension> read_dimension(const Source& source, std::string name, const Value& value);

/// Adds codes, for a keyed dimension by key, or what a pattern may not be. Errors: misconfigured.
Outcome extend_dimension(const Source& source, Dimension& dimension, const Value& entries,
                         AddedCodes& added);

}  // namespace portreeve::policies
