// Targets oci://HOST/REPOSITORY:TAG[@DIGEST].

#include "audit/artifact_job.h"
#include "audit/target.h"
#include "policies/artifact_rule.h"

namespace portreeve::audit {
namespace {

Result<Reference> reference_of(const std::string& rest) {
  // Also a version as Helm writes it: '+' is '_' in a tag.
  Result<Reference> reference = policies::artifact_reference(rest, ShortNames::refuse);
  if (reference.ok()) return reference;
  return Error{Errc::misconfigured, reference.error().message};
}

}  // namespace

Outcome check_registry_target(const std::string& rest, std::vector<Reference>& named) {
  PORTREEVE_TRY(Reference reference, reference_of(rest));
  named.push_back(std::move(reference));
  return Done{};
}

Result<std::vector<JobPtr>> open_registry_target(const std::string& text, const std::string& rest,
                                                 const Session& session) {
  PORTREEVE_TRY(const Reference reference, reference_of(rest));
  std::vector<JobPtr> out;
  out.push_back(artifact_job(session, session.registries(), {text, reference.text(), true}));
  return out;
}

}  // namespace portreeve::audit
