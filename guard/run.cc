#include "guard/run.h"

#include <algorithm>
#include <tuple>

#include "core/limits.h"
#include "core/utf8.h"
#include "guard/blueprints.h"
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
  return file.text != nullptr && file.text->size() <= limits::kSearchedFileBytes &&
         is_text(*file.text) && utf8::first_invalid(*file.text) == std::string_view::npos;
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
  judge_.answer_from(blueprints_of(parts_.tree->files(), *parts_.policies));
  judge_files();
  judge_kustomizations();
  if (parts_.base != nullptr) judge_by_changed_blueprints();
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
  if (file.role == Role::manifest || file.role == Role::kustomization) judge_objects(file);
}

void Run::judge_object(const ObjectEntry& object) {
  const Subject& subject = object.subject;
  const bool composes =
      subject.kind == "Composition" && subject.group == "apiextensions.crossplane.io";
  ++(subject.kind == "Blueprint" ? blueprints_ : composes ? compositions_ : objects_);
  const auto old = base_objects_.find(subject.id());
  std::optional<report::SubjectReport> judged =
      judge_.judge(object, old == base_objects_.end() ? nullptr : &old->second);
  report::SubjectReport names = judge_.judge(make_manifest(object));
  if (composes) judge_composed(object, names);
  if (!judged.has_value()) {
    not_named_.insert(subject.group + "/" + subject.kind);
    if (!names.verdict.findings.empty()) add(std::move(names));
    return;
  }
  judged->verdict.rules_passed += names.verdict.rules_passed;
  for (Finding& finding : names.verdict.findings) {
    judged->verdict.findings.push_back(std::move(finding));
  }
  add(std::move(*judged));
}

// Names at any depth were found with the Composition itself; the same place is told once.
void Run::judge_composed(const ObjectEntry& composition, report::SubjectReport& names) {
  for (const MadeObject& made : make_composed(composition)) {
    for (Finding& finding : judge_.judge(made).verdict.findings) {
      const std::vector<Finding>& told = names.verdict.findings;
      const bool known = std::any_of(told.begin(), told.end(), [&](const Finding& other) {
        return other.rule == finding.rule && other.path == finding.path;
      });
      if (!known) names.verdict.findings.push_back(std::move(finding));
    }
  }
}

bool Run::there(const std::string& path) const {
  const auto& entries = parts_.tree->entries();
  const auto at = std::lower_bound(
      entries.begin(), entries.end(), path,
      [](const FileEntry& entry, const std::string& wanted) { return entry.path < wanted; });
  if (at != entries.end() && at->path == path) return true;
  const auto& excluded = parts_.policies->config().exclude_paths;
  return std::any_of(excluded.begin(), excluded.end(),
                     [&](const Glob& glob) { return glob.matches(path); });
}

// With a base, one that nobody touched is told about only what the change took away.
void Run::judge_kustomizations() {
  for (const TreeFile* file : sorted(parts_.tree->files())) {
    if (file->role != Role::kustomization || file->documents.empty()) continue;
    report::SubjectReport found = judge_.judge(
        make_kustomization(*file, [this](const std::string& path) { return there(path); }));
    if (!parts_.tree->judged(file->path)) {
      const report::SubjectReport before =
          judge_.judge(make_kustomization(*file, [this](const std::string& path) {
            const FileChange* const change = parts_.tree->change_of(path);
            return change == nullptr ? there(path) : change->kind != FileChange::Kind::added;
          }));
      std::vector<Finding>& findings = found.verdict.findings;
      findings.erase(std::remove_if(findings.begin(), findings.end(),
                                    [&](const Finding& finding) {
                                      const auto& old = before.verdict.findings;
                                      return std::any_of(old.begin(), old.end(),
                                                         [&](const Finding& other) {
                                                           return other.path == finding.path;
                                                         });
                                    }),
                     findings.end());
    }
    if (!found.verdict.findings.empty()) add(std::move(found));
  }
}

void Run::judge_objects(const TreeFile& file) {
  const std::vector<ObjectEntry> objects = objects_of(file);
  if (objects.empty() && file.role == Role::kustomization) return;
  if (objects.empty()) return report_.examined->skip("no Kubernetes object in it", file.path);
  for (const ObjectEntry& object : objects) judge_object(object);
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

// An Application that nobody touched, whose Blueprint asks for something else now.
void Run::judge_by_changed_blueprints() {
  const TreeFiles& files = parts_.tree->files();
  const bool changed = std::any_of(files.begin(), files.end(), [&](const auto& file) {
    return parts_.tree->judged(file.first) && holds_blueprint(*file.second);
  });
  if (!changed) return;
  const TreeEvidence now = blueprints_of(files, *parts_.policies);
  const TreeEvidence then = blueprints_of(parts_.tree->base_files(), *parts_.policies);
  for (const TreeFile* file : sorted(files)) {
    if (parts_.tree->judged(file->path)) continue;
    for (const ObjectEntry& object : objects_of(*file)) {
      if (!object.fault.empty() || !parts_.policies->gates_group(object.subject.group)) continue;
      report::SubjectReport out{object.subject.id(), file->path, {}};
      const std::vector<Finding> before = judge_.judge_by_tree(object, then);
      for (Finding& finding : judge_.judge_by_tree(object, now)) {
        const bool old = std::any_of(before.begin(), before.end(), [&](const Finding& other) {
          return same_cause(finding, other);
        });
        if (!old && finding.effect != Effect::none) {
          out.verdict.findings.push_back(std::move(finding));
        }
      }
      if (!out.verdict.findings.empty()) add(std::move(out));
    }
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
  if (rendered_objects_ > 0) add_count(rendered_objects_, "rendered object", "rendered objects");
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
