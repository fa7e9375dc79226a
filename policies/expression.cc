#include "policies/expression.h"

#include <algorithm>

#include "core/utf8.h"

namespace portreeve::policies {

const std::vector<ValueForm> kValueForms = {
    {"join", Expression::Kind::join, "{join: [a, b, …]}", "the texts one after the other"},
    {"split-last", Expression::Kind::split_last, "{split-last: [v, '-', 0]}",
     "what stands before (0) or after (1) the last separator"},
    {"lookup", Expression::Kind::lookup, "{lookup: [table, v]}",
     "the entry of a Data table; a miss is a violation, with `miss: note` it passes with a note; what is "
     "no text is never in a table"},
    {"trim-prefix", Expression::Kind::trim_prefix, "{trim-prefix: [v, 'x']}",
     "the text without x at its beginning"},
    {"trim-suffix", Expression::Kind::trim_suffix, "{trim-suffix: [v, 'x']}",
     "the text without x at its end"},
    {"ensure-prefix", Expression::Kind::ensure_prefix, "{ensure-prefix: [v, 'x']}",
     "the text with x at its beginning, once"},
    {"lower", Expression::Kind::lower, "{lower: v}", "the text with A-Z as a-z"},
    {"tokens", Expression::Kind::tokens, "{tokens: v}", "the list of its hyphen-separated parts"},
    {"keys", Expression::Kind::keys, "{keys: PATH}", "the list of a map's keys"},
    {"list", Expression::Kind::list, "{list: name}", "a Data list"},
    {"collect", Expression::Kind::collect, "{collect: [PATH, r, v]}",
     "the list of v for each element at PATH, which is $r there"},
    {"literal", Expression::Kind::literal, "{literal: x}",
     "x as it stands, even where it looks like a path"},
};

namespace {

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool has_prefix(std::string_view text, std::string_view prefix) noexcept {
  return text.substr(0, prefix.size()) == prefix;
}

bool has_suffix(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

Computed tokens_of(std::string_view text) {
  Computed out;
  out.kind = Computed::Kind::list;
  std::size_t from = 0;
  while (from <= text.size()) {
    const std::size_t to = std::min(text.find('-', from), text.size());
    out.list.push_back(Computed::of_text(std::string(text.substr(from, to - from))));
    from = to + 1;
  }
  return out;
}

}  // namespace

// Compilation -------------------------------------------------------------------------------------

struct Expression::Compiler {
  const Source& source;
  const DataSet& data;

  Outcome arguments(const Value& value, std::size_t count, Expression& out) const {
    if (!value.is_array() || value.size() == 0 || (count != 0 && value.size() != count)) {
      return source.error(value, count == 0 ? "expected a list of values"
                                            : "expected a list of " + std::to_string(count));
    }
    for (const Value entry : value) {
      PORTREEVE_TRY(Expression argument, Expression::compile(source, entry, data));
      out.arguments_.push_back(std::move(argument));
    }
    return Done{};
  }

  Outcome one_argument(const Value& value, Expression& out) const {
    PORTREEVE_TRY(Expression argument, Expression::compile(source, value, data));
    out.arguments_.push_back(std::move(argument));
    return Done{};
  }

  Outcome split_last(const Value& value, Expression& out) const {
    if (!value.is_array() || value.size() != 3 || !value.at(1).is_string() ||
        value.at(1).text().empty() || !(value.at(2).text() == "0" || value.at(2).text() == "1")) {
      return source.error(value, "split-last: expected [value, separator, 0 or 1]");
    }
    out.separator_ = std::string(value.at(1).text());
    out.second_ = value.at(2).text() == "1";
    return one_argument(value.at(0), out);
  }

