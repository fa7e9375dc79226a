#pragma once

// Manifests, indexes and descriptors, read strictly. Specification: OCI image-spec 1.1 (manifest.md,
// image-index.md, descriptor.md), distribution-spec 1.1, Docker image manifest v2 schema 2.
//
// Limits: bytes kManifestBytes, depth kOciDepth, kLayers layers, kIndexManifests entries,
// kAnnotations annotations an object. Pure; results are immutable and safe from many threads.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/digest.h"
#include "core/memory_budget.h"
#include "core/result.h"

namespace portreeve::oci {

using Annotations = std::map<std::string, std::string, std::less<>>;

/// Platform of an index entry; informative, not signed by itself.
struct Platform {
  std::string os, architecture, variant;
  /// "linux/arm64/v8"
  std::string text() const;
};

/// Points to content. `urls` and `data` are never followed or used: they name other places and
/// other bytes than the digest does.
struct Descriptor {
  std::string media_type;
  Digest digest;
  std::uint64_t size = 0;
  std::string artifact_type;  ///< A hint of whoever wrote the list; never evidence.
  Annotations annotations;
  std::optional<Platform> platform;
};

/// One artifact: an image, a chart, a signature.
struct Manifest {
  std::string media_type;     ///< kOciManifest or kDockerManifest.
  std::string artifact_type;  ///< Its own, else the config's media type (image-spec manifest.md).
  Descriptor config;
  std::vector<Descriptor> layers;
  std::optional<Descriptor> subject;
  Annotations annotations;
};

/// A list of manifests, usually one for each platform.
struct Index {
  std::string media_type;  ///< kOciIndex or kDockerIndex.
  std::string artifact_type;
  std::vector<Descriptor> manifests;
  std::optional<Descriptor> subject;
  Annotations annotations;
};

using ManifestDocument = std::variant<Manifest, Index>;

/// Reads a manifest or index. `content_type` is what it was served or described as; its parameters
/// are ignored, and it must agree with `mediaType` and with the members that are there, so that
/// nobody can be shown a manifest where somebody else sees an index (CVE-2021-41190). Empty when
/// nothing was said: then the bytes decide alone.
///
/// Errors: malformed; unsupported (schema 1, artifact manifest, digest algorithm, unknown type);
/// limit. `budget` may be null.
Result<ManifestDocument> parse_manifest(std::string_view bytes, std::string_view content_type,
                                        MemoryBudget* budget);

/// What somebody says refers to an artifact: a listing, never evidence.
struct ReferrerList {
  std::vector<Descriptor> manifests;
  std::vector<Error> rejected;  ///< Entries that cannot be read, the first 16: they hide no other.
};

/// Reads the index that the referrers API or a fallback tag gives. An entry that cannot be read is
/// left out, not an error. Errors: malformed, limit, unsupported.
Result<ReferrerList> parse_referrer_list(std::string_view bytes, MemoryBudget* budget);

const std::string& media_type(const ManifestDocument& document) noexcept;
const std::optional<Descriptor>& subject(const ManifestDocument& document) noexcept;

}  // namespace portreeve::oci
