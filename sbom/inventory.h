#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/model.h"
#include "sbom/purl.h"

namespace portreeve::sbom {

/// One purl of one component.
struct InventoryPurl {
  std::uint32_t component = kNowhere;
  std::string_view written;
  std::optional<Purl> purl;  ///< Absent: it is none.
  std::string fault;         ///< Why it is none, or what was repaired.
};

/// A document with what rules ask of it again and again: its purls read, its components sorted by
/// identity. Immutable, safe from many threads. n log n in the number of components.
class Inventory {
 public:
  static std::shared_ptr<const Inventory> make(DocumentPtr document);

  const Document& document() const noexcept { return *document_; }
  const DocumentPtr& document_ptr() const noexcept { return document_; }
  /// In the order of components; several of one component stand together.
  const std::vector<InventoryPurl>& purls() const noexcept { return purls_; }
  /// Those of one component.
  std::span<const InventoryPurl> purls_of(std::uint32_t component) const noexcept;
  /// Components that are packages or services and are shipped (CycloneDX isExternal is not), the
  /// document's own subject included. Files are not.
  const std::vector<std::uint32_t>& packages() const noexcept { return packages_; }
  bool is_primary(std::uint32_t component) const noexcept;
  /// Purl without qualifiers and subpath if there is one, else kind, group, name and version.
  std::string identity(std::uint32_t component) const;
  /// The version of the component: its own, else its purl's; empty without either.
  std::string_view version_of(std::uint32_t component) const noexcept;
  /// "name 1.2.3", fit for printing.
  std::string label(std::uint32_t component) const;
  /// purl → digest, as "sha256:…" of purls that carry one and of SHA-256 hashes: so that later
  /// questions about a digest need no second reading. Sorted; at most 4,096.
  struct Named {
    std::string purl, digest;
  };
  const std::vector<Named>& digests() const noexcept { return digests_; }
  std::size_t footprint() const noexcept;

 private:
  Inventory() = default;
  void read_purls();
  void collect_digests();
  DocumentPtr document_;
  std::vector<InventoryPurl> purls_;
  std::vector<std::uint32_t> first_purl_;  ///< By component, and one past the last.
  std::vector<std::uint32_t> packages_;
  std::vector<Named> digests_;
};
using InventoryPtr = std::shared_ptr<const Inventory>;

/// "SHA-256" lower-case digest as "sha256:…"; empty if the text is none.
std::string digest_text(const Hash& hash);

}  // namespace portreeve::sbom
