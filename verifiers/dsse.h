#pragma once

// Dead Simple Signing Envelope (secure-systems-lab/dsse, protocol.md and envelope.md, v1.0.2).

#include <string>
#include <string_view>
#include <vector>

#include "core/value.h"
#include "verifiers/rejection.h"

namespace portreeve {
class MemoryBudget;
}

namespace portreeve::verifiers::dsse {

/// The only payloadType that we interpret.
inline constexpr std::string_view kInTotoPayload = "application/vnd.in-toto+json";

struct Signature {
  std::string bytes;   ///< Decoded; not empty.
  std::string key_id;  ///< An unauthenticated hint; never decides.
};

struct Envelope {
  std::string payload_type;
  std::string payload;                ///< Decoded bytes.
  std::vector<Signature> signatures;  ///< At least one.

  /// The bytes that are signed.
  std::string pae() const;
};

/// "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body, lengths in decimal bytes (protocol.md).
std::string pae(std::string_view payload_type, std::string_view payload);

enum class UnknownFields {
  refuse,  ///< Inside a bundle: a protobuf message.
  ignore,  ///< An envelope by itself (envelope.md: consumers must ignore them).
};

/// Checks payloadType and base64 (standard or URL-safe), counts signatures before reading them.
/// `where` names the envelope in messages.
/// Rejections: envelope_malformed, envelope_signatures, payload_type, too_large.
Checked<Envelope> read_envelope(const Value& object, const std::string& where, UnknownFields unknown);
/// The same for a JSON text of at most limits::kAttestationBytes.
Checked<Envelope> parse_envelope(std::string text, MemoryBudget* memory = nullptr);

}  // namespace portreeve::verifiers::dsse
