#include "policies/evaluate.h"

#include <algorithm>
#include <exception>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/artifact_rule.h"

namespace portreeve::policies {
namespace {

bool fails(const Judgement& judgement) noexcept {
  return judgement.kind == Judgement::Kind::violation ||
         judgement.kind == Judgement::Kind::undecided;
}

bool any_fails(const Judgements& judgements) noexcept {
  return std::any_of(judgements.begin(), judgements.end(), fails);
}

void judge(const Requirement& requirement, const Scope& scope, Judgements& out);

// Passes when a member does. If none does, the first one's words are given; one that could not be
// decided might have passed, so then nothing is decided.
void judge_any(const Requirement& requirement, const Scope& scope, Judgements& out) {
  const Judgement* undecided = nullptr;
  std::vector<Judgements> said(requirement.members.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    judge(requirement.members[i], scope, said[i]);
    if (!any_fails(said[i])) {
      out.append(said[i]);
      return;
    }
  }
  for (const Judgements& member : said) {
    const bool violated = std::any_of(member.begin(), member.end(), [](const Judgement& j) {
      return j.kind == Judgement::Kind::violation;
    });
    if (violated) continue;
    for (const Judgement& judgement : member) {
      if (judgement.kind == Judgement::Kind::undecided) undecided = &judgement;
    }
  }
  if (undecided != nullptr) {
    out.push_back(*undecided);
  } else {
    out.append(said[0]);
  }
}

void judge_none(const Requirement& requirement, const Scope& scope, Judgements& out) {
  for (const Requirement& member : requirement.members) {
    Judgements said;
    judge(member, scope, said);
    const auto undecided = std::find_if(said.begin(), said.end(), [](const Judgement& j) {
      return j.kind == Judgement::Kind::undecided;
    });
    const bool violated = std::any_of(said.begin(), said.end(), [](const Judgement& j) {
      return j.kind == Judgement::Kind::violation;
    });
    if (violated) continue;
    if (undecided != said.end()) {
      out.push_back(*undecided);
      continue;
    }
    Judgement judgement;
    judgement.anchor = scope.bindings.empty() ? scope.subject->object : scope.bindings.back().value;
    judgement.expected = "none of the conditions to hold";
    judgement.found = "one that holds (" + member.check_name + ")";
    out.push_back(std::move(judgement));
  }
}

void judge(const Requirement& requirement, const Scope& scope, Judgements& out) {
  switch (requirement.kind) {
    case Requirement::Kind::check:
      requirement.check.judge(scope, out);
      return;
    case Requirement::Kind::all:
      for (const Requirement& member : requirement.members) judge(member, scope, out);
      return;
    case Requirement::Kind::any:
      judge_any(requirement, scope, out);
      return;
    case Requirement::Kind::none:
      judge_none(requirement, scope, out);
      return;
  }
}

// Judges a rule for each combination of what its `each` binds.
class Bindings {
 public:
  Bindings(const Rule& rule, const Scope& scope) : rule_(rule), scope_(scope) {
    const std::uint64_t nodes =
        std::uint64_t{scope.subject->object.node_count()} + scope.subject->old.node_count() + 1;
    left_ = std::max(kLeast, kNodesInAll / nodes);
  }

  /// False: there are more elements than an object of this size may have.
  template <class Act>
  bool run(const Act& act) {
    return run(0, act);
  }

 private:
  // Each element may look through the whole object: together they stay within so many nodes.
  static constexpr std::uint64_t kNodesInAll = 50'000'000;
  static constexpr std::uint64_t kLeast = 256;

  template <class Act>
  bool run(std::size_t depth, const Act& act) {
    if (depth == rule_.each.size()) {
      act(scope_);
      return true;
    }
    const Each& each = rule_.each[depth];
    if (each.in.many()) {
      std::vector<Value> selected;
      each.in.select_present(scope_, {}, selected);
      for (const Value& value : selected) {
        if (left_-- == 0) return false;
        if (!bind(depth, value, Binding::kByPlace, act)) return false;
      }
      return true;
    }
    const Value collection = each.in.one(scope_);
    if (collection.present() && !collection.is_null() && !collection.is_array() &&
        !collection.is_object()) {
      // Not a list, so it is judged as what it is: nobody gets out of a rule by leaving the brackets out.
      return bind(depth, collection, Binding::kByPlace, act);
    }
    std::uint32_t index = 0;
    for (const Value element : collection) {
      if (left_-- == 0) return false;
      if (!bind(depth, element, index++, act)) return false;
    }
    return true;
  }

