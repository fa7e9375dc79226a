// The `when` of a rule: conditions joined by all, any and not.

#include <algorithm>
#include <string>
#include <utility>

#include "core/document_builder.h"
#include "policies/condition.h"

namespace portreeve::policies {

Result<std::vector<Operation>> read_operations(const Source& source, const Value& value) {
  static constexpr std::pair<std::string_view, Operation> kWords[] = {
      {"CREATE", Operation::create}, {"UPDATE", Operation::update}};
  std::vector<Operation> out;
  if (value.is_string()) {
    PORTREEVE_TRY(const Operation operation, read_word(source, value, kWords));
    out.push_back(operation);
    return out;
  }
  if (!value.is_array() || value.size() == 0) {
    return source.error(value, "operations: expected CREATE, UPDATE or a list of them");
  }
  for (const Value entry : value) {
    PORTREEVE_TRY(const Operation operation, read_word(source, entry, kWords));
    out.push_back(operation);
  }
  return out;
}

namespace {

// `present: PATH` and `absent: PATH` as the only key are the short form of {path: PATH, present: true}.
bool short_form(const Value& value, std::string_view key) {
  return value.is_object() && value.size() == 1 && value[key].is_string();
}

Result<DocumentPtr> long_form(const Value& value, std::string_view key) {
  DocumentBuilder builder("", {1, 4, 16}, nullptr);
  PORTREEVE_CHECK(builder.begin_object(value.offset()));
  PORTREEVE_CHECK(builder.key(value.offset(), "path"));
  PORTREEVE_CHECK(builder.string(value.offset(), value[key].text()));
  PORTREEVE_CHECK(builder.key(value.offset(), key));
  PORTREEVE_CHECK(builder.boolean(value.offset(), true));
  PORTREEVE_CHECK(builder.end());
  return builder.finish();
}

}  // namespace

Result<Condition> Condition::compile(const Source& source, const Value& value,
                                     const DataSet& data) {
  Condition out;
  for (const std::string_view key : {std::string_view("present"), std::string_view("absent")}) {
    if (!short_form(value, key)) continue;
    PORTREEVE_TRY(const DocumentPtr document, long_form(value, key));
    PORTREEVE_TRY(Fields fields, Fields::open(source, document->root(), "when"));
    Result<FieldCondition> field = FieldCondition::compile(fields, data);
    if (!field.ok()) return source.error(value, "when: bad path \"" + std::string(value[key].text()) + "\"");
    out.kind_ = Kind::field;
    out.field_ = std::move(field).value();
    return out;
  }
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "when"));
  const Value all = value["all"];
  const Value any = value["any"];
  if (value.size() == 1 && (all.present() || any.present())) {
    out.kind_ = all.present() ? Kind::all : Kind::any;
    const Value list = all.present() ? all : any;
    if (!list.is_array() || list.size() == 0) {
      return source.error(list, "when: expected a list of conditions");
    }
    for (const Value entry : list) {
      PORTREEVE_TRY(Condition member, compile(source, entry, data));
      out.members_.push_back(std::move(member));
    }
    return out;
  }
  if (value.size() == 1 && value["not"].present()) {
    out.kind_ = Kind::negation;
    PORTREEVE_TRY(Condition member, compile(source, value["not"], data));
    out.members_.push_back(std::move(member));
    return out;
  }
  if (value.size() == 1 && value["operation"].present()) {
    out.kind_ = Kind::operation;
    PORTREEVE_TRY(out.operations_, read_operations(source, value["operation"]));
    return out;
  }
  out.kind_ = Kind::field;
  PORTREEVE_TRY(FieldCondition field, FieldCondition::compile(fields, data));
  out.field_ = std::move(field);
  return out;
}

const Path* Condition::false_without() const noexcept {
  if (kind_ == Kind::field) return field_->false_without();
  if (kind_ != Kind::all) return nullptr;
  for (const Condition& member : members_) {
    if (const Path* path = member.false_without()) return path;
  }
  return nullptr;
}

Truth Condition::truth(const Scope& scope) const {
  switch (kind_) {
    case Kind::field: return field_->truth(scope);
    case Kind::operation:
      return Truth::of(std::find(operations_.begin(), operations_.end(),
                                 scope.subject->operation) != operations_.end());
    case Kind::negation: {
      Truth truth = members_[0].truth(scope);
      if (truth.kind == Truth::Kind::unknown) return truth;
      return Truth::of(truth.no());
    }
    case Kind::all:
    case Kind::any: {
      // Strong Kleene: one decisive member settles it, whatever the others are.
      const bool all = kind_ == Kind::all;
      Truth result = Truth::of(all);
      for (const Condition& member : members_) {
        Truth truth = member.truth(scope);
        if (truth.kind == Truth::Kind::unknown) {
          result = std::move(truth);
        } else if (truth.yes() != all) {
          return truth;
        }
      }
      return result;
    }
  }
  return Truth::unknown("condition without an evaluator");
}

}  // namespace portreeve::policies
