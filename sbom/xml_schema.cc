#include "sbom/xml_schema.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "sbom/xml_schema_node.h"

namespace portreeve::sbom {

XmlSchema::XmlSchema() = default;
XmlSchema::~XmlSchema() = default;
XmlSchema::XmlSchema(XmlSchema&&) noexcept = default;

namespace {

Error defect(std::string_view what, std::string_view where) {
  return {Errc::internal, "embedded XML schema: " + std::string(what) + " " + std::string(where)};
}

std::string_view local(std::string_view name) noexcept { return name.substr(name.find(':') + 1); }

bool is(const pugi::xml_node& node, std::string_view name) noexcept {
  return local(node.name()) == name;
}

}  // namespace

// Named types are made before they are filled, so that they may refer to each other in circles.
struct XmlSchema::Compiler {
  XmlSchema& schema;
  std::map<std::string, Type*, std::less<>> named;
  std::map<std::string, pugi::xml_node, std::less<>> groups;

  Type* make() {
    schema.types_.push_back(std::make_unique<Type>());
    return schema.types_.back().get();
  }
  Simple* make_simple() {
    schema.simples_.push_back(std::make_unique<Simple>());
    return schema.simples_.back().get();
  }

  void add_builtins() {
    for (const auto& [name, builtin] :
         {std::pair<std::string_view, XmlBuiltin>{"string", XmlBuiltin::text},
          {"normalizedString", XmlBuiltin::text},
          {"token", XmlBuiltin::text},
          {"anyURI", XmlBuiltin::text},
          {"boolean", XmlBuiltin::boolean},
          {"integer", XmlBuiltin::integer},
          {"nonNegativeInteger", XmlBuiltin::natural},
          {"positiveInteger", XmlBuiltin::positive},
          {"decimal", XmlBuiltin::decimal},
          {"date", XmlBuiltin::date},
          {"dateTime", XmlBuiltin::date_time}}) {
      Simple* const simple = make_simple();
      simple->builtin = builtin;
      Type* const type = make();
      type->text = simple;
      named.emplace("xs:" + std::string(name), type);
    }
  }

  Outcome run(const std::vector<pugi::xml_node>& roots) {
    add_builtins();
    for (const pugi::xml_node& root : roots) {
      for (const pugi::xml_node& node : root.children()) {
        const std::string name = node.attribute("name").value();
        if (is(node, "simpleType")) named.emplace(name, make()).first->second->text = make_simple();
        if (is(node, "complexType")) named.emplace(name, make());
        if (is(node, "attributeGroup")) groups.emplace(name, node);
      }
    }
    for (const pugi::xml_node& root : roots) {
      for (const pugi::xml_node& node : root.children()) {
        const std::string_view name = node.attribute("name").value();
        if (is(node, "simpleType")) {
          // Made by make_simple() above, and owned by the schema.
          PORTREEVE_CHECK(fill(node, const_cast<Simple&>(*named.find(name)->second->text)));
        } else if (is(node, "complexType")) {
          PORTREEVE_CHECK(fill(node, *named.find(name)->second));
        } else if (is(node, "element")) {
          schema.root_name_ = name;
          PORTREEVE_TRY(schema.root_, type_of(node));
          schema.unique_names_ = static_cast<bool>(node.child("xs:unique"));
        } else if (!is(node, "attributeGroup")) {
          return defect("does not know", node.name());
        }
      }
    }
    if (schema.root_ == nullptr) return defect("has no", "element");
    return Done{};
  }

  Result<const Type*> find(std::string_view name) {
    const std::string key =
        name.substr(0, 3) == "xs:" ? std::string(name) : std::string(local(name));
    const auto at = named.find(key);
    if (at == named.end()) return defect("has no type", name);
    return static_cast<const Type*>(at->second);
  }

  // Of an element or an attribute.
  Result<const Type*> type_of(const pugi::xml_node& node) {
    if (node.attribute("type")) return find(node.attribute("type").value());
    for (const pugi::xml_node& child : node.children()) {
      if (!is(child, "simpleType") && !is(child, "complexType")) continue;
      Type* const type = make();
      if (is(child, "complexType")) {
        PORTREEVE_CHECK(fill(child, *type));
      } else {
        Simple* const simple = make_simple();
        PORTREEVE_CHECK(fill(child, *simple));
        type->text = simple;
      }
      return static_cast<const Type*>(type);
    }
    return static_cast<const Type*>(nullptr);
  }

  Outcome fill(const pugi::xml_node& node, Simple& out) {
    const pugi::xml_node inner = node.first_child();
    if (is(inner, "union")) return fill_union(inner, out);
    if (!is(inner, "restriction")) return defect("does not know", inner.name());
    if (inner.attribute("base")) {
      PORTREEVE_TRY(const Type* const base, find(inner.attribute("base").value()));
      out.base = base->text;
    }
    for (const pugi::xml_node& facet : inner.children()) PORTREEVE_CHECK(fill_facet(facet, out));
    std::sort(out.words.begin(), out.words.end());
    return Done{};
  }

