#pragma once

// Whether an SBOM is about the artifact that is judged: by the statement around it (outer), and by
// what it says itself (inner). Pure; digests come from whoever fetched the artifact.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "sbom/container.h"
#include "sbom/model.h"

namespace portreeve::sbom {

/// The digests by which one artifact is known.
struct ArtifactDigests {
  Digest manifest;                     ///< What was admitted: an image manifest or an index.
  std::optional<Digest> index;         ///< Of which the manifest is a child.
  std::optional<Digest> config;        ///< Image configuration.
  std::vector<Digest> content_layers;  ///< Of a Helm chart: the package's bytes.
  struct Platform {
    Digest manifest;
    std::string name;  ///< "linux/amd64"
  };
  std::vector<Platform> platforms;  ///< Children, if the admitted manifest is an index.
};

enum class OuterBinding : std::uint8_t {
  artifact,  ///< A subject is the admitted manifest.
  platform,  ///< A subject is a child of the admitted index: it speaks for that platform only.
  other,     ///< All subjects are something else.
  unknown,   ///< No sha256 digest among the subjects, or no statement.
};
struct Outer {
  OuterBinding binding = OuterBinding::unknown;
  std::vector<std::size_t> platforms;  ///< Which of ArtifactDigests::platforms.
};
Outer outer_binding(std::span<const SubjectDigest> subjects, const ArtifactDigests& artifact);

/// The platforms of an index for which no SBOM speaks. Empty when one speaks for the index itself.
std::vector<std::size_t> uncovered_platforms(std::span<const Outer> sboms,
                                             const ArtifactDigests& artifact);

enum class InnerHow : std::uint8_t { purl, version, hash, repo_digest, name };
enum class InnerWhat : std::uint8_t { manifest, index, platform, config, content_layer };
enum class InnerBinding : std::uint8_t {
  bound,    ///< The primary component names one of the digests.
  other,    ///< It names digests, and all are others: an SBOM of something else.
  unknown,  ///< It names no digest.
};
struct Inner {
  InnerBinding binding = InnerBinding::unknown;
  InnerHow how = InnerHow::purl;         ///< If bound.
  InnerWhat what = InnerWhat::manifest;  ///< If bound.
  std::uint32_t component = kNowhere;    ///< That names the digest.
  std::string_view found;                ///< The text in which it stands; borrowed.
  /// If bound: a name of the same component, by another digest. Borrowed; empty: none.
  std::string_view against;
  InnerHow against_how = InnerHow::purl;
};
Inner inner_binding(const Document& document, const ArtifactDigests& artifact);

std::string_view to_string(OuterBinding binding) noexcept;
std::string_view to_string(InnerBinding binding) noexcept;
std::string_view to_string(InnerHow how) noexcept;
std::string_view to_string(InnerWhat what) noexcept;

}  // namespace portreeve::sbom
