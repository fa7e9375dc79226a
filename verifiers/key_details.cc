#include "verifiers/key_details.h"

#include <algorithm>
#include <array>

namespace portreeve::verifiers {
namespace {

using crypto::KeyKind;
using crypto::Scheme;

constexpr std::array<KeyDetails, 17> kDetails = {{
    {"PKIX_ECDSA_P256_SHA_256", false, KeyKind::ecdsa_p256, 0, Scheme::ecdsa_sha256},
    {"PKIX_ECDSA_P384_SHA_384", false, KeyKind::ecdsa_p384, 0, Scheme::ecdsa_sha384},
    {"PKIX_ECDSA_P384_SHA_256", false, KeyKind::ecdsa_p384, 0, Scheme::ecdsa_sha256},
    {"PKIX_ECDSA_P521_SHA_512", false, KeyKind::ecdsa_p521, 0, Scheme::ecdsa_sha512},
    {"PKIX_ECDSA_P521_SHA_256", false, KeyKind::ecdsa_p521, 0, Scheme::ecdsa_sha256},
    {"PKIX_ED25519", false, KeyKind::ed25519, 0, Scheme::ed25519},
    {"PKIX_ED25519_PH", false, KeyKind::ed25519, 0, Scheme::ed25519ph},
    {"PKIX_RSA_PKCS1V5", false, KeyKind::rsa, 0, Scheme::rsa_pkcs1_sha256},
    {"PKCS1_RSA_PKCS1V5", true, KeyKind::rsa, 0, Scheme::rsa_pkcs1_sha256},
    {"PKIX_RSA_PSS", false, KeyKind::rsa, 0, Scheme::rsa_pss_sha256},
    {"PKCS1_RSA_PSS", true, KeyKind::rsa, 0, Scheme::rsa_pss_sha256},
    {"PKIX_RSA_PKCS1V15_2048_SHA256", false, KeyKind::rsa, 2048, Scheme::rsa_pkcs1_sha256},
    {"PKIX_RSA_PKCS1V15_3072_SHA256", false, KeyKind::rsa, 3072, Scheme::rsa_pkcs1_sha256},
    {"PKIX_RSA_PKCS1V15_4096_SHA256", false, KeyKind::rsa, 4096, Scheme::rsa_pkcs1_sha256},
    {"PKIX_RSA_PSS_2048_SHA256", false, KeyKind::rsa, 2048, Scheme::rsa_pss_sha256},
    {"PKIX_RSA_PSS_3072_SHA256", false, KeyKind::rsa, 3072, Scheme::rsa_pss_sha256},
    {"PKIX_RSA_PSS_4096_SHA256", false, KeyKind::rsa, 4096, Scheme::rsa_pss_sha256},
}};

}  // namespace

const KeyDetails* find_key_details(std::string_view name) noexcept {
  const auto found = std::find_if(kDetails.begin(), kDetails.end(),
                                  [&](const KeyDetails& details) { return details.name == name; });
  return found == kDetails.end() ? nullptr : &*found;
}

}  // namespace portreeve::verifiers
