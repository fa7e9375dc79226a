#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "cli/sbom_report.h"
#include "core/utf8.h"

namespace portreeve::cli {
namespace {

constexpr std::size_t kShown = 20;   // Of any list.
constexpr std::size_t kTree = 40;    // Lines of the graph.
constexpr std::uint32_t kDepth = 3;  // Levels of it.

std::string shown(const sbom::Text& text) {
  if (text.absent()) return "-";
  if (text.state() == sbom::Stated::none) return "NONE";
  if (text.state() == sbom::Stated::no_assertion) return "NOASSERTION";
  return text.view().empty() ? "\"\"" : utf8::printable(text.view(), 120);
}

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

class Report {
 public:
  Report(const SbomView& view, std::ostream& out)
      : view_(view), document_(view.document), out_(out) {}

  void run() {
    summary();
    licences();
    graph();
    quality();
    defects();
  }

 private:
  std::string called(std::uint32_t index) const {
    const sbom::Component& c = document_.components[index];
    std::string out = c.group.view().empty() ? "" : utf8::printable(c.group.view(), 60) + "/";
    out += shown(c.name);
    if (c.version.has_value()) out += " " + shown(c.version);
    return out;
  }

  void summary() {
    out_ << utf8::printable(view_.file, 256) << ": " << to_string(document_.format) << " "
         << shown(document_.spec_version);
    for (const sbom::Wrapping wrapping : view_.wrapped.wrappings)
      out_ << ", in " << to_string(wrapping);
    out_ << "\n  name        " << shown(document_.name) << "\n  id          " << shown(document_.id)
         << "\n  created     " << shown(document_.created) << "\n";
    for (const sbom::Agent& agent : document_.authors_rows()) {
      out_ << "  author      " << shown(agent.name);
      if (agent.email.has_value()) out_ << " <" << shown(agent.email) << ">";
      out_ << " (" << to_string(agent.kind) << ")\n";
    }
    for (const sbom::Tool& tool : document_.tools) {
      out_ << "  tool        " << shown(tool.name);
      if (tool.version.has_value()) out_ << " " << shown(tool.version);
      out_ << "\n";
    }
    for (std::size_t i = 0; i < document_.primary.size() && i < kShown; ++i) {
      out_ << "  describes   " << called(document_.primary[i]) << "\n";
    }
    for (const sbom::SubjectDigest& subject : view_.wrapped.subjects) {
      out_ << "  statement   " << utf8::printable(subject.name, 120) << " " << subject.algorithm
           << ":" << utf8::printable(subject.hex, 128) << " (not verified)\n";
    }
    counts();
  }

  void counts() {
    std::size_t packages = 0;
    std::size_t files = 0;
    std::size_t services = 0;
    std::size_t purls = 0;
    for (const sbom::Component& c : document_.components) {
      packages += c.element == sbom::Element::package ? 1U : 0U;
      files += c.element == sbom::Element::file ? 1U : 0U;
      services += c.element == sbom::Element::service ? 1U : 0U;
      purls += document_.purl_of(c).empty() ? 0U : 1U;
    }
    out_ << "  components  " << plural(packages, "package", "packages") << " (" << purls
         << " with a purl), " << plural(files, "file", "files");
    if (services > 0) out_ << ", " << plural(services, "service", "services");
    out_ << "\n";
    if (!document_.vulnerabilities.empty()) {
      out_ << "  holds       "
           << plural(document_.vulnerabilities.size(), "vulnerability", "vulnerabilities") << "\n";
    }
    if (document_.unread.snippets + document_.unread.formulas > 0) {
      out_ << "  not shown   " << plural(document_.unread.snippets, "snippet", "snippets") << ", "
           << plural(document_.unread.formulas, "formula", "formulas") << "\n";
    }
  }

  void licences() {
    std::map<std::string, std::size_t> counts;
    std::size_t without = 0;
    for (const sbom::Component& c : document_.components) {
      if (c.element != sbom::Element::package) continue;
      without += c.licences.empty() ? 1U : 0U;
      for (const sbom::Licence& licence : document_.licences_of(c)) {
        if (licence.role == sbom::LicenceRole::in_files) continue;
        ++counts[std::string(to_string(licence.role)) + "  " + shown(licence.text)];
      }
    }
    std::vector<std::pair<std::size_t, std::string>> sorted;
    for (const auto& [text, count] : counts) sorted.emplace_back(count, text);
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    out_ << "\nlicences of packages\n";
    for (std::size_t i = 0; i < sorted.size() && i < kShown; ++i) {
      out_ << "  " << sorted[i].first << "  " << sorted[i].second << "\n";
    }
    if (sorted.size() > kShown) out_ << "  and " << sorted.size() - kShown << " more\n";
    if (without > 0) out_ << "  " << without << "  nothing stated\n";
  }

