// PolicySet::judge: rules by the dozen, and what an UPDATE is let off.

#include <algorithm>

#include "core/limits.h"
#include "kube/images.h"
#include "policies/artifact_rule.h"
#include "policies/artifact_subject.h"
#include "policies/descents.h"
#include "policies/evaluate.h"
#include "policies/trust_set.h"

namespace portreeve::policies {
namespace {

// What an UPDATE can change: everything that may be judged anew when only metadata or status moved.
bool content_unchanged(const Subject& subject) {
  const auto same = [](const Value& a, const Value& b) {
    Members others(b);
    for (const Value member : a) {
      const std::string_view key = member.key().text();
      if (key != "metadata" && key != "status" && !equal(member, others[key])) return false;
    }
    return true;
  };
  return same(subject.object, subject.old) && same(subject.old, subject.object);
}

bool cannot_change(const std::optional<std::string>& path) {
  return path == "/metadata/name" || path == "/metadata/namespace";
}

/// One judgement of one subject by several policies.
class SetJudge {
 public:
  SetJudge(const Config& config, const PathIndex* paths, const Subject& subject, TimePoint now,
           const EvidenceMap* evidence)
      : config_(config), subject_(subject), evidence_(evidence), descents_(paths) {
    scope_.subject = &subject;
    scope_.evidence = evidence;
    scope_.now = now;
    scope_.descents = &descents_;
    descents_.find_places(subject.object);
    unchanged_ = subject.operation == Operation::update && subject.old.present() &&
                 content_unchanged(subject);
  }

  // In a repository the tree is the subject, not evidence: profiles do not choose there.
  void run(const std::vector<const Policy*>& policies, std::vector<Key>* needs) {
    const bool always = subject_.nature != Nature::object;
    for (const Policy* policy : policies) {
      if (always || policy->in_profile(config_.profile)) {
        run(*policy, needs);
      } else {
        verdict_.rules_inactive += static_cast<std::uint32_t>(policy->rules.size());
      }
    }
  }

  void run(const Policy& policy, std::vector<Key>* needs) {
    if (!policy.match.covers(subject_)) {
      verdict_.rules_inactive += static_cast<std::uint32_t>(policy.rules.size());
      return;
    }
    if (!policy.match.artifacts.empty() && subject_.nature == Nature::object) {
      return run_artifacts(policy, needs);
    }
    const Places* const places = descents_.places(subject_.object);
    for (std::size_t i = 0; i < policy.rules.size(); ++i) {
      if (places != nullptr && policy.presence.has_nothing_to_say(i, *places)) {
        ++verdict_.rules_passed;
      } else {
        judge_rule(policy, policy.rules[i], needs);
      }
    }
  }

  Verdict finish(const std::vector<Waiver>& waivers) {
    if (unchanged_) verdict_.scope = "unchanged";
    apply_waivers(waivers, subject_, scope_.now, verdict_.findings);
    verdict_.decision = decide(verdict_.findings);
    sort_findings(verdict_.findings);
    return std::move(verdict_);
  }

 private:
  void run_artifacts(const Policy& policy, std::vector<Key>* needs) {
    // What such a policy asks of the artifact, `guard` asks of the tree that it will be made from.
    if (subject_.door == Door::guard && !policy.match.paths.empty()) {
      verdict_.rules_inactive += static_cast<std::uint32_t>(policy.rules.size());
      return;
    }
    if (!named_) named_ = named_artifacts(policy.trust->artifact_rules(), scope_);
    for (const NamedArtifact& artifact : *named_) {
      if (artifact.reference && !policy.match.covers_artifact(artifact.reference->name())) continue;
      if (artifact.pending && (needs != nullptr || evidence_ == nullptr)) {
        if (needs != nullptr && !unchanged_) needs->push_back(*artifact.pending);
        for (const Rule& rule : policy.rules) skip(rule);
        continue;
      }
      scope_.artifact = &artifact;
      const std::size_t before = verdict_.findings.size();
      for (const Rule& rule : policy.rules) judge_rule(policy, rule, needs);
      scope_.artifact = nullptr;
      if (!artifact.via.empty()) tell_way(artifact.via, before);
    }
  }

  // Nobody reads from an Application which artifact its Blueprint names.
  void tell_way(const std::string& via, std::size_t from) {
    for (std::size_t i = from; i < verdict_.findings.size(); ++i) {
      std::string& note = verdict_.findings[i].note;
      note += (note.empty() ? "" : "; ") + std::string("named by ") + via;
    }
  }

