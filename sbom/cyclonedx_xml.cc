// CycloneDX 1.0 to 1.7 as XML: judged by the XML schema of its version, then what the model has a
// place for is turned into the tree that the JSON spelling has.

#include <algorithm>
#include <pugixml.hpp>
#include <string>
#include <vector>

#include "core/limits.h"
#include "core/utf8.h"
#include "sbom/cyclonedx.h"
#include "sbom/cyclonedx_xml_check.h"
#include "sbom/cyclonedx_xml_shape.h"
#include "sbom/readers.h"
#include "sbom/xml_characters.h"
#include "sbom/xml_text.h"

namespace portreeve::sbom {
namespace {

class Converter {
 public:
  Converter(DocumentBuilder& builder, std::string_view prefix, std::string_view space)
      : builder_(builder), prefix_(prefix), space_(space) {}

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
  static std::uint32_t offset(const pugi::xml_node& node) { return xml_offset(node); }
  bool foreign(const pugi::xml_node& node) const { return xml_foreign(node, prefix_, space_); }

  Outcome member(const pugi::xml_node& node, std::string_view key, std::string_view text) {
    PORTREEVE_CHECK(builder_.key(offset(node), key));
    return builder_.string(offset(node), text);
  }

  std::string_view own_text(const pugi::xml_node& node) { return xml_own_text(node, joined_); }

