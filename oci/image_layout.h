#pragma once

// An OCI image layout (directory or archive) as a ContentStore. Specification: image-spec
// image-layout.md; tags are the annotation org.opencontainers.image.ref.name of index.json.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/thread_annotations.h"
#include "oci/content_store.h"
#include "oci/layout_files.h"

namespace portreeve::oci {

/// Which names in index.json a tag means.
enum class LayoutNames {
  /// "host/repository:tag" in full: the layout stands beside registries, and a bare "1.0" could be
  /// anybody's. Tags made from a digest (sha256-….sig) are nobody else's and may be bare.
  full,
  bare,  ///< Just the tag: the operator named this very layout.
};

/// Reads index.json, and the manifests reachable from it, when first asked and again when it
/// changed. A manifest in it that cannot be read is left out of the listings. Two entries of one
/// name with different digests: the name is ambiguous and resolves to nothing (malformed).
/// Thread-safe.
class ImageLayout final : public ContentStore {
 public:
  /// Errors: malformed (oci-layout, index.json), unsupported (version), and those of the files.
  static Result<std::shared_ptr<const ImageLayout>> open(std::unique_ptr<LayoutFiles> files,
                                                         LayoutNames names);

  std::string place() const override { return files_->place(); }
  bool local() const override { return true; }

  /// The entries of index.json, for a door that was given none by name.
  Result<std::vector<Descriptor>> entries() const;

  /// All shapes: manifests whose `subject` is the digest; the fallback tag's index; the manifests
  /// tagged sha256-….sig and .att, and those that `cosign save` marks as signatures or attestations
  /// without saying of what (the signature itself does).
  Result<Listed> list_referrers(Shape shape, const std::string& repository, const Digest& digest,
                                const Ask& ask) const override;

 private:
  /// What index.json says, and who refers to whom.
  struct Map {
    std::string version;
    std::vector<Descriptor> entries;
    std::map<Digest, std::string> media_types;
    std::multimap<Digest, Descriptor> referrers;  ///< By subject.
    bool cut = false;                             ///< More manifests than are looked into.
  };
  ImageLayout(std::unique_ptr<LayoutFiles> files, LayoutNames names)
      : files_(std::move(files)), names_(names) {}

  std::vector<Result<Raw>> read(const std::vector<Wanted>& wanted, const Ask& ask) const override;
  Result<Raw> read_one(const Map& map, const Wanted& wanted, const Ask& ask) const;
  Result<Descriptor> named(const Map& map, const std::string& repository,
                           const std::string& tag) const;
  Result<std::shared_ptr<const Map>> map() const;
  Result<std::shared_ptr<const Map>> read_map() const;
  void add_manifest(Map& map, const Descriptor& descriptor, unsigned depth) const;
  Result<Listed> tagged_or_marked(const Map& map, Shape shape, const std::string& repository,
                                  const Digest& digest) const;

  const std::unique_ptr<LayoutFiles> files_;
  const LayoutNames names_;
  mutable Mutex mutex_;
  mutable std::shared_ptr<const Map> map_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::oci
