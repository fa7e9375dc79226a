#pragma once

// Minimum elements: which facts an SBOM must state about itself and each component. The profiles
// are data (sbom/data/profiles.json); what each field means is code, listed in docs/sbom.md.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sbom/graph.h"
#include "sbom/inventory.h"

namespace portreeve::sbom {

struct ProfileField {
  std::string field;  ///< "component.supplier"
  std::string name;   ///< In the words of the profile: "Supplier Name".
};
struct Profile {
  std::string id;  ///< "ntia-2021"
  std::string title;
  std::vector<ProfileField> fields;
};

/// The shipped ones, in the order of the file.
const std::vector<Profile>& profiles();
const Profile* find_profile(std::string_view id);
/// Every field name that exists, sorted; for custom profiles.
const std::vector<std::string_view>& profile_fields();

enum class ProfileScope { root, direct, all };

/// How much of one field is stated.
struct FieldCoverage {
  const ProfileField* field = nullptr;
  std::uint32_t stated = 0;
  std::uint32_t total = 0;             ///< 1 for a field of the document.
  std::vector<std::uint32_t> missing;  ///< The first components without it, at most 16.
  double percent() const noexcept { return total == 0 ? 100.0 : 100.0 * stated / total; }
};

/// What the fields of a profile come to for one document.
struct Coverage {
  std::vector<FieldCoverage> fields;
  /// Mean of the fields' percentages, 0 to 100: the quality score.
  double score() const noexcept;
};

/// `verified`: the document comes with a verified signature, which is a stated author signature.
/// An SBOM without components covers no field of components: 0 of 0 counts as nothing.
Coverage cover(const std::vector<ProfileField>& fields, const Inventory& inventory,
               const Graph& graph, ProfileScope scope, bool verified);

}  // namespace portreeve::sbom
