#pragma once

// How the elements of CycloneDX XML become the members of CycloneDX JSON: one table per kind of
// object, of what the model has a place for. What is valid, the XML schema says (xml_schema.h).

#include <span>
#include <string_view>

namespace portreeve::sbom {

enum class XmlHow : unsigned char {
  text,
  number,
  boolean,
  object,   ///< One object.
  list,     ///< An element around its entries.
  collect,  ///< Entries that stand side by side.
  texts,    ///< An element around texts.
  refs,     ///< An element around elements with a `ref`.
  licences,
  tools,
  dependencies,  ///< Shapes of their own.
  count,  ///< An element around entries of which the model knows how many there are.
};

enum class XmlType : unsigned char {
  bom,
  metadata,
  component,
  service,
  tool,
  tools,
  organization,
  contact,
  hash,
  licence,
  attachment,
  reference,
  property,
  composition,
  vulnerability,
  rating,
  source,
  target,
  version,
  analysis,
  lifecycle,
  swid,
  annotation,
  annotator,
  constraints,
  evidence,
  identity,
  none,
};

struct XmlField {
  std::string_view xml;  ///< Element, or "@attribute"; "" for the element's own text.
  std::string_view json;
  XmlHow how;
  XmlType type = XmlType::none;
};

std::span<const XmlField> xml_fields(XmlType type) noexcept;

}  // namespace portreeve::sbom
