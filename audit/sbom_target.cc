// Targets sbom:FILE: a file by itself. Nobody vouches for it and there is no artifact to compare it
// with; both are said, and neither is a verdict on what stands in it. Rules: profile sbom-file.

#include <algorithm>
#include <any>

#include "audit/target.h"
#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "engine/sbom_file.h"
#include "policies/artifact_subject.h"
#include "policies/sbom_summary.h"

namespace portreeve::audit {
namespace {

// A name that nobody can register (RFC 2606): no authority's repositories mean it.
constexpr std::string_view kNamed = "sbom.invalid/file";
constexpr std::string_view kKind = "SbomFile";
constexpr std::size_t kLarge = 8 * limits::kMiB;

std::shared_ptr<const Subject> subject_of(const std::string& text, const std::string& reference) {
  std::string object = R"({"apiVersion":)";
  json::append_string(object, std::string(policies::kArtifactGroup) + "/v1alpha1");
  object += R"(,"kind":)";
  json::append_string(object, kKind);
  object += R"(,"reference":)";
  json::append_string(object, reference);
  object += "}";
  auto out = std::make_shared<Subject>();
  out->door = Door::audit;
  out->group = policies::kArtifactGroup;
  out->version = "v1alpha1";
  out->kind = kKind;
  out->name = text;
  out->called = text;
  Result<DocumentPtr> document = json::parse(object, json::review_limits(), nullptr);
  if (!document.ok()) return out;
  out->document = std::move(document).value();
  out->object = out->document->root();
  return out;
}

Finding said(const std::string& rule, const std::string& subject, std::string message,
             std::string expected, std::string found, std::string fix) {
  Finding out;
  out.rule = rule;
  out.severity = Severity::info;
  out.status = FindingStatus::fail;
  out.effect = Effect::report;
  out.subject = subject;
  out.message = std::move(message);
  out.expected = std::move(expected);
  out.found = std::move(found);
  out.fix = std::move(fix);
  return out;
}

class SbomJob final : public Job {
 public:
  SbomJob(const Session& session, std::shared_ptr<const policies::PolicySet> policies,
          std::string text, std::string file)
      : session_(session),
        policies_(std::move(policies)),
        text_(std::move(text)),
        file_(std::move(file)) {}

  void start(std::function<void()> done) override {
    judge();
    done();
  }
  report::SubjectReport finish(Proposals&) override { return std::move(out_); }

 private:
  void judge() {
    Result<std::string> bytes = read_file(file_, limits::kSbomMostBytes);
    if (!bytes.ok()) {
      out_ = unreadable(text_, bytes.error());
      return;
    }
    if (bytes.value().size() > kLarge)
      session_.tell("reading " + std::to_string(bytes.value().size() / limits::kMiB) + " MiB");
    const engine::SbomFile file = engine::read_sbom_file(
        file_, std::make_shared<const std::string>(std::move(bytes).value()), session_.memory());
    out_.subject = utf8::printable(text_, limits::kQuotedBytes);
    if (file.fact.inventory != nullptr && file.fact.inventory->document().bytes().size() > kLarge)
      session_.tell("judging " + std::to_string(file.fact.inventory->packages().size()) +
                    " packages");
    judge(file);
    add_tree(file);
    out_.verdict.decision = decide(out_.verdict.findings);
    sort_findings(out_.verdict.findings);
  }

  void judge(const engine::SbomFile& file) {
    const std::string reference = std::string(kNamed) + "@" + file.fact.digest.text();
    const auto subject = subject_of(out_.subject, reference);
    policies::ArtifactSboms sboms;
    sboms.resolved.name = kNamed;
    sboms.resolved.digest = file.fact.digest;
    policies::ArtifactSboms::Target target;
    target.digest = file.fact.digest;
    target.digests.manifest = file.fact.digest;
    target.sboms = {file.fact};
    sboms.targets.push_back(std::move(target));
    const auto value = std::make_shared<const std::any>(std::move(sboms));
    EvidenceMap evidence;
    for (std::size_t round = 0; round < limits::kEvidenceGraphDepth; ++round) {
      std::vector<Key> needs;
      out_.verdict = policies_->judge(*subject, session_.clock().now(),
                                      round == 0 ? nullptr : &evidence, &needs);
      if (needs.empty()) break;
      for (Key& key : needs) {
        if (key.section == "sbom") {
          Fact fact;
          fact.provenance = file_;
          fact.digest = file.fact.digest;
          fact.value = value;
          evidence.emplace(std::move(key), std::move(fact));
        } else {
          evidence.emplace(std::move(key),
                           Absent{Error{Errc::not_found, "a file has nothing but its bytes"}});
        }
      }
    }
    for (Finding& finding : out_.verdict.findings) {
      finding.subject = out_.subject;
      finding.path.reset();  // The subject was made up: no field of it is anybody's.
    }
    say_what_it_is_not(file);
  }

  void say_what_it_is_not(const engine::SbomFile& file) {
    auto& findings = out_.verdict.findings;
    findings.push_back(said(
        "audit/sbom-unsigned", out_.subject, "Nobody vouches for this file.",
        "an SBOM that somebody attested",
        file.signed_envelope ? "a signature, which is not verified here" : "no signature",
        "audit the artifact that it belongs to, with oci://, oci-layout: or oci-archive:"));
    std::string about = "no statement, so it names no artifact";
    if (!file.subjects.empty()) {
      about = "a statement about " + utf8::printable(file.subjects.front(), limits::kQuotedBytes);
      if (file.subjects.size() > 1)
        about += " and " + std::to_string(file.subjects.size() - 1) + " more";
    }
    findings.push_back(said(
        "audit/sbom-unbound", out_.subject, "The file is compared with no artifact.",
        "an artifact whose digest it names", std::move(about),
        "audit the artifact that it belongs to, with oci://, oci-layout: or oci-archive:"));
  }

  void add_tree(const engine::SbomFile& file) {
    policies::SbomSummary summary = policies::summarize_sbom(file.fact, nullptr);
    report::TreeNode node{"sbom", std::move(summary.title), std::move(summary.state),
                          std::move(summary.notes), std::move(summary.digests)};
    std::string around;
    for (const std::string& wrapping : file.wrappings)
      around += (around.empty() ? "in " : ", ") + wrapping;
    if (!around.empty()) node.notes.insert(node.notes.begin(), around);
    out_.tree.push_back(std::move(node));
  }

  const Session& session_;
  const std::shared_ptr<const policies::PolicySet> policies_;
  const std::string text_;
  const std::string file_;
  report::SubjectReport out_;
};

}  // namespace

Outcome check_sbom_target(const std::string& rest, std::vector<Reference>&) {
  if (rest.empty()) return Error{Errc::misconfigured, "names no file"};
  return Done{};
}

Result<std::vector<JobPtr>> open_sbom_target(const std::string& text, const std::string& rest,
                                             const Session& session) {
  PORTREEVE_TRY(auto policies, session.file_policies());
  std::vector<JobPtr> out;
  out.push_back(std::make_unique<SbomJob>(session, std::move(policies), text, rest));
  return out;
}

}  // namespace portreeve::audit
