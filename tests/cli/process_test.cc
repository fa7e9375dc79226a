#include "cli/process.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <string>

namespace portreeve::cli {
namespace {

// In a process of its own, after prepare_process(); what it changes must not reach other tests.
bool holds_in_child(const std::function<void()>& before, const std::function<bool()>& condition) {
  const pid_t child = ::fork();
  if (child == 0) {
    before();
    prepare_process();
    ::_exit(condition() ? 0 : 1);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
         WEXITSTATUS(status) == 0;
}

void nothing() {}

TEST(Process, Umask) {
  EXPECT_TRUE(holds_in_child([] { ::umask(0); }, [] { return ::umask(0) == 077; }));
}

TEST(Process, BrokenPipeIsAnError) {
  EXPECT_TRUE(holds_in_child([] { std::signal(SIGPIPE, SIG_DFL); }, [] {
    int ends[2];
    if (::pipe(ends) != 0) return false;
    ::close(ends[0]);
    return ::write(ends[1], "x", 1) == -1 && errno == EPIPE;
  }));
}

TEST(Process, NoCoreDumps) {
  EXPECT_TRUE(holds_in_child(nothing, [] {
    rlimit core{};
    return ::getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur == 0 && core.rlim_max == 0;
  }));
#ifndef PORTREEVE_ADDRESS_SANITIZER
  EXPECT_TRUE(holds_in_child(nothing, [] { return ::prctl(PR_GET_DUMPABLE) == 0; }));
#endif
}

TEST(Process, Descriptors) {
  EXPECT_TRUE(holds_in_child(
      [] {
        rlimit files{};
        ::getrlimit(RLIMIT_NOFILE, &files);
        files.rlim_cur = 64;
        ::setrlimit(RLIMIT_NOFILE, &files);
      },
      [] {
        rlimit files{};
        return ::getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur == files.rlim_max;
      }));
}

// What is opened next must not become standard output.
TEST(Process, ClosedStandardDescriptors) {
  EXPECT_TRUE(holds_in_child([] { for (const int fd : {0, 1, 2}) ::close(fd); },
                             [] { return ::dup(0) > 2; }));
}

TEST(Process, Environment) {
  for (const char* name : {"OPENSSL_CONF", "OPENSSL_MODULES", "SSL_CERT_FILE", "SSL_CERT_DIR",
                           "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY", "CURL_CA_BUNDLE",
                           "GIT_DIR", "HOME", "SSLKEYLOGFILE", "ICU_DATA"}) {
    EXPECT_TRUE(holds_in_child([&] { ::setenv(name, "/tmp/x", 1); },
                               [&] { return std::getenv(name) == nullptr; }))
        << name;
  }
  EXPECT_TRUE(holds_in_child([] { ::setenv("NO_COLOR", "1", 1); },
                             [] { return std::getenv("NO_COLOR") != nullptr; }));
}

}  // namespace
}  // namespace portreeve::cli
