#include "sbom/cyclonedx.h"

#include <algorithm>
#include <vector>

#include "sbom/cyclonedx_words.h"
#include "sbom/json_schema.h"
#include "sbom/readers.h"

namespace portreeve::sbom {
namespace {

class Filler {
 public:
  explicit Filler(Draft& draft) : draft_(draft), document_(draft.document()) {}

  void run(const Value& root) {
    document_.id = text(root["serialNumber"]);
    document_.revision = text(root["version"]);
    document_.has_signature = root["signature"].present();
    metadata(root["metadata"]);
    for (const Value entry : root["components"]) component(entry, kNowhere);
    for (const Value entry : root["services"]) service(entry, kNowhere);
    dependencies(root["dependencies"]);
    compositions(root["compositions"]);
    for (const Value entry : root["annotations"]) {
      for (const Value ref : entry["subjects"]) must_name(ref);
    }
    references(root);
    draft_.resolve(Draft::References::cyclonedx);
    for (const Value entry : root["vulnerabilities"]) vulnerability(entry);
    for (const Value entry : root["annotations"]) annotation(entry);
    for (const std::string_view part : {"formulation", "declarations", "definitions"}) {
      document_.unread.formulas +=
          std::max<std::uint32_t>(root[part].size(), root[part].present() ? 1 : 0);
    }
    report_duplicates(root["vulnerabilities"]);
  }

 private:
  Text text(const Value& value) {
    return value.is_string() || value.is_number() ? Text(draft_.keep(value.text())) : Text();
  }
  template <class Row>
  void add(std::vector<Row>& table, Range& range, Row row) {
    draft_.add(table, range, std::move(row));
  }

  void metadata(const Value& metadata) {
    document_.created = text(metadata["timestamp"]);
    for (const Value lifecycle : metadata["lifecycles"]) {
      document_.lifecycles.push_back(
          text(lifecycle["phase"].present() ? lifecycle["phase"] : lifecycle["name"]));
    }
    tools(metadata["tools"]);
    for (const Value author : metadata["authors"])
      add(document_.agents, document_.authors, contact(author));
    for (const std::string_view key : {"manufacturer", "manufacture"}) {
      if (metadata[key].present())
        add(document_.agents, document_.authors, organization(metadata[key]));
    }
    if (metadata["supplier"].present())
      add(document_.agents, document_.suppliers, organization(metadata["supplier"]));
    document_.tlp = text(metadata["distributionConstraints"]["tlp"]);
    const Value licence = metadata["licenses"].at(0);
    for (const Value& value :
         {licence["expression"], licence["license"]["id"], licence["license"]["name"]}) {
      if (document_.data_licence.absent()) document_.data_licence = text(value);
    }
    if (!metadata["component"].present()) return;
    const std::uint32_t index = component(metadata["component"], kNowhere);
    document_.components[index].primary = true;
    document_.primary.push_back(index);
    document_.name = document_.components[index].name;
  }

  void tools(const Value& tools) {
    const auto tool = [&](const Value& value) {
      const Value vendor = value["vendor"].present()         ? value["vendor"]
                           : value["supplier"].present()     ? value["supplier"]["name"]
                           : value["provider"].present()     ? value["provider"]["name"]
                           : value["manufacturer"].present() ? value["manufacturer"]["name"]
                           : value["publisher"].present()    ? value["publisher"]
                                                             : value["group"];
      document_.tools.push_back({text(vendor), text(value["name"]), text(value["version"])});
    };
    if (tools.is_array()) {
      for (const Value value : tools) tool(value);
      return;
    }
    for (const Value value : tools["components"]) tool(value);
    for (const Value value : tools["services"]) tool(value);
  }

  Agent contact(const Value& value) {
    return {AgentKind::person, text(value["name"]), text(value["email"]), {}};
  }
  Agent organization(const Value& value) {
    Agent agent{AgentKind::organization, text(value["name"]), {}, {}};
    agent.url = text(value["url"].is_array() ? value["url"].at(0) : value["url"]);
    for (const Value contact : value["contact"]) {
      if (agent.email.absent()) agent.email = text(contact["email"]);
    }
    return agent;
  }

