// Check `chart-lockstep`: one version, said in several places.

#include <algorithm>

#include "charts/default_render.h"
#include "core/semver.h"
#include "core/utf8.h"
#include "policies/artifact_rule.h"
#include "policies/chart_check.h"

namespace portreeve::policies {
namespace {

using charts::Dependency;

std::string_view without_v(std::string_view version) {
  if (!version.empty() && version[0] == 'v') version.remove_prefix(1);
  return version;
}

// Pins --------------------------------------------------------------------------------------------

// A dependency may be a range: then Chart.lock is what pins. An exact version is no range.
bool admits(const Value& pin, const std::string& version) {
  if (!pin.is_string() || Version::parse(without_v(pin.text())).ok()) return false;
  const Result<VersionRange> range = VersionRange::parse(pin.text());
  const Result<Version> own = Version::parse(version);
  return range.ok() && own.ok() && range.value().contains(own.value());
}

Value place_of(const ChartPin& pin) {
  if (pin.version.present()) return pin.version;
  if (pin.place.present()) return pin.place;
  return pin.document != nullptr ? pin.document->root() : Value();
}

void judge_pin(const ChartScope& scope, const ChartPin& pin, Judgements& out) {
  const std::string& version = scope.chart().version;
  if (!pin.unread.empty()) {
    Judgement judgement = scope.elsewhere(pin.file, place_of(pin));
    judgement.kind = Judgement::Kind::undecided;
    judgement.detail = std::string(to_string(pin.kind)) + " " + utf8::printable(pin.file, 200) +
                       ": " + utf8::printable(pin.unread, 300);
    judgement.fix = "write the version as a plain text there";
    out.push_back(std::move(judgement));
    return;
  }
  if (pin.version.is_string() && pin.version.text() == version) return;
  if (pin.kind == ChartPin::Kind::umbrella && admits(pin.version, version)) return;
  Judgement judgement = scope.elsewhere(pin.file, place_of(pin));
  judgement.expected =
      "version " + utf8::printable(version, 128) + ", as in " + scope.file_path("Chart.yaml");
  judgement.found = pin.version.present() ? show(pin.version) : "no version";
  judgement.detail = std::string(to_string(pin.kind)) + " " + utf8::printable(pin.file, 200);
  judgement.fix =
      "write \"" + utf8::printable(version, 128) + "\" there, or take back the chart's version";
  if (pin.document != nullptr) {
    judgement.edit = ChartScope::replacement_in(pin.file, pin.document->source(), pin.version,
                                                "\"" + version + "\"");
  }
  out.push_back(std::move(judgement));
}

void two_blueprints(const ChartScope& scope, const ChartPin& first, const ChartPin& second,
                    Judgements& out) {
  Judgement judgement =
      scope.elsewhere(second.file, second.document == nullptr ? Value() : second.document->root());
  judgement.expected = "one Blueprint beside the chart";
  judgement.found =
      "two: " + utf8::printable(first.file, 200) + " and " + utf8::printable(second.file, 200);
  judgement.fix = "remove one of them";
  out.push_back(std::move(judgement));
}

struct PinsCheck {
  std::vector<std::string> kinds;

  bool wants(ChartPin::Kind kind) const {
    if (kinds.empty()) return true;
    std::string word(to_string(kind));
    if (kind == ChartPin::Kind::blueprint) word = "blueprint";
    return std::find(kinds.begin(), kinds.end(), word) != kinds.end();
  }

  void judge(const ChartScope& scope, Judgements& out) const {
    if (!scope.facts().pins_known) return;  // An artifact stands alone: `artifact` is asked of it.
    const ChartPin* blueprint = nullptr;
    for (const ChartPin& pin : scope.facts().pins) {
      if (!wants(pin.kind)) continue;
      if (pin.kind == ChartPin::Kind::blueprint) {
        if (blueprint != nullptr) two_blueprints(scope, *blueprint, pin, out);
        blueprint = blueprint == nullptr ? &pin : blueprint;
      }
      judge_pin(scope, pin, out);
    }
  }
};

// Artifact ----------------------------------------------------------------------------------------

// helm push takes repository and tag from Chart.yaml; whoever pushes otherwise says two things.
void judge_artifact(const ChartScope& scope, Judgements& out) {
  const ChartFacts& facts = scope.facts();
  if (facts.repository.empty()) return;
  const std::string name = facts.repository.substr(facts.repository.rfind('/') + 1);
  const std::string& chart = scope.chart().name;
  if (name != chart) {
    Judgement judgement = scope.at_metadata(scope.chart().metadata->root()["name"]);
    judgement.expected = "chart " + quoted_text(name) + ", as the repository is called";
    judgement.found = quoted_text(chart);
    judgement.fix = "publish the chart under its own name";
    out.push_back(std::move(judgement));
  }
  std::string tag = scope.chart().version;
  std::replace(tag.begin(), tag.end(), '+', '_');
  if (facts.tag.empty() || facts.tag == tag) return;
  Judgement judgement = scope.at_metadata(scope.chart().metadata->root()["version"]);
  judgement.expected = "version " + utf8::printable(facts.tag, 128) + ", as the tag says";
  judgement.found = quoted_text(scope.chart().version);
  judgement.fix = "publish the chart under the version that its Chart.yaml has";
  out.push_back(std::move(judgement));
}

// Upstream ----------------------------------------------------------------------------------------

struct UpstreamCheck {
  std::string path;

