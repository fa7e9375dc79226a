#include "audit/job.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/signature_advice.h"

namespace portreeve::audit {

std::string Proposals::free_name(const std::string& repository) const {
  std::string base;
  for (const char c : repository.substr(repository.rfind('/') + 1)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    base += plain ? c : '-';
  }
  if (base.empty()) base = "signer";
  std::string name = base;
  for (std::size_t i = 2; std::find(names_.begin(), names_.end(), name) != names_.end(); ++i) {
    name = base + "-" + std::to_string(i);
  }
  return name;
}

void Proposals::add(const verifiers::SignatureClaim& claim, const std::string& repository) {
  const std::string id = claim.signer.id + "\n" + repository;
  if (std::find(known_.begin(), known_.end(), id) != known_.end()) return;
  known_.push_back(id);
  names_.push_back(free_name(repository));
  const std::string& name = names_.back();
  // Without a name nobody can say what the signer is to be trusted for: a host that exists nowhere.
  documents_.push_back(verifiers::authority_document(
      claim, repository.empty() ? "registry.invalid/say-which" : repository, name, name + ".pub"));
}

report::SubjectReport unreadable(const std::string& target, const Error& why) {
  Finding finding;
  finding.rule = "audit/unreadable";
  finding.severity = Severity::high;
  finding.status = FindingStatus::undecided;
  finding.subject = utf8::printable(target, limits::kQuotedBytes);
  finding.message =
      "the target cannot be read: " + utf8::printable(why.message, 2 * limits::kQuotedBytes);
  finding.expected = "an artifact that is there and can be read";
  finding.found = std::string(to_string(why.code));
  finding.fix = "see that it exists and may be read, then ask again";
  report::SubjectReport out;
  out.subject = finding.subject;
  out.verdict.findings.push_back(std::move(finding));
  out.verdict.decision = decide(out.verdict.findings);
  return out;
}

}  // namespace portreeve::audit
