#include "policies/sbom_check.h"

#include <algorithm>

#include "core/limits.h"
#include "core/time.h"
#include "core/utf8.h"
#include "policies/artifact_rule.h"
#include "policies/sbom_selection.h"

namespace portreeve::policies {
namespace {

void merge(ArtifactSboms& into, const ArtifactSboms& from) {
  for (std::size_t i = 0; i < from.targets.size() && i < into.targets.size(); ++i) {
    ArtifactSboms::Target& target = into.targets[i];
    if (from.targets[i].incomplete && !target.incomplete)
      target.incomplete = from.targets[i].incomplete;
    for (const SbomFact& fact : from.targets[i].sboms) {
      const bool there =
          std::any_of(target.sboms.begin(), target.sboms.end(), [&](const SbomFact& x) {
            return x.digest == fact.digest && x.authority == fact.authority &&
                   x.found == fact.found;
          });
      if (!there) target.sboms.push_back(fact);
    }
  }
}

Result<CompiledCheck> compiled(Fields& with, const DataSet& data, SbomJudge one,
                               SbomsJudge together, Needs more) {
  PORTREEVE_TRY(const std::shared_ptr<const SbomCheck> read, SbomCheck::read(with, data));
  auto check = std::make_shared<SbomCheck>(*read);
  check->one = std::move(one);
  check->together = std::move(together);
  CompiledCheck out;
  out.judge = [check](const Scope& scope, Judgements& said) { check->judge(scope, said); };
  out.needs = [check, more = std::move(more)](const Scope& scope) {
    std::vector<Key> keys = check->needs(scope);
    if (more) {
      for (Key& key : more(scope)) keys.push_back(std::move(key));
    }
    return keys;
  };
  out.asks = check->asks();
  out.about_artifact = true;
  return out;
}

}  // namespace

SbomCheck::Gathered SbomCheck::gather(const Scope& scope,
                                      const std::vector<std::string>& authorities) const {
  Gathered out;
  std::vector<std::string> names = authorities;
  if (names.empty()) names.emplace_back();
  for (const std::string& name : names) {
    const Key wanted = key(*scope.artifact->reference, name);
    if (scope.evidence == nullptr || scope.evidence->find(wanted) == scope.evidence->end()) {
      out.absent = Error{Errc::limit, "the evidence was not gathered"};
      continue;
    }
    const Evidence& evidence = scope.evidence->at(wanted);
    if (const auto* const absent = std::get_if<Absent>(&evidence)) {
      // What could not be looked at outweighs what is not there.
      if (!out.absent || out.absent->code == Errc::not_found) out.absent = absent->reason;
      continue;
    }
    const auto* const found = value_of<ArtifactSboms>(evidence);
    if (found == nullptr) {
      out.absent = Error{Errc::internal, "evidence of another type"};
    } else if (!out.resolved) {
      out.sboms = *found;
      out.resolved = true;
    } else if (found->resolved.digest == out.sboms.resolved.digest) {
      merge(out.sboms, *found);
    } else {
      out.absent = Error{Errc::internal, "two meanings of one reference"};
    }
  }
  return out;
}

std::vector<const SbomFact*> SbomCheck::select(const ArtifactSboms::Target& target) const {
  std::vector<const SbomFact*> out;
  for (const SbomFact& fact : target.sboms) {
    const bool ours = fact.is_signed() && std::find(authorities_.begin(), authorities_.end(),
                                                    fact.authority) != authorities_.end();
    if (!ours && !unsigned_too_) continue;
    // One that cannot be read may be of any format.
    if (fact.inventory != nullptr && !formats_.empty() &&
        formats_.count(sbom::family_of(fact.inventory->document().format)) == 0) {
      continue;
    }
    out.push_back(&fact);
  }
  if (which_ != WhichSbom::newest || out.empty()) return out;
  const auto age = [](const SbomFact* fact) {
    if (fact->inventory == nullptr) return TimePoint{};
    const auto time = parse_time(fact->inventory->document().created.view());
    return time.ok() ? time.value() : TimePoint{};
  };
  const auto newest =
      *std::max_element(out.begin(), out.end(),
                        [&](const SbomFact* a, const SbomFact* b) { return age(a) < age(b); });
  return {newest};
}

void SbomCheck::say_absent(const ArtifactSboms::Target& target, SbomProblems& out) const {
  std::size_t unsigned_ones = 0;
  std::string where;
  for (const SbomFact& fact : target.sboms) {
    if (fact.is_signed()) continue;
    if (unsigned_ones++ == 0) where = fact.text();
  }
  std::string found = unsigned_ones == 0 ? "none" : "none that anybody we trust signed";
  if (unsigned_ones != 0) {
    found += "; " + count_words(unsigned_ones, "SBOM is", "SBOMs are") + " there: " + where;
  }
  if (!target.platform.empty()) found += " (platform " + utf8::printable(target.platform, 64) + ")";
  if (target.incomplete) {
    return out.unknown(wanted(), "none so far; something could not be looked at",
                       utf8::printable(target.incomplete->message, limits::kQuotedBytes));
  }
  out.violation(wanted(), std::move(found));
}

SbomProblems SbomCheck::judge_one(const Scope& scope, const ArtifactSboms& all,
                                  const ArtifactSboms::Target& target, const SbomFact& fact) const {
  SbomProblems out(messages_);
  if (fact.inventory == nullptr) {
    const Error why = fact.refused.value_or(Error{Errc::internal, "no document"});
    out.unknown("an SBOM that can be read", fact.text(),
                utf8::printable(why.message, limits::kQuotedBytes * 2));
    return out;
  }
  one(SbomView{scope, all, target, fact, *fact.inventory, fact.inventory->document()}, out);
  return out;
}

SbomProblems SbomCheck::judge_target(const Scope& scope, const ArtifactSboms& all,
                                     const ArtifactSboms::Target& target) const {
  const std::vector<const SbomFact*> selected = select(target);
  SbomProblems out(messages_);
  if (together) {
    together(scope, all, target, selected, out);
    if (!out.good() && target.incomplete) {
      SbomProblems open(messages_);
      open.unknown(wanted(), "not enough so far; something could not be looked at",
                   utf8::printable(target.incomplete->message, limits::kQuotedBytes));
      return open;
    }
    return out;
  }
  if (selected.empty()) {
    say_absent(target, out);
    return out;
  }
  for (const SbomFact* const fact : selected) {
    const SbomProblems here = judge_one(scope, all, target, *fact);
    if (which_ == WhichSbom::any && here.good()) return here;
    for (SbomProblem problem : here.list()) {
      if (selected.size() > 1) problem.found += " (" + fact->text() + ")";
      out.add(std::move(problem));
    }
    if (here.left_out() != 0) {
      out.note(count_words(here.left_out(), "more place", "more places") + " of the same kind");
    }
  }
  // With `all`, one that was not seen may be a bad one.
  if (out.good() && which_ == WhichSbom::all && target.incomplete) {
    out.unknown(wanted() + ", every one of them good",
                "good so far; something could not be looked at",
                utf8::printable(target.incomplete->message, limits::kQuotedBytes));
  }
  return out;
}

void SbomCheck::write(const Scope& scope, const ArtifactSboms& all,
                      const ArtifactSboms::Target& target, const SbomProblems& problems,
                      Judgements& out) const {
  std::string more;
  for (const SbomProblem& problem : problems.list()) {
    if (problem.kind == Judgement::Kind::note && !problems.good()) more += problem.detail + " ";
  }
  if (problems.left_out() != 0) {
    more += count_words(problems.left_out(), "more place", "more places") + " of the same kind";
  }
  for (const SbomProblem& problem : problems.list()) {
    if (problem.kind == Judgement::Kind::note && !problems.good()) continue;
    Judgement judgement;
    judgement.kind = problem.kind;
    judgement.anchor = scope.artifact->anchor;
    judgement.subject = "oci:" + all.resolved.name + "@" + all.resolved.digest.text();
    judgement.evidence = {target.digest};
    judgement.expected = problem.expected;
    judgement.found = problem.found;
    judgement.detail = problem.detail;
    if (&problem == &problems.list().front() && problem.kind != Judgement::Kind::note) {
      judgement.note = more;
    }
    out.push_back(std::move(judgement));
  }
}

void SbomCheck::judge(const Scope& scope, Judgements& out) const {
  if (scope.artifact == nullptr || !scope.artifact->reference) return;
  const Reference& reference = *scope.artifact->reference;
  const std::vector<std::string> authorities = covering(reference);
  Judgement judgement;
  judgement.anchor = scope.artifact->anchor;
  judgement.subject = "oci:" + reference.text();
  judgement.expected = wanted();
  if (authorities.empty() && !unsigned_too_) {
    judgement.found = "none of these authorities is trusted for " + reference.name();
    out.push_back(std::move(judgement));
    return;
  }
  const Gathered gathered = gather(scope, authorities);
  if (!gathered.resolved || (gathered.absent && gathered.absent->code != Errc::not_found)) {
    const Error why = gathered.absent.value_or(Error{Errc::internal, "no evidence"});
    const bool there_is_none = why.code == Errc::not_found;
    judgement.kind = there_is_none ? Judgement::Kind::violation : Judgement::Kind::undecided;
    judgement.found =
        there_is_none ? "no such artifact, or nothing that describes it" : "could not look";
    judgement.detail = utf8::printable(why.message, limits::kQuotedBytes * 2);
    out.push_back(std::move(judgement));
    return;
  }
  std::vector<SbomProblems> results;
  for (const ArtifactSboms::Target& target : gathered.sboms.targets) {
    results.push_back(judge_target(scope, gathered.sboms, target));
    if (platforms_ == Platforms::any_child && results.back().good()) {
      return write(scope, gathered.sboms, target, results.back(), out);
    }
  }
  if (results.empty()) {
    judgement.found = "an index without entries";
    out.push_back(std::move(judgement));
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    write(scope, gathered.sboms, gathered.sboms.targets[i], results[i], out);
  }
}

void SbomProblems::add(SbomProblem problem) {
  const bool bad =
      problem.kind == Judgement::Kind::violation || problem.kind == Judgement::Kind::undecided;
  good_ = good_ && !bad;
  if (list_.size() >= most_) {
    // A violation is never crowded out by anything less.
    const auto less = std::find_if(list_.begin(), list_.end(), [](const SbomProblem& other) {
      return other.kind != Judgement::Kind::violation;
    });
    ++left_out_;
    if (problem.kind != Judgement::Kind::violation || less == list_.end()) return;
    *less = std::move(problem);
    return;
  }
  list_.push_back(std::move(problem));
}

Result<CompiledCheck> compile_sbom_check(Fields& with, const DataSet& data, SbomJudge judge,
                                         Needs more) {
  return compiled(with, data, std::move(judge), {}, std::move(more));
}

Result<CompiledCheck> compile_sboms_check(Fields& with, const DataSet& data, SbomsJudge judge) {
  return compiled(with, data, {}, std::move(judge), {});
}

std::string count_words(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

Result<std::optional<double>> maybe_percent(Fields& with, std::string_view key) {
  const Value value = with.take(key);
  if (!value.present()) return std::optional<double>();
  unsigned long percent = 101;
  if (value.is_number() && value.text().size() <= 3 &&
      value.text().find_first_not_of("0123456789") == std::string_view::npos) {
    percent = std::stoul(std::string(value.text()));
  }
  if (percent > 100)
    return with.error(value, std::string(key) + ": expected a percentage, 0 to 100");
  return std::optional<double>(static_cast<double>(percent));
}

}  // namespace portreeve::policies
