// Pairs of a key and a text in templates that nobody rendered.

#include "charts/template_pairs.h"

#include <gtest/gtest.h>

#include <string>

namespace portreeve::charts {
namespace {

// "key=value@offset" for each pair of this key; alternatives joined by "|", what could not be read
// as "?WHY".
std::string names_in(const std::string& text, const std::string& key = "name") {
  const TemplatePairs read = pairs_in_template(text);
  if (!read.whole) return "no end";
  std::string out;
  for (const TemplatePair& pair : read.pairs) {
    if (pair.key != key && !pair.key.empty()) continue;
    out += out.empty() ? "" : " ";
    for (std::size_t i = 0; i < pair.values.size(); ++i) out += (i == 0 ? "" : "|") + pair.values[i];
    if (!pair.unreadable.empty()) out += "?" + pair.unreadable;
    out += "@" + std::to_string(pair.offset);
  }
  return out;
}

struct Case {
  const char* text;
  const char* names;
};

TEST(TemplatePairs, BlockStyle) {
  const Case cases[] = {
      {"name: wiki\n", "wiki@6"},
      {"- name: wiki # a comment\n", "wiki@8"},
      {"- - name:   wiki\r\n", "wiki@12"},
      {"\"name\" : 'it''s'\n", "it's@10"},
      {"name:\n  # a comment\n\n  wiki\n", "wiki@23"},
      {"name:\n- wiki\n", ""},
      {"name:\n  other: wiki\n", ""},
      {"# name: wiki\nx: y # name: wiki\n", ""},
      {"url: http://name: wiki\n", ""},
      {"x: 'name: wiki'\n", ""},
      {"? name\n: wiki\n", "wiki@9"},
      {"name: |-\n  wiki\nx: y\n", "wiki@11"},
      {"name: >2 # folded\n    wi\n", "wi@22"},
      {"name: |\nx: y\n", "@8"},
      {"---\nname: a\n...\n%YAML 1.2\n---\nname: b\n", "a@10 b@36"},
  };
  for (const Case& one : cases) EXPECT_EQ(names_in(one.text), one.names) << one.text;
}

TEST(TemplatePairs, FlowStyle) {
  const Case cases[] = {
      {"{kind: Pod, metadata: {name: wiki, x: [a, {name: b}]}}", "wiki@29 b@49"},
      {"{\"name\":\"wiki\"}", "wiki@9"},
      {"{name: wiki\n}\nname: b", "wiki@7 b@20"},
      {"{name, x: y}\n", ""},
      {"{? name : wiki}\n", "wiki@10"},
      {"[name: wiki]", "wiki@7"},
  };
  for (const Case& one : cases) EXPECT_EQ(names_in(one.text), one.names) << one.text;
}

TEST(TemplatePairs, AnchorsTagsAndEscapes) {
  const Case cases[] = {
      {"a: &n wiki\nname: *n\n", "wiki@17"},
      {"&k name: x\ny: {*k : wiki}\n", "x@9 wiki@20"},
      {"metadata: &m\n  name: wiki\n", "wiki@21"},
      {"name: *gone\n", "?the alias *gone has no anchor above it@6"},
      {"name: !!str &a wiki\n", "wiki@15"},
      {"name: !<tag:yaml.org,2002:str> wiki\n", "wiki@31"},
      {"name: !!binary d2lraQ==\n", "d2lraQ==?the tag !!binary is not followed here@15"},
      {"metadata: !x\n  name: wiki\n", "wiki@21"},
      {"!!binary bmFtZQ==: wiki\n", "?the tag !!binary is not followed here@19"},
      {"name: \"w\\x69\\u006b\\U00000069\"\n", "wiki@7"},
      {"name: \"wi\\\n   ki\"\n", "wiki@7"},
      {"name: \"\\q\"\n", "?an escape that YAML does not know@7"},
      {"name: \"wiki\nx: y\n", "?a quotation without an end@6"},
  };
  for (const Case& one : cases) EXPECT_EQ(names_in(one.text), one.names) << one.text;
}

TEST(TemplatePairs, Actions) {
  const Case cases[] = {
      {"name: {{ .Values.x }}-wiki\n", "@6"},
      {"name: wiki # {{ .Values.x }}\n", "wiki@6"},
      {"name: \"{{ .Values.x }}\"\n", "@7"},
      {"name: wi{{/* nothing */}}ki\n", "wiki@6"},
      {"name: {{ \"wiki\" }}\n", "wiki@6"},
      {"name: {{ \"wiki\" | quote }}\n", "wiki@7"},
      {"name: {{ `wi` -}}   ki\n", "wiki@6"},
      {"{{- $x := 1 }}name: wiki\n", "wiki@20"},
      {"{{ if .x }}name: wiki{{ end }}\n", "wiki@17"},
      {"{{- if .x }}\nname: a\n{{- else }}\nname: b\n{{- end }}\n", "a@19 b@39"},
      {"name: {{ if .x }}a{{ else }}b{{ end }}\n", "a|b@17"},
      {"name: {{ if .x }}\"a\"{{ else }}\"b\"{{ end }}\n", "a@18 b@31"},
      {"name: x-{{ if .x }}wiki{{ end }}-y\n", "@6"},
      {"name: {{ if .p }}{{ .p }}-{{ end }}wiki\n", "@17"},
      {"labels:\n  {{- include \"x\" . | nindent 2 -}}\n  name: wiki\n", "wiki@52"},
      {"data: |\n{{ .Files.Get \"x\" | indent 2 }}\nname: wiki\n", "wiki@46"},
      {"x: |\n  name: wiki\n  y: *z\n", "wiki@13"},
      {"name: {{ .x\n", "no end"},
  };
  for (const Case& one : cases) EXPECT_EQ(names_in(one.text), one.names) << one.text;
}

// Whatever the text: it ends, and every place is in the text.
TEST(TemplatePairs, AnyTextEnds) {
  const std::string parts[] = {"name: ", "{{ if }}", "{{ .x }}", "|\n ", "'", "\"", "{", "}", "*a",
                               "&a ",    "- ",       "? ",       ":",    "\n", "\\", "#", "!x "};
  std::uint32_t state = 7;
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      state = state * 1664525U + 1013904223U;
      text += parts[(state >> 16U) % std::size(parts)];
    }
    for (const TemplatePair& pair : pairs_in_template(text).pairs)
      EXPECT_LE(pair.offset, text.size()) << text;
  }
}

}  // namespace
}  // namespace portreeve::charts
