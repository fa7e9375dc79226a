#include "policies/sbom_summary.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/sbom_check.h"
#include "sbom/placeholder.h"
#include "sbom/profile.h"

namespace portreeve::policies {
namespace {

std::string title_of(const sbom::Inventory& inventory) {
  const sbom::Document& document = inventory.document();
  std::string out(sbom::to_string(document.format));
  if (document.spec_version.has_value())
    out += " " + utf8::printable(document.spec_version.view(), 16);
  const auto files = static_cast<std::size_t>(std::count_if(
      document.components.begin(), document.components.end(),
      [](const sbom::Component& row) { return row.element == sbom::Element::file; }));
  out += ", " + count_words(inventory.packages().size(), "package", "packages");
  if (files != 0) out += ", " + count_words(files, "file", "files");
  return out;
}

std::string binding_line(const sbom::Inventory& inventory, const sbom::ArtifactDigests& artifact) {
  const sbom::Inner inner = sbom::inner_binding(inventory.document(), artifact);
  switch (inner.binding) {
    case sbom::InnerBinding::bound:
      return "bound: names the " + std::string(sbom::to_string(inner.what)) + " by " +
             std::string(sbom::to_string(inner.how));
    case sbom::InnerBinding::other:
      return "not bound: it is about " + utf8::printable(inner.found, limits::kQuotedBytes);
    case sbom::InnerBinding::unknown:
      break;
  }
  return "not bound: its primary component names no digest";
}

bool lists_itself_only(const sbom::Inventory& inventory) {
  const auto& packages = inventory.packages();
  return !packages.empty() && std::all_of(packages.begin(), packages.end(), [&](std::uint32_t at) {
           return inventory.is_primary(at);
         });
}

}  // namespace

std::string quality_line(const sbom::Inventory& inventory, bool verified) {
  const sbom::Graph graph = sbom::Graph::of(inventory.document());
  std::string out;
  for (const sbom::Profile& profile : sbom::profiles()) {
    const sbom::Coverage coverage =
        sbom::cover(profile.fields, inventory, graph, sbom::ProfileScope::all, verified);
    // Rounded down: 100 % is said of nothing that lacks one.
    out += (out.empty() ? "" : ", ") + profile.id + " " +
           std::to_string(static_cast<int>(coverage.score())) + " %";
  }
  return out;
}

SbomSummary summarize_sbom(const SbomFact& fact, const sbom::ArtifactDigests* artifact) {
  SbomSummary out;
  out.state = fact.text();
  if (fact.inventory == nullptr) {
    out.title = "not readable";
    const Error why = fact.refused.value_or(Error{Errc::internal, "no document"});
    out.notes.push_back(utf8::printable(why.message, 2 * limits::kQuotedBytes));
    return out;
  }
  const sbom::Inventory& inventory = *fact.inventory;
  out.title = title_of(inventory);
  if (artifact != nullptr) out.notes.push_back(binding_line(inventory, *artifact));
  for (const std::string& sign : sbom::placeholder_signs(inventory))
    out.notes.push_back("a placeholder: " + sign);
  if (lists_itself_only(inventory)) out.notes.push_back("it lists nothing but what it is about");
  out.notes.push_back("quality: " + quality_line(inventory, fact.is_signed()));
  for (const sbom::Inventory::Named& row : inventory.digests()) {
    if (out.digests.size() == kSummaryDigests) break;
    out.digests.emplace_back(row.purl, row.digest);
  }
  return out;
}

}  // namespace portreeve::policies
