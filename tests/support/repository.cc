#include "tests/support/repository.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace portreeve::testing {
namespace {

namespace fs = std::filesystem;

std::string fresh_folder() {
  static int next = 0;
  const fs::path path =
      fs::temp_directory_path() /
      ("portreeve-repository-" + std::to_string(::getpid()) + "-" + std::to_string(next++));
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

Ran shell(const std::string& command) {
  Ran out;
  FILE* pipe = ::popen(("{ " + command + "\n} 2>&1").c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> chunk;
  for (std::size_t got = 0; (got = ::fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) {
    out.out.append(chunk.data(), got);
  }
  const int status = ::pclose(pipe);
  out.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return out;
}

Repository::Repository(Files files) : path_(fresh_folder()) {
  for (const auto& [name, text] : files) write(name, text);
}

Repository::~Repository() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

Repository& Repository::write(const std::string& name, const std::string& text) {
  fs::create_directories(fs::path(file(name)).parent_path());
  std::ofstream(file(name), std::ios::binary | std::ios::trunc) << text;
  return *this;
}

Repository& Repository::remove(const std::string& name) {
  fs::remove_all(file(name));
  return *this;
}

std::string Repository::git(const std::string& args) const {
  const Ran done = shell("cd " + quoted(path_) +
                         " && HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a "
                         "GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a "
                         "GIT_COMMITTER_EMAIL=a@example.org git -c protocol.file.allow=always "
                         "-c safe.directory='*' " +
                         args);
  EXPECT_EQ(done.exit, 0) << "git " << args << "\n" << done.out;
  return done.out;
}

Repository& Repository::init(const std::string& options) {
  git("init -q -b main " + options);
  git("add -A");
  git("commit -q --allow-empty -m first");
  return *this;
}

Repository& Repository::commit(const std::string& message) {
  git("add -A");
  git("commit -q --allow-empty -m " + quoted(message));
  return *this;
}

Ran Repository::guard(const std::vector<std::string>& args) const {
  std::vector<std::string> all = {"guard", path_, "--render", "never"};
  all.insert(all.end(), args.begin(), args.end());
  return ran(all);
}

}  // namespace portreeve::testing
