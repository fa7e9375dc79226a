#include "verifiers/dsse.h"

#include "core/json.h"
#include "core/limits.h"
#include "verifiers/proto_json.h"

namespace portreeve::verifiers::dsse {
namespace {

Checked<Signature> read_signature(const Value& value, const std::string& where,
                                  UnknownFields unknown) {
  PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(value, where, Reason::envelope_malformed));
  Signature signature;
  PORTREEVE_TRY(signature.bytes, message.bytes("sig"));
  PORTREEVE_TRY(signature.key_id, message.text("keyid"));
  if (unknown == UnknownFields::refuse) PORTREEVE_CHECK(message.finish());
  if (signature.bytes.empty()) return message.wrong("sig", "empty");
  return signature;
}

}  // namespace

std::string pae(std::string_view payload_type, std::string_view payload) {
  std::string out;
  out.reserve(payload_type.size() + payload.size() + 48);
  out.append("DSSEv1 ").append(std::to_string(payload_type.size())).append(" ").append(payload_type);
  out.append(" ").append(std::to_string(payload.size())).append(" ").append(payload);
  return out;
}

std::string Envelope::pae() const { return dsse::pae(payload_type, payload); }

Checked<Envelope> read_envelope(const Value& object, const std::string& where,
                                UnknownFields unknown) {
  PORTREEVE_TRY(ProtoMessage message, ProtoMessage::open(object, where, Reason::envelope_malformed));
  PORTREEVE_TRY(const std::vector<Value> signatures,
                message.list("signatures", limits::kEnvelopeSignatures));
  // A bundle's verification material is of one signer; which of several signatures would it be?
  const bool one = unknown == UnknownFields::refuse;
  if (signatures.empty() || (one && signatures.size() > 1)) {
    return Rejection{Reason::envelope_signatures,
                     message.path("signatures") + ": " + std::to_string(signatures.size()) +
                         " signatures, expected " + (one ? "exactly one" : "at least one")};
  }
  Envelope envelope;
  PORTREEVE_TRY(envelope.payload_type, message.text("payloadType"));
  if (envelope.payload_type != kInTotoPayload) {
    return Rejection{Reason::payload_type, message.path("payloadType") + ": expected " +
                                               std::string(kInTotoPayload) + ", found " +
                                               quoted(envelope.payload_type)};
  }
  PORTREEVE_TRY(envelope.payload, message.bytes("payload"));
  for (std::size_t i = 0; i < signatures.size(); ++i) {
    const std::string at = message.path("signatures") + "[" + std::to_string(i) + "]";
    PORTREEVE_TRY(Signature signature, read_signature(signatures[i], at, unknown));
    envelope.signatures.push_back(std::move(signature));
  }
  if (unknown == UnknownFields::refuse) PORTREEVE_CHECK(message.finish());
  return envelope;
}

Checked<Envelope> parse_envelope(std::string text, MemoryBudget* memory) {
  if (text.size() > limits::kAttestationBytes) {
    return Rejection{Reason::too_large, "envelope: " + std::to_string(text.size()) +
                                            " bytes, limit is " +
                                            std::to_string(limits::kAttestationBytes)};
  }
  const ReadLimits bounds{limits::kAttestationBytes, limits::kEvidenceDepth, limits::kReviewValues};
  PORTREEVE_TRY(const DocumentPtr document,
                step(Reason::envelope_malformed, "envelope", json::parse(std::move(text), bounds, memory)));
  return read_envelope(document->root(), "envelope", UnknownFields::ignore);
}

}  // namespace portreeve::verifiers::dsse