  std::uint32_t component(const Value& value, std::uint32_t parent) {
    Component out;
    out.at = value.offset();
    out.parent = parent;
    out.ref = text(value["bom-ref"]);
    out.group = text(value["group"]);
    out.name = text(value["name"]);
    out.version = text(value["version"]);
    out.version_range = text(value["versionRange"]);
    out.copyright = text(value["copyright"]);
    out.kind = cyclonedx_kind(value["type"].text());
    if (out.kind == Kind::file) out.element = Element::file;
    out.scope = cyclonedx_scope(value["scope"].text());
    out.external = value["isExternal"].boolean();
    identifiers(value, out);
    hashes(value["hashes"], HashSubject::self, out);
    licences(value["licenses"], false, out);
    licences(value["evidence"]["licenses"], true, out);
    if (value["supplier"].present())
      add(document_.agents, out.suppliers, organization(value["supplier"]));
    producers(value, out);
    links(value["externalReferences"], out);
    properties(value["properties"], out);
    const std::uint32_t index = placed(out);
    for (const Value nested : value["components"]) component(nested, index);
    return index;
  }

  std::uint32_t placed(const Component& out) {
    const std::uint32_t index = draft_.add_component(out);
    if (out.parent != kNowhere) {
      draft_.connect({out.parent, index, out.at, EdgeKind::contains, EdgeScope::unstated});
    }
    return index;
  }

  void service(const Value& value, std::uint32_t parent) {
    Component out;
    out.at = value.offset();
    out.parent = parent;
    out.element = Element::service;
    out.kind = Kind::service;
    out.ref = text(value["bom-ref"]);
    out.group = text(value["group"]);
    out.name = text(value["name"]);
    out.version = text(value["version"]);
    licences(value["licenses"], false, out);
    if (value["provider"].present())
      add(document_.agents, out.suppliers, organization(value["provider"]));
    links(value["externalReferences"], out);
    properties(value["properties"], out);
    const std::uint32_t index = placed(out);
    for (const Value nested : value["services"]) service(nested, index);
  }

  void identifier(IdentifierKind kind, const Value& value, Component& out) {
    if (value.present()) add(document_.identifiers, out.identifiers, {kind, text(value), {}});
  }

  void identifiers(const Value& value, Component& out) {
    identifier(IdentifierKind::purl, value["purl"], out);
    const auto cpe = [&](const Value& name) {
      const bool old = name.text().substr(0, 5) == "cpe:/";
      identifier(old ? IdentifierKind::cpe22 : IdentifierKind::cpe23, name, out);
    };
    cpe(value["cpe"]);
    identifier(IdentifierKind::swid, value["swid"]["tagId"], out);
    for (const Value id : value["swhid"]) identifier(IdentifierKind::swhid, id, out);
    for (const Value id : value["omniborId"]) identifier(IdentifierKind::gitoid, id, out);
    // 1.5: one object; 1.6: a list, too.
    const Value identity = value["evidence"]["identity"];
    const auto evidence = [&](const Value& one) {
      const std::string_view field = one["field"].text();
      const Value concluded = one["concludedValue"];
      if (field == "purl" && concluded.text() != value["purl"].text())
        identifier(IdentifierKind::purl, concluded, out);
      if (field == "cpe" && concluded.text() != value["cpe"].text()) cpe(concluded);
    };
    if (identity.is_object()) evidence(identity);
    if (identity.is_array()) {
      for (const Value one : identity) evidence(one);
    }
  }

  void hashes(const Value& list, HashSubject subject, Component& out) {
    for (const Value entry : list) {
      const Hash hash{cyclonedx_algorithm(entry["alg"].text()), subject, text(entry["content"])};
      draft_.check_hash(hash, static_cast<std::uint32_t>(document_.components.size()),
                        entry.offset());
      add(document_.hashes, out.hashes, hash);
    }
  }

