#include "charts/template_text.h"

#include <algorithm>

namespace portreeve::charts {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// The end of the action that begins at `at` (behind "{{"): where its "}}" stands, or npos.
std::size_t action_end(std::string_view text, std::size_t at) {
  std::size_t i = at;
  if (text.substr(i, 2) == "- ") i += 2;
  if (text.substr(i, 2) == "/*") {
    const std::size_t end = text.find("*/", i + 2);
    return end == std::string_view::npos ? end : text.find("}}", end);
  }
  while (i < text.size()) {
    const char c = text[i];
    if (c == '}' && text.substr(i, 2) == "}}") return i;
    if (c == '"' || c == '\'' || c == '`') {
      for (++i; i < text.size() && text[i] != c; ++i) {
        if (text[i] == '\\' && c != '`') ++i;
      }
    }
    ++i;
  }
  return std::string_view::npos;
}

}  // namespace

std::optional<std::vector<Piece>> split_template(std::string_view text) {
  std::vector<Piece> out;
  while (true) {
    const std::size_t open = text.find("{{");
    if (open == std::string_view::npos) break;
    out.push_back({false, text.substr(0, open), false, false});
    const std::size_t end = action_end(text, open + 2);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view inner = text.substr(open + 2, end - open - 2);
    const bool before = inner.size() >= 2 && inner[0] == '-' && is_blank(inner[1]);
    if (before) inner.remove_prefix(1);
    const bool after =
        inner.size() >= 2 && inner.back() == '-' && is_blank(inner[inner.size() - 2]);
    if (after) inner.remove_suffix(1);
    out.push_back({true, trimmed(inner), before, after});
    text.remove_prefix(end + 2);
  }
  out.push_back({false, text, false, false});
  return out;
}

namespace {

/// A value as far as it is known.
struct Known {
  Decided truth = Decided::unknown;
  bool is_text = false;  ///< `text` is what it is.
  std::string text;      ///< Of a text, number or boolean that can be compared.
};

Known text_known(std::string text) {
  Known out;
  out.truth = text.empty() ? Decided::no : Decided::yes;
  out.is_text = true;
  out.text = std::move(text);
  return out;
}

Known truth_known(Decided truth) {
  Known out;
  out.truth = truth;
  if (truth != Decided::unknown) {
    out.is_text = true;
    out.text = truth == Decided::yes ? "true" : "false";
  }
  return out;
}

bool zero(std::string_view number) noexcept {
  return number.find_first_of("123456789") == std::string_view::npos;
}

Known known_value(const Value& value) {
  Known out;
  switch (value.type()) {
    case ValueType::absent:
    case ValueType::null:
      out.truth = Decided::no;
      return out;
    case ValueType::boolean:
      return truth_known(value.boolean() ? Decided::yes : Decided::no);
    case ValueType::number:
      out = text_known(std::string(value.text()));
      out.truth = zero(value.text()) ? Decided::no : Decided::yes;
      return out;
    case ValueType::string:
      return text_known(std::string(value.text()));
    case ValueType::array:
    case ValueType::object:
      out.truth = value.size() == 0 ? Decided::no : Decided::yes;
      return out;
  }
  return out;
}

/// Recursive descent over a pipeline of text/template; whatever it does not know is unknown.
class Expression {
 public:
  Expression(std::string_view text, const TemplateScope& scope) : rest_(text), scope_(scope) {}

  Decided truth() {
    const Known value = pipeline();
    skip();
    return rest_.empty() ? value.truth : Decided::unknown;
  }

 private:
  static constexpr int kDeepest = 32;

  void skip() { rest_ = trimmed(rest_); }
  bool at_end_of_command() {
    skip();
    return rest_.empty() || rest_[0] == '|' || rest_[0] == ')';
  }

  Known pipeline() {
    if (++depth_ > kDeepest) return {};
    Known value = command(nullptr);
    for (skip(); !rest_.empty() && rest_[0] == '|'; skip()) {
      rest_.remove_prefix(1);
      const Known given = value;
      value = command(&given);
    }
    --depth_;
    return value;
  }

  Known command(const Known* piped) {
    std::vector<Known> arguments;
    skip();
    std::string function;
    if (!rest_.empty() &&
        std::string_view("abcdefghijklmnopqrstuvwxyz").find(rest_[0]) != std::string_view::npos) {
      function = word();
      if (function == "true" || function == "false") {
        return call("", {truth_known(function == "true" ? Decided::yes : Decided::no)}, piped);
      }
      if (function == "nil") return call("", {known_value(Value())}, piped);
    }
    while (!at_end_of_command()) {
      const std::size_t before = rest_.size();
      arguments.push_back(operand());
      if (rest_.size() == before) {  // Something that is not known here.
        rest_ = {};
        return {};
      }
    }
    return call(function, std::move(arguments), piped);
  }

