#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/value.h"
#include "policies/computed.h"
#include "policies/data.h"
#include "policies/path.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// A compiled value of the policy language. Borrows from the policy's document and data set, which
/// live as long as the policy set.
class Expression {
 public:
  enum class Kind {
    literal, path, join, split_last, lookup, trim_prefix, trim_suffix, ensure_prefix, lower,
    tokens, keys, list, collect, sequence,
  };
  /// Errors: misconfigured.
  static Result<Expression> compile(const Source& source, const Value& value, const DataSet& data);
  static Expression literal(const Value& value);
  Computed evaluate(const Scope& scope) const;
  /// The literal that this is; absent when it is composed.
  Value literal_value() const noexcept { return kind_ == Kind::literal ? literal_ : Value(); }
  /// Whether a text is in the Data list or the list of literals that this is; nullopt when this is
  /// neither or the value is no text. Spares composing the list.
  std::optional<bool> in_list(const Value& value) const;
  /// Of `$r.key`, where that is the key of a member: the key as it stands in the object. Absent when this
  /// is anything else.
  Value key_in_place(const Scope& scope) const noexcept;
  /// The list or map of the object that this reads as it stands, when it is a list's path or `keys`: it
  /// may be as long as the object and is asked for often. Absent when this is anything else.
  Value whole(const Scope& scope) const noexcept;
  /// "allowed by the addition in …" when in_list() rests on an operator's entry; else empty.
  std::string addition_for(const Value& value) const;
  /// Paths that it reads.
  void collect_paths(std::vector<const Path*>& out) const;

 private:
  struct Compiler;
  Computed evaluate_path(const Scope& scope) const;
  Computed evaluate_text(const Scope& scope) const;
  Computed evaluate_lookup(const Scope& scope) const;
  Computed evaluate_keys(const Scope& scope) const;
  Computed evaluate_each(const Scope& scope) const;
  Computed evaluate_collect(const Scope& scope) const;

  Kind kind_ = Kind::literal;
  Value literal_;
  Path path_;
  std::vector<Expression> arguments_;
  std::string separator_;          ///< Of split-last; of collect, the name that is bound.
  bool second_ = false;            ///< Of split-last: what stands after.
  std::string table_name_;
  const TableData* table_ = nullptr;
  const ListData* list_ = nullptr;
  bool miss_is_note_ = false;
};

/// One form of a composed value: a row of the documentation and of the JSON Schema for editors.
struct ValueForm {
  std::string_view name;
  Expression::Kind kind;
  std::string_view usage;    ///< "{join: [a, b]}"
  std::string_view meaning;
};
extern const std::vector<ValueForm> kValueForms;

}  // namespace portreeve::policies
