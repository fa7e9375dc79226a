// Check `chart-toggles`: what needs other people's CRDs is off by default. Two levels, two rules:
// the letter (values.yaml) and the contract (what the default render holds).

#include <algorithm>
#include <set>

#include "charts/default_render.h"
#include "core/utf8.h"
#include "policies/chart_check.h"

namespace portreeve::policies {
namespace {

using charts::Chart;

// A dotted path as a glob reads it: '*' is one key or a part of it, a leading "**." any depth, none
// too.
Result<Glob> toggle_glob(const std::string& text) {
  std::string glob = text.compare(0, 2, "**") == 0 ? text : "/" + text;
  std::replace(glob.begin(), glob.end(), '.', '/');
  return Glob::compile(glob);
}

/// A glob of paths, and what the last key has to be where that is no pattern: most keys of a chart
/// are passed over by it.
struct Toggle {
  Glob glob;
  std::string last;  ///< Empty: any.

  explicit Toggle(Glob one) : glob(std::move(one)) {
    const std::string& text = glob.text();
    last = text.substr(text.rfind('/') + 1);
    if (last.find_first_of("*?") != std::string::npos) last.clear();
  }
};

struct Toggles {
  std::vector<Toggle> toggles;

  bool names(const std::vector<std::string_view>& path) const {
    std::string whole;
    return std::any_of(toggles.begin(), toggles.end(), [&](const Toggle& one) {
      if (!one.last.empty() && one.last != path.back()) return false;
      if (whole.empty()) whole = joined(path);
      return one.glob.matches(whole);
    });
  }

 private:
  static std::string joined(const std::vector<std::string_view>& path) {
    std::string whole;
    for (const std::string_view key : path) {
      std::string part(key);
      std::replace(part.begin(), part.end(), '/', '\x1F');
      whole += "/" + part;
    }
    return whole;
  }
};

// false, null and absent are off; so are the texts that a template reads as nothing. A list or a
// map is on, an empty one too: templates test whether it is null.
bool is_on(const Value& value) {
  switch (value.type()) {
    case ValueType::absent:
    case ValueType::null:
      return false;
    case ValueType::boolean:
      return value.boolean();
    case ValueType::number:
      return value.text().find_first_of("123456789") != std::string_view::npos;
    case ValueType::string:
      return !value.text().empty() && value.text() != "false";
    case ValueType::array:
    case ValueType::object:
      return true;
  }
  return true;
}

std::string dotted(const std::vector<std::string_view>& path) {
  std::string out;
  for (const std::string_view key : path) out += (out.empty() ? "" : ".") + std::string(key);
  return utf8::printable(out, 200);
}

/// The values of one chart, and of what it has vendored below it.
class ValueWalk {
 public:
  ValueWalk(const ChartScope& scope, const Toggles& toggles, Judgements& out)
      : scope_(scope), toggles_(toggles), out_(out) {}

  void own(const Chart& chart) {
    if (chart.values_unread) return unread(chart);
    if (chart.values == nullptr) return;
    owner_ = &chart;
    walk(chart.values->root());
  }

  // A subchart's own default that nobody above it sets: invisible in values.yaml of the chart.
  void inherited(const Chart& chart, const Value& overlay) {
    for (const charts::ChartPtr& subchart : chart.subcharts) {
      const Value over = overlay[key_of(chart, *subchart)];
      if (subchart->values != nullptr && enabled(chart, *subchart)) {
        owner_ = subchart.get();
        below_ = true;
        overlay_ = over;
        walk(subchart->values->root());
      }
      inherited(*subchart, over);
    }
  }

 private:
  static constexpr std::size_t kDeepest = 64;

  static std::string key_of(const Chart& chart, const Chart& subchart) {
    for (const charts::Dependency& one : chart.dependencies) {
      if (one.name == subchart.name) return one.alias.empty() ? one.name : one.alias;
    }
    return subchart.name;
  }
  static bool enabled(const Chart& chart, const Chart& subchart) {
    return std::none_of(chart.dependencies.begin(), chart.dependencies.end(),
                        [&](const charts::Dependency& one) {
                          return one.name == subchart.name && charts::off_by_default(one, chart);
                        });
  }

  void unread(const Chart& chart) {
    Judgement judgement = scope_.at(chart, "values.yaml", {});
    judgement.kind = Judgement::Kind::undecided;
    judgement.detail = "values.yaml could not be read";
    out_.push_back(std::move(judgement));
  }

