#pragma once

// One subject at a time: from an object to its findings, with places and edits.

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/time.h"
#include "guard/inventory.h"
#include "policies/policy_set.h"
#include "report/report.h"

namespace portreeve::guard {

/// What the tree itself answers of evidence, or nothing: then the cluster or the artifact does.
using TreeEvidence = std::function<std::optional<Fact>(const Key&)>;

/// Judges by one set at one time. What only the published artifact or the cluster can show is left
/// out and remembered. Not thread-safe.
class Judge {
 public:
  Judge(std::shared_ptr<const policies::PolicySet> policies, TimePoint now)
      : policies_(std::move(policies)), now_(now) {}

  /// Nothing: no policy names this kind. `old` is what the base has of it, or null.
  std::optional<report::SubjectReport> judge(const ObjectEntry& object, const ObjectEntry* old);
  /// Of an object that is as it was: what rules say that read evidence of the tree.
  std::vector<Finding> judge_by_tree(const ObjectEntry& object, const TreeEvidence& tree) const;
  /// Asked for by the rules about objects.
  void answer_from(TreeEvidence tree) { tree_ = std::move(tree); }
  /// Of a made object: findings that speak of several subjects may be among them.
  report::SubjectReport judge(const MadeObject& made);
  /// The same with what was gathered (charts). `needs` gets nothing: guard gathers beforehand.
  Verdict judge(const Subject& subject, const EvidenceMap* evidence);

  /// Rules that were left out.
  const std::set<std::string>& elsewhere() const noexcept { return elsewhere_; }
  const policies::PolicySet& policies() const noexcept { return *policies_; }

 private:
  Verdict raw(const Subject& subject, const EvidenceMap* evidence, std::vector<Key>* needs) const;
  Verdict judge_object(const Subject& subject, const TreeEvidence& tree, bool& answered) const;
  void leave_out(Verdict& verdict);

  std::shared_ptr<const policies::PolicySet> policies_;
  TimePoint now_;
  TreeEvidence tree_;
  std::set<std::string> elsewhere_;
};

/// A finding of the door itself: "gate/RULE".
Finding gate_finding(std::string rule, FindingStatus status, std::string subject,
                     std::string message, std::string fix);

/// Gives an edit without a file its file and bytes, or drops it.
void complete_edit(const TreeFile& file, const Value& root, Finding& finding);

/// The bytes of a scalar in a file's text, its quotes included; nothing when it is none that stands
/// there as one piece.
std::optional<std::pair<std::size_t, std::size_t>> scalar_extent(std::string_view text,
                                                                 const Value& value);

}  // namespace portreeve::guard
