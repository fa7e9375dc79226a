#pragma once

// The inside of schema_validator: one walk over a schema and a value.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/pattern.h"
#include "policies/schema_validator.h"

namespace portreeve::policies {

enum class SchemaDialect { draft_07, draft_2020_12, either };

class SchemaWalk {
 public:
  /// What one schema says about one value.
  struct Said {
    enum class Kind { yes, no, unknown };
    Kind kind = Kind::yes;
    std::vector<SchemaFault> faults, undecided;
    std::set<std::uint32_t> evaluated;  ///< Members and elements, by Value::node_id().

    void violation(SchemaFault fault);
    void unknown(SchemaFault fault);
    /// Both have to hold.
    void also(Said other);
  };

  explicit SchemaWalk(const Value& root);
  Said judge(const Value& schema, const Value& instance);

 private:
  struct Frame {
    Value schema;
    Value instance;
  };
  using Keyword = void (SchemaWalk::*)(const Frame&, const Value&, Said&);
  struct Row {
    std::string_view name;
    Keyword apply;  ///< Null: an annotation, or read together with another keyword.
    enum class Of { both, draft_07, draft_2020_12 } of = Of::both;
  };
  static const std::vector<Row>& rows();
  static const Row* find_row(std::string_view name);

  bool spend(std::size_t steps, const Frame& frame, Said& said);
  void apply_all(const Frame& frame, Said& said);
  void apply_one(const Frame& frame, const Value& value, Said& said);
  void odd_keyword(const Frame& frame, const Value& value, Said& said);
  bool shaped(bool holds, const Frame& frame, const Value& value, std::string_view expected,
              Said& said);
  SchemaFault fault(const Frame& frame, const Value& keyword, std::string expected) const;
  void fail(const Frame& frame, const Value& keyword, std::string expected, Said& said) const;
  void doubt(const Frame& frame, const Value& keyword, std::string reason, Said& said) const;

  // schema_assertions.cc
  void type(const Frame&, const Value&, Said&);
  void enumeration(const Frame&, const Value&, Said&);
  void constant(const Frame&, const Value&, Said&);
  void multiple_of(const Frame&, const Value&, Said&);
  void bound(const Frame&, const Value&, Said&);
  void length(const Frame&, const Value&, Said&);
  void pattern(const Frame&, const Value&, Said&);
  void count(const Frame&, const Value&, Said&);
  void unique_items(const Frame&, const Value&, Said&);
  void required(const Frame&, const Value&, Said&);
  void dependent_required(const Frame&, const Value&, Said&);

  // schema_applicators.cc
  void properties(const Frame&, const Value&, Said&);
  void pattern_properties(const Frame&, const Value&, Said&);
  void additional_properties(const Frame&, const Value&, Said&);
  void property_names(const Frame&, const Value&, Said&);
  void dependent_schemas(const Frame&, const Value&, Said&);
  void dependencies(const Frame&, const Value&, Said&);
  void prefix_items(const Frame&, const Value&, Said&);
  void items(const Frame&, const Value&, Said&);
  void additional_items(const Frame&, const Value&, Said&);
  void contains(const Frame&, const Value&, Said&);
  void unevaluated_properties(const Frame&, const Value&, Said&);
  void unevaluated_items(const Frame&, const Value&, Said&);

  // schema_logic.cc
  void reference(const Frame&, const Value&, Said&);
  void all_of(const Frame&, const Value&, Said&);
  void any_of(const Frame&, const Value&, Said&);
  void one_of(const Frame&, const Value&, Said&);
  void none_of(const Frame&, const Value&, Said&);
  void conditional(const Frame&, const Value&, Said&);

  std::optional<bool> searches(const Value& pattern, std::string_view text);
  void rest_items(const Frame&, const Value& schema, std::uint32_t from, Said&);
  void unevaluated(const Frame&, const Value&, Said&, std::string_view what);
  Value resolve(std::string_view reference, std::string& why) const;

  const Value root_;
  SchemaDialect dialect_ = SchemaDialect::either;
  std::string dialect_refused_;
  bool nested_ids_ = false;
  bool tracks_ = false;  ///< Somewhere something unevaluated is asked for.
  std::uint64_t steps_ = 0;
  bool exhausted_ = false;
  std::vector<std::pair<Value, Value>> open_;  ///< Schemas in each other, with their instances.
  std::map<std::string, std::optional<Pattern>, std::less<>> patterns_;
};

/// "a text of 12 characters", "\"x\"", "3", "a list of 2", …; fit for printing.
std::string schema_shown(const Value& value);
/// "/a~1b": one step of an RFC 6901 pointer.
std::string pointer_step(std::string_view name);

}  // namespace portreeve::policies
