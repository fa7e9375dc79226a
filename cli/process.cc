#include "cli/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

extern char** environ;

namespace portreeve::cli {
namespace {

// A file opened later must not become our standard output.
void open_standard_descriptors() noexcept {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    if (::open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0) std::abort();
  }
}

void set_limits() noexcept {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  // A core would hold keys and other people's objects.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__  // LeakSanitizer has to attach to us.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
}

bool starts_with(std::string_view text, std::string_view prefix) noexcept {
  return text.substr(0, prefix.size()) == prefix;
}

bool ends_with(std::string_view text, std::string_view suffix) noexcept {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

// What OpenSSL, libcurl, libgit2 and ICU would take from whoever starts us: other roots of trust,
// another route, engines to load, a file to write TLS keys to.
bool unwanted(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> kPrefixes = {"OPENSSL_", "SSL_CERT_", "CURL_",
                                                         "GIT_",     "SSLKEYLOG", "ICU_"};
  for (const std::string_view prefix : kPrefixes) {
    if (starts_with(name, prefix)) return true;
  }
  return name == "HOME" || ends_with(name, "_PROXY") || ends_with(name, "_proxy");
}

void clean_environment() {
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::string_view name = text.substr(0, text.find('='));
    if (unwanted(name)) names.emplace_back(name);
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

}  // namespace

void prepare_process() noexcept {
  open_standard_descriptors();
  set_limits();
  std::signal(SIGPIPE, SIG_IGN);
  ::umask(077);
  std::setlocale(LC_ALL, "C");
  clean_environment();
}

}  // namespace portreeve::cli
