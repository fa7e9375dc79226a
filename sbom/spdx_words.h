#pragma once

// The closed lists of SPDX 2.2, 2.3 and 3.x, and the small grammars inside their texts.

#include <optional>
#include <string_view>

#include "sbom/draft.h"
#include "sbom/model.h"

namespace portreeve::sbom {

/// What a relationship type means in the model. `reversed`: "B kind A".
struct RelationshipMeaning {
  std::string_view name;
  EdgeKind kind;
  bool reversed = false;
  EdgeScope scope = EdgeScope::unstated;
};
/// SPDX 2.3 §11.1, 2.2 §7.1: "DEPENDS_ON"; null: no type of that name.
const RelationshipMeaning* spdx2_relationship(std::string_view type) noexcept;
/// SPDX 3.0 Core RelationshipType: "dependsOn".
const RelationshipMeaning* spdx3_relationship(std::string_view type) noexcept;

/// "SHA256" (2.x), "sha256" (3.x); nothing: no algorithm of that name.
std::optional<HashAlgorithm> spdx2_algorithm(std::string_view name) noexcept;
std::optional<HashAlgorithm> spdx3_algorithm(std::string_view name) noexcept;
/// primaryPackagePurpose ("OPERATING-SYSTEM"), fileTypes ("BINARY") and software_primaryPurpose
/// ("operatingSystem"); nothing: none of that name.
std::optional<Kind> spdx2_purpose(std::string_view name) noexcept;
std::optional<Kind> spdx2_file_type(std::string_view name) noexcept;
std::optional<Kind> spdx3_purpose(std::string_view name) noexcept;
EdgeScope spdx3_scope(std::string_view name) noexcept;

/// NONE and NOASSERTION are no values.
Text stated(std::string_view text) noexcept;

/// "Person: Jane Doe (jane@example.com)"; nothing: no such prefix. 2.3 §6.8, §7.5.
std::optional<Agent> spdx2_agent(std::string_view text) noexcept;
/// "syft-1.2.0" → syft, 1.2.0: split at the last '-' before a digit.
Tool split_tool(std::string_view text) noexcept;

/// An external reference of a package: adds an identifier or a link. False: no such category.
bool add_spdx2_external(Draft& draft, Component& component, std::string_view category,
                        std::string_view type, std::string_view locator);
/// A download location or homepage: NONE and NOASSERTION are kept.
void add_link(Draft& draft, Component& component, LinkKind kind, Text uri, std::string_view type);
void add_licence(Draft& draft, Component& component, LicenceRole role, Text text);

/// 2.3 §3.2: letters, digits, '.', '-' behind "SPDXRef-".
bool valid_spdx2_id(std::string_view id) noexcept;

}  // namespace portreeve::sbom
