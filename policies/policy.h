#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/file.h"
#include "core/finding.h"
#include "core/pattern.h"
#include "core/result.h"
#include "core/subject.h"
#include "core/time.h"
#include "policies/check.h"
#include "policies/condition.h"
#include "policies/example_evidence.h"
#include "policies/policy_match.h"
#include "policies/presence.h"

namespace portreeve::policies {

inline constexpr std::string_view kApiVersion = "portreeve.openova.io/v1alpha1";

/// What a failed rule does at each door; a rule's own setting replaces the policy's.
struct Enforcement {
  std::optional<Effect> admission;
  std::optional<Effect> guard;
  std::optional<Effect> audit;

  std::optional<Effect> at(Door door) const noexcept;
};

/// One check, or several joined.
struct Requirement {
  enum class Kind { check, all, any, none };
  Kind kind = Kind::check;
  std::string check_name;
  CompiledCheck check;
  std::vector<Requirement> members;
};

struct Each {
  std::string name;
  Path in;
};

struct Rule {
  std::string name;
  std::string id;  ///< "policy/rule"
  Severity severity = Severity::medium;
  std::uint32_t since = 1;
  std::vector<Each> each;
  std::optional<Condition> when;
  Requirement requirement;
  bool needs_evidence = false;  ///< Some check of the requirement reads evidence.
  std::string message;
  std::string fix;
  std::string note;
  Enforcement enforcement;
  Enforcement before_cutover;  ///< The most that it does before Config::cutover.
  Value source;  ///< Where it stands, for `explain`.

  bool waits_for_cutover() const noexcept {
    return before_cutover.admission || before_cutover.guard || before_cutover.audit;
  }
};

/// A case that a policy carries: what the policy says about an object.
struct Example {
  enum class Expect { allow, deny, warn, note, undecided };
  std::string name;
  Expect expect = Expect::allow;
  std::string rule;   ///< Name of the rule that must say so; empty: any.
  std::string path;   ///< Pointer of the finding; empty: any.
  std::string found;  ///< Text of the finding; empty: any.
  Value object;
  Value old;
  std::optional<Operation> operation;
  std::string name_space;
  std::optional<TimePoint> now;
  ExampleEvidence evidence;  ///< Where it says nothing, evidence rules are not run.
  Value source;
};

struct Policy {
  std::string name;
  std::string description;
  std::vector<std::string> profiles;  ///< Empty: every profile.
  Match match;
  Enforcement enforcement;
  bool unsafe_allow_undecided = false;
  std::vector<Rule> rules;
  Presence presence;  ///< Of `rules`.
  std::vector<Example> examples;
  Source source;
  /// What signature rules refer to; null if the policy matches no artifacts.
  std::shared_ptr<const TrustSet> trust;
  Value document_root;   ///< The whole document, for mutants and `explain`.
  std::uint32_t order = 0;
  bool shipped = false;  ///< From the catalog; else the operator's.

  bool in_profile(std::string_view profile) const noexcept;
  /// What a violation of one of its rules does at a door, before level and stage lower it.
  Effect effect_at(const Rule& rule, Door door) const noexcept;
};

/// Reads one document of kind Policy. Errors: misconfigured, "file:line:column: …".
Result<Policy> read_policy(const Source& source, const Value& root, const DataSet& data);
/// Reads a rule's `enforcement` or a policy's. Errors: misconfigured.
Result<Enforcement> read_enforcement(const Source& source, const Value& value);

}  // namespace portreeve::policies
