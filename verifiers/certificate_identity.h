#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "crypto/certificate.h"

namespace portreeve::verifiers {

/// One Fulcio extension 1.3.6.1.4.1.57264.1.N (fulcio docs/oid-info.md).
struct ClaimKind {
  std::uint8_t number;    ///< N.
  std::string_view name;  ///< As an Authority spells it: "sourceRepositoryURI".
  bool raw;               ///< The text without DER around it (1–6); else a DER UTF8String.
};

/// All of them by number: 1–6, 8–24. (7 is the type of an otherName inside the SAN.)
std::span<const ClaimKind> claim_kinds() noexcept;
/// By name; "sourceRepository" is another name of "githubWorkflowRepository" (5). Null if unknown.
const ClaimKind* find_claim_kind(std::string_view name) noexcept;

struct Claim {
  const ClaimKind* kind;
  std::string value;
};

/// Whom a certificate names. Text is UTF-8 without NUL, compared byte by byte.
struct CertificateIdentity {
  crypto::AlternativeName subject;  ///< email, URI, or otherName 57264.1.7.
  std::string issuer;               ///< OIDC issuer; empty if the certificate names none.
  std::vector<Claim> claims;        ///< In order of number; without the issuer.

  /// Null if the certificate has none of that kind.
  const std::string* claim(std::string_view name) const noexcept;

  /// Exactly one SAN of a known type; issuer from .8, else .1, equal if both are there; every
  /// extension of the table decoded strictly (nothing behind the DER string, UTF-8, no NUL).
  /// A certificate without an issuer is no error here (an operator's own CA writes none): whoever
  /// expects an issuer compares it, and "" equals none. Errors: untrusted (SAN, contradiction),
  /// malformed.
  static Result<CertificateIdentity> from(const crypto::Certificate& certificate);
};

}  // namespace portreeve::verifiers