  // Dependencies and contents, from what the document is about.
  void graph() {
    std::size_t depends = 0;
    std::size_t contains = 0;
    for (const sbom::Edge& edge : document_.edges) {
      depends += edge.kind == sbom::EdgeKind::depends_on ? 1U : 0U;
      contains += edge.kind == sbom::EdgeKind::contains ? 1U : 0U;
    }
    out_ << "\ngraph: " << plural(depends, "dependency", "dependencies") << ", " << contains
         << " contained, " << document_.edges.size() - depends - contains << " other\n";
    for (const sbom::Edge& edge : document_.edges) {
      if (edge.kind == sbom::EdgeKind::depends_on || edge.kind == sbom::EdgeKind::contains)
        sorted_.push_back(edge);
    }
    std::stable_sort(sorted_.begin(), sorted_.end(),
                     [](const sbom::Edge& a, const sbom::Edge& b) { return a.from < b.from; });
    seen_.assign(document_.components.size(), false);
    for (const std::uint32_t primary : document_.primary) branch(primary, 1);
    if (left_out_ > 0) out_ << "  and " << left_out_ << " more\n";
  }

  void branch(std::uint32_t index, std::uint32_t depth) {
    if (lines_ >= kTree) {
      ++left_out_;
      return;
    }
    ++lines_;
    const bool again = seen_[index];
    seen_[index] = true;
    out_ << std::string(std::size_t{depth} * 2, ' ') << called(index) << (again ? " (above)" : "")
         << "\n";
    if (again || depth > kDepth) return;
    const auto first = std::lower_bound(
        sorted_.begin(), sorted_.end(), index,
        [](const sbom::Edge& edge, std::uint32_t from) { return edge.from < from; });
    for (auto edge = first; edge != sorted_.end() && edge->from == index; ++edge)
      branch(edge->to, depth + 1);
  }

  void quality() {
    out_ << "\nquality (share of what each profile asks for)\n";
    for (const ProfileScore& row : view_.scores) {
      out_ << "  " << row.score << " %  " << row.profile->id;
      std::string missing;
      std::size_t count = 0;
      for (const sbom::FieldCoverage& field : row.coverage.fields) {
        if (field.stated == field.total && field.total != 0) continue;
        if (++count > 4) continue;
        missing += (missing.empty() ? "" : ", ") + field.field->name;
        if (field.total > 1)
          missing += " " + std::to_string(field.stated) + "/" + std::to_string(field.total);
      }
      if (count != 0) out_ << "; lacks " << missing;
      if (count > 4) out_ << " and " << count - 4 << " more";
      out_ << "\n";
    }
  }

  void defects() {
    if (!document_.defects.empty()) out_ << "\ndefects\n";
    for (std::size_t i = 0; i < document_.defects.size() && i < kShown; ++i) {
      const sbom::Defect& defect = document_.defects[i];
      const Position position = document_.position(defect.at);
      out_ << "  " << to_string(gravity_of(defect.kind)) << " " << to_string(defect.kind)
           << " line " << position.line << " column " << position.column << ": " << defect.message
           << "\n";
    }
    const std::size_t errors = sbom_errors(document_);
    const std::size_t all = document_.defects.size() + document_.defects_left_out;
    out_ << "\n"
         << plural(all, "defect", "defects") << " (" << plural(errors, "error", "errors") << ")\n";
  }

  const SbomView& view_;
  const sbom::Document& document_;
  std::ostream& out_;
  std::vector<sbom::Edge> sorted_;
  std::vector<bool> seen_;
  std::size_t lines_ = 0;
  std::size_t left_out_ = 0;
};

}  // namespace

std::vector<ProfileScore> sbom_scores(sbom::DocumentPtr document) {
  const sbom::Graph graph = sbom::Graph::of(*document);
  const auto inventory = sbom::Inventory::make(std::move(document));
  std::vector<ProfileScore> out;
  for (const sbom::Profile& profile : sbom::profiles()) {
    ProfileScore row{&profile,
                     sbom::cover(profile.fields, *inventory, graph, sbom::ProfileScope::all, false),
                     0};
    row.score = static_cast<int>(row.coverage.score());
    out.push_back(std::move(row));
  }
  return out;
}

std::size_t sbom_errors(const sbom::Document& document) noexcept {
  std::size_t errors = document.defects_left_out;
  for (const sbom::Defect& defect : document.defects) {
    errors += gravity_of(defect.kind) == sbom::Gravity::error ? 1U : 0U;
  }
  return errors;
}

void write_sbom_text(const SbomView& view, std::ostream& out) { Report(view, out).run(); }

}  // namespace portreeve::cli
