#pragma once

// What was once fetched, kept on disk so that a restart, a new trust root or a new verifier judges
// again without a network (design §5.5). Only bytes are kept, never a verdict.
//
//   DIR/blobs/sha256/<hex>     raw bytes, hashed again whenever they are read
//   DIR/records/<hex>          small JSON texts by SHA-256 of their key: what a tag meant, what
//                              referred to an artifact. A record is a memory of ours, not evidence:
//                              what it names is hashed and verified like anything else.
//
// DIR has mode 0700 and belongs to us, files 0600. Writes are atomic (a new file, renamed). Bounded:
// beyond `size` what was used longest ago goes. Several processes may share it. Thread-safe.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/result.h"
#include "core/thread_annotations.h"
#include "oci/descriptor_file.h"

namespace portreeve::oci {

class EvidenceStore {
 public:
  /// Makes the directory if it is missing. Errors: misconfigured (not ours, writable by others),
  /// unavailable.
  static Result<std::unique_ptr<EvidenceStore>> open(const std::string& directory,
                                                     std::uint64_t size);

  /// Errors: not_found; unverified (the file's bytes have another digest: it is removed); limit;
  /// unavailable.
  Result<std::string> get(const Digest& digest, std::size_t most) const;
  /// Keeps bytes that have this digest. Does nothing if they are there. Errors: unverified, limit
  /// (larger than the whole store), unavailable (disk).
  Outcome put(const Digest& digest, std::string_view bytes);

  /// A record. Errors of recall: not_found, malformed (its frame or key is wrong), unavailable.
  Outcome remember(std::string_view key, std::string_view text);
  Result<std::string> recall(std::string_view key) const;

  std::uint64_t used() const;

 private:
  struct Kept {
    std::uint64_t size = 0;
    std::uint64_t used = 0;  ///< Order of use.
  };
  EvidenceStore(std::string name, std::uint64_t size) : name_(std::move(name)), limit_(size) {}
  Outcome prepare(const std::string& directory);
  Outcome scan(const FileDescriptor& folder, std::string_view prefix) REQUIRES(mutex_);
  Outcome write(const FileDescriptor& folder, const std::string& file, std::string_view bytes);
  void note(const std::string& file, std::uint64_t size) REQUIRES(mutex_);
  void make_room(std::uint64_t size) REQUIRES(mutex_);
  void forget(const std::string& file) const;

  const std::string name_;
  const std::uint64_t limit_;
  FileDescriptor blobs_, records_;
  mutable Mutex mutex_;
  mutable std::map<std::string, Kept> kept_ GUARDED_BY(mutex_);  ///< "b/<hex>", "r/<hex>".
  mutable std::uint64_t used_ GUARDED_BY(mutex_) = 0;
  mutable std::uint64_t turn_ GUARDED_BY(mutex_) = 0;
  std::uint64_t written_ GUARDED_BY(mutex_) = 0;
};

}  // namespace portreeve::oci
