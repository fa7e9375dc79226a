#include "charts/default_render.h"

#include <gtest/gtest.h>

#include "core/json.h"
#include "core/yaml.h"
#include "tests/charts/chart_text.h"

namespace portreeve::charts {
namespace {

std::string prints(const std::string& text, const std::string& values = "{}") {
  const auto document = yaml::parse(values, json::review_limits(), nullptr);
  EXPECT_TRUE(document.ok()) << values;
  switch (prints_with(text, document.value()->root(), true)) {
    case Prints::nothing:
      return "nothing";
    case Prints::something:
      return "something";
    case Prints::unknown:
      return "unknown";
  }
  return "";
}

TEST(DefaultRender, Table) {
  struct Case {
    std::string text, values, want;
  };
  for (const Case& c : std::initializer_list<Case>{
           {"", "{}", "nothing"},
           {"# only a comment\n---\n\n", "{}", "nothing"},
           {"{{/* kind: Pod */}}\n{{- /* more */ -}}\n", "{}", "nothing"},
           {"kind: Pod\n", "{}", "something"},
           {"---\nkind: Pod\n", "{}", "something"},
           {"- a\n", "{}", "something"},
           {"{{ include \"x\" . }}\n", "{}", "unknown"},
           {"# {{ include \"x\" . }}\n", "{}", "nothing"},
           {"{{- $x := .Values.a }}\n", "{}", "nothing"},
           {"{{ define \"x\" }}kind: Pod{{ end }}", "{}", "nothing"},
           {"{{ if .Values.enabled }}\nkind: Pod\n{{ end }}\n", "{enabled: false}", "nothing"},
           {"{{ if .Values.enabled }}\nkind: Pod\n{{ end }}\n", "{enabled: true}", "something"},
           {"{{ if .Values.enabled }}\nkind: Pod\n{{ end }}\n", "{}", "nothing"},
           {"{{ if .Values.a.enabled }}\nkind: Pod\n{{ end }}\n", "{}", "unknown"},
           {"{{ if $.Values.a.enabled }}\nkind: Pod\n{{ end }}\n", "{a: {enabled: false}}",
            "nothing"},
           {"{{ if not .Values.gate }}kind: Pod{{ end }}", "{gate: true}", "nothing"},
           {"{{ if and .Values.a .Values.b }}kind: Pod{{ end }}", "{a: true, b: false}", "nothing"},
           {"{{ if and .Values.a (include \"x\" .) }}kind: Pod{{ end }}", "{a: false}", "nothing"},
           {"{{ if or .Values.a (include \"x\" .) }}kind: Pod{{ end }}", "{a: false}", "unknown"},
           {"{{ if eq .Values.mode \"on\" }}kind: Pod{{ end }}", "{mode: 'off'}", "nothing"},
           {"{{ if ne .Values.mode \"on\" }}kind: Pod{{ end }}", "{mode: 'off'}", "something"},
           {"{{ if .Values.gate | default false }}kind: Pod{{ end }}", "{}", "nothing"},
           {"{{ if default true .Values.gate }}kind: Pod{{ end }}", "{}", "something"},
           {"{{ if .Capabilities.APIVersions.Has \"monitoring.coreos.com/v1\" }}kind: X{{ end }}",
            "{}", "nothing"},
           {"{{ if .Capabilities.APIVersions.Has \"policy/v1\" }}kind: X{{ end }}", "{}",
            "unknown"},
           {"{{ if .Values.a }}kind: A{{ else }}kind: B{{ end }}", "{a: false}", "something"},
           {"{{ if .Values.a }}kind: A{{ else if .Values.b }}kind: B{{ end }}",
            "{a: false, b: false}", "nothing"},
           {"{{ range .Values.list }}- {{ . }}{{ end }}", "{list: []}", "nothing"},
           {"{{ range .Values.list }}- {{ . }}{{ end }}", "{list: [1]}", "unknown"},
           {"{{ with .Values.a }}{{ if .Values.b }}kind: X{{ end }}{{ end }}",
            "{a: {x: 1}, b: false}", "unknown"},
           {"{{ if .Values.a }}{{ if .Values.b }}kind: X{{ end }}{{ end }}", "{a: false, b: true}",
            "nothing"},
           {"{{ if \"}}\" }}kind: X{{ end }}", "{}", "something"},
           {"{{ if", "{}", "unknown"},
           {"{{ end }}", "{}", "unknown"},
           {"{{ printf \"%s\" .Values.a }}", "{a: x}", "unknown"}}) {
    EXPECT_EQ(prints(c.text, c.values), c.want) << c.text << " with " << c.values;
  }
}

TEST(DefaultRender, WhatContributes) {
  const auto chart = [](MemoryFiles::Map files) {
    return read_files(std::move(files), Form::package).chart;
  };
  EXPECT_FALSE(contributes(*chart({{"Chart.yaml", chart_yaml("c", "1.0.0", "type: library\n")},
                                   {"templates/a.yaml", "kind: A\n"}})));
  EXPECT_FALSE(contributes(*chart({{"Chart.yaml", chart_yaml("c")},
                                   {"templates/_helpers.tpl", "kind: A\n"},
                                   {"templates/NOTES.txt", "hi"}})));
  EXPECT_FALSE(
      contributes(*chart({{"Chart.yaml", chart_yaml("c")}, {"templates/a.yaml", "# nothing\n"}})));
  EXPECT_TRUE(contributes(*chart({{"Chart.yaml", chart_yaml("c")},
                                  {"templates/a.yaml", "{{ if .Values.x }}kind: A{{ end }}"}})));
  EXPECT_TRUE(contributes(*chart(
      {{"Chart.yaml", chart_yaml("c")}, {"crds/a.yaml", "kind: CustomResourceDefinition"}})));
  EXPECT_TRUE(contributes(*chart({{"Chart.yaml", chart_yaml("c")},
                                  {"charts/d/Chart.yaml", chart_yaml("d")},
                                  {"charts/d/templates/a.yaml", "kind: A"}})));
}

TEST(DefaultRender, ConditionsAndTags) {
  const auto off = [](const std::string& dependency, const std::string& values) {
    const auto reading =
        read_files({{"Chart.yaml",
                     chart_yaml("x", "1.0.0",
                                "dependencies: [{name: d, version: 1.0.0, " + dependency + "}]\n")},
                    {"values.yaml", values}});
    return off_by_default(reading.chart->dependencies[0], *reading.chart);
  };
  EXPECT_TRUE(off("condition: d.enabled", "d: {enabled: false}"));
  EXPECT_FALSE(off("condition: d.enabled", "d: {enabled: true}"));
  EXPECT_FALSE(off("condition: d.enabled", "{}"));
  EXPECT_TRUE(off("condition: 'x.y, d.enabled'", "d: {enabled: false}"));
  EXPECT_TRUE(off("tags: [t]", "tags: {t: false}"));
  EXPECT_FALSE(off("tags: [t, u]", "tags: {t: false, u: true}"));
  EXPECT_FALSE(off("condition: d.enabled, tags: [t]", "{tags: {t: false}, d: {enabled: true}}"));
}

}  // namespace
}  // namespace portreeve::charts
