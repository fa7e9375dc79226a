#include "webhook/policy_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>

#include "crypto/hash.h"
#include "policies/catalog.h"
#include "policies/examples.h"
#include "webhook/webhook_config.h"

namespace portreeve::webhook {
namespace {

// What tells one version of a file from the next without reading it.
void append_stat(std::string& out, const std::string& path) {
  struct stat info {};
  out += path;
  if (::stat(path.c_str(), &info) != 0) {
    out += " gone\n";
    return;
  }
  out += " " + std::to_string(info.st_dev) + " " + std::to_string(info.st_ino) + " " +
         std::to_string(info.st_size) + " " + std::to_string(info.st_mtim.tv_sec) + "." +
         std::to_string(info.st_mtim.tv_nsec) + "\n";
}

// Deep enough for keys and trust roots beside the documents that name them; a mistake such as "/"
// costs a bounded look.
constexpr std::size_t kFolderDepth = 4;
constexpr std::size_t kFolderEntries = 4096;

void append_folder(std::string& out, const std::string& folder, std::size_t depth,
                   std::size_t& left) {
  append_stat(out, folder);
  DIR* directory = ::opendir(folder.c_str());
  if (directory == nullptr) {
    out += "unreadable\n";
    return;
  }
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory)) names.emplace_back(entry->d_name);
  ::closedir(directory);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (name == "." || name == ".." || left == 0) continue;
    --left;
    const std::string path = folder + "/" + name;
    struct stat info {};
    // "..data" of a mounted ConfigMap leads to what its links show already.
    const bool below = name.front() != '.' && depth > 0 && ::stat(path.c_str(), &info) == 0 &&
                       S_ISDIR(info.st_mode);
    if (below) {
      append_folder(out, path, depth - 1, left);
    } else {
      append_stat(out, path);
    }
  }
}

std::string folder_signature(const std::string& folder) {
  std::string out;
  std::size_t left = kFolderEntries;
  append_folder(out, folder, kFolderDepth, left);
  return out;
}

std::vector<std::string> folders_of(const policies::Config& config) {
  std::vector<std::string> out = config.policies;
  out.insert(out.end(), config.blueprint_folders.begin(), config.blueprint_folders.end());
  return out;
}

std::string digest_of(const policies::PolicySources& sources) {
  crypto::Sha256Stream hash;
  for (const SourceFile& file : sources.files) {
    hash.update(file.name + ":" + std::to_string(file.text.size()) + "\n" + file.text);
  }
  return crypto::to_hex(hash.finish());
}

// A profile made for another door (files, for instance) would let everything through unjudged.
Outcome judges_objects(const policies::PolicySet& set) {
  if (!demand_of(set, {}).empty()) return Done{};
  return Error{Errc::misconfigured, "profile \"" + set.config().profile +
                                        "\" judges no object of a cluster: the gate would let everything in; "
                                        "name another one"};
}

}  // namespace

// The look comes before the read, so that a change in between is seen by the next changed(). Which
// folders and files belong to it is known only after a read; when they are new, both are done again.
Result<std::shared_ptr<const policies::PolicySet>> PolicyFiles::load() {
  Result<std::shared_ptr<const policies::PolicySet>> set = load_once();
  if (!set.ok() || set.value()->trust().named_files() == named_files_) return set;
  named_files_ = set.value()->trust().named_files();
  return load_once();
}

Result<std::shared_ptr<const policies::PolicySet>> PolicyFiles::load_once() {
  refused_.clear();
  seen_ = signature();
  Result<policies::PolicySources> sources = read();
  if (sources.ok() && folders_of(sources.value().config) != config_folders_) {
    config_folders_ = folders_of(sources.value().config);
    seen_ = signature();
    sources = read();
  }
  if (!sources.ok()) return sources.error();
  const std::string digest = digest_of(sources.value());
  sources.value().catalog_examples = false;
  Result<std::shared_ptr<const policies::PolicySet>> set =
      policies::load_checked(std::move(sources).value());
  if (set.ok()) {
    if (const Outcome judges = judges_objects(*set.value()); !judges.ok()) set = judges.error();
  }
  if (!set.ok()) refused_ = digest;
  return set;
}

Result<policies::PolicySources> PolicyFiles::read() const {
  return policies::read_sources(policies::embedded_catalog(), options_);
}

std::string PolicyFiles::signature() const {
  std::string out;
  if (!options_.config.empty()) append_stat(out, options_.config);
  for (const auto* folders : {&config_folders_, &options_.folders}) {
    for (const std::string& folder : *folders) out += folder_signature(folder);
  }
  for (const std::string& file : named_files_) append_stat(out, file);
  return out;
}

bool PolicyFiles::changed() const { return signature() != seen_; }

}  // namespace portreeve::webhook
