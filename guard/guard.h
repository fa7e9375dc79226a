#pragma once

// The pre-merge door: a repository, or what a change does to it, judged at file:line:column.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "charts/reader.h"
#include "core/evidence.h"
#include "core/file.h"
#include "core/memory_budget.h"
#include "core/result.h"
#include "core/time.h"
#include "engine/threads.h"
#include "policies/chart_facts.h"
#include "policies/sources.h"
#include "report/report.h"

namespace portreeve::guard {

/// Renders a chart of the tree by the program that Config names: section "render" of
/// policies/chart_facts.h. What is given is the bytes of a package, or, if that is null, the files
/// of a folder. Called from several threads.
using RenderChart = std::function<Evidence(const policies::HelmConfig&, const policies::ChartFacts&,
                                           const charts::FileSource*, const std::string* package)>;

struct GuardOptions {
  std::string folder = ".";                 ///< Or one package, NAME-VERSION.tgz.
  std::string base;                         ///< Revision; empty: the whole tree.
  std::string base_tree;                    ///< Exported base, instead.
  bool staged = false;                      ///< With `base`: the index rather than the work tree.
  std::optional<std::string> pull_request;  ///< Title on the first line, then the body.
  std::vector<std::string> labels;          ///< Of the pull request.
  bool unsafe_head_config =
      false;  ///< With a base: Config, policies, waivers as the change has them.
  policies::SourceOptions settings;
  std::vector<SourceFile> catalog;
  RenderChart render;  ///< Null: rules about renders are skipped on request.
};

/// Judges. What is wrong with the repository, git's state included, is in the report; a report
/// without anything examined is undecided, never an allow. Errors: misconfigured (arguments,
/// Config, policies, waivers).
Result<report::Report> run_guard(const GuardOptions& options, engine::Threads& threads,
                                 TimePoint now, MemoryBudget& budget);

}  // namespace portreeve::guard
