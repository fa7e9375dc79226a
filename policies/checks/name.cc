// check `name`: a name is parsed into its dimensions, so that the wrong part can be named.

#include <memory>
#include <optional>
#include <variant>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/check.h"

namespace portreeve::policies {
namespace {

struct NameCheck {
  std::optional<Path> path;
  std::optional<Expression> value;  ///< A composed name, instead of path.
  std::vector<NamePattern> patterns;
  bool optional = false;
  const DataSet* data = nullptr;  ///< Lives as long as the policies.

  void judge(const Scope& scope, Judgements& out) const;
  void judge_composed(const Scope& scope, Judgements& out) const;
  void judge_name(const Value& where, std::string_view name, Judgements& out) const;
  std::string note_on(const ParsedName& name) const;
};

// Text that `$r.key` gives stands at the key of the bound value.
void NameCheck::judge(const Scope& scope, Judgements& out) const {
  if (value.has_value()) {
    judge_composed(scope, out);
    return;
  }
  if (path->is_key()) {
    const Binding* binding = scope.find(path->binding());
    if (binding != nullptr) judge_name(binding->value, key_of(*binding, *scope.subject), out);
    return;
  }
  std::vector<Selected> selected;
  path->select(scope, {}, selected);
  for (const Selected& entry : selected) {
    if (entry.value.is_string()) {
      judge_name(entry.value, entry.value.text(), out);
      continue;
    }
    if (!entry.value.present() && optional) continue;
    Judgement judgement;
    judgement.anchor = entry.anchor;
    judgement.tail = entry.tail;
    judgement.expected = "a name like " + patterns[0].text();
    judgement.found = show(entry.value);
    out.push_back(std::move(judgement));
  }
}

// The finding points at the last thing that the name was composed from: the others qualify it.
void NameCheck::judge_composed(const Scope& scope, Judgements& out) const {
  const Computed name = value->evaluate(scope);
  std::vector<const Path*> paths;
  value->collect_paths(paths);
  Value where = scope.subject->object;
  for (const Path* source : paths) {
    const Value found = source->many() || source->is_key() ? Value() : source->one(scope);
    if (found.present()) where = found;
  }
  if (name.textual()) {
    judge_name(where, name.as_text(), out);
    return;
  }
  Judgement judgement;
  judgement.kind = name.kind == Computed::Kind::noted ? Judgement::Kind::note
                                                      : Judgement::Kind::violation;
  judgement.anchor = where;
  judgement.expected = "a name like " + patterns[0].text();
  judgement.found = show(name);
  if (judgement.kind == Judgement::Kind::note) judgement.detail = "not verifiable: " + name.reason;
  out.push_back(std::move(judgement));
}

std::string unverifiable_note(const ParsedName& name) {
  std::string out;
  for (const std::size_t index : name.unverifiable) {
    const NamePart& part = name.parts[index];
    out += (out.empty() ? "" : "; ") + part.dimension + " \"" + utf8::printable(part.text, 64) +
           "\" cannot be verified: no table lists it";
  }
  return out;
}

std::string NameCheck::note_on(const ParsedName& name) const {
  if (!name.unverifiable.empty()) return unverifiable_note(name);
  if (data->added_codes().empty()) return "";
  const std::string origin = data->added_codes().origin_of(name, data->dimensions());
  return origin.empty() ? "" : "allowed by the addition in " + origin;
}

void NameCheck::judge_name(const Value& where, std::string_view name, Judgements& out) const {
  std::optional<WrongName> furthest;
  for (const NamePattern& pattern : patterns) {
    const NameParse parse = pattern.parse(name);
    if (const auto* parsed = std::get_if<ParsedName>(&parse)) {
      Judgement judgement;
      judgement.kind = Judgement::Kind::note;
      judgement.anchor = where;
      judgement.detail = note_on(*parsed);
      if (!judgement.detail.empty()) out.push_back(std::move(judgement));
      return;
    }
    const WrongName& wrong = std::get<WrongName>(parse);
    if (!furthest.has_value() || wrong.begin > furthest->begin) furthest = wrong;
  }
  Judgement judgement;
  judgement.anchor = where;
  judgement.found = utf8::printable(name, limits::kQuotedBytes);
  judgement.detail = to_string(*furthest);
  if (value.has_value()) {
    // The author wrote one part of the composed name: that part is quoted, not the whole.
    judgement.found = utf8::printable(furthest->found, limits::kQuotedBytes);
    judgement.expected = furthest->expectation;
  }
  for (const NamePattern& pattern : patterns) {
    if (value.has_value() && !judgement.expected.empty()) break;
    judgement.expected += (judgement.expected.empty() ? "" : " or ") + pattern.text();
  }
  out.push_back(std::move(judgement));
}

}  // namespace

Result<CompiledCheck> compile_name(Fields& with, const DataSet& data) {
  auto check = std::make_shared<NameCheck>();
  check->data = &data;
  if (const Value value = with.take("value"); value.present()) {
    PORTREEVE_TRY(Expression expression, Expression::compile(with.source(), value, data));
    check->value = std::move(expression);
  }
  if (with.object()["path"].present() || !check->value.has_value()) {
    PORTREEVE_TRY(Path path, need_path(with, "path"));
    check->path = std::move(path);
  }
  with.take("path");
  if (check->path.has_value() == check->value.has_value()) {
    return with.error(with.object(), "expected either path or value");
  }
  PORTREEVE_TRY(const std::string single, with.maybe_text("pattern"));
  PORTREEVE_TRY(std::vector<std::string> texts, with.maybe_texts("patterns"));
  PORTREEVE_TRY(check->optional, with.maybe_bool("optional", false));
  PORTREEVE_CHECK(with.finish());
  if (single.empty() == texts.empty()) {
    return with.error(with.object(), "expected either pattern or patterns");
  }
  if (!single.empty()) texts.push_back(single);
  for (const std::string& text : texts) {
    Result<NamePattern> pattern = NamePattern::compile(text, data.dimensions());
    if (!pattern.ok()) {
      return with.error(with.object()[single.empty() ? "patterns" : "pattern"],
                        pattern.error().message);
    }
    check->patterns.push_back(std::move(pattern).value());
  }
  const std::shared_ptr<const NameCheck> shared = std::move(check);
  return CompiledCheck{
      [shared](const Scope& scope, Judgements& out) { shared->judge(scope, out); }, {}};
}

}  // namespace portreeve::policies