  Outcome fill_union(const pugi::xml_node& node, Simple& out) {
    std::string_view names = node.attribute("memberTypes").value();
    while (!names.empty()) {
      const std::size_t end = std::min(names.find(' '), names.size());
      if (end != 0) {
        PORTREEVE_TRY(const Type* const member, find(names.substr(0, end)));
        out.members.push_back(member->text);
      }
      names.remove_prefix(std::min(end + 1, names.size()));
    }
    for (const pugi::xml_node& child : node.children()) {
      Simple* const member = make_simple();
      PORTREEVE_CHECK(fill(child, *member));
      out.members.push_back(member);
    }
    return Done{};
  }

  Outcome fill_facet(const pugi::xml_node& facet, Simple& out) {
    const std::string value = facet.attribute("value").value();
    if (is(facet, "enumeration")) {
      out.enumerated = true;
      out.words.push_back(value);
    } else if (is(facet, "pattern")) {
      PORTREEVE_TRY(Pattern pattern, Pattern::compile(value));
      out.patterns.push_back(std::move(pattern));
    } else if (is(facet, "minLength")) {
      out.min_length = std::strtoul(value.c_str(), nullptr, 10);
    } else if (is(facet, "maxLength")) {
      out.max_length = std::strtoul(value.c_str(), nullptr, 10);
    } else if (is(facet, "minInclusive")) {
      out.minimum = std::strtod(value.c_str(), nullptr);
    } else if (is(facet, "maxInclusive")) {
      out.maximum = std::strtod(value.c_str(), nullptr);
    } else {
      return defect("does not know", facet.name());
    }
    return Done{};
  }

  Outcome fill(const pugi::xml_node& node, Type& out) {
    if (node.attribute("mixed").as_bool()) out.mixed = true;
    for (const pugi::xml_node& child : node.children()) {
      if (is(child, "sequence") || is(child, "choice")) {
        PORTREEVE_TRY(out.content, particle(child));
      } else if (is(child, "simpleContent")) {
        const pugi::xml_node extension = child.first_child();
        if (!is(extension, "extension")) return defect("does not know", extension.name());
        PORTREEVE_TRY(const Type* const base, find(extension.attribute("base").value()));
        out.text = base->text;
        PORTREEVE_CHECK(fill(extension, out));
      } else if (is(child, "attribute")) {
        PORTREEVE_TRY(const Type* const type, type_of(child));
        out.attributes.push_back({child.attribute("name").value(),
                                  type == nullptr ? nullptr : type->text,
                                  std::string_view(child.attribute("use").value()) == "required"});
      } else if (is(child, "attributeGroup")) {
        const auto group = groups.find(local(child.attribute("ref").value()));
        if (group == groups.end()) return defect("has no", child.attribute("ref").value());
        PORTREEVE_CHECK(fill(group->second, out));
      } else if (is(child, "anyAttribute")) {
        out.any_attribute = std::string_view(child.attribute("namespace").value()) == "##any";
      } else {
        return defect("does not know", child.name());
      }
    }
    return Done{};
  }

  static std::uint32_t times(const pugi::xml_attribute& attribute) {
    if (!attribute) return 1;
    if (std::string_view(attribute.value()) == "unbounded") return Particle::kUnbounded;
    return attribute.as_uint();
  }

  Result<Particle> particle(const pugi::xml_node& node) {
    Particle out;
    out.min = times(node.attribute("minOccurs"));
    out.max = times(node.attribute("maxOccurs"));
    if (is(node, "element")) {
      out.kind = Particle::Kind::element;
      out.name = node.attribute("name").value();
      PORTREEVE_TRY(out.type, type_of(node));
      return out;
    }
    if (is(node, "any")) {
      out.kind = Particle::Kind::any;
      return out;
    }
    if (!is(node, "sequence") && !is(node, "choice")) return defect("does not know", node.name());
    out.kind = is(node, "choice") ? Particle::Kind::choice : Particle::Kind::sequence;
    for (const pugi::xml_node& child : node.children()) {
      PORTREEVE_TRY(Particle part, particle(child));
      out.parts.push_back(std::move(part));
    }
    return out;
  }
};

Result<XmlSchema> XmlSchema::compile(const std::vector<std::string_view>& files) {
  XmlSchema out;
  std::vector<pugi::xml_document> documents(files.size());
  std::vector<pugi::xml_node> roots;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!documents[i].load_buffer(files[i].data(), files[i].size())) {
      return defect("is no XML:", files[i].substr(0, 64));
    }
    roots.push_back(documents[i].document_element());
  }
  Compiler compiler{out, {}, {}};
  PORTREEVE_CHECK(compiler.run(roots));
  return out;
}

}  // namespace portreeve::sbom
