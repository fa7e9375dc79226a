#pragma once

// The one seam through which bytes of artifacts come in. Whatever the place (registry, layout on
// disk, archive, memory of a test), the base class hashes every byte and compares size and digest
// before anybody sees them: an implementation cannot forget it. Specification: OCI image-spec 1.1,
// descriptor.md "Verification".
//
// Everything blocks, at the longest until Ask::deadline, and is safe from many threads.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/memory_budget.h"
#include "core/result.h"
#include "core/time.h"
#include "oci/manifest.h"

namespace portreeve::oci {

/// For whom something is fetched.
struct Ask {
  SteadyTime deadline{};
  MemoryBudget* memory = nullptr;                ///< Counts what is held; may be null. Outlives it.
  const std::atomic<bool>* cancelled = nullptr;  ///< May be null.
};

/// Bytes whose digest was computed here. Immutable.
struct Content {
  std::string bytes;
  Digest digest;
  std::string media_type;  ///< As served or described, parameters cut off; empty if nobody said.
  std::string from;        ///< "registry.sov.example/openova-io/bp-x", "layout /var/lib/evidence".
  MemoryBudget::Reservation memory;
};
using ContentPtr = std::shared_ptr<const Content>;

/// What is wanted from a store.
struct Wanted {
  enum class Kind { manifest, blob };
  Kind kind = Kind::manifest;
  std::string repository;        ///< Without host; ignored by stores that have only one.
  std::optional<Digest> digest;  ///< Or a tag (manifests only).
  std::string tag;
  std::optional<std::uint64_t> size;  ///< If a descriptor said so.
  std::size_t limit = 0;              ///< Bytes.

  static Wanted manifest(std::string repository, const Digest& digest);
  static Wanted tagged(std::string repository, std::string tag);
  /// `limit`: what the caller is prepared to hold; a larger descriptor is refused unfetched.
  static Wanted blob(std::string repository, const Descriptor& descriptor, std::size_t limit);
  /// "openova-io/bp-x@sha256:…" or "…:tag", for messages.
  std::string text() const;
};

/// Where signatures and attestations of an artifact can be found.
enum class Shape {
  referrers_api,    ///< distribution-spec 1.1, or the subject members of a layout.
  fallback_tag,     ///< Tag sha256-<hex>, an index kept by clients.
  signature_tag,    ///< Tag sha256-<hex>.sig, cosign.
  attestation_tag,  ///< Tag sha256-<hex>.att, cosign.
};
/// "referrers API", "fallback tag", …
std::string_view to_string(Shape shape) noexcept;

/// What a store lists as referring to an artifact.
struct Listed {
  std::vector<Descriptor> manifests;
  std::size_t rejected = 0;    ///< Entries that could not be read.
  std::optional<Error> short_of;  ///< Why it may be incomplete: limit, unavailable, malformed.
};

/// What a place says about one artifact in one go.
struct Survey {
  Result<Listed> referrers;         ///< referrers_api
  Result<ContentPtr> signature;     ///< Behind the tag sha256-….sig.
  Result<ContentPtr> attestation;   ///< Behind the tag sha256-….att.
};

class ContentStore {
 public:
  virtual ~ContentStore() = default;
  ContentStore() = default;
  ContentStore(const ContentStore&) = delete;
  ContentStore& operator=(const ContentStore&) = delete;

  /// Names the place: "registry.sov.example", "layout /var/lib/evidence".
  virtual std::string place() const = 0;

  /// On this machine: asking again costs no round trip.
  virtual bool local() const { return false; }

  /// One result for each, in their order, fetched together where the place can do so.
  ///
  /// Errors: not_found; unavailable; untrusted (not authorised, certificate, forbidden redirect);
  /// unverified (the bytes have another digest or size); malformed; limit. Messages name the place.
  std::vector<Result<ContentPtr>> fetch(std::vector<Wanted> wanted, const Ask& ask) const;
  Result<ContentPtr> fetch_one(Wanted wanted, const Ask& ask) const;

  /// Manifests that refer to `digest`, as the place lists them in this way: hints, to be fetched
  /// and looked into. For referrers_api and fallback_tag; for the others where local(). Errors: not_found when the place
  /// does not have this way, or nothing in it; else as fetch().
  virtual Result<Listed> list_referrers(Shape shape, const std::string& repository,
                                        const Digest& digest, const Ask& ask) const = 0;

  /// The three questions that every artifact raises, asked together where the place can do so.
  virtual Survey survey(const std::string& repository, const Digest& digest, const Ask& ask) const;

 private:
  /// Bytes as they came, unverified.
  struct Raw {
    std::string bytes;
    std::string media_type;
    std::string from;
    MemoryBudget::Reservation memory;
  };
  friend class RegistryStore;
  friend class ImageLayout;
  friend class EvidenceStore;
  friend class StoreAccess;  ///< For doubles in tests.

  /// At least: never more than Wanted::limit bytes.
  virtual std::vector<Result<Raw>> read(const std::vector<Wanted>& wanted, const Ask& ask) const = 0;
  static Result<ContentPtr> verify(const Wanted& wanted, Result<Raw> raw);
};

/// "sha256-<hex>" (distribution-spec 1.1, "Referrers Tag Schema") with a suffix: "", ".sig", ".att".
std::string digest_tag(const Digest& digest, std::string_view suffix);

}  // namespace portreeve::oci
