// CycloneDX 1.0 to 1.7 as XML: turned into the tree that the JSON spelling has, and judged like it.

#include <algorithm>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "core/limits.h"
#include "core/utf8.h"
#include "sbom/cyclonedx.h"
#include "sbom/cyclonedx_xml_shape.h"
#include "sbom/readers.h"

namespace portreeve::sbom {
namespace {

std::string_view trim(std::string_view text) noexcept {
  const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && space(text.front())) text.remove_prefix(1);
  while (!text.empty() && space(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view local_name(std::string_view name) noexcept {
  return name.substr(name.find(':') + 1);
}

std::string_view prefix_of(std::string_view name) noexcept {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

class Converter {
 public:
  Converter(DocumentBuilder& builder, std::string_view prefix)
      : builder_(builder), prefix_(prefix) {}

  Outcome bom(const pugi::xml_node& root, std::string_view version) {
    PORTREEVE_CHECK(builder_.begin_object(offset(root)));
    PORTREEVE_CHECK(member(root, "bomFormat", "CycloneDX"));
    PORTREEVE_CHECK(member(root, "specVersion", version));
    if (!root.attribute("version")) {
      PORTREEVE_CHECK(builder_.key(offset(root), "version"));
      PORTREEVE_CHECK(builder_.number(offset(root), "1"));
    }
    PORTREEVE_CHECK(members(root, XmlType::bom));
    return builder_.end();
  }
  std::uint32_t error_at() const noexcept { return error_at_; }

 private:
  static std::uint32_t offset(const pugi::xml_node& node) {
    return static_cast<std::uint32_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
  }
  Error refuse(const pugi::xml_node& node, std::string message) {
    error_at_ = offset(node);
    return {Errc::malformed, std::move(message)};
  }
  bool foreign(const pugi::xml_node& node) const {
    return node.type() != pugi::node_element || prefix_of(node.name()) != prefix_;
  }

  Outcome member(const pugi::xml_node& node, std::string_view key, std::string_view text) {
    PORTREEVE_CHECK(builder_.key(offset(node), key));
    return builder_.string(offset(node), text);
  }

  // The text of an element, which comments and CDATA may cut into pieces.
  std::string_view own_text(const pugi::xml_node& node) {
    std::string_view only;
    int pieces = 0;
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) continue;
      if (++pieces == 2) joined_ = only;
      if (pieces > 1) joined_ += child.value();
      only = child.value();
    }
    return trim(pieces > 1 ? std::string_view(joined_) : only);
  }

  Outcome scalar(const pugi::xml_node& node, XmlHow how, std::string_view text) {
    if (text.size() > limits::kSbomLicenceTextBytes) {
      error_at_ = offset(node);
      return Error{Errc::limit, "text of " + std::to_string(text.size()) + " bytes"};
    }
    if (how == XmlHow::boolean) {
      if (text == "true" || text == "1") return builder_.boolean(offset(node), true);
      if (text == "false" || text == "0") return builder_.boolean(offset(node), false);
      return refuse(node,
                    std::string(node.name()) + ": expected true or false, found " + quoted(text));
    }
    if (how == XmlHow::number) {
      json::TokenError token;
      std::size_t end = 0;
      if (text.empty() || !json::scan_number(text, 0, end, token) || end != text.size()) {
        return refuse(node,
                      std::string(node.name()) + ": expected a number, found " + quoted(text));
      }
      return builder_.number(offset(node), text);
    }
    return builder_.string(offset(node), text);
  }

  Outcome members(const pugi::xml_node& node, XmlType type) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      PORTREEVE_CHECK(attribute_member(node, attribute, type));
    }
    for (const XmlField& field : xml_fields(type)) {
      if (field.xml.empty()) {
        PORTREEVE_CHECK(builder_.key(offset(node), field.json));
        PORTREEVE_CHECK(scalar(node, field.how, own_text(node)));
      }
      if (field.how == XmlHow::collect) PORTREEVE_CHECK(collected(node, field));
    }
    for (const pugi::xml_node& child : node.children()) {
      if (!foreign(child)) PORTREEVE_CHECK(child_member(node, child, type));
    }
    return Done{};
  }

  Outcome attribute_member(const pugi::xml_node& node, const pugi::xml_attribute& attribute,
                           XmlType type) {
    const std::string_view name = attribute.name();
    // Namespaces and attributes of other vocabularies.
    if (name.find(':') != std::string_view::npos || name == "xmlns") return Done{};
    for (const XmlField& field : xml_fields(type)) {
      if (field.xml.size() != name.size() + 1 || field.xml[0] != '@' || field.xml.substr(1) != name)
        continue;
      PORTREEVE_CHECK(builder_.key(offset(node), field.json));
      return scalar(node, field.how, attribute.value());
    }
    return refuse(node, "<" + std::string(local_name(node.name())) +
                            ">: is no attribute of it: " + quoted(name));
  }

