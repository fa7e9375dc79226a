#include "sbom/spdx2.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sbom/spdx2_members.h"

namespace portreeve::sbom {

Outcome Spdx2::version(std::string_view text) {
  if (text == "SPDX-2.2" || text == "SPDX-2.3") {
    draft_.document().spec_version = Text(text.substr(5));
    is_2_2_ = text == "SPDX-2.2";
    return Done{};
  }
  const bool other = text.substr(0, 5) == "SPDX-";
  return Error{other ? Errc::unsupported : Errc::malformed,
               "spdxVersion: expected SPDX-2.2 or SPDX-2.3, found " + quoted(text)};
}

Outcome Spdx2::creator(std::string_view text) {
  const std::optional<Agent> agent = spdx2_agent(text);
  if (!agent.has_value()) {
    return Error{Errc::malformed,
                 "creators: expected \"Person: \", \"Organization: \" or \"Tool: \", "
                 "found " +
                     quoted(text)};
  }
  Document& document = draft_.document();
  if (agent->kind == AgentKind::tool) {
    document.tools.push_back(split_tool(agent->name.view()));
  } else {
    draft_.add(document.agents, document.authors, *agent);
  }
  return Done{};
}

Outcome Spdx2::agent(std::string_view text, Range& range) {
  const Text said = stated(text);
  if (said.state() == Stated::no_assertion) {
    draft_.add(draft_.document().agents, range, {AgentKind::unknown, said, {}, {}});
    return Done{};
  }
  const std::optional<Agent> agent = spdx2_agent(text);
  if (!agent.has_value() || agent->kind == AgentKind::tool) {
    return Error{Errc::malformed,
                 "expected \"Person: \", \"Organization: \" or NOASSERTION, found " + quoted(text)};
  }
  draft_.add(draft_.document().agents, range, *agent);
  return Done{};
}

Outcome Spdx2::relationship(std::string_view from, std::string_view type, std::string_view to,
                            std::uint32_t at) {
  const RelationshipMeaning* meaning = spdx2_relationship(type);
  if (meaning == nullptr) {
    return Error{Errc::malformed,
                 "relationshipType: expected a type of SPDX 2.3 §11.1, found " + quoted(type)};
  }
  if (meaning->reversed) std::swap(from, to);
  const Stated target = stated(meaning->reversed ? from : to).state();
  if (target == Stated::none || target == Stated::no_assertion) {
    const std::string_view about = meaning->reversed ? to : from;
    const bool none = target == Stated::none && meaning->kind == EdgeKind::depends_on;
    if (about != kSpdx2Document && none && !meaning->reversed) {
      draft_.know(about, Dependencies::none, at);
    }
    return Done{};
  }
  if (from == kSpdx2Document && meaning->kind == EdgeKind::describes) {
    draft_.make_primary(to, at);
    return Done{};
  }
  if (from == kSpdx2Document) from = {};
  if (to == kSpdx2Document) to = {};
  draft_.state({from, to, at, meaning->kind, meaning->scope});
  return Done{};
}

Outcome Spdx2::checksum(Component& component, std::string_view algorithm, std::string_view value,
                        std::uint32_t at) {
  const std::optional<HashAlgorithm> known = spdx2_algorithm(algorithm);
  if (!known.has_value()) {
    return Error{Errc::malformed,
                 "checksum: expected an algorithm of SPDX 2.3 §7.10, found " + quoted(algorithm)};
  }
  const Hash hash{*known, HashSubject::self, Text(value)};
  draft_.check_hash(hash, static_cast<std::uint32_t>(draft_.document().components.size()), at);
  draft_.add(draft_.document().hashes, component.hashes, hash);
  return Done{};
}

void Spdx2::check_id(std::string_view id, std::uint32_t at) {
  if (valid_spdx2_id(id)) return;
  draft_.defect(DefectKind::invalid_value, kNowhere, at,
                "SPDXID: expected \"SPDXRef-\" and letters, digits, '.', '-', found " + quoted(id));
}

void Spdx2::check_2_2(const Component& component, std::uint32_t index) {
  if (!is_2_2_) return;
  bool concluded = false;
  for (const Licence& licence : draft_.document().licences_of(component)) {
    concluded = concluded || licence.role == LicenceRole::concluded;
  }
  if (!concluded) {
    draft_.defect(DefectKind::missing_field, index, component.at, "2.2 demands licenseConcluded");
  }
  if (component.copyright.absent()) {
    draft_.defect(DefectKind::missing_field, index, component.at, "2.2 demands copyrightText");
  }
}

void Spdx2::check_data_licence(std::uint32_t at) {
  const std::string_view text = draft_.document().data_licence.written();
  if (text == "CC0-1.0") return;
  draft_.defect(DefectKind::invalid_value, kNowhere, at,
                "dataLicense: expected CC0-1.0, found " + quoted(text));
}

void Spdx2::licence_text(const LicenceText& row, std::uint32_t at) {
  draft_.document().licence_texts.push_back(row);
  if (valid_spdx2_licence_ref(row.id.view())) return;
  draft_.defect(DefectKind::invalid_value, kNowhere, at,
                "licenseId: expected \"LicenseRef-\" and letters, digits, '.', '-', found " +
                    quoted(row.id.view()));
}

Outcome Spdx2::annotation(const Annotation& row, std::uint32_t at) {
  const std::pair<const Text*, std::string_view> demanded[] = {
      {&row.annotator, "annotator"}, {&row.date, "date"}, {&row.text, "comment"}};
  for (const auto& [text, name] : demanded) {
    if (text->absent()) {
      return Error{Errc::malformed, "annotation without its " + std::string(name)};
    }
  }
  if (!spdx2_agent(row.annotator.view()).has_value()) {
    draft_.defect(DefectKind::invalid_value, row.component, at,
                  "annotator: expected \"Person: \", \"Organization: \" or \"Tool: \", found " +
                      quoted(row.annotator.view()));
  }
  draft_.check_utc_second("annotationDate", row.date, at);
  draft_.document().annotations.push_back(row);
  return Done{};
}

void Spdx2::check_licence_ids() {
  std::vector<std::string_view> ids;
  for (const LicenceText& row : draft_.document().licence_texts) ids.push_back(row.id.view());
  std::sort(ids.begin(), ids.end());
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i] != ids[i - 1]) continue;
    draft_.defect(DefectKind::duplicate_id, kNowhere, 0,
                  "two licences are called " + quoted(ids[i]));
  }
}

// Of one that no externalDocumentRefs[] declares nobody can tell what it is (SPDX 2.3 §6.6).
void Spdx2::check_documents(std::vector<std::string_view> documents) {
  std::sort(documents.begin(), documents.end());
  for (const LooseEnd& end : draft_.document().loose_ends) {
    const std::string_view ref = end.ref.view();
    const std::string_view name = ref.substr(0, ref.find(':'));
    if (end.reason != LooseReason::external || name.substr(0, 12) != "DocumentRef-") continue;
    if (std::binary_search(documents.begin(), documents.end(), name)) continue;
    draft_.defect(DefectKind::undeclared_document, end.component, end.at,
                  quoted(ref) + ": externalDocumentRefs does not declare " + quoted(name));
  }
}

Result<DocumentPtr> Spdx2::finish(std::vector<std::string_view> documents) {
  Document& document = draft_.document();
  draft_.check_utc_second("creationInfo.created", document.created, 0);
  draft_.resolve(Draft::References::spdx2);
  check_licence_ids();
  check_documents(std::move(documents));
  return draft_.finish();
}

}  // namespace portreeve::sbom
