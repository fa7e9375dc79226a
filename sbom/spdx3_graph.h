#pragma once

// What an SPDX 3 graph said, kept until all of it was read; then put together.

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "sbom/draft.h"
#include "sbom/spdx3_licences.h"

namespace portreeve::sbom {

struct Spdx3Graph {
  struct AgentOf {
    std::uint32_t component;
    std::string_view ref;
    bool supplier;
  };
  struct LicenceOf {
    std::string_view component;
    std::string_view licence;
    LicenceRole role;
    std::uint32_t at;
  };
  struct Distribution {
    std::string_view package;
    std::string_view file;
  };
  struct Creation {
    std::uint32_t at;
    Text created, version;
    std::vector<std::string_view> by, with;
  };

  struct Id {
    std::string_view text;
    std::uint32_t at;
  };
  struct Note {
    std::string_view about;
    Text text;
    std::string_view creation;
  };
  std::string_view document_id, document_creation, data_licence;
  std::map<std::string_view, Creation> creations;
  std::map<std::string_view, std::vector<std::string_view>> collections;
  std::map<std::string_view, Agent> agents;
  std::map<std::string_view, Text> tools;
  Spdx3Licences licences;
  std::vector<Id> ids, creation_of, missing;
  std::vector<AgentOf> agents_of;
  std::vector<LicenceOf> licences_of;
  std::vector<Distribution> distributions;
  std::vector<std::pair<std::string_view, std::string_view>> describes;
  std::vector<Note> annotations;

  /// Resolves everything into the draft. Errors: malformed, message without position; `error_at`
  /// says where.
  Outcome assemble(Draft& draft);
  std::uint32_t error_at = 0;

 private:
  Outcome creation_infos(Draft& draft);
  void report_duplicates(Draft& draft);
  void roots(Draft& draft);
  void attach_agents(Draft& draft);
  void attach_licences(Draft& draft);
  void attach_distributions(Draft& draft);
  void attach_annotations(Draft& draft);
};

/// Names under spdx.org/rdf stand for what the model itself defines (NoneElement, …).
bool is_spdx3_individual(std::string_view ref) noexcept;
bool ends_with(std::string_view text, std::string_view suffix) noexcept;

}  // namespace portreeve::sbom
