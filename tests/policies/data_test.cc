#include "policies/data.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

std::string data_error(const std::string& spec) {
  const std::string message = load_error({data_text("d", spec)});
  return message.empty() ? "" : message.substr(message.find(":4:") + 1);
}

TEST(DataTest, Errors) {
  const struct {
    const char* spec;
    const char* want;
  } kRows[] = {
      {"{}", "4:7: spec: expected exactly one of table, list, terms, hosts, dimension, schema, epss, kev"},
      {"{table: {}, list: []}", "4:7: spec: expected exactly one of table, list, terms, hosts, dimension, schema, epss, kev"},
      {"{tables: {}}", "4:8: spec: unknown key \"tables\"; did you mean \"table\"?"},
      {"{table: [a]}", "4:15: table: expected a map of texts"},
      {"{table: {a: 1}}", "4:19: table: expected a text in quotes"},
      {"{table: {a: null}}", "4:19: table: expected a text in quotes"},
      {"{list: {a: b}}", "4:14: list: expected a list of texts"},
      {"{list: [1]}", "4:15: list: expected a text, found number"},
      {"{list: [a, yes]}", "4:18: list: expected a text, found boolean"},
      {"{list: [a, b, a]}", "4:14: list: \"a\" stands there twice"},
      {"{terms: {}}", "4:15: terms: expected a list"},
      {"{terms: [a]}", "4:16: terms: expected a map, found string"},
      {"{terms: [{term: a}]}", "4:16: terms: key \"use\" is missing"},
      {"{terms: [{use: a}]}", "4:16: terms: key \"term\" is missing"},
      {"{terms: [{term: a, use: b, allow: [c]}]}",
       "4:34: terms: unknown key \"allow\"; did you mean \"allowed\"?"},
      {"{terms: [{term: a, use: b, plural: maybe}]}", "4:42: terms: plural: expected boolean, found string"},
      {"{hosts: {}}", "4:15: hosts: expected a list"},
      {"{hosts: [{host: a.example}]}", "4:16: hosts: key \"use\" is missing"},
      {"{hosts: [{host: a.example, use: b, allowed: c}]}", "4:51: hosts.allowed: expected a list of texts"},
      {"{dimension: []}", "4:19: dimension: expected a map, found array"},
      {"{dimension: {}}", "4:19: dimension: expected exactly one of codes, pattern, number"},
      {"{dimension: {codes: [a], number: true}}", "4:19: dimension: expected exactly one of codes, pattern, number"},
      {"{dimension: {codes: {a: b}}}", "4:27: dimension.codes: expected a list of texts"},
      {"{dimension: {keyed-by: p, codes: [a]}}", "4:19: dimension: keyed-by needs a map of codes"},
      {"{dimension: {keyed-by: p, codes: {a: b}}}", "4:44: dimension.codes: expected a list of texts"},
      {"{dimension: {pattern: a, except: [b]}}",
       "4:32: dimension: unknown key \"except\"; known are keyed-by, codes, unverified, pattern, not, describe, number"},
      {"{dimension: {pattern: a, not: ['[a]*']}}",
       "4:37: dimension.not: glob \"[a]*\": brackets have no meaning here"},
      {"{dimension: {keyed-by: p, codes: {a: unverifiable}, unverified: 5}}",
       "4:71: dimension: unverified: expected string, found number"},
      {"{dimension: {number: 5}}", "4:28: dimension: number: expected boolean, found number"},
      {"{schema: some}", "4:16: schema: expected any, a map or a list"},
      {"{schema: {a: 5}}", "4:20: schema: expected any, a map or a list"},
      {"{schema: {a: [any, any]}}", "4:20: schema: a list describes its one element"},
      {"{schema: {a: []}}", "4:20: schema: a list describes its one element"},
  };
  for (const auto& row : kRows) EXPECT_EQ(data_error(row.spec), row.want) << row.spec;
  EXPECT_EQ(data_error("{dimension: {pattern: '('}}").substr(0, 6), "4:29: ");
  EXPECT_EQ(data_error("{terms: [{term: '', use: b}]}"), "4:23: terms: term: must not be empty");
  EXPECT_NE(data_error("{terms: [{term: '--', use: b}]}"), "");
  EXPECT_NE(data_error("{terms: [{term: a, use: b}, {term: a, use: c}]}"), "");
}

TEST(DataTest, Documents) {
  EXPECT_EQ(load_error({data_text("d", "{list: [a]}"), data_text("d", "{list: [b]}")}),
            "d1.yaml:3:18: Data \"d\" is defined twice");
  EXPECT_EQ(load_error({std::string(kHead) + "kind: Data\nspec: {list: [a]}\n"}),
            "p.yaml:1:1: Data: key \"metadata\" is missing");
  EXPECT_EQ(load_error({std::string(kHead) + "kind: Data\nmetadata: {name: ''}\nspec: {list: [a]}\n"}),
            "p.yaml:3:18: metadata: name: must not be empty");
  EXPECT_EQ(load_error({std::string(kHead) + "kind: Data\nmetadata: {name: d}\n"}),
            "p.yaml:1:1: Data: key \"spec\" is missing");
  EXPECT_EQ(load_error({data_text("d", "{list: [a]}") + "extra: 1\n"}),
            "p.yaml:5:1: Data: unknown key \"extra\"; known are apiVersion, kind, metadata, spec");
}

TEST(DataTest, MayStandInALaterFile) {
  EXPECT_EQ(load_error({rule_text("check: field, with: {path: object.v, one-of: {list: l}}"),
                        data_text("l", "{list: [a]}")}),
            "");
}

TEST(DataTest, NamesAreListed) {
  const SetPtr set = load({data_text("b", "{list: [a]}"), data_text("a", "{table: {k: v}}")});
  EXPECT_EQ(set->data().names(), (Lines{"a", "b"}));
  EXPECT_NE(set->data().list("b"), nullptr);
  EXPECT_EQ(set->data().list("a"), nullptr);
  EXPECT_NE(set->data().table("a"), nullptr);
}

}  // namespace
}  // namespace portreeve::policies