  template <class Act>
  bool bind(std::size_t depth, const Value& value, std::uint32_t index, const Act& act) {
    scope_.bindings.push_back({rule_.each[depth].name, value, index});
    const bool within = run(depth + 1, act);
    scope_.bindings.pop_back();
    return within;
  }

  const Rule& rule_;
  Scope scope_;
  std::uint64_t left_ = 0;
};

// What keeps a rule from being judged is no verdict on the object, and no allow.
Judgement cannot_decide(const Scope& scope, std::string why) {
  Judgement judgement;
  judgement.kind = Judgement::Kind::undecided;
  judgement.anchor = scope.subject->object;
  judgement.detail = std::move(why);
  return judgement;
}

void judge_bound(const Rule& rule, const Scope& scope, Judgements& out) {
  if (rule.when.has_value()) {
    const Truth truth = rule.when->truth(scope);
    if (truth.no()) return;
    if (truth.kind == Truth::Kind::unknown) {
      out.push_back(cannot_decide(scope, truth.reason));
      return;
    }
  }
  judge(rule.requirement, scope, out);
}

Judgement broke(const Scope& scope, std::string_view what) {
  return cannot_decide(scope, "evaluation error: " + utf8::printable(what, limits::kQuotedBytes));
}

// Nobody may get out of a policy about artifacts by naming one that cannot be read.
Judgement unknown_artifact(const NamedArtifact& artifact) {
  Judgement judgement;
  const bool wrong = artifact.fault->code == Errc::malformed;
  judgement.kind = wrong ? Judgement::Kind::violation : Judgement::Kind::undecided;
  judgement.anchor = artifact.anchor;
  judgement.tail = artifact.tail;
  judgement.expected = "a reference host/repository with a tag or a digest";
  judgement.found = utf8::printable(artifact.text, limits::kQuotedBytes);
  judgement.detail = utf8::printable(artifact.fault->message, limits::kQuotedBytes);
  return judgement;
}

Judgements judge_rule(const Rule& rule, const Scope& scope) {
  Judgements out;
  try {
    if (scope.artifact != nullptr && scope.artifact->fault) {
      out.push_back(unknown_artifact(*scope.artifact));
      return out;
    }
    if (rule.each.empty()) {
      judge_bound(rule, scope, out);
      return out;
    }
    const bool within =
        Bindings(rule, scope).run([&](const Scope& bound) { judge_bound(rule, bound, out); });
    if (!within) {
      out.push_back(
          cannot_decide(scope, "limit: " + rule.each[0].in.text() +
                                   " has more elements than an object of this size may have"));
    }
  } catch (const std::exception& error) {
    out.push_back(broke(scope, error.what()));
  } catch (...) {
    out.push_back(broke(scope, "unknown exception"));
  }
  return out;
}

// Findings ----------------------------------------------------------------------------------------

std::string fill(const std::string& text, const Finding& finding, const Subject& subject) {
  std::string out;
  std::size_t at = 0;
  while (true) {
    const std::size_t open = text.find("{{", at);
    const std::size_t close = open == std::string::npos ? open : text.find("}}", open);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    const std::string name = text.substr(open + 2, close - open - 2);
    if (name == "expected") {
      out += finding.expected;
    } else if (name == "found") {
      out += finding.found;
    } else if (name == "path") {
      out += finding.path.value_or("");
    } else {
      Scope scope;
      scope.subject = &subject;
      const Result<Path> path = Path::compile("object." + name);
      out += path.ok() && !path.value().many() ? show(path.value().one(scope)) : "{{" + name + "}}";
    }
    at = close + 2;
  }
}

// Which of the two documents a value stands in decides what its pointer is relative to.
std::string pointer_of(const Judgement& judgement, const Subject& subject) {
  if (!judgement.anchor.present()) return judgement.tail;
  return pointer_to(subject.object, judgement.anchor, judgement.tail);
}

// Nothing is wrong, and nothing is to be decided.
bool says_only(Judgement::Kind kind) noexcept {
  return kind == Judgement::Kind::note || kind == Judgement::Kind::inactive ||
         kind == Judgement::Kind::skipped;
}

Effect lowered(Effect effect, Effect at_most) noexcept { return std::max(effect, at_most); }

struct Outlet {
  const Rule& rule;
  const Policy& policy;
  const Config& config;
  const Scope& scope;
  const Subject& subject = *scope.subject;

