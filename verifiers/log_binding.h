#pragma once

// What an entry of a transparency log says, and whether that is about the signature at hand. A valid
// entry proves only that somebody logged something.

#include <string>
#include <string_view>
#include <vector>

#include "crypto/certificate.h"
#include "verifiers/content.h"
#include "verifiers/log_entry.h"
#include "verifiers/rejection.h"

namespace portreeve::verifiers {

/// The entry kinds that we read.
enum class LoggedKind {
  hashedrekord_v1,  ///< hashedrekord 0.0.1: signature, signer, digest of the signed bytes.
  dsse_v1,          ///< dsse 0.0.1: signatures with their signers, digest of the payload.
  intoto_v1,        ///< intoto 0.0.2: the same; signatures are base64 of base64.
  hashedrekord_v2,  ///< hashedrekord 0.0.2 (Rekor v2): as hashedrekord_v1.
};

struct LoggedSigner {
  bool certificate = false;  ///< Else a bare key.
  std::string der;
};

struct LoggedSignature {
  std::string bytes;
  LoggedSigner signer;
};

/// The body of an entry, read.
struct LoggedEntry {
  LoggedKind kind;
  std::vector<LoggedSignature> signatures;  ///< Exactly one, but of dsse and intoto at least one.
  crypto::HashKind digest_kind = crypto::HashKind::sha256;
  std::string digest;  ///< Raw; of the signed bytes, or of the payload.

  /// Reads LogEntry::body. Fields that we do not know are ignored: the log wrote the body and the
  /// entry's proof covers every byte of it; what we rely on is what is bound below.
  /// Rejections: log_entry_kind (not one of ours; the body is of another kind than the entry says),
  /// log_entry_malformed.
  static Checked<LoggedEntry> parse(const LogEntry& entry);
};

/// The signature that an entry must be about. Borrows.
struct LogSubject {
  const SignedContent& content;
  std::string_view signature;
  const crypto::PublicKey& key;           ///< The certificate's, or the bare key.
  const crypto::Certificate* certificate;  ///< Null: signed by a bare key.
};

/// All three bindings: signature bytes, signer (certificate byte by byte, or key), and digest, which
/// is computed from what we have, never taken from the bundle.
/// Rejections: log_binding_signature, log_binding_signer, log_binding_digest, log_entry_kind (such an
/// entry cannot hold this content), digest_unknown.
Passed bind(const LoggedEntry& logged, const LogSubject& subject, const std::string& where);

}  // namespace portreeve::verifiers
