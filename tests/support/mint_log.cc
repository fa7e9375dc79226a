#include "tests/support/mint_log.h"

#include "core/base64.h"
#include "crypto/hash.h"

namespace portreeve::testing {
namespace {

std::string raw_sha256(std::string_view bytes) {
  const crypto::Sha256 hash = crypto::sha256(bytes);
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

std::string node_hash(const std::string& left, const std::string& right) {
  return raw_sha256(std::string("\x01", 1) + left + right);
}

// Largest power of two below n. REQUIRES: n > 1.
std::size_t split_of(std::size_t n) {
  std::size_t k = 1;
  while (2 * k < n) k *= 2;
  return k;
}

using Leaves = std::vector<std::string>;

// RFC 9162 §2.1.1, as it is written there.
std::string tree_hash(const Leaves& leaves, std::size_t first, std::size_t count) {
  if (count == 0) return raw_sha256("");
  if (count == 1) return leaves[first];
  const std::size_t k = split_of(count);
  return node_hash(tree_hash(leaves, first, k), tree_hash(leaves, first + k, count - k));
}

// RFC 9162 §2.1.3.1.
void path_of(const Leaves& leaves, std::size_t first, std::size_t count, std::size_t index,
             Leaves& path) {
  if (count <= 1) return;
  const std::size_t k = split_of(count);
  if (index < k) {
    path_of(leaves, first, k, index, path);
    path.push_back(tree_hash(leaves, first + k, count - k));
  } else {
    path_of(leaves, first + k, count - k, index - k, path);
    path.push_back(tree_hash(leaves, first, k));
  }
}

}  // namespace

MintLog MintLog::rekor_v1(std::string name, std::uint64_t shard_offset) {
  return {std::move(name), MintKey::make(crypto::KeyKind::ecdsa_p256), shard_offset, false};
}

MintLog MintLog::rekor_v2(std::string name) {
  return {std::move(name), MintKey::make(crypto::KeyKind::ed25519), 0, true};
}

std::uint64_t MintLog::append(std::string_view body) {
  leaves_.push_back(raw_sha256(std::string(1, '\0') + std::string(body)));
  return leaves_.size() - 1;
}

std::string MintLog::root_hash() const { return tree_hash(leaves_, 0, leaves_.size()); }

MintLog::Proof MintLog::prove(std::uint64_t index) const {
  Proof proof{index, leaves_.size(), root_hash(), {}};
  path_of(leaves_, 0, leaves_.size(), index, proof.hashes);
  return proof;
}

std::string MintLog::log_id() const {
  if (!v2_) return raw_sha256(key.spki());
  return raw_sha256(name + "\n\x01" + std::string(key.public_key().ed25519_bytes()));
}

std::string MintLog::key_id() const { return log_id().substr(0, 4); }

std::string MintLog::signature_line(std::string_view note_text, const CheckpointSpec& spec) const {
  const MintKey& signer = spec.key != nullptr ? *spec.key : key;
  std::string signature = signer.sign(signer.default_scheme(), note_text);
  if (spec.flip_signature) signature.back() = static_cast<char>(signature.back() ^ 1);
  return "\u2014 " + spec.signer_name.value_or(name) + " " +
         to_base64(spec.key_id.value_or(key_id()) + signature);
}

std::string MintLog::checkpoint(const CheckpointSpec& spec) const {
  const std::string origin = v2_ ? name : name + " - 1193050959916656506";
  std::string text = spec.origin.value_or(origin) + "\n" +
                     std::to_string(spec.size.value_or(size())) + "\n" +
                     to_base64(spec.root.value_or(root_hash())) + "\n";
  for (const std::string& line : spec.extra_lines) text += line + "\n";
  std::string note = text + "\n" + signature_line(text, spec) + "\n";
  for (const std::string& line : spec.more_signatures) note += line + "\n";
  return note;
}

std::string MintLog::signed_entry_timestamp(std::string_view body, std::int64_t integrated_time,
                                            std::uint64_t log_index) const {
  const crypto::Sha256 id = crypto::sha256(key.spki());
  return key.sign(key.default_scheme(),
                  "{\"body\":\"" + to_base64(body) +
                      "\",\"integratedTime\":" + std::to_string(integrated_time) + ",\"logID\":\"" +
                      crypto::to_hex(id) + "\",\"logIndex\":" + std::to_string(log_index) + "}");
}

}  // namespace portreeve::testing
