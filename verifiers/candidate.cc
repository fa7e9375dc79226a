#include "verifiers/candidate.h"

#include <algorithm>

#include "core/base64.h"
#include "core/json.h"
#include "core/limits.h"
#include "crypto/pem.h"
#include "verifiers/proto_json.h"

namespace portreeve::verifiers {
namespace {

// cosign, pkg/oci/static/signature.go.
constexpr std::string_view kSignature = "dev.cosignproject.cosign/signature";
constexpr std::string_view kCertificate = "dev.sigstore.cosign/certificate";
constexpr std::string_view kChain = "dev.sigstore.cosign/chain";
constexpr std::string_view kBundle = "dev.sigstore.cosign/bundle";
constexpr std::string_view kTimestamp = "dev.sigstore.cosign/rfc3161timestamp";

// Empty if it is not there: cosign writes empty annotations for what it does not have.
std::string annotation(const Candidate& candidate, std::string_view key) {
  const auto found = candidate.annotations.find(key);
  return found == candidate.annotations.end() ? std::string() : found->second;
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Passed read_certificates(const Candidate& candidate, SignedDocument& out) {
  const std::string pem = annotation(candidate, kCertificate);
  if (blank(pem)) return Done{};
  PORTREEVE_TRY(crypto::PemBlock leaf, step(Reason::annotation_malformed,
                                            "annotation " + std::string(kCertificate),
                                            crypto::parse_pem(pem)));
  if (leaf.label != "CERTIFICATE") {
    return Rejection{Reason::annotation_malformed,
                     "annotation " + std::string(kCertificate) + ": is a " + quoted(leaf.label)};
  }
  out.certificates.push_back(std::move(leaf.bytes));
  const std::string chain = annotation(candidate, kChain);
  if (blank(chain)) return Done{};
  // Untrusted and only offered: whoever needs none of it need not mind what it is.
  Result<std::vector<crypto::PemBlock>> blocks =
      crypto::parse_pem_list(chain, limits::kChainCertificates);
  if (!blocks.ok()) return Done{};
  for (crypto::PemBlock& block : blocks.value()) {
    if (block.label == "CERTIFICATE") out.certificates.push_back(std::move(block.bytes));
  }
  return Done{};
}

Passed read_timestamp(const Candidate& candidate, MemoryBudget* memory, SignedDocument& out) {
  std::string text = annotation(candidate, kTimestamp);
  const std::string where = "annotation " + std::string(kTimestamp);
  if (blank(text)) return Done{};
  const ReadLimits bounds{limits::kBundleBytes, limits::kEvidenceDepth, limits::kReviewValues};
  PORTREEVE_TRY(const DocumentPtr document, step(Reason::annotation_malformed, where,
                                                 json::parse(std::move(text), bounds, memory)));
  PORTREEVE_TRY(ProtoMessage message,
                ProtoMessage::open(document->root(), where, Reason::annotation_malformed));
  PORTREEVE_TRY(std::string token, message.bytes("SignedRFC3161Timestamp"));
  PORTREEVE_CHECK(message.finish());
  if (!token.empty()) out.timestamps.push_back(std::move(token));
  return Done{};
}

Passed read_annotations(const Candidate& candidate, MemoryBudget* memory, SignedDocument& out) {
  PORTREEVE_CHECK(read_certificates(candidate, out));
  PORTREEVE_CHECK(read_timestamp(candidate, memory, out));
  if (std::string entry = annotation(candidate, kBundle); !blank(entry)) {
    PORTREEVE_TRY(LogEntry read, parse_legacy_entry(std::move(entry)));
    out.log_entries.push_back(std::move(read));
  }
  out.duties.promise = true;
  return Done{};
}

SignedDocument empty_document(Shape shape, SignedContent content) {
  return SignedDocument{shape, std::move(content), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
}

Checked<SignedDocument> read_legacy_signature(const Candidate& candidate, MemoryBudget* memory) {
  const std::string where = "annotation " + std::string(kSignature);
  PORTREEVE_TRY(SimpleSigning payload, SimpleSigning::parse(candidate.bytes, memory));
  SignedDocument out = empty_document(candidate.shape, SignedContent::of_bytes(candidate.bytes));
  out.payload = std::move(payload);
  PORTREEVE_TRY(std::string signature,
                step(Reason::annotation_malformed, where,
                     from_base64(annotation(candidate, kSignature), Base64::standard)));
  if (signature.empty()) return Rejection{Reason::annotation_malformed, where + ": missing"};
  out.signatures.push_back(std::move(signature));
  PORTREEVE_CHECK(read_annotations(candidate, memory, out));
  return out;
}

Passed read_statement(dsse::Envelope envelope, MemoryBudget* memory, SignedDocument& out) {
  for (dsse::Signature& signature : envelope.signatures) {
    out.signatures.push_back(std::move(signature.bytes));
  }
  PORTREEVE_TRY(out.statement, Statement::parse(std::move(envelope.payload), memory));
  return Done{};
}

Checked<SignedDocument> read_legacy_attestation(const Candidate& candidate, MemoryBudget* memory) {
  PORTREEVE_TRY(dsse::Envelope envelope, dsse::parse_envelope(candidate.bytes, memory));
  SignedDocument out = empty_document(
      candidate.shape, SignedContent::of_envelope(envelope.pae(), envelope.payload));
  PORTREEVE_CHECK(read_statement(std::move(envelope), memory, out));
  PORTREEVE_CHECK(read_annotations(candidate, memory, out));
  if (!out.timestamps.empty()) out.stamped = candidate.bytes;
  return out;
}

Checked<SignedDocument> read_bundle(const Candidate& candidate, const Artifact& artifact,
                                    MemoryBudget* memory) {
  PORTREEVE_TRY(Bundle bundle, Bundle::parse(candidate.bytes, memory));
  SignedDocument out = empty_document(candidate.shape, SignedContent::of_artifact(artifact));
  if (auto* const message = std::get_if<MessageSignature>(&bundle.content)) {
    out.signatures.push_back(message->signature);
    out.message = std::move(*message);
  } else {
    auto& envelope = std::get<dsse::Envelope>(bundle.content);
    out.content = SignedContent::of_envelope(envelope.pae(), envelope.payload);
    PORTREEVE_CHECK(read_statement(std::move(envelope), memory, out));
  }
  out.certificates = std::move(bundle.certificates);
  out.key_hint = std::move(bundle.key_hint);
  out.log_entries = std::move(bundle.log_entries);
  out.timestamps = std::move(bundle.timestamps);
  // client-spec: 0.1 rests on the promise, from 0.2 on the proof is mandatory.
  out.duties.promise = bundle.version == BundleVersion::v0_1;
  out.duties.proof = bundle.version != BundleVersion::v0_1;
  return out;
}

}  // namespace

std::string_view to_string(Shape shape) noexcept {
  switch (shape) {
    case Shape::bundle:
      return "bundle";
    case Shape::legacy_signature:
      return "legacy signature";
    case Shape::legacy_attestation:
      return "legacy attestation";
  }
  return "";
}

std::optional<Shape> shape_of(std::string_view media_type) noexcept {
  if (Bundle::accepts(media_type)) return Shape::bundle;
  if (media_type == "application/vnd.dev.cosign.simplesigning.v1+json") {
    return Shape::legacy_signature;
  }
  if (media_type == "application/vnd.dsse.envelope.v1+json") return Shape::legacy_attestation;
  return std::nullopt;
}

bool SignedDocument::is_signature() const noexcept {
  return !statement.has_value() || statement->predicate_type == kCosignSignPredicate;
}

Checked<SignedDocument> SignedDocument::read(const Candidate& candidate, const Artifact& artifact,
                                             MemoryBudget* memory) {
  const bool file = candidate.shape == Shape::bundle && candidate.media_type.empty();
  if (!file && shape_of(candidate.media_type) != candidate.shape) {
    return Rejection{Reason::media_type, "layer: " + quoted(candidate.media_type) + " is not a " +
                                             std::string(to_string(candidate.shape))};
  }
  switch (candidate.shape) {
    case Shape::bundle:
      return read_bundle(candidate, artifact, memory);
    case Shape::legacy_signature:
      return read_legacy_signature(candidate, memory);
    case Shape::legacy_attestation:
      return read_legacy_attestation(candidate, memory);
  }
  return Rejection{Reason::internal, "unknown shape"};
}

}  // namespace portreeve::verifiers
