#pragma once

// What every chart-* check has in common: finding the chart that is judged, saying why there is
// none, and pointing at places in its files.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "policies/chart_facts.h"
#include "policies/check.h"

namespace portreeve::policies {

/// The chart that a rule judges. Borrows the scope and the evidence; lives for one call.
class ChartScope {
 public:
  ChartScope(const Scope& scope, const ChartFacts& facts) : scope_(scope), facts_(facts) {}

  const Scope& scope() const noexcept { return scope_; }
  const ChartFacts& facts() const noexcept { return facts_; }
  const charts::Chart& chart() const noexcept { return *facts_.reading.chart; }
  bool package() const noexcept { return chart().form == charts::Form::package; }

  /// A judgement about a place in a file of the chart or of one of its subcharts. `where` may be
  /// absent: the file as a whole.
  Judgement at(const charts::Chart& owner, std::string_view file, const Value& where) const;
  /// About Chart.yaml of the chart itself.
  Judgement at_metadata(const Value& where) const { return at(chart(), "Chart.yaml", where); }
  /// About a file that is not the chart's (a pin).
  Judgement elsewhere(const std::string& file, const Value& where) const;
  /// About the chart as such.
  Judgement whole() const;

  /// What replaces a scalar by `text`; nothing where it cannot be done by itself: the file is in a
  /// package, or the value is no plain scalar of one line.
  std::optional<Edit> replacement(const charts::Chart& owner, std::string_view file,
                                  const Value& where, std::string text) const;
  static std::optional<Edit> replacement_in(const std::string& file, std::string_view source,
                                            const Value& where, std::string text);

  /// Where a file of the chart stands: in the repository, or in the package.
  std::string file_path(std::string_view path) const;
  /// Default values at a dotted path; absent if there is none.
  Value value(std::string_view dotted_path) const;

 private:
  const Scope& scope_;
  const ChartFacts& facts_;
};

using ChartJudge = std::function<void(const ChartScope&, Judgements&)>;
/// What Helm rendered: facts, or why there are none.
struct RenderFound {
  const RenderFacts* facts = nullptr;  ///< Never of outcome `skipped`.
  std::optional<Error> absent;
  bool skipped = false;

  bool rendered() const noexcept {
    return facts != nullptr && facts->outcome == RenderFacts::Outcome::rendered;
  }
  /// Says of each document that only Helm could read that it is undecided.
  void say_unread(const ChartScope& scope, Judgements& out) const;
  /// Says that the rule was skipped on request, or is undecided for want of a render.
  void say_missing(const ChartScope& scope, Judgements& out) const;
};
using RenderJudge = std::function<void(const ChartScope&, const RenderFound&, Judgements&)>;

/// A check over the chart. Without a chart it is undecided, and a chart that was refused in part is
/// never passed: see chart-readable.
CompiledCheck chart_check(const DataSet& data, ChartJudge judge);
CompiledCheck render_check(const DataSet& data, RenderJudge judge);
/// A check about artifacts, inactive for those that are no Helm charts.
CompiledCheck only_of_charts(const DataSet& data, CompiledCheck check);
/// The check that says what is wrong with a chart that others cannot judge.
CompiledCheck readable_check(const DataSet& data);

/// "NAME" in quotes, escaped and cut.
std::string quoted_text(std::string_view text);

}  // namespace portreeve::policies
