#pragma once

// One check sbom-* over SBOMs that nobody has signed, as a rule of a policy would ask it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json.h"
#include "core/yaml.h"
#include "policies/artifact_rule.h"
#include "policies/check.h"
#include "policies/sbom_facts.h"

namespace portreeve::policies {

inline SbomFact sbom_fact(sbom::InventoryPtr inventory) {
  SbomFact fact;
  fact.inventory = std::move(inventory);
  fact.found = "there";
  return fact;
}

/// The SBOMs of one artifact, sha256:aaa…, whose content layer is sha256:bbb….
inline ArtifactSboms sboms_of(std::vector<SbomFact> facts) {
  ArtifactSboms out;
  out.resolved.name = "ghcr.io/acme/chart";
  out.resolved.digest = Digest::parse("sha256:" + std::string(64, 'a')).value();
  ArtifactSboms::Target target;
  target.digest = out.resolved.digest;
  target.digests.manifest = out.resolved.digest;
  target.digests.content_layers = {Digest::parse("sha256:" + std::string(64, 'b')).value()};
  target.sboms = std::move(facts);
  out.targets.push_back(std::move(target));
  return out;
}

/// `with` is what stands between the braces, beside unsafe-unsigned. Errors: those of the compiler.
/// Evidence of other sections is not found.
inline Result<Judgements> judge_sboms(std::string_view name, const std::string& with,
                                      const DataSet& data, const ArtifactSboms& sboms,
                                      TimePoint now) {
  const auto parameters =
      yaml::parse("{unsafe-unsigned: true" + (with.empty() ? "" : ", " + with) + "}",
                  json::review_limits(), nullptr);
  if (!parameters.ok()) return parameters.error();
  const Source source{"rule.yaml"};
  Result<Fields> fields = Fields::open(source, parameters.value()->root(), "with");
  if (!fields.ok()) return fields.error();
  Result<CompiledCheck> check = Error{Errc::internal, "no check " + std::string(name)};
  for (const CheckType& type : check_types()) {
    if (type.name == name) check = type.compile(fields.value(), data);
  }
  if (!check.ok()) return check.error();
  NamedArtifact artifact;
  artifact.reference = Reference::parse("ghcr.io/acme/chart:1.0.0", ShortNames::refuse).value();
  Subject subject;
  Scope scope;
  scope.subject = &subject;
  scope.artifact = &artifact;
  scope.now = now;
  EvidenceMap evidence;
  for (const Key& key : check.value().needs(scope)) {
    if (key.section != "sbom") {
      evidence.emplace(key, Absent{Error{Errc::not_found, "no chart here"}});
      continue;
    }
    Fact fact;
    fact.value = std::make_shared<const std::any>(sboms);
    evidence.emplace(key, std::move(fact));
  }
  scope.evidence = &evidence;
  Judgements said;
  check.value().judge(scope, said);
  return said;
}

}  // namespace portreeve::policies
