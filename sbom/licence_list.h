#pragma once

// The SPDX licence list: data in sbom/data/spdx-licenses.json (origin and licence at its head).

#include <string>
#include <string_view>
#include <vector>

namespace portreeve::sbom {

struct ListedLicence {
  std::string id;  ///< As the list spells it.
  bool deprecated = false;
  bool osi = false;      ///< Approved by the Open Source Initiative.
  bool fsf = false;      ///< Libre in the words of the Free Software Foundation.
  std::string replaced;  ///< Of a deprecated one: the expression that replaces it, or empty.
};
struct ListedException {
  std::string id;
  bool deprecated = false;
};

/// "3.28.0"
std::string_view licence_list_version();
/// By id, without regard to case; null when the list has no such id.
const ListedLicence* find_licence(std::string_view id);
const ListedException* find_exception(std::string_view id);
const std::vector<ListedLicence>& listed_licences();
/// Every id of the same licence with this or a later version, oldest first, the id itself included:
/// of "GPL-2.0-only" that and "GPL-3.0-only". `id` as the list spells it.
std::vector<std::string> versions_from(std::string_view id);

}  // namespace portreeve::sbom
