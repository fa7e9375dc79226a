#include "audit/followed.h"

#include <algorithm>

#include "audit/artifact_job.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "policies/blueprint_set.h"
#include "policies/sbom_summary.h"
#include "policies/trust_set.h"

namespace portreeve::audit {
namespace {

using policies::EvidenceScope;

// A rule about SBOMs asks for the predicate types of their formats (policies/sbom_selection.cc).
bool asks_for_sboms(const policies::SignatureAsk& ask) {
  const auto& types = ask.demand.predicate_types;
  return std::find(types.begin(), types.end(), "https://spdx.dev/Document/v*") != types.end();
}

Finding undecided(std::string rule, std::string subject, std::string message, std::string found,
                  std::string fix) {
  Finding out;
  out.rule = std::move(rule);
  out.severity = Severity::high;
  out.status = FindingStatus::undecided;
  out.subject = std::move(subject);
  out.message = std::move(message);
  out.found = std::move(found);
  out.fix = std::move(fix);
  return out;
}

report::TreeNode node_of(const policies::SbomFact& fact, const sbom::ArtifactDigests& artifact,
                         const std::string& platform) {
  policies::SbomSummary summary = policies::summarize_sbom(fact, &artifact);
  if (!platform.empty()) summary.title += " (" + utf8::printable(platform, 64) + ")";
  return {"sbom", std::move(summary.title), std::move(summary.state), std::move(summary.notes),
          std::move(summary.digests)};
}

report::TreeNode none(const std::string& why) { return {"sbom", "none", why}; }

}  // namespace

std::vector<Key> keys_of_contents(const Session& session, const Reference& reference, bool chart) {
  const policies::PolicySet& policies = session.policies();
  EvidenceScope scope;
  scope.trust = policies.trust().id();
  std::vector<Key> out;
  if (chart) {
    out.push_back({"chart", reference.text(), scope.text()});
    out.push_back({"render", reference.text(), scope.text()});
  }
  const std::size_t before = out.size();
  for (const auto& [id, ask] : policies.asks()) {
    const verifiers::Authority* const authority = policies.trust().authority(ask.authority);
    if (!asks_for_sboms(ask) || authority == nullptr || !authority->covers(reference.name()))
      continue;
    EvidenceScope asked = scope;
    asked.ask = id;
    out.push_back({"sbom", reference.text(), asked.text()});
  }
  // Whoever is asked for attested ones gets the unsigned ones too.
  if (out.size() == before) out.push_back({"sbom", reference.text(), scope.text()});
  return out;
}

std::vector<report::TreeNode> sbom_nodes(const EvidenceMap& evidence, const Reference& reference) {
  std::vector<report::TreeNode> out;
  std::set<std::string> seen;
  std::string why = "nothing was asked";
  for (const auto& [key, value] : evidence) {
    if (key.section != "sbom" || key.artifact != reference.text()) continue;
    if (const auto* const absent = std::get_if<Absent>(&value)) {
      why = "not looked at: " + utf8::printable(absent->reason.message, limits::kQuotedBytes);
      continue;
    }
    const auto* const found = policies::value_of<policies::ArtifactSboms>(value);
    if (found == nullptr) continue;
    why = "none found";
    for (const policies::ArtifactSboms::Target& target : found->targets) {
      if (target.incomplete) {
        why = "none found so far: " +
              utf8::printable(target.incomplete->message, limits::kQuotedBytes);
      }
      for (const policies::SbomFact& fact : target.sboms) {
        if (!seen.insert(fact.found + "\n" + fact.authority).second) continue;
        out.push_back(node_of(fact, target.digests, target.platform));
      }
    }
  }
  if (out.empty()) out.push_back(none(why));
  return out;
}

report::TreeNode chart_node(const Session& session, const std::string& name,
                            const std::string& version, std::string state,
                            std::vector<report::TreeNode> children) {
  report::TreeNode chart{"chart", name + " " + version, std::move(state)};
  chart.children = std::move(children);
  const auto blueprint = session.policies().trust().blueprints().find(name, version);
  if (!blueprint.ok() || version.empty()) return chart;
  report::TreeNode out{"blueprint",
                       std::string(blueprint.value().name()) + " " +
                           std::string(blueprint.value().release()),
                       blueprint.value().where};
  out.children.push_back(std::move(chart));
  return out;
}

Finding images_unknown(const std::string& subject, const std::string& why) {
  return undecided("audit/images", subject,
                   "undecided: the images of the chart are not known, so they were not followed",
                   utf8::printable(why, 2 * limits::kQuotedBytes),
                   "name a helm program and its sha256 in Config.helm, or trust who attests the "
                   "render");
}

void ImageJobs::start(const std::set<std::string>& images, std::function<void()> done) {
  for (const std::string& text : images) {
    if (images_.size() == limits::kEvidenceKeys) {
      left_out_ = images.size() - images_.size();
      break;
    }
    Image image;
    image.text = utf8::printable(text, limits::kQuotedBytes);
    const Result<Reference> reference = Reference::parse(text, ShortNames::docker);
    if (reference.ok()) {
      image.job = artifact_job(session_, source_,
                               {"image " + text, reference.value().text(), true, true});
    } else {
      image.fault = utf8::printable(reference.error().message, limits::kQuotedBytes);
    }
    images_.push_back(std::move(image));
  }
  // One more than there are: a job that ends at once must not end all.
  open_ = images_.size() + 1;
  const auto one_done = [this, done = std::move(done)] {
    if (open_.fetch_sub(1) == 1) done();
  };
  for (const Image& image : images_) {
    if (image.job == nullptr) {
      one_done();
    } else {
      image.job->start(one_done);
    }
  }
  one_done();
}

std::vector<report::TreeNode> ImageJobs::finish(Verdict& verdict, Proposals& proposals) {
  std::vector<report::TreeNode> out;
  for (Image& image : images_) {
    if (image.job == nullptr) {
      out.push_back({"image", image.text, "no reference: " + image.fault});
      verdict.findings.push_back(undecided("audit/image", "image:" + image.text,
                                           "undecided: the image cannot be looked for",
                                           image.fault, "correct the reference in the chart"));
      continue;
    }
    report::SubjectReport report = image.job->finish(proposals);
    verdict.rules_passed += report.verdict.rules_passed;
    verdict.rules_skipped += report.verdict.rules_skipped;
    for (Finding& finding : report.verdict.findings) verdict.findings.push_back(std::move(finding));
    report::TreeNode node{"image", image.text, ""};
    if (!report.tree.empty()) {
      node = std::move(report.tree.front());
      node.name = image.text;
    }
    out.push_back(std::move(node));
  }
  if (left_out_ != 0) {
    verdict.findings.push_back(
        undecided("audit/images", "", "undecided: a chart has more images than are followed",
                  std::to_string(left_out_) + " left out", "audit them by their references"));
  }
  return out;
}

}  // namespace portreeve::audit