  Outcome lookup(const Value& value, Expression& out) const {
    if (!value.is_array() || value.size() != 2 || !value.at(0).is_string()) {
      return source.error(value, "lookup: expected [table, value]");
    }
    out.table_name_ = std::string(value.at(0).text());
    out.table_ = data.table(out.table_name_);
    if (out.table_ == nullptr) {
      return source.error(value.at(0), "lookup: there is no Data table \"" + out.table_name_ + "\"");
    }
    return one_argument(value.at(1), out);
  }

  Outcome keys(const Value& value, Expression& out) const {
    if (!value.is_string()) return source.error(value, "keys: expected a path");
    Result<Path> path = Path::compile(value.text(), source.paths.get());
    if (!path.ok()) return source.error(value, path.error().message);
    out.path_ = std::move(path).value();
    return Done{};
  }

  Outcome collect(const Value& value, Expression& out) const {
    const bool shaped = value.is_array() && value.size() == 3 && value.at(0).is_string() &&
                        value.at(1).is_string() && !value.at(1).text().empty();
    if (!shaped) return source.error(value, "collect: expected [path, name, value]");
    PORTREEVE_CHECK(keys(value.at(0), out));
    out.separator_ = std::string(value.at(1).text());
    return one_argument(value.at(2), out);
  }

  Outcome list(const Value& value, Expression& out) const {
    out.list_ = data.list(value.text());
    if (out.list_ == nullptr) {
      return source.error(value, "list: there is no Data list \"" + std::string(value.text()) + "\"");
    }
    return Done{};
  }

  Outcome form(const Value& map, Expression& out) const {
    PORTREEVE_TRY(Fields fields, Fields::open(source, map, "value"));
    Value argument;
    std::size_t found = 0;
    for (const ValueForm& entry : kValueForms) {
      const Value value = fields.take(entry.name);
      if (!value.present()) continue;
      ++found;
      argument = value;
      out.kind_ = entry.kind;
    }
    if (found == 1 && out.kind_ == Kind::lookup) {
      PORTREEVE_TRY(const std::string miss, fields.maybe_text("miss"));
      if (!miss.empty() && miss != "note" && miss != "violation") {
        return fields.error(map["miss"], "miss: expected note or violation");
      }
      out.miss_is_note_ = miss == "note";
    }
    PORTREEVE_CHECK(fields.finish());
    if (found != 1) return source.error(map, "a composed value has exactly one form");
    return dispatch(argument, out);
  }

