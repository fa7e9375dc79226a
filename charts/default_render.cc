#include "charts/default_render.h"

#include <algorithm>

#include "charts/template_text.h"

namespace portreeve::charts {
namespace {

std::string_view first_word(std::string_view action) {
  return action.substr(0, std::min(action.find_first_of(" \t\r\n("), action.size()));
}

Decided both(Decided a, Decided b) noexcept {
  if (a == Decided::no || b == Decided::no) return Decided::no;
  return a == Decided::yes && b == Decided::yes ? Decided::yes : Decided::unknown;
}

/// Walks through a template once, knowing at each place whether it is reached.
class Walk {
 public:
  Walk(const Value& values, bool known) {
    scope_.values = values;
    scope_.values_known = known;
  }

  Prints run(std::string_view text) {
    const std::optional<std::vector<Piece>> pieces = split_template(text);
    if (!pieces) return Prints::unknown;
    for (const Piece& piece : *pieces) {
      if (piece.action) {
        act(piece.text);
      } else {
        see(piece.text);
      }
      if (broken_) return Prints::unknown;
    }
    return result_;
  }

 private:
  struct Block {
    Decided here = Decided::yes;   ///< The branch that is open.
    Decided before = Decided::no;  ///< Whether an earlier branch was taken.
    Decided outer = Decided::yes;
    bool moves_dot = false;
    bool definition = false;
  };

  Decided reached() const { return blocks_.empty() ? Decided::yes : blocks_.back().here; }

  void print(bool surely) {
    const Decided here = reached();
    if (here == Decided::no) return;
    if (here == Decided::yes && surely) {
      result_ = Prints::something;
    } else if (result_ == Prints::nothing) {
      result_ = Prints::unknown;
    }
  }

  // Comments, blank lines and separators make no document.
  void see(std::string_view text) {
    for (const char c : text) {
      if (c == '\n') {
        line_ = Line::blank;
      } else if (c == ' ' || c == '\t' || c == '\r' || line_ == Line::comment) {
        continue;
      } else if (c == '#' && line_ == Line::blank) {
        line_ = Line::comment;
      } else if (c == '-' && line_ == Line::blank) {
        ++dashes_;
        continue;
      } else {
        line_ = Line::content;
        print(true);
      }
      if (dashes_ != 0 && dashes_ != 3) print(true);
      dashes_ = 0;
    }
  }

  void act(std::string_view action) {
    const std::string_view word = first_word(action);
    const std::string_view rest = action.substr(word.size());
    if (action.substr(0, 2) == "/*" || action.empty()) return;
    if (word == "if" || word == "with" || word == "range") return open(word, rest);
    if (word == "define" || word == "block") {
      if (word == "block") print(false);
      blocks_.push_back({Decided::no, Decided::yes, reached(), false, true});
      return;
    }
    if (word == "else") return other(rest);
    if (word == "end") return close();
    if (word == "break" || word == "continue") return;
    if (action[0] == '$' && is_assignment(action)) return;
    if (line_ != Line::comment) print(false);
  }

  static bool is_assignment(std::string_view action) {
    const std::size_t name = std::min(action.find_first_of(" \t:="), action.size());
    const std::size_t at = action.find_first_not_of(" \t", name);
    if (at == std::string_view::npos) return false;
    return action[at] == '=' || action.substr(at, 2) == ":=";
  }

  void open(std::string_view word, std::string_view pipeline) {
    Block block;
    block.outer = reached();
    Decided truth = block.outer == Decided::no ? Decided::no : truth_of(trim(pipeline), scope_);
    block.moves_dot = word != "if";
    block.before = truth;
    // A loop over something that is not empty runs; `with` and `if` likewise.
    block.here = both(block.outer, truth);
    blocks_.push_back(block);
    update_dot();
  }

  void other(std::string_view rest) {
    if (blocks_.empty() || blocks_.back().definition) {
      broken_ = blocks_.empty();
      return;
    }
    Block& block = blocks_.back();
    const Decided not_before = block.before == Decided::unknown ? Decided::unknown
                               : block.before == Decided::yes   ? Decided::no
                                                                : Decided::yes;
    Decided truth = Decided::yes;
    std::string_view pipeline = trim(rest);
    if (!pipeline.empty()) {
      const std::string_view word = first_word(pipeline);
      pipeline.remove_prefix(word.size());
      truth = word == "if" ? truth_of(trim(pipeline), scope_) : Decided::unknown;
    }
    block.here = both(block.outer, both(not_before, truth));
    if (block.before == Decided::no ||
        (block.before == Decided::unknown && truth == Decided::yes)) {
      block.before = truth;
    }
  }

  void close() {
    if (blocks_.empty()) {
      broken_ = true;
      return;
    }
    blocks_.pop_back();
    update_dot();
  }

  void update_dot() {
    scope_.dot_is_root =
        std::none_of(blocks_.begin(), blocks_.end(), [](const Block& b) { return b.moves_dot; });
  }

  static std::string_view trim(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
  }

  enum class Line { blank, comment, content };
  TemplateScope scope_;
  std::vector<Block> blocks_;
  Prints result_ = Prints::nothing;
  Line line_ = Line::blank;
  std::uint32_t dashes_ = 0;
  bool broken_ = false;
};

}  // namespace

Prints prints_with(std::string_view text, const Value& values, bool values_known) {
  return Walk(values, values_known).run(text);
}

Prints prints_by_default(const Chart& chart) {
  Prints out = Prints::nothing;
  const Value values = chart.values == nullptr ? Value() : chart.values->root();
  for (const Template& one : chart.templates) {
    if (!one.prints()) continue;
    const Prints here = prints_with(one.text, values, !chart.values_unread);
    if (here == Prints::something) return here;
    if (here == Prints::unknown) out = here;
  }
  return out;
}

bool contributes(const Chart& chart) {
  if (chart.has_crds) return true;
  if (!chart.library()) {
    for (const Template& one : chart.templates) {
      if (one.prints() && prints_with(one.text, Value(), false) != Prints::nothing) return true;
    }
  }
  // One that could not be read may.
  return chart.subcharts_unread ||
         std::any_of(chart.subcharts.begin(), chart.subcharts.end(),
                     [](const ChartPtr& subchart) { return contributes(*subchart); });
}

Value value_at(const Value& root, std::string_view path) {
  Value value = root;
  while (!path.empty() && value.present()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    value = value[path.substr(0, dot)];
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return value;
}

bool off_by_default(const Dependency& dependency, const Chart& parent) {
  const Value values = parent.values == nullptr ? Value() : parent.values->root();
  std::string_view paths = dependency.condition;
  while (!paths.empty()) {
    const std::size_t comma = std::min(paths.find(','), paths.size());
    std::string_view path = paths.substr(0, comma);
    paths.remove_prefix(std::min(comma + 1, paths.size()));
    while (!path.empty() && path[0] == ' ') path.remove_prefix(1);
    while (!path.empty() && path.back() == ' ') path.remove_suffix(1);
    const Value value = value_at(values, path);
    if (value.is_boolean()) return !value.boolean();
  }
  bool off = false;
  for (const std::string& tag : dependency.tags) {
    const Value value = values["tags"][tag];
    if (!value.is_boolean()) continue;
    if (value.boolean()) return false;
    off = true;
  }
  return off;
}

}  // namespace portreeve::charts
