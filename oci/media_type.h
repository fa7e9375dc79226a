#pragma once

// Media types of manifests and of what cosign and Helm put into registries.

#include <string>
#include <string_view>

namespace portreeve::oci {

inline constexpr std::string_view kOciManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kOciIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kDockerManifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerIndex =
    "application/vnd.docker.distribution.manifest.list.v2+json";
inline constexpr std::string_view kEmptyConfig = "application/vnd.oci.empty.v1+json";

inline constexpr std::string_view kSigstoreBundlePrefix = "application/vnd.dev.sigstore.bundle";
inline constexpr std::string_view kSimpleSigning =
    "application/vnd.dev.cosign.simplesigning.v1+json";
inline constexpr std::string_view kDsseEnvelope = "application/vnd.dsse.envelope.v1+json";
inline constexpr std::string_view kCosignSignatureArtifact =
    "application/vnd.dev.cosign.artifact.sig.v1+json";

/// What every manifest request sends: without it docker-registry answers 404 to an OCI manifest.
/// Schema 1 is not among them.
inline constexpr std::string_view kManifestAccept =
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.docker.distribution.manifest.v2+json";

/// "Text/HTML; charset=utf-8" gives "text/html" (RFC 9110 §8.3.1: case-insensitive, parameters).
std::string essence(std::string_view content_type);

}  // namespace portreeve::oci
