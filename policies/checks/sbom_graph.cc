// Checks of an SBOM as a whole: its graph, its digests, an earlier or another SBOM.

#include <algorithm>
#include <map>
#include <set>

#include "core/limits.h"
#include "core/time.h"
#include "core/utf8.h"
#include "policies/checks/sbom_checks.h"
#include "sbom/graph.h"
#include "sbom/version_order.h"

namespace portreeve::policies {
namespace {

std::string first_labels(const sbom::Inventory& inventory, const std::vector<std::uint32_t>& list) {
  constexpr std::size_t kShown = 3;
  std::string out;
  for (std::size_t i = 0; i < list.size() && i < kShown; ++i) {
    out += (i == 0 ? "" : ", ") + inventory.label(list[i]);
  }
  if (list.size() > kShown) out += " and " + std::to_string(list.size() - kShown) + " more";
  return out;
}

enum class Fault { dangling, orphan, cycle, undeclared, unlinked };
constexpr std::pair<std::string_view, Fault> kFaults[] = {{"dangling", Fault::dangling},
                                                          {"orphan", Fault::orphan},
                                                          {"cycle", Fault::cycle},
                                                          {"undeclared", Fault::undeclared},
                                                          {"no-direct", Fault::unlinked}};

void judge_fault(Fault fault, const sbom::Graph& graph, const SbomView& view, SbomProblems& out) {
  switch (fault) {
    case Fault::dangling:
      if (graph.dangling == 0) return;
      return out.violation(
          "relationships between what is listed",
          count_words(graph.dangling, "end names", "ends name") + " nothing in the SBOM");
    case Fault::orphan:
      if (graph.orphans.empty()) return;
      return out.violation("a way from the primary component to every other",
                           "none to " + first_labels(view.inventory, graph.orphans));
    case Fault::cycle:
      if (graph.cycle.empty()) return;
      return out.violation("dependencies without a cycle",
                           "a cycle of " + std::to_string(graph.cycle.size()) + ": " +
                               first_labels(view.inventory, graph.cycle));
    case Fault::undeclared:
      if (graph.undeclared.empty()) return;
      return out.violation("the dependencies of every component, or that there are none",
                           "unknown for " + first_labels(view.inventory, graph.undeclared));
    case Fault::unlinked:
      if (!graph.direct.empty()) return;
      return out.violation("direct dependencies of the primary component", "none");
  }
}

}  // namespace

/// SB21
Result<CompiledCheck> compile_sbom_graph(Fields& with, const DataSet& data) {
  std::vector<Fault> faults;
  PORTREEVE_TRY(const Value list, with.maybe("forbid", ValueType::array));
  for (const Value entry : list) {
    PORTREEVE_TRY(const Fault fault, read_word(with.source(), entry, kFaults));
    faults.push_back(fault);
  }
  PORTREEVE_TRY(const std::uint64_t depth, with.maybe_count("depth", UINT32_MAX));
  if (faults.empty() && depth == UINT32_MAX) faults = {Fault::dangling, Fault::orphan};
  return compile_sbom_check(with, data, [faults, depth](const SbomView& view, SbomProblems& out) {
    const sbom::Graph graph = sbom::Graph::of(view.document);
    for (const Fault fault : faults) judge_fault(fault, graph, view, out);
    if (graph.deepest > depth) {
      out.violation("at most " + std::to_string(depth) + " steps from the primary component",
                    std::to_string(graph.deepest));
    }
  });
}

namespace {

bool is_ours(const sbom::ArtifactDigests& digests, const std::string& text) {
  const auto is = [&](const Digest& digest) { return digest.text() == text; };
  return is(digests.manifest) || (digests.index && is(*digests.index)) ||
         (digests.config && is(*digests.config)) ||
         std::any_of(digests.content_layers.begin(), digests.content_layers.end(), is);
}

}  // namespace

/// SB18
Result<CompiledCheck> compile_sbom_content(Fields& with, const DataSet& data) {
  return compile_sbom_check(with, data, [](const SbomView& view, SbomProblems& out) {
    const std::string wanted = "digests of the artifact's own content";
    std::size_t stated = 0;
    for (const std::uint32_t at : view.document.primary) {
      for (const sbom::Hash& hash : view.document.hashes_of(view.document.components[at])) {
        const std::string digest = sbom::digest_text(hash);
        if (digest.empty() || hash.subject == sbom::HashSubject::source) continue;
        ++stated;
        const bool ours = is_ours(view.target.digests, digest);
        if (!ours) out.violation(wanted, digest + " of " + view.inventory.label(at));
      }
    }
    if (stated == 0) out.violation(wanted, "its primary component has no SHA-256 digest");
  });
}

/// SB27
Result<CompiledCheck> compile_sbom_end_of_life(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::string name, with.need_text("feed"));
  const TableData* const table = data.table(name);
  if (table == nullptr)
    return with.error(with.object()["feed"], "there is no table \"" + name + "\"");
  std::map<std::string, TimePoint> dates;
  for (const auto& [purl, date] : table->entries) {
    const auto read = sbom::Purl::parse(purl);
    const auto time = parse_date(date);
    if (!read.ok()) return with.error(with.object()["feed"], name + ": " + read.error().message);
    if (!time.ok()) return with.error(with.object()["feed"], name + ": " + time.error().message);
    dates.emplace(read.value().text(), time.value());
  }
  return compile_sbom_check(with, data, [dates](const SbomView& view, SbomProblems& out) {
    for (const sbom::InventoryPurl& row : view.inventory.purls()) {
      if (!row.purl) continue;
      auto found = dates.find(row.purl->package());
      if (found == dates.end()) {
        sbom::Purl with_version = *row.purl;
        with_version.qualifiers.clear();
        with_version.subpath.clear();
        found = dates.find(with_version.text());
      }
      if (found == dates.end() || view.scope.now < found->second) continue;
      out.violation(
          "a package that is maintained",
          view.inventory.label(row.component) + ", at its end since " + format_date(found->second));
    }
  });
}

