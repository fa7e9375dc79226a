#pragma once

// Everything that claims to sign or attest one artifact, wherever cosign 2 and 3, GitHub and ORAS
// put it: the referrers API, the fallback tag, the legacy tags .sig and .att, cosign's experimental
// OCI 1.1 shape, layouts on disk, a separate signature repository. Merged by digest: no shape hides
// another. Specification: distribution-spec 1.1 "Listing Referrers"; cosign SIGNATURE_SPEC,
// BUNDLE_SPEC.
//
// A list is a hint: each entry is fetched, and counts by what its own bytes say. What lists claim
// about types only decides who is looked at first, should there be more than the limit.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/limits.h"
#include "core/result.h"
#include "oci/content_store.h"
#include "oci/manifest.h"

namespace portreeve::oci {

/// What one layer is, by its own media type.
enum class LayerKind {
  bundle,          ///< application/vnd.dev.sigstore.bundle…
  simple_signing,  ///< cosign's payload; the signature is an annotation.
  envelope,        ///< DSSE.
  other,
};
LayerKind kind_of(const Descriptor& layer) noexcept;

/// One place to look: a store and the repository in it (for layouts: the full logical name).
struct Place {
  const ContentStore* store = nullptr;  ///< Borrowed.
  std::string repository;
  std::string text() const;  ///< "registry.sov.example/openova-io/bp-x"
};

/// A manifest whose bytes are here and which is, or may be, about the artifact: its subject is the
/// artifact, or it stands under a tag for it and has no subject.
struct Candidate {
  Manifest manifest;
  ContentPtr content;
  Place place;  ///< Where its layers are to be fetched.
  Shape shape = Shape::referrers_api;
  std::vector<std::string> also;   ///< Other places and shapes that list it.
  std::vector<Place> elsewhere;    ///< The other places: for layers that `place` lacks.
};

/// One question that was asked, for "unsigned" to say where it looked.
struct Asked {
  std::string place;
  Shape shape = Shape::referrers_api;
  std::size_t found = 0;            ///< Entries listed.
  std::size_t unreadable = 0;       ///< Entries that were no descriptors.
  std::optional<Error> failure;     ///< not_found: it is not there.
  std::string text() const;         ///< "host/repo, fallback tag: not found (HTTP 404)"
};

/// An entry that is no candidate, and why.
struct Rejected {
  std::string place;
  Shape shape = Shape::referrers_api;
  Digest digest;
  Error reason;
};

struct Discovery {
  std::vector<Candidate> candidates;
  std::vector<Asked> asked;
  std::vector<Rejected> rejected;
  /// Questions that were left out because a better one was answered: see widen().
  std::vector<Place> fallback_left_out;
  TimePoint at{};  ///< When it was asked; of remembered ones, when that was.
  /// The weightiest reason why something may be missing: unavailable, untrusted, limit, malformed.
  /// While it is there, "no good signature" is undecided, not a failure.
  std::optional<Error> incomplete;

  /// Why there is nothing: `incomplete`, or not_found with every question and its answer.
  Error absence(std::string_view what) const;
};

struct DiscoveryLimits {
  std::size_t listed = limits::kReferrers;    ///< Entries taken over from all lists.
  std::size_t examined = limits::kCandidates;  ///< Manifests fetched.
};

/// Asks every place. From a registry: the referrers API, .sig and .att; the fallback tag where the
/// API is missing, empty or in doubt (a registry that has the API must list old referrers there
/// too: distribution-spec 1.1 "Enabling the Referrers API"). Never fails: what could not be done is
/// in the answer.
Discovery discover(const std::vector<Place>& places, const Digest& digest,
                   const DiscoveryLimits& limits, const Ask& ask);

/// Asks what discover() left out. For when nothing good was found: a registry may not do what the
/// specification says.
void widen(Discovery& discovery, const Digest& digest, const DiscoveryLimits& limits,
           const Ask& ask);

}  // namespace portreeve::oci
