// Check `chart-annotations`: annotations are texts, the smoke-render mode is one that exists, and a
// chart that prints nothing by default says so. Decided from the text of the templates alone: where
// that does not decide, chart-smoke-render does.

#include <algorithm>

#include "charts/default_render.h"
#include "core/nearest.h"
#include "policies/chart_check.h"

namespace portreeve::policies {
namespace {

using charts::Chart;
using charts::Prints;

struct AnnotationsCheck {
  std::string mode;

  void judge(const ChartScope& scope, Judgements& out) const {
    const Chart& chart = scope.chart();
    for (const Value entry : chart.metadata->root()["annotations"]) {
      if (!entry.is_string()) not_a_text(scope, entry, out);
    }
    const Value written = chart.annotation(mode);
    if (written.is_string() && written.text() != kDefaultOff &&
        written.text() != kRequiresOverlay) {
      Judgement judgement = scope.at_metadata(written);
      judgement.expected = "\"default-off\" or \"requires-overlay\"";
      judgement.found = show(written);
      judgement.fix = "write one of the two, or remove " + mode;
      out.push_back(std::move(judgement));
    }
    const bool off = written.is_string() && written.text() == kDefaultOff;
    const Prints prints = by_default(scope);
    if (prints == Prints::nothing && !off) silent(scope, written, out);
    if (prints == Prints::something && off) stale(scope, written, out);
  }

 private:
  static constexpr std::string_view kDefaultOff = "default-off";
  static constexpr std::string_view kRequiresOverlay = "requires-overlay";

  static void not_a_text(const ChartScope& scope, const Value& entry, Judgements& out) {
    Judgement judgement = scope.at_metadata(entry);
    const std::string text(charts::source_of(scope.chart().metadata->source(), entry));
    judgement.expected = "a text in quotes";
    judgement.found = std::string(to_string(entry.type())) + " " + show(entry);
    judgement.fix = "write " + std::string(entry.key().text().substr(0, 128)) + ": \"" +
                    text.substr(0, 128) + "\"";
    if (!entry.is_null())
      judgement.edit = scope.replacement(scope.chart(), "Chart.yaml", entry, "\"" + text + "\"");
    out.push_back(std::move(judgement));
  }

  // Nothing to go by: a source tree without templates, or a dependency that nobody has unpacked.
  static Prints by_default(const ChartScope& scope) {
    const Chart& chart = scope.chart();
    const bool any = std::any_of(chart.templates.begin(), chart.templates.end(),
                                 [](const charts::Template& one) { return one.prints(); });
    if (!any && !scope.package()) return Prints::unknown;
    Prints out = charts::prints_by_default(chart);
    if (out == Prints::something) return out;
    for (const charts::Dependency& dependency : chart.dependencies) {
      if (charts::off_by_default(dependency, chart)) continue;
      const auto packaged = [&](const charts::ChartPtr& one) {
        return one->name == dependency.name;
      };
      const auto at = std::find_if(chart.subcharts.begin(), chart.subcharts.end(), packaged);
      if (at == chart.subcharts.end() || charts::contributes(**at)) return Prints::unknown;
    }
    // One that nobody declared is installed as well.
    for (const charts::ChartPtr& one : chart.subcharts) {
      const auto declares = [&](const charts::Dependency& dependency) {
        return dependency.name == one->name;
      };
      const bool declared =
          std::any_of(chart.dependencies.begin(), chart.dependencies.end(), declares);
      if (!declared && charts::contributes(*one)) return Prints::unknown;
    }
    return out;
  }

  void silent(const ChartScope& scope, const Value& written, Judgements& out) const {
    Judgement judgement = scope.at_metadata(written.present() ? written : anchor(scope));
    judgement.expected = "annotation " + mode + ": \"default-off\"";
    judgement.found = "every template is off with the default values";
    if (written.present()) judgement.found += ", and " + mode + " is " + show(written);
    out.push_back(std::move(judgement));
  }

  void stale(const ChartScope& scope, const Value& written, Judgements& out) const {
    Judgement judgement = scope.at_metadata(written);
    judgement.kind = Judgement::Kind::advice;
    judgement.expected = "no " + mode + " where templates are on by default";
    judgement.found = show(written);
    judgement.fix = "remove the annotation";
    out.push_back(std::move(judgement));
  }

  static Value anchor(const ChartScope& scope) {
    const Value annotations = scope.chart().metadata->root()["annotations"];
    return annotations.present() ? annotations : scope.chart().metadata->root();
  }
};

}  // namespace

Result<CompiledCheck> compile_chart_annotations(Fields& with, const DataSet& data) {
  AnnotationsCheck check;
  PORTREEVE_TRY(check.mode, with.need_text("mode"));
  PORTREEVE_CHECK(with.finish());
  return chart_check(data, [check = std::move(check)](const ChartScope& scope, Judgements& out) {
    check.judge(scope, out);
  });
}

Result<CompiledCheck> compile_chart_readable(Fields& with, const DataSet& data) {
  PORTREEVE_CHECK(with.finish());
  return readable_check(data);
}

}  // namespace portreeve::policies
