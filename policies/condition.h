#pragma once

#include <cstdint>
#include <memory>
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
  using ExpressionPtr = std::shared_ptr<const Expression>;  // Most predicates have none: small is fast.

  Kind kind = Kind::present;
  std::uint8_t type_bits = 0;             ///< type: type_bit() of each.
  std::optional<Pattern> pattern;         ///< matches
  ExpressionPtr operand;                  ///< equals, one-of, subset, contains-tokens
  ExpressionPtr minimum;                  ///< length, range: numbers
  ExpressionPtr maximum;
  std::vector<std::string> types;         ///< type
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
  /// A path whose absence makes truth() "no", whatever else is there; null if none is known.
  const Path* false_without() const noexcept;
  void collect_paths(std::vector<const Path*>& out) const;

 private:
  void judge_one(const Scope& scope, const Selected& selected, Words words, Judgements& out) const;
  void judge_computed(const Scope& scope, Words words, Judgements& out) const;
  Value composed_from(const Scope& scope) const;
  std::vector<Value> excluded(const Scope& scope) const;
  std::optional<bool> plain_truth(const Scope& scope) const;

  std::optional<Path> path_;
  Predicate::ExpressionPtr value_;  ///< Instead of path_.
  std::vector<Path> exclude_;
  bool optional_ = false;  ///< What is absent meets every condition.
  std::vector<Predicate> predicates_;
};

/// The bit in Predicate::type_bits of "string", "number", "integer", "boolean", "list", "map" or "null";
/// 0 for another word.
constexpr std::uint8_t type_bit(std::string_view type) noexcept {
  constexpr std::string_view kTypes[] = {"string", "number", "integer", "boolean", "list", "map", "null"};
  std::uint8_t bit = 1;
  for (const std::string_view known : kTypes) {
    if (known == type) return bit;
    bit = static_cast<std::uint8_t>(bit << 1U);
  }
  return 0;
}

/// What needs no words: yes, no, or nothing when evaluate() has to be asked. A yes may leave out a
/// note.
std::optional<bool> plain_answer(const Predicate& predicate, const Value& value);

/// Evaluates one predicate on a value (absent allowed). Unwanted words may be left out of a failure.
Failure evaluate(const Predicate& predicate, const Value& value, const Scope& scope, Words words);

/// The `when` of a rule and of an artifact row.
class Condition {
 public:
  /// Errors: misconfigured.
  static Result<Condition> compile(const Source& source, const Value& value, const DataSet& data);
  Truth truth(const Scope& scope) const;
  /// As of FieldCondition.
  const Path* false_without() const noexcept;

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
