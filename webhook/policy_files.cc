#include "webhook/policy_files.h"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>

#include "crypto/hash.h"
#include "policies/catalog.h"
#include "policies/examples.h"

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

std::string folder_signature(const std::string& folder) {
  std::string out;
  append_stat(out, folder);
  DIR* directory = ::opendir(folder.c_str());
  if (directory == nullptr) return out + "unreadable\n";
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(directory)) names.emplace_back(entry->d_name);
  ::closedir(directory);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (name != "." && name != "..") append_stat(out, folder + "/" + name);
  }
  return out;
}

std::string digest_of(const policies::PolicySources& sources) {
  crypto::Sha256Stream hash;
  for (const SourceFile& file : sources.files) {
    hash.update(file.name + ":" + std::to_string(file.text.size()) + "\n" + file.text);
  }
  return crypto::to_hex(hash.finish());
}

}  // namespace

Result<std::shared_ptr<const policies::PolicySet>> PolicyFiles::load() {
  refused_.clear();
  // The look comes before the read, so that a change in between is seen by the next changed(). The
  // Config's folders are known only after a read; when they are new, both are done again.
  seen_ = signature();
  Result<policies::PolicySources> sources = read();
  if (sources.ok() && sources.value().config.policies != config_folders_) {
    config_folders_ = sources.value().config.policies;
    seen_ = signature();
    sources = read();
  }
  if (!sources.ok()) return sources.error();
  const std::string digest = digest_of(sources.value());
  Result<std::shared_ptr<const policies::PolicySet>> set =
      policies::load_checked(std::move(sources).value());
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
  return out;
}

bool PolicyFiles::changed() const { return signature() != seen_; }

}  // namespace portreeve::webhook
