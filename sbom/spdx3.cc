// SPDX 3.0 and 3.1: a strict subset of JSON-LD, resolved by identifiers; no context is ever
// fetched.

#include <algorithm>
#include <string>

#include "sbom/readers.h"
#include "sbom/spdx3_graph.h"
#include "sbom/spdx3_item.h"
#include "sbom/spdx_words.h"

namespace portreeve::sbom {
namespace {

bool one_of(std::string_view type, std::initializer_list<std::string_view> types) noexcept {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool starts(std::string_view text, std::string_view prefix) noexcept {
  return text.substr(0, prefix.size()) == prefix;
}

// 3.0: Core and Software are closed; the other profiles only by prefix. Extensions are IRIs.
bool known_type(std::string_view type) noexcept {
  if (one_of(type, {"Agent",
                    "Annotation",
                    "Bom",
                    "Bundle",
                    "CreationInfo",
                    "DictionaryEntry",
                    "ExternalIdentifier",
                    "ExternalMap",
                    "ExternalRef",
                    "Hash",
                    "IndividualElement",
                    "LifecycleScopedRelationship",
                    "NamespaceMap",
                    "Organization",
                    "PackageVerificationCode",
                    "Person",
                    "PositiveIntegerRange",
                    "Relationship",
                    "SoftwareAgent",
                    "SpdxDocument",
                    "Tool",
                    "software_File",
                    "software_Package",
                    "software_Sbom",
                    "software_Snippet",
                    "software_ContentIdentifier"})) {
    return true;
  }
  if (type.find(':') != std::string_view::npos) return true;
  for (const std::string_view profile :
       {"ai_", "dataset_", "build_", "security_", "expandedlicensing_", "simplelicensing_",
        "extension_", "hardware_", "service_", "operations_", "supplychain_",
        "functionalsafety_"}) {
    if (starts(type, profile)) return true;
  }
  return false;
}

class Reader {
 public:
  Reader(json::Cursor& cursor, Draft& draft)
      : cursor_(cursor), draft_(draft), fields_(cursor, draft), items_(fields_, inlined_) {}

  Result<DocumentPtr> run() {
    if (!document() || !cursor_.finish()) return cursor_.error();
    const Outcome whole = graph_.assemble(draft_);
    if (!whole.ok()) return located(whole.error());
    return draft_.finish();
  }

 private:
  // Either {"@context", "@graph": […]} or one element with a context.
  bool document() {
    bool graph = false;
    Spdx3Item lone;
    // A lone element has its own members beside the context; it is read as a graph of one.
    const bool good = fields_.object([&](std::string_view key) {
      if (key == "@context") return context();
      if (key == "@graph") {
        graph = true;
        return fields_.array([&] { return element(); });
      }
      if (key == "spdxVersion" || key == "bomFormat") return fields_.unknown_member(key);
      return items_.read_field(key, lone);
    });
    if (!good) return false;
    if (!has_context_) return fields_.missing(0, "document", "@context");
    if (!graph && lone.type.empty()) return fields_.missing(0, "document", "@graph");
    if (graph && !lone.type.empty()) return cursor_.fail(lone.at, "an element beside \"@graph\"");
    if (!graph) items_.check_fields(lone);
    // A later version knows more.
    if (const auto& fault = items_.fault(); fault && !later_)
      return cursor_.fail(fault->at, fault->message);
    return graph || take_with_inlined(lone);
  }

  Error located(Error error) const {
    const Position position = position_in(cursor_.source(), graph_.error_at);
    return with_context(std::move(error), "line " + std::to_string(position.line) + " column " +
                                              std::to_string(position.column));
  }

  bool context() {
    if (cursor_.peek() == ValueType::array) return fields_.array([&] { return one_context(); });
    return one_context();
  }

  // Extensions may add a context of their own, never in the place of SPDX's.
  bool one_context() {
    if (cursor_.peek() != ValueType::string) return fields_.skip();
    std::string_view text;
    const std::uint32_t at = cursor_.at();
    if (!fields_.kept(text)) return false;
    if (text.find("spdx.org/rdf/") == std::string_view::npos) return true;
    if (text.find("/rdf/3.0") == std::string_view::npos &&
        text.find("/rdf/3.1") == std::string_view::npos) {
      return cursor_.fail(at, "@context: expected SPDX 3.0 or 3.1, found " + quoted(text),
                          Errc::unsupported);
    }
    has_context_ = true;
    later_ = text.find("/rdf/3.0") == std::string_view::npos;
    return true;
  }

  bool element() {
    Spdx3Item item;
    return items_.read(item) && take_with_inlined(item);
  }

  bool take_with_inlined(const Spdx3Item& item) {
    if (!take(item)) return false;
    std::vector<Spdx3Item> inlined = std::move(inlined_);
    inlined_.clear();
    for (const Spdx3Item& one : inlined) {
      if (!take(one)) return false;
    }
    return true;
  }

  bool take(const Spdx3Item& item) {
    if (!known_type(item.type))
      return fields_.expected(item.at, "type", "a class of SPDX 3", item.type);
    if (item.type == "CreationInfo") return creation_info(item);
    if (item.id.empty()) return fields_.missing(item.at, item.type, "spdxId");
    if (item.creation_info.empty()) return fields_.missing(item.at, item.type, "creationInfo");
    if (!enumerations(item)) return false;
    graph_.ids.push_back({item.id, item.at});
    graph_.creation_of.push_back({item.creation_info, item.at});
    if (item.type == "SpdxDocument") return spdx_document(item);
    if (one_of(item.type, {"software_Sbom", "Bom", "Bundle"})) return bom(item);
    if (one_of(item.type,
               {"software_Package", "software_File", "ai_AIPackage", "dataset_DatasetPackage"})) {
      return component(item);
    }
    if (item.type == "software_Snippet") return ++draft_.document().unread.snippets, true;
    if (item.has_from || one_of(item.type, {"Relationship", "LifecycleScopedRelationship"}))
      return relationship(item);
    if (item.type == "Annotation" && item.annotation_of.empty())
      return fields_.missing(item.at, item.type, "subject");
    if (item.type == "Annotation")
      return graph_.annotations.push_back({item.annotation_of, item.detail, item.creation_info}),
             true;
    if (item.type == "security_Vulnerability") return vulnerability(item);
    if (one_of(item.type, {"Person", "Organization", "Agent", "SoftwareAgent"})) return agent(item);
    if (item.type == "Tool") return graph_.tools.emplace(item.id, item.name), true;
    graph_.licences.take(item);
    return true;
  }

  // What the model does not keep, the specification (3.0.1, Core vocabularies) limits all the same.
  bool enumerations(const Spdx3Item& item) {
    if (item.type == "Annotation" && !one_of(item.annotation_type, {"other", "review"}))
      return fields_.expected(item.at, "annotationType", "other or review", item.annotation_type);
    if (!item.completeness.empty() &&
        !one_of(item.completeness, {"complete", "incomplete", "noAssertion"})) {
      return fields_.expected(item.at, "completeness", "complete, incomplete or noAssertion",
                              item.completeness);
    }
    if (item.type == "LifecycleScopedRelationship" && !item.scope.empty() &&
        !one_of(item.scope, {"build", "design", "development", "other", "runtime", "test"})) {
      return fields_.expected(item.at, "scope", "a scope of SPDX 3", item.scope);
    }
    if (item.type == "simplelicensing_LicenseExpression" && item.expression.absent())
      return fields_.missing(item.at, item.type, "simplelicensing_licenseExpression");
    return true;
  }

  bool creation_info(const Spdx3Item& item) {
    if (item.created.absent()) return fields_.missing(item.at, item.type, "created");
    if (item.spec_version.absent()) return fields_.missing(item.at, item.type, "specVersion");
    if (item.created_by.empty()) return fields_.missing(item.at, item.type, "createdBy");
    if (!starts(item.spec_version.view(), "3.0") && !starts(item.spec_version.view(), "3.1")) {
      return cursor_.fail(
          item.at, "specVersion: expected 3.0 or 3.1, found " + quoted(item.spec_version.view()),
          Errc::unsupported);
    }
    graph_.creations[item.id] = {item.at, item.created, item.spec_version, item.created_by,
                                 item.created_using};
    return true;
  }

  bool spdx_document(const Spdx3Item& item) {
    if (!graph_.document_id.empty()) return cursor_.fail(item.at, "a second SpdxDocument");
    graph_.document_id = item.id;
    graph_.collections[item.id] = item.roots;
    graph_.document_creation = item.creation_info;
    graph_.data_licence = item.data_licence;
    Document& out = draft_.document();
    out.id = Text(item.id);
    out.name = item.name;
    out.comment = item.comment;
    out.has_signature = out.has_signature || item.has_signature;
    for (const std::string_view id : item.imports) draft_.import(id);
    return true;
  }

  bool bom(const Spdx3Item& item) {
    graph_.collections[item.id] = item.roots;
    for (const std::string_view type : item.sbom_types) {
      if (!one_of(type, {"analyzed", "build", "deployed", "design", "runtime", "source"}))
        return fields_.expected(item.at, "software_sbomType", "a type of SPDX 3", type);
    }
    for (const std::string_view type : item.sbom_types)
      draft_.document().lifecycles.push_back(Text(type));
    return true;
  }

  bool agent(const Spdx3Item& item) {
    Agent row;
    row.kind = item.type == "Person"          ? AgentKind::person
               : item.type == "Organization"  ? AgentKind::organization
               : item.type == "SoftwareAgent" ? AgentKind::tool
                                              : AgentKind::unknown;
    row.name = item.name;
    for (const Spdx3Item::Identifier& id : item.identifiers) {
      if (id.type == "email" && row.email.absent()) row.email = Text(id.text);
      if (id.type == "urlScheme" && row.url.absent()) row.url = Text(id.text);
    }
    graph_.agents.emplace(item.id, row);
    return true;
  }

  bool component(const Spdx3Item& item) {
    const bool file = item.type == "software_File";
    if (item.name.absent()) return fields_.missing(item.at, item.type, "name");
    Component out;
    out.at = item.at;
    out.element = file ? Element::file : Element::package;
    out.ref = Text(item.id);
    out.name = item.name;
    out.version = item.version;
    out.copyright = item.copyright;
    if (file) out.kind = Kind::file;
    if (item.type == "ai_AIPackage") out.kind = Kind::machine_learning_model;
    if (item.type == "dataset_DatasetPackage") out.kind = Kind::data;
    if (!item.purpose.empty()) {
      const std::optional<Kind> kind = spdx3_purpose(item.purpose);
      if (!kind.has_value())
        return fields_.expected(item.at, "software_primaryPurpose", "a purpose of SPDX 3",
                                item.purpose);
      out.kind = *kind;
    }
    Document& document = draft_.document();
    if (!item.download.absent())
      add_link(draft_, out, LinkKind::download, item.download, "downloadLocation");
    if (!item.home_page.absent())
      add_link(draft_, out, LinkKind::website, item.home_page, "homepage");
    if (!item.source_info.absent())
      add_link(draft_, out, LinkKind::source, item.source_info, "sourceInfo");
    for (const Spdx3Item::Reference& ref : item.references) {
      const bool advisory =
          starts(ref.type, "security") || ref.type == "vulnerabilityDisclosureReport";
      add_link(draft_, out, advisory ? LinkKind::advisory : LinkKind::other, Text(ref.locator),
               ref.type);
    }
    if (!item.purl.absent())
      draft_.add(document.identifiers, out.identifiers, {IdentifierKind::purl, item.purl, {}});
    for (const Spdx3Item::Identifier& id : item.identifiers) {
      if (starts(id.type, "package") && id.text == item.purl.view()) continue;
      add_identifier(out, id);
    }
    for (const Hash& hash : item.hashes) {
      draft_.check_hash(hash, static_cast<std::uint32_t>(document.components.size()), item.at);
      draft_.add(document.hashes, out.hashes, hash);
    }
    const std::uint32_t index = draft_.add_component(out);
    for (const std::string_view ref : item.supplied_by)
      graph_.agents_of.push_back({index, ref, true});
    for (const std::string_view ref : item.originated_by)
      graph_.agents_of.push_back({index, ref, false});
    return true;
  }

  void add_identifier(Component& out, const Spdx3Item::Identifier& id) {
    add_spdx2_external(draft_, out, "PERSISTENT-ID", id.type, id.text);
  }

  bool vulnerability(const Spdx3Item& item) {
    Vulnerability row;
    row.at = item.at;
    row.id = item.name;
    for (const Spdx3Item::Identifier& id : item.identifiers) {
      if (id.type == "cve" || row.id.absent()) row.id = Text(id.text);
    }
    row.detail = item.detail;
    draft_.document().vulnerabilities.push_back(row);
    return true;
  }

  bool relationship(const Spdx3Item& item) {
    if (!item.has_from) return fields_.missing(item.at, item.type, "from");
    if (item.relationship.empty()) return fields_.missing(item.at, item.type, "relationshipType");
    if (item.to.empty()) return fields_.missing(item.at, item.type, "to");
    const RelationshipMeaning* meaning = spdx3_relationship(item.relationship);
    if (meaning == nullptr) {
      return fields_.expected(item.at, "relationshipType", "a type of SPDX 3", item.relationship);
    }
    if (meaning->kind == EdgeKind::depends_on && !item.completeness.empty()) {
      if (item.completeness == "complete") draft_.know(item.from, Dependencies::complete, item.at);
      if (item.completeness == "incomplete")
        draft_.know(item.from, Dependencies::incomplete, item.at);
    }
    for (const std::string_view to : item.to) relate(item, *meaning, to);
    return true;
  }

  void relate(const Spdx3Item& item, const RelationshipMeaning& meaning, std::string_view to) {
    if (item.relationship == "hasConcludedLicense" || item.relationship == "hasDeclaredLicense") {
      const bool concluded = item.relationship == "hasConcludedLicense";
      graph_.licences_of.push_back(
          {item.from, to, concluded ? LicenceRole::concluded : LicenceRole::declared, item.at});
      return;
    }
    if (is_spdx3_individual(to)) {
      if (meaning.kind == EdgeKind::depends_on && ends_with(to, "NoneElement"))
        draft_.know(item.from, Dependencies::none, item.at);
      return;
    }
    if (meaning.kind == EdgeKind::describes) graph_.describes.push_back({item.from, to});
    if (item.relationship == "hasDistributionArtifact")
      graph_.distributions.push_back({item.from, to});
    const EdgeScope scope = item.scope.empty() ? meaning.scope : spdx3_scope(item.scope);
    draft_.state({meaning.reversed ? to : item.from, meaning.reversed ? item.from : to, item.at,
                  meaning.kind, scope});
  }

  json::Cursor& cursor_;
  Draft& draft_;
  JsonFields fields_;
  std::vector<Spdx3Item> inlined_;
  Spdx3ItemReader items_;
  bool has_context_ = false;
  bool later_ = false;  ///< 3.1: its model is not compiled in.
  Spdx3Graph graph_;
};

}  // namespace

Result<DocumentPtr> read_spdx3(SourceBytes bytes, MemoryBudget* budget) {
  json::Cursor cursor(*bytes, sbom_limits());
  Draft draft(bytes, Format::spdx3_json, budget);
  return Reader(cursor, draft).run();
}

}  // namespace portreeve::sbom
