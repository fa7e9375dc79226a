#pragma once

// Sigstore bundles 0.1 to 0.3 (protobuf-specs, sigstore_bundle.proto): a signature and what is needed
// to verify it without asking anybody.

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "crypto/public_key.h"
#include "verifiers/dsse.h"
#include "verifiers/log_entry.h"
#include "verifiers/rejection.h"

namespace portreeve {
class MemoryBudget;
}

namespace portreeve::verifiers {

enum class BundleVersion { v0_1, v0_2, v0_3 };

/// A signature over the bytes of a file.
struct MessageSignature {
  /// Unauthenticated hint; compared with the artifact all the same, so that a bundle that
  /// contradicts itself is refused.
  std::optional<crypto::HashKind> digest_kind;
  std::string digest;  ///< Raw; empty if there is none.
  std::string signature;
};

/// A bundle whose shape is right; nothing in it is verified. mediaType is unauthenticated: what may
/// be left out is decided by what is there and by the authority, and a version only adds duties.
struct Bundle {
  BundleVersion version = BundleVersion::v0_3;
  /// DER, leaf first; all but the leaf are offered, never trusted. Empty: signed by a bare key.
  std::vector<std::string> certificates;
  std::string key_hint;  ///< publicKey.hint; never decides.
  std::vector<LogEntry> log_entries;
  std::vector<std::string> timestamps;  ///< DER TimeStampResp.
  std::variant<MessageSignature, dsse::Envelope> content;

  /// Whether a layer's media type says that it is a bundle (any version, any spelling).
  static bool accepts(std::string_view media_type) noexcept;

  /// Strict ProtoJSON (proto_json.h). Certificates in 0.3 as `certificate`, before as a chain that
  /// is not empty. Text: at most limits::kAttestationBytes for an envelope, else kBundleBytes.
  /// Rejections: the first section of Reason, those of read_log_entry().
  static Checked<Bundle> parse(std::string text, MemoryBudget* memory = nullptr);
};

}  // namespace portreeve::verifiers