  Effect effect_of(Judgement::Kind kind, bool& observed) const {
    if (says_only(kind)) return Effect::none;
    Effect effect = policy.effect_at(rule, subject.door);
    if (kind == Judgement::Kind::advice) effect = lowered(effect, Effect::warn);
    if (kind == Judgement::Kind::undecided && policy.unsafe_allow_undecided) {
      effect = lowered(effect, Effect::warn);
    }
    if (!config.cut_over(scope.now)) {
      effect = lowered(effect, rule.before_cutover.at(subject.door).value_or(Effect::deny));
    }
    if (config.catalog != 0 && rule.since > config.catalog) effect = lowered(effect, Effect::warn);
    switch (config.stage_of(rule.id, subject.name_space)) {
      case Stage::enforce:
        break;
      case Stage::warn:
        effect = lowered(effect, Effect::warn);
        break;
      case Stage::observe:
        observed = effect == Effect::deny;
        effect = lowered(effect, Effect::report);
        break;
    }
    return effect;
  }

  // What was not judged expects and found nothing that a fix could quote.
  std::string fix_of(const Judgement& judgement, const Finding& finding) const {
    const auto quotes_nothing = [&](const char* name, const std::string& value) {
      return value.empty() && rule.fix.find(name) != std::string::npos;
    };
    const bool blank = judgement.kind == Judgement::Kind::undecided &&
                       (quotes_nothing("{{expected}}", finding.expected) ||
                        quotes_nothing("{{found}}", finding.found));
    return blank ? "put right what keeps it from being decided" : fill(rule.fix, finding, subject);
  }

  Finding finding(const Judgement& judgement) const {
    Finding out;
    out.rule = rule.id;
    out.severity = rule.severity;
    switch (judgement.kind) {
      case Judgement::Kind::violation:
      case Judgement::Kind::advice:
        out.status = FindingStatus::fail;
        break;
      case Judgement::Kind::undecided:
        out.status = FindingStatus::undecided;
        break;
      case Judgement::Kind::note:
        out.status = FindingStatus::pass;
        break;
      case Judgement::Kind::skipped:
        out.status = FindingStatus::skipped;
        break;
      case Judgement::Kind::inactive:
        out.status = FindingStatus::inactive;
        break;
    }
    out.effect = effect_of(judgement.kind, out.observed);
    out.subject = judgement.subject.empty() ? subject.id() : judgement.subject;
    out.evidence = judgement.evidence;
    out.path = pointer_of(judgement, subject);
    out.expected = judgement.expected;
    out.found = judgement.found;
    out.location = judgement.location;
    out.edit = judgement.edit;
    if (says_only(judgement.kind)) {
      out.note = judgement.detail;
      return out;
    }
    out.note = judgement.note;
    out.message = fill(rule.message, out, subject);
    if (judgement.kind == Judgement::Kind::undecided) {
      out.message = "undecided: " + judgement.detail;
    } else if (!judgement.detail.empty()) {
      out.message += " (" + judgement.detail + ")";
    }
    out.fix = judgement.fix.empty() ? fix_of(judgement, out) : judgement.fix;
    return out;
  }
};

void collect_needs(const Requirement& requirement, const Scope& scope, std::vector<Key>& out) {
  if (requirement.check.needs) {
    for (Key& key : requirement.check.needs(scope)) out.push_back(std::move(key));
  }
  for (const Requirement& member : requirement.members) collect_needs(member, scope, out);
}

}  // namespace

std::vector<Key> evidence_needed(const Rule& rule, const Scope& scope) {
  std::vector<Key> out;
  if (scope.artifact != nullptr && scope.artifact->fault) return out;
  const auto collect = [&](const Scope& bound) {
    if (rule.when.has_value() && rule.when->truth(bound).no()) return;
    collect_needs(rule.requirement, bound, out);
  };
  if (rule.each.empty()) {
    collect(scope);
  } else {
    (void)Bindings(rule, scope).run(collect);
  }
  return out;
}

RuleResult evaluate_rule(const Rule& rule, const Policy& policy, const Config& config,
                         const Scope& scope) {
  RuleResult result;
  const Judgements judgements = judge_rule(rule, scope);
  if (judgements.empty()) return result;
  const Outlet outlet{rule, policy, config, scope};
  for (const Judgement& judgement : judgements) {
    if (fails(judgement)) result.passed = false;
    result.findings.push_back(outlet.finding(judgement));
  }
  return result;
}

}  // namespace portreeve::policies
