#include "guard/run.h"

#include <algorithm>
#include <tuple>

#include "core/limits.h"
#include "core/utf8.h"
#include "guard/tree_limits.h"
#include "policies/evidence.h"

namespace portreeve::guard {
namespace {

// "line L column C: …", as readers of documents say it.
Location location_of(const std::string& path, const std::string& message) {
  Location out{path, 1, 1};
  const auto number = [&](std::string_view word, std::size_t from) -> std::uint32_t {
    const std::size_t at = message.find(word, from);
    return at == std::string::npos ? 0U
                                   : static_cast<std::uint32_t>(std::strtoul(
                                         message.c_str() + at + word.size(), nullptr, 10));
  };
  if (message.compare(0, 5, "line ") != 0) return out;
  out.line = number("line ", 0);
  out.column = std::max(1U, number("column ", 0));
  return out;
}

bool readable_text(const TreeFile& file) {
  return file.text != nullptr && file.text->size() <= kSearchedFileBytes && is_text(*file.text) &&
         utf8::first_invalid(*file.text) == std::string_view::npos;
}

bool same_cause(const Finding& a, const Finding& b) {
  return std::tie(a.rule, a.subject, a.found, a.expected, a.message, a.status) ==
         std::tie(b.rule, b.subject, b.found, b.expected, b.message, b.status);
}

std::string valid_utf8(std::string text) {
  if (utf8::first_invalid(text) == std::string_view::npos) return text;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) >= 0x80U) c = '?';
  }
  return text;
}

}  // namespace

Run::Run(Parts parts, report::Report& report)
    : parts_(std::move(parts)), report_(report), judge_(parts_.policies, parts_.now) {
  if (parts_.base == nullptr) return;
  for (const auto& [path, change] : parts_.base->change().files) {
    const auto file = parts_.tree->base_files().find(path);
    if (file == parts_.tree->base_files().end()) continue;
    for (ObjectEntry& object : objects_of(*file->second)) {
      std::string id = object.subject.id();
      base_objects_.emplace(std::move(id), std::move(object));
    }
  }
}

std::vector<const TreeFile*> Run::sorted(const TreeFiles& files) const {
  std::vector<const TreeFile*> out;
  for (const auto& [path, file] : files) out.push_back(file);
  return out;
}

std::vector<std::string> Run::elsewhere() const {
  return {judge_.elsewhere().begin(), judge_.elsewhere().end()};
}

void Run::add(report::SubjectReport subject) {
  sort_findings(subject.verdict.findings);
  subject.verdict.decision = decide(subject.verdict.findings);
  report_.subjects.push_back(std::move(subject));
}

void Run::add_own(Finding finding, const TreeFile& file, const Error& error) {
  finding.location = location_of(file.path, error.message);
  own_.verdict.findings.push_back(std::move(finding));
}

void Run::judge() {
  judge_files();
  judge_charts();
  if (parts_.base != nullptr) judge_chart_changes();
  judge_repository();
  judge_texts();
  add_submodules();
  count();
}

void Run::judge_files() {
  for (const TreeFile* file : sorted(parts_.tree->files())) {
    if (!parts_.tree->judged(file->path)) continue;
    judge_file(*file);
  }
}

void Run::judge_file(const TreeFile& file) {
  const std::string subject = "repo:" + file.path;
  const bool matters = file.role != Role::text && file.role != Role::settings;
  if (file.unread.has_value()) {
    if (!matters) return report_.examined->skip("cannot be read", file.path);
    return add_own(
        gate_finding("unreadable", FindingStatus::undecided, subject,
                     "undecided: " + utf8::printable(file.unread->message, limits::kQuotedBytes),
                     "make the file readable, or exclude it (Config paths.exclude)"),
        file, Error{Errc::unavailable, ""});
  }
  if (file.large_file_pointer) {
    if (!matters) return report_.examined->skip("Git LFS pointer", file.path);
    return add_own(
        gate_finding("large-file", FindingStatus::undecided, subject,
                     "undecided: the file is a Git LFS pointer, and its content is not here",
                     "actions/checkout: add `with: {lfs: true}`; elsewhere: git lfs pull"),
        file, Error{Errc::unavailable, ""});
  }
  if (file.malformed.has_value() && !matters) {
    return report_.examined->skip("no object, and no YAML that the API server reads", file.path);
  }
  if (file.malformed.has_value()) {
    const bool limit = file.malformed->code == Errc::limit;
    const auto status = limit ? FindingStatus::undecided : FindingStatus::fail;
    // Charts are read again by who knows what Helm makes of them.
    if (file.role == Role::chart) return;
    return add_own(gate_finding(limit ? "limit" : "malformed", status, subject,
                                (limit ? "undecided: " : "") +
                                    utf8::printable(file.malformed->message, limits::kQuotedBytes),
                                "write what the API server reads: one meaning, no repeated keys"),
                   file, *file.malformed);
  }
  if (file.role == Role::kustomization) ++bases_;
  if (file.role == Role::template_file) {
    ++templates_;
    if (readable_text(file)) {
      report::SubjectReport found = judge_.judge(make_template(file));
      if (!found.verdict.findings.empty()) add(std::move(found));
    }
  }
  if (file.role == Role::manifest) judge_objects(file);
}

