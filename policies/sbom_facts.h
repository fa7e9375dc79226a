#pragma once

// Evidence section "sbom": the bills of materials of one artifact, signed and unsigned ones apart.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/evidence.h"
#include "core/result.h"
#include "policies/evidence.h"
#include "sbom/binding.h"
#include "sbom/inventory.h"

namespace portreeve::policies {

/// One document that is, or says that it is, an SBOM of the artifact.
struct SbomFact {
  sbom::InventoryPtr inventory;  ///< Null: `refused`.
  std::optional<Error> refused;  ///< Why it is none that we can read.
  Digest digest;                 ///< Of its own bytes.
  std::string found;             ///< Where: "ghcr.io/x/y, referrers API, sha256:…, layer 1".
  /// Predicate type of an attestation, media type of anything else.
  std::string type;
  /// The authority that vouches for it, and who signed; both empty for an unsigned one. Set from a
  /// verified attestation only.
  std::string authority;
  std::string signer;
  bool is_signed() const noexcept { return !authority.empty(); }
  /// "signed by X, found at Y" or "unsigned, found at Y"
  std::string text() const;
};

/// All that was found for all digests that a reference's `platforms` name.
struct ArtifactSboms {
  struct Target {
    Digest digest;
    std::string platform;
    sbom::ArtifactDigests digests;  ///< By which an SBOM may name it.
    std::vector<SbomFact> sboms;
    std::vector<std::string> asked;
    /// Something may be missing: without a good one that is undecided, never "there is none".
    std::optional<Error> incomplete;
  };
  ResolvedArtifact resolved;
  std::vector<Target> targets;
};

}  // namespace portreeve::policies