  Outcome dispatch(const Value& argument, Expression& out) const {
    switch (out.kind_) {
      case Kind::literal: out.literal_ = argument; return Done{};
      case Kind::join: return arguments(argument, 0, out);
      case Kind::split_last: return split_last(argument, out);
      case Kind::lookup: return lookup(argument, out);
      case Kind::trim_prefix:
      case Kind::trim_suffix:
      case Kind::ensure_prefix: return arguments(argument, 2, out);
      case Kind::lower:
      case Kind::tokens: return one_argument(argument, out);
      case Kind::keys: return keys(argument, out);
      case Kind::list: return list(argument, out);
      case Kind::collect: return collect(argument, out);
      case Kind::path:
      case Kind::sequence: break;
    }
    return Error{Errc::internal, "value form without a compiler"};
  }
};

Expression Expression::literal(const Value& value) {
  Expression out;
  out.literal_ = value;
  return out;
}

Result<Expression> Expression::compile(const Source& source, const Value& value,
                                       const DataSet& data) {
  Expression out;
  const Compiler compiler{source, data};
  if (value.is_string() && Path::looks_like(value.text())) {
    Result<Path> path = Path::compile(value.text(), source.paths.get());
    if (!path.ok()) return source.error(value, path.error().message);
    out.kind_ = Kind::path;
    out.path_ = std::move(path).value();
  } else if (value.is_object()) {
    PORTREEVE_CHECK(compiler.form(value, out));
  } else if (value.is_array() && value.size() > 0) {
    out.kind_ = Kind::sequence;
    PORTREEVE_CHECK(compiler.arguments(value, 0, out));
  } else {
    out.literal_ = value;
  }
  return out;
}

void Expression::collect_paths(std::vector<const Path*>& out) const {
  if (kind_ == Kind::path || kind_ == Kind::keys || kind_ == Kind::collect) out.push_back(&path_);
  for (const Expression& argument : arguments_) argument.collect_paths(out);
}

std::optional<bool> Expression::in_list(const Value& value) const {
  if (!value.is_string()) return std::nullopt;
  if (kind_ == Kind::list) return list_->entries.find(value.text()) != list_->entries.end();
  if (kind_ != Kind::sequence) return std::nullopt;
  for (const Expression& argument : arguments_) {
    if (argument.kind_ != Kind::literal) return std::nullopt;
    if (argument.literal_.is_string() && argument.literal_.text() == value.text()) return true;
  }
  return false;
}

Value Expression::key_in_place(const Scope& scope) const noexcept {
  if (kind_ != Kind::path || !path_.is_key()) return {};
  const Binding* const binding = scope.find(path_.binding());
  return binding == nullptr ? Value() : binding->value.key();
}

Value Expression::whole(const Scope& scope) const noexcept {
  if ((kind_ != Kind::path && kind_ != Kind::keys) || path_.many() || path_.is_key()) return {};
  const Value value = path_.one(scope);
  return (kind_ == Kind::keys ? value.is_object() : value.is_array()) ? value : Value();
}

std::string Expression::addition_for(const Value& value) const {
  if (kind_ != Kind::list) return {};
  const auto added = list_->added.find(value.text());
  return added == list_->added.end() ? "" : "allowed by the addition in " + added->second;
}

// Evaluation --------------------------------------------------------------------------------------

Computed Expression::evaluate(const Scope& scope) const {
  switch (kind_) {
    case Kind::literal: return Computed::of(literal_);
    case Kind::path: return evaluate_path(scope);
    case Kind::lookup: return evaluate_lookup(scope);
    case Kind::keys: return evaluate_keys(scope);
    case Kind::list: {
      Computed out;
      out.kind = Computed::Kind::list;
      for (const std::string& entry : list_->in_order) out.list.push_back(Computed::of_text(entry));
      return out;
    }
    case Kind::sequence: return evaluate_each(scope);
    case Kind::collect: return evaluate_collect(scope);
    case Kind::join:
    case Kind::split_last:
    case Kind::trim_prefix:
    case Kind::trim_suffix:
    case Kind::ensure_prefix:
    case Kind::lower:
    case Kind::tokens: return evaluate_text(scope);
  }
  return Computed::missing("value form without an evaluator");
}

Computed Expression::evaluate_path(const Scope& scope) const {
  if (path_.is_key()) {
    const Binding* binding = scope.find(path_.binding());
    return binding == nullptr ? Computed::missing(path_.text() + " is not bound")
                              : Computed::of_text(key_of(*binding, *scope.subject));
  }
  if (!path_.many()) {
    const Value value = path_.one(scope);
    return value.present() ? Computed::of(value) : Computed::missing(path_.text() + " is absent");
  }
  std::vector<Selected> selected;
  path_.select(scope, {}, selected);
  Computed out;
  out.kind = Computed::Kind::list;
  for (const Selected& entry : selected) {
    if (!entry.value.present()) return Computed::missing(path_.text() + " is absent");
    out.list.push_back(Computed::of(entry.value));
  }
  return out;
}

Computed Expression::evaluate_lookup(const Scope& scope) const {
  const Computed key = arguments_[0].evaluate(scope);
  if (key.kind == Computed::Kind::missing || key.kind == Computed::Kind::noted) return key;
  // A number is no key, and nothing to be lenient about: no `miss` is meant for it.
  const bool text = key.kind == Computed::Kind::text || key.value.is_string();
  if (!text) return Computed::missing(show(key) + " is no text, as table " + table_name_ + " needs");
  const auto entry = table_->entries.find(key.as_text());
  if (entry == table_->entries.end()) {
    Computed out = Computed::missing("\"" + show(key) + "\" is not in table " + table_name_);
    if (miss_is_note_) out.kind = Computed::Kind::noted;
    return out;
  }
  Computed out = Computed::of_text(entry->second);
  const auto added = table_->added.find(entry->first);
  if (added != table_->added.end()) out.addition = added->second;
  return out;
}

Computed Expression::evaluate_keys(const Scope& scope) const {
  const Value map = path_.one(scope);
  if (!map.is_object()) return Computed::missing(path_.text() + " is no map");
  Computed out;
  out.kind = Computed::Kind::list;
  for (const Value member : map) {
    out.list.push_back(Computed::of_text(std::string(member.key().text())));
  }
  return out;
}

Computed Expression::evaluate_each(const Scope& scope) const {
  Computed out;
  out.kind = Computed::Kind::list;
  for (const Expression& argument : arguments_) {
    Computed entry = argument.evaluate(scope);
    if (entry.kind == Computed::Kind::missing || entry.kind == Computed::Kind::noted) return entry;
    out.list.push_back(std::move(entry));
  }
  return out;
}

Computed Expression::evaluate_collect(const Scope& scope) const {
  std::vector<Value> elements;
  if (path_.many()) {
    path_.select_present(scope, {}, elements);
  } else {
    const Value collection = path_.one(scope);
    if (!collection.is_array() && !collection.is_object()) {
      return Computed::missing(path_.text() + " is no list");
    }
    for (const Value element : collection) elements.push_back(element);
  }
  Scope inner = scope;
  inner.bindings.push_back({separator_, {}, Binding::kByPlace});
  Computed out;
  out.kind = Computed::Kind::list;
  for (const Value& element : elements) {
    inner.bindings.back().value = element;
    Computed entry = arguments_[0].evaluate(inner);
    if (entry.kind == Computed::Kind::missing || entry.kind == Computed::Kind::noted) return entry;
    out.list.push_back(std::move(entry));
  }
  return out;
}

Computed Expression::evaluate_text(const Scope& scope) const {
  std::vector<std::string> texts;
  std::string addition;
  for (const Expression& argument : arguments_) {
    Computed entry = argument.evaluate(scope);
    if (entry.kind == Computed::Kind::missing || entry.kind == Computed::Kind::noted) return entry;
    if (!entry.textual()) return Computed::missing("a list or map stands where a text is needed");
    if (!entry.addition.empty()) addition = entry.addition;
    texts.emplace_back(entry.as_text());
  }
  std::string out;
  switch (kind_) {
    case Kind::join:
      for (const std::string& text : texts) out += text;
      break;
    case Kind::split_last: {
      const std::size_t at = texts[0].rfind(separator_);
      if (at == std::string::npos) {
        return Computed::missing("\"" + utf8::printable(texts[0], 64) + "\" has no \"" +
                                 separator_ + "\"");
      }
      out = second_ ? texts[0].substr(at + separator_.size()) : texts[0].substr(0, at);
      break;
    }
    case Kind::trim_prefix:
      out = has_prefix(texts[0], texts[1]) ? texts[0].substr(texts[1].size()) : texts[0];
      break;
    case Kind::trim_suffix:
      out = has_suffix(texts[0], texts[1]) ? texts[0].substr(0, texts[0].size() - texts[1].size())
                                           : texts[0];
      break;
    case Kind::ensure_prefix:
      out = has_prefix(texts[0], texts[1]) ? texts[0] : texts[1] + texts[0];
      break;
    case Kind::lower: out = lower_ascii(texts[0]); break;
    case Kind::tokens: return tokens_of(texts[0]);
    default: return Computed::missing("value form without an evaluator");
  }
  Computed result = Computed::of_text(std::move(out));
  result.addition = std::move(addition);
  return result;
}

}  // namespace portreeve::policies