  void licences(const Value& list, bool evidence, Component& out) {
    const auto one = [&](const Value& entry) {
      const Value licence = entry["license"];
      const Value from = licence.present() ? licence : entry;
      Licence row;
      row.role = evidence ? LicenceRole::evidence : cyclonedx_role(from["acknowledgement"].text());
      row.form = licence["id"].present()         ? LicenceForm::id
                 : entry["expression"].present() ? LicenceForm::expression
                                                 : LicenceForm::name;
      row.text = text(licence["id"].present()     ? licence["id"]
                      : licence["name"].present() ? licence["name"]
                                                  : entry["expression"]);
      row.full_text = text(licence["text"]["content"]);
      add(document_.licences, out.licences, row);
    };
    if (list.is_object()) one(list);
    if (list.is_array()) {
      for (const Value entry : list) one(entry);
    }
  }

  void producers(const Value& value, Component& out) {
    if (value["manufacturer"].present())
      add(document_.agents, out.producers, organization(value["manufacturer"]));
    for (const Value author : value["authors"])
      add(document_.agents, out.producers, contact(author));
    if (value["author"].present())
      add(document_.agents, out.producers, {AgentKind::unknown, text(value["author"]), {}, {}});
    if (value["publisher"].present()) {
      add(document_.agents, out.producers,
          {AgentKind::organization, text(value["publisher"]), {}, {}});
    }
  }

  void links(const Value& list, Component& out) {
    for (const Value entry : list) {
      const LinkKind kind = cyclonedx_link(entry["type"].text());
      add(document_.links, out.links, {kind, text(entry["url"]), text(entry["type"])});
      if (kind == LinkKind::download) hashes(entry["hashes"], HashSubject::distribution, out);
      if (kind == LinkKind::source) hashes(entry["hashes"], HashSubject::source, out);
    }
  }

  void properties(const Value& list, Component& out) {
    for (const Value entry : list) {
      add(document_.properties, out.properties, {text(entry["name"]), text(entry["value"])});
    }
  }

  void dependencies(const Value& list) {
    for (const Value entry : list) {
      const std::string_view ref = draft_.keep(entry["ref"].text());
      const std::uint32_t at = entry.offset();
      if (entry["dependsOn"].size() == 0) draft_.know(ref, Dependencies::none, at);
      states(ref, entry["dependsOn"], EdgeKind::depends_on, EdgeScope::runtime);
      states(ref, entry["provides"], EdgeKind::provides, EdgeScope::unstated);
    }
  }

  void states(std::string_view from, const Value& list, EdgeKind kind, EdgeScope scope) {
    std::vector<std::string_view> seen;
    for (const Value target : list) {
      const std::string_view to = draft_.keep(target.text());
      seen.push_back(to);
      draft_.state({from, to, target.offset(), kind, scope});
    }
    std::sort(seen.begin(), seen.end());
    const auto twice = std::adjacent_find(seen.begin(), seen.end());
    if (twice == seen.end()) return;
    draft_.defect(DefectKind::repeated_dependency, kNowhere, list.offset(),
                  quoted(from) + " names " + quoted(*twice) + " twice");
  }

  void compositions(const Value& list) {
    for (const Value entry : list) {
      const Dependencies said = cyclonedx_aggregate(entry["aggregate"].text());
      for (const Value ref : entry["dependencies"])
        draft_.know(draft_.keep(ref.text()), said, ref.offset());
      for (const std::string_view key : {"assemblies", "vulnerabilities"}) {
        for (const Value ref : entry[key]) must_name(ref);
      }
    }
  }

  // Nothing is read out of it, and still it must name something.
  void must_name(const Value& ref) {
    if (!ref.is_string()) return;
    draft_.state({{}, draft_.keep(ref.text()), ref.offset(), EdgeKind::other, EdgeScope::unstated});
  }

