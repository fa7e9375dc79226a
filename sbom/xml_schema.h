#pragma once

// XML Schema 1.0, as much of it as the schemas of CycloneDX use; compile() refuses what it does not
// know, so that nothing is silently not checked. For schemas that we ship, not for others'.

#include <cstdint>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve::sbom {

/// Immutable, safe from many threads.
class XmlSchema {
 public:
  /// `files[0]` describes the document; the others hold types that it refers to. A QName is looked
  /// up by its local part: no two of these schemas use one name for two types. Errors: internal.
  static Result<XmlSchema> compile(const std::vector<std::string_view>& files);
  ~XmlSchema();
  XmlSchema(XmlSchema&&) noexcept;

  struct Violation {
    std::uint32_t at = 0;  ///< Offset of the element that is wrong.
    std::string message;   ///< "<scope>: expected one of …, found …"
  };
  /// Whether the document is valid; if not, `violation` is its first fault in document order. What
  /// stands in another namespace is passed over where the schema lets it stand (processContents
  /// lax). Time: linear in the document. REQUIRES: `root` is nested no deeper than kEvidenceDepth.
  bool valid(const pugi::xml_node& root, Violation& violation) const;

 private:
  struct Simple;
  struct Particle;
  struct Type;
  struct Compiler;
  struct Judge;
  XmlSchema();
  std::vector<std::unique_ptr<Simple>> simples_;
  std::vector<std::unique_ptr<Type>> types_;
  std::string root_name_;
  const Type* root_ = nullptr;
  bool unique_names_ = false;  ///< xs:unique over every @bom-ref: the only identity constraint.
};

/// The schema of CycloneDX 1.`minor`, 0 to 7; compiled when first asked for.
const XmlSchema& cyclonedx_xml_schema(int minor);

}  // namespace portreeve::sbom
