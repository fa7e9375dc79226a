#include "verifiers/content.h"

namespace portreeve::verifiers {
namespace {

std::optional<crypto::HashKind> hash_of(crypto::Scheme scheme) {
  switch (scheme) {
    case crypto::Scheme::ecdsa_sha256:
    case crypto::Scheme::rsa_pkcs1_sha256:
    case crypto::Scheme::rsa_pss_sha256:
      return crypto::HashKind::sha256;
    case crypto::Scheme::ecdsa_sha384:
    case crypto::Scheme::rsa_pkcs1_sha384:
    case crypto::Scheme::rsa_pss_sha384:
      return crypto::HashKind::sha384;
    case crypto::Scheme::ecdsa_sha512:
    case crypto::Scheme::rsa_pkcs1_sha512:
    case crypto::Scheme::rsa_pss_sha512:
      return crypto::HashKind::sha512;
    case crypto::Scheme::ed25519:
    case crypto::Scheme::ed25519ph:
      return std::nullopt;
  }
  return std::nullopt;
}

Rejection failed(crypto::Scheme scheme, const Error& error) {
  const Reason reason = error.code == Errc::unsupported ? Reason::algorithm_unsupported
                                                        : Reason::signature_invalid;
  return rejection(reason, crypto::to_string(scheme), error);
}

}  // namespace

SignedContent SignedContent::of_artifact(const Artifact& artifact) {
  SignedContent content;
  content.artifact_ = &artifact;
  return content;
}

SignedContent SignedContent::of_bytes(std::string bytes) {
  SignedContent content;
  content.bytes_ = std::move(bytes);
  return content;
}

SignedContent SignedContent::of_envelope(std::string pae, std::string payload) {
  SignedContent content;
  content.bytes_ = std::move(pae);
  content.payload_ = std::move(payload);
  return content;
}

std::optional<std::string_view> SignedContent::all() const noexcept {
  return artifact_ != nullptr ? artifact_->bytes() : std::optional<std::string_view>(bytes_);
}

std::optional<std::string> SignedContent::digest(crypto::HashKind kind) const {
  if (artifact_ != nullptr) return artifact_->digest(kind);
  return crypto::hash(kind, bytes_);
}

std::optional<std::string_view> SignedContent::payload() const noexcept {
  if (!payload_.has_value()) return std::nullopt;
  return *payload_;
}

Checked<crypto::Scheme> SignedContent::verify(const crypto::PublicKey& key,
                                              std::span<const crypto::Scheme> schemes,
                                              std::string_view signature) const {
  std::optional<Rejection> first;
  for (const crypto::Scheme scheme : schemes) {
    const std::optional<std::string_view> bytes = all();
    const std::optional<crypto::HashKind> kind = hash_of(scheme);
    std::optional<std::string> digest;
    if (!bytes.has_value() && kind.has_value()) digest = artifact_->digest(*kind);
    if (!bytes.has_value() && !digest.has_value()) {
      first = Rejection{Reason::digest_unknown,
                        std::string(crypto::to_string(scheme)) +
                            ": cannot be verified by the digest " + artifact_->text() +
                            "; give the artifact's bytes"};
      continue;
    }
    const Outcome holds = bytes.has_value() ? key.verify(scheme, *bytes, signature)
                                            : key.verify_digest(scheme, *digest, signature);
    if (holds.ok()) return scheme;
    // A scheme that could not be tried may be the one: then this is no verdict on the signature.
    if (!first) first = failed(scheme, holds.error());
  }
  if (!first) first = Rejection{Reason::algorithm_unsupported, "no signature scheme is allowed"};
  return *first;
}

}  // namespace portreeve::verifiers
