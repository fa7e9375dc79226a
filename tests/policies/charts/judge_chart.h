#pragma once

// A chart written out as files, judged by the catalog as a tree, as a package, and behind a
// Blueprint.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "charts/reader.h"
#include "core/file.h"
#include "core/json.h"
#include "policies/chart_facts.h"
#include "policies/policy_set.h"
#include "tests/support/source_dir.h"

namespace portreeve::policies {

inline const PolicySet& chart_catalog() {
  static const std::shared_ptr<const PolicySet> kSet = [] {
    PolicySources sources;
    auto files = read_folder(test::source_dir() + "/policies/catalog");
    EXPECT_TRUE(files.ok());
    sources.catalog = std::move(files).value();
    sources.config.profile = "openova";
    auto set = PolicySet::load(std::move(sources));
    EXPECT_TRUE(set.ok()) << (set.ok() ? "" : set.error().message);
    return set.ok() ? set.value() : nullptr;
  }();
  return *kSet;
}

template <class T>
Evidence fact(T value) {
  Fact out;
  out.value = std::make_shared<const std::any>(std::move(value));
  return out;
}

/// What is judged, and what a door would know besides.
struct ChartCase {
  charts::MemoryFiles::Map files;
  charts::Form form = charts::Form::source;
  std::vector<ChartPin> pins = {};
  RenderFacts render = skipped();

  static RenderFacts skipped() {
    RenderFacts out;
    out.outcome = RenderFacts::Outcome::skipped;
    return out;
  }
};

inline ChartFacts facts_of(const ChartCase& one) {
  ChartFacts out;
  out.reading = charts::read_folder(charts::MemoryFiles(one.files), one.form, nullptr);
  out.pins = one.pins;
  out.pins_known = true;
  return out;
}

/// The chart as subject, in folder "x/chart" of a repository.
inline Verdict judge_tree(const ChartCase& one) {
  ChartFacts facts = facts_of(one);
  facts.in_tree = true;
  facts.folder = "x/chart";
  Subject subject;
  subject.door = Door::guard;
  subject.nature = Nature::chart;
  subject.file = "x/chart/Chart.yaml";
  subject.called = "repo:x/chart/Chart.yaml";
  if (const charts::ChartPtr& chart = facts.reading.chart; chart != nullptr) {
    subject.called = "chart:" + chart->name + "@" + chart->version;
    subject.document = chart->metadata;
    subject.object = chart->metadata->root();
  }
  EvidenceMap evidence;
  evidence.emplace(tree_key(subject.file, "render"), fact(one.render));
  evidence.emplace(tree_key(subject.file), fact(std::move(facts)));
  return chart_catalog().judge(subject, TimePoint{}, &evidence, nullptr);
}

/// The chart behind Blueprint bp-x of version 1.0.0.
inline Verdict judge_artifact(const ChartCase& one) {
  Subject subject;
  subject.document =
      json::parse(
          R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":"bp-x"},"spec":{"version":"1.0.0"}})",
          json::review_limits(), nullptr)
          .value();
  subject.object = subject.document->root();
  subject.group = "catalyst.openova.io";
  subject.version = "v1";
  subject.kind = "Blueprint";
  subject.name = "bp-x";
  std::vector<Key> needs;
  (void)chart_catalog().judge(subject, TimePoint{}, nullptr, &needs);
  EvidenceMap evidence;
  for (const Key& key : needs) {
    ChartFacts facts = facts_of(one);
    facts.repository = "ghcr.io/openova-io/bp-x";
    facts.tag = "1.0.0";
    if (key.section == "chart") evidence.emplace(key, fact(std::move(facts)));
    if (key.section == "render") evidence.emplace(key, fact(one.render));
  }
  return chart_catalog().judge(subject, TimePoint{}, &evidence, nullptr);
}

/// "rule status[ file:line:column]: found" of every finding of the policies named chart-*, sorted.
inline std::string chart_findings(const Verdict& verdict, bool notes = false) {
  std::string out;
  for (const Finding& finding : verdict.findings) {
    if (finding.rule.rfind("chart-", 0) != 0) continue;
    if (!notes && finding.effect == Effect::none) continue;
    out += finding.rule + " " + std::string(to_string(finding.effect));
    if (finding.location) {
      out += " " + finding.location->file + ":" + std::to_string(finding.location->line) + ":" +
             std::to_string(finding.location->column);
    } else {
      out += " " + finding.path.value_or("none");
    }
    out += ": " + (finding.found.empty() ? finding.note : finding.found) + "\n";
  }
  return out;
}

inline std::string said_of_tree(const ChartCase& one) { return chart_findings(judge_tree(one)); }

}  // namespace portreeve::policies
