#include "render/start.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "render/landlock.h"

namespace portreeve::render {
namespace {

/// Where the child puts its descriptors.
enum Place { kProgram = 3, kReport = 4, kRules = 5, kFirstUnused = 6 };

/// What the child says on its way: what holds, then perhaps why it stopped.
struct Report {
  std::uint8_t files = 0;
  std::uint8_t calls = 0;
  std::uint8_t failed = 0;  ///< 0, or a Step.
  std::int32_t error = 0;
};
enum Step : std::uint8_t { kOpen = 1, kLimits, kPrivileges, kUnconfined, kExecute };

constexpr const char* kSteps[] = {"",
                                  "its files cannot be opened",
                                  "its limits cannot be set",
                                  "its privileges cannot be dropped",
                                  "neither a network namespace nor seccomp can be had here",
                                  "it cannot be executed"};

/// Everything the child needs, made before it exists.
struct Plan {
  const ChildSpec* spec = nullptr;
  std::vector<char*> arguments;
  char* environment[1] = {nullptr};
  CallFilter filter;
  int input = -1, output = -1, errors = -1, report = -1, rules = -1;
  unsigned long flags = 0;  ///< The namespaces of this attempt.
};

[[noreturn]] void stop(Report report, Step step) {
  report.failed = step;
  report.error = errno;
  [[maybe_unused]] const ssize_t written = ::write(kReport, &report, sizeof report);
  ::_exit(127);
}

bool set_limit(__rlimit_resource which, std::size_t most) {
  rlimit limit{};
  if (::getrlimit(which, &limit) != 0) return false;
  limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(limit.rlim_max, most);
  return ::setrlimit(which, &limit) == 0;
}

bool set_limits(const ChildLimits& limits, bool own_user) {
  constexpr std::size_t kAddressRoom =
      64;  // Of its memory: a Go heap reserves far more than it uses.
  constexpr std::size_t kProcesses = 256;  // Threads, counted in its own user namespace only.
  constexpr std::size_t kFiles = 256;
  return set_limit(RLIMIT_CPU, limits.processor) && set_limit(RLIMIT_DATA, limits.memory) &&
         set_limit(RLIMIT_AS, kAddressRoom * limits.memory) &&
         set_limit(RLIMIT_FSIZE, limits.output) && set_limit(RLIMIT_NOFILE, kFiles) &&
         set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_MEMLOCK, 64 * 1024) &&
         set_limit(RLIMIT_MSGQUEUE, 0) && (!own_user || set_limit(RLIMIT_NPROC, kProcesses));
}

// Root without capabilities, for good; anybody else had none.
bool drop_privileges() {
  ::prctl(PR_SET_SECUREBITS, SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED, 0, 0,
          0);
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  return ::syscall(SYS_capset, &header, none) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

void close_from(unsigned first) {
  if (::syscall(SYS_close_range, first, ~0U, 0) == 0) return;
  for (unsigned i = first; i < 65'536; ++i) ::close(static_cast<int>(i));
}

// First away from the low numbers, then to their places: none may overwrite another.
bool place_descriptors(const Plan& plan) {
  const int from[] = {plan.input,         plan.output, plan.errors,
                      plan.spec->program, plan.report, plan.rules};
  int high[6];
  for (int i = 0; i < 6; ++i) {
    high[i] = from[i] < 0 ? -1 : ::fcntl(from[i], F_DUPFD, 64);
    if (from[i] >= 0 && high[i] < 0) return false;
  }
  for (int i = 0; i < 6; ++i) {
    if (high[i] < 0) {
      ::close(i);
    } else if (::dup3(high[i], i, i < kProgram ? 0 : O_CLOEXEC) < 0) {
      return false;
    }
  }
  return true;
}

bool filter_calls(CallFilter& filter) {
  const auto own = static_cast<std::uint32_t>(::syscall(SYS_getpid));
  for (std::uint64_t& instruction : filter.instructions) {
    sock_filter parts{};
    std::memcpy(&parts, &instruction, sizeof parts);
    if (parts.k != CallFilter::kOwnProcess) continue;
    parts.k = own;
    std::memcpy(&instruction, &parts, sizeof parts);
  }
  sock_fprog program{static_cast<unsigned short>(filter.instructions.size()),
                     reinterpret_cast<sock_filter*>(filter.instructions.data())};
  return ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

void reset_signals() {
  struct sigaction standard {};
  standard.sa_handler = SIG_DFL;
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) {
    ::sigaction(signal, &standard, nullptr);
  }
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

// The child: only async-signal-safe calls, for other threads may have held any lock.
[[noreturn]] void become_program(Plan& plan) {
  Report report;
  ::setsid();
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (!place_descriptors(plan)) ::_exit(127);
  close_from(kFirstUnused);
  reset_signals();
  ::umask(077);
  if (::chdir(plan.spec->folder.c_str()) != 0) stop(report, kOpen);
  if (!set_limits(plan.spec->limits, (plan.flags & CLONE_NEWUSER) != 0)) stop(report, kLimits);
  if (!drop_privileges()) stop(report, kPrivileges);
  if (plan.rules >= 0) report.files = ::syscall(SYS_landlock_restrict_self, kRules, 0) == 0;
  report.calls = !plan.filter.instructions.empty() && filter_calls(plan.filter);
  errno = EPERM;
  if (report.calls == 0 && (plan.flags & CLONE_NEWNET) == 0) stop(report, kUnconfined);
  if (::write(kReport, &report, sizeof report) != sizeof report) ::_exit(127);
  ::syscall(SYS_execveat, kProgram, "", plan.arguments.data(), plan.environment, AT_EMPTY_PATH);
  stop(report, kExecute);
}

// With as many namespaces as can be had. A container may refuse all of them.
pid_t divide(Plan& plan) {
  constexpr unsigned long kOthers = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  for (const unsigned long flags : {CLONE_NEWUSER | kOthers, kOthers, 0UL}) {
    plan.flags = flags;
    const auto process = static_cast<pid_t>(::syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
    if (process == 0) become_program(plan);
    if (process > 0) return process;
    if (errno == EAGAIN || errno == ENOMEM) return -1;  // No room, whatever is asked.
  }
  return -1;
}

struct Pipe {
  Descriptor read, write;
};

bool open_pipe(Pipe& pipe) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return false;
  pipe.read.reset(ends[0]);
  pipe.write.reset(ends[1]);
  return true;
}

Error not_started(std::string_view why, int error) {
  std::string message = "the program cannot be started: " + std::string(why);
  if (error != 0) message += ": errno " + std::to_string(error);
  return Error{Errc::unavailable, std::move(message)};
}

// Until the child has become the program, or said why not: then the pipe has no writer left.
Result<Confinement> read_report(const Descriptor& from, unsigned long flags) {
  Report report;
  Report last;
  std::size_t count = 0;
  for (;; ++count) {
    ssize_t size = 0;
    do {
      size = ::read(from.get(), &report, sizeof report);
    } while (size < 0 && errno == EINTR);
    if (size != sizeof report) break;
    last = report;
    if (last.failed != 0) break;
  }
  if (last.failed != 0) return not_started(kSteps[last.failed], last.error);
  if (count == 0) return not_started("it ended before it began", 0);
  Confinement out;
  out.user_namespace = (flags & CLONE_NEWUSER) != 0;
  out.network_namespace = (flags & CLONE_NEWNET) != 0;
  out.process_namespace = (flags & CLONE_NEWPID) != 0;
  out.files = last.files != 0;
  out.calls = last.calls != 0;
  return out;
}

}  // namespace

int end_process(pid_t process) {
  ::kill(-process, SIGKILL);
  ::kill(process, SIGKILL);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

Result<Started> start_confined(const ChildSpec& spec) {
  Pipe output, errors, report;
  const Descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!input.open() || !open_pipe(output) || !open_pipe(errors) || !open_pipe(report)) {
    return not_started("no descriptors are left", errno);
  }
  Plan plan;
  plan.spec = &spec;
  for (const std::string& argument : spec.arguments) {
    plan.arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  plan.arguments.push_back(nullptr);
  // Without a filter there may still be a network namespace: the child decides.
  if (Result<CallFilter> filter = make_call_filter(kProgram); filter.ok()) {
    plan.filter = std::move(filter).value();
  }
  const Descriptor rules = make_file_rules(spec.folder, spec.program);
  plan.input = input.get();
  plan.output = output.write.get();
  plan.errors = errors.write.get();
  plan.report = report.write.get();
  plan.rules = rules.get();
  Started out;
  out.process = divide(plan);
  if (out.process < 0) return not_started("no process can be made", errno);
  output.write.reset(-1);
  errors.write.reset(-1);
  report.write.reset(-1);
  Result<Confinement> confinement = read_report(report.read, plan.flags);
  if (!confinement.ok()) {
    end_process(out.process);
    return confinement.error();
  }
  out.confinement = confinement.value();
  out.handle.reset(static_cast<int>(::syscall(SYS_pidfd_open, out.process, 0)));
  out.output = std::move(output.read);
  out.errors = std::move(errors.read);
  ::fcntl(out.output.get(), F_SETFL, O_NONBLOCK);
  ::fcntl(out.errors.get(), F_SETFL, O_NONBLOCK);
  return out;
}

}  // namespace portreeve::render
