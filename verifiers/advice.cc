#include "verifiers/advice.h"

#include <algorithm>
#include <cstdio>

#include "core/base64.h"
#include "core/json.h"
#include "core/utf8.h"

namespace portreeve::verifiers {
namespace {

// A YAML double-quoted scalar is a JSON string. What a terminal might act on or nobody can see is
// escaped, and reads as the same text again.
std::string yaml_text(std::string_view text) {
  std::string quoted;
  json::append_string(quoted, text);
  std::string out;
  for (std::size_t at = 0; at < quoted.size();) {
    const std::size_t length = utf8::sequence_length(quoted, at);
    if (length < 2) {
      out += quoted[at++];
      continue;
    }
    char code[16];
    std::snprintf(code, sizeof code, "\\U%08X",
                  static_cast<unsigned>(utf8::decode(quoted, at, length)));
    out += code;
    at += length;
  }
  return out;
}

std::string pem_comment(std::string_view spki) {
  const std::string base64 = to_base64(spki);
  std::string out = "  #   -----BEGIN PUBLIC KEY-----\n";
  for (std::size_t at = 0; at < base64.size(); at += 64) {
    out += "  #   " + base64.substr(at, 64) + "\n";
  }
  return out + "  #   -----END PUBLIC KEY-----\n";
}

bool plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-_./:@=+,%").find(c) != std::string_view::npos;
}

// cosign's own short names (cmd/cosign/cli/options/predicate.go); any other type is given as a URI.
std::string_view cosign_type(std::string_view predicate_type) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"https://cosign.sigstore.dev/attestation/v1", "custom"},
      {"https://slsa.dev/provenance/v0.2", "slsaprovenance02"},
      {"https://slsa.dev/provenance/v1", "slsaprovenance1"},
      {"https://spdx.dev/Document", "spdxjson"},
      {"https://cyclonedx.org/bom", "cyclonedx"},
      {"https://cosign.sigstore.dev/attestation/vuln/v1", "vuln"},
      {"https://openvex.dev/ns", "openvex"},
  };
  for (const auto& [type, name] : kTypes) {
    if (type == predicate_type) return name;
  }
  return predicate_type;
}

}  // namespace

std::string shell_quoted(std::string_view text) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), plain)) return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string authority_document(const SignatureClaim& claim, std::string_view repository,
                               std::string_view name, std::string_view key_file) {
  std::string out = "apiVersion: portreeve.openova.io/v1alpha1\nkind: Authority\nmetadata:\n  name: " +
                    yaml_text(name) + "\nspec:\n";
  if (!repository.empty()) out += "  repositories: [" + yaml_text(repository) + "]\n";
  if (claim.signer.identity.has_value()) {
    const CertificateIdentity& identity = *claim.signer.identity;
    out += "  keyless:\n    issuer: " + yaml_text(identity.issuer) + "\n    identity: " +
           yaml_text(identity.subject.value) + "\n";
  } else {
    out += "  # " + std::string(key_file) + ":\n" + pem_comment(claim.signer.key_spki);
    out += "  keys:\n    - file: " + yaml_text(key_file) + "\n";
  }
  if (claim.logs.empty()) {
    out += "  log: none\n";
    if (claim.signer.identity.has_value()) out += "  timestamp: required\n";
  } else if (!claim.signer.identity.has_value()) {
    out += "  log: required\n";
  }
  return out;
}

