#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "crypto/self_signed.h"
#include "net/tls_files.h"

namespace portreeve::net {

/// A directory of its own for one test, with a serving pair in it.
class ScratchFiles {
 public:
  ScratchFiles() {
    std::string pattern = testing::TempDir() + "portreeve-tls-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = pattern;
  }
  ~ScratchFiles() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  ScratchFiles(const ScratchFiles&) = delete;
  ScratchFiles& operator=(const ScratchFiles&) = delete;

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  void write(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name, std::ios::binary) << content;
  }
  /// Puts the file there in one step.
  void replace(const std::string& name, std::string_view content) const {
    write(name + ".new", content);
    std::filesystem::rename(directory_ / (name + ".new"), directory_ / name);
  }
  void write(const crypto::PemPair& pair) const {
    write("tls.crt", pair.certificate);
    write("tls.key", pair.key);
  }
  /// As Kubernetes does: the whole set changes by the swap of one symbolic link.
  void swap(const crypto::PemPair& pair, const std::string& version) const {
    write(version + "/tls.crt", pair.certificate);
    write(version + "/tls.key", pair.key);
    std::filesystem::create_directory_symlink(version, directory_ / "..data_tmp");
    std::filesystem::rename(directory_ / "..data_tmp", directory_ / "..data");
    for (const char* name : {"tls.crt", "tls.key"}) {
      const auto link = directory_ / name;
      if (!std::filesystem::is_symlink(link)) {
        std::filesystem::create_symlink(std::string("..data/") + name, link);
      }
    }
  }
  TlsOptions options() const {
    TlsOptions options;
    options.certificate_file = path("tls.crt");
    options.key_file = path("tls.key");
    return options;
  }

 private:
  std::filesystem::path directory_;
};

}  // namespace portreeve::net
