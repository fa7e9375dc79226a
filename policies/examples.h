#pragma once

// Policies carry their own cases: what they say about an object, run before they may judge.

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/subject.h"
#include "core/time.h"
#include "core/verdict.h"
#include "policies/policy_set.h"

namespace portreeve::policies {

/// An example with what it left out filled in, ready to be judged.
struct ExampleCase {
  const Example* example = nullptr;  ///< Borrowed from the policy.
  Subject subject;
  TimePoint now{};
};

/// The doors at which the policy's examples are judged: admission, and those where a rule of it does
/// something else.
std::vector<Door> example_doors(const Policy& policy);
/// Those at which one example is judged: a chart by itself is judged in a repository.
std::vector<Door> doors_of(const ExampleCase& entry, const std::vector<Door>& doors);
/// Errors: misconfigured, where an example leaves out what cannot be filled in.
Result<std::vector<ExampleCase>> build_cases(const Policy& policy);

/// What came of one example, or of the demand that a rule that can deny has one that it denies.
struct ExampleResult {
  std::string policy;
  std::string name;     ///< Of the example, or of the rule without one.
  std::string where;    ///< "file:line:column"
  std::string message;  ///< What was expected and what came; empty: it holds.

  bool holds() const noexcept { return message.empty(); }
  /// "file:line:column: example "name": expected …; found …"
  std::string text() const { return where + ": " + message; }
};

enum class Whose {
  all,
  operators,  ///< Without the shipped policies, whose examples ran when this program was built.
};

/// Runs the examples of every policy by that policy's rules alone.
/// Errors: misconfigured, where an example cannot be run at all.
Result<std::vector<ExampleResult>> run_examples(const PolicySet& set, Whose whose = Whose::all);

/// PolicySet::load, and refuses an operator's policy whose examples do not hold. What a door uses.
/// Errors: misconfigured.
Result<std::shared_ptr<const PolicySet>> load_checked(PolicySources sources);

}  // namespace portreeve::policies