  std::string word() {
    const std::size_t end = std::min(rest_.find_first_of(" \t\r\n()|\"`"), rest_.size());
    std::string out(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return out;
  }

  Known operand() {
    const char c = rest_[0];
    if (c == '(') return group();
    if (c == '"' || c == '`') return quoted(c);
    if (c == '.' || c == '$') return field(word());
    const std::string text = word();
    if (text == "true" || text == "false")
      return truth_known(text == "true" ? Decided::yes : Decided::no);
    if (!text.empty() && text.find_first_not_of("0123456789.-") == std::string::npos) {
      Known out = text_known(text);
      out.truth = zero(text) ? Decided::no : Decided::yes;
      return out;
    }
    return {};
  }

  Known group() {
    rest_.remove_prefix(1);
    Known value = pipeline();
    skip();
    if (rest_.empty() || rest_[0] != ')') {
      rest_ = {};
      return {};
    }
    rest_.remove_prefix(1);
    if (rest_.empty() || rest_[0] != '.') return value;
    (void)word();  // A field of what the group gave.
    return {};
  }

  Known quoted(char quote) {
    std::size_t end = 1;
    bool escaped = false;
    for (; end < rest_.size() && rest_[end] != quote; ++end) {
      if (rest_[end] != '\\' || quote == '`') continue;
      escaped = true;
      ++end;
    }
    if (end >= rest_.size()) {
      rest_ = {};
      return {};
    }
    Known out = text_known(std::string(rest_.substr(1, end - 1)));
    rest_.remove_prefix(end + 1);
    if (escaped) out.is_text = false;
    return out;
  }

  Known field(const std::string& path) {
    std::string_view text = path;
    const bool from_root = text[0] == '$';
    if (from_root) text.remove_prefix(1);
    if (text == ".Capabilities.APIVersions.Has") return has_api();
    constexpr std::string_view kValues = ".Values";
    if (text.substr(0, kValues.size()) != kValues || (!from_root && !scope_.dot_is_root) ||
        !scope_.values_known) {
      return {};
    }
    text.remove_prefix(kValues.size());
    Value value = scope_.values;
    bool whole = true;
    while (!text.empty()) {
      if (text[0] != '.') return {};
      const std::size_t end = std::min(text.find('.', 1), text.size());
      if (!whole && !value.is_object()) return {};  // Helm would fail, or not: nobody knows here.
      value = value[text.substr(1, end - 1)];
      whole = false;
      text.remove_prefix(end);
    }
    return known_value(value);
  }

  // Without a cluster Helm knows the built-in groups only.
  Known has_api() {
    skip();
    if (rest_.empty() || (rest_[0] != '"' && rest_[0] != '`')) return {};
    const Known name = quoted(rest_[0]);
    const std::string group = name.text.substr(0, name.text.find('/'));
    const bool custom = name.is_text && group.find('.') != std::string::npos &&
                        (group.size() < 7 || group.compare(group.size() - 7, 7, ".k8s.io") != 0);
    return truth_known(custom ? Decided::no : Decided::unknown);
  }

  static Known call(const std::string& function, std::vector<Known> arguments, const Known* piped) {
    if (piped != nullptr) arguments.push_back(*piped);
    if (function.empty()) return arguments.size() == 1 ? arguments[0] : Known{};
    if (arguments.empty()) return {};
    if (function == "not" && arguments.size() == 1)
      return truth_known(opposite(arguments[0].truth));
    if (function == "empty" && arguments.size() == 1)
      return truth_known(opposite(arguments[0].truth));
    if (function == "default" && arguments.size() == 2) return default_of(arguments);
    if (function == "and" || function == "or") return join(function == "and", arguments);
    if ((function == "eq" || function == "ne") && arguments.size() == 2)
      return compare(function == "eq", arguments);
    if (function == "toString" || function == "quote" || function == "trim") return {};
    return {};
  }

  static Decided opposite(Decided truth) noexcept {
    return truth == Decided::unknown ? truth : truth == Decided::yes ? Decided::no : Decided::yes;
  }
  static Known default_of(const std::vector<Known>& arguments) {
    if (arguments[1].truth == Decided::yes) return arguments[1];
    return arguments[1].truth == Decided::no ? arguments[0] : Known{};
  }
  static Known join(bool all, const std::vector<Known>& arguments) {
    const Decided decisive = all ? Decided::no : Decided::yes;
    bool unknown = false;
    for (const Known& argument : arguments) {
      if (argument.truth == decisive) return truth_known(decisive);
      unknown = unknown || argument.truth == Decided::unknown;
    }
    return truth_known(unknown ? Decided::unknown : opposite(decisive));
  }
  static Known compare(bool equal, const std::vector<Known>& arguments) {
    if (!arguments[0].is_text || !arguments[1].is_text) return {};
    return truth_known((arguments[0].text == arguments[1].text) == equal ? Decided::yes
                                                                         : Decided::no);
  }

  std::string_view rest_;
  const TemplateScope& scope_;
  int depth_ = 0;
};

}  // namespace

Decided truth_of(std::string_view pipeline, const TemplateScope& scope) {
  // "if $x := …": what is assigned decides.
  const std::size_t assigned = pipeline.find(":=");
  if (!pipeline.empty() && pipeline[0] == '$' && assigned != std::string_view::npos) {
    pipeline.remove_prefix(assigned + 2);
  }
  return Expression(pipeline, scope).truth();
}

}  // namespace portreeve::charts
