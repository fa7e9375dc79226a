#include "verifiers/log_binding.h"

#include <algorithm>
#include <optional>

#include "core/base64.h"
#include "core/json.h"
#include "core/limits.h"
#include "crypto/pem.h"
#include "verifiers/proto_json.h"

namespace portreeve::verifiers {
namespace {

struct KindRow {
  std::string_view kind;
  std::string_view version;
  LoggedKind logged;
};
constexpr KindRow kKinds[] = {
    {"hashedrekord", "0.0.1", LoggedKind::hashedrekord_v1},
    {"dsse", "0.0.1", LoggedKind::dsse_v1},
    {"intoto", "0.0.2", LoggedKind::intoto_v1},
    {"hashedrekord", "0.0.2", LoggedKind::hashedrekord_v2},
};

Checked<ProtoMessage> open(const Value& value, std::string where) {
  return ProtoMessage::open(value, std::move(where), Reason::log_entry_malformed);
}

// Rekor v1 stores base64 of PEM.
Checked<LoggedSigner> signer_of_pem(const std::string& pem, const std::string& where) {
  PORTREEVE_TRY(crypto::PemBlock block,
                step(Reason::log_entry_malformed, where, crypto::parse_pem(pem)));
  LoggedSigner signer;
  signer.certificate = block.label == "CERTIFICATE";
  signer.der = std::move(block.bytes);
  if (signer.certificate || block.label == "PUBLIC KEY") return signer;
  // Another encoding of a key is brought into the one that is compared.
  PORTREEVE_TRY(const crypto::PublicKey key,
                step(Reason::log_entry_malformed, where, crypto::PublicKey::from_pem(pem)));
  signer.der = key.spki();
  return signer;
}

Passed read_digest(const Value& value, const std::string& where, LoggedEntry& out) {
  PORTREEVE_TRY(ProtoMessage hash, open(value, where));
  PORTREEVE_TRY(const std::string algorithm, hash.text("algorithm"));
  PORTREEVE_TRY(const std::string hex, hash.text("value"));
  const std::optional<crypto::HashKind> kind = hash_kind(algorithm);
  const std::optional<std::string> bytes = bytes_of_hex(hex);
  if (!kind.has_value() || !bytes.has_value() || bytes->size() != crypto::size_of(*kind)) {
    return hash.wrong("value", "expected a digest in lower-case hexadecimal, found " +
                                   quoted(algorithm + ":" + hex));
  }
  out.digest_kind = *kind;
  out.digest = *bytes;
  return Done{};
}

Passed read_hashedrekord(const Value& spec, const std::string& where, LoggedEntry& out) {
  PORTREEVE_CHECK(read_digest(spec["data"]["hash"], where + ".spec.data.hash", out));
  PORTREEVE_TRY(ProtoMessage signature, open(spec["signature"], where + ".spec.signature"));
  LoggedSignature logged;
  PORTREEVE_TRY(logged.bytes, signature.bytes("content"));
  PORTREEVE_TRY(ProtoMessage key, open(signature.take("publicKey"), signature.path("publicKey")));
  PORTREEVE_TRY(const std::string pem, key.bytes("content"));
  PORTREEVE_TRY(logged.signer, signer_of_pem(pem, key.path("content")));
  out.signatures.push_back(std::move(logged));
  return Done{};
}

Passed read_dsse(const Value& spec, const std::string& where, LoggedEntry& out) {
  PORTREEVE_CHECK(read_digest(spec["payloadHash"], where + ".spec.payloadHash", out));
  PORTREEVE_TRY(ProtoMessage message, open(spec, where + ".spec"));
  PORTREEVE_TRY(const std::vector<Value> entries,
                message.list("signatures", limits::kEnvelopeSignatures));
  for (const Value& entry : entries) {
    PORTREEVE_TRY(ProtoMessage signature, open(entry, message.path("signatures")));
    LoggedSignature logged;
    PORTREEVE_TRY(logged.bytes, signature.bytes("signature"));
    PORTREEVE_TRY(const std::string pem, signature.bytes("verifier"));
    PORTREEVE_TRY(logged.signer, signer_of_pem(pem, signature.path("verifier")));
    out.signatures.push_back(std::move(logged));
  }
  return Done{};
}

Passed read_intoto(const Value& spec, const std::string& where, LoggedEntry& out) {
  const Value content = spec["content"];
  PORTREEVE_CHECK(read_digest(content["payloadHash"], where + ".spec.content.payloadHash", out));
  PORTREEVE_TRY(ProtoMessage envelope, open(content["envelope"], where + ".spec.content.envelope"));
  PORTREEVE_TRY(const std::vector<Value> entries,
                envelope.list("signatures", limits::kEnvelopeSignatures));
  for (const Value& entry : entries) {
    PORTREEVE_TRY(ProtoMessage signature, open(entry, envelope.path("signatures")));
    LoggedSignature logged;
    PORTREEVE_TRY(const std::string inner, signature.bytes("sig"));
    PORTREEVE_TRY(logged.bytes, step(Reason::log_entry_malformed, signature.path("sig"),
                                     from_base64(inner, Base64::either)));
    PORTREEVE_TRY(const std::string pem, signature.bytes("publicKey"));
    PORTREEVE_TRY(logged.signer, signer_of_pem(pem, signature.path("publicKey")));
    out.signatures.push_back(std::move(logged));
  }
  return Done{};
}

Passed read_hashedrekord_v2(const Value& spec, const std::string& where, LoggedEntry& out) {
  const Value record = spec["hashedRekordV002"];
  PORTREEVE_TRY(ProtoMessage data, open(record["data"], where + ".data"));
  PORTREEVE_TRY(const std::string algorithm, data.text("algorithm"));
  PORTREEVE_TRY(out.digest, data.bytes("digest"));
  constexpr std::pair<std::string_view, crypto::HashKind> kAlgorithms[] = {
      {"SHA2_256", crypto::HashKind::sha256},
      {"SHA2_384", crypto::HashKind::sha384},
      {"SHA2_512", crypto::HashKind::sha512}};
  const auto* const row = std::find_if(std::begin(kAlgorithms), std::end(kAlgorithms),
                                       [&](const auto& entry) { return entry.first == algorithm; });
  if (row == std::end(kAlgorithms) || out.digest.size() != crypto::size_of(row->second)) {
    return data.wrong("digest", "not a digest by " + quoted(algorithm));
  }
  out.digest_kind = row->second;
  PORTREEVE_TRY(ProtoMessage signature, open(record["signature"], where + ".signature"));
  LoggedSignature logged;
  PORTREEVE_TRY(logged.bytes, signature.bytes("content"));
  PORTREEVE_TRY(ProtoMessage verifier,
                open(signature.take("verifier"), signature.path("verifier")));
  const Value certificate = verifier.take("x509Certificate");
  const Value key = verifier.take("publicKey");
  if (certificate.present() == key.present()) {
    return signature.wrong("verifier", "expected exactly one of x509Certificate and publicKey");
  }
  logged.signer.certificate = certificate.present();
  PORTREEVE_TRY(ProtoMessage raw,
                open(logged.signer.certificate ? certificate : key, signature.path("verifier")));
  PORTREEVE_TRY(logged.signer.der, raw.bytes("rawBytes"));
  out.signatures.push_back(std::move(logged));
  return Done{};
}

Passed read_spec(const Value& spec, const std::string& where, LoggedEntry& out) {
  switch (out.kind) {
    case LoggedKind::hashedrekord_v1:
      return read_hashedrekord(spec, where, out);
    case LoggedKind::dsse_v1:
      return read_dsse(spec, where, out);
    case LoggedKind::intoto_v1:
      return read_intoto(spec, where, out);
    case LoggedKind::hashedrekord_v2:
      return read_hashedrekord_v2(spec, where, out);
  }
  return Rejection{Reason::internal, where + ": unknown kind"};
}

bool same_signer(const LoggedSigner& signer, const LogSubject& subject) {
  if (subject.certificate != nullptr) {
    return signer.certificate && signer.der == subject.certificate->der();
  }
  return !signer.certificate && signer.der == subject.key.spki();
}

Passed bind_digest(const LoggedEntry& logged, const LogSubject& subject, const std::string& where) {
  const bool of_payload =
      logged.kind == LoggedKind::dsse_v1 || logged.kind == LoggedKind::intoto_v1;
  const std::optional<std::string_view> payload = subject.content.payload();
  if (of_payload && !payload.has_value()) {
    return Rejection{Reason::log_entry_kind, where + ": an entry for envelopes; this is none"};
  }
  const std::optional<std::string> ours = of_payload ? crypto::hash(logged.digest_kind, *payload)
                                                     : subject.content.digest(logged.digest_kind);
  const std::string name(crypto::to_string(logged.digest_kind));
  if (!ours.has_value()) {
    return Rejection{Reason::digest_unknown,
                     where + ": names a " + name + " digest; give the artifact's bytes"};
  }
  if (*ours != logged.digest) {
    return Rejection{Reason::log_binding_digest, where + ": expected " + name + ":" +
                                                     hex_of(*ours) + ", found " + name + ":" +
                                                     hex_of(logged.digest)};
  }
  return Done{};
}

}  // namespace

Checked<LoggedEntry> LoggedEntry::parse(const LogEntry& entry) {
  const std::string where = entry.where + ".canonicalizedBody";
  const auto* const row =
      std::find_if(std::begin(kKinds), std::end(kKinds), [&](const KindRow& known) {
        return known.kind == entry.kind && known.version == entry.version;
      });
  if (row == std::end(kKinds)) {
    return Rejection{Reason::log_entry_kind, entry.where + ": " +
                                                 quoted(entry.kind + " " + entry.version) +
                                                 " is not an entry that we read"};
  }
  const ReadLimits bounds{limits::kAttestationBytes, limits::kEvidenceDepth, limits::kReviewValues};
  PORTREEVE_TRY(const DocumentPtr document,
                step(Reason::log_entry_malformed, where, json::parse(entry.body, bounds, nullptr)));
  PORTREEVE_TRY(ProtoMessage root, open(document->root(), where));
  PORTREEVE_TRY(const std::string kind, root.text("kind"));
  PORTREEVE_TRY(const std::string version, root.text("apiVersion"));
  if (kind != entry.kind || version != entry.version) {
    return Rejection{Reason::log_entry_kind, where + ": is " + quoted(kind + " " + version) +
                                                 ", kindVersion says " +
                                                 quoted(entry.kind + " " + entry.version)};
  }
  LoggedEntry out{row->logged, {}, crypto::HashKind::sha256, {}};
  PORTREEVE_CHECK(read_spec(root.take("spec"), where, out));
  if (out.signatures.empty()) {
    return Rejection{Reason::log_entry_malformed, where + ": holds no signature"};
  }
  return out;
}

Passed bind(const LoggedEntry& logged, const LogSubject& subject, const std::string& where) {
  bool signature = false;
  bool both = false;
  for (const LoggedSignature& entry : logged.signatures) {
    const bool same = entry.bytes == subject.signature;
    signature = signature || same;
    both = both || (same && same_signer(entry.signer, subject));
  }
  // Both in the same place: a signature of one entry and a signer of another prove nothing.
  if (!both) {
    bool signer = false;
    for (const LoggedSignature& entry : logged.signatures) {
      signer = signer || same_signer(entry.signer, subject);
    }
    if (signer && !signature) {
      return Rejection{Reason::log_binding_signature, where + ": logs another signature"};
    }
    return Rejection{
        Reason::log_binding_signer,
        where + ": logs another " + (subject.certificate != nullptr ? "certificate" : "key")};
  }
  return bind_digest(logged, subject, where);
}

}  // namespace portreeve::verifiers