void Run::judge_objects(const TreeFile& file) {
  std::vector<ObjectEntry> objects = objects_of(file);
  if (objects.empty()) return report_.examined->skip("no Kubernetes object in it", file.path);
  for (const ObjectEntry& object : objects) {
    const Subject& subject = object.subject;
    if (subject.kind == "Blueprint") {
      ++blueprints_;
    } else if (subject.kind == "Composition" && subject.group == "apiextensions.crossplane.io") {
      ++compositions_;
    } else {
      ++objects_;
    }
    const auto old = base_objects_.find(subject.id());
    std::optional<report::SubjectReport> judged =
        judge_.judge(object, old == base_objects_.end() ? nullptr : &old->second);
    report::SubjectReport names = judge_.judge(make_manifest(object));
    if (!judged.has_value()) {
      not_named_.insert(subject.group + "/" + subject.kind);
      if (!names.verdict.findings.empty()) add(std::move(names));
      continue;
    }
    judged->verdict.rules_passed += names.verdict.rules_passed;
    for (Finding& finding : names.verdict.findings) {
      judged->verdict.findings.push_back(std::move(finding));
    }
    add(std::move(*judged));
  }
  for (const yaml::Ambiguity& found : file.ambiguities) {
    const Position at = position_in(*file.text, found.offset);
    Finding finding = gate_finding(
        "ambiguous", FindingStatus::fail, "repo:" + file.path,
        utf8::printable(found.text, 64) + " is a " + std::string(to_string(found.as_11)) +
            " to the API server, and a " + std::string(to_string(found.as_12)) + " to YAML 1.2",
        "write " + utf8::printable(found.quoted_form, 64) + " if a " +
            std::string(to_string(found.as_12)) + " is meant");
    finding.effect = Effect::warn;
    finding.severity = Severity::low;
    finding.location = Location{file.path, at.line, at.column};
    own_.verdict.findings.push_back(std::move(finding));
  }
}

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
  const std::string blueprint = beside.empty() ? "blueprint.yaml" : beside + "/blueprint.yaml";
  for (const auto& [path, change] : parts_.base->change().files) {
    if (path.compare(0, prefix.size(), prefix) == 0 || path == blueprint) return true;
  }
  return false;
}

void Run::judge_charts() {
  const std::vector<std::string>& all = parts_.tree->layout().charts();
  std::vector<std::string> charts;
  std::copy_if(all.begin(), all.end(), std::back_inserter(charts),
               [&](const std::string& chart) { return chart_judged(chart); });
  std::vector<std::shared_ptr<const policies::ChartFacts>> facts(charts.size());
  std::vector<Evidence> renders(charts.size(),
                                Evidence(not_asked_for()));
  run_all(*parts_.threads, charts.size(), [&](std::size_t i) {
    const ChartFolder folder(parts_.options->folder, charts[i], parts_.tree->files(),
                             parts_.tree->entries());
    facts[i] = std::make_shared<const policies::ChartFacts>(
        read_chart(folder, charts[i], parts_.tree->files(), parts_.tree->layout(), *parts_.budget));
    if (parts_.options->render)
      renders[i] = parts_.options->render(parts_.policies->config().helm, *facts[i], folder);
  });
  for (std::size_t i = 0; i < charts.size(); ++i) judge_chart(charts[i], facts[i], renders[i]);
}

void Run::judge_chart(const std::string& chart, std::shared_ptr<const policies::ChartFacts> facts,
                      const Evidence& render) {
  const std::string prefix = chart.empty() ? "" : chart + "/";
  const std::string file = prefix + "Chart.yaml";
  const Subject subject = chart_subject(*facts, file);
  const EvidenceMap evidence = chart_evidence(facts, file, render);
  ++charts_;
  const auto* const rendered = policies::value_of<policies::RenderFacts>(render);
  if (rendered != nullptr && rendered->outcome != policies::RenderFacts::Outcome::skipped) ++rendered_;
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
  add(std::move(out));
}

void Run::judge_chart_changes() {
  for (const std::string& chart : parts_.tree->layout().charts()) {
    const std::string prefix = chart.empty() ? "" : chart + "/";
    std::vector<std::string> changed;
    for (const auto& [path, change] : parts_.base->change().files) {
      if (path.compare(0, prefix.size(), prefix) == 0)
        changed.push_back(path.substr(prefix.size()));
    }
    const auto file = parts_.tree->files().find(prefix + "Chart.yaml");
    if (changed.empty() || file == parts_.tree->files().end() ||
        file->second->documents.size() != 1 || !file->second->documents[0]->root().is_object()) {
      continue;
    }
    const auto before = parts_.tree->base_files().find(prefix + "Chart.yaml");
    report::SubjectReport found = judge_.judge(make_chart_change(
        *file->second, before == parts_.tree->base_files().end() ? nullptr : before->second,
        changed));
    if (!found.verdict.findings.empty()) add(std::move(found));
  }
}

