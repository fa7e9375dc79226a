#include "tests/support/mint_signature.h"

#include "core/base64.h"
#include "crypto/hash.h"
#include "verifiers/dsse.h"

namespace portreeve::testing {
namespace {

using verifiers::Candidate;

std::string hex_sha256(std::string_view bytes) { return crypto::sha256_hex(bytes); }

std::string raw(crypto::HashKind kind, std::string_view bytes) { return crypto::hash(kind, bytes); }

// What Rekor v2 calls the key and the hash it signs.
std::pair<std::string, crypto::HashKind> key_details(crypto::KeyKind kind) {
  switch (kind) {
    case crypto::KeyKind::ecdsa_p256:
      return {"PKIX_ECDSA_P256_SHA_256", crypto::HashKind::sha256};
    case crypto::KeyKind::ecdsa_p384:
      return {"PKIX_ECDSA_P384_SHA_384", crypto::HashKind::sha384};
    case crypto::KeyKind::ecdsa_p521:
      return {"PKIX_ECDSA_P521_SHA_512", crypto::HashKind::sha512};
    case crypto::KeyKind::rsa:
      return {"PKIX_RSA_PKCS1V15_2048_SHA256", crypto::HashKind::sha256};
    case crypto::KeyKind::ed25519:
      return {"PKIX_ED25519_PH", crypto::HashKind::sha512};
  }
  return {};
}

std::string algorithm_of(crypto::HashKind kind) {
  switch (kind) {
    case crypto::HashKind::sha256:
      return "SHA2_256";
    case crypto::HashKind::sha384:
      return "SHA2_384";
    case crypto::HashKind::sha512:
      return "SHA2_512";
  }
  return "";
}

Json proof_of(const MintLog& log, std::uint64_t index, const MintLog::CheckpointSpec& spec) {
  const MintLog::Proof proof = log.prove(index);
  Json hashes = Json::array();
  for (const std::string& hash : proof.hashes) hashes.push_back(to_base64(hash));
  return {{"logIndex", std::to_string(proof.index)},
          {"rootHash", to_base64(proof.root)},
          {"treeSize", std::to_string(proof.size)},
          {"hashes", hashes},
          {"checkpoint", {{"envelope", log.checkpoint(spec)}}}};
}

}  // namespace

struct SignatureMint::Signed {
  std::string message;  ///< What was signed.
  std::string payload;  ///< Of an envelope.
  std::string signature;
  crypto::KeyKind kind;
  bool certificate;
  std::string der;
  std::string pem;
};

SignatureMint::SignatureMint() : leaf(sigstore.issue()), root(sigstore.trust_root()) {
  // A tree of one leaf has an empty proof.
  for (int i = 0; i < 5; ++i) {
    sigstore.rekor_v1.append("other entry " + std::to_string(i));
    sigstore.rekor_v2.append("other entry " + std::to_string(i));
  }
}

std::string SignatureMint::digest() const { return "sha256:" + hex_sha256(bytes); }

std::string SignatureMint::statement(std::string_view predicate_type, const Json& predicate) const {
  const Json out = {{"_type", "https://in-toto.io/Statement/v1"},
                    {"subject", {{{"digest", {{"sha256", hex_sha256(bytes)}}},
                                  {"annotations", {{"env", "prod"}}}}}},
                    {"predicateType", predicate_type},
                    {"predicate", predicate}};
  return out.dump();
}

std::string SignatureMint::simple_signing() const {
  const Json out = {{"critical",
                     {{"identity", {{"docker-reference", kRepository}}},
                      {"image", {{"docker-manifest-digest", digest()}}},
                      {"type", "cosign container image signature"}}},
                    {"optional", {{"env", "prod"}}}};
  return out.dump();
}

SignatureMint::Signed SignatureMint::sign(const SignatureSpec& spec, const std::string& message,
                                          const std::string& payload) const {
  const MintedCertificate& used = spec.leaf != nullptr ? *spec.leaf : leaf;
  const MintKey& signer = spec.key != nullptr ? *spec.key : spec.keyed ? key : used.key;
  const std::string signature = signer.sign(spec.scheme.value_or(signer.default_scheme()), message);
  return {message,      payload,
          signature,    signer.kind(),
          !spec.keyed,  spec.keyed ? signer.spki() : used.der,
          spec.keyed ? signer.public_pem() : used.pem()};
}

Json SignatureMint::body_of(const SignatureSpec& spec, const Signed& made) const {
  const std::string signature = to_base64(made.signature);
  const std::string pem = to_base64(made.pem);
  if (spec.log == MintedLog::v2) {
    const auto [details, hash] = key_details(made.kind);
    const std::string name = made.certificate ? "x509Certificate" : "publicKey";
    return {{"apiVersion", "0.0.2"},
            {"kind", "hashedrekord"},
            {"spec",
             {{"hashedRekordV002",
               {{"data",
                 {{"algorithm", algorithm_of(hash)}, {"digest", to_base64(raw(hash, made.message))}}},
                {"signature",
                 {{"content", signature},
                  {"verifier", {{"keyDetails", details},
                                {name, {{"rawBytes", to_base64(made.der)}}}}}}}}}}}};
  }
  const std::string kind =
      !spec.entry_kind.empty() ? spec.entry_kind : made.payload.empty() ? "hashedrekord" : "dsse";
  if (kind == "hashedrekord") {
    return {{"apiVersion", "0.0.1"},
            {"kind", kind},
            {"spec",
             {{"data", {{"hash", {{"algorithm", "sha256"}, {"value", hex_sha256(made.message)}}}}},
              {"signature", {{"content", signature}, {"publicKey", {{"content", pem}}}}}}}};
  }
  const Json hash = {{"algorithm", "sha256"}, {"value", hex_sha256(made.payload)}};
  if (kind == "dsse") {
    return {{"apiVersion", "0.0.1"},
            {"kind", kind},
            {"spec",
             {{"envelopeHash", hash},
              {"payloadHash", hash},
              {"signatures", {{{"signature", signature}, {"verifier", pem}}}}}}};
  }
  return {{"apiVersion", "0.0.2"},
          {"kind", kind},
          {"spec",
           {{"content",
             {{"envelope",
               {{"payloadType", spec.payload_type},
                {"signatures", {{{"publicKey", pem}, {"sig", to_base64(signature)}}}}}},
              {"hash", hash},
              {"payloadHash", hash}}}}}};
}

Json SignatureMint::entry(const SignatureSpec& spec, const Signed& made) {
  Json body = body_of(spec, made);
  if (spec.edit_body) spec.edit_body(body);
  const std::string text = body.dump();
  const bool v2 = spec.log == MintedLog::v2;
  MintLog& log = v2 ? sigstore.rekor_v2 : sigstore.rekor_v1;
  const std::uint64_t index = log.append(text);
  const std::uint64_t shown = v2 ? index : log.global_index(index);
  Json out = {{"logIndex", std::to_string(shown)},
              {"logId", {{"keyId", to_base64(log.log_id())}}},
              {"kindVersion", {{"kind", body.at("kind")}, {"version", body.at("apiVersion")}}}};
  if (!v2 && spec.promise) {
    out["integratedTime"] = std::to_string(spec.integrated_time);
    out["inclusionPromise"] = {
        {"signedEntryTimestamp",
         to_base64(log.signed_entry_timestamp(text, spec.integrated_time, shown))}};
  }
  if (spec.proof) out["inclusionProof"] = proof_of(log, index, spec.checkpoint);
  out["canonicalizedBody"] = to_base64(text);
  return out;
}

Json SignatureMint::bundle(const SignatureSpec& spec) {
  const std::string payload = !spec.statement ? ""
                              : spec.payload.empty()
                                  ? statement("https://sigstore.dev/cosign/sign/v1")
                                  : spec.payload;
  const std::string message =
      spec.statement ? verifiers::dsse::pae(spec.payload_type, payload) : bytes;
  const Signed made = sign(spec, message, payload);
  Json material = Json::object();
  if (spec.keyed) {
    material["publicKey"] = {{"hint", "hint"}};
  } else if (spec.version == "0.3") {
    material["certificate"] = {{"rawBytes", to_base64(made.der)}};
  } else {
    material["x509CertificateChain"] = {{"certificates", {{{"rawBytes", to_base64(made.der)}}}}};
  }
  if (spec.log != MintedLog::none) material["tlogEntries"] = Json::array({entry(spec, made)});
  if (spec.timestamp) {
    const std::string token =
        sigstore.tsa.stamp(spec.stamped.value_or(made.signature), spec.stamp);
    material["timestampVerificationData"] = {
        {"rfc3161Timestamps", {{{"signedTimestamp", to_base64(token)}}}}};
  }
  Json out = {{"mediaType", spec.version == "0.3"
                                ? "application/vnd.dev.sigstore.bundle.v0.3+json"
                                : "application/vnd.dev.sigstore.bundle+json;version=" + spec.version},
              {"verificationMaterial", material}};
  if (spec.statement) {
    out["dsseEnvelope"] = {{"payload", to_base64(payload)},
                           {"payloadType", spec.payload_type},
                           {"signatures", {{{"sig", to_base64(made.signature)}}}}};
  } else {
    out["messageSignature"] = {
        {"messageDigest",
         {{"algorithm", "SHA2_256"},
          {"digest", to_base64(raw(crypto::HashKind::sha256, bytes))}}},
        {"signature", to_base64(made.signature)}};
  }
  return out;
}

namespace {

void add_certificate(std::map<std::string, std::string, std::less<>>& annotations,
                     const std::string& pem, bool certificate) {
  if (certificate) annotations["dev.sigstore.cosign/certificate"] = pem;
}

std::string legacy_bundle(const Json& entry) {
  const auto number = [&](const char* key) {
    return std::stoull(entry.at(key).get<std::string>());
  };
  const std::string raw_id =
      from_base64(entry.at("logId").at("keyId").get<std::string>(), Base64::standard).value();
  const Json out = {
      {"SignedEntryTimestamp", entry.at("inclusionPromise").at("signedEntryTimestamp")},
      {"Payload",
       {{"body", entry.at("canonicalizedBody")},
        {"integratedTime", number("integratedTime")},
        {"logIndex", number("logIndex")},
        {"logID", verifiers::hex_of(raw_id)}}}};
  return out.dump();
}

std::string legacy_timestamp(const std::string& token) {
  return Json{{"SignedRFC3161Timestamp", to_base64(token)}}.dump();
}

}  // namespace

Candidate SignatureMint::legacy_signature(const SignatureSpec& spec) {
  Candidate out;
  out.shape = verifiers::Shape::legacy_signature;
  out.media_type = "application/vnd.dev.cosign.simplesigning.v1+json";
  out.bytes = spec.payload.empty() ? simple_signing() : spec.payload;
  const Signed made = sign(spec, out.bytes, "");
  out.annotations["dev.cosignproject.cosign/signature"] = to_base64(made.signature);
  add_certificate(out.annotations, made.pem, made.certificate);
  if (spec.log == MintedLog::v1) {
    out.annotations["dev.sigstore.cosign/bundle"] = legacy_bundle(entry(spec, made));
  }
  if (spec.timestamp) {
    out.annotations["dev.sigstore.cosign/rfc3161timestamp"] = legacy_timestamp(
        sigstore.tsa.stamp(spec.stamped.value_or(made.signature), spec.stamp));
  }
  return out;
}

Candidate SignatureMint::legacy_attestation(const SignatureSpec& spec) {
  const std::string payload =
      spec.payload.empty() ? statement("https://spdx.dev/Document") : spec.payload;
  const Signed made =
      sign(spec, verifiers::dsse::pae(spec.payload_type, payload), payload);
  Candidate out;
  out.shape = verifiers::Shape::legacy_attestation;
  out.media_type = "application/vnd.dsse.envelope.v1+json";
  out.bytes = Json{{"payloadType", spec.payload_type},
                   {"payload", to_base64(payload)},
                   {"signatures", {{{"keyid", ""}, {"sig", to_base64(made.signature)}}}}}
                  .dump();
  out.annotations["dev.cosignproject.cosign/signature"] = "";
  add_certificate(out.annotations, made.pem, made.certificate);
  if (spec.log == MintedLog::v1) {
    out.annotations["dev.sigstore.cosign/bundle"] = legacy_bundle(entry(spec, made));
  }
  if (spec.timestamp) {
    out.annotations["dev.sigstore.cosign/rfc3161timestamp"] = legacy_timestamp(
        sigstore.tsa.stamp(spec.stamped.value_or(spec.stamps_signature ? made.signature : out.bytes),
                           spec.stamp));
  }
  return out;
}

Candidate SignatureMint::candidate(const Json& bundle) {
  Candidate out;
  out.found = "file";
  out.bytes = bundle.dump();
  return out;
}

verifiers::Authority SignatureMint::keyless() const {
  return {"keyless",
          {},
          verifiers::KeylessSigners{
              std::string(kMintIssuer),
              verifiers::IdentityRule::exact(std::string(kMintIdentity)).value(), {}},
          nullptr};
}

verifiers::Authority SignatureMint::keyed() const {
  verifiers::KeySigners signers;
  signers.keys.push_back(
      {"key", key.public_key(), crypto::default_schemes(key.public_key()), {}});
  verifiers::Authority out{"keyed", {}, std::move(signers), nullptr};
  out.log = verifiers::LogNeed::required;
  return out;
}

std::string SignatureMint::judge(const Candidate& candidate, const verifiers::Authority& authority,
                                 const verifiers::Demand& demand) const {
  const verifiers::Artifact target = artifact();
  const auto claims =
      verifiers::Verifier::verify(candidate, authority, target, demand, *root);
  if (claims.ok()) return claims.value().empty() ? "accepted without a claim" : "accepted";
  return std::string(to_string(claims.error().reason));
}

SignatureMint& shared_mint() {
  static SignatureMint mint;
  return mint;
}

Json& entry_of(Json& bundle) { return bundle["verificationMaterial"]["tlogEntries"][0]; }

verifiers::Demand attestation_of(std::string predicate_type) {
  verifiers::Demand demand;
  demand.kind = verifiers::Demand::Kind::attestation;
  demand.predicate_types = {std::move(predicate_type)};
  return demand;
}

}  // namespace portreeve::testing
