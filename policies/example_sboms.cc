#include "policies/example_sboms.h"

#include "core/json.h"
#include "core/limits.h"
#include "core/reference.h"
#include "crypto/hash.h"
#include "sbom/read.h"

namespace portreeve::policies {
namespace {

Digest digit(char c) { return Digest::parse("sha256:" + std::string(64, c)).value(); }

Result<SbomFact> read_one(const Source& source, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "sboms"));
  SbomFact out;
  PORTREEVE_TRY(out.authority, fields.maybe_text("by"));
  PORTREEVE_TRY(std::string text, fields.maybe_text("text"));
  const Value document = fields.take("document");
  PORTREEVE_CHECK(fields.finish());
  if (document.present() == !text.empty()) {
    return fields.error(value, "sboms: expected one of document, text");
  }
  if (document.present()) json::append_canonical(text, document);
  out.signer = out.authority;
  out.found = "the example";
  crypto::Sha256Stream hash;
  hash.update(text);
  out.digest = Digest(hash.finish());
  auto read = sbom::read(std::move(text), limits::kSbomBytes, nullptr);
  if (read.ok()) {
    out.inventory = sbom::Inventory::make(std::move(read).value());
  } else {
    out.refused = read.error();
  }
  return out;
}

Result<VulnerabilityFact> read_vulnerability(const Source& source, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "vulnerabilities"));
  VulnerabilityFact out;
  PORTREEVE_TRY(out.authority, fields.need_text("by"));
  const Value report = fields.take("report");
  const Value vex = fields.take("vex");
  PORTREEVE_CHECK(fields.finish());
  if (report.present() == vex.present()) {
    return fields.error(value, "vulnerabilities: expected one of report, vex");
  }
  out.signer = out.authority;
  out.found = "the example";
  if (report.present()) {
    PORTREEVE_TRY(out.report, sbom::read_vulnerability_report(report));
  } else {
    PORTREEVE_TRY(out.vex, sbom::read_vex(vex));
  }
  return out;
}

/// What the key's reference means in an example.
Result<ResolvedArtifact> resolved_of(const Key& key) {
  PORTREEVE_TRY(const Reference reference, Reference::parse(key.artifact, ShortNames::refuse));
  ResolvedArtifact out;
  out.name = reference.name();
  out.digest = reference.digest().value_or(digit('a'));
  return out;
}

}  // namespace

Result<ExampleSboms> read_example_sboms(Fields& fields) {
  PORTREEVE_TRY(const Value list, fields.maybe("sboms", ValueType::array));
  if (!list.present()) return ExampleSboms();
  auto out = std::make_shared<std::vector<SbomFact>>();
  for (const Value entry : list) {
    PORTREEVE_TRY(SbomFact fact, read_one(fields.source(), entry));
    out->push_back(std::move(fact));
  }
  return ExampleSboms(std::move(out));
}

Evidence example_sboms_of(const std::vector<SbomFact>& facts, const Key& key) {
  const Result<ResolvedArtifact> resolved = resolved_of(key);
  if (!resolved.ok()) return Absent{resolved.error()};
  ArtifactSboms out;
  out.resolved = resolved.value();
  ArtifactSboms::Target target;
  target.digest = out.resolved.digest;
  target.digests.manifest = out.resolved.digest;
  target.digests.config = digit('c');
  target.digests.content_layers = {digit('b')};
  target.sboms = facts;
  out.targets.push_back(std::move(target));
  Fact fact;
  fact.provenance = "example";
  fact.digest = out.resolved.digest;
  fact.value = std::make_shared<const std::any>(std::move(out));
  return fact;
}

Result<ExampleVulnerabilities> read_example_vulnerabilities(Fields& fields) {
  PORTREEVE_TRY(const Value list, fields.maybe("vulnerabilities", ValueType::array));
  if (!list.present()) return ExampleVulnerabilities();
  auto out = std::make_shared<std::vector<VulnerabilityFact>>();
  for (const Value entry : list) {
    Result<VulnerabilityFact> fact = read_vulnerability(fields.source(), entry);
    if (!fact.ok()) return fields.error(entry, fact.error().message);
    out->push_back(std::move(fact).value());
  }
  return ExampleVulnerabilities(std::move(out));
}

Evidence example_vulnerabilities_of(const std::vector<VulnerabilityFact>& facts, const Key& key) {
  const Result<ResolvedArtifact> resolved = resolved_of(key);
  if (!resolved.ok()) return Absent{resolved.error()};
  const std::string ask = EvidenceScope::parse(key.scope).ask;
  ArtifactVulnerabilities out;
  out.resolved = resolved.value();
  for (const VulnerabilityFact& fact : facts) {
    if (vulnerability_ask(fact.authority, fact.vex.has_value()).id() == ask)
      out.facts.push_back(fact);
  }
  Fact fact;
  fact.provenance = "example";
  fact.digest = out.resolved.digest;
  fact.value = std::make_shared<const std::any>(std::move(out));
  return fact;
}

}  // namespace portreeve::policies
