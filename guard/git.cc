#include "guard/git.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <functional>

#include "core/file.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "guard/git_open.h"

namespace portreeve::guard {
namespace {

constexpr std::string_view kDeepen = "actions/checkout: add `with: {fetch-depth: 0}`; elsewhere: ";

std::string short_id(const git_oid& id) {
  char text[GIT_OID_HEXSZ + 1];
  return git().oid_tostr(text, 13, &id);
}

std::string real_folder(const std::string& path) {
  char resolved[PATH_MAX];
  std::string out = ::realpath(path.c_str(), resolved) == nullptr ? path : std::string(resolved);
  if (out.empty() || out.back() != '/') out += '/';
  return out;
}

// A line that is no comment.
bool says_something(const std::string& text) {
  for (std::size_t at = 0; at < text.size();
       at = std::min(text.find('\n', at), text.size() - 1) + 1) {
    if (text[at] != '#' && text[at] != '\n' && text[at] != '\r') return true;
  }
  return false;
}

void add_line(std::vector<std::pair<std::uint32_t, std::uint32_t>>& ranges, int line) {
  const auto at = static_cast<std::uint32_t>(line);
  if (!ranges.empty() && ranges.back().second + 1 == at) {
    ranges.back().second = at;
  } else {
    ranges.emplace_back(at, at);
  }
}

std::uint32_t lines_of(const std::string& text) {
  std::uint32_t lines = 0;
  for (const char c : text) lines += c == '\n' ? 1U : 0U;
  return lines + (text.empty() || text.back() == '\n' ? 0U : 1U);
}

// What GIT_DIFF_OPTIONS_INIT says; the macro leaves fields out, which Clang warns of.
git_diff_options diff_options() {
  git_diff_options options{};
  options.version = GIT_DIFF_OPTIONS_VERSION;
  options.ignore_submodules = GIT_SUBMODULE_IGNORE_UNSPECIFIED;
  options.context_lines = 3;
  return options;
}

}  // namespace

std::vector<std::pair<std::uint32_t, std::uint32_t>> added_lines(const std::string& before,
                                                                 const std::string& after) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> out;
  if (before.empty()) {
    if (!after.empty()) out.emplace_back(1, lines_of(after));
    return out;
  }
  if (!load_git().ok()) {  // Without it every line counts as new.
    out.emplace_back(1, lines_of(after));
    return out;
  }
  git_diff_options options = diff_options();
  options.context_lines = 0;
  options.flags = GIT_DIFF_FORCE_TEXT;
  const auto each = [](const git_diff_delta*, const git_diff_hunk*, const git_diff_line* line,
                       void* ranges) {
    if (line->origin == GIT_DIFF_LINE_ADDITION) {
      add_line(*static_cast<decltype(out)*>(ranges), line->new_lineno);
    }
    return 0;
  };
  (void)git().diff_buffers(before.data(), before.size(), nullptr, after.data(), after.size(),
                           nullptr, &options, nullptr, nullptr, nullptr, each, &out);
  return out;
}

struct GitRepository::State {
  GitPtr<git_repository> repository;
  GitPtr<git_tree> base;
  std::string prefix;  ///< Of the judged folder in the work tree; "" or ending in '/'.

  bool shallow() const { return git().repository_is_shallow(repository.get()) == 1; }

  GitFault missing(const std::string& what, const std::string& revision) const {
    const std::string shown = utf8::printable(revision, 128);
    if (shallow()) {
      return {Error{Errc::unavailable, what + ": the clone is shallow"},
              std::string(kDeepen) + "git fetch --unshallow"};
    }
    constexpr std::string_view kRemote = "origin/";
    const std::string branch = shown.starts_with(kRemote) ? shown.substr(kRemote.size()) : shown;
    return {Error{Errc::unavailable, what},
            std::string(kDeepen) + "git fetch origin " + branch + ", then --base origin/" + branch};
  }

  GitResult<git_oid> resolve(const std::string& revision) const {
    git_object* raw = nullptr;
    if (git().revparse_single(&raw, repository.get(), revision.c_str()) != 0) {
      return missing("revision \"" + utf8::printable(revision, 128) + "\" is not in this clone (" +
                         git_message() + ")",
                     revision);
    }
    const GitPtr<git_object> object(raw);
    git_object* commit = nullptr;
    if (git().object_peel(&commit, raw, GIT_OBJECT_COMMIT) != 0) {
      return GitFault{
          Error{Errc::misconfigured, "\"" + utf8::printable(revision, 128) + "\" names no commit"},
          "give --base a branch, a tag or a commit"};
    }
    const GitPtr<git_object> peeled(commit);
    return *git().object_id(commit);
  }

  GitResult<git_oid> merge_base(const git_oid& theirs, const std::string& revision,
                                git_oid& head) const {
    if (git().reference_name_to_id(&head, repository.get(), "HEAD") != 0) {
      return GitFault{Error{Errc::unavailable, "HEAD names no commit (" + git_message() + ")"},
                      "commit something first, or leave out --base"};
    }
    git_oid out;
    if (git().merge_base(&out, repository.get(), &theirs, &head) != 0) {
      return missing(
          "\"" + utf8::printable(revision, 128) + "\" and HEAD have no common commit here",
          revision);
    }
    return out;
  }

