// The rows of the table of checks that are about charts.

#include "policies/check.h"

namespace portreeve::policies {
namespace {

constexpr std::string_view kPath = R"({"type": "string"})";
constexpr std::string_view kPaths = R"({"type": "array", "items": {"type": "string"}})";
constexpr std::string_view kFlag = R"({"type": "boolean"})";
constexpr std::string_view kCount = R"({"type": "integer", "minimum": 1})";
constexpr std::string_view kLevel = R"({"enum": ["values", "render"]})";
constexpr std::string_view kVersionOf =
    R"({"enum": ["pins", "artifact", "upstream", "app-version"]})";

}  // namespace

std::vector<CheckType> chart_check_types() {
  return {
      {"chart-readable",
       "the chart can be read, and everybody reads the same chart",
       {},
       compile_chart_readable},
      {"chart-hollow",
       "the chart brings something: a dependency with templates, or it says that it has none",
       {{"annotation", kPath, "of Chart.yaml: \"true\" where the chart has no upstream", true},
        {"upstream", kPath, "dotted path in the values: name of the upstream chart"}},
       compile_chart_hollow},
      {"chart-annotations",
       "annotations are texts, and a chart that prints nothing by default says so",
       {{"mode", kPath, "annotation: default-off or requires-overlay", true}},
       compile_chart_annotations},
      {"chart-subcharts",
       "declared subcharts are there, those there are declared, in the version declared",
       {},
       compile_chart_subcharts},
      {"chart-toggles",
       "what needs other people's CRDs is off by default",
       {{"level", kLevel, "the letter, or what the default render holds", true},
        {"toggles", kPath, "level values: Data list of globs over dotted paths"},
        {"groups", kPaths, "level render: API groups that may not be there"}},
       compile_chart_toggles},
      {"chart-lockstep",
       "the chart's version is the same wherever it is said again",
       {{"of", kVersionOf, "which version", true},
        {"kinds", kPaths, "of pins: blueprint, kit, seed, umbrella; default all"},
        {"upstream", kPath, "of upstream: dotted path in the values, with chart and version below"},
        {"charts", kPaths,
         "of app-version: names of the charts whose version is their appVersion"}},
       compile_chart_lockstep},
      {"chart-payload-size",
       "the release that Helm stores fits into a Secret",
       {{"limit", kCount, "bytes", true},
        {"deny", kCount, "percent of it that are too much", true},
        {"notice", kCount, "percent of it that are worth a word", true}},
       compile_chart_payload_size},
      {"chart-images",
       "images of default values and of plain templates are pinned, from known repositories",
       {{"level", kLevel, "default values and plain lines, or the default render"},
        {"tag", kFlag, "whether a tag or digest is required that is not 'latest'"},
        {"digest", kFlag, "whether a digest is required"},
        {"repositories", kPaths, "globs over 'host/repository'"}},
       compile_chart_images},
      {"chart-smoke-render",
       "the chart renders something with its default values, or says why not",
       {{"mode", kPath, "annotation: default-off or requires-overlay", true}},
       compile_chart_smoke_render},
  };
}

}  // namespace portreeve::policies
