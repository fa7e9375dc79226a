#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pattern.h"
#include "core/result.h"
#include "policies/expression.h"
#include "policies/judgement.h"

namespace portreeve::policies {

/// One condition on one value: "matches", "one-of", … The closed list is kPredicateTypes.
struct Predicate {
  enum class Kind : std::uint8_t {
    present, absent, type, equals, not_equals, one_of, not_one_of, matches, not_matches, length,
    range, semver, semver_range, subset, unique, contains_tokens, not_contains_tokens, url,
  };
  Kind kind = Kind::present;
  std::optional<Expression> operand;      ///< equals, one-of, subset, contains-tokens
  std::optional<Pattern> pattern;         ///< matches
  std::vector<std::string> types;         ///< type
  std::optional<Expression> minimum;      ///< length, range: numbers
  std::optional<Expression> maximum;
  std::string unique_key;                 ///< unique: the member that must differ; empty: the element
};

/// A row of the documentation of predicates, and of the JSON Schema for editors.
struct PredicateType {
  std::string_view name;
  Predicate::Kind kind;
  std::string_view shape;   ///< JSON Schema of the operand.
  std::string_view meaning;
};
extern const std::vector<PredicateType> kPredicateTypes;

/// What came of one predicate.
struct Failure {
  std::string expected;
  std::string found;
  std::string note;    ///< The value could not be verified and that is all right.
  bool holds = false;
  bool undecided = false;
};

/// Whether anybody will read what was expected and found: `when` only asks yes or no.
enum class Words { wanted, unwanted };

/// A value and the conditions on it.
class FieldCondition {
 public:
  /// Reads `path` or `value`, `exclude` and all predicates of `fields`, which it finishes.
  /// Errors: misconfigured.
  static Result<FieldCondition> compile(Fields& fields, const DataSet& data);
  /// Says something for each selected value that does not meet every condition.
  void judge(const Scope& scope, Words words, Judgements& out) const;
  /// Whether all selected values meet all conditions; something missing is "no".
  Truth truth(const Scope& scope) const;
  void collect_paths(std::vector<const Path*>& out) const;

 private:
  void judge_one(const Scope& scope, const Selected& selected, Words words, Judgements& out) const;
  void judge_computed(const Scope& scope, Words words, Judgements& out) const;
  Value composed_from(const Scope& scope) const;
  std::vector<Value> excluded(const Scope& scope) const;

  std::optional<Path> path_;
  std::optional<Expression> value_;
  std::vector<Path> exclude_;
  bool optional_ = false;  ///< What is absent meets every condition.
  std::vector<Predicate> predicates_;
};

/// Evaluates one predicate on a value (absent allowed). Unwanted words may be left out of a failure.
Failure evaluate(const Predicate& predicate, const Value& value, const Scope& scope, Words words);

/// The `when` of a rule and of an artifact row.
class Condition {
 public:
  /// Errors: misconfigured.
  static Result<Condition> compile(const Source& source, const Value& value, const DataSet& data);
  Truth truth(const Scope& scope) const;

 private:
  enum class Kind { field, all, any, negation, operation };
  Kind kind_ = Kind::all;
  std::optional<FieldCondition> field_;
  std::vector<Condition> members_;
  std::vector<Operation> operations_;
};

/// Reads "CREATE" or "UPDATE", alone or as a list. Errors: misconfigured.
Result<std::vector<Operation>> read_operations(const Source& source, const Value& value);

}  // namespace portreeve::policies
