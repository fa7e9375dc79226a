#include "core/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/limits.h"

namespace portreeve {
namespace {

namespace fs = std::filesystem;

class File : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "portreeve-file-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string put(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }
  static std::string read(const std::string& name, std::size_t most) {
    const auto text = read_file(name, most);
    if (text.ok()) return text.value();
    return std::string(to_string(text.error().code)) + " " + text.error().message;
  }
  // "name=text;…", or the error.
  std::string list() const {
    const auto files = read_folder(folder_.string());
    if (!files.ok()) {
      return std::string(to_string(files.error().code)) + " " + files.error().message;
    }
    std::string out;
    for (const SourceFile& file : files.value()) {
      EXPECT_EQ(file.name.substr(0, folder_.string().size() + 1), folder_.string() + "/");
      out += file.name.substr(folder_.string().size() + 1) + "=" + file.text + ";";
    }
    return out;
  }

  fs::path folder_;
};

TEST_F(File, ReadsWholeFiles) {
  EXPECT_EQ(read(put("empty", ""), 10), "");
  EXPECT_EQ(read(put("a", std::string("x\0y\n", 4)), 10), std::string("x\0y\n", 4));
  const std::string large(300'000, 'x');
  EXPECT_EQ(read(put("large", large), large.size()), large);
}

TEST_F(File, Limit) {
  const std::string name = put("a", "0123456789");
  EXPECT_EQ(read(name, 10), "0123456789");
  EXPECT_EQ(read(name, 9), "limit " + name + ": more than 9 bytes");
  EXPECT_EQ(read(name, 0), "limit " + name + ": more than 0 bytes");
}

TEST_F(File, WhatIsNotThere) {
  EXPECT_EQ(read(path("none"), 10),
            "not-found " + path("none") + ": cannot be opened: No such file or directory");
  put("file", "x");
  EXPECT_EQ(read(path("file/below"), 10),
            "not-found " + path("file/below") + ": cannot be opened: Not a directory");
  EXPECT_EQ(read(std::string("a\0b", 3), 10), "not-found file name with a NUL byte");
}

TEST_F(File, OnlyRegularFiles) {
  EXPECT_EQ(read(folder_.string(), 10), "unavailable " + folder_.string() + ": not a regular file");
  ASSERT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(read(path("fifo"), 10), "unavailable " + path("fifo") + ": not a regular file");
  EXPECT_EQ(read("/dev/zero", 10), "unavailable /dev/zero: not a regular file");
  EXPECT_EQ(read("/dev/null", 10), "unavailable /dev/null: not a regular file");
}

// Files of /proc have size 0 and content: they grow past what fstat() said.
TEST_F(File, GrowsPastItsSize) {
  const auto text = read_file("/proc/self/status", 1 << 20);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text.value().substr(0, 5), "Name:");
  EXPECT_EQ(read("/proc/self/status", 20), "limit /proc/self/status: more than 20 bytes");
}

TEST_F(File, FollowsALink) {
  put("a", "text");
  fs::create_symlink("a", path("link"));
  EXPECT_EQ(read(path("link"), 10), "text");
  fs::create_symlink("loop", path("loop"));
  EXPECT_EQ(read(path("loop"), 10), "unavailable " + path("loop") +
                                        ": cannot be opened: Too many levels of symbolic links");
}

TEST_F(File, FolderIsSortedAndFiltered) {
  put("b.yaml", "B");
  put("a.yml", "A");
  put("c.json", "C");
  put(".hidden.yaml", "no");
  put("note.txt", "no");
  put(".yaml", "no");
  put("yaml", "no");
  put("x.YAML", "X");
  put("y.Yml", "Y");
  put("z.JSON", "Z");
  put("x.yaml.bak", "no");
  fs::create_directory(path("sub"));
  std::ofstream(path("sub/d.yaml")) << "no";
  EXPECT_EQ(list(), "a.yml=A;b.yaml=B;c.json=C;x.YAML=X;y.Yml=Y;z.JSON=Z;");
}

TEST_F(File, FolderErrors) {
  EXPECT_EQ(list(), "");
  EXPECT_EQ(read_folder(path("none")).error().code, Errc::not_found);
  EXPECT_EQ(read_folder(put("file", "")).error().code, Errc::not_found);
  fs::create_directory(path("x.yaml"));
  EXPECT_EQ(list(), "unavailable " + path("x.yaml") + ": not a regular file");
}

TEST_F(File, FolderLimits) {
  put("a.yaml", std::string(limits::kPolicyFileBytes + 1, ' '));
  EXPECT_EQ(list(), "limit " + path("a.yaml") + ": more than 1048576 bytes");
  put("a.yaml", "");
  for (int i = 0; i < 17; ++i) {
    put("f" + std::to_string(i) + ".yaml", std::string(limits::kPolicyFileBytes, ' '));
  }
  EXPECT_EQ(list(), "limit " + folder_.string() + ": more than 16777216 bytes");
  for (int i = 0; i < 17; ++i) fs::remove(path("f" + std::to_string(i) + ".yaml"));
  for (std::size_t i = 0; i < limits::kPolicyFiles; ++i) put("n" + std::to_string(i) + ".yaml", "");
  EXPECT_EQ(list(), "limit " + folder_.string() + ": more than 1024 files");
}

// The layout of a mounted ConfigMap: files are links through ..data, which is swapped in one step.
TEST_F(File, ReadsOneSetOfASwappedFolder) {
  for (const char* set : {"..1", "..2"}) {
    fs::create_directory(path(set));
    std::ofstream(path(std::string(set) + "/a.yaml")) << "a" << set;
    std::ofstream(path(std::string(set) + "/b.yaml")) << "b" << set;
  }
  fs::create_symlink("..1", path("..data"));
  fs::create_symlink("..data/a.yaml", path("a.yaml"));
  fs::create_symlink("..data/b.yaml", path("b.yaml"));
  EXPECT_EQ(list(), "a.yaml=a..1;b.yaml=b..1;");
  fs::create_symlink("..2", path("..tmp"));
  fs::rename(path("..tmp"), path("..data"));
  EXPECT_EQ(list(), "a.yaml=a..2;b.yaml=b..2;");
}

TEST_F(File, WritesNewFilesOnly) {
  const std::string text(100'000, 'x');
  ASSERT_TRUE(write_file(path("new"), text).ok());
  EXPECT_EQ(read(path("new"), text.size()), text);
  struct stat status {};
  ASSERT_EQ(::stat(path("new").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0600U);
  EXPECT_EQ(write_file(path("new"), "y").error().message,
            path("new") + ": cannot be created: File exists");
  EXPECT_EQ(read(path("new"), text.size()), text);
  EXPECT_EQ(write_file(path("none/new"), "y").error().code, Errc::unavailable);
  fs::create_symlink("elsewhere", path("link"));
  EXPECT_EQ(write_file(path("link"), "y").error().message,
            path("link") + ": cannot be created: File exists");
  EXPECT_FALSE(fs::exists(path("elsewhere")));
}

TEST_F(File, StandardInput) {
  put("input", "from stdin");
  const int saved = ::dup(STDIN_FILENO);
  for (const std::size_t most : {std::size_t{10}, std::size_t{9}}) {
    const int fd = ::open(path("input").c_str(), O_RDONLY);
    ASSERT_EQ(::dup2(fd, STDIN_FILENO), STDIN_FILENO);
    ::close(fd);
    EXPECT_EQ(read("-", most),
              most == 10 ? "from stdin" : "limit standard input: more than 9 bytes");
  }
  if (saved >= 0) {
    ::dup2(saved, STDIN_FILENO);
    ::close(saved);
  }
}

}  // namespace
}  // namespace portreeve
