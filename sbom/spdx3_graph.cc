#include "sbom/spdx3_graph.h"

#include <algorithm>
#include <set>

#include "sbom/spdx_words.h"

namespace portreeve::sbom {

bool is_spdx3_individual(std::string_view ref) noexcept {
  constexpr std::string_view kNames[] = {"NoneElement", "NoAssertionElement", "SpdxOrganization"};
  return ref.find("spdx.org/rdf/3.") != std::string_view::npos ||
         ref.substr(0, 20) == "expandedlicensing_No" ||
         std::find(std::begin(kNames), std::end(kNames), ref) != std::end(kNames);
}

bool ends_with(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

// Every creationInfo must be there.
Outcome Spdx3Graph::creation_infos(Draft& draft) {
  for (const Id& info : creation_of) {
    if (creations.count(info.text) == 0) {
      error_at = info.at;
      return Error{
          Errc::malformed,
          "creationInfo: expected a CreationInfo of this document, found " + quoted(info.text)};
    }
  }
  if (creations.empty()) return Error{Errc::malformed, "document without CreationInfo"};
  const auto own = creations.find(document_creation);
  const Creation& creation = own == creations.end() ? creations.begin()->second : own->second;
  Document& document = draft.document();
  document.created = creation.created;
  document.spec_version = creation.version;
  draft.check_time("created", creation.created, creation.at);
  for (const std::string_view by : creation.by) {
    if (const auto who = agents.find(by); who != agents.end()) {
      draft.add(document.agents, document.authors, who->second);
    } else {
      missing.push_back({by, creation.at});
    }
  }
  for (const std::string_view with : creation.with) {
    if (const auto tool = tools.find(with); tool != tools.end()) {
      document.tools.push_back(split_tool(tool->second.view()));
    }
  }
  return Done{};
}

void Spdx3Graph::report_duplicates(Draft& draft) {
  std::sort(ids.begin(), ids.end(), [](const Id& a, const Id& b) {
    return a.text != b.text ? a.text < b.text : a.at < b.at;
  });
  for (std::size_t i = 1; i < ids.size(); ++i) {
    if (ids[i].text != ids[i - 1].text) continue;
    draft.defect(DefectKind::duplicate_id, kNowhere, ids[i].at,
                 "two elements are called " + quoted(ids[i].text));
  }
}

Outcome Spdx3Graph::assemble(Draft& draft) {
  PORTREEVE_CHECK(creation_infos(draft));
  report_duplicates(draft);
  // What is not a component is still there.
  for (const Id& id : ids) draft.import(id.text);
  roots(draft);
  draft.resolve(Draft::References::spdx3);
  for (const Id& by : missing) {
    if (draft.imported(by.text) || is_spdx3_individual(by.text)) continue;
    draft.defect(DefectKind::dangling_reference, kNowhere, by.at,
                 "createdBy: nothing here is called " + quoted(by.text));
  }
  attach_agents(draft);
  attach_licences(draft);
  attach_distributions(draft);
  attach_annotations(draft);
  return Done{};
}

// A collection as root stands for what it is about.
void Spdx3Graph::roots(Draft& draft) {
  std::vector<std::string_view> todo;
  std::set<std::string_view> done;
  if (!document_id.empty())
    todo.push_back(document_id);
  else
    for (const auto& [id, unused] : collections) todo.push_back(id);
  while (!todo.empty()) {
    const std::string_view id = todo.back();
    todo.pop_back();
    const auto collection = collections.find(id);
    if (collection == collections.end()) {
      draft.make_primary(id, 0);
    } else if (done.insert(id).second) {
      for (const std::string_view root : collection->second) todo.push_back(root);
    }
  }
  for (const auto& [from, to] : describes) {
    if (collections.count(from) != 0 && collections.count(to) == 0) draft.make_primary(to, 0);
  }
}

void Spdx3Graph::attach_agents(Draft& draft) {
  Document& document = draft.document();
  for (const bool supplier : {true, false}) {
    for (const AgentOf& of : agents_of) {
      if (of.supplier != supplier) continue;
      Component& component = document.components[of.component];
      const auto who = agents.find(of.ref);
      if (who != agents.end()) {
        draft.add(document.agents, supplier ? component.suppliers : component.producers,
                  who->second);
      } else if (ends_with(of.ref, "NoAssertionElement")) {
        draft.add(document.agents, supplier ? component.suppliers : component.producers,
                  {AgentKind::unknown, Text(Stated::no_assertion, of.ref), {}, {}});
      } else if (!draft.imported(of.ref)) {
        draft.defect(DefectKind::dangling_reference, of.component, component.at,
                     "agent: nothing here is called " + quoted(of.ref));
      }
    }
  }
}

void Spdx3Graph::attach_licences(Draft& draft) {
  Document& document = draft.document();
  licences.finish(draft);
  std::vector<std::pair<std::uint32_t, const LicenceOf*>> sorted;
  for (const LicenceOf& of : licences_of) {
    const std::uint32_t component = document.find(of.component);
    if (component != kNowhere) sorted.emplace_back(component, &of);
    if (component == kNowhere && !draft.imported(of.component)) {
      draft.defect(DefectKind::dangling_reference, kNowhere, of.at,
                   "licence of: nothing here is called " + quoted(of.component));
    }
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [component, of] : sorted) {
    Text text;
    if (!licences.text(of->licence, draft, text)) {
      draft.defect(DefectKind::dangling_reference, component, of->at,
                   "licence: nothing here is called " + quoted(of->licence));
      continue;
    }
    add_licence(draft, document.components[component], of->role, text);
  }
  if (!data_licence.empty()) licences.text(data_licence, draft, document.data_licence);
}

// The digests of what is distributed are said of a file; they are the package's, too.
void Spdx3Graph::attach_distributions(Draft& draft) {
  Document& document = draft.document();
  for (const Distribution& of : distributions) {
    const std::uint32_t package = document.find(of.package);
    const std::uint32_t file = document.find(of.file);
    if (package == kNowhere || file == kNowhere || !document.components[package].hashes.empty())
      continue;
    const Range from = document.components[file].hashes;
    for (std::uint32_t i = 0; i < from.count; ++i) {
      Hash hash = document.hashes[from.first + i];
      hash.subject = HashSubject::distribution;
      draft.add(document.hashes, document.components[package].hashes, hash);
    }
    draft.add(document.properties, document.components[package].properties,
              {Text(std::string_view("fileName")), document.components[file].name});
  }
}

void Spdx3Graph::attach_annotations(Draft& draft) {
  Document& document = draft.document();
  for (const Note& note : annotations) {
    const auto creation = creations.find(note.creation);
    Annotation row{document.find(note.about), {}, {}, note.text};
    if (creation != creations.end()) row.date = creation->second.created;
    document.annotations.push_back(row);
  }
}

}  // namespace portreeve::sbom
