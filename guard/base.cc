#include "guard/base.h"

#include <algorithm>

#include "core/file.h"
#include "core/limits.h"

namespace portreeve::guard {

Result<FileTexts> files_in(const std::string& top, const std::string& folder) {
  FileTexts out;
  Result<std::vector<SourceFile>> files = read_folder(top + "/" + folder);
  if (!files.ok()) {
    if (files.error().code == Errc::not_found) return out;
    return Error{Errc::misconfigured, files.error().message};
  }
  for (SourceFile& file : files.value()) {
    const std::size_t slash = file.name.rfind('/');
    const std::string name = slash == std::string::npos ? file.name : file.name.substr(slash + 1);
    out[folder + "/" + name] = std::move(file.text);
  }
  return out;
}

GitResult<std::unique_ptr<Base>> Base::open(const BaseOptions& options,
                                            const std::vector<FileEntry>& files) {
  std::unique_ptr<Base> out(new Base(options));
  if (!options.tree.empty()) {
    if (auto fault = out->compare_trees(files)) return std::move(*fault);
    return out;
  }
  auto repository = GitRepository::open(options.folder);
  if (auto* fault = std::get_if<GitFault>(&repository)) return std::move(*fault);
  out->repository_ = std::move(std::get<std::unique_ptr<GitRepository>>(repository));
  auto change = out->repository_->change_since(options.revision, options.staged);
  if (auto* fault = std::get_if<GitFault>(&change)) return std::move(*fault);
  out->change_ = std::move(std::get<Change>(change));
  return out;
}

// Byte by byte: a file is changed when its content is.
std::optional<GitFault> Base::compare_trees(const std::vector<FileEntry>& files) {
  change_.base = options_.tree;
  const std::string fix =
      "export the base: git worktree add --detach DIR \"$(git merge-base REV HEAD)\"";
  Result<std::vector<FileEntry>> before = list_files(options_.tree);
  if (!before.ok()) return GitFault{before.error(), fix};
  if (before.value().empty()) {
    return GitFault{Error{Errc::unavailable, options_.tree + ": the base holds no file"}, fix};
  }
  std::map<std::string, const FileEntry*> now;
  for (const FileEntry& entry : files) now[entry.path] = &entry;
  for (const FileEntry& entry : before.value()) {
    const auto at = now.find(entry.path);
    const bool there = at != now.end();
    if (entry.kind != FileEntry::Kind::regular) {
      // A link has no content of ours to compare with: a file in its place is all the change's.
      const bool file_now = there && at->second->kind == FileEntry::Kind::regular;
      if (there) now.erase(at);
      if (file_now) change_.files[entry.path].kind = FileChange::Kind::modified;
      continue;
    }
    Result<std::string> old = read_file(options_.tree + "/" + entry.path, limits::kReviewBytes);
    FileChange change;
    change.kind = there ? FileChange::Kind::modified : FileChange::Kind::removed;
    if (old.ok()) change.before = std::move(old).value();
    if (there) {
      const Result<std::string> text =
          read_file(options_.folder + "/" + entry.path, limits::kReviewBytes);
      const bool same = text.ok() && change.before.has_value() && text.value() == *change.before;
      now.erase(at);
      if (same) continue;
    }
    change_.files[entry.path] = std::move(change);
  }
  for (const auto& [path, entry] : now) {
    FileChange change;
    change.kind = FileChange::Kind::added;
    change_.files[path] = std::move(change);
  }
  return std::nullopt;
}

Result<FileTexts> Base::files_below(const std::string& folder) const {
  if (!options_.tree.empty()) return files_in(options_.tree, folder);
  auto files = repository_->base_files_below(folder);
  if (auto* fault = std::get_if<GitFault>(&files)) return fault->error;
  FileTexts out;
  for (auto& [path, text] : std::get<std::map<std::string, std::string>>(files)) {
    const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
    if (is_document_name(name)) out[path] = std::move(text);
  }
  return out;
}

std::optional<std::string> Base::staged(const std::string& path) const {
  if (!options_.staged || repository_ == nullptr) return std::nullopt;
  return repository_->staged_file(path);
}

}  // namespace portreeve::guard
