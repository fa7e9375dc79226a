#pragma once

// What `policy test --strict` changes in a document, and how the changed document is made.

#include <string>
#include <vector>

#include "core/result.h"
#include "core/value.h"
#include "policies/policy.h"

namespace portreeve::policies {

/// One change of one document. Borrowed values.
struct Mutation {
  Value target;       ///< What is removed, or replaced.
  bool any_text = false;  ///< A pattern that becomes `.*`; else the target is removed.
  std::string what;   ///< "key "matches" of with removed"
};

/// Changes of `match` and of its parts.
std::vector<Mutation> mutations_of_match(const Policy& policy);
/// Changes of a rule: its `when`, its `with`, the members of `all`, `any` and `none`.
std::vector<Mutation> mutations_of_rule(const Rule& rule);
/// Entries of a Data document: all of them, or `most` evenly spread; and its pattern.
std::vector<Mutation> mutations_of_data(const Value& root, std::size_t most);

/// A copy of a document without `dropped` and with the mutation (null: without one).
Result<DocumentPtr> mutated(const Value& root, const Mutation* mutation,
                            const std::vector<Value>& dropped);

}  // namespace portreeve::policies