  Outcome scalar(const pugi::xml_node& node, XmlHow how, std::string_view text) {
    if (text.size() > limits::kSbomLicenceTextBytes) {
      error_at_ = offset(node);
      return Error{Errc::limit, "text of " + std::to_string(text.size()) + " bytes"};
    }
    if (how == XmlHow::boolean)
      return builder_.boolean(offset(node), text == "true" || text == "1");
    // XML Schema writes numbers that JSON does not, as "+1"; those stay texts.
    json::TokenError token;
    std::size_t end = 0;
    if (how == XmlHow::number && !text.empty() && json::scan_number(text, 0, end, token) &&
        end == text.size()) {
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
      if (!foreign(child)) PORTREEVE_CHECK(child_member(child, type));
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
    return Done{};
  }

  // What no table names, the model has no place for.
  Outcome child_member(const pugi::xml_node& child, XmlType type) {
    const std::string_view name = xml_local(child.name());
    for (const XmlField& field : xml_fields(type)) {
      if (field.xml != name) continue;
      if (field.how == XmlHow::collect) return Done{};
      PORTREEVE_CHECK(builder_.key(offset(child), field.json));
      return value(child, field);
    }
    return Done{};
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
      case XmlHow::refs:
        return list(node, [&](const pugi::xml_node& entry) {
          return scalar(entry, XmlHow::text, entry.attribute("ref").value());
        });
      case XmlHow::licences:
        return list(node, [&](const pugi::xml_node& entry) { return licence(entry); });
      case XmlHow::tools:
        return tools(node);
      case XmlHow::dependencies:
        return dependencies(node);
      case XmlHow::count:
        return list(node, [&](const pugi::xml_node& entry) {
          return builder_.boolean(offset(entry), true);
        });
      case XmlHow::collect:
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
    for (const pugi::xml_node& child : node.children()) {
      if (foreign(child)) continue;
      PORTREEVE_CHECK(entry(child));
    }
    return builder_.end();
  }

  Outcome collected(const pugi::xml_node& node, const XmlField& field) {
    bool any = false;
    for (const pugi::xml_node& child : node.children()) {
      if (foreign(child) || xml_local(child.name()) != field.xml) continue;
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
    const std::string_view name = xml_local(node.name());
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
    }
    return builder_.end();
  }

  Outcome tools(const pugi::xml_node& node) {
    const auto is = [&](const char* name) {
      return std::any_of(node.begin(), node.end(), [&](const pugi::xml_node& child) {
        return xml_local(child.name()) == name;
      });
    };
    if (is("components") || is("services")) return object(node, XmlType::tools);
    return list(node, [&](const pugi::xml_node& entry) { return object(entry, XmlType::tool); });
  }

  // A dependency may hold its own dependencies, and these theirs: each states what is below it.
  Outcome dependencies(const pugi::xml_node& node) {
    PORTREEVE_CHECK(builder_.begin_array(offset(node)));
    for (const pugi::xml_node& child : node.children()) {
      if (!foreign(child)) PORTREEVE_CHECK(dependency(child));
    }
    for (pugi::xml_node at = node.first_child(); at;) {
      for (const pugi::xml_node& child : at.children()) {
        if (!foreign(child) && xml_local(child.name()) == "dependency" && child.first_child())
          PORTREEVE_CHECK(dependency(child));
      }
      if (at.first_child()) {
        at = at.first_child();
        continue;
      }
      while (at && at != node && !at.next_sibling()) at = at.parent();
      at = at == node ? pugi::xml_node() : at.next_sibling();
    }
    return builder_.end();
  }

  Outcome dependency(const pugi::xml_node& node) {
    PORTREEVE_CHECK(builder_.begin_object(offset(node)));
    PORTREEVE_CHECK(member(node, "ref", node.attribute("ref").value()));
    for (const auto& [element, key] :
         {std::pair<std::string_view, std::string_view>{"dependency", "dependsOn"},
          {"provides", "provides"}}) {
      bool any = false;
      for (const pugi::xml_node& child : node.children()) {
        if (foreign(child) || xml_local(child.name()) != element) continue;
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
  std::string_view space_;
  std::string joined_;
  std::uint32_t error_at_ = 0;
};

Outcome check_bytes(std::string_view text, MemoryBudget::Reservation& memory) {
  const std::size_t invalid = utf8::first_invalid(text);
  if (invalid != utf8::kValid) return malformed_xml(text, invalid, "invalid UTF-8");
  const std::size_t null = text.find('\0');
  if (null != std::string_view::npos) return malformed_xml(text, null, "NUL in XML");
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  if (text[last] != '>') return malformed_xml(text, last, "bytes after the outermost element");
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
  PORTREEVE_CHECK(check_xml_characters(text));
  pugi::xml_document tree;
  const pugi::xml_parse_result parsed = tree.load_buffer(
      text.data(), text.size(), pugi::parse_default | pugi::parse_declaration | pugi::parse_doctype,
      pugi::encoding_utf8);
  if (!parsed)
    return malformed_xml(text, static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0)),
                         parsed.description());
  PORTREEVE_CHECK(check_xml_tree(tree, text));
  const pugi::xml_node root = tree.document_element();
  const std::string_view prefix = xml_prefix(root.name());
  constexpr std::string_view kNamespace = "http://cyclonedx.org/schema/bom/";
  const std::string_view name = xml_namespace(root);
  if (xml_local(root.name()) != "bom" || name.substr(0, kNamespace.size()) != kNamespace) {
    return malformed_xml(text, 0,
                         "expected <bom xmlns=\"" + std::string(kNamespace) + "1.x\">, found <" +
                             utf8::printable(root.name(), 64) + " of namespace " + quoted(name) +
                             ">");
  }
  const std::string_view version = name.substr(kNamespace.size());
  // 1.0 and 1.1 were never JSON.
  const int older = version == "1.0" ? 0 : version == "1.1" ? 1 : -1;
  PORTREEVE_TRY(const int minor, older < 0 ? cyclonedx_minor(version) : Result<int>(older));
  PORTREEVE_CHECK(check_xml_namespaces(root, prefix, name, text));
  PORTREEVE_CHECK(check_xml_schema(root, minor, text));
  DocumentBuilder builder(bytes, sbom_limits(), budget);
  Converter converter(builder, prefix, name);
  Outcome converted = converter.bom(root, version);
  if (!converted.ok()) return located_xml(text, converter.error_at(), std::move(converted).error());
  PORTREEVE_TRY(portreeve::DocumentPtr shaped, builder.finish());
  PORTREEVE_CHECK(check_cyclonedx_texts(shaped->root()));
  Draft draft(bytes, Format::cyclonedx_xml, budget);
  draft.document().spec_version = Text(draft.keep(shaped->root()["specVersion"].text()));
  // Everything may be referred to, also what the model has no place for.
  for (pugi::xml_node node = root; node; node = xml_after(node)) {
    if (const pugi::xml_attribute ref = node.attribute("bom-ref"))
      draft.import(draft.keep(ref.value()));
  }
  tree.reset();
  fill_cyclonedx(shaped->root(), draft);
  return draft.finish();
}

}  // namespace portreeve::sbom