  /// The path as seen from the judged folder, or nothing when it is not below it.
  std::optional<std::string> below(const char* path) const {
    const std::string_view text = path == nullptr ? "" : path;
    if (text.substr(0, prefix.size()) != prefix) return std::nullopt;
    return std::string(text.substr(prefix.size()));
  }

  std::optional<std::string> blob(const git_oid& id) const {
    git_blob* raw = nullptr;
    if (git().blob_lookup(&raw, repository.get(), &id) != 0) return std::nullopt;
    const GitPtr<git_blob> held(raw);
    const git_object_size_t size = git().blob_rawsize(raw);
    if (size > limits::kReviewBytes) return std::nullopt;
    return std::string(static_cast<const char*>(git().blob_rawcontent(raw)),
                       static_cast<std::size_t>(size));
  }

  std::optional<GitFault> diff(bool staged, Change& out) const;
  std::optional<GitFault> read_commits(const git_oid& base, const git_oid& head, Change& out) const;
};

namespace {

struct DiffWalk {
  const std::function<std::optional<std::string>(const char*)> below;
  const std::function<std::optional<std::string>(const git_oid&)> blob;
  Change& out;
};

int add_delta(const git_diff_delta* delta, float, void* raw) {
  auto& walk = *static_cast<DiffWalk*>(raw);
  const bool removed = delta->status == GIT_DELTA_DELETED;
  const auto path = walk.below(removed ? delta->old_file.path : delta->new_file.path);
  if (!path.has_value() || delta->status == GIT_DELTA_UNMODIFIED ||
      delta->status == GIT_DELTA_IGNORED) {
    return 0;
  }
  FileChange change;
  const bool added = delta->status == GIT_DELTA_ADDED || delta->status == GIT_DELTA_UNTRACKED;
  change.kind = removed ? FileChange::Kind::removed
                : added ? FileChange::Kind::added
                        : FileChange::Kind::modified;
  change.submodule =
      delta->new_file.mode == GIT_FILEMODE_COMMIT || delta->old_file.mode == GIT_FILEMODE_COMMIT;
  const bool was_file = delta->old_file.mode == GIT_FILEMODE_BLOB ||
                        delta->old_file.mode == GIT_FILEMODE_BLOB_EXECUTABLE;
  if (!added && was_file) change.before = walk.blob(delta->old_file.id);
  walk.out.files[*path] = std::move(change);
  return 0;
}

}  // namespace

std::optional<GitFault> GitRepository::State::diff(bool staged, Change& out) const {
  git_diff_options options = diff_options();
  options.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
                  GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_SKIP_BINARY_CHECK;
  git_diff* raw = nullptr;
  const int failed =
      staged ? git().diff_tree_to_index(&raw, repository.get(), base.get(), nullptr, &options)
             : git().diff_tree_to_workdir_with_index(&raw, repository.get(), base.get(), &options);
  if (failed != 0) return missing("the base cannot be compared (" + git_message() + ")", "HEAD");
  const GitPtr<git_diff> held(raw);
  DiffWalk walk{[this](const char* path) { return below(path); },
                [this](const git_oid& id) { return blob(id); }, out};
  for (std::size_t i = 0; i < git().diff_num_deltas(raw); ++i) {
    add_delta(git().diff_get_delta(raw, i), 0, &walk);
  }
  return std::nullopt;
}

std::optional<GitFault> GitRepository::State::read_commits(const git_oid& from, const git_oid& head,
                                                           Change& out) const {
  git_revwalk* raw = nullptr;
  if (git().revwalk_new(&raw, repository.get()) != 0) return missing(git_message(), "HEAD");
  const GitPtr<git_revwalk> walk(raw);
  if (git().revwalk_push(raw, &head) != 0 || git().revwalk_hide(raw, &from) != 0) {
    return missing("the commits of the change cannot be listed (" + git_message() + ")", "HEAD");
  }
  git_oid id;
  int state = 0;
  while ((state = git().revwalk_next(&id, raw)) == 0) {
    if (out.commits.size() == limits::kCommits) {
      return GitFault{
          Error{Errc::limit,
                "the change has more than " + std::to_string(limits::kCommits) + " commits"},
          "compare with a closer base"};
    }
    git_commit* commit = nullptr;
    if (git().commit_lookup(&commit, repository.get(), &id) != 0) break;
    const GitPtr<git_commit> held(commit);
    // A merge brings what was judged where it came from.
    if (git().commit_parentcount(commit) > 1) continue;
    const char* message = git().commit_message(commit);
    out.commits.push_back({short_id(id), message == nullptr ? "" : message});
  }
  if (state != GIT_ITEROVER) return missing("the history is cut (" + git_message() + ")", "HEAD");
  out.commits_known = true;
  return std::nullopt;
}

