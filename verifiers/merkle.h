#pragma once

// Merkle tree hashes of transparency logs (RFC 9162 §2.1; the same as RFC 6962 §2.1).

#include <cstdint>
#include <span>
#include <string_view>

#include "core/result.h"
#include "crypto/hash.h"

namespace portreeve::verifiers::merkle {

using Hash = crypto::Sha256;

/// SHA-256(0x00 ‖ entry).
Hash leaf_hash(std::string_view entry);
/// SHA-256(0x01 ‖ left ‖ right).
Hash node_hash(const Hash& left, const Hash& right);

/// The root that an inclusion proof leads to (RFC 9162 §2.1.3.2). Leaves count from 0.
/// Errors: malformed (index not below the size; more or fewer hashes than such a tree has).
Result<Hash> root_of_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                               std::span<const Hash> path);

}  // namespace portreeve::verifiers::merkle