namespace {

/// Package → its versions.
using Packages = std::map<std::string, std::set<std::string>>;

Packages packages_of(const sbom::Inventory& inventory) {
  Packages out;
  for (const sbom::InventoryPurl& row : inventory.purls()) {
    if (!row.purl || inventory.is_primary(row.component)) continue;
    const std::string version = row.purl->version.empty()
                                    ? std::string(inventory.version_of(row.component))
                                    : row.purl->version;
    out[row.purl->package()].insert(version);
  }
  return out;
}

enum class Change { added, removed, downgraded };
constexpr std::pair<std::string_view, Change> kChanges[] = {
    {"added", Change::added}, {"removed", Change::removed}, {"downgraded", Change::downgraded}};

bool older_than_all(std::string_view type, const std::string& version,
                    const std::set<std::string>& others) {
  return !others.empty() &&
         std::all_of(others.begin(), others.end(), [&](const std::string& other) {
           return sbom::compare_versions(sbom::version_scheme_of(type), version, other)
                      .value_or(0) < 0;
         });
}

void judge_drift(const Packages& before, const std::set<Change>& changes, const SbomView& view,
                 SbomProblems& out) {
  const Packages now = packages_of(view.inventory);
  for (const auto& [package, versions] : now) {
    const auto old = before.find(package);
    if (old == before.end()) {
      if (changes.count(Change::added) != 0)
        out.violation("the packages of the baseline", "added: " + package);
      continue;
    }
    const std::string type = package.substr(4, package.find('/') - 4);
    for (const std::string& version : versions) {
      if (changes.count(Change::downgraded) == 0 || !older_than_all(type, version, old->second))
        continue;
      out.violation("no older version than the baseline's",
                    "downgraded: " + package + " to " + utf8::printable(version, 64));
    }
  }
  for (const auto& [package, versions] : before) {
    if (changes.count(Change::removed) == 0 || now.count(package) != 0) continue;
    out.violation("the packages of the baseline", "removed: " + package);
  }
}

}  // namespace

/// SB28
Result<CompiledCheck> compile_sbom_drift(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::string name, with.need_text("baseline"));
  const ListData* const list = data.list(name);
  if (list == nullptr)
    return with.error(with.object()["baseline"], "there is no list \"" + name + "\"");
  Packages before;
  for (const std::string& text : list->in_order) {
    const auto read = sbom::Purl::parse(text);
    if (!read.ok())
      return with.error(with.object()["baseline"], name + ": " + read.error().message);
    before[read.value().package()].insert(read.value().version);
  }
  std::set<Change> changes;
  PORTREEVE_TRY(const Value report, with.maybe("report", ValueType::array));
  for (const Value entry : report) {
    PORTREEVE_TRY(const Change change, read_word(with.source(), entry, kChanges));
    changes.insert(change);
  }
  if (changes.empty()) changes = {Change::added, Change::removed, Change::downgraded};
  return compile_sbom_check(with, data, [before, changes](const SbomView& view, SbomProblems& out) {
    judge_drift(before, changes, view, out);
  });
}

/// SB30
Result<CompiledCheck> compile_sbom_agreement(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const auto least, maybe_percent(with, "least"));
  const double percent = least.value_or(100);
  return compile_sboms_check(
      with, data,
      [percent](const Scope&, const ArtifactSboms&, const ArtifactSboms::Target&,
                const std::vector<const SbomFact*>& list, SbomProblems& out) {
        const std::string wanted = "two SBOMs that agree on " +
                                   std::to_string(static_cast<int>(percent)) + " % of the packages";
        std::vector<const SbomFact*> read;
        for (const SbomFact* const fact : list) {
          if (fact->inventory != nullptr) read.push_back(fact);
        }
        if (read.size() < 2)
          return out.violation(wanted, count_words(read.size(), "SBOM", "SBOMs"));
        const Packages first = packages_of(*read[0]->inventory);
        for (std::size_t i = 1; i < read.size(); ++i) {
          const Packages other = packages_of(*read[i]->inventory);
          std::size_t both = 0;
          std::size_t all = other.size();
          std::string missing;
          for (const auto& [package, versions] : first) {
            const auto at = other.find(package);
            const bool same = at != other.end() && at->second == versions;
            both += same ? 1U : 0U;
            all += at == other.end() ? 1U : 0U;
            if (!same && missing.empty()) missing = package;
          }
          for (const auto& [package, versions] : other) {
            if (missing.empty() && first.count(package) == 0) missing = package;
          }
          const double agree =
              all == 0 ? 0 : 100.0 * static_cast<double>(both) / static_cast<double>(all);
          if (agree >= percent) continue;
          out.violation(wanted,
                        std::to_string(static_cast<int>(agree)) + " %; they differ in " + missing);
        }
      });
}

}  // namespace portreeve::policies
