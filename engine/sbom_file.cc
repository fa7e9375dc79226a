#include "engine/sbom_file.h"

#include "core/limits.h"
#include "crypto/hash.h"
#include "sbom/container.h"
#include "sbom/read.h"

namespace portreeve::engine {
namespace {

void read_bare(policies::SbomFact& fact, const sbom::Unwrapped& bare, std::size_t most,
               MemoryBudget& memory) {
  auto document = sbom::read(bare.bytes, most, &memory);
  if (!document.ok()) {
    fact.refused = document.error();
    return;
  }
  fact.inventory = sbom::Inventory::make(std::move(document).value());
}

}  // namespace

Digest bytes_digest(std::string_view bytes) {
  crypto::Sha256Stream hash;
  hash.update(bytes);
  return Digest(hash.finish());
}

void read_sbom(policies::SbomFact& fact, std::shared_ptr<const std::string> bytes,
               std::size_t most, MemoryBudget& memory) {
  const Result<sbom::Unwrapped> bare = sbom::unwrap(std::move(bytes), most, &memory);
  if (!bare.ok()) {
    fact.refused = bare.error();
    return;
  }
  fact.digest = bytes_digest(*bare.value().bytes);
  read_bare(fact, bare.value(), most, memory);
}

SbomFile read_sbom_file(std::string name, std::shared_ptr<const std::string> bytes,
                        MemoryBudget& memory) {
  SbomFile out;
  out.fact.found = std::move(name);
  out.fact.digest = bytes_digest(*bytes);
  const Result<sbom::Unwrapped> bare = sbom::unwrap(bytes, limits::kSbomMostBytes, &memory);
  if (!bare.ok()) {
    out.fact.refused = bare.error();
    return out;
  }
  for (const sbom::Wrapping wrapping : bare.value().wrappings)
    out.wrappings.emplace_back(sbom::to_string(wrapping));
  for (const sbom::SubjectDigest& subject : bare.value().subjects)
    out.subjects.push_back(subject.name + " " + subject.algorithm + ":" + subject.hex);
  out.signed_envelope = bare.value().signed_envelope;
  out.fact.type = bare.value().predicate_type;
  // Of a file without a container, these are the same bytes.
  if (bare.value().bytes != bytes) out.fact.digest = bytes_digest(*bare.value().bytes);
  read_bare(out.fact, bare.value(), limits::kSbomMostBytes, memory);
  return out;
}

}  // namespace portreeve::engine
