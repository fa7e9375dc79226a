#pragma once

// Documents of the SBOM model written by hand, for tests of rules that no reader should be part of.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/inventory.h"
#include "sbom/model.h"

namespace portreeve::test {

/// One component; empty texts are absent.
struct SbomPart {
  std::string name, version, purl, declared, concluded, supplier, sha256;
  std::vector<std::string> depends = {};  ///< Names.
  sbom::Element element = sbom::Element::package;
  sbom::Kind kind = sbom::Kind::unstated;
  bool primary = false;
  std::string cpe = {}, property = {};  ///< "name=value"
};

/// Builds a document; texts live in its pool.
class SbomBuilder {
 public:
  SbomBuilder() : document_(std::make_shared<sbom::Document>()) {
    document_->format = sbom::Format::spdx2_json;
    document_->spec_version = text("2.3");
    document_->created = text("2027-01-01T00:00:00Z");
  }
  sbom::Document& document() { return *document_; }
  sbom::Text text(std::string_view value) {
    document_->pool.emplace_back(value);
    return sbom::Text(document_->pool.back());
  }
  SbomBuilder& author(sbom::AgentKind kind, std::string_view name) {
    document_->agents.push_back({kind, text(name), {}, {}});
    document_->authors = {document_->authors.count == 0
                              ? static_cast<std::uint32_t>(document_->agents.size() - 1)
                              : document_->authors.first,
                          document_->authors.count + 1};
    return *this;
  }
  SbomBuilder& tool(std::string_view name, std::string_view version) {
    document_->tools.push_back({{}, text(name), text(version)});
    return *this;
  }
  SbomBuilder& add(const SbomPart& part);
  sbom::InventoryPtr finish();

 private:
  template <class Row>
  static sbom::Range push(std::vector<Row>& table, Row row) {
    table.push_back(row);
    return {static_cast<std::uint32_t>(table.size() - 1), 1};
  }
  std::shared_ptr<sbom::Document> document_;
  std::vector<SbomPart> parts_;
};

inline SbomBuilder& SbomBuilder::add(const SbomPart& part) {
  parts_.push_back(part);
  sbom::Component row;
  row.name = text(part.name);
  row.ref = text(part.name);
  row.element = part.element;
  row.kind = part.kind;
  row.primary = part.primary;
  if (!part.version.empty()) row.version = text(part.version);
  const auto first = static_cast<std::uint32_t>(document_->identifiers.size());
  if (!part.purl.empty()) {
    document_->identifiers.push_back({sbom::IdentifierKind::purl, text(part.purl), {}});
  }
  if (!part.cpe.empty()) {
    document_->identifiers.push_back({sbom::IdentifierKind::cpe23, text(part.cpe), {}});
  }
  row.identifiers = {first, static_cast<std::uint32_t>(document_->identifiers.size()) - first};
  const auto licence = static_cast<std::uint32_t>(document_->licences.size());
  for (const auto& [role, value] : {std::pair{sbom::LicenceRole::declared, part.declared},
                                    std::pair{sbom::LicenceRole::concluded, part.concluded}}) {
    if (value.empty()) continue;
    document_->licences.push_back({role, sbom::LicenceForm::expression, text(value), {}});
  }
  row.licences = {licence, static_cast<std::uint32_t>(document_->licences.size()) - licence};
  if (!part.supplier.empty()) {
    row.suppliers = push(document_->agents,
                         sbom::Agent{sbom::AgentKind::organization, text(part.supplier), {}, {}});
  }
  if (!part.sha256.empty()) {
    row.hashes = push(document_->hashes, sbom::Hash{sbom::HashAlgorithm::sha256,
                                                    sbom::HashSubject::self, text(part.sha256)});
  }
  if (const std::size_t equals = part.property.find('='); equals != std::string::npos) {
    row.properties =
        push(document_->properties, sbom::Property{text(part.property.substr(0, equals)),
                                                   text(part.property.substr(equals + 1))});
  }
  if (!part.depends.empty()) row.dependencies = sbom::Dependencies::listed;
  if (part.primary) {
    document_->primary.push_back(static_cast<std::uint32_t>(document_->components.size()));
  }
  document_->components.push_back(row);
  return *this;
}

inline sbom::InventoryPtr SbomBuilder::finish() {
  for (std::uint32_t from = 0; from < parts_.size(); ++from) {
    for (const std::string& name : parts_[from].depends) {
      for (std::uint32_t to = 0; to < parts_.size(); ++to) {
        if (parts_[to].name != name) continue;
        document_->edges.push_back(
            {from, to, 0, sbom::EdgeKind::depends_on, sbom::EdgeScope::unstated});
      }
    }
  }
  return sbom::Inventory::make(document_);
}

}  // namespace portreeve::test
