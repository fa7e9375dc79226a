#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/public_key.h"
#include "verifiers/artifact.h"
#include "verifiers/rejection.h"

namespace portreeve::verifiers {

/// The bytes under a signature: the artifact itself, a simple-signing payload, or an envelope's PAE.
/// Of an artifact perhaps only the digest is known. Immutable.
class SignedContent {
 public:
  /// Borrows the artifact.
  static SignedContent of_artifact(const Artifact& artifact);
  static SignedContent of_bytes(std::string bytes);
  /// An envelope's payload and its PAE.
  static SignedContent of_envelope(std::string pae, std::string payload);

  /// Nothing if only another digest is known.
  std::optional<std::string> digest(crypto::HashKind kind) const;
  /// Of an envelope: the payload, which Rekor v1 entries name; nothing for other content.
  std::optional<std::string_view> payload() const noexcept;

  /// The first of `schemes` by which `key` signed it; where only a digest is known, those that sign
  /// by that digest are tried. Rejections: signature_invalid, algorithm_unsupported, digest_unknown.
  Checked<crypto::Scheme> verify(const crypto::PublicKey& key, std::span<const crypto::Scheme> schemes,
                                 std::string_view signature) const;

 private:
  SignedContent() = default;
  std::optional<std::string_view> all() const noexcept;

  const Artifact* artifact_ = nullptr;
  std::string bytes_;
  std::optional<std::string> payload_;
};

}  // namespace portreeve::verifiers
