#include "sbom/xml_text.h"

#include <algorithm>

namespace portreeve::sbom {
namespace {

std::string_view trim(std::string_view text) noexcept {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view xml_local(std::string_view name) noexcept {
  return name.substr(name.find(':') + 1);
}

std::string_view xml_prefix(std::string_view name) noexcept {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

std::string_view xml_namespace(const pugi::xml_node& node) {
  const std::string_view prefix = xml_prefix(node.name());
  const std::string name = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  return node.attribute(name.c_str()).value();
}

bool xml_foreign(const pugi::xml_node& node, std::string_view prefix, std::string_view space) {
  if (node.type() != pugi::node_element || xml_prefix(node.name()) != prefix) return true;
  for (const pugi::xml_attribute& attribute : node.attributes()) {
    const std::string_view name = attribute.name();
    const bool own = prefix.empty()
                         ? name == "xmlns"
                         : name.substr(0, 6) == "xmlns:" && name.substr(6) == prefix;
    if (own) return std::string_view(attribute.value()) != space;
  }
  return false;
}

pugi::xml_node xml_after(pugi::xml_node node) {
  if (node.first_child()) return node.first_child();
  while (node && !node.next_sibling()) node = node.parent();
  return node ? node.next_sibling() : node;
}

std::uint32_t xml_offset(const pugi::xml_node& node) noexcept {
  return static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
}

std::string_view xml_own_text(const pugi::xml_node& node, std::string& joined) {
  std::string_view only;
  int pieces = 0;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) continue;
    if (++pieces == 2) joined = only;
    if (pieces > 1) joined += child.value();
    only = child.value();
  }
  return trim(pieces > 1 ? std::string_view(joined) : only);
}

}  // namespace portreeve::sbom
