#include "sbom/licence_list.h"

#include <algorithm>
#include <map>

#include "core/json.h"
#include "sbom/embedded_data.h"
#include "sbom/version_order.h"

namespace portreeve::sbom {
namespace {

std::string fold(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

struct List {
  std::string version;
  std::vector<ListedLicence> licences;
  std::vector<ListedException> exceptions;
  std::map<std::string, std::size_t, std::less<>> by_id;
  std::map<std::string, std::size_t, std::less<>> exception_by_id;
};

List read_list() {
  List out;
  const Result<portreeve::DocumentPtr> file =
      json::parse(std::string(embedded_licenses()), json::review_limits(), nullptr);
  if (!file.ok()) return out;  // Compiled in; a test counts what it holds.
  const Value root = file.value()->root();
  out.version = root["version"].text();
  for (const Value row : root["licenses"]) {
    ListedLicence licence{std::string(row["id"].text()),
                          row["deprecated"].boolean(),
                          row["osi"].boolean(),
                          row["fsf"].boolean(),
                          {}};
    licence.replaced = root["replaced"][licence.id].text();
    out.by_id.emplace(fold(licence.id), out.licences.size());
    out.licences.push_back(std::move(licence));
  }
  for (const Value row : root["exceptions"]) {
    out.exception_by_id.emplace(fold(row["id"].text()), out.exceptions.size());
    out.exceptions.push_back({std::string(row["id"].text()), row["deprecated"].boolean()});
  }
  return out;
}

const List& list() {
  static const List kList = read_list();
  return kList;
}

/// "GPL-2.0-only" as ("GPL-", "2.0", "-only"); false for an id without a version.
bool split_id(std::string_view id, std::string_view& stem, std::string_view& version,
              std::string_view& tail) {
  tail = {};
  constexpr std::string_view kOnly = "-only";
  if (id.size() > kOnly.size() && id.substr(id.size() - kOnly.size()) == kOnly) {
    tail = id.substr(id.size() - kOnly.size());
    id.remove_suffix(kOnly.size());
  }
  const std::size_t dash = id.rfind('-');
  if (dash == std::string_view::npos) return false;
  stem = id.substr(0, dash + 1);
  version = id.substr(dash + 1);
  const auto parts = split_version(version, '.');
  return std::all_of(parts.begin(), parts.end(), all_digits);
}

}  // namespace

std::string_view licence_list_version() { return list().version; }
const std::vector<ListedLicence>& listed_licences() { return list().licences; }

const ListedLicence* find_licence(std::string_view id) {
  const auto found = list().by_id.find(fold(id));
  return found == list().by_id.end() ? nullptr : &list().licences[found->second];
}

const ListedException* find_exception(std::string_view id) {
  const auto found = list().exception_by_id.find(fold(id));
  return found == list().exception_by_id.end() ? nullptr : &list().exceptions[found->second];
}

std::vector<std::string> versions_from(std::string_view id) {
  std::string_view stem, version, tail;
  if (!split_id(id, stem, version, tail)) return {std::string(id)};
  std::vector<std::pair<std::string_view, std::string>> found;
  for (const ListedLicence& licence : list().licences) {
    std::string_view other_stem, other_version, other_tail;
    if (!split_id(licence.id, other_stem, other_version, other_tail)) continue;
    if (other_stem != stem || other_tail != tail) continue;
    if (order_dotted_numbers(other_version, version).value_or(-1) < 0) continue;
    found.emplace_back(other_version, licence.id);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return order_dotted_numbers(a.first, b.first).value_or(0) < 0;
  });
  std::vector<std::string> out;
  for (auto& entry : found) out.push_back(std::move(entry.second));
  if (out.empty()) out.emplace_back(id);
  return out;
}

}  // namespace portreeve::sbom
