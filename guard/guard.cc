#include "guard/guard.h"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/limits.h"
#include "core/utf8.h"
#include "engine/threads.h"
#include "guard/judge.h"
#include "guard/run.h"
#include "guard/tree.h"
#include "guard/waivers.h"
#include "guard/worktree.h"

namespace portreeve::guard {
namespace {

constexpr std::string_view kOwnFolder = ".portreeve";

// A repository that cannot be read is undecided, and a report like any other.
report::Report undecided(std::vector<std::string> notes, const GitFault& fault) {
  report::Report out;
  out.notes = std::move(notes);
  out.examined.emplace();
  report::SubjectReport subject{"repo:.", "", {}};
  Finding finding = gate_finding("repository", FindingStatus::undecided, subject.subject,
                                 "undecided: " + fault.error.message, fault.fix);
  finding.severity = Severity::critical;
  subject.verdict.findings.push_back(std::move(finding));
  subject.verdict.decision = decide(subject.verdict.findings);
  out.subjects.push_back(std::move(subject));
  return out;
}

/// What a repository without settings of its own is judged with; made while git reads the base.
struct CatalogAlone {
  bool whole = true;  ///< Nothing of the repository was asked for.
  std::optional<Result<Settings>> settings;

  void load(const GuardOptions& options) {
    SettingsOptions bare;
    bare.catalog = options.catalog;
    bare.given = options.settings;
    bare.read_folder = [this](const std::string&) -> Result<FileTexts> {
      whole = false;
      return FileTexts();
    };
    settings.emplace(load_settings(std::move(bare)));
  }
};

Result<Settings> settings_of(const GuardOptions& options, const Base* base, CatalogAlone& alone) {
  SettingsOptions settings;
  settings.catalog = options.catalog;
  settings.given = options.settings;
  settings.read_folder = [&options, base](const std::string& folder) -> Result<FileTexts> {
    return base == nullptr ? files_in(options.folder, folder) : base->files_below(folder);
  };
  PORTREEVE_TRY(settings.own, settings.read_folder(std::string(kOwnFolder)));
  if (settings.own.empty() && alone.settings.has_value() && alone.whole) {
    return std::move(*alone.settings);
  }
  return load_settings(std::move(settings));
}

// The first line of every report: who judged.
std::string profile_note(const policies::PolicySet& set) {
  const policies::Config& config = set.config();
  const std::string name = "profile " + config.profile;
  return config.profile_chosen ? name : name + ", because no Config and no --profile names one";
}

// What a change does to the rules it is judged by counts from the next change on.
void add_settings_changes(const Base& base, const WorkTree& tree, report::SubjectReport& own) {
  for (const auto& [path, change] : base.change().files) {
    if (path.compare(0, kOwnFolder.size() + 1, std::string(kOwnFolder) + "/") != 0) continue;
    const auto file = tree.files().find(path);
    const std::string now =
        file == tree.files().end() || file->second->text == nullptr ? "" : *file->second->text;
    const std::vector<WaiverText> before = waivers_in(path, change.before.value_or(""));
    bool waivers_only = true;
    for (const WaiverText& waiver : waivers_in(path, now)) {
      const bool known = std::any_of(before.begin(), before.end(), [&](const WaiverText& other) {
        return other.text == waiver.text;
      });
      if (known) continue;
      Finding finding =
          gate_finding("", FindingStatus::fail, "repo:" + path,
                       "the change adds waiver \"" + utf8::printable(waiver.name, 128) +
                           "\"; it counts from the next change on",
                       "merge it first, or have the finding corrected");
      finding.rule = "waiver/added";
      finding.effect = Effect::warn;
      finding.severity = Severity::medium;
      finding.location = Location{path, waiver.at.line, waiver.at.column};
      own.verdict.findings.push_back(std::move(finding));
    }
    waivers_only = !now.empty() && now.find("kind: Waiver") != std::string::npos &&
                   now.find("kind: Config") == std::string::npos;
    if (waivers_only) continue;
    Finding finding = gate_finding("", FindingStatus::fail, "repo:" + path,
                                   "the change touches what judges it; that counts from the next "
                                   "change on",
                                   "have it read by who answers for the rules");
    finding.rule = "config/changed";
    finding.effect = Effect::warn;
    finding.severity = Severity::medium;
    finding.location = Location{path, 1, 1};
    own.verdict.findings.push_back(std::move(finding));
  }
}

void add_sources(const WorkTree& tree, report::Report& report) {
  for (const report::SubjectReport& subject : report.subjects) {
    for (const Finding& finding : subject.verdict.findings) {
      if (!finding.location.has_value()) continue;
      const auto file = tree.files().find(finding.location->file);
      if (file != tree.files().end() && file->second->text != nullptr) {
        report.sources.emplace(file->first, file->second->text);
      }
    }
  }
}

// A package by itself is a tree of one file.
std::optional<FileEntry> package_at(const std::string& path) {
  struct stat about {};
  if (!PackageFile::named_so(path) || ::stat(path.c_str(), &about) != 0) return std::nullopt;
  if (!S_ISREG(about.st_mode)) return std::nullopt;
  FileEntry out;
  out.path = std::string(name_of(path));
  out.size = static_cast<std::uint64_t>(about.st_size);
  return out;
}

// What git leaves out is nobody's to merge. Without git, or where it cannot be read, all is judged.
void drop_ignored(const std::string& folder, std::vector<FileEntry>& entries,
                  report::Examined& examined, std::vector<std::string>& notes) {
  const bool own_rules = std::any_of(entries.begin(), entries.end(), [](const FileEntry& entry) {
    return name_of(entry.path) == ".gitignore";
  });
  if (!may_ignore(folder, own_rules)) return;
  auto opened = GitRepository::open(folder);
  if (const auto* fault = std::get_if<GitFault>(&opened)) {
    notes.push_back(".gitignore is not consulted: " + fault->error.message + "; " + fault->fix);
    return;
  }
  std::vector<std::string> paths;
  for (const FileEntry& entry : entries) paths.push_back(entry.path);
  const std::set<std::string> ignored =
      std::get<std::unique_ptr<GitRepository>>(opened)->ignored(paths);
  if (ignored.empty()) return;
  for (const std::string& path : ignored)
    examined.skip("left out by .gitignore, not tracked", path);
  const auto left_out = [&](const FileEntry& entry) { return ignored.count(entry.path) != 0; };
  entries.erase(std::remove_if(entries.begin(), entries.end(), left_out), entries.end());
}

std::string folder_holding(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

Outcome check_options(const GuardOptions& options, bool package) {
  if (package && !(options.base.empty() && options.base_tree.empty())) {
    return Error{Errc::misconfigured, "a package has no base: --base goes with a folder"};
  }
  if (!options.base.empty() && !options.base_tree.empty()) {
    return Error{Errc::misconfigured, "--base and --base-tree: give one of them"};
  }
  if (options.staged && options.base.empty()) {
    return Error{Errc::misconfigured, "--staged goes with --base REV (HEAD, for a commit hook)"};
  }
  if (options.unsafe_head_config && options.base.empty() && options.base_tree.empty()) {
    return Error{Errc::misconfigured, "--unsafe-head-config goes with --base or --base-tree"};
  }
  return Done{};
}

void finish(const Settings& settings, TimePoint now, const WorkTree& tree, const Base* base,
            Run& run, report::Report& report) {
  report::SubjectReport own = run.take_own();
  if (base != nullptr) add_settings_changes(*base, tree, own);
  apply_waivers(settings.waivers, now, base != nullptr, report.subjects, own);
  sort_findings(own.verdict.findings);
  own.verdict.decision = decide(own.verdict.findings);
  if (!own.verdict.findings.empty()) report.subjects.push_back(std::move(own));
  add_sources(tree, report);
  report.examined->elsewhere = run.elsewhere();
}

}  // namespace

Result<report::Report> run_guard(const GuardOptions& given, engine::Threads& threads, TimePoint now,
                                 MemoryBudget& budget) {
  GuardOptions options = given;
  const std::optional<FileEntry> package = package_at(options.folder);
  if (package.has_value()) options.folder = folder_holding(options.folder);
  PORTREEVE_CHECK(check_options(options, package.has_value()));
  Result<std::vector<FileEntry>> entries =
      package.has_value() ? std::vector<FileEntry>{*package} : list_files(options.folder);
  if (!entries.ok() && entries.error().code != Errc::limit) {
    return Error{Errc::misconfigured, entries.error().message};
  }
  if (!entries.ok()) return undecided({}, {entries.error(), "judge the repository in parts"});
  report::Examined examined;
  std::vector<std::string> notes;
  drop_ignored(options.folder, entries.value(), examined, notes);
  std::unique_ptr<Base> base;
  CatalogAlone alone;
  if (!options.base.empty() || !options.base_tree.empty()) {
    std::optional<GitResult<std::unique_ptr<Base>>> opened;
    run_all(threads, 2, [&](std::size_t task) {
      if (task == 1) return alone.load(options);
      opened.emplace(Base::open({options.folder, options.base, options.base_tree, options.staged},
                                entries.value()));
    });
    if (const auto* fault = std::get_if<GitFault>(&*opened)) {
      if (fault->error.code == Errc::misconfigured) return fault->error;
      return undecided({}, *fault);
    }
    base = std::move(std::get<std::unique_ptr<Base>>(*opened));
  }
  PORTREEVE_TRY(const Settings settings,
                settings_of(options, options.unsafe_head_config ? nullptr : base.get(), alone));
  report::Report report;
  report.notes.push_back(profile_note(*settings.policies));
  for (std::string& note : notes) report.notes.push_back(std::move(note));
  report.examined = std::move(examined);
  const policies::Config& config = settings.policies->config();
  const std::unique_ptr<WorkTree> tree =
      WorkTree::read({options.folder, base.get(), config.exclude_paths, &threads, &budget},
                     std::move(entries).value(), *report.examined);
  Run run({&options, base.get(), tree.get(), settings.policies, now, &threads, &budget}, report);
  run.judge();
  finish(settings, now, *tree, base.get(), run, report);
  return report;
}

}  // namespace portreeve::guard
