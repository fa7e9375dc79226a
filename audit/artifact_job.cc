#include "audit/artifact_job.h"

#include <algorithm>
#include <optional>

#include "audit/candidates.h"
#include "audit/followed.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "policies/artifact_subject.h"
#include "policies/chart_facts.h"
#include "policies/rendered_images.h"

namespace portreeve::audit {
namespace {

using policies::EvidenceScope;
using policies::ResolvedArtifact;

constexpr Milliseconds kTime{180'000};  ///< For one artifact; a registry has its own limits.

const Evidence* find_section(const EvidenceMap& evidence, std::string_view section) {
  for (const auto& [key, value] : evidence) {
    if (key.section == section) return &value;
  }
  return nullptr;
}

std::shared_ptr<const Subject> subject_of(const std::string& reference) {
  std::string text = R"({"apiVersion":)";
  json::append_string(text, std::string(policies::kArtifactGroup) + "/v1alpha1");
  text += R"(,"kind":)";
  json::append_string(text, policies::kArtifactKind);
  text += R"(,"reference":)";
  json::append_string(text, reference);
  text += "}";
  Result<DocumentPtr> document = json::parse(text, json::review_limits(), nullptr);
  auto out = std::make_shared<Subject>();
  out->door = Door::audit;
  out->group = policies::kArtifactGroup;
  out->version = "v1alpha1";
  out->kind = policies::kArtifactKind;
  out->name = reference;
  out->called = "oci:" + reference;
  if (!document.ok()) return out;
  out->document = std::move(document).value();
  out->object = out->document->root();
  return out;
}

class ArtifactJob final : public Job {
 public:
  ArtifactJob(const Session& session, SourcePtr source, ArtifactTarget target, Reference reference)
      : session_(session),
        source_(std::move(source)),
        target_(std::move(target)),
        reference_(std::move(reference)),
        deadline_(engine::Deadline::in(kTime, session.clock())),
        images_(session, source_) {}

  void start(std::function<void()> done) override;
  report::SubjectReport finish(Proposals& proposals) override;

 private:
  Key artifact_key() const;
  bool was_asked() const;
  void list(std::function<void()> done);
  void resolve(std::function<void()> done);
  void follow(std::function<void()> done);
  void followed(std::function<void()> done);
  bool follows() const noexcept { return target_.image || session_.options().images; }
  const policies::ChartFacts* chart() const;
  const policies::RenderFacts* render() const;
  void add_tree(report::SubjectReport& out, Proposals& proposals);
  const Evidence* artifact_evidence() const;
  const ResolvedArtifact* resolved() const;
  std::optional<Error> unresolved() const;
  void judge_unread(const Error& why, Verdict& verdict) const;
  void judge_unasked(const CandidateTable& table, Verdict& verdict) const;
  std::string subject_text() const;
  void rename(Verdict& verdict) const;

  const Session& session_;
  const SourcePtr source_;
  const ArtifactTarget target_;
  const Reference reference_;
  engine::Deadline deadline_;
  engine::Assessment assessment_;
  bool asked_ = false;  ///< Some rule had a question.
  EvidenceMap listed_;  ///< Of the listing.
  EvidenceMap contents_;  ///< Of keys_of_contents().
  ImageJobs images_;
};

Key ArtifactJob::artifact_key() const {
  EvidenceScope scope;
  scope.trust = session_.policies().trust().id();
  return Key{"artifact", reference_.text(), scope.text()};
}

// A rule that needed nothing and said nothing has not asked either: absence of a question is no
// answer.
bool ArtifactJob::was_asked() const {
  if (!assessment_.verdict.gated) return false;
  if (!assessment_.gathered.empty()) return true;
  return std::any_of(assessment_.verdict.findings.begin(), assessment_.verdict.findings.end(),
                     [](const Finding& finding) { return finding.effect == Effect::deny; });
}

void ArtifactJob::start(std::function<void()> done) {
  deadline_ = engine::Deadline::in(kTime, session_.clock());
  source_->engine->assess(subject_of(reference_.text()), deadline_,
                          [this, done = std::move(done)](engine::Assessment assessment) {
                            assessment_ = std::move(assessment);
                            asked_ = was_asked();
                            if (asked_) return follow(done);
                            resolve(done);
                          });
}

void ArtifactJob::resolve(std::function<void()> done) {
  const Key key = artifact_key();
  source_->evidence->gatherer().gather({key}, deadline_,
                                       [this, done = std::move(done)](EvidenceMap evidence) {
                                         assessment_.gathered = std::move(evidence);
                                         list(done);
                                       });
}

void ArtifactJob::list(std::function<void()> done) {
  const ResolvedArtifact* const artifact = resolved();
  if (artifact == nullptr) return done();
  if (target_.image) return follow(std::move(done));
  EvidenceScope scope;
  scope.trust = session_.policies().trust().id();
  const Key key{"signers", artifact->name + "@" + artifact->digest.text(), scope.text()};
  source_->evidence->gatherer().gather({key}, deadline_,
                                       [this, done = std::move(done)](EvidenceMap evidence) {
                                         listed_ = std::move(evidence);
                                         follow(done);
                                       });
}

void ArtifactJob::follow(std::function<void()> done) {
  if (!follows()) return done();
  std::vector<Key> keys = keys_of_contents(session_, reference_, !target_.image);
  keys.push_back(artifact_key());
  source_->evidence->gatherer().gather(keys, deadline_,
                                       [this, done = std::move(done)](EvidenceMap evidence) {
                                         contents_ = std::move(evidence);
                                         followed(done);
                                       });
}

void ArtifactJob::followed(std::function<void()> done) {
  const policies::RenderFacts* const rendered = render();
  if (rendered == nullptr) return done();
  images_.start(policies::rendered_images(*rendered), std::move(done));
}

const policies::ChartFacts* ArtifactJob::chart() const {
  const Evidence* const evidence = find_section(contents_, "chart");
  const auto* const facts =
      evidence == nullptr ? nullptr : policies::value_of<policies::ChartFacts>(*evidence);
  return facts == nullptr || facts->reading.chart == nullptr ? nullptr : facts;
}

const policies::RenderFacts* ArtifactJob::render() const {
  const Evidence* const evidence = find_section(contents_, "render");
  const auto* const facts =
      evidence == nullptr ? nullptr : policies::value_of<policies::RenderFacts>(*evidence);
  const bool rendered =
      facts != nullptr && facts->outcome == policies::RenderFacts::Outcome::rendered;
  return rendered ? facts : nullptr;
}

void ArtifactJob::add_tree(report::SubjectReport& out, Proposals& proposals) {
  if (!follows()) return;
  const std::string state = asked_ ? std::string(to_string(decide(out.verdict.findings)))
                                   : std::string("no policy asks about it");
  const ResolvedArtifact* const artifact = resolved();
  if (artifact == nullptr) {
    const std::optional<Error> why = unresolved();
    const std::string cause = why ? why->message : "it could not be resolved";
    out.tree.push_back({"image", subject_text(),
                        "not looked at: " + utf8::printable(cause, limits::kQuotedBytes)});
    return;
  }
  std::vector<report::TreeNode> children = sbom_nodes(contents_, reference_);
  const policies::ChartFacts* const facts = chart();
  if (facts == nullptr) {
    report::TreeNode node{"image", subject_text(), state};
    node.children = std::move(children);
    node.notes.push_back(artifact->digest.text());
    out.tree.push_back(std::move(node));
    return;
  }
  if (render() == nullptr) {
    const Evidence* const evidence = find_section(contents_, "render");
    const auto* const absent = evidence == nullptr ? nullptr : std::get_if<Absent>(evidence);
    out.verdict.findings.push_back(images_unknown(
        subject_text(), absent != nullptr ? absent->reason.message : "the chart does not render"));
  }
  for (report::TreeNode& node : images_.finish(out.verdict, proposals))
    children.push_back(std::move(node));
  out.tree.push_back(chart_node(session_, facts->reading.chart->name, facts->reading.chart->version,
                                state + ", " + artifact->digest.text(), std::move(children)));
}

// A rule that asks for SBOMs alone names no artifact; who follows it does.
const Evidence* ArtifactJob::artifact_evidence() const {
  const Evidence* const evidence = find_section(assessment_.gathered, "artifact");
  return evidence != nullptr ? evidence : find_section(contents_, "artifact");
}

const ResolvedArtifact* ArtifactJob::resolved() const {
  const Evidence* const evidence = artifact_evidence();
  return evidence == nullptr ? nullptr : policies::value_of<ResolvedArtifact>(*evidence);
}

std::optional<Error> ArtifactJob::unresolved() const {
  const Evidence* const evidence = artifact_evidence();
  if (evidence == nullptr) return std::nullopt;
  const auto* const absent = std::get_if<Absent>(evidence);
  return absent == nullptr ? std::nullopt : std::optional<Error>(absent->reason);
}

std::string ArtifactJob::subject_text() const {
  const ResolvedArtifact* const artifact = resolved();
  if (!target_.named) return target_.text;
  if (artifact == nullptr) return "oci:" + reference_.text();
  return "oci:" + artifact->name + "@" + artifact->digest.text();
}

// Nobody should look for a name that was made up.
void ArtifactJob::rename(Verdict& verdict) const {
  const std::string subject = subject_text();
  const std::string made_up = "oci:" + reference_.name();
  for (Finding& finding : verdict.findings) {
    const bool object = finding.subject == "oci:" + reference_.text();
    const bool unnamed = !target_.named && finding.subject.compare(0, made_up.size(), made_up) == 0;
    if (object || unnamed) finding.subject = subject;
    if (!target_.named && finding.found.find(policies::kUnnamed) != std::string::npos) {
      // Whom its name would have to be covered by cannot be known.
      finding.status = FindingStatus::undecided;
      finding.found = "an artifact without a name: no authority's repositories can cover it";
      finding.fix = "say what it is called with --name HOST/REPOSITORY";
    }
  }
}

// What the rules made of evidence about nothing is no verdict; what they said without evidence is.
void ArtifactJob::judge_unread(const Error& why, Verdict& verdict) const {
  auto& findings = verdict.findings;
  findings.erase(std::remove_if(findings.begin(), findings.end(),
                                [&](const Finding& finding) {
                                  const policies::Rule* const rule =
                                      session_.policies().find_rule(finding.rule);
                                  return rule != nullptr && rule->needs_evidence;
                                }),
                 findings.end());
  const Verdict unread = unreadable(target_.text, why).verdict;
  findings.insert(findings.end(), unread.findings.begin(), unread.findings.end());
  verdict.gated = true;
  verdict.scope.clear();
}

void ArtifactJob::judge_unasked(const CandidateTable& table, Verdict& verdict) const {
  Finding finding;
  finding.rule = "audit/who-signed";
  finding.severity = Severity::high;
  finding.status = FindingStatus::undecided;
  finding.subject = subject_text();
  finding.message = "undecided: no policy, authority or key says whose signature is wanted";
  finding.expected = "an --authority, a --key, or a policy about artifacts that covers it";
  const std::size_t signers = table.signers().size();
  if (signers > 0) {
    finding.found = std::to_string(signers) +
                    (signers == 1 ? " signature that verifies" : " signatures that verify") +
                    " under the trust root";
    finding.fix = "review the Authority that is proposed and give it with --authority";
  } else {
    finding.found = "nothing that verifies under the trust root";
    finding.fix =
        "give the signer's key with --key, its Authority with --authority, its trust root "
        "with --trusted-root";
    if (!table.incomplete()) {
      finding.note =
          "a plain copy of an artifact leaves its signatures behind: say where they are "
          "with `signatures` or `layouts` of a Registry";
    }
  }
  if (table.incomplete()) {
    finding.note = "something could not be looked at: " +
                   utf8::printable(table.incomplete()->message, 2 * limits::kQuotedBytes);
  }
  if (const ResolvedArtifact* const artifact = resolved()) finding.evidence = {artifact->digest};
  verdict.findings.push_back(std::move(finding));
  verdict.gated = true;
  verdict.scope.clear();
}

report::SubjectReport ArtifactJob::finish(Proposals& proposals) {
  report::SubjectReport out;
  out.subject = subject_text();
  out.origin = target_.named ? target_.text : "";
  out.verdict = std::move(assessment_.verdict);
  CandidateTable table(session_, *source_, reference_);
  table.add(assessment_.gathered);
  table.add(listed_);
  rename(out.verdict);
  const std::optional<Error> unread = unresolved();
  if (unread) {
    judge_unread(*unread, out.verdict);
  } else if (!asked_ && target_.image) {
    // Nobody asks about it; it stands in the tree of what brought it.
    out.verdict.gated = false;
  } else if (!asked_) {
    judge_unasked(table, out.verdict);
    for (const verifiers::SignatureClaim& claim : table.signers()) {
      proposals.add(claim, target_.named ? reference_.name() : "");
    }
  }
  table.write(out);
  add_tree(out, proposals);
  out.verdict.decision = decide(out.verdict.findings);
  sort_findings(out.verdict.findings);
  return out;
}

}  // namespace

JobPtr artifact_job(const Session& session, SourcePtr source, ArtifactTarget target) {
  Result<Reference> reference = Reference::parse(target.reference, ShortNames::refuse);
  // The caller made the text from a reference.
  if (!reference.ok()) return nullptr;
  return std::make_unique<ArtifactJob>(session, std::move(source), std::move(target),
                                       std::move(reference).value());
}

}  // namespace portreeve::audit
