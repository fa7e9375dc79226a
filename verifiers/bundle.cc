#include "verifiers/bundle.h"

#include "core/base64.h"
#include "core/json.h"
#include "core/limits.h"
#include "verifiers/proto_json.h"

namespace portreeve::verifiers {
namespace {

constexpr std::pair<std::string_view, BundleVersion> kMediaTypes[] = {
    {"application/vnd.dev.sigstore.bundle.v0.3+json", BundleVersion::v0_3},
    {"application/vnd.dev.sigstore.bundle+json;version=0.3", BundleVersion::v0_3},
    {"application/vnd.dev.sigstore.bundle+json;version=0.2", BundleVersion::v0_2},
    {"application/vnd.dev.sigstore.bundle+json;version=0.1", BundleVersion::v0_1},
};

constexpr std::pair<std::string_view, crypto::HashKind> kAlgorithms[] = {
    {"SHA2_256", crypto::HashKind::sha256},
    {"SHA2_384", crypto::HashKind::sha384},
    {"SHA2_512", crypto::HashKind::sha512},
};

Checked<ProtoMessage> open(const Value& value, std::string where) {
  return ProtoMessage::open(value, std::move(where), Reason::bundle_malformed);
}

Rejection bad_material(std::string message) {
  return {Reason::bundle_material, "bundle.verificationMaterial: " + std::move(message)};
}

Checked<std::string> read_certificate(const Value& value, const std::string& where) {
  PORTREEVE_TRY(ProtoMessage message, open(value, where));
  PORTREEVE_TRY(std::string der, message.bytes("rawBytes"));
  PORTREEVE_CHECK(message.finish());
  if (der.empty()) return bad_material("a certificate is empty");
  return der;
}

Passed read_chain(const Value& value, Bundle& out) {
  PORTREEVE_TRY(ProtoMessage chain, open(value, "bundle.verificationMaterial.x509CertificateChain"));
  PORTREEVE_TRY(const std::vector<Value> entries,
                chain.list("certificates", limits::kChainCertificates));
  PORTREEVE_CHECK(chain.finish());
  if (entries.empty()) return bad_material("x509CertificateChain is empty");
  for (const Value& entry : entries) {
    PORTREEVE_TRY(std::string der, read_certificate(entry, chain.path("certificates")));
    out.certificates.push_back(std::move(der));
  }
  return Done{};
}

// Which of the three stands in which version (sigstore_bundle.proto, VerificationMaterial.content).
Passed read_signer(ProtoMessage& material, Bundle& out) {
  const Value certificate = material.take("certificate");
  const Value chain = material.take("x509CertificateChain");
  const Value key = material.take("publicKey");
  const int given = int{certificate.present()} + int{chain.present()} + int{key.present()};
  if (given != 1) {
    return bad_material("expected exactly one of certificate, x509CertificateChain and publicKey, "
                        "found " + std::to_string(given));
  }
  const bool third = out.version == BundleVersion::v0_3;
  if (certificate.present()) {
    if (!third) return bad_material("certificate: comes with version 0.3");
    PORTREEVE_TRY(std::string der,
                  read_certificate(certificate, "bundle.verificationMaterial.certificate"));
    out.certificates.push_back(std::move(der));
    return Done{};
  }
  if (chain.present()) {
    if (third) return bad_material("x509CertificateChain: not in version 0.3");
    return read_chain(chain, out);
  }
  PORTREEVE_TRY(ProtoMessage inner, open(key, "bundle.verificationMaterial.publicKey"));
  PORTREEVE_TRY(out.key_hint, inner.text("hint"));
  return inner.finish();
}

Passed read_timestamps(ProtoMessage& material, Bundle& out) {
  const Value data = material.take("timestampVerificationData");
  if (!data.present()) return Done{};
  PORTREEVE_TRY(ProtoMessage message,
                open(data, "bundle.verificationMaterial.timestampVerificationData"));
  PORTREEVE_TRY(const std::vector<Value> entries,
                message.list("rfc3161Timestamps", limits::kTimestamps));
  PORTREEVE_CHECK(message.finish());
  for (const Value& entry : entries) {
    PORTREEVE_TRY(ProtoMessage inner, open(entry, message.path("rfc3161Timestamps")));
    PORTREEVE_TRY(std::string token, inner.bytes("signedTimestamp"));
    PORTREEVE_CHECK(inner.finish());
    out.timestamps.push_back(std::move(token));
  }
  return Done{};
}

Passed read_material(const Value& value, Bundle& out) {
  PORTREEVE_TRY(ProtoMessage material, open(value, "bundle.verificationMaterial"));
  PORTREEVE_TRY(const std::vector<Value> entries,
                material.list("tlogEntries", limits::kLogEntries));
  PORTREEVE_CHECK(read_signer(material, out));
  PORTREEVE_CHECK(read_timestamps(material, out));
  PORTREEVE_CHECK(material.finish());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    PORTREEVE_TRY(LogEntry entry,
                  read_log_entry(entries[i], "tlogEntries[" + std::to_string(i) + "]"));
    out.log_entries.push_back(std::move(entry));
  }
  return Done{};
}

Checked<MessageSignature> read_message_signature(const Value& value) {
  PORTREEVE_TRY(ProtoMessage message, open(value, "bundle.messageSignature"));
  MessageSignature out;
  PORTREEVE_TRY(out.signature, message.bytes("signature"));
  const Value hint = message.take("messageDigest");
  PORTREEVE_CHECK(message.finish());
  if (out.signature.empty()) {
    return Rejection{Reason::bundle_content, "bundle.messageSignature.signature: empty"};
  }
  if (!hint.present()) return out;
  PORTREEVE_TRY(ProtoMessage digest, open(hint, "bundle.messageSignature.messageDigest"));
  PORTREEVE_TRY(const std::string algorithm, digest.text("algorithm"));
  PORTREEVE_TRY(out.digest, digest.bytes("digest"));
  PORTREEVE_CHECK(digest.finish());
  // cosign 3 writes {} for Ed25519 keys: in proto3 a digest of no algorithm and no bytes is none.
  if (algorithm.empty() && out.digest.empty()) return out;
  for (const auto& [name, kind] : kAlgorithms) {
    if (algorithm == name) out.digest_kind = kind;
  }
  if (!out.digest_kind.has_value()) {
    return digest.wrong("algorithm", "expected SHA2_256, SHA2_384 or SHA2_512, found " +
                                         quoted(algorithm));
  }
  if (out.digest.size() != crypto::size_of(*out.digest_kind)) {
    return digest.wrong("digest", std::to_string(out.digest.size()) + " bytes, not " +
                                      std::to_string(crypto::size_of(*out.digest_kind)));
  }
  return out;
}

Passed read_version(const std::string& media_type, Bundle& out) {
  for (const auto& [name, version] : kMediaTypes) {
    if (media_type != name) continue;
    out.version = version;
    return Done{};
  }
  return Rejection{Reason::bundle_version,
                   "bundle.mediaType: expected a Sigstore bundle of version 0.1, 0.2 or 0.3, found " +
                       quoted(media_type)};
}

Passed read_content(const Value& message, const Value& envelope, Bundle& out) {
  if (message.present() == envelope.present()) {
    return Rejection{Reason::bundle_content, std::string("bundle: ") +
                                                 (message.present() ? "both of" : "neither of") +
                                                 " messageSignature and dsseEnvelope"};
  }
  if (message.present()) {
    PORTREEVE_TRY(out.content, read_message_signature(message));
    return Done{};
  }
  PORTREEVE_TRY(out.content, dsse::read_envelope(envelope, "bundle.dsseEnvelope",
                                                 dsse::UnknownFields::refuse));
  return Done{};
}

}  // namespace