  void walk(const Value& value) {
    for (const Value child : value) {
      if (!value.is_object()) {
        if (path_.size() < kDeepest && child.is_object()) walk(child);
        continue;
      }
      path_.push_back(child.key().text());
      if (toggles_.names(path_) && is_on(child) && !overridden()) say(child);
      if (path_.size() < kDeepest) walk(child);
      path_.pop_back();
    }
  }

  bool overridden() const {
    if (!below_) return false;
    Value value = overlay_;
    for (const std::string_view key : path_) value = value[key];
    return value.present();
  }

  void say(const Value& value) {
    Judgement judgement = scope_.at(*owner_, "values.yaml", value);
    const std::string path = dotted(path_);
    judgement.expected = path + ": false";
    judgement.found = path + ": " +
                      (value.is_array()    ? "a list"
                       : value.is_object() ? "a map"
                                           : show(value));
    if (below_) {
      judgement.kind = Judgement::Kind::advice;
      judgement.detail =
          "a default of subchart " + quoted_text(owner_->name) + " that the chart does not set";
      judgement.fix = "set it to false below the subchart's key in values.yaml";
    } else {
      judgement.edit = scope_.replacement(*owner_, "values.yaml", value, "false");
    }
    out_.push_back(std::move(judgement));
  }

  const ChartScope& scope_;
  const Toggles& toggles_;
  Judgements& out_;
  const Chart* owner_ = nullptr;
  bool below_ = false;
  Value overlay_;
  std::vector<std::string_view> path_;
};

/// The render level.
struct RenderedKinds {
  std::set<std::string, std::less<>> groups;

  void judge(const ChartScope& scope, const RenderFound& render, Judgements& out) const {
    if (render.facts == nullptr) return render.say_missing(scope, out);
    if (!render.rendered()) {
      // A render that fails is chart-smoke-render's to judge; a chart that needs an overlay has
      // none.
      Judgement judgement = scope.whole();
      judgement.kind = Judgement::Kind::inactive;
      judgement.detail = "the default render failed, see chart-smoke-render";
      out.push_back(std::move(judgement));
      return;
    }
    for (const RenderedDocument& document : render.facts->documents) judge(scope, document, out);
    render.say_unread(scope, out);
  }

  void judge(const ChartScope& scope, const RenderedDocument& document, Judgements& out) const {
    if (document.document == nullptr) return;
    const Value root = document.document->root();
    const std::string_view api = root["apiVersion"].text();
    const std::string group(api.substr(0, std::min(api.find('/'), api.size())));
    if (groups.count(group) == 0) return;
    Judgement judgement = scope.whole();
    judgement.expected = "nothing of " + group + " in the default render";
    judgement.found = utf8::printable(std::string(root["kind"].text()) + " " +
                                          std::string(root["metadata"]["name"].text()),
                                      200) +
                      " of " + utf8::printable(document.source, 200);
    out.push_back(std::move(judgement));
  }
};

Result<CompiledCheck> compile_render_level(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::vector<std::string> groups, with.maybe_texts("groups"));
  PORTREEVE_CHECK(with.finish());
  if (groups.empty()) return with.error(with.object(), "level render needs groups");
  RenderedKinds kinds;
  kinds.groups.insert(groups.begin(), groups.end());
  return render_check(
      data, [kinds = std::move(kinds)](const ChartScope& scope, const RenderFound& render,
                                       Judgements& out) { kinds.judge(scope, render, out); });
}

}  // namespace

Result<CompiledCheck> compile_chart_toggles(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::string level, with.need_text("level"));
  if (level == "render") return compile_render_level(with, data);
  if (level != "values")
    return with.error(with.object()["level"], "level: expected values or render");
  PORTREEVE_TRY(const std::string name, with.need_text("toggles"));
  PORTREEVE_CHECK(with.finish());
  const ListData* const list = data.list(name);
  if (list == nullptr)
    return with.error(with.object()["toggles"], "there is no Data list \"" + name + "\"");
  Toggles toggles;
  for (const std::string& text : list->in_order) {
    Result<Glob> glob = toggle_glob(text);
    if (!glob.ok())
      return with.error(with.object()["toggles"], name + ": " + text + ": " + glob.error().message);
    toggles.toggles.emplace_back(std::move(glob).value());
  }
  return chart_check(
      data, [toggles = std::move(toggles)](const ChartScope& scope, Judgements& out) {
        ValueWalk(scope, toggles, out).own(scope.chart());
        const charts::Chart& chart = scope.chart();
        ValueWalk(scope, toggles, out)
            .inherited(chart, chart.values == nullptr ? Value() : chart.values->root());
      });
}

}  // namespace portreeve::policies