// All of the repository together. With a base, what was so before and stands in untouched files is
// no matter of the change; what the change made wrong elsewhere is.
void Run::judge_repository() {
  const std::set<std::string> kinds = kinds_looked_up(*parts_.policies);
  const MadeObject now =
      make_repository(sorted(parts_.tree->files()), parts_.tree->layout(), kinds);
  report::SubjectReport found = judge_.judge(now);
  if (parts_.base != nullptr) {
    const MadeObject then =
        make_repository(sorted(parts_.tree->base_files()), parts_.tree->layout(), kinds);
    const report::SubjectReport before = judge_.judge(then);
    std::vector<Finding>& findings = found.verdict.findings;
    const auto old_debt = [&](const Finding& finding) {
      const bool touched =
          finding.location.has_value() && parts_.tree->change_of(finding.location->file) != nullptr;
      return !touched &&
             std::any_of(before.verdict.findings.begin(), before.verdict.findings.end(),
                         [&](const Finding& other) { return same_cause(finding, other); });
    };
    findings.erase(std::remove_if(findings.begin(), findings.end(), old_debt), findings.end());
  }
  if (!found.verdict.findings.empty()) add(std::move(found));
}

void Run::judge_texts() {
  const auto add_found = [&](const MadeObject& made) {
    report::SubjectReport found = judge_.judge(made);
    if (!found.verdict.findings.empty()) add(std::move(found));
  };
  for (const TreeFile* file : sorted(parts_.tree->files())) {
    if (file->role == Role::vendored || !parts_.tree->judged(file->path)) continue;
    if (!readable_text(*file)) {
      if (file->text != nullptr && !file->large_file_pointer) {
        report_.examined->skip("no UTF-8 text, not searched for words", file->path);
      }
      continue;
    }
    ++texts_;
    if (parts_.base == nullptr) {
      add_found(make_text_file(*file));
      continue;
    }
    const FileChange& change = *parts_.tree->change_of(file->path);
    const auto lines = added_lines(change.before.value_or(""), *file->text);
    report_.changed[file->path] = lines;
    add_found(make_changed_lines(*file, lines));
  }
  if (parts_.base != nullptr) {
    for (const Commit& commit : parts_.base->change().commits) {
      add_found(make_commit(commit.id, valid_utf8(commit.message)));
    }
  }
  if (parts_.options->pull_request.has_value()) {
    add_found(make_pull_request(valid_utf8(*parts_.options->pull_request), parts_.options->labels));
  }
}

void Run::add_submodules() {
  for (const std::string& path : parts_.tree->missing_submodules()) {
    if (!parts_.tree->judged(path)) {
      report_.examined->skip("submodule that is not checked out, and that the change leaves alone",
                             path);
      continue;
    }
    own_.verdict.findings.push_back(gate_finding(
        "submodule", FindingStatus::undecided, "repo:" + path,
        "undecided: the submodule is not checked out",
        "actions/checkout: add `with: {submodules: recursive}`; elsewhere: git submodule update "
        "--init; or exclude it (Config paths.exclude)"));
  }
}

void Run::count() {
  report::Examined& examined = *report_.examined;
  const auto add_count = [&](std::uint32_t number, const char* one, const char* many) {
    examined.counts.push_back({number == 1 ? one : many, number});
  };
  add_count(charts_, "chart", "charts");
  add_count(blueprints_, "Blueprint", "Blueprints");
  add_count(objects_, "other object", "other objects");
  if (compositions_ > 0)
    add_count(compositions_, "Crossplane Composition", "Crossplane Compositions");
  if (bases_ > 0) add_count(bases_, "Kustomize base", "Kustomize bases");
  if (templates_ > 0) add_count(templates_, "template as text", "templates as text");
  add_count(texts_, "file searched for words", "files searched for words");
  examined.counts.push_back({rendered_ == 1 ? "chart rendered" : "charts rendered", rendered_});
  for (const std::string& kind : not_named_) {
    examined.skip("kinds that only names and words are judged of", kind);
  }
  const bool something = charts_ + blueprints_ + objects_ + compositions_ + bases_ > 0;
  if (parts_.base != nullptr) {
    const bool judged = something || !report_.subjects.empty() || !own_.verdict.findings.empty();
    report_.notes.push_back("compared with " + parts_.base->change().base +
                            (judged ? "" : ": nothing that is judged changed"));
  } else if (!something && own_.verdict.findings.empty()) {
    own_.verdict.findings.push_back(
        gate_finding("nothing-examined", FindingStatus::undecided, "repo:.",
                     "undecided: there is no chart, no Blueprint and no other manifest here",
                     "give the folder of the repository, and see what paths.exclude leaves out"));
  }
}

}  // namespace portreeve::guard
