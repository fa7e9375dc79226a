// Syft's own JSON (schema 10 to 16).

#include <vector>

#include "sbom/json_fields.h"
#include "sbom/readers.h"
#include "sbom/spdx_words.h"

namespace portreeve::sbom {
namespace {

class Reader {
 public:
  Reader(json::Cursor& cursor, Draft& draft)
      : cursor_(cursor), draft_(draft), document_(draft.document()), fields_(cursor, draft) {}

  Result<DocumentPtr> run() {
    bool artifacts = false;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "artifacts") return (artifacts = true), fields_.array([&] { return artifact(); });
      if (key == "artifactRelationships") return fields_.array([&] { return relationship(); });
      if (key == "files") return fields_.array([&] { return file(); });
      if (key == "source") return source();
      if (key == "descriptor") return descriptor();
      if (key == "schema") return schema();
      return fields_.unknown_member(key);
    });
    if (!good || !cursor_.finish()) return cursor_.error();
    if (!artifacts) return missing("artifacts");
    if (document_.spec_version.absent()) return missing("schema");
    draft_.resolve(Draft::References::syft);
    return draft_.finish();
  }

 private:
  Error missing(std::string_view field) {
    fields_.missing(0, "document", field);
    return cursor_.error();
  }

  bool schema() {
    const std::uint32_t at = cursor_.at();
    const bool good = fields_.object([&](std::string_view key) {
      return key == "version" ? fields_.text(document_.spec_version) : fields_.skip();
    });
    if (!good) return false;
    return !document_.spec_version.absent() || fields_.missing(at, "schema", "version");
  }

  bool descriptor() {
    Tool tool;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "name") return fields_.text(tool.name);
      if (key == "version") return fields_.text(tool.version);
      if (key == "timestamp") return fields_.text(document_.created);
      return fields_.skip();
    });
    if (!good) return false;
    draft_.check_time("descriptor.timestamp", document_.created, 0);
    document_.tools.push_back(tool);
    return true;
  }

  // What was looked at: the primary component.
  bool source() {
    Component component;
    component.at = cursor_.at();
    std::string_view type;
    Hash digest{HashAlgorithm::sha256, HashSubject::self, {}};
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "id") return fields_.reference(component.ref);
      if (key == "name") return fields_.text(component.name);
      if (key == "version") return fields_.text(component.version);
      if (key == "type") return fields_.kept(type);
      if (key == "metadata" || key == "target") return source_metadata(component, digest);
      return fields_.skip();
    });
    if (!good) return false;
    component.kind = type == "image" ? Kind::container : Kind::file;
    component.primary = true;
    document_.name = component.name;
    if (!digest.value.absent()) draft_.add(document_.hashes, component.hashes, digest);
    document_.primary.push_back(draft_.add_component(component));
    return true;
  }

  // An image has manifestDigest and repoDigests; a directory may be a plain string.
  bool source_metadata(Component& component, Hash& digest) {
    if (cursor_.peek() != ValueType::object) return fields_.skip();
    return fields_.object([&](std::string_view key) {
      std::string_view text;
      if (key == "manifestDigest" || key == "userInput") {
        if (!fields_.kept(text)) return false;
        if (text.substr(0, 7) == "sha256:") digest.value = Text(text.substr(7));
        if (component.name.absent() && key == "userInput") component.name = Text(text);
        return true;
      }
      if (key != "repoDigests") return fields_.skip();
      if (cursor_.peek() == ValueType::null) return cursor_.null();
      return fields_.texts([&](std::string_view one, std::uint32_t) {
        draft_.add(document_.properties, component.properties,
                   {Text(std::string_view("repoDigest")), Text(one)});
        return true;
      });
    });
  }

  bool artifact() {
    Component component;
    component.at = cursor_.at();
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "id") return fields_.reference(component.ref);
      if (key == "name") return fields_.text(component.name);
      if (key == "version") return fields_.text(component.version);
      if (key == "type") return property(component, key);
      if (key == "purl") return purl(component);
      if (key == "cpes") return fields_.array([&] { return cpe(component); });
      if (key == "licenses") return licences(component);
      return fields_.skip();
    });
    if (!good) return false;
    if (component.ref.absent()) return fields_.missing(component.at, "artifact", "id");
    if (component.name.absent()) return fields_.missing(component.at, "artifact", "name");
    draft_.add_component(component);
    return true;
  }

  bool property(Component& component, std::string_view name) {
    Text value;
    if (!fields_.text(value)) return false;
    draft_.add(document_.properties, component.properties, {Text(name), value});
    return true;
  }

  // "" is what Syft writes when it has none.
  bool purl(Component& component) {
    Text text;
    if (!fields_.text(text)) return false;
    if (!text.view().empty())
      draft_.add(document_.identifiers, component.identifiers, {IdentifierKind::purl, text, {}});
    return true;
  }

  // Objects since schema 16; strings before.
  bool cpe(Component& component) {
    Text text;
    const bool good = cursor_.peek() == ValueType::object
                          ? fields_.object([&](std::string_view key) {
                              return key == "cpe" ? fields_.text(text) : fields_.skip();
                            })
                          : fields_.text(text);
    if (good)
      draft_.add(document_.identifiers, component.identifiers, {IdentifierKind::cpe23, text, {}});
    return good;
  }

  bool licences(Component& component) {
    if (cursor_.peek() == ValueType::null) return cursor_.null();
    return fields_.array([&] { return licence(component); });
  }

  bool licence(Component& component) {
    if (cursor_.peek() != ValueType::object) {
      Text text;
      if (!fields_.text(text)) return false;
      draft_.add(document_.licences, component.licences,
                 {LicenceRole::unstated, LicenceForm::name, text, {}});
      return true;
    }
    Text value;
    Text expression;
    std::string_view type;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "value") return fields_.text(value);
      if (key == "spdxExpression") return fields_.text(expression);
      if (key == "type") return fields_.kept(type);
      return fields_.skip();
    });
    if (!good) return false;
    const bool expressed = !expression.view().empty();
    const LicenceRole role = type == "concluded" ? LicenceRole::concluded : LicenceRole::declared;
    draft_.add(document_.licences, component.licences,
               {role,
                expressed ? LicenceForm::expression : LicenceForm::name,
                expressed ? expression : value,
                {}});
    return true;
  }

  bool file() {
    Component component;
    component.at = cursor_.at();
    component.element = Element::file;
    component.kind = Kind::file;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "id") return fields_.reference(component.ref);
      if (key == "location") {
        return fields_.object([&](std::string_view inner) {
          return inner == "path" ? fields_.text(component.name) : fields_.skip();
        });
      }
      if (key == "digests" && cursor_.peek() == ValueType::array)
        return fields_.array([&] { return digest(component); });
      return fields_.skip();
    });
    if (!good) return false;
    if (component.ref.absent()) return fields_.missing(component.at, "file", "id");
    draft_.add_component(component);
    return true;
  }

  bool digest(Component& component) {
    std::string_view algorithm;
    Text value;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "algorithm") return fields_.kept(algorithm);
      if (key == "value") return fields_.text(value);
      return fields_.skip();
    });
    if (!good) return false;
    const Hash hash{spdx3_algorithm(algorithm).value_or(HashAlgorithm::other), HashSubject::self,
                    value};
    draft_.check_hash(hash, static_cast<std::uint32_t>(document_.components.size()), component.at);
    draft_.add(document_.hashes, component.hashes, hash);
    return true;
  }

  // "dependency-of" runs from the dependency to what needs it.
  bool relationship() {
    const std::uint32_t at = cursor_.at();
    std::string_view parent;
    std::string_view child;
    std::string_view type;
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "parent") return fields_.reference(parent);
      if (key == "child") return fields_.reference(child);
      if (key == "type") return fields_.kept(type);
      return fields_.skip();
    });
    if (!good) return false;
    if (parent.empty()) return fields_.missing(at, "relationship", "parent");
    if (child.empty()) return fields_.missing(at, "relationship", "child");
    EdgeKind kind = EdgeKind::other;
    if (type == "dependency-of") {
      kind = EdgeKind::depends_on;
      std::swap(parent, child);
    } else if (type == "contains") {
      kind = EdgeKind::contains;
    }
    draft_.state({parent, child, at, kind, EdgeScope::unstated});
    return true;
  }

  json::Cursor& cursor_;
  Draft& draft_;
  Document& document_;
  JsonFields fields_;
};

}  // namespace

Result<DocumentPtr> read_syft(SourceBytes bytes, MemoryBudget* budget) {
  json::Cursor cursor(*bytes, sbom_limits());
  Draft draft(bytes, Format::syft_json, budget);
  return Reader(cursor, draft).run();
}

}  // namespace portreeve::sbom
