// Charts of a run: folders and packages, their renders, and what a change does to their versions.

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"
#include "guard/pins.h"
#include "guard/run.h"
#include "policies/evidence.h"

namespace portreeve::guard {

namespace {

// `--render never`.
Fact not_asked_for() {
  policies::RenderFacts facts;
  facts.outcome = policies::RenderFacts::Outcome::skipped;
  Fact fact;
  fact.provenance = "--render never";
  fact.value = std::make_shared<const std::any>(std::move(facts));
  return fact;
}

}  // namespace

// A chart is judged when something below it changed, or what says its version elsewhere.
bool Run::chart_judged(const std::string& chart) const {
  if (parts_.base == nullptr) return true;
  const std::string prefix = chart.empty() ? "" : chart + "/";
  const std::string beside(folder_of(chart));
  const std::string blueprint = beside.empty() ? "blueprint.y" : beside + "/blueprint.y";
  for (const auto& [path, change] : parts_.base->change().files) {
    if (path.compare(0, prefix.size(), prefix) == 0 || path == blueprint + "aml" ||
        path == blueprint + "ml") {
      return true;
    }
  }
  return false;
}

// Whether the change touched what says a chart's version elsewhere: that is judged by itself.
std::vector<std::string> Run::charts_pinned_by_change(const PinIndex& pins) const {
  std::vector<std::string> out;
  if (parts_.base == nullptr) return out;
  for (const std::string& chart : parts_.tree->layout().charts()) {
    const auto file = parts_.tree->files().find((chart.empty() ? "" : chart + "/") + "Chart.yaml");
    if (chart_judged(chart) || file == parts_.tree->files().end() ||
        file->second->documents.size() != 1) {
      continue;
    }
    const std::string_view name = file->second->documents[0]->root()["name"].text();
    const std::vector<policies::ChartPin> found = pins.of_chart(name, chart);
    const bool touched = std::any_of(found.begin(), found.end(), [&](const auto& pin) {
      return parts_.tree->change_of(pin.file) != nullptr;
    });
    if (touched) out.push_back(chart);
  }
  return out;
}

// Of a chart that is as it was: only what is said about the places that the change touched.
void Run::judge_touched_pins(const std::string& chart, const PinIndex& pins) {
  const ChartFolder folder(parts_.options->folder, chart, parts_.tree->files(),
                           parts_.tree->entries());
  const auto facts = std::make_shared<const policies::ChartFacts>(
      read_chart(folder, chart, parts_.tree->files(), pins, *parts_.budget));
  const std::string file = (chart.empty() ? "" : chart + "/") + "Chart.yaml";
  const Subject subject = chart_subject(*facts, file);
  const EvidenceMap evidence = chart_evidence(facts, file, Evidence(not_asked_for()));
  report::SubjectReport out{subject.id(), file, {}};
  for (Finding& finding : judge_.judge(subject, &evidence).findings) {
    const bool touched = finding.location.has_value() && finding.effect != Effect::none &&
                         parts_.tree->change_of(finding.location->file) != nullptr;
    if (touched) out.verdict.findings.push_back(std::move(finding));
  }
  if (!out.verdict.findings.empty()) add(std::move(out));
}

void Run::judge_charts() {
  const std::vector<std::string>& all = parts_.tree->layout().charts();
  std::vector<std::string> charts;
  std::copy_if(all.begin(), all.end(), std::back_inserter(charts),
               [&](const std::string& chart) { return chart_judged(chart); });
  const PinIndex pins(parts_.tree->files(), parts_.tree->layout());
  std::vector<std::shared_ptr<const policies::ChartFacts>> facts(charts.size());
  std::vector<Evidence> renders(charts.size(), Evidence(not_asked_for()));
  run_all(*parts_.threads, charts.size(), [&](std::size_t i) {
    const ChartFolder folder(parts_.options->folder, charts[i], parts_.tree->files(),
                             parts_.tree->entries());
    facts[i] = std::make_shared<const policies::ChartFacts>(
        read_chart(folder, charts[i], parts_.tree->files(), pins, *parts_.budget));
    if (parts_.options->render)
      renders[i] =
          parts_.options->render(parts_.policies->config().helm, *facts[i], &folder, nullptr);
  });
  for (std::size_t i = 0; i < charts.size(); ++i) judge_chart(charts[i], facts[i], renders[i]);
  for (const std::string& chart : charts_pinned_by_change(pins)) judge_touched_pins(chart, pins);
  judge_packages();
}

// One at a time: their bytes may be many, and there are few.
void Run::judge_packages() {
  for (const FileEntry& entry : parts_.tree->entries()) {
    const bool wanted = entry.kind == FileEntry::Kind::regular &&
                        PackageFile::named_so(entry.path) && parts_.tree->judged(entry.path) &&
                        parts_.tree->layout().role_of(entry.path) == Role::text;
    if (!wanted) continue;
    PackageFile package = read_package(parts_.options->folder, entry.path, *parts_.budget);
    if (package.unread.has_value()) {
      own_.verdict.findings.push_back(gate_finding(
          "unreadable", FindingStatus::undecided, "repo:" + entry.path,
          "undecided: " + utf8::printable(package.unread->message, limits::kQuotedBytes),
          "make the file readable, or exclude it (Config paths.exclude)"));
      continue;
    }
    if (!package.is_chart()) {
      report_.examined->skip("an archive without Chart.yaml, no chart", entry.path);
      continue;
    }
    const auto facts = std::make_shared<const policies::ChartFacts>(std::move(package.facts));
    Evidence render{not_asked_for()};
    if (parts_.options->render) {
      render =
          parts_.options->render(parts_.policies->config().helm, *facts, nullptr, &package.bytes);
    }
    judge_chart(entry.path, facts, render);
  }
}

void Run::judge_chart(const std::string& chart, std::shared_ptr<const policies::ChartFacts> facts,
                      const Evidence& render) {
  const std::string prefix = chart.empty() ? "" : chart + "/";
  const std::string file = prefix + "Chart.yaml";
  const Subject subject = chart_subject(*facts, file);
  const EvidenceMap evidence = chart_evidence(facts, file, render);
  ++charts_;
  const auto* const rendered = policies::value_of<policies::RenderFacts>(render);
  if (rendered != nullptr && rendered->outcome != policies::RenderFacts::Outcome::skipped)
    ++rendered_;
  report::SubjectReport out{subject.id(), file, judge_.judge(subject, &evidence)};
  for (const charts::Fault& fault : facts->reading.faults) {
    if (facts->reading.chart != nullptr || fault.weight != charts::Fault::Weight::refused) continue;
    Finding finding = gate_finding("malformed", FindingStatus::fail, subject.id(), fault.reason,
                                   "write what Helm and the API server read alike");
    finding.location =
        Location{prefix + fault.file, std::max(1U, fault.at.line), std::max(1U, fault.at.column)};
    out.verdict.findings.push_back(std::move(finding));
  }
  for (Finding& finding : out.verdict.findings) {
    const bool placed = finding.location.has_value() || !finding.path.has_value();
    if (placed || !subject.object.present()) continue;
    bool exact = true;
    const Position at = resolve_pointer(subject.object, *finding.path, exact).position();
    finding.location = Location{file, at.line, at.column};
  }
  if (rendered != nullptr) judge_rendered(chart, *rendered, out);
  add(std::move(out));
}

namespace {

// "NAME/templates/a.yaml", as Helm says it, below the chart's folder.
std::string template_file(const std::string& chart, std::string_view source) {
  const std::size_t slash = source.find('/');
  const std::string rest(slash == std::string_view::npos ? source : source.substr(slash + 1));
  return chart.empty() ? rest : chart + "/" + rest;
}

// The line in which a template names an object so without any action; nothing: it is computed.
std::optional<Position> plainly_in(const TreeFile* file, std::string_view name) {
  if (file == nullptr || file->text == nullptr || name.empty()) return std::nullopt;
  const std::string_view text = *file->text;
  for (std::size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    const std::size_t begin = text.rfind('\n', at) + 1;
    const std::string_view line =
        text.substr(begin, std::min(text.find('\n', at), text.size()) - begin);
    const bool whole =
        at + name.size() == text.size() ||
        std::string_view("\"' \r\n").find(text[at + name.size()]) != std::string_view::npos;
    const std::size_t colon = line.substr(0, at - begin).find(':');
    if (whole && colon != std::string_view::npos && line.find("{{") == std::string_view::npos) {
      return position_in(text, at);
    }
  }
  return std::nullopt;
}

}  // namespace

// A Blueprint that a chart installs is judged like one of a file: the cluster's gate will see it.
void Run::add_by_policies(const DocumentPtr& document, const std::string& chart,
                          report::SubjectReport& found) {
  const auto file = parts_.tree->files().find((chart.empty() ? "" : chart + "/") + "Chart.yaml");
  static const TreeFile kPacked;
  const TreeFile& at = file == parts_.tree->files().end() ? kPacked : *file->second;
  const auto object = rendered_object(at, document);
  if (!object.has_value()) return;
  std::optional<report::SubjectReport> judged = judge_.judge(*object, nullptr);
  if (!judged.has_value()) return;
  for (Finding& finding : judged->verdict.findings) {
    finding.edit.reset();  // Of the file that it is made from.
    found.verdict.findings.push_back(std::move(finding));
  }
}

// Names that only the render shows. What a template says plainly was said at its line already.
void Run::judge_rendered(const std::string& chart, const policies::RenderFacts& render,
                         report::SubjectReport& out) {
  for (const policies::RenderedDocument& document : render.documents) {
    if (document.document == nullptr) continue;
    const Value root = document.document->root();
    ++rendered_objects_;
    report::SubjectReport found = judge_.judge(make_rendered(root, out.subject));
    add_by_policies(document.document, chart, found);
    const std::string path = template_file(chart, document.source);
    const auto file = parts_.tree->files().find(path);
    const TreeFile* const source = file == parts_.tree->files().end() ? nullptr : file->second;
    for (Finding& finding : found.verdict.findings) {
      if (finding.effect == Effect::none) continue;
      const auto plain = plainly_in(source, finding.found);
      const Position at = plain.value_or(Position{1, 1});
      const bool known = std::any_of(
          report_.subjects.begin(), report_.subjects.end(), [&](const report::SubjectReport& one) {
            return one.subject == "repo:" + path &&
                   std::any_of(one.verdict.findings.begin(), one.verdict.findings.end(),
                               [&](const Finding& other) {
                                 return other.found == finding.found &&
                                        other.message == finding.message;
                               });
          });
      if (known) continue;
      const std::string yaml = (chart.empty() ? "" : chart + "/") + "Chart.yaml";
      finding.location =
          source == nullptr ? Location{yaml, 1, 1} : Location{path, at.line, at.column};
      finding.note = "in the default render: " + utf8::printable(root["kind"].text(), 64) + " " +
                     utf8::printable(root["metadata"]["name"].text(), 64) + " of " +
                     utf8::printable(document.source, 200);
      out.verdict.findings.push_back(std::move(finding));
    }
  }
}

}  // namespace portreeve::guard
