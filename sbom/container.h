#pragma once

// What SBOMs come wrapped in: compression, Sigstore bundles, DSSE envelopes, in-toto statements,
// and the shapes that cosign and GitHub put around them. Nothing here verifies a signature.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/memory_budget.h"
#include "core/result.h"
#include "sbom/model.h"

namespace portreeve::sbom {

enum class Wrapping : std::uint8_t {
  gzip,
  zstd,
  bundle,            ///< Sigstore bundle: dsseEnvelope.
  envelope,          ///< DSSE, payloadType application/vnd.in-toto+json.
  statement,         ///< in-toto: predicate.
  cosign_predicate,  ///< {"Data": …, "Timestamp": …} of cosign 1 and 2.
  string,            ///< A JSON string that holds the document.
  github_export,     ///< {"sbom": …} of GitHub's dependency graph.
};
std::string_view to_string(Wrapping wrapping) noexcept;

struct SubjectDigest {
  std::string name;       ///< Of the subject; may be empty.
  std::string algorithm;  ///< "sha256"
  std::string hex;
};

struct Unwrapped {
  std::shared_ptr<const std::string> bytes;  ///< The bare document.
  std::vector<Wrapping> wrappings;           ///< Outermost first; empty: it was bare.
  std::string predicate_type;                ///< Of the statement, if there was one.
  std::vector<SubjectDigest> subjects;       ///< Likewise.
  bool signed_envelope = false;              ///< There was a signature, which nobody verified.
  MemoryBudget::Reservation memory;          ///< For `bytes`, if they are not the ones given.
};

/// Takes everything off; at most limits::kSbomWrappings. Decompressed bytes count against `most`
/// and limits::kSbomRatio. Errors: malformed, limit, unsupported (a predicate that is no SBOM).
Result<Unwrapped> unwrap(std::shared_ptr<const std::string> bytes, std::size_t most,
                         MemoryBudget* budget);

/// The family that a predicate type names, with or without "/vN[.N[.N]]" behind it.
std::optional<Family> predicate_family(std::string_view predicate_type) noexcept;
/// Likewise a media type of an OCI layer or artifactType; parameters and "+gzip", "+zstd" behind it
/// are passed over.
std::optional<Family> media_type_family(std::string_view media_type) noexcept;

}  // namespace portreeve::sbom
