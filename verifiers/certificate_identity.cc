#include "verifiers/certificate_identity.h"

#include <algorithm>
#include <array>

#include "core/utf8.h"
#include "crypto/der.h"

namespace portreeve::verifiers {
namespace {

using crypto::AlternativeName;
using crypto::Certificate;
using crypto::NameKind;

constexpr std::string_view kArc = "1.3.6.1.4.1.57264.1.";
constexpr std::string_view kOtherName = "1.3.6.1.4.1.57264.1.7";
constexpr std::uint8_t kIssuerV1 = 1;
constexpr std::uint8_t kIssuerV2 = 8;
constexpr std::uint8_t kRepository = 5;
constexpr std::string_view kRepositoryAlias = "sourceRepository";

constexpr std::array<ClaimKind, 23> kKinds = {{
    {1, "issuerV1", true},
    {2, "githubWorkflowTrigger", true},
    {3, "githubWorkflowSHA", true},
    {4, "githubWorkflowName", true},
    {5, "githubWorkflowRepository", true},
    {6, "githubWorkflowRef", true},
    {8, "issuer", false},
    {9, "buildSignerURI", false},
    {10, "buildSignerDigest", false},
    {11, "runnerEnvironment", false},
    {12, "sourceRepositoryURI", false},
    {13, "sourceRepositoryDigest", false},
    {14, "sourceRepositoryRef", false},
    {15, "sourceRepositoryIdentifier", false},
    {16, "sourceRepositoryOwnerURI", false},
    {17, "sourceRepositoryOwnerIdentifier", false},
    {18, "buildConfigURI", false},
    {19, "buildConfigDigest", false},
    {20, "buildTrigger", false},
    {21, "runInvocationURI", false},
    {22, "sourceRepositoryVisibility", false},
    {23, "deploymentEnvironment", false},
    {24, "tokenSubject", false},
}};

Error refuse(Errc code, std::string message) {
  return {code, "certificate: " + std::move(message)};
}

Result<AlternativeName> subject_of(const Certificate& certificate) {
  const std::vector<AlternativeName>& names = certificate.alternative_names();
  if (names.size() != 1) {
    return refuse(Errc::untrusted, std::to_string(names.size()) +
                                       " subject alternative names, expected exactly one");
  }
  const AlternativeName& name = names.front();
  const bool known = name.kind == NameKind::email || name.kind == NameKind::uri ||
                     (name.kind == NameKind::other_name && name.oid == kOtherName);
  if (!known) {
    return refuse(Errc::untrusted,
                  "subject alternative name is " + std::string(to_string(name.kind)) +
                      (name.oid.empty() ? "" : " of type " + name.oid) +
                      ", expected email, URI or otherName " + std::string(kOtherName));
  }
  if (name.value.empty()) return refuse(Errc::untrusted, "subject alternative name is empty");
  return name;
}

// The text of one extension of the table.
Result<std::string> text_of(const ClaimKind& kind, std::string_view value) {
  std::string_view text = value;
  if (!kind.raw) {
    PORTREEVE_TRY(const crypto::der::Element element,
                  crypto::der::only(value, crypto::der::kUtf8String));
    text = element.content;
  }
  if (utf8::first_invalid(text) != utf8::kValid || text.find('\0') != std::string_view::npos) {
    return Error{Errc::malformed, "NUL or bytes that are not UTF-8"};
  }
  return std::string(text);
}

}  // namespace

std::span<const ClaimKind> claim_kinds() noexcept { return kKinds; }

const ClaimKind* find_claim_kind(std::string_view name) noexcept {
  const auto found = std::find_if(kKinds.begin(), kKinds.end(), [&](const ClaimKind& kind) {
    return kind.name == name || (kind.number == kRepository && name == kRepositoryAlias);
  });
  return found == kKinds.end() ? nullptr : &*found;
}

const std::string* CertificateIdentity::claim(std::string_view name) const noexcept {
  const ClaimKind* const kind = find_claim_kind(name);
  for (const Claim& claim : claims) {
    if (claim.kind == kind) return &claim.value;
  }
  return nullptr;
}

Result<CertificateIdentity> CertificateIdentity::from(const Certificate& certificate) {
  CertificateIdentity identity;
  PORTREEVE_TRY(identity.subject, subject_of(certificate));
  const std::string* issuer_v1 = nullptr;
  const std::string* issuer_v2 = nullptr;
  std::vector<Claim> found;
  found.reserve(kKinds.size());  // The pointers above stay valid.
  for (const ClaimKind& kind : kKinds) {
    const auto* const extension =
        certificate.extension(std::string(kArc) + std::to_string(kind.number));
    if (extension == nullptr) continue;
    Result<std::string> text = text_of(kind, extension->value);
    if (!text.ok()) {
      return with_context(std::move(text).error(), "certificate: extension " + extension->oid +
                                                       " (" + std::string(kind.name) + ")");
    }
    found.push_back({&kind, std::move(text).value()});
    if (kind.number == kIssuerV1) issuer_v1 = &found.back().value;
    if (kind.number == kIssuerV2) issuer_v2 = &found.back().value;
  }
  if (issuer_v1 != nullptr && issuer_v2 != nullptr && *issuer_v1 != *issuer_v2) {
    return refuse(Errc::untrusted, "two issuers that contradict each other: \"" +
                                       utf8::printable(*issuer_v1, 128) + "\" (.1) and \"" +
                                       utf8::printable(*issuer_v2, 128) + "\" (.8)");
  }
  if (issuer_v2 != nullptr) {
    identity.issuer = *issuer_v2;
  } else if (issuer_v1 != nullptr) {
    identity.issuer = *issuer_v1;
  }
  for (Claim& claim : found) {
    if (claim.kind->number != kIssuerV1 && claim.kind->number != kIssuerV2) {
      identity.claims.push_back(std::move(claim));
    }
  }
  return identity;
}

}  // namespace portreeve::verifiers
