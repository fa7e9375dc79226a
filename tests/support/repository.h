#pragma once

// Small repositories that a test writes: files in a folder that goes with the object, with git or
// not.

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/command.h"

namespace portreeve::testing {

class Repository {
 public:
  using Files = std::initializer_list<std::pair<std::string, std::string>>;
  Repository() : Repository(Files{}) {}
  explicit Repository(Files files);
  ~Repository();
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  Repository& write(const std::string& name, const std::string& text);
  Repository& remove(const std::string& name);
  /// Runs `git ARGS` in the folder with nothing of the machine's configuration; its output. Fails
  /// the test when git fails.
  std::string git(const std::string& args) const;
  /// git init, and everything committed as the first commit of branch main.
  Repository& init(const std::string& options = "");
  /// Commits everything; the message is given as it is.
  Repository& commit(const std::string& message = "a change");

  /// `portreeve guard PATH ARGS…`
  Ran guard(const std::vector<std::string>& args = {}) const;

 private:
  std::string path_;
};

/// The same in a process of its own, for what a process reads of its environment.
Ran shell(const std::string& command);

}  // namespace portreeve::testing
