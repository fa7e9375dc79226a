#include "verifiers/log_entry.h"

#include <algorithm>

#include "core/base64.h"
#include "core/json.h"
#include "core/limits.h"
#include "verifiers/artifact.h"
#include "verifiers/proto_json.h"

namespace portreeve::verifiers {
namespace {

// 9999-12-31T23:59:59Z: later times cannot be printed.
constexpr std::uint64_t kLastSecond = 253'402'300'799;

Checked<std::optional<TimePoint>> time_of(std::uint64_t seconds, const ProtoMessage& message) {
  if (seconds == 0) return std::optional<TimePoint>();
  if (seconds > kLastSecond) return message.wrong("integratedTime", "beyond the year 9999");
  return std::optional<TimePoint>(
      TimePoint(std::chrono::seconds(static_cast<std::int64_t>(seconds))));
}

Checked<merkle::Hash> hash_of(const std::string& bytes, const std::string& where) {
  merkle::Hash hash{};
  if (bytes.size() != hash.size()) {
    return Rejection{Reason::log_proof_malformed,
                     where + ": expected 32 bytes, found " + std::to_string(bytes.size())};
  }
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

Checked<InclusionProof> read_proof(const Value& object, const std::string& where) {
  PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(object, where, Reason::log_proof_malformed));
  InclusionProof proof;
  PORTREEVE_TRY(proof.log_index, message.count("logIndex"));
  PORTREEVE_TRY(proof.tree_size, message.count("treeSize"));
  PORTREEVE_TRY(const std::string root, message.bytes("rootHash"));
  PORTREEVE_TRY(const std::vector<Value> hashes, message.list("hashes", limits::kProofHashes));
  const Value checkpoint = message.take("checkpoint");
  PORTREEVE_CHECK(message.finish());
  if (checkpoint.present()) {
    PORTREEVE_TRY(ProtoMessage inner, ProtoMessage::open(checkpoint, message.path("checkpoint"),
                                                         Reason::log_proof_malformed));
    PORTREEVE_TRY(proof.checkpoint, inner.text("envelope"));
    PORTREEVE_CHECK(inner.finish());
  }
  PORTREEVE_TRY(proof.root, hash_of(root, message.path("rootHash")));
  for (const Value& entry : hashes) {
    if (!entry.is_string()) return message.wrong("hashes", "expected base64");
    PORTREEVE_TRY(const std::string bytes,
                  step(Reason::log_proof_malformed, message.path("hashes"),
                       from_base64(entry.text(), Base64::either)));
    PORTREEVE_TRY(const merkle::Hash hash, hash_of(bytes, message.path("hashes")));
    proof.path.push_back(hash);
  }
  return proof;
}

Passed read_log_id(ProtoMessage& message, LogEntry& out) {
  PORTREEVE_TRY(ProtoMessage id, ProtoMessage::open(message.take("logId"), message.path("logId"),
                                                    Reason::log_entry_malformed));
  PORTREEVE_TRY(out.log_id, id.bytes("keyId"));
  PORTREEVE_CHECK(id.finish());
  if (out.log_id.empty()) return id.wrong("keyId", "missing");
  return Done{};
}

Passed read_kind(ProtoMessage& message, LogEntry& out) {
  PORTREEVE_TRY(ProtoMessage kind,
                ProtoMessage::open(message.take("kindVersion"), message.path("kindVersion"),
                                   Reason::log_entry_malformed));
  PORTREEVE_TRY(out.kind, kind.text("kind"));
  PORTREEVE_TRY(out.version, kind.text("version"));
  return kind.finish();
}

Passed read_promise(ProtoMessage& message, LogEntry& out) {
  const Value promise = message.take("inclusionPromise");
  if (!promise.present()) return Done{};
  PORTREEVE_TRY(ProtoMessage inner, ProtoMessage::open(promise, message.path("inclusionPromise"),
                                                       Reason::log_entry_malformed));
  PORTREEVE_TRY(out.promise, inner.bytes("signedEntryTimestamp"));
  return inner.finish();
}

Checked<DocumentPtr> parse_text(std::string text, const std::string& where) {
  const ReadLimits bounds{limits::kBundleBytes, limits::kEvidenceDepth, limits::kReviewValues};
  return step(Reason::log_entry_malformed, where, json::parse(std::move(text), bounds, nullptr));
}

// A legacy entry says its kind only inside the body.
Passed kind_from_body(LogEntry& out) {
  PORTREEVE_TRY(const DocumentPtr body, parse_text(out.body, out.where + ".Payload.body"));
  const Value root = body->root();
  if (!root["kind"].is_string() || !root["apiVersion"].is_string()) {
    return Rejection{Reason::log_entry_malformed, out.where + ".Payload.body: no kind and apiVersion"};
  }
  out.kind = root["kind"].text();
  out.version = root["apiVersion"].text();
  return Done{};
}

Passed read_payload(const Value& object, LogEntry& out) {
  PORTREEVE_TRY(ProtoMessage payload, ProtoMessage::open(object, out.where + ".Payload",
                                                         Reason::log_entry_malformed));
  PORTREEVE_TRY(out.body, payload.bytes("body"));
  PORTREEVE_TRY(out.log_index, payload.count("logIndex"));
  PORTREEVE_TRY(const std::uint64_t seconds, payload.count("integratedTime"));
  PORTREEVE_TRY(const std::string id, payload.text("logID"));
  PORTREEVE_CHECK(payload.finish());
  PORTREEVE_TRY(out.integrated_time, time_of(seconds, payload));
  const std::optional<std::string> log_id = bytes_of_hex(id);
  if (!log_id.has_value() || log_id->empty()) {
    return payload.wrong("logID", "expected lower-case hexadecimal, found " + quoted(id));
  }
  out.log_id = *log_id;
  return Done{};
}

}  // namespace

Checked<LogEntry> read_log_entry(const Value& object, std::string where) {
  PORTREEVE_TRY(ProtoMessage message,
                ProtoMessage::open(object, where, Reason::log_entry_malformed));
  LogEntry out;
  out.where = std::move(where);
  PORTREEVE_TRY(out.log_index, message.count("logIndex"));
  PORTREEVE_CHECK(read_log_id(message, out));
  PORTREEVE_CHECK(read_kind(message, out));
  PORTREEVE_TRY(const std::uint64_t seconds, message.count("integratedTime"));
  PORTREEVE_TRY(out.integrated_time, time_of(seconds, message));
  PORTREEVE_CHECK(read_promise(message, out));
  if (const Value proof = message.take("inclusionProof"); proof.present()) {
    PORTREEVE_TRY(out.proof, read_proof(proof, message.path("inclusionProof")));
  }
  PORTREEVE_TRY(out.body, message.bytes("canonicalizedBody"));
  PORTREEVE_CHECK(message.finish());
  return out;
}

Checked<LogEntry> parse_legacy_entry(std::string annotation) {
  LogEntry out;
  out.where = "annotation dev.sigstore.cosign/bundle";
  PORTREEVE_TRY(const DocumentPtr document, parse_text(std::move(annotation), out.where));
  PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(document->root(), out.where,
                                                         Reason::log_entry_malformed));
  PORTREEVE_TRY(out.promise, message.bytes("SignedEntryTimestamp"));
  const Value payload = message.take("Payload");
  PORTREEVE_CHECK(message.finish());
  PORTREEVE_CHECK(read_payload(payload, out));
  PORTREEVE_CHECK(kind_from_body(out));
  return out;
}

}  // namespace portreeve::verifiers