namespace {

// The hash of a bare key's signature, where cosign has to be told: it expects SHA-256 of every key.
std::string_view other_hash(const SignatureClaim& claim) {
  using crypto::Scheme;
  if (claim.signer.identity.has_value()) return {};
  switch (claim.scheme) {
    case Scheme::ecdsa_sha384:
    case Scheme::rsa_pkcs1_sha384:
    case Scheme::rsa_pss_sha384: return "sha384";
    case Scheme::ecdsa_sha512:
    case Scheme::rsa_pkcs1_sha512:
    case Scheme::rsa_pss_sha512: return "sha512";
    case Scheme::ecdsa_sha256:
    case Scheme::rsa_pkcs1_sha256:
    case Scheme::rsa_pss_sha256:
    case Scheme::ed25519:
    case Scheme::ed25519ph: return {};
  }
  return {};
}

bool is_attestation(const SignatureClaim& claim) {
  return claim.statement != nullptr && claim.statement->predicate_type != kCosignSignPredicate;
}

// What cosign writes but cannot verify itself, in 2.6 as in 3.1: Ed25519ph over anything but a file's
// own bytes, a logged `.sig` whose hash is not SHA-256, a certificate that names no issuer, and one
// that has nothing but cosign 3's timestamp of an `.att` to say when it was used.
bool cosign_verifies(const SignatureClaim& claim) {
  const bool keyless = claim.signer.identity.has_value();
  if (keyless && claim.stamps_signature && claim.logs.empty()) return false;
  if (keyless && claim.signer.identity->issuer.empty()) return false;
  const bool message = claim.shape == Shape::bundle && claim.statement == nullptr;
  if (claim.scheme == crypto::Scheme::ed25519ph) return message;
  return claim.shape != Shape::legacy_signature || claim.logs.empty() || other_hash(claim).empty();
}

// Who must have signed, and what vouches for it.
std::string trust_flags(const SignatureClaim& claim, std::string_view key_file,
                        std::string_view trust_root_file) {
  std::string out;
  const auto add = [&out](std::string_view flag, std::string_view value) {
    out += " " + std::string(flag) + " " + shell_quoted(value);
  };
  if (claim.signer.identity.has_value()) {
    add("--certificate-identity", claim.signer.identity->subject.value);
    add("--certificate-oidc-issuer", claim.signer.identity->issuer);
  } else {
    add("--key", key_file);
    if (const auto hash = other_hash(claim); !hash.empty()) add("--signature-digest-algorithm", hash);
  }
  if (!trust_root_file.empty()) add("--trusted-root", trust_root_file);
  if (claim.logs.empty()) out += " --insecure-ignore-tlog";
  const bool stamped = claim.times.size() > claim.logs.size() || claim.logs.empty();
  if (stamped && !claim.times.empty() && !claim.stamps_signature) out += " --use-signed-timestamps";
  return out;
}

// A bundle as a file, whatever registry it came from.
std::string bundle_command(const SignatureClaim& claim, const ClaimPlace& place,
                           std::string_view trust) {
  const std::string folder = place.layout + "/blobs/sha256/";
  const auto file = [&](const std::string& hex) {
    return place.archive.empty() ? shell_quoted(folder + hex) : hex;
  };
  std::string out;
  if (!place.archive.empty()) {
    for (const std::string& hex : {place.blob, place.artifact}) {
      // Archives call their entries "blobs/…" or "./blobs/…".
      out += "tar --wildcards -xOf " + shell_quoted(place.archive) + " '*blobs/sha256/" + hex + "' > " +
             hex + " && ";
    }
  }
  if (claim.statement == nullptr) {
    return out + "cosign verify-blob --bundle " + file(place.blob) + std::string(trust) + " " +
           file(place.artifact);
  }
  return out + "cosign verify-blob-attestation --bundle " + file(place.blob) + " --type " +
         shell_quoted(cosign_type(claim.statement->predicate_type)) + std::string(trust) + " " +
         file(place.artifact);
}

}  // namespace

std::string cosign_command(const SignatureClaim& claim, const ClaimPlace& place,
                           std::string_view key_file, std::string_view trust_root_file) {
  if (!cosign_verifies(claim)) return {};
  const std::string trust = trust_flags(claim, key_file, trust_root_file);
  const bool on_disk = !place.layout.empty() || !place.archive.empty();
  if (on_disk && claim.shape == Shape::bundle) return bundle_command(claim, place, trust);
  if (!place.archive.empty()) return {};  // cosign reads the older shapes from a directory alone.
  std::string out;
  if (!place.signatures.empty()) out = "COSIGN_REPOSITORY=" + shell_quoted(place.signatures) + " ";
  out += is_attestation(claim) ? "cosign verify-attestation --type " +
                                     shell_quoted(cosign_type(claim.statement->predicate_type))
                               : std::string("cosign verify");
  out += trust;
  if (place.bundles && claim.shape != Shape::bundle) out += " --new-bundle-format=false";
  if (on_disk) return out + " --local-image " + shell_quoted(place.layout);
  if (place.referrer && claim.shape != Shape::bundle) out += " --experimental-oci11";
  return out + " " + shell_quoted(place.reference);
}

}  // namespace portreeve::verifiers