  Outcome child_member(const pugi::xml_node& node, const pugi::xml_node& child, XmlType type) {
    const std::string_view name = local_name(child.name());
    for (const XmlField& field : xml_fields(type)) {
      if (field.xml != name) continue;
      if (field.how == XmlHow::skip || field.how == XmlHow::collect) return Done{};
      PORTREEVE_CHECK(builder_.key(offset(child), field.json));
      return value(child, field);
    }
    return refuse(child, "<" + std::string(local_name(node.name())) +
                             ">: is no element of it: " + quoted(name));
  }

  Outcome value(const pugi::xml_node& node, const XmlField& field) {
    switch (field.how) {
      case XmlHow::text:
      case XmlHow::number:
      case XmlHow::boolean:
        return scalar(node, field.how, own_text(node));
      case XmlHow::object:
        return object(node, field.type);
      case XmlHow::list:
        return list(node, [&](const pugi::xml_node& entry) { return object(entry, field.type); });
      case XmlHow::texts:
        return list(node, [&](const pugi::xml_node& entry) {
          return scalar(entry, XmlHow::text, own_text(entry));
        });
      case XmlHow::numbers:
        return list(node, [&](const pugi::xml_node& entry) {
          return scalar(entry, XmlHow::number, own_text(entry));
        });
      case XmlHow::refs:
        return list(node, [&](const pugi::xml_node& entry) {
          return scalar(entry, XmlHow::text, entry.attribute("ref").value());
        });
      case XmlHow::licences:
        return list(node, [&](const pugi::xml_node& entry) { return licence(entry); });
      case XmlHow::tools:
        return tools(node);
      case XmlHow::dependencies:
        return list(node, [&](const pugi::xml_node& entry) { return dependency(entry); });
      case XmlHow::collect:
      case XmlHow::skip:
        break;
    }
    return Done{};
  }

  Outcome object(const pugi::xml_node& node, XmlType type) {
    PORTREEVE_CHECK(builder_.begin_object(offset(node)));
    PORTREEVE_CHECK(members(node, type));
    Outcome ended = builder_.end();
    if (!ended.ok()) error_at_ = builder_.error_offset();
    return ended;
  }

  template <class Entry>
  Outcome list(const pugi::xml_node& node, const Entry& entry) {
    PORTREEVE_CHECK(builder_.begin_array(offset(node)));
    const std::string_view around = local_name(node.name());
    for (const pugi::xml_node& child : node.children()) {
      if (foreign(child)) continue;
      const std::string_view name = local_name(child.name());
      if (!xml_entry(around, name)) {
        return refuse(child,
                      "<" + std::string(around) + ">: is no element of it: " + quoted(name));
      }
      PORTREEVE_CHECK(entry(child));
    }
    return builder_.end();
  }

  Outcome collected(const pugi::xml_node& node, const XmlField& field) {
    bool any = false;
    for (const pugi::xml_node& child : node.children()) {
      if (foreign(child) || local_name(child.name()) != field.xml) continue;
      if (!any) {
        PORTREEVE_CHECK(builder_.key(offset(child), field.json));
        PORTREEVE_CHECK(builder_.begin_array(offset(child)));
        any = true;
      }
      PORTREEVE_CHECK(field.type == XmlType::none ? scalar(child, XmlHow::text, own_text(child))
                                                  : object(child, field.type));
    }
    return any ? builder_.end() : Outcome(Done{});
  }

  Outcome licence(const pugi::xml_node& node) {
    const std::string_view name = local_name(node.name());
    PORTREEVE_CHECK(builder_.begin_object(offset(node)));
    if (name == "license") {
      PORTREEVE_CHECK(builder_.key(offset(node), "license"));
      PORTREEVE_CHECK(object(node, XmlType::licence));
    } else if (name == "expression") {
      PORTREEVE_CHECK(member(node, "expression", own_text(node)));
      for (const char* attribute : {"acknowledgement", "bom-ref"}) {
        if (node.attribute(attribute))
          PORTREEVE_CHECK(member(node, attribute, node.attribute(attribute).value()));
      }
    } else if (name == "expression-detailed") {
      PORTREEVE_CHECK(member(node, "expression", node.attribute("expression").value()));
    } else {
      return refuse(node, "<licenses>: is no element of it: " + quoted(name));
    }
    return builder_.end();
  }

  Outcome tools(const pugi::xml_node& node) {
    const auto is = [&](const char* name) {
      return std::any_of(node.begin(), node.end(), [&](const pugi::xml_node& child) {
        return local_name(child.name()) == name;
      });
    };
    if (is("components") || is("services")) return object(node, XmlType::tools);
    return list(node, [&](const pugi::xml_node& entry) { return object(entry, XmlType::tool); });
  }