bool Bundle::accepts(std::string_view media_type) noexcept {
  constexpr std::string_view kPrefix = "application/vnd.dev.sigstore.bundle";
  return media_type.substr(0, kPrefix.size()) == kPrefix;
}

Checked<Bundle> Bundle::parse(std::string text, MemoryBudget* memory) {
  const std::size_t bytes = text.size();
  const auto too_large = [bytes](std::size_t most) {
    return Rejection{Reason::too_large, "bundle: " + std::to_string(bytes) + " bytes, limit is " +
                                            std::to_string(most)};
  };
  if (bytes > limits::kAttestationBytes) return too_large(limits::kAttestationBytes);
  const ReadLimits bounds{limits::kAttestationBytes, limits::kEvidenceDepth, limits::kReviewValues};
  PORTREEVE_TRY(const DocumentPtr document,
                step(Reason::bundle_malformed, "bundle", json::parse(std::move(text), bounds, memory)));
  PORTREEVE_TRY(ProtoMessage root, open(document->root(), "bundle"));
  Bundle out;
  PORTREEVE_TRY(const std::string media_type, root.text("mediaType"));
  PORTREEVE_CHECK(read_version(media_type, out));
  const Value material = root.take("verificationMaterial");
  const Value message = root.take("messageSignature");
  const Value envelope = root.take("dsseEnvelope");
  PORTREEVE_CHECK(root.finish());
  // Only a predicate may be large.
  if (message.present() && bytes > limits::kBundleBytes) return too_large(limits::kBundleBytes);
  if (!material.present()) return bad_material("missing");
  PORTREEVE_CHECK(read_material(material, out));
  PORTREEVE_CHECK(read_content(message, envelope, out));
  return out;
}

}  // namespace portreeve::verifiers
