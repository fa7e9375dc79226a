#include "guard/git_open.h"

#include <sys/stat.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <utility>

#include "core/utf8.h"

namespace portreeve::guard {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string real_path(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) == nullptr ? path : std::string(resolved);
}

// The values of safe.directory, in the order in which git reads them.
class SafeDirectories {
 public:
  void read_all() {
    const std::string system = environment("GIT_CONFIG_SYSTEM");
    if (environment("GIT_CONFIG_NOSYSTEM").empty()) {
      read_file(system.empty() ? "/etc/gitconfig" : system);
    }
    const std::string global = environment("GIT_CONFIG_GLOBAL");
    if (!global.empty()) {
      read_file(global);
    } else {
      const std::string home = environment("HOME");
      const std::string xdg = environment("XDG_CONFIG_HOME");
      if (!xdg.empty() || !home.empty()) {
        read_file((xdg.empty() ? home + "/.config" : xdg) + "/git/config");
      }
      if (!home.empty()) read_file(home + "/.gitconfig");
    }
    const std::string count = environment("GIT_CONFIG_COUNT");
    for (int i = 0; i < std::atoi(count.c_str()) && i < 1000; ++i) {
      const std::string number = std::to_string(i);
      if (environment(("GIT_CONFIG_KEY_" + number).c_str()) == "safe.directory") {
        add(environment(("GIT_CONFIG_VALUE_" + number).c_str()));
      }
    }
  }

  bool names(const std::string& directory) const {
    for (const std::string& value : values_) {
      if (value == "*" || value == directory) return true;
      // git 2.46: everything below.
      const bool below = value.size() > 2 && value.substr(value.size() - 2) == "/*";
      if (below && directory.compare(0, value.size() - 1, value, 0, value.size() - 1) == 0) {
        return true;
      }
      if (!below && real_path(value) == directory) return true;
    }
    return false;
  }

 private:
  void add(const std::string& value) {
    if (value.empty()) {
      values_.clear();
    } else if (value.substr(0, 2) == "~/") {
      values_.push_back(environment("HOME") + value.substr(1));
    } else {
      values_.push_back(value);
    }
  }

  void read_file(const std::string& path) {
    if (::access(path.c_str(), R_OK) != 0 || !load_git().ok()) return;
    git_config* raw = nullptr;
    if (git().config_open_ondisk(&raw, path.c_str()) != 0) return;
    const GitPtr<git_config> config(raw);
    const auto each = [](const git_config_entry* entry, void* self) {
      static_cast<SafeDirectories*>(self)->add(entry->value == nullptr ? "" : entry->value);
      return 0;
    };
    (void)git().config_get_multivar_foreach(config.get(), "safe.directory", nullptr, each, this);
  }

  std::vector<std::string> values_;
};

// git's rule: the owner of the work tree and of its .git is who runs it (with sudo, who called
// that).
bool owned_by_us(const std::string& path) {
  struct stat about {};
  if (::lstat(path.c_str(), &about) != 0) return true;  // Opening it will say why.
  if (about.st_uid == ::geteuid()) return true;
  const std::string sudo = environment("SUDO_UID");
  return ::geteuid() == 0 && !sudo.empty() && std::to_string(about.st_uid) == sudo;
}

GitFault foreign(const std::string& directory) {
  return {
      Error{Errc::unavailable, "the repository " + utf8::printable(directory, 256) +
                                   " belongs to another user, and git's safe.directory does not "
                                   "name it"},
      "git config --global --add safe.directory " + utf8::printable(directory, 256)};
}

GitFault cannot_open(const std::string& folder, const std::string& said) {
  const std::string shown = utf8::printable(folder, 256);
  if (said.find("objectformat") != std::string::npos ||
      said.find("object format") != std::string::npos) {
    return {Error{Errc::unsupported,
                  "the repository names its objects by SHA-256, which libgit2 "
                  "1.5 cannot read"},
            "export the base: git worktree add --detach ../base \"$(git merge-base REV HEAD)\" && "
            "portreeve guard --base-tree ../base"};
  }
  if (said.find("extension") != std::string::npos) {
    return {Error{Errc::unsupported, "the repository uses what libgit2 1.5 cannot read: " + said},
            "export the base: git worktree add --detach ../base \"$(git merge-base REV HEAD)\" && "
            "portreeve guard --base-tree ../base"};
  }
  return {Error{Errc::not_found, shown + ": no git repository that can be read (" + said + ")"},
          "check it out with git (actions/checkout), or give an exported base: --base-tree DIR"};
}

}  // namespace

std::string git_message() {
  const git_error* error = git().error_last();
  return error == nullptr || error->message == nullptr ? std::string("no reason given")
                                                       : utf8::printable(error->message, 256);
}

bool is_safe_directory(const std::string& directory) {
  SafeDirectories safe;
  safe.read_all();
  return safe.names(directory);
}

GitResult<GitPtr<git_repository>> open_repository(const std::string& folder) {
  if (Outcome ready = load_git(); !ready.ok()) {
    return GitFault{std::move(ready).error(),
                    "install Debian's libgit2-1.5, or give an exported base: --base-tree DIR"};
  }
  git_repository* raw = nullptr;
  if (git().repository_open_ext(&raw, folder.c_str(), 0, nullptr) != 0) {
    return cannot_open(folder, git_message());
  }
  GitPtr<git_repository> repository(raw);
  const char* tree = git().repository_workdir(raw);
  if (tree == nullptr) {
    return GitFault{Error{Errc::unsupported, "the repository is bare: it has no files to judge"},
                    "check it out with git clone or git worktree add"};
  }
  std::string directory = real_path(tree);
  while (directory.size() > 1 && directory.back() == '/') directory.pop_back();
  const bool ours = owned_by_us(directory) && owned_by_us(git().repository_path(raw));
  if (!ours && !is_safe_directory(directory)) return foreign(directory);
  return repository;
}

}  // namespace portreeve::guard
