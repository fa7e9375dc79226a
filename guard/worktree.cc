#include "guard/worktree.h"

#include <algorithm>

#include "core/limits.h"

namespace portreeve::guard {
namespace {

// Archives and pictures are no text; charts' packages are read by who reads charts.
bool is_binary_name(std::string_view path) noexcept {
  const std::size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view end = path.substr(dot + 1);
  for (const std::string_view known :
       {"tgz",   "gz",  "zip", "png", "jpg", "jpeg", "gif",  "ico", "webp", "pdf", "woff",
        "woff2", "ttf", "so",  "a",   "o",   "jar",  "wasm", "bin", "exe",  "mp4"}) {
    if (end == known) return true;
  }
  return false;
}

}  // namespace

void WorkTree::keep(const Parts& parts, std::vector<FileEntry> entries,
                    report::Examined& examined) {
  for (FileEntry& entry : entries) {
    const bool excluded = std::any_of(parts.exclude.begin(), parts.exclude.end(),
                                      [&](const Glob& glob) { return glob.matches(entry.path); });
    if (excluded) {
      examined.skip("excluded by Config paths.exclude", entry.path);
      continue;
    }
    if (entry.kind == FileEntry::Kind::link) examined.skip("symbolic link", entry.path);
    if (entry.kind == FileEntry::Kind::other) examined.skip("no regular file", entry.path);
    const FileChange* change = change_of(entry.path);
    const bool removed = change != nullptr && change->kind == FileChange::Kind::removed;
    if (!removed) entries_.push_back(std::move(entry));
  }
}

void WorkTree::read_files(const Parts& parts, report::Examined& examined) {
  std::vector<const FileEntry*> wanted;
  for (const FileEntry& entry : entries_) {
    if (entry.kind != FileEntry::Kind::regular) continue;
    const Role role = layout_->role_of(entry.path);
    const bool text = role == Role::text || role == Role::template_file || role == Role::vendored ||
                      role == Role::chart_values || role == Role::settings;
    if (text && (entry.size > limits::kSearchedFileBytes || is_binary_name(entry.path))) {
      // Packages are read by who reads charts.
      const bool told = judged(entry.path) && !PackageFile::named_so(entry.path);
      if (told) {
        examined.skip(is_binary_name(entry.path) ? "no text by its name"
                                                 : "larger than 2 MiB, not searched for words",
                      entry.path);
      }
      continue;
    }
    wanted.push_back(&entry);
  }
  owned_.resize(wanted.size());
  run_all(*parts.threads, wanted.size(), [&](std::size_t i) {
    const FileEntry& entry = *wanted[i];
    Role role = layout_->role_of(entry.path);
    // A vendored chart says its own versions.
    if (role == Role::vendored && name_of(entry.path) == "Chart.yaml") role = Role::kustomization;
    std::optional<std::string> staged = parts.base == nullptr || !parts.base->staged()
                                            ? std::nullopt
                                            : parts.base->staged(entry.path);
    auto file = std::make_unique<TreeFile>(
        staged.has_value() ? parse_source(entry.path, role, std::move(*staged), *parts.budget)
                           : read_source(parts.folder, entry, role, *parts.budget));
    if (layout_->role_of(entry.path) == Role::vendored) file->role = Role::vendored;
    owned_[i] = std::move(file);
  });
  for (const auto& file : owned_) files_.emplace(file->path, file.get());
}

void WorkTree::read_base(const Parts& parts) {
  base_files_ = files_;
  for (const auto& [path, change] : change_->files) {
    base_files_.erase(path);
    if (!change.before.has_value()) continue;
    auto file = std::make_unique<TreeFile>(
        parse_source(path, layout_->role_of(path), *change.before, *parts.budget));
    base_files_.emplace(path, file.get());
    owned_.push_back(std::move(file));
  }
}

std::unique_ptr<WorkTree> WorkTree::read(const Parts& parts, std::vector<FileEntry> entries,
                                         report::Examined& examined) {
  std::unique_ptr<WorkTree> out(new WorkTree);
  if (parts.base != nullptr) out->change_ = &parts.base->change();
  out->keep(parts, std::move(entries), examined);
  out->layout_ = std::make_unique<Layout>(out->entries_);
  out->read_files(parts, examined);
  if (out->change_ != nullptr) out->read_base(parts);
  return out;
}

const FileChange* WorkTree::change_of(const std::string& path) const {
  if (change_ == nullptr) return nullptr;
  const auto at = change_->files.find(path);
  return at == change_->files.end() ? nullptr : &at->second;
}

bool WorkTree::judged(const std::string& path) const {
  return change_ == nullptr || change_of(path) != nullptr;
}

std::vector<std::string> WorkTree::missing_submodules() const {
  std::vector<std::string> out;
  const auto modules = files_.find(".gitmodules");
  if (modules == files_.end() || modules->second->text == nullptr) return out;
  const std::string_view text = *modules->second->text;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string_view line = text.substr(begin, end - begin);
    begin = end + 1;
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    const std::size_t equals = line.find('=');
    if (line.substr(0, 4) != "path" || equals == std::string_view::npos) continue;
    std::string_view path = line.substr(equals + 1);
    while (!path.empty() && (path.front() == ' ' || path.front() == '\t')) path.remove_prefix(1);
    while (!path.empty() && (path.back() == ' ' || path.back() == '\r')) path.remove_suffix(1);
    const std::string prefix = std::string(path) + "/";
    const bool there = std::any_of(entries_.begin(), entries_.end(), [&](const FileEntry& entry) {
      return entry.path.compare(0, prefix.size(), prefix) == 0;
    });
    if (!there && !path.empty()) out.emplace_back(path);
  }
  return out;
}

}  // namespace portreeve::guard