  // Whether the rule has to wait for evidence. One that asks for none is judged at once: what is
  // left out here would be an allow. What was found may name more that is needed.
  bool waits(const Rule& rule, std::vector<Key>* needs) {
    if (!rule.needs_evidence) return false;
    if (evidence_ == nullptr && (needs == nullptr || unchanged_)) return true;
    if (needs == nullptr) return false;
    bool missing = false;
    for (Key& key : evidence_needed(rule, scope_)) {
      if (evidence_ != nullptr && evidence_->count(key) != 0) continue;
      needs->push_back(std::move(key));
      missing = true;
    }
    return missing;
  }

  void judge_rule(const Policy& policy, const Rule& rule, std::vector<Key>* needs) {
    if (waits(rule, needs)) return skip(rule);
    RuleResult result = evaluate_rule(rule, policy, config_, scope_);
    if (result.passed) ++verdict_.rules_passed;
    if (!result.passed && subject_.operation == Operation::update) ratchet(policy, rule, result);
    for (Finding& finding : result.findings) verdict_.findings.push_back(std::move(finding));
  }

  // Only a verdict that never gets its evidence keeps these.
  void skip(const Rule& rule) {
    ++verdict_.rules_skipped;
    Finding finding;
    finding.rule = rule.id;
    finding.severity = rule.severity;
    finding.status = FindingStatus::skipped;
    finding.effect = Effect::none;
    finding.subject = subject_.id();
    finding.note = unchanged_ ? "not run: content unchanged" : "not run: denied earlier";
    verdict_.findings.push_back(std::move(finding));
  }

  // Design §7, first row: what the stored object already broke must not wedge its controllers.
  void ratchet(const Policy& policy, const Rule& rule, RuleResult& result) {
    // What the old object named was not gathered.
    if (!subject_.old.present() || rule.needs_evidence || scope_.artifact != nullptr) return;
    Subject stored = subject_;
    stored.object = subject_.old;
    Scope scope = scope_;
    scope.subject = &stored;
    descents_.find_places(stored.object);
    const RuleResult before = evaluate_rule(rule, policy, config_, scope);
    for (Finding& finding : result.findings) {
      if (finding.status != FindingStatus::fail || finding.effect != Effect::deny) continue;
      const bool had =
          std::any_of(before.findings.begin(), before.findings.end(), [&](const Finding& other) {
            return other.status == finding.status && other.path == finding.path &&
                   other.found == finding.found && other.expected == finding.expected &&
                   other.effect == finding.effect;
          });
      // Nor can this request change anything that was there before.
      const bool adds_only = subject_.subresource == kube::kEphemeralContainers;
      if (!had || !(unchanged_ || adds_only || cannot_change(finding.path))) continue;
      finding.effect = Effect::warn;
      finding.note = "the stored object has this already";
    }
  }

  const Config& config_;
  const Subject& subject_;
  const EvidenceMap* evidence_;
  Descents descents_;
  Scope scope_;
  bool unchanged_ = false;
  std::optional<std::vector<NamedArtifact>> named_;  ///< By the subject; found when first asked.
  Verdict verdict_;
};

}  // namespace

Verdict judge_by(const Policy& policy, const Config& config, const Subject& subject, TimePoint now,
                 const EvidenceOf& found) {
  EvidenceMap evidence;
  for (std::size_t round = 0; round <= limits::kEvidenceGraphDepth; ++round) {
    std::vector<Key> needs;
    // What is found is made up, so it is asked for even where nothing is configured that has it.
    SetJudge judge(config, policy.source.paths.get(), subject, now, found ? &evidence : nullptr);
    judge.run(policy, found ? &needs : nullptr);
    if (needs.empty()) return judge.finish({});
    for (const Key& key : needs) evidence.emplace(key, found(key));
  }
  SetJudge judge(config, policy.source.paths.get(), subject, now, &evidence);
  judge.run(policy, nullptr);
  return judge.finish({});
}

Verdict PolicySet::judge(const Subject& subject, TimePoint now, const EvidenceMap* evidence,
                         std::vector<Key>* needs) const {
  SetJudge judge(config(), paths_.get(), subject, now, evidence);
  if (subject.nature != Nature::object) {
    judge.run(with_paths_, needs);
    return judge.finish(waivers_);
  }
  if (is_artifact(subject)) {
    judge.run(about_artifacts_, needs);
    return judge.finish(waivers_);
  }
  const auto at = by_kind_.find(subject.group + "/" + subject.kind);
  if (at != by_kind_.end()) judge.run(at->second, needs);
  return judge.finish(waivers_);
}

}  // namespace portreeve::policies
