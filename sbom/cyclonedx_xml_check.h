#pragma once

// Whether a CycloneDX document in XML is one. All errors: malformed or limit, with line and column.

#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "core/result.h"

namespace portreeve::sbom {

/// `error` with the line and the column of a byte of `text`.
Error located_xml(std::string_view text, std::size_t offset, Error error);
Error malformed_xml(std::string_view text, std::size_t offset, std::string message);

/// What pugixml lets pass: a DOCTYPE, a second root, another encoding, an attribute twice, depth.
Outcome check_xml_tree(const pugi::xml_document& tree, std::string_view text);
/// Elements are told apart by their prefix: no other one may name the same namespace, or what it
/// names would be passed over as a stranger's.
Outcome check_xml_namespaces(const pugi::xml_node& root, std::string_view prefix,
                             std::string_view space, std::string_view text);
/// The schema of 1.`minor`, and what it says in words or in comments because XML Schema 1.0 cannot.
Outcome check_xml_schema(const pugi::xml_node& root, int minor, std::string_view text);

}  // namespace portreeve::sbom