GitRepository::GitRepository(std::unique_ptr<State> state) : state_(std::move(state)) {}
GitRepository::~GitRepository() = default;

GitResult<std::unique_ptr<GitRepository>> GitRepository::open(const std::string& folder) {
  auto opened = open_repository(folder);
  if (auto* fault = std::get_if<GitFault>(&opened)) return std::move(*fault);
  auto state = std::make_unique<State>();
  state->repository = std::move(std::get<GitPtr<git_repository>>(opened));
  const std::string top = real_folder(git().repository_workdir(state->repository.get()));
  const std::string own = real_folder(folder);
  if (own.size() > top.size() && own.compare(0, top.size(), top) == 0) {
    state->prefix = own.substr(top.size());
  }
  return std::unique_ptr<GitRepository>(new GitRepository(std::move(state)));
}

GitResult<Change> GitRepository::change_since(const std::string& revision, bool staged) {
  auto theirs = state_->resolve(revision);
  if (auto* fault = std::get_if<GitFault>(&theirs)) return std::move(*fault);
  git_oid head;
  auto from = state_->merge_base(std::get<git_oid>(theirs), revision, head);
  if (auto* fault = std::get_if<GitFault>(&from)) return std::move(*fault);
  const git_oid& base = std::get<git_oid>(from);
  git_commit* commit = nullptr;
  git_tree* tree = nullptr;
  const bool there = git().commit_lookup(&commit, state_->repository.get(), &base) == 0;
  const GitPtr<git_commit> held(commit);
  if (!there || git().commit_tree(&tree, commit) != 0) {
    return state_->missing("the base commit is not in this clone (" + git_message() + ")",
                           revision);
  }
  state_->base.reset(tree);
  Change out;
  out.base = utf8::printable(revision, 128) + " (" + short_id(base) + ")";
  if (auto fault = state_->diff(staged, out)) return std::move(*fault);
  if (auto fault = state_->read_commits(base, head, out)) return std::move(*fault);
  return out;
}

GitResult<std::map<std::string, std::string>> GitRepository::base_files_below(
    const std::string& prefix) {
  std::map<std::string, std::string> out;
  if (state_->base == nullptr) return out;
  git_tree_entry* raw = nullptr;
  const std::string path = state_->prefix + prefix;
  if (git().tree_entry_bypath(&raw, state_->base.get(), path.c_str()) != 0) return out;
  const GitPtr<git_tree_entry> entry(raw);
  git_tree* folder = nullptr;
  if (git().tree_entry_type(raw) != GIT_OBJECT_TREE ||
      git().tree_lookup(&folder, state_->repository.get(), git().tree_entry_id(raw)) != 0) {
    return out;
  }
  const GitPtr<git_tree> held(folder);
  for (std::size_t i = 0; i < git().tree_entrycount(folder); ++i) {
    const git_tree_entry* file = git().tree_entry_byindex(folder, i);
    if (git().tree_entry_type(file) != GIT_OBJECT_BLOB) continue;
    if (auto text = state_->blob(*git().tree_entry_id(file))) {
      out[prefix + "/" + git().tree_entry_name(file)] = std::move(*text);
    }
  }
  return out;
}

std::set<std::string> GitRepository::ignored(const std::vector<std::string>& paths) const {
  std::set<std::string> out;
  git_index* raw = nullptr;
  if (git().repository_index(&raw, state_->repository.get()) != 0) return out;
  const GitPtr<git_index> index(raw);
  for (const std::string& path : paths) {
    const std::string whole = state_->prefix + path;
    if (git().index_get_bypath(raw, whole.c_str(), 0) != nullptr) continue;
    int ignored = 0;
    const bool known =
        git().ignore_path_is_ignored(&ignored, state_->repository.get(), whole.c_str()) == 0;
    if (known && ignored != 0) out.insert(path);
  }
  return out;
}

bool may_ignore(const std::string& folder, bool own_rules) {
  bool rules = own_rules;
  for (std::string at = real_folder(folder); !at.empty();) {
    const auto has = [&](const char* name) { return ::access((at + name).c_str(), F_OK) == 0; };
    rules = rules || has(".gitignore");
    if (has(".git")) {
      const Result<std::string> own = read_file(at + ".git/info/exclude", limits::kReviewBytes);
      // Of a linked work tree or a submodule `.git` is a file, and its rules stand elsewhere.
      return rules || !has(".git/HEAD") || (own.ok() && says_something(own.value()));
    }
    at.pop_back();
    at.erase(at.rfind('/') + 1);
  }
  return false;
}

std::optional<std::string> GitRepository::staged_file(const std::string& path) const {
  git_index* raw = nullptr;
  if (git().repository_index(&raw, state_->repository.get()) != 0) return std::nullopt;
  const GitPtr<git_index> index(raw);
  const git_index_entry* entry = git().index_get_bypath(raw, (state_->prefix + path).c_str(), 0);
  return entry == nullptr ? std::nullopt : state_->blob(entry->id);
}

}  // namespace portreeve::guard
