#pragma once

// How the elements of CycloneDX XML become the members of CycloneDX JSON: one table per kind of
// object.

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
  numbers,       ///< An element around numbers.
  skip,          ///< Passed over: the model has no place for it, and no table describes it.
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
  pedigree,
  commit,
  action,
  patch,
  diff,
  issue,
  release_notes,
  note,
  address,
  licensing,
  licensor,
  annotation,
  annotator,
  constraints,
  evidence,
  occurrence,
  callstack,
  frame,
  copyright_text,
  vulnerability_reference,
  advisory,
  credits,
  proof,
  none,
};

struct XmlField {
  std::string_view xml;  ///< Element, or "@attribute"; "" for the element's own text.
  std::string_view json;
  XmlHow how;
  XmlType type = XmlType::none;
};

std::span<const XmlField> xml_fields(XmlType type) noexcept;
/// The same for what the model has no place for; xml_fields() asks it.
std::span<const XmlField> xml_part_fields(XmlType type) noexcept;
/// Whether an element around entries may hold one of that name: <components> a <component>.
bool xml_entry(std::string_view around, std::string_view name) noexcept;

}  // namespace portreeve::sbom