  // Everything may be referred to; only components and services have rows.
  void references(const Value& root) {
    root.for_each_named("bom-ref", {}, [&](const Value& value) {
      if (!value.is_string()) return;
      const std::string_view ref = draft_.keep(value.text());
      refs_.push_back({ref, value.offset()});
      draft_.import(ref);
    });
  }

  // "Every bom-ref MUST be unique within the BOM", says the text of the schema; no keyword of it
  // does, and documents of the specification's own test suite repeat the names of workflows and
  // workspaces. Where one of the two is a component, a service or a vulnerability, what others say
  // about it could be meant for either: an error. Elsewhere nothing is judged by the name.
  void report_duplicates(const Value& vulnerabilities) {
    std::sort(refs_.begin(), refs_.end(), [](const Ref& a, const Ref& b) {
      return a.text != b.text ? a.text < b.text : a.at < b.at;
    });
    std::vector<std::string_view> judged;
    for (const Value entry : vulnerabilities) judged.push_back(entry["bom-ref"].text());
    std::sort(judged.begin(), judged.end());
    for (std::size_t i = 1; i < refs_.size(); ++i) {
      const std::string_view ref = refs_[i].text;
      if (ref != refs_[i - 1].text) continue;
      const std::uint32_t component = document_.find(ref);
      const bool listed =
          component != kNowhere || std::binary_search(judged.begin(), judged.end(), ref);
      draft_.defect(listed ? DefectKind::duplicate_id : DefectKind::shared_name, component,
                    refs_[i].at, "two elements are called " + quoted(ref));
    }
  }

  void vulnerability(const Value& value) {
    Vulnerability row;
    row.at = value.offset();
    row.id = text(value["id"]);
    row.source = text(value["source"]["name"]);
    for (const Value rating : value["ratings"]) {
      add(document_.ratings, row.ratings,
          {text(rating["source"]["name"]), text(rating["severity"]), text(rating["score"]),
           text(rating["method"]), text(rating["vector"])});
    }
    for (const Value affected : value["affects"]) affects(affected, row);
    const Value analysis = value["analysis"];
    row.state = text(analysis["state"]);
    row.justification = text(analysis["justification"]);
    row.detail = text(analysis["detail"]);
    document_.vulnerabilities.push_back(row);
  }

  void affects(const Value& value, Vulnerability& row) {
    Affected affected;
    affected.ref = text(value["ref"]);
    affected.component = document_.find(value["ref"].text());
    // A VEX without an inventory of its own speaks about another document's.
    const bool inventory = document_.components.size() > document_.primary.size();
    if (affected.component == kNowhere && inventory &&
        value["ref"].text().substr(0, 8) != "urn:cdx:") {
      draft_.defect(DefectKind::dangling_reference, kNowhere, value.offset(),
                    "vulnerability: nothing here is called " + quoted(value["ref"].text()));
    }
    if (value["versions"].size() == 0) add(document_.affected, row.affects, affected);
    for (const Value version : value["versions"]) {
      affected.version = text(version["version"].present() ? version["version"] : version["range"]);
      affected.status = text(version["status"]);
      add(document_.affected, row.affects, affected);
    }
  }

  void annotation(const Value& value) {
    const Value who = value["annotator"];
    Value name;
    for (const std::string_view kind : {"organization", "individual", "component", "service"}) {
      if (!name.present()) name = who[kind]["name"];
    }
    for (const Value subject : value["subjects"]) {
      document_.annotations.push_back({document_.find(subject.text()), text(name),
                                       text(value["timestamp"]), text(value["text"])});
    }
  }

  struct Ref {
    std::string_view text;
    std::uint32_t at;
  };
  Draft& draft_;
  Document& document_;
  std::vector<Ref> refs_;
};

}  // namespace

void fill_cyclonedx(const Value& root, Draft& draft) { Filler(draft).run(root); }

}  // namespace portreeve::sbom