  void judge(const ChartScope& scope, Judgements& out) const {
    const Value recorded = scope.value(path);
    if (!recorded.is_object()) {
      if (scope.chart().values_unread) unread(scope, out);
      return;
    }
    const Value chart = recorded["chart"];
    const Value version = recorded["version"];
    for (const Dependency& dependency : scope.chart().dependencies) {
      if (!chart.is_string() || dependency.name != chart.text()) continue;
      if (version.is_string() && without_v(version.text()) == without_v(dependency.version)) return;
      return differs(scope, dependency, version.present() ? version : recorded, version, out);
    }
  }

  static void unread(const ChartScope& scope, Judgements& out) {
    Judgement judgement = scope.at(scope.chart(), "values.yaml", {});
    judgement.kind = Judgement::Kind::undecided;
    judgement.detail = "values.yaml could not be read";
    out.push_back(std::move(judgement));
  }

  void differs(const ChartScope& scope, const Dependency& dependency, const Value& where,
               const Value& version, Judgements& out) const {
    Judgement judgement = scope.at(scope.chart(), "values.yaml", where);
    judgement.expected = path + ".version: \"" + utf8::printable(dependency.version, 128) +
                         "\", as the dependency " + quoted_text(dependency.name) + " has it";
    judgement.found = version.present() ? show(version) : "nothing";
    judgement.fix = "write the dependency's version there";
    judgement.edit =
        scope.replacement(scope.chart(), "values.yaml", version, "\"" + dependency.version + "\"");
    out.push_back(std::move(judgement));
  }
};

// appVersion --------------------------------------------------------------------------------------

struct AppVersionCheck {
  std::vector<std::string> charts;

  void judge(const ChartScope& scope, Judgements& out) const {
    const charts::Chart& chart = scope.chart();
    if (std::find(charts.begin(), charts.end(), chart.name) == charts.end()) return;
    if (chart.app_version == chart.version) return;
    const Value written = chart.metadata->root()["appVersion"];
    Judgement judgement =
        scope.at_metadata(written.present() ? written : chart.metadata->root()["version"]);
    judgement.expected =
        "appVersion \"" + utf8::printable(chart.version, 128) + "\", as the version";
    judgement.found = written.present() ? show(written) : "no appVersion";
    judgement.edit = scope.replacement(chart, "Chart.yaml", written, "\"" + chart.version + "\"");
    out.push_back(std::move(judgement));
  }
};

template <class Check>
CompiledCheck wrap(const DataSet& data, Check check) {
  return chart_check(data, [check = std::move(check)](const ChartScope& scope, Judgements& out) {
    check.judge(scope, out);
  });
}

}  // namespace

Result<CompiledCheck> compile_chart_lockstep(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::string of, with.need_text("of"));
  if (of == "pins") {
    PinsCheck check;
    PORTREEVE_TRY(check.kinds, with.maybe_texts("kinds"));
    for (const std::string& kind : check.kinds) {
      if (kind == "blueprint" || kind == "kit" || kind == "seed" || kind == "umbrella") continue;
      return with.error(with.object()["kinds"], "kinds: expected blueprint, kit, seed or umbrella");
    }
    PORTREEVE_CHECK(with.finish());
    return wrap(data, std::move(check));
  }
  if (of == "upstream") {
    UpstreamCheck check;
    PORTREEVE_TRY(check.path, with.need_text("upstream"));
    PORTREEVE_CHECK(with.finish());
    return wrap(data, std::move(check));
  }
  if (of == "app-version") {
    AppVersionCheck check;
    PORTREEVE_TRY(check.charts, with.maybe_texts("charts"));
    PORTREEVE_CHECK(with.finish());
    if (check.charts.empty()) return with.error(with.object(), "app-version needs charts");
    return wrap(data, std::move(check));
  }
  if (of != "artifact")
    return with.error(with.object()["of"], "of: expected pins, artifact, upstream or app-version");
  PORTREEVE_CHECK(with.finish());
  return chart_check(data, judge_artifact);
}

}  // namespace portreeve::policies
