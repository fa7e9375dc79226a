#pragma once

// Checkpoints: signed tree heads as signed notes (C2SP signed-note, tlog-checkpoint).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/public_key.h"
#include "verifiers/merkle.h"
#include "verifiers/rejection.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {

struct NoteSignature {
  std::string name;
  std::string key_id;     ///< 4 bytes.
  std::string signature;  ///< What follows the key id; not empty.
};

/// A checkpoint whose shape is right; verify_checkpoint() says whether a log stands behind it.
struct Checkpoint {
  std::string text;  ///< The signed bytes, final newline included.
  std::string origin;
  std::uint64_t size = 0;
  merkle::Hash root{};
  std::vector<NoteSignature> signatures;  ///< At least one.

  /// Strict: UTF-8 without control characters but newlines, split at the last blank line, three
  /// lines that are not empty (origin, size, root), then extension lines of any content; every
  /// signature line well-formed. Rejections: checkpoint_malformed, too_large.
  static Checked<Checkpoint> parse(std::string_view note);
};

/// The 4 bytes by which a log's lines are found: of an Ed25519 key SHA-256(name ‖ \n ‖ 0x01 ‖ key),
/// of an RSA key SHA-256(name ‖ \n ‖ 0xFF ‖ "PKIX-RSA-PKCS#1v1.5" ‖ SPKI), of an ECDSA key
/// SHA-256(SPKI).
std::string note_key_id(std::string_view name, const crypto::PublicKey& key);

enum class LogNaming {
  any,       ///< Rekor v1: origins are arbitrary, the key id decides.
  of_the_log,  ///< Rekor v2: origin and signer's name are the log's, see log_named().
};

/// Whether `name` is this log's: the one that its id commits to (the id of an Ed25519 log is the hash
/// of name and key), or the host of its base URL, with or without the port.
bool log_named(std::string_view name, const TransparencyLog& log);

/// Whether the log signed the checkpoint. Lines of other keys (witnesses) are ignored; a line of the
/// log's that does not hold is a rejection, even beside one that does.
/// Rejections: checkpoint_origin, checkpoint_unsigned, checkpoint_signature.
Passed verify_checkpoint(const Checkpoint& checkpoint, const TransparencyLog& log, LogNaming naming);

}  // namespace portreeve::verifiers
