// Check sbom-chart-complete: the SBOM covers the chart with its subcharts and images.

#include <algorithm>
#include <set>

#include "charts/chart.h"
#include "core/utf8.h"
#include "policies/artifact_rule.h"
#include "policies/chart_facts.h"
#include "policies/checks/sbom_checks.h"
#include "policies/rendered_images.h"
#include "policies/trust_set.h"

namespace portreeve::policies {
namespace {

/// A dependency of a chart, or an image of it, as the SBOM must name it.
struct Expected {
  std::string name, version;
};

bool chart_named(const SbomView& view, const Expected& chart) {
  const std::string packed = chart.name + "-" + chart.version + ".tgz";
  const std::string folder = "charts/" + chart.name + "/Chart.yaml";
  for (std::uint32_t at = 0; at < view.document.components.size(); ++at) {
    const sbom::Component& row = view.document.components[at];
    const std::string_view name = row.name.view();
    if (row.element == sbom::Element::file) {
      const auto ends = [&](const std::string& end) {
        return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
      };
      if (ends(packed) || ends(folder)) return true;
      continue;
    }
    std::string_view version = view.inventory.version_of(at);
    if (name == chart.name && version == chart.version) return true;
    for (const sbom::InventoryPurl& purl : view.inventory.purls_of(at)) {
      const bool type = purl.purl && (purl.purl->type == "helm" || purl.purl->type == "generic");
      if (type && purl.purl->name == chart.name && version == chart.version) return true;
    }
  }
  return false;
}

/// The last part of a repository, its tag and its digest.
bool image_named(const SbomView& view, const std::string& image) {
  const auto reference = Reference::parse(image, ShortNames::docker);
  const std::string repository = reference.ok() ? reference.value().repository() : image;
  const std::size_t slash = repository.rfind('/');
  const std::string last = slash == std::string::npos ? repository : repository.substr(slash + 1);
  const std::string digest =
      reference.ok() && reference.value().digest() ? reference.value().digest()->text() : "";
  const std::string tag = reference.ok() ? reference.value().tag() : "";
  for (const sbom::InventoryPurl& purl : view.inventory.purls()) {
    if (!purl.purl || (purl.purl->type != "oci" && purl.purl->type != "docker")) continue;
    if (purl.purl->name != last) continue;
    const auto tagged = purl.purl->qualifiers.find("tag");
    if (!digest.empty() && purl.purl->version == digest) return true;
    if (!tag.empty() && (purl.purl->version == tag ||
                         (tagged != purl.purl->qualifiers.end() && tagged->second == tag))) {
      return true;
    }
  }
  for (const sbom::Component& row : view.document.components) {
    if (row.kind == sbom::Kind::container && row.name.view() == image) return true;
  }
  return false;
}

/// Subcharts of all levels: what the chart declares, and what is packed.
std::vector<Expected> subcharts_of(const charts::Chart& chart) {
  std::vector<Expected> out;
  std::vector<const charts::Chart*> open = {&chart};
  while (!open.empty()) {
    const charts::Chart* const at = open.back();
    open.pop_back();
    for (const charts::ChartPtr& inner : at->subcharts) {
      out.push_back({inner->name, inner->version});
      open.push_back(inner.get());
    }
    if (at->lock) {
      for (const charts::Dependency& entry : at->lock->dependencies)
        out.push_back({entry.name, entry.version});
    }
  }
  return out;
}

template <class T>
const T* chart_value(const Scope& scope, const std::string& trust, std::string_view section) {
  if (scope.evidence == nullptr) return nullptr;
  EvidenceScope eyes;
  eyes.trust = trust;
  const auto at = scope.evidence->find(
      Key{std::string(section), scope.artifact->reference->text(), eyes.text()});
  return at == scope.evidence->end() ? nullptr : value_of<T>(at->second);
}

bool only_the_chart(const SbomView& view) {
  const auto& packages = view.inventory.packages();
  return std::all_of(packages.begin(), packages.end(),
                     [&](std::uint32_t at) { return view.inventory.is_primary(at); });
}

std::string joined(const std::set<std::string>& texts) {
  constexpr std::size_t kShown = 6;
  std::string out;
  std::size_t shown = 0;
  for (const std::string& text : texts) {
    if (shown++ == kShown) return out + " and " + std::to_string(texts.size() - kShown) + " more";
    out += (out.empty() ? "" : ", ") + utf8::printable(text, 160);
  }
  return out;
}

struct Completeness {
  std::string trust;
  bool images = true;

  void judge(const SbomView& view, SbomProblems& out) const {
    if (!view.scope.artifact->chart) return;  // Manifests of another kind have no subcharts.
    const auto* const chart = chart_value<ChartFacts>(view.scope, trust, "chart");
    const auto* const render = chart_value<RenderFacts>(view.scope, trust, "render");
    std::set<std::string> uncovered;
    if (images && render != nullptr) {
      for (const std::string& image : rendered_images(*render)) {
        if (!image_named(view, image)) uncovered.insert(image);
      }
    }
    if (only_the_chart(view)) {
      std::string found = "it lists only the chart package";
      if (!uncovered.empty()) found += "; not the images " + joined(uncovered);
      return out.violation("the chart with its subcharts and images", std::move(found));
    }
    if (chart == nullptr || chart->reading.chart == nullptr) {
      return out.unknown("the chart with its subcharts and images",
                         "the SBOM lists more than the chart",
                         "there is no chart to compare it with");
    }
    for (const Expected& sub : subcharts_of(*chart->reading.chart)) {
      if (chart_named(view, sub)) continue;
      out.violation("every subchart", "not " + utf8::printable(sub.name + " " + sub.version, 160));
    }
    if (!uncovered.empty()) out.violation("every image of the chart", "not " + joined(uncovered));
  }
};

}  // namespace

/// SB17
Result<CompiledCheck> compile_sbom_chart_complete(Fields& with, const DataSet& data) {
  Completeness completeness;
  PORTREEVE_TRY(completeness.images, with.maybe_bool("images", true));
  completeness.trust = data.trust() == nullptr ? "" : data.trust()->id();
  const Needs more = [trust = completeness.trust](const Scope& scope) {
    std::vector<Key> out;
    if (scope.artifact == nullptr || !scope.artifact->reference || !scope.artifact->chart)
      return out;
    EvidenceScope eyes;
    eyes.trust = trust;
    for (const std::string_view section : {"chart", "render"}) {
      out.push_back(Key{std::string(section), scope.artifact->reference->text(), eyes.text()});
    }
    return out;
  };
  return compile_sbom_check(
      with, data,
      [completeness](const SbomView& view, SbomProblems& out) { completeness.judge(view, out); },
      more);
}

}  // namespace portreeve::policies
