#pragma once

// All places that the operator named, behind the names that are judged. Who is asked for an
// artifact follows from `kind: Registry` alone; a registry that nobody named is never contacted,
// whatever an object says. Thread-safe.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reference.h"
#include "core/registry_config.h"
#include "core/result.h"
#include "core/time.h"
#include "oci/discovery.h"
#include "oci/evidence_store.h"
#include "oci/image_layout.h"
#include "oci/registry_store.h"

namespace portreeve::oci {

/// What a tag meant, once: every later step goes by the digest.
struct Resolution {
  Digest digest;
  ContentPtr manifest;
  TimePoint at{};           ///< Wall clock, when it was asked.
  bool remembered = false;  ///< From the evidence store, not from a registry: `at` says how old.
  /// Digest that the store remembered for the same tag, if it was another one (tag-moved).
  std::optional<Digest> before;
};

class Registries {
 public:
  struct Parts {
    std::vector<RegistryConfig> configs;  ///< In order: the first that has an artifact gives it.
    const Clock* clock = nullptr;         ///< Outlives this.
    std::shared_ptr<EvidenceStore> evidence = nullptr;  ///< May be null: nothing is kept.
    /// The one place that is asked, for every name; then no registry is contacted. May be null.
    std::shared_ptr<const ImageLayout> layout = nullptr;
  };
  /// Reads CA files, opens the layouts. No network. Errors: misconfigured.
  static Result<std::shared_ptr<const Registries>> open(Parts parts);

  /// Whose calls count together for a reference: the host asked first; empty: nobody serves it.
  std::string host_for(const Reference& reference) const;
  /// "host/repository" in the first registry that serves it; empty: none does.
  std::string place_of(const Reference& reference) const;

  /// The digest behind a reference: its own, or its tag's, asked of the layouts and then of the
  /// registries that serve it. The bytes go to the evidence store. With a tag and a digest the
  /// digest counts; `Resolution::before` then says what the tag was remembered as.
  /// Errors: as ContentStore; untrusted when no Registry serves the name.
  Result<Resolution> resolve(const Reference& reference, const Ask& ask) const;
  /// What the evidence store remembers of a tag: last-known-good, where policy allows it.
  /// Errors: not_found.
  Result<Resolution> remembered(const Reference& reference) const;

  /// By digest: from the evidence store, the layouts, the registries, in this order.
  Result<ContentPtr> manifest(const Reference& name, const Digest& digest, const Ask& ask) const;
  /// The same, from the evidence store alone. Errors: as EvidenceStore::get.
  Result<ContentPtr> remembered_manifest(const Digest& digest, const Ask& ask) const;
  Result<ContentPtr> blob(const Reference& name, const Descriptor& descriptor, std::size_t limit,
                          const Ask& ask) const;
  /// The layer of a candidate, from where the candidate came; kept like any other.
  std::vector<Result<ContentPtr>> layers(const Candidate& candidate,
                                         const std::vector<Descriptor>& wanted, std::size_t limit,
                                         const Ask& ask) const;

  /// Asks everywhere for what refers to the artifact, and remembers what was found.
  Discovery discover(const Reference& name, const Digest& digest, const DiscoveryLimits& limits,
                     const Ask& ask) const;
  /// The candidates that the evidence store remembers: no request leaves the machine. A proof found
  /// among them needs no other; absence among them proves nothing.
  Discovery remembered_candidates(const Reference& name, const Digest& digest,
                                  const Ask& ask) const;

 private:
  struct Entry {
    RegistryConfig config;
    std::shared_ptr<const RegistryStore> store;
    std::vector<std::shared_ptr<const ImageLayout>> layouts;
    std::vector<Place> signatures;
  };
  explicit Registries(Parts parts) : parts_(std::move(parts)) {}
  Outcome add(const RegistryConfig& config);
  Outcome add_signature_places();
  std::vector<Place> places(const Reference& name, bool with_signatures) const;
  Result<std::vector<Place>> need_places(const Reference& name) const;
  Result<ContentPtr> kept(const Digest& digest, std::size_t limit, const Ask& ask) const;
  void keep(const ContentPtr& content) const;
  Result<ContentPtr> first_of(const std::vector<Place>& places, Wanted wanted,
                              const Ask& ask) const;

  const Parts parts_;
  std::vector<Entry> entries_;
};

}  // namespace portreeve::oci
