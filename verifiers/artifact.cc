#include "verifiers/artifact.h"

#include "verifiers/rejection.h"

namespace portreeve::verifiers {

std::optional<crypto::HashKind> hash_kind(std::string_view name) noexcept {
  if (name == "sha256") return crypto::HashKind::sha256;
  if (name == "sha384") return crypto::HashKind::sha384;
  if (name == "sha512") return crypto::HashKind::sha512;
  return std::nullopt;
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
  return out;
}

std::optional<std::string> bytes_of_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
  };
  std::string out;
  out.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit(hex[i]);
    const int low = digit(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

Artifact Artifact::of_bytes(std::string_view bytes) {
  Artifact artifact;
  artifact.digest_ = crypto::hash(crypto::HashKind::sha256, bytes);
  artifact.bytes_ = bytes;
  return artifact;
}

Result<Artifact> Artifact::of_digest(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return Error{Errc::malformed, "digest " + quoted(text) + ": expected algorithm:hexadecimal"};
  }
  const std::optional<crypto::HashKind> kind = hash_kind(text.substr(0, colon));
  if (!kind.has_value()) {
    return Error{Errc::unsupported, "digest " + quoted(text) + ": expected sha256, sha384 or sha512"};
  }
  const std::optional<std::string> bytes = bytes_of_hex(text.substr(colon + 1));
  if (!bytes.has_value() || bytes->size() != crypto::size_of(*kind)) {
    return Error{Errc::malformed, "digest " + quoted(text) + ": expected " +
                                      std::to_string(2 * crypto::size_of(*kind)) +
                                      " lower-case hexadecimal digits"};
  }
  Artifact artifact;
  artifact.kind_ = *kind;
  artifact.digest_ = *bytes;
  return artifact;
}

Artifact Artifact::in_registry(std::string name, const Digest& digest,
                               std::optional<std::string_view> bytes) {
  Artifact artifact;
  artifact.name_ = std::move(name);
  artifact.digest_.assign(digest.bytes().begin(), digest.bytes().end());
  // Another hash of bytes that are not the artifact's would be a way around its digest.
  if (bytes.has_value() && crypto::hash(crypto::HashKind::sha256, *bytes) == artifact.digest_) {
    artifact.bytes_ = bytes;
  }
  return artifact;
}

std::optional<std::string> Artifact::digest(crypto::HashKind kind) const {
  if (kind == kind_) return digest_;
  if (!bytes_.has_value()) return std::nullopt;
  return crypto::hash(kind, *bytes_);
}

std::string Artifact::text() const {
  return std::string(crypto::to_string(kind_)) + ":" + hex_of(digest_);
}

}  // namespace portreeve::verifiers
