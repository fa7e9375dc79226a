// Stands in for helm: does what its release name says ("template smoke-MODE …"), and prints what
// came of it as a render, so that a test reads both what was possible and how it ended.

#include <fcntl.h>
#include <linux/capability.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

extern char** environ;

namespace {

void say(const char* what, long value) { std::printf("%s: %ld\n", what, value); }

long result(long value) { return value < 0 ? -errno : 0; }

void begin() { std::printf("---\n# Source: hostile/templates/report.yaml\n"); }

int answer(int argc, char** argv) {
  begin();
  std::printf("arguments:\n");
  for (int i = 0; i < argc; ++i) std::printf("- '%s'\n", argv[i]);
  long variables = 0;
  while (environ[variables] != nullptr) ++variables;
  say("variables", variables);
  struct stat status {};
  say("chart", result(::stat("chart/Chart.yaml", &status)));
  say("package", result(::stat("chart.tgz", &status)));
  say("values", result(::stat("values-0.yaml", &status)));
  std::string open;
  for (int i = 0; i < 1024; ++i) {
    if (::fcntl(i, F_GETFD) >= 0) open += " " + std::to_string(i);
  }
  std::printf("open: '%s'\n", open.c_str());
  char byte = 0;
  say("input", ::read(0, &byte, 1));
  return 0;
}

int privileges() {
  begin();
  say("no-new-privileges", ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  say("capget", result(::syscall(SYS_capget, &header, data)));
  say("capabilities", static_cast<long>(data[0].effective | data[0].permitted | data[1].effective |
                                        data[1].permitted));
  for (const auto& [name, which] : {std::pair<const char*, int>{"processor", RLIMIT_CPU},
                                    {"memory", RLIMIT_DATA},
                                    {"core", RLIMIT_CORE},
                                    {"file", RLIMIT_FSIZE},
                                    {"files", RLIMIT_NOFILE}}) {
    rlimit limit{};
    ::getrlimit(static_cast<__rlimit_resource>(which), &limit);
    say(name, static_cast<long>(limit.rlim_max));
  }
  rlimit more{RLIM_INFINITY, RLIM_INFINITY};
  say("raise", result(::setrlimit(RLIMIT_CPU, &more)));
  say("mask", static_cast<long>(::umask(0)));
  say("mount", result(::syscall(SYS_mount, "x", "/tmp", "tmpfs", 0, nullptr)));
  say("trace", result(::syscall(SYS_ptrace, 0, 0, 0, 0)));
  say("namespace", result(::syscall(SYS_unshare, 0x10000000)));
  say("parent-signal", result(::kill(::getppid(), 0)));
  say("all-signal", result(::kill(-1, 0)));
  return 0;
}

int network() {
  begin();
  for (const auto& [name, family] : {std::pair<const char*, int>{"inet", AF_INET},
                                     {"inet6", AF_INET6},
                                     {"unix", AF_UNIX},
                                     {"netlink", AF_NETLINK},
                                     {"packet", AF_PACKET}}) {
    say(name, result(::socket(family, SOCK_STREAM, 0)));
  }
  return 0;
}

int files() {
  begin();
  say("passwd", result(::open("/etc/passwd", O_RDONLY)));
  say("root", result(::open("/", O_RDONLY | O_DIRECTORY)));
  say("proc", result(::open("/proc/self/environ", O_RDONLY)));
  say("above", result(::open("..", O_RDONLY | O_DIRECTORY)));
  say("write-above", result(::open("../escaped", O_CREAT | O_WRONLY, 0600)));
  say("own", result(::open(".", O_RDONLY | O_DIRECTORY)));
  const int file = ::open("own-file", O_CREAT | O_WRONLY, 0700);
  say("write-own", result(file));
  say("link-out", result(::symlink("/etc/passwd", "link")));
  say("through-link", result(::open("link", O_RDONLY)));
  return 0;
}

int processes() {
  begin();
  const pid_t child = ::fork();
  if (child == 0) {
    for (;;) ::pause();
  }
  say("fork", result(child));
  say("vfork", result(::syscall(SYS_clone, 0x4000 | SIGCHLD, 0, 0, 0, 0)));
  char* const arguments[] = {const_cast<char*>("true"), nullptr};
  say("execute", result(::execve("/bin/true", arguments, environ)));
  return 0;
}

// What the chart says that it renders to, as it stands.
int echo() {
  begin();
  std::FILE* const file = std::fopen("chart/templates/echo.yaml", "r");
  if (file == nullptr) return 1;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) std::putchar(c);
  return std::fclose(file);
}

[[noreturn]] void spin() {
  volatile unsigned long turns = 0;
  for (;;) turns = turns + 1;
}

int eat() {
  for (int i = 0; i < 64; ++i) {
    constexpr std::size_t kPiece = 64UL << 20U;
    void* const piece =
        ::mmap(nullptr, kPiece, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (piece == MAP_FAILED) {
      std::fprintf(stderr, "fatal error: runtime: cannot allocate memory after %d MiB\n", i * 64);
      return 2;
    }
    std::memset(piece, 1, 4096);
  }
  return 0;
}

[[noreturn]] void flood() {
  for (;;) std::printf("%01000d\n", 0);
}

int grow() {
  const int file = ::open("big", O_CREAT | O_WRONLY, 0600);
  static char block[1 << 20];
  while (::write(file, block, sizeof block) > 0) {
  }
  return errno == EFBIG ? 27 : 0;
}

int complain(int status, const char* text) {
  std::fprintf(stderr, "%s\n", text);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "version") == 0) return std::puts("v3.99.0") < 0;
  const std::string mode = argc > 2 ? argv[2] : "";
  if (mode == "smoke-answer") return answer(argc, argv);
  if (mode == "smoke-privileges") return privileges();
  if (mode == "smoke-network") return network();
  if (mode == "smoke-files") return files();
  if (mode == "smoke-processes") return processes();
  if (mode == "smoke-echo") return echo();
  if (mode == "smoke-spin") spin();
  if (mode == "smoke-eat") return eat();
  if (mode == "smoke-flood") flood();
  if (mode == "smoke-grow") return grow();
  if (mode == "smoke-crash") std::abort();
  if (mode == "smoke-nothing") return 0;
  if (mode == "smoke-silent") return 1;
  if (mode == "smoke-panic") return complain(2, "panic: runtime error: index out of range");
  if (mode == "smoke-old") return complain(1, "Error: unknown flag: --kube-version");
  if (mode == "smoke-full") return complain(1, "Error: write x: no space left on device");
  if (mode == "smoke-required") {
    return complain(
        1, "WARNING: x\nError: execution error at (a/templates/a.yaml:1:4): host is required");
  }
  if (mode == "smoke-talk") {
    for (int i = 0; i < 10'000; ++i) std::fprintf(stderr, "%0100d\n", 0);
    return complain(1, "Error: too much");
  }
  if (mode == "smoke-deaf") {
    ::close(1);
    ::close(2);
    ::signal(SIGTERM, SIG_IGN);
  }
  for (;;) ::pause();
}
