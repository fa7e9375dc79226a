#include "webhook/decide.h"

#include <exception>
#include <utility>

#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "webhook/answer.h"

namespace portreeve::webhook {
namespace {

// One member of a log line; untrusted text is cut, and escaped by the JSON writer.
void field(std::string& out, std::string_view key, std::string_view value) {
  out += ",\"";
  out += key;
  out += "\":";
  json::append_string(out, value.size() <= limits::kQuotedBytes
                               ? value
                               : std::string_view(utf8::printable(value, limits::kQuotedBytes)));
}

void append_findings(std::string& out, const Verdict& verdict) {
  out += ",\"findings\":[";
  bool first = true;
  std::size_t left = 0;
  for (const Finding& finding : verdict.findings) {
    if (finding.status == FindingStatus::pass || finding.status == FindingStatus::skipped) continue;
    if (out.size() > limits::kLogLineBytes - 2048) {
      ++left;
      continue;
    }
    out += first ? "{\"rule\":" : ",{\"rule\":";
    first = false;
    json::append_string(out, finding.rule);
    field(out, "status", to_string(finding.status));
    field(out, "effect", to_string(finding.effect));
    if (finding.path.has_value()) field(out, "path", *finding.path);
    if (!finding.found.empty()) field(out, "found", finding.found);
    if (!finding.waiver.empty()) field(out, "waiver", finding.waiver);
    if (finding.observed) out += ",\"observed\":true";
    out += '}';
  }
  out += ']';
  if (left > 0) out += ",\"findingsLeftOut\":" + std::to_string(left);
}

std::string begin_line(TimePoint now, std::string_view verdict, std::string_view uid) {
  std::string out = "{\"schema\":\"portreeve.openova.io/decision/v1\",\"time\":\"" +
                    format_time(now) + "\"";
  field(out, "verdict", verdict);
  field(out, "uid", uid);
  return out;
}

std::string log_line(const kube::Review& review, const engine::Assessment& assessment,
                     const Decided& decided) {
  const Subject& subject = review.subject;
  const Digest& policies = assessment.policies->digest();
  std::string out = begin_line(assessment.now, to_string(assessment.verdict.decision), review.uid);
  field(out, "id", decided.id);
  field(out, "key", engine::decision_key(assessment.content, policies, assessment.evidence));
  field(out, "operation", to_string(subject.operation));
  field(out, "group", subject.group);
  field(out, "version", subject.version);
  field(out, "kind", subject.kind);
  field(out, "namespace", subject.name_space);
  field(out, "name", subject.name);
  if (!subject.subresource.empty()) field(out, "subresource", subject.subresource);
  if (!review.request_kind.empty()) field(out, "requestKind", review.request_kind);
  field(out, "user", review.user);
  out += review.dry_run ? ",\"dryRun\":true" : ",\"dryRun\":false";
  field(out, "contentDigest", assessment.content.text());
  field(out, "catalogDigest", assessment.policies->catalog_digest().text());
  field(out, "policiesDigest", policies.text());
  field(out, "profile", assessment.policies->config().profile);
  field(out, "trustRoot", assessment.policies->trust().trust_root_digest().text());
  if (!assessment.verdict.scope.empty()) field(out, "scope", assessment.verdict.scope);
  append_findings(out, assessment.verdict);
  return out + "}";
}

TimePoint wall_clock() { return SystemClock().now(); }

// A refusal is looked up by its id like any other decision.
Decided refuse(std::string uid, engine::Cause cause, std::string_view message, std::string id) {
  Decided out;
  out.cause = cause;
  out.uid = std::move(uid);
  out.id = std::move(id);
  const bool undecided = engine::outlet(cause).code >= 500;
  out.verdict.decision = undecided ? Decision::undecided : Decision::deny;
  out.body = out.uid.empty() ? utf8::printable(message, limits::kDenialBytes) + "\n"
                             : kube::write_answer(refusal(out.uid, cause, message, out.id));
  out.log_line = begin_line(wall_clock(), to_string(out.verdict.decision), out.uid);
  if (!out.id.empty()) field(out.log_line, "id", out.id);
  field(out.log_line, "error", utf8::printable(message, limits::kQuotedBytes));
  out.log_line += '}';
  return out;
}

Decided decided_on(const kube::Review& review, const engine::Assessment& assessment) {
  Decided out;
  out.cause = cause_of(assessment.verdict);
  out.uid = review.uid;
  out.id = engine::decision_id(review.uid, assessment.content, assessment.policies->digest());
  out.body = kube::write_answer(answer_for(review.uid, assessment, out.id));
  if (out.body.size() > limits::kAnswerBytes) {
    return refuse(review.uid, engine::Cause::internal, "the answer is larger than its limit",
                  out.id);
  }
  out.log_line = log_line(review, assessment, out);
  out.verdict = assessment.verdict;
  return out;
}

}  // namespace

void decide_subject(const engine::Engine& engine, std::shared_ptr<const kube::Review> review,
                    engine::Deadline deadline, std::function<void(Decided)> done) {
  // The subject lives inside the review, which keeps its documents.
  std::shared_ptr<const Subject> subject(review, &review->subject);
  engine.assess(std::move(subject), deadline,
                [review, done = std::move(done)](engine::Assessment assessment) {
                  Decided decided;
                  try {
                    decided = decided_on(*review, assessment);
                  } catch (const std::exception& error) {
                    decided = refuse(review->uid, engine::Cause::internal, error.what(), "");
                  }
                  done(std::move(decided));
                });
}

namespace {

// Reads the review, or says what is answered instead. What is thrown here ends here, so that nobody
// is answered twice.
std::shared_ptr<kube::Review> read(std::string text, MemoryBudget* budget,
                                   const Digest& policies, Decided& refused) {
  try {
    kube::ReviewOrError read = kube::read_review(std::move(text), budget);
    if (auto* review = std::get_if<kube::Review>(&read)) {
      return std::make_shared<kube::Review>(std::move(*review));
    }
    auto& bad = std::get<kube::BadReview>(read);
    engine::Cause cause = engine::cause_of_input(bad.error);
    if (bad.uid.empty() && cause == engine::Cause::malformed) {
      cause = engine::Cause::misconfigured;  // Nobody to answer: the call itself is in error.
    }
    std::string id = bad.uid.empty() ? "" : engine::decision_id(bad.uid, Digest(), policies);
    refused = refuse(std::move(bad.uid), cause, bad.error.message, std::move(id));
  } catch (const std::bad_alloc&) {
    refused = refuse("", engine::Cause::overloaded, "out of memory", "");
  } catch (const std::exception& error) {
    refused = refuse("", engine::Cause::internal, error.what(), "");
  }
  return nullptr;
}

}  // namespace

void decide(const engine::Engine& engine, MemoryBudget* budget, std::string text,
            engine::Deadline deadline, std::function<void(Decided)> done) {
  Decided refused;
  std::shared_ptr<kube::Review> review = read(std::move(text), budget, engine.policies()->digest(), refused);
  if (review == nullptr) {
    done(std::move(refused));
  } else {
    decide_subject(engine, std::move(review), deadline, std::move(done));
  }
}

Decided unlogged(const Decided& decided, std::string_view why) {
  return refuse(decided.uid, engine::Cause::undecided_limit,
                "the decision could not be recorded: " + std::string(why), decided.id);
}

}  // namespace portreeve::webhook
