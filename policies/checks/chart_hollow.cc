// Check `chart-hollow`: a chart brings something. GUARD 1 of the first user, with what its shell
// form lets pass: dependencies that exist only to be counted, and those that the package has not.

#include <algorithm>

#include "charts/default_render.h"
#include "policies/chart_check.h"

namespace portreeve::policies {
namespace {

using charts::Chart;
using charts::ChartPtr;
using charts::Dependency;

struct HollowCheck {
  std::string annotation;
  std::string upstream;  ///< Dotted path in the values; empty: not recorded.

  void judge(const ChartScope& scope, Judgements& out) const {
    const Chart& chart = scope.chart();
    if (chart.library()) {
      Judgement judgement = scope.at_metadata(chart.metadata->root()["type"]);
      judgement.expected = "type application";
      judgement.found = "type library, which installs nothing";
      judgement.fix = "write type: application, or publish it as a dependency of another chart";
      out.push_back(std::move(judgement));
      return;
    }
    const Value written = chart.annotation(annotation);
    const bool alone = written.is_string() && written.text() == "true";
    const std::vector<std::string> stubs = stub_names(scope);
    const bool brings = stubs.size() < chart.dependencies.size();
    if (!brings && !alone) return hollow(scope, written, stubs, out);
    if (scope.package() && !charts::contributes(chart)) return empty(scope, out);
    if (brings && alone) contradiction(scope, written, out);
    if (brings && !scope.package()) suspect(scope, out);
  }

  /// Dependencies that bring nothing, as far as is known.
  std::vector<std::string> stub_names(const ChartScope& scope) const {
    const Chart& chart = scope.chart();
    std::vector<std::string> out;
    for (const Dependency& dependency : chart.dependencies) {
      const auto packaged = [&](const ChartPtr& one) { return one->name == dependency.name; };
      const bool there = std::any_of(chart.subcharts.begin(), chart.subcharts.end(), packaged);
      const bool brings = std::any_of(
          chart.subcharts.begin(), chart.subcharts.end(),
          [&](const ChartPtr& one) { return packaged(one) && charts::contributes(*one); });
      // In a source tree what is not there yet may bring something, in a package it never will.
      const bool unknown = !there && (!scope.package() || chart.subcharts_unread);
      if (!brings && !unknown)
        out.push_back(dependency.name + (there ? "" : " (not in the package)"));
    }
    return out;
  }

  void hollow(const ChartScope& scope, const Value& written, const std::vector<std::string>& stubs,
              Judgements& out) const {
    const Chart& chart = scope.chart();
    const Value list = chart.metadata->root()["dependencies"];
    Judgement judgement =
        written.present() ? scope.at_metadata(written)
        : chart.dependencies_file != "Chart.yaml" && !stubs.empty()
            ? scope.at(chart, chart.dependencies_file, chart.dependencies[0].entry)
            : scope.at_metadata(list.present() ? list : chart.metadata->root());
    judgement.expected =
        "a dependency that brings templates, or annotation " + annotation + ": \"true\"";
    if (stubs.empty()) {
      judgement.found = "no dependencies";
    } else {
      std::string names;
      for (const std::string& name : stubs) names += (names.empty() ? "" : ", ") + name;
      judgement.found = quoted_text(names) + " bring no templates of their own";
    }
    if (written.is_boolean() && written.boolean()) {
      judgement.found += ", and " + annotation + " is a boolean";
      judgement.fix = "write \"true\" in quotes: Helm wants texts as annotations";
      judgement.edit = scope.replacement(chart, "Chart.yaml", written, "\"true\"");
    } else if (written.present()) {
      judgement.found += ", and " + annotation + " is " + show(written);
    }
    out.push_back(std::move(judgement));
  }

  static void empty(const ChartScope& scope, Judgements& out) {
    Judgement judgement = scope.at_metadata(scope.chart().metadata->root());
    judgement.expected = "templates, CRDs or a subchart with some";
    judgement.found = "a package that brings nothing";
    judgement.fix = "put the templates into the package; .helmignore may leave them out";
    out.push_back(std::move(judgement));
  }

  void contradiction(const ChartScope& scope, const Value& written, Judgements& out) const {
    Judgement judgement = scope.at_metadata(written);
    judgement.kind = Judgement::Kind::advice;
    judgement.expected = annotation + " only where there is no upstream";
    judgement.found = "the annotation beside dependencies";
    judgement.fix = "remove the annotation, or the dependencies";
    out.push_back(std::move(judgement));
  }

  // What the values record as upstream is no dependency: the one that is there may be a stub.
  void suspect(const ChartScope& scope, Judgements& out) const {
    if (upstream.empty() || !scope.chart().subcharts.empty()) return;
    const Value recorded = scope.value(upstream);
    if (!recorded.is_string()) return;
    const std::vector<Dependency>& list = scope.chart().dependencies;
    const bool named = std::any_of(list.begin(), list.end(), [&](const Dependency& one) {
      return one.name == recorded.text();
    });
    if (named) return;
    Judgement judgement =
        scope.at(scope.chart(), scope.chart().dependencies_file, list[0].entry["name"]);
    judgement.kind = Judgement::Kind::advice;
    judgement.expected = recorded.text().empty()
                             ? "no dependency, and annotation " + annotation + ": \"true\""
                             : "a dependency on " + quoted_text(recorded.text());
    judgement.found = quoted_text(list[0].name) + ", while values.yaml records upstream " +
                      quoted_text(recorded.text());
    judgement.fix = "remove a dependency that is there only to be counted and write annotation " +
                    annotation + ": \"true\"";
    judgement.detail = "suspected from the values; the package decides";
    out.push_back(std::move(judgement));
  }
};

}  // namespace

Result<CompiledCheck> compile_chart_hollow(Fields& with, const DataSet& data) {
  HollowCheck check;
  PORTREEVE_TRY(check.annotation, with.need_text("annotation"));
  PORTREEVE_TRY(check.upstream, with.maybe_text("upstream"));
  PORTREEVE_CHECK(with.finish());
  return chart_check(data, [check = std::move(check)](const ChartScope& scope, Judgements& out) {
    check.judge(scope, out);
  });
}

}  // namespace portreeve::policies
