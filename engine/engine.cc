#include "engine/engine.h"

#include <future>
#include <new>
#include <optional>

#include "core/limits.h"
#include "core/utf8.h"
#include "crypto/hash.h"
#include "engine/gather.h"
#include "engine/snapshot.h"
#include "kube/admission_review.h"

namespace portreeve::engine {
namespace {

using policies::Coverage;
using policies::PolicySet;

// A finding of the gate itself, not of a policy.
Finding gate_finding(const Subject& subject, std::string rule, FindingStatus status) {
  Finding out;
  out.rule = "gate/" + std::move(rule);
  out.severity = Severity::critical;
  out.status = status;
  out.subject = subject.id();
  return out;
}

Verdict verdict_of(Finding finding) {
  Verdict out;
  out.findings.push_back(std::move(finding));
  out.decision = decide(out.findings);
  return out;
}

Verdict not_judged(std::string scope) {
  Verdict out;
  out.decision = Decision::allow;
  out.gated = scope != "not-gated";
  out.scope = std::move(scope);
  return out;
}

Verdict broken(const Subject& subject, std::string_view what, std::string rule) {
  Finding finding = gate_finding(subject, std::move(rule), FindingStatus::undecided);
  finding.message = utf8::printable(what, limits::kQuotedBytes);
  finding.fix = "try again; if it stays, report it with the decision id";
  return verdict_of(std::move(finding));
}

// What stands before all policies: is this ours to judge at all? Our own webhook configuration never
// asks about a subresource or an unknown version, so either is refused and not waved through.
std::optional<Verdict> outside(const PolicySet& policies, const Subject& subject) {
  if (subject.operation == Operation::remove || subject.operation == Operation::connect) {
    Verdict out = not_judged("not-gated");
    out.other_operation = true;
    return out;
  }
  const Coverage coverage = policies.coverage(subject);
  if (!subject.subresource.empty()) {
    if (!policies.gates_group(subject.resource_group)) return not_judged("not-gated");
    if (subject.subresource == "status" && subject.group == subject.resource_group) {
      return not_judged(coverage == Coverage::gated ? "status" : "not-gated");
    }
    Finding finding = gate_finding(subject, "unknown-subresource", FindingStatus::fail);
    finding.message = "no policy knows this subresource of a gated API group";
    finding.found = utf8::printable(subject.resource + "/" + subject.subresource, 128);
    finding.expected = "the object itself, or its status";
    finding.fix = "register the webhook configuration that `portreeve webhook-config` prints";
    return verdict_of(std::move(finding));
  }
  if (coverage == Coverage::not_gated) return not_judged("not-gated");
  if (coverage == Coverage::unknown_version) {
    Finding finding = gate_finding(subject, "unknown-version", FindingStatus::fail);
    finding.path = "/apiVersion";
    finding.message = "no policy knows this version of a gated kind";
    finding.found = utf8::printable(subject.version, 64);
    finding.expected = "a version that a policy names";
    finding.fix = "write the object in a version that the policies know, or extend them";
    return verdict_of(std::move(finding));
  }
  return std::nullopt;
}

Digest digest_of(const EvidenceMap& evidence) {
  if (evidence.empty()) return {};
  crypto::Sha256Stream hash;
  for (const auto& [key, value] : evidence) {
    hash.update(key.text() + "\n");
    if (const auto* fact = std::get_if<Fact>(&value)) {
      hash.update("fact " + fact->digest.text() + "\n");
    } else {
      hash.update("absent " + std::string(to_string(std::get<Absent>(value).reason.code)) + "\n");
    }
  }
  return Digest(hash.finish());
}

Verdict judge(const PolicySet& policies, const Subject& subject, TimePoint now,
              const EvidenceMap* evidence, std::vector<Key>* needs) {
  try {
    return policies.judge(subject, now, evidence, needs);
  } catch (const std::bad_alloc&) {
    return broken(subject, "out of memory", "limit");
  } catch (const std::exception& error) {
    return broken(subject, error.what(), "internal");
  } catch (...) {
    return broken(subject, "unknown exception", "internal");
  }
}

}  // namespace

struct Engine::State {
  explicit State(Options given)
      : policies(std::move(given.policies)), clock(given.clock), gatherer(given.gatherer) {}
  SnapshotHolder<PolicySet> policies;
  const Clock* clock;
  Gatherer* gatherer;
};

Engine::Engine(Options options) : state_(std::make_unique<State>(std::move(options))) {}
Engine::~Engine() = default;

std::shared_ptr<const PolicySet> Engine::policies() const { return state_->policies.get(); }
void Engine::replace(std::shared_ptr<const PolicySet> policies) {
  state_->policies.swap(std::move(policies));
}

namespace {

// Everything that needs no evidence. `needs` is what is still to be gathered.
void first_pass(const Subject& subject, Assessment& assessment, std::vector<Key>& needs) {
  const Value& content = subject.object.present() ? subject.object : subject.old;
  assessment.content = Digest(crypto::sha256(kube::content_form(content)));
  if (std::optional<Verdict> verdict = outside(*assessment.policies, subject)) {
    assessment.verdict = std::move(*verdict);
    return;
  }
  assessment.verdict = judge(*assessment.policies, subject, assessment.now, nullptr, &needs);
  const bool denied_earlier =
      subject.door == Door::admission && assessment.verdict.decision == Decision::deny;
  if (denied_earlier) needs.clear();
}

// With everything gathered. Nothing may leave this: the gatherer swallows what its caller throws, and
// then nobody would be answered.
void second_pass(const Subject& subject, const EvidenceMap& evidence,
                 Assessment& assessment) noexcept {
  try {
    assessment.evidence = digest_of(evidence);
    assessment.verdict =
        judge(*assessment.policies, subject, assessment.now, &evidence, nullptr);
  } catch (const std::exception& error) {
    assessment.verdict = broken(subject, error.what(), "internal");
  }
}

}  // namespace

void Engine::assess(std::shared_ptr<const Subject> subject, Deadline deadline, Done done) const {
  Assessment assessment;
  assessment.policies = state_->policies.get();
  assessment.now = state_->clock->now();
  std::vector<Key> needs;
  try {
    first_pass(*subject, assessment, needs);
    if (!needs.empty() && state_->gatherer == nullptr) {
      assessment.verdict = broken(*subject, "no evidence can be gathered here", "internal");
      needs.clear();
    }
  } catch (const std::bad_alloc&) {
    assessment.verdict = broken(*subject, "out of memory", "limit");
    needs.clear();
  } catch (const std::exception& error) {
    assessment.verdict = broken(*subject, error.what(), "internal");
    needs.clear();
  }
  if (needs.empty()) {
    done(std::move(assessment));
    return;
  }
  state_->gatherer->gather(
      needs, deadline,
      [subject = std::move(subject), done = std::move(done),
       assessment = std::move(assessment)](EvidenceMap evidence) mutable {
        second_pass(*subject, evidence, assessment);
        done(std::move(assessment));
      });
}

Assessment Engine::assess_now(std::shared_ptr<const Subject> subject, Deadline deadline) const {
  std::promise<Assessment> promise;
  std::future<Assessment> future = promise.get_future();
  assess(std::move(subject), deadline,
         [&promise](Assessment assessment) { promise.set_value(std::move(assessment)); });
  return future.get();
}

std::string decision_id(std::string_view uid, const Digest& content, const Digest& policies) {
  crypto::Sha256Stream hash;
  hash.update(uid);
  hash.update("\n" + content.text() + "\n" + policies.text());
  return base32_prefix(Digest(hash.finish()), 20);
}

std::string decision_key(const Digest& content, const Digest& policies, const Digest& evidence) {
  const std::string text = content.text() + "\n" + policies.text() + "\n" + evidence.text();
  return base32_prefix(Digest(crypto::sha256(text)), 20);
}

}  // namespace portreeve::engine
