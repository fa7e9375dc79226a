#include "policies/condition.h"

#include <algorithm>

#include "core/document_builder.h"
#include "core/number.h"
#include "policies/check.h"

namespace portreeve::policies {
namespace {

Outcome read_types(const Fields& fields, const Value& value, Predicate& out) {
  if (value.is_string()) {
    out.types.emplace_back(value.text());
  } else {
    PORTREEVE_TRY(out.types, read_texts(fields.source(), value, "type"));
  }
  for (const std::string& type : out.types) {
    const std::uint8_t bit = type_bit(type);
    out.type_bits = static_cast<std::uint8_t>(out.type_bits | bit);
    if (bit == 0) {
      return fields.error(value, "type: \"" + type +
                                     "\" is none of string, number, integer, boolean, list, map, null");
    }
  }
  if (out.types.empty()) return fields.error(value, "type: names no type");
  return Done{};
}

Outcome read_bound(const Fields& fields, const Value& value, const DataSet& data,
                   Predicate::ExpressionPtr& out) {
  if (!value.present()) return Done{};
  const bool path = value.is_string() && Path::looks_like(value.text());
  if (!value.is_number() && !path) return fields.error(value, "expected a number or a path");
  PORTREEVE_TRY(Expression expression, Expression::compile(fields.source(), value, data));
  out = std::make_shared<const Expression>(std::move(expression));
  return Done{};
}

Outcome read_bounds(const Fields& fields, const Value& value, const DataSet& data,
                    Predicate& out) {
  PORTREEVE_TRY(Fields bounds, Fields::open(fields.source(), value, "bounds"));
  PORTREEVE_CHECK(read_bound(fields, bounds.take("min"), data, out.minimum));
  PORTREEVE_CHECK(read_bound(fields, bounds.take("max"), data, out.maximum));
  PORTREEVE_CHECK(bounds.finish());
  if (!out.minimum && !out.maximum) return fields.error(value, "expected min or max");
  return Done{};
}

Outcome read_unique(const Fields& fields, const Value& value, Predicate& out) {
  if (value.is_boolean() && value.boolean()) return Done{};
  if (!value.is_string() || value.text().empty()) {
    return fields.error(value, "unique: expected true, or the name of the member that must differ");
  }
  out.unique_key = std::string(value.text());
  return Done{};
}

Outcome read_pattern(const Fields& fields, const Value& value, Predicate& out) {
  if (!value.is_string()) return fields.error(value, "expected a pattern");
  Result<Pattern> pattern = Pattern::compile(value.text());
  if (!pattern.ok()) return fields.error(value, pattern.error().message);
  out.pattern = std::move(pattern).value();
  return Done{};
}

Outcome read_flag(const Fields& fields, const Value& value, std::string_view name) {
  if (value.is_boolean() && value.boolean()) return Done{};
  return fields.error(value, std::string(name) + ": only true can be asked for");
}

Outcome read_operand(const Fields& fields, const Value& value, const DataSet& data,
                     Predicate& out) {
  PORTREEVE_TRY(Expression operand, Expression::compile(fields.source(), value, data));
  out.operand = std::make_shared<const Expression>(std::move(operand));
  return Done{};
}

Result<Predicate> read_predicate(const Fields& fields, const PredicateType& type,
                                 const Value& value, const DataSet& data) {
  Predicate out;
  out.kind = type.kind;
  using Kind = Predicate::Kind;
  switch (type.kind) {
    case Kind::present:
    case Kind::absent:
    case Kind::semver:
    case Kind::semver_range:
    case Kind::url: PORTREEVE_CHECK(read_flag(fields, value, type.name)); break;
    case Kind::type: PORTREEVE_CHECK(read_types(fields, value, out)); break;
    case Kind::matches:
    case Kind::not_matches: PORTREEVE_CHECK(read_pattern(fields, value, out)); break;
    case Kind::length:
    case Kind::range: PORTREEVE_CHECK(read_bounds(fields, value, data, out)); break;
    case Kind::unique: PORTREEVE_CHECK(read_unique(fields, value, out)); break;
    case Kind::equals:
    case Kind::not_equals:
    case Kind::one_of:
    case Kind::not_one_of:
    case Kind::subset:
    case Kind::contains_tokens:
    case Kind::not_contains_tokens:
      PORTREEVE_CHECK(read_operand(fields, value, data, out));
      break;
  }
  return out;
}

// A composed list becomes a document of its own for the length of one judgement.
Result<DocumentPtr> document_of(const Computed& list) {
  DocumentBuilder builder("", {1, 8, 100'000}, nullptr);
  const std::function<Outcome(const Computed&)> build = [&](const Computed& entry) -> Outcome {
    if (entry.kind == Computed::Kind::value) return builder.copy(entry.value);
    if (entry.kind == Computed::Kind::text) return builder.string(0, entry.text);
    PORTREEVE_CHECK(builder.begin_array(0));
    for (const Computed& child : entry.list) PORTREEVE_CHECK(build(child));
    return builder.end();
  };
  PORTREEVE_CHECK(build(list));
  return builder.finish();
}

bool old_is_missing(const Path& path, const Scope& scope) noexcept {
  return path.root() == Path::Root::request && !scope.subject->request.present();
}

bool has_type(const Predicate& predicate, const Value& value) noexcept {
  switch (value.type()) {
    case ValueType::absent: return false;
    case ValueType::null: return (predicate.type_bits & type_bit("null")) != 0;
    case ValueType::boolean: return (predicate.type_bits & type_bit("boolean")) != 0;
    case ValueType::string: return (predicate.type_bits & type_bit("string")) != 0;
    case ValueType::array: return (predicate.type_bits & type_bit("list")) != 0;
    case ValueType::object: return (predicate.type_bits & type_bit("map")) != 0;
    case ValueType::number:
      return (predicate.type_bits & type_bit("number")) != 0 ||
             ((predicate.type_bits & type_bit("integer")) != 0 && is_integer(value.text()));
  }
  return false;
}

// One that has nothing to note when it holds for the value; the others may rest on an operator's
// addition.
bool silent(const Predicate& predicate, const Value& value) {
  using Kind = Predicate::Kind;
  if (predicate.operand == nullptr || predicate.kind == Kind::equals) return true;
  const bool listed = predicate.kind == Kind::one_of || predicate.kind == Kind::not_one_of;
  return listed && predicate.operand->addition_for(value).empty();
}

// Nearly every value does, and then there is nothing to say about it.
bool plainly_meets(const Value& value, bool optional, const std::vector<Predicate>& predicates) {
  if (optional && !value.present()) return true;
  return std::all_of(predicates.begin(), predicates.end(), [&](const Predicate& predicate) {
    return plain_answer(predicate, value) == true && silent(predicate, value);
  });
}

}  // namespace

std::optional<bool> plain_answer(const Predicate& predicate, const Value& value) {
  switch (predicate.kind) {
    case Predicate::Kind::present: return value.present();
    case Predicate::Kind::absent: return !value.present();
    case Predicate::Kind::type: return has_type(predicate, value);
    case Predicate::Kind::matches:
      return value.is_string() && predicate.pattern->matches(value.text());
    case Predicate::Kind::not_matches:
      return value.is_string() && !predicate.pattern->matches(value.text());
    case Predicate::Kind::one_of:
    case Predicate::Kind::not_one_of: {
      // One-of over a Data list is the hot case: a set look-up, no composed list.
      const std::optional<bool> listed = predicate.operand->in_list(value);
      if (!listed.has_value()) return std::nullopt;
      return *listed == (predicate.kind == Predicate::Kind::one_of);
    }
    case Predicate::Kind::equals: {
      const Value literal = predicate.operand->literal_value();
      if (!literal.is_string() || !value.is_string()) return std::nullopt;
      return literal.text() == value.text();
    }
    default: return std::nullopt;
  }
}

Result<FieldCondition> FieldCondition::compile(Fields& fields, const DataSet& data) {
  FieldCondition out;
  PORTREEVE_TRY(const std::string path, fields.maybe_text("path"));
  const Value value = fields.take("value");
  if (path.empty() == !value.present()) {
    return fields.error(fields.object(), "expected either path or value");
  }
  if (!path.empty()) {
    Result<Path> compiled = Path::compile(path, fields.source().paths.get());
    if (!compiled.ok()) return fields.error(fields.object()["path"], compiled.error().message);
    out.path_ = std::move(compiled).value();
  } else {
    PORTREEVE_TRY(Expression expression, Expression::compile(fields.source(), value, data));
    out.value_ = std::make_shared<const Expression>(std::move(expression));
  }
  PORTREEVE_TRY(out.exclude_, maybe_paths(fields, "exclude"));
  PORTREEVE_TRY(out.optional_, fields.maybe_bool("optional", false));
  for (const PredicateType& type : kPredicateTypes) {
    const Value operand = fields.take(type.name);
    if (!operand.present()) continue;
    PORTREEVE_TRY(Predicate predicate, read_predicate(fields, type, operand, data));
    out.predicates_.push_back(std::move(predicate));
  }
  PORTREEVE_CHECK(fields.finish());
  if (out.predicates_.empty()) return fields.error(fields.object(), "says nothing about the value");
  return out;
}

std::vector<Value> FieldCondition::excluded(const Scope& scope) const {
  std::vector<Value> out;
  for (const Path& path : exclude_) path.select_present(scope, {}, out);
  sort_by_place(out);
  return out;
}

void FieldCondition::judge_one(const Scope& scope, const Selected& selected, Words words,
                               Judgements& out) const {
  if (optional_ && !selected.value.present()) return;
  for (const Predicate& predicate : predicates_) {
    if (plain_answer(predicate, selected.value) == true && silent(predicate, selected.value)) continue;
    Failure failure = evaluate(predicate, selected.value, scope, words);
    if (failure.holds && failure.note.empty()) continue;
    Judgement judgement;
    judgement.kind = failure.undecided ? Judgement::Kind::undecided
                     : failure.holds   ? Judgement::Kind::note
                                       : Judgement::Kind::violation;
    judgement.anchor = selected.anchor;
    judgement.tail = selected.tail;
    judgement.expected = std::move(failure.expected);
    judgement.found = std::move(failure.found);
    judgement.detail = std::move(failure.note);
    const bool failed = judgement.kind != Judgement::Kind::note;
    out.push_back(std::move(judgement));
    if (failed) return;  // The first condition that does not hold says enough about this value.
  }
}

// A finding about a composed value points at the first thing that it was composed from.
Value FieldCondition::composed_from(const Scope& scope) const {
  std::vector<const Path*> paths;
  value_->collect_paths(paths);
  for (const Path* path : paths) {
    if (path->is_key()) {
      const Binding* binding = scope.find(path->binding());
      if (binding != nullptr) return binding->value;
    }
    if (path->many() || path->root() == Path::Root::request) continue;
    const Value source = path->one(scope);
    if (source.present()) return source;
  }
  return scope.subject->object;
}

void FieldCondition::judge_computed(const Scope& scope, Words words, Judgements& out) const {
  const Computed computed = value_->evaluate(scope);
  const std::size_t said = out.size();
  switch (computed.kind) {
    case Computed::Kind::value:
      judge_one(scope, {computed.value, computed.value, ""}, words, out);
      return;
    case Computed::Kind::text: {
      const TextDocument text(computed.text);
      judge_one(scope, {text.root(), text.root(), ""}, words, out);
      break;
    }
    case Computed::Kind::list: {
      const Result<DocumentPtr> list = document_of(computed);
      if (list.ok()) {
        const Value root = list.value()->root();
        judge_one(scope, {root, root, ""}, words, out);
      } else {
        out.push_back({Judgement::Kind::undecided, {}, "", "", "", list.error().message, ""});
      }
      break;
    }
    case Computed::Kind::noted:
      out.push_back({Judgement::Kind::note, {}, "", "", "", "not verifiable: " + computed.reason, ""});
      break;
    case Computed::Kind::missing:
      out.push_back({Judgement::Kind::violation, {}, "", "a value that can be composed",
                     computed.reason, "", ""});
      break;
  }
  if (out.size() == said) return;
  const Value anchor = composed_from(scope);
  for (std::size_t i = said; i < out.size(); ++i) out[i].anchor = anchor;
}

void FieldCondition::judge(const Scope& scope, Words words, Judgements& out) const {
  if (value_ != nullptr) {
    judge_computed(scope, words, out);
    return;
  }
  if (old_is_missing(*path_, scope)) {
    Judgement judgement;
    judgement.kind = Judgement::Kind::undecided;
    judgement.anchor = scope.subject->object;
    judgement.detail = path_->text() + ": there is no admission request here";
    out.push_back(std::move(judgement));
    return;
  }
  if (!path_->many()) {
    const Value value = path_->one(scope);
    if (plainly_meets(value, optional_, predicates_)) return;
    if (value.present()) judge_one(scope, {value, value, ""}, words, out);
    if (value.present() || optional_) return;
  }
  if (path_->many() && path_->surely_nothing(scope)) return;
  std::vector<Selected> selected;
  path_->select(scope, exclude_.empty() ? std::vector<Value>() : excluded(scope), selected);
  for (const Selected& entry : selected) judge_one(scope, entry, words, out);
}

// Most conditions ask whether one field is there, or which of a few texts it is.
std::optional<bool> FieldCondition::plain_truth(const Scope& scope) const {
  const auto answer_for = [&](const Value& value) -> std::optional<bool> {
    if (optional_ && !value.present()) return true;
    for (const Predicate& predicate : predicates_) {
      const std::optional<bool> answer = plain_answer(predicate, value);
      if (!answer.has_value() || !*answer) return answer;
    }
    return true;
  };
  if (value_ != nullptr) {
    const Value key = value_->key_in_place(scope);
    if (key.present()) return answer_for(key);
    const Computed computed = value_->evaluate(scope);
    if (computed.kind == Computed::Kind::value) return answer_for(computed.value);
    if (computed.kind != Computed::Kind::text) return std::nullopt;
    const TextDocument text(computed.text);
    return answer_for(text.root());
  }
  if (path_->many() || old_is_missing(*path_, scope)) return std::nullopt;
  return answer_for(path_->one(scope));
}

const Path* FieldCondition::false_without() const noexcept {
  if (!path_.has_value() || path_->many() || optional_) return nullptr;
  const Predicate& first = predicates_.front();
  // One with an operand may pass with a note; the first one that fails settles it.
  const bool certain = first.kind != Predicate::Kind::absent && first.operand == nullptr &&
                       first.minimum == nullptr && first.maximum == nullptr;
  return certain ? &*path_ : nullptr;
}

Truth FieldCondition::truth(const Scope& scope) const {
  if (const std::optional<bool> plain = plain_truth(scope)) return Truth::of(*plain);
  Judgements judgements;
  judge(scope, Words::unwanted, judgements);
  Truth truth = Truth::of(true);
  for (const Judgement& judgement : judgements) {
    if (judgement.kind == Judgement::Kind::violation) return Truth::of(false);
    if (judgement.kind == Judgement::Kind::undecided) truth = Truth::unknown(judgement.detail);
  }
  return truth;
}

void FieldCondition::collect_paths(std::vector<const Path*>& out) const {
  if (path_.has_value()) out.push_back(&*path_);
  if (value_ != nullptr) value_->collect_paths(out);
  for (const Predicate& predicate : predicates_) {
    for (const auto* operand : {&predicate.operand, &predicate.minimum, &predicate.maximum}) {
      if (*operand != nullptr) (*operand)->collect_paths(out);
    }
  }
}

}  // namespace portreeve::policies
