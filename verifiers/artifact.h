#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/result.h"
#include "crypto/public_key.h"

namespace portreeve::verifiers {

/// "sha256", "sha384", "sha512"; nothing for any other word, in whatever case.
std::optional<crypto::HashKind> hash_kind(std::string_view name) noexcept;
/// Lower-case hexadecimal.
std::string hex_of(std::string_view bytes);
/// The bytes of lower-case hexadecimal; nothing if it is none.
std::optional<std::string> bytes_of_hex(std::string_view hex);

/// The thing that somebody must have signed. What a tag means was decided once, before: an artifact
/// is bytes or a digest, never a name. Immutable; borrows the bytes it was made of.
class Artifact {
 public:
  /// A file, or any bytes that are all here.
  static Artifact of_bytes(std::string_view bytes);
  /// "sha256:…", "sha384:…" or "sha512:…", lower case. Errors: malformed, unsupported.
  static Result<Artifact> of_digest(std::string_view text);
  /// A manifest in a registry: its logical name (host/repository: what authorities are scoped by),
  /// its digest, and its bytes if they are here (needed only for message signatures by keys that do
  /// not use SHA-256). REQUIRES: `bytes`, if given, have that digest; otherwise they are ignored.
  static Artifact in_registry(std::string name, const Digest& digest,
                              std::optional<std::string_view> bytes);

  /// Raw bytes of its digest; nothing if it is not known and cannot be computed.
  std::optional<std::string> digest(crypto::HashKind kind) const;
  const std::optional<std::string_view>& bytes() const noexcept { return bytes_; }
  /// "host/repository"; empty for what is in no registry, which no authority's scope is about.
  const std::string& name() const noexcept { return name_; }
  /// "sha256:…": for messages.
  std::string text() const;

 private:
  Artifact() = default;
  crypto::HashKind kind_ = crypto::HashKind::sha256;
  std::string digest_;  ///< Raw, by kind_.
  std::optional<std::string_view> bytes_;
  std::string name_;
};

}  // namespace portreeve::verifiers
