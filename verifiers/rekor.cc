#include "verifiers/rekor.h"

#include "core/base64.h"
#include "core/json.h"
#include "verifiers/artifact.h"

namespace portreeve::verifiers {
namespace {

// What one instance of a log (a key with a window) says about an entry.
using Instance = const TransparencyLog*;

Checked<std::vector<Instance>> find_logs(const LogEntry& entry, const TrustRoot& root) {
  std::vector<Instance> logs = root.find_log(entry.log_id);
  if (logs.empty()) {
    return rejection(Reason::log_unknown, entry.where, root.unknown_log("log", entry.log_id));
  }
  return logs;
}

Passed verify_promise(const LogEntry& entry, const TransparencyLog& log) {
  const Outcome holds = log.key.verify(log.scheme, promise_bytes(entry), entry.promise);
  if (!holds.ok()) {
    return rejection(Reason::log_promise_signature, entry.where + ": SET under " + log.where,
                     holds.error());
  }
  if (!log.valid_for.contains(*entry.integrated_time)) {
    return Rejection{Reason::log_validity, entry.where + ": integrated " +
                                               format_time(*entry.integrated_time) + ", the key of " +
                                               log.where + " is valid " + log.valid_for.text()};
  }
  return Done{};
}

Checked<VerifiedEntry> verify_v1_under(const LogEntry& entry, const Checkpoint* checkpoint,
                                       const TransparencyLog& log) {
  if (checkpoint != nullptr) {
    PORTREEVE_CHECK(verify_checkpoint(*checkpoint, log, LogNaming::any));
  }
  VerifiedEntry out{&log, entry.log_index, checkpoint != nullptr, std::nullopt};
  if (!entry.promise.empty()) {
    PORTREEVE_CHECK(verify_promise(entry, log));
    // Only now: without the log's signature over it, this time is the bundle writer's choice.
    out.time = entry.integrated_time;
  }
  return out;
}

Passed check_duties(const LogEntry& entry, const EntryDuties& duties) {
  if (entry.promise.empty() && (duties.promise || !entry.proof.has_value())) {
    const bool proof_too = !duties.promise;
    return Rejection{proof_too ? Reason::log_proof_missing : Reason::log_promise_missing,
                     entry.where + (proof_too ? ": neither inclusion proof nor SET"
                                              : ": no SET (inclusionPromise)")};
  }
  if (duties.proof && !entry.proof.has_value()) {
    return Rejection{Reason::log_proof_missing, entry.where + ": no inclusion proof"};
  }
  if (!entry.promise.empty() && !entry.integrated_time.has_value()) {
    return Rejection{Reason::log_entry_malformed, entry.where + ": a SET without integratedTime"};
  }
  if (entry.proof.has_value() && entry.proof->checkpoint.empty()) {
    return Rejection{Reason::checkpoint_missing, entry.where + ": inclusionProof has no checkpoint"};
  }
  return Done{};
}

Checked<VerifiedEntry> verify_v1(const LogEntry& entry, const LogSubject& subject,
                                 const EntryDuties& duties, const std::vector<Instance>& logs) {
  PORTREEVE_TRY(const LoggedEntry logged, LoggedEntry::parse(entry));
  PORTREEVE_CHECK(check_duties(entry, duties));
  PORTREEVE_CHECK(bind(logged, subject, entry.where));
  std::optional<Checkpoint> checkpoint;
  if (entry.proof.has_value()) {
    PORTREEVE_TRY(checkpoint, Checkpoint::parse(entry.proof->checkpoint));
    PORTREEVE_CHECK(verify_inclusion(entry, merkle::leaf_hash(entry.body), *checkpoint));
  }
  std::optional<Rejection> first;
  for (const Instance log : logs) {
    Checked<VerifiedEntry> verified =
        verify_v1_under(entry, checkpoint.has_value() ? &*checkpoint : nullptr, *log);
    if (verified.ok()) return verified;
    if (!first) first = std::move(verified).error();
  }
  return *first;
}

// Rekor v2 stores a body that follows from the signature (rekor-v2-spec §6.1.4): if that one is in
// the tree, the entry is about the signature, whatever the bundle says of it. A signer that used
// another hash than its key's usual one has another body; then the stored body counts, if it says the
// same three things.
Passed included_v2(const LogEntry& entry, const LogSubject& subject, const Checkpoint& checkpoint) {
  const std::optional<std::string> rebuilt = rekor_v2_body(subject);
  if (rebuilt.has_value() && (entry.body.empty() || entry.body == *rebuilt)) {
    return verify_inclusion(entry, merkle::leaf_hash(*rebuilt), checkpoint);
  }
  PORTREEVE_TRY(const LoggedEntry logged, LoggedEntry::parse(entry));
  PORTREEVE_CHECK(bind(logged, subject, entry.where));
  return verify_inclusion(entry, merkle::leaf_hash(entry.body), checkpoint);
}

Checked<VerifiedEntry> verify_v2(const LogEntry& entry, const LogSubject& subject,
                                 const std::vector<Instance>& logs) {
  if (!entry.proof.has_value()) {
    return Rejection{Reason::log_proof_missing, entry.where + ": no inclusion proof"};
  }
  if (entry.proof->checkpoint.empty()) {
    return Rejection{Reason::checkpoint_missing, entry.where + ": inclusionProof has no checkpoint"};
  }
  if (entry.log_index != entry.proof->log_index) {
    return Rejection{Reason::log_proof_malformed,
                     entry.where + ": logIndex is " + std::to_string(entry.log_index) +
                         ", inclusionProof.logIndex " + std::to_string(entry.proof->log_index)};
  }
  PORTREEVE_TRY(const Checkpoint checkpoint, Checkpoint::parse(entry.proof->checkpoint));
  PORTREEVE_CHECK(included_v2(entry, subject, checkpoint));
  std::optional<Rejection> first;
  for (const Instance log : logs) {
    Passed verified = verify_checkpoint(checkpoint, *log, LogNaming::of_the_log);
    if (verified.ok()) return VerifiedEntry{log, entry.log_index, true, std::nullopt};
    if (!first) first = std::move(verified).error();
  }
  return *first;
}

struct KeyDetails {
  std::string_view name;
  std::string_view algorithm;
  crypto::HashKind hash;
};

// protobuf-specs, sigstore_common.proto, PublicKeyDetails: what a key is called by its usual signer.
std::optional<KeyDetails> key_details(const crypto::PublicKey& key) {
  constexpr auto kSha256 = crypto::HashKind::sha256;
  switch (key.kind()) {
    case crypto::KeyKind::ecdsa_p256:
      return KeyDetails{"PKIX_ECDSA_P256_SHA_256", "SHA2_256", kSha256};
    case crypto::KeyKind::ecdsa_p384:
      return KeyDetails{"PKIX_ECDSA_P384_SHA_384", "SHA2_384", crypto::HashKind::sha384};
    case crypto::KeyKind::ecdsa_p521:
      return KeyDetails{"PKIX_ECDSA_P521_SHA_512", "SHA2_512", crypto::HashKind::sha512};
    case crypto::KeyKind::ed25519:
      return KeyDetails{"PKIX_ED25519_PH", "SHA2_512", crypto::HashKind::sha512};
    case crypto::KeyKind::rsa:
      if (key.bits() == 2048) return KeyDetails{"PKIX_RSA_PKCS1V15_2048_SHA256", "SHA2_256", kSha256};
      if (key.bits() == 3072) return KeyDetails{"PKIX_RSA_PKCS1V15_3072_SHA256", "SHA2_256", kSha256};
      if (key.bits() == 4096) return KeyDetails{"PKIX_RSA_PKCS1V15_4096_SHA256", "SHA2_256", kSha256};
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

bool is_rekor_v2(const LogEntry& entry) noexcept {
  return entry.kind == "hashedrekord" && entry.version == "0.0.2";
}

Checked<VerifiedEntry> verify_entry(const LogEntry& entry, const LogSubject& subject,
                                    const EntryDuties& duties, const TrustRoot& root) {
  PORTREEVE_TRY(const std::vector<Instance> logs, find_logs(entry, root));
  if (is_rekor_v2(entry)) return verify_v2(entry, subject, logs);
  return verify_v1(entry, subject, duties, logs);
}

Passed check_log_time(const VerifiedEntry& entry, TimePoint time) {
  if (entry.log->valid_for.contains(time)) return Done{};
  return Rejection{Reason::log_validity, "signed at " + format_time(time) + ", the key of " +
                                             entry.log->where + " is valid " +
                                             entry.log->valid_for.text()};
}

Passed verify_inclusion(const LogEntry& entry, const merkle::Hash& leaf,
                        const Checkpoint& checkpoint) {
  const InclusionProof& proof = *entry.proof;
  // The checkpoint is what the log signed; the bundle's own root and size are only told.
  if (proof.tree_size != checkpoint.size || proof.root != checkpoint.root) {
    return Rejection{Reason::log_proof_root,
                     entry.where + ": rootHash and treeSize " + std::to_string(proof.tree_size) +
                         " are not the checkpoint's (" + std::to_string(checkpoint.size) + ")"};
  }
  PORTREEVE_TRY(const merkle::Hash root,
                step(Reason::log_proof_malformed, entry.where + ".inclusionProof",
                     merkle::root_of_inclusion(proof.log_index, checkpoint.size, leaf, proof.path)));
  if (root != checkpoint.root) {
    return Rejection{Reason::log_proof_mismatch,
                     entry.where + ": the inclusion proof leads to another root than the "
                                   "checkpoint's"};
  }
  return Done{};
}

std::string promise_bytes(const LogEntry& entry) {
  const TimePoint time = entry.integrated_time.value_or(TimePoint{});
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
  std::string out = "{\"body\":\"" + to_base64(entry.body);
  out += "\",\"integratedTime\":" + std::to_string(seconds.count());
  out += ",\"logID\":\"" + hex_of(entry.log_id);
  out += "\",\"logIndex\":" + std::to_string(entry.log_index) + "}";
  return out;
}

std::optional<std::string> rekor_v2_body(const LogSubject& subject) {
  const std::optional<KeyDetails> details = key_details(subject.key);
  if (!details.has_value()) return std::nullopt;
  const std::optional<std::string> digest = subject.content.digest(details->hash);
  if (!digest.has_value()) return std::nullopt;
  const bool certificate = subject.certificate != nullptr;
  // RFC 8785: members sorted at every level. Nothing in here needs an escape.
  std::string out = R"({"apiVersion":"0.0.2","kind":"hashedrekord","spec":{"hashedRekordV002":{)";
  out += R"("data":{"algorithm":")" + std::string(details->algorithm) + R"(","digest":")" +
         to_base64(*digest) + R"("},)";
  out += R"("signature":{"content":")" + to_base64(subject.signature) + R"(","verifier":{)";
  out += R"("keyDetails":")" + std::string(details->name) + R"(",")";
  out += certificate ? "x509Certificate" : "publicKey";
  out += R"(":{"rawBytes":")" +
         to_base64(certificate ? subject.certificate->der() : subject.key.spki()) + R"("}}}}}})";
  return out;
}

}  // namespace portreeve::verifiers
