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
#include "kube/images.h"

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

// The one subresource that makes a node pull what the Pod did not name before; its object is the Pod.
bool adds_containers(const Subject& subject) noexcept {
  return subject.subresource == kube::kEphemeralContainers && subject.resource == "pods" &&
         subject.resource_group.empty() && subject.group.empty() && subject.kind == "Pod";
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
  if (!subject.subresource.empty() && !(adds_containers(subject) && coverage == Coverage::gated)) {
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

// Where there is not even memory for the words, there is none for an allow either.
void fail(Assessment& assessment, const Subject& subject, std::string_view what,
          const char* rule) noexcept {
  try {
    assessment.verdict = broken(subject, what, rule);
  } catch (...) {
    assessment.verdict = Verdict{};
    assessment.verdict.decision = Decision::undecided;
  }
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
  const std::string_view source = subject.document ? subject.document->source() : std::string_view();
  assessment.content = Digest(crypto::sha256(kube::content_form(content, source)));
  if (std::optional<Verdict> verdict = outside(*assessment.policies, subject)) {
    assessment.verdict = std::move(*verdict);
    return;
  }
  assessment.verdict = judge(*assessment.policies, subject, assessment.now, nullptr, &needs);
  const bool denied_earlier =
      subject.door == Door::admission && assessment.verdict.decision == Decision::deny;
  if (denied_earlier) needs.clear();
}

/// An assessment that waits for evidence.
struct Waiting {
  const Gatherer* gatherer = nullptr;
  std::shared_ptr<const Subject> subject;
  Deadline deadline;
  Assessment assessment;
  Engine::Done done;
  EvidenceMap evidence;    ///< All of the rounds so far.
  std::size_t rounds = 0;  ///< Begun.
};

// Judges by what there is. `needs`: what that made known to be needed too; where the chain is longer,
// or the keys are more, than one decision may ask for, it is cut off and what is missing undecided.
void judge_gathered(Waiting& waiting, EvidenceMap found, std::vector<Key>& needs) {
  Assessment& assessment = waiting.assessment;
  waiting.evidence.merge(std::move(found));
  assessment.evidence = digest_of(waiting.evidence);
  const auto by = [&](std::vector<Key>* wanted) {
    return judge(*assessment.policies, *waiting.subject, assessment.now, &waiting.evidence, wanted);
  };
  const bool last = waiting.rounds >= limits::kEvidenceGraphDepth;
  assessment.verdict = by(last ? nullptr : &needs);
  if (waiting.evidence.size() + needs.size() <= limits::kEvidenceKeys) return;
  needs.clear();
  assessment.verdict = by(nullptr);
}

void gather(const std::shared_ptr<Waiting>& waiting, const std::vector<Key>& needs);

// Nothing may leave this: the gatherer swallows what its caller throws, and then nobody would be
// answered.
void take(const std::shared_ptr<Waiting>& waiting, const std::vector<Key>& asked, EvidenceMap found) {
  std::vector<Key> needs;
  try {
    // What is left out for want of memory would be asked for again.
    const Absent missing{Error{Errc::limit, "out of memory"}};
    for (const Key& key : asked) found.try_emplace(key, missing);
    judge_gathered(*waiting, std::move(found), needs);
  } catch (const std::bad_alloc&) {
    needs.clear();
    fail(waiting->assessment, *waiting->subject, "out of memory", "limit");
  } catch (const std::exception& error) {
    needs.clear();
    fail(waiting->assessment, *waiting->subject, error.what(), "internal");
  }
  if (!needs.empty()) return gather(waiting, needs);
  waiting->assessment.gathered = std::move(waiting->evidence);
  waiting->done(std::move(waiting->assessment));
}

// One round: a Blueprint names an artifact, that names what signs it. Each asks for more than the
// one before, and for nothing twice.
void gather(const std::shared_ptr<Waiting>& waiting, const std::vector<Key>& needs) {
  ++waiting->rounds;
  Gatherer::Done then;
  try {
    then = [waiting, needs](EvidenceMap found) { take(waiting, needs, std::move(found)); };
  } catch (const std::bad_alloc&) {
    fail(waiting->assessment, *waiting->subject, "out of memory", "limit");
    return waiting->done(std::move(waiting->assessment));
  }
  waiting->gatherer->gather(needs, waiting->deadline, std::move(then));
}

}  // namespace

void Engine::assess(std::shared_ptr<const Subject> subject, Deadline deadline, Done done) const {
  Assessment assessment;
  assessment.policies = state_->policies.get();
  assessment.now = state_->clock->now();
  std::vector<Key> needs;
  std::shared_ptr<Waiting> waiting;
  try {
    first_pass(*subject, assessment, needs);
    if (!needs.empty() && state_->gatherer == nullptr) {
      assessment.verdict = broken(*subject, "no evidence can be gathered here", "internal");
      needs.clear();
    }
    if (!needs.empty()) waiting = std::make_shared<Waiting>();
  } catch (const std::bad_alloc&) {
    fail(assessment, *subject, "out of memory", "limit");
    needs.clear();
  } catch (const std::exception& error) {
    fail(assessment, *subject, error.what(), "internal");
    needs.clear();
  }
  if (needs.empty()) {
    done(std::move(assessment));
    return;
  }
  waiting->gatherer = state_->gatherer;
  waiting->subject = std::move(subject);
  waiting->deadline = deadline;
  waiting->assessment = std::move(assessment);
  waiting->done = std::move(done);
  gather(waiting, needs);
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
