#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.h"
#include "tests/support/mint_key.h"

namespace portreeve::testing {

/// An append-only Merkle tree (RFC 9162 §2.1) with a signed-note checkpoint: what Rekor v1 (P-256
/// key) and Rekor v2 (Ed25519 key) are to a verifier. Bodies are the caller's bytes, not base64.
class MintLog {
 public:
  struct Proof {
    std::uint64_t index = 0;
    std::uint64_t size = 0;
    std::string root;                 ///< 32 bytes.
    std::vector<std::string> hashes;  ///< 32 bytes each.
  };
  struct CheckpointSpec {
    std::optional<std::string> origin{};       ///< First line; default: the log's.
    std::optional<std::string> root{};         ///< 32 bytes instead of the tree's.
    std::optional<std::uint64_t> size{};       ///< Written instead of the tree's.
    std::vector<std::string> extra_lines{};    ///< Between root hash and blank line.
    std::optional<std::string> signer_name{};  ///< On the signature line; default: the log's name.
    std::optional<std::string> key_id{};       ///< 4 bytes instead of the key's.
    const MintKey* key = nullptr;              ///< Signs instead of the log's key.
    std::vector<std::string> more_signatures{};  ///< Whole lines with "— name base64", no newline.
    bool flip_signature = false;
  };

  /// Rekor v1: ECDSA P-256, id SHA-256(SPKI), origin "<name> - <tree id>", SETs.
  static MintLog rekor_v1(std::string name = "rekor.test", std::uint64_t shard_offset = 1'000'000);
  /// Rekor v2: Ed25519, id SHA-256(name‖\n‖01‖key), origin = name.
  static MintLog rekor_v2(std::string name = "log2026.rekor.test");

  /// Appends a leaf; returns its index in this tree.
  std::uint64_t append(std::string_view body);
  /// Of the tree as it is now. REQUIRES: index < size().
  Proof prove(std::uint64_t index) const;
  std::string root_hash() const;
  std::uint64_t size() const { return leaves_.size(); }
  /// Signed note about the tree as it is now.
  std::string checkpoint() const { return checkpoint(CheckpointSpec()); }
  std::string checkpoint(const CheckpointSpec& spec) const;
  /// The signature line (without newline) that this log puts under `note_text`.
  std::string signature_line(std::string_view note_text, const CheckpointSpec& spec) const;

  /// Rekor v1: the global index, which is not the one of the proof.
  std::uint64_t global_index(std::uint64_t index) const { return shard_offset_ + index; }
  /// Rekor v1: the SignedEntryTimestamp (DER ECDSA) of a body. Integrated time in seconds.
  std::string signed_entry_timestamp(std::string_view body, std::int64_t integrated_time,
                                     std::uint64_t log_index) const;

  std::string log_id() const;  ///< 32 raw bytes.
  std::string key_id() const;  ///< 4 raw bytes of the note signature.
  std::string base_url() const { return "https://" + name; }

  std::string name;  ///< Host; also the note's signer.
  MintKey key;

 private:
  MintLog(std::string host, MintKey log_key, std::uint64_t shard_offset, bool v2)
      : name(std::move(host)), key(std::move(log_key)), shard_offset_(shard_offset), v2_(v2) {}
  std::uint64_t shard_offset_;
  bool v2_;
  std::vector<std::string> leaves_;  ///< Leaf hashes.
};

}  // namespace portreeve::testing
