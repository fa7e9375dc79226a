#include "verifiers/merkle.h"

#include <string>

namespace portreeve::verifiers::merkle {
namespace {

std::string_view bytes_of(const Hash& hash) {
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

}  // namespace

Hash leaf_hash(std::string_view entry) {
  crypto::Sha256Stream stream;
  stream.update(std::string_view("\0", 1));
  stream.update(entry);
  return stream.finish();
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::string text("\x01");
  text.append(bytes_of(left)).append(bytes_of(right));
  return crypto::sha256(text);
}

Result<Hash> root_of_inclusion(std::uint64_t index, std::uint64_t size, const Hash& leaf,
                               std::span<const Hash> path) {
  if (index >= size) {
    return Error{Errc::malformed, "index " + std::to_string(index) + " is not below tree size " +
                                      std::to_string(size)};
  }
  // RFC 9162 §2.1.3.2: fn is where we are on this level, sn where its last node is.
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  Hash root = leaf;
  for (const Hash& other : path) {
    if (sn == 0) return Error{Errc::malformed, "more hashes than the tree has levels"};
    if ((fn & 1U) == 1U || fn == sn) {
      root = node_hash(other, root);
      while ((fn & 1U) == 0 && fn != 0) {
        fn >>= 1U;
        sn >>= 1U;
      }
    } else {
      root = node_hash(root, other);
    }
    fn >>= 1U;
    sn >>= 1U;
  }
  if (sn != 0) return Error{Errc::malformed, "fewer hashes than the tree has levels"};
  return root;
}

}  // namespace portreeve::verifiers::merkle
