#pragma once

// One run over a tree that was read: everything that is judged, in one order.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "guard/guard.h"
#include "guard/judge.h"
#include "guard/worktree.h"

namespace portreeve::guard {

class Run {
 public:
  struct Parts {
    const GuardOptions* options = nullptr;
    const Base* base = nullptr;  ///< Null: the whole tree.
    const WorkTree* tree = nullptr;
    std::shared_ptr<const policies::PolicySet> policies;
    TimePoint now{};
    engine::Threads* threads = nullptr;
    MemoryBudget* budget = nullptr;
  };
  /// Everything borrowed; `report.examined` is there.
  Run(Parts parts, report::Report& report);

  /// Fills the report's subjects and what was examined.
  void judge();
  /// What the door itself has to say: files that cannot be read, nothing examined.
  report::SubjectReport take_own() { return std::move(own_); }
  /// Rules that were left to the artifact or the cluster, sorted.
  std::vector<std::string> elsewhere() const;

 private:
  void judge_files();
  void judge_file(const TreeFile& file);
  void judge_objects(const TreeFile& file);
  void judge_object(const ObjectEntry& object);
  void judge_composed(const ObjectEntry& composition, report::SubjectReport& names);
  void judge_kustomizations();
  bool there(const std::string& path) const;
  void judge_charts();
  std::vector<std::string> charts_pinned_by_change(const PinIndex& pins) const;
  void judge_touched_pins(const std::string& chart, const PinIndex& pins);
  void judge_packages();
  void judge_chart(const std::string& chart, std::shared_ptr<const policies::ChartFacts> facts,
                   const Evidence& render);
  void judge_rendered(const std::string& chart, const policies::RenderFacts& render,
                      report::SubjectReport& out);
  void add_by_policies(const DocumentPtr& document, const std::string& chart,
                       report::SubjectReport& found);
  void judge_chart_changes();
  using FoldersByName = std::map<std::string, std::vector<std::string>, std::less<>>;
  FoldersByName base_charts() const;
  std::vector<std::string> places_before(const std::string& chart, std::string_view name,
                                         const FoldersByName& before) const;
  std::optional<std::string> content_now(const std::string& path) const;
  std::optional<std::string> content_before(const std::string& path) const;
  std::vector<std::string> changed_below(const std::string& chart, const std::string& place) const;
  void say_unknown_place(const TreeFile& chart, const std::vector<std::string>& places);
  std::vector<std::string> unread_before() const;
  void say_unread_before(const TreeFile& chart, const std::vector<std::string>& places);
  void judge_chart_change(const TreeFile& chart, const std::string& place,
                          const std::vector<std::string>& changed);
  void judge_repository();
  void judge_by_changed_blueprints();
  void judge_texts();
  void add_submodules();
  void count();
  void add(report::SubjectReport subject);
  void add_own(Finding finding, const TreeFile& file, const Error& error);
  bool chart_judged(const std::string& chart) const;
  std::vector<const TreeFile*> sorted(const TreeFiles& files) const;

  Parts parts_;
  report::Report& report_;
  Judge judge_;
  report::SubjectReport own_{"repo:.", "", {}};
  std::map<std::string, ObjectEntry> base_objects_;  ///< Of changed files, by subject.
  std::uint32_t rendered_ = 0, rendered_objects_ = 0;
  std::uint32_t charts_ = 0, blueprints_ = 0, compositions_ = 0, objects_ = 0, bases_ = 0,
                templates_ = 0, texts_ = 0;
  std::set<std::string> not_named_;  ///< Kinds that no policy names.
};

}  // namespace portreeve::guard