  Outcome dependency(const pugi::xml_node& node) {
    PORTREEVE_CHECK(builder_.begin_object(offset(node)));
    if (!node.attribute("ref")) return refuse(node, "<dependency> without \"ref\"");
    PORTREEVE_CHECK(member(node, "ref", node.attribute("ref").value()));
    for (const auto& [element, key] :
         {std::pair<std::string_view, std::string_view>{"dependency", "dependsOn"},
          {"provides", "provides"}}) {
      bool any = false;
      for (const pugi::xml_node& child : node.children()) {
        if (foreign(child) || local_name(child.name()) != element) continue;
        if (!any) {
          PORTREEVE_CHECK(builder_.key(offset(child), key));
          PORTREEVE_CHECK(builder_.begin_array(offset(child)));
          any = true;
        }
        PORTREEVE_CHECK(builder_.string(offset(child), child.attribute("ref").value()));
      }
      if (any) PORTREEVE_CHECK(builder_.end());
    }
    return builder_.end();
  }

  DocumentBuilder& builder_;
  std::string_view prefix_;
  std::string joined_;
  std::uint32_t error_at_ = 0;
};

Error at(std::string_view text, std::size_t offset, Error error) {
  const Position position = position_in(text, offset);
  return with_context(std::move(error), "line " + std::to_string(position.line) + " column " +
                                            std::to_string(position.column));
}

Error malformed(std::string_view text, std::size_t offset, std::string message) {
  return at(text, offset, {Errc::malformed, std::move(message)});
}

// What pugixml lets pass.
Outcome check_tree(const pugi::xml_document& tree, std::string_view text) {
  int roots = 0;
  for (const pugi::xml_node& node : tree.children()) {
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0));
    if (node.type() == pugi::node_doctype)
      return malformed(text, offset, "a DOCTYPE is not accepted");
    if (node.type() == pugi::node_element && ++roots > 1)
      return malformed(text, offset, "a second outermost element");
    if (node.type() != pugi::node_declaration) continue;
    const std::string_view encoding = node.attribute("encoding").value();
    if (!encoding.empty() && encoding != "UTF-8" && encoding != "utf-8") {
      return malformed(text, 0, "encoding: expected UTF-8, found " + quoted(encoding));
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
          return malformed(
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

Outcome check_bytes(std::string_view text, MemoryBudget::Reservation& memory) {
  const std::size_t invalid = utf8::first_invalid(text);
  if (invalid != utf8::kValid) return malformed(text, invalid, "invalid UTF-8");
  const std::size_t null = text.find('\0');
  if (null != std::string_view::npos) return malformed(text, null, "NUL in XML");
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (text[last] != '>') return malformed(text, last, "bytes after the outermost element");
  const auto marks = static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c == '<' || c == '='; }));
  if (marks > limits::kSbomValues)
    return Error{Errc::limit, "more than " + std::to_string(limits::kSbomValues) + " nodes"};
  constexpr std::size_t kNodeBytes = 80;  // Of pugixml, generously.
  return memory.grow(text.size() + marks * kNodeBytes);
}

}  // namespace

Result<DocumentPtr> read_cyclonedx_xml(SourceBytes bytes, MemoryBudget* budget) {
  const std::string_view text = *bytes;
  MemoryBudget::Reservation memory(budget);
  PORTREEVE_CHECK(check_bytes(text, memory));
  pugi::xml_document tree;
  const pugi::xml_parse_result parsed = tree.load_buffer(
      text.data(), text.size(), pugi::parse_default | pugi::parse_declaration | pugi::parse_doctype,
      pugi::encoding_utf8);
  if (!parsed)
    return malformed(text, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)),
                     parsed.description());
  PORTREEVE_CHECK(check_tree(tree, text));
  const pugi::xml_node root = tree.document_element();
  const std::string_view prefix = prefix_of(root.name());
  const std::string xmlns = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  constexpr std::string_view kNamespace = "http://cyclonedx.org/schema/bom/";
  const std::string_view name = root.attribute(xmlns.c_str()).value();
  if (local_name(root.name()) != "bom" || name.substr(0, kNamespace.size()) != kNamespace) {
    return malformed(text, 0,
                     "expected <bom xmlns=\"" + std::string(kNamespace) + "1.x\">, found <" +
                         utf8::printable(root.name(), 64) + " " + xmlns + "=" + quoted(name) + ">");
  }
  const std::string_view version = name.substr(kNamespace.size());
  const bool old = version == "1.0" || version == "1.1";
  // 1.0 and 1.1 were never JSON; what they have, 1.2 has too.
  PORTREEVE_TRY(const int minor, cyclonedx_minor(old ? "1.2" : version));
  DocumentBuilder builder(bytes, sbom_limits(), budget);
  Converter converter(builder, prefix);
  Outcome converted = converter.bom(root, version);
  if (!converted.ok()) return at(text, converter.error_at(), std::move(converted).error());
  PORTREEVE_TRY(portreeve::DocumentPtr shaped, builder.finish());
  tree.reset();
  PORTREEVE_CHECK(check_cyclonedx(shaped->root(), minor));
  Draft draft(bytes, Format::cyclonedx_xml, budget);
  draft.document().spec_version = Text(draft.keep(shaped->root()["specVersion"].text()));
  fill_cyclonedx(shaped->root(), draft);
  return draft.finish();
}

}  // namespace portreeve::sbom
