#pragma once

// What pugixml does not know: namespaces, and the text of an element as one piece.

#include <cstdint>
#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace portreeve::sbom {

std::string_view xml_local(std::string_view name) noexcept;
std::string_view xml_prefix(std::string_view name) noexcept;
/// The namespace that `node` declares for the prefix that it has; empty if it declares none.
std::string_view xml_namespace(const pugi::xml_node& node);
/// Whether an element stands in another namespace than `space`, whose prefix is `prefix`. That no
/// other prefix names `space` is checked where the document is read.
bool xml_foreign(const pugi::xml_node& node, std::string_view prefix, std::string_view space);
/// The next node of the document, depth first; null at its end.
pugi::xml_node xml_after(pugi::xml_node node);
std::uint32_t xml_offset(const pugi::xml_node& node) noexcept;
/// Trimmed. Comments and CDATA may cut it into pieces: then it stands in `joined`.
std::string_view xml_own_text(const pugi::xml_node& node, std::string& joined);

}  // namespace portreeve::sbom
