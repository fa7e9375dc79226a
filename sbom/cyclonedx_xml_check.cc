// What can be wrong with a CycloneDX document in XML before anybody asks what it says.

#include "sbom/cyclonedx_xml_check.h"

#include <algorithm>
#include <iterator>

#include "core/limits.h"
#include "core/value.h"
#include "sbom/draft.h"
#include "sbom/xml_schema.h"
#include "sbom/xml_text.h"

namespace portreeve::sbom {
namespace {

// What the schemas say in words or in comments, because XML Schema 1.0 cannot.
Outcome check_rules(const pugi::xml_node& root, std::string_view prefix, std::string_view space,
                    std::string_view text) {
  const auto has = [&](const pugi::xml_node& node, std::string_view name) {
    return std::any_of(node.begin(), node.end(), [&](const pugi::xml_node& child) {
      return xml_local(child.name()) == name && !xml_foreign(child, prefix, space);
    });
  };
  for (pugi::xml_node node = root; node; node = xml_after(node)) {
    const std::string_view name = xml_local(node.name());
    if (name == "component" && has(node, "versionRange")) {
      const std::string_view external = node.attribute("isExternal").value();
      if (external != "true" && external != "1")
        return malformed_xml(text, xml_offset(node),
                         "<component>: <versionRange> needs isExternal=\"true\"");
    }
    if (name == "citation" && !has(node, "attributedTo") && !has(node, "process"))
      return malformed_xml(text, xml_offset(node), "<citation>: without <attributedTo> or <process>");
  }
  return Done{};
}

}  // namespace

Error located_xml(std::string_view text, std::size_t offset, Error error) {
  const Position position = position_in(text, offset);
  return with_context(std::move(error), "line " + std::to_string(position.line) + " column " +
                                            std::to_string(position.column));
}

Error malformed_xml(std::string_view text, std::size_t offset, std::string message) {
  return located_xml(text, offset, {Errc::malformed, std::move(message)});
}

Outcome check_xml_tree(const pugi::xml_document& tree, std::string_view text) {
  int roots = 0;
  for (const pugi::xml_node& node : tree.children()) {
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    if (node.type() == pugi::node_doctype)
      return malformed_xml(text, offset, "a DOCTYPE is not accepted");
    if (node.type() == pugi::node_element && ++roots > 1)
      return malformed_xml(text, offset, "a second outermost element");
    if (node.type() != pugi::node_declaration) continue;
    const std::string_view encoding = node.attribute("encoding").value();
    if (!encoding.empty() && encoding != "UTF-8" && encoding != "utf-8") {
      return malformed_xml(text, 0, "encoding: expected UTF-8, found " + quoted(encoding));
    }
  }
  pugi::xml_node node = tree.first_child();
  for (std::uint32_t depth = 1; node;) {
    constexpr std::ptrdiff_t kAttributes = 64;
    if (std::distance(node.attributes_begin(), node.attributes_end()) > kAttributes) {
      return Error{Errc::limit, "an element with more than 64 attributes"};
    }
    for (pugi::xml_attribute a = node.first_attribute(); a; a = a.next_attribute()) {
      for (pugi::xml_attribute b = a.next_attribute(); b; b = b.next_attribute()) {
        if (std::string_view(a.name()) == b.name()) {
          return malformed_xml(
              text, static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0)),
              "attribute " + quoted(a.name()) + " twice");
        }
      }
    }
    if (node.first_child()) {
      node = node.first_child();
      if (++depth > limits::kEvidenceDepth) {
        return Error{Errc::limit, "nested deeper than " + std::to_string(limits::kEvidenceDepth)};
      }
      continue;
    }
    while (node && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node) node = node.next_sibling();
  }
  return Done{};
}

Outcome check_xml_namespaces(const pugi::xml_node& root, std::string_view prefix,
                         std::string_view space, std::string_view text) {
  for (pugi::xml_node node = root; node; node = xml_after(node)) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view name = attribute.name();
      if (name.substr(0, 5) != "xmlns" || attribute.value() != space) continue;
      const std::string_view own = name.size() > 6 ? name.substr(6) : std::string_view();
      if (own == prefix) continue;
      return malformed_xml(text, xml_offset(node),
                       "the namespace of the document has a second prefix: " + quoted(name));
    }
  }
  return Done{};
}

Outcome check_xml_schema(const pugi::xml_node& root, int minor, std::string_view text) {
  XmlSchema::Violation violation;
  if (!cyclonedx_xml_schema(minor).valid(root, violation))
    return malformed_xml(text, violation.at, violation.message);
  return check_rules(root, xml_prefix(root.name()), xml_namespace(root), text);
}

}  // namespace portreeve::sbom
