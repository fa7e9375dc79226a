#include "render/call_filter.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace portreeve::render {
namespace {

// What a Go program and a C++ program need that read files, compute and print.
constexpr const char* kAllowed[] = {"read",
                                    "write",
                                    "readv",
                                    "writev",
                                    "pread64",
                                    "pwrite64",
                                    "preadv",
                                    "pwritev",
                                    "close",
                                    "lseek",
                                    "open",
                                    "openat",
                                    "openat2",
                                    "creat",
                                    "stat",
                                    "lstat",
                                    "fstat",
                                    "newfstatat",
                                    "statx",
                                    "access",
                                    "faccessat",
                                    "faccessat2",
                                    "readlink",
                                    "readlinkat",
                                    "getdents64",
                                    "getcwd",
                                    "chdir",
                                    "fchdir",
                                    "mkdir",
                                    "mkdirat",
                                    "rmdir",
                                    "unlink",
                                    "unlinkat",
                                    "rename",
                                    "renameat",
                                    "renameat2",
                                    "link",
                                    "linkat",
                                    "symlink",
                                    "symlinkat",
                                    "chmod",
                                    "fchmod",
                                    "fchmodat",
                                    "umask",
                                    "utimensat",
                                    "ftruncate",
                                    "truncate",
                                    "fallocate",
                                    "fsync",
                                    "fdatasync",
                                    "flock",
                                    "fcntl",
                                    "ioctl",
                                    "dup",
                                    "dup2",
                                    "dup3",
                                    "pipe",
                                    "pipe2",
                                    "poll",
                                    "ppoll",
                                    "select",
                                    "pselect6",
                                    "epoll_create1",
                                    "epoll_create",
                                    "epoll_ctl",
                                    "epoll_wait",
                                    "epoll_pwait",
                                    "epoll_pwait2",
                                    "eventfd2",
                                    "fadvise64",
                                    "statfs",
                                    "fstatfs",
                                    "copy_file_range",
                                    "sendfile",
                                    "splice",
                                    "mmap",
                                    "munmap",
                                    "mprotect",
                                    "mremap",
                                    "madvise",
                                    "mincore",
                                    "msync",
                                    "brk",
                                    "membarrier",
                                    "memfd_create",
                                    "futex",
                                    "futex_waitv",
                                    "set_robust_list",
                                    "get_robust_list",
                                    "set_tid_address",
                                    "rseq",
                                    "gettid",
                                    "getpid",
                                    "getppid",
                                    "getpgrp",
                                    "getpgid",
                                    "getsid",
                                    "sched_yield",
                                    "sched_getaffinity",
                                    "sched_setaffinity",
                                    "sched_getparam",
                                    "sched_getscheduler",
                                    "getcpu",
                                    "exit",
                                    "exit_group",
                                    "restart_syscall",
                                    "arch_prctl",
                                    "prctl",
                                    "rt_sigaction",
                                    "rt_sigprocmask",
                                    "rt_sigreturn",
                                    "rt_sigpending",
                                    "rt_sigsuspend",
                                    "rt_sigtimedwait",
                                    "sigaltstack",
                                    "pause",
                                    "wait4",
                                    "waitid",
                                    "nanosleep",
                                    "clock_nanosleep",
                                    "clock_gettime",
                                    "clock_getres",
                                    "gettimeofday",
                                    "time",
                                    "times",
                                    "timer_create",
                                    "timer_settime",
                                    "timer_gettime",
                                    "timer_delete",
                                    "timerfd_create",
                                    "timerfd_settime",
                                    "setitimer",
                                    "getitimer",
                                    "alarm",
                                    "getrandom",
                                    "uname",
                                    "sysinfo",
                                    "getrusage",
                                    "getrlimit",
                                    "getuid",
                                    "geteuid",
                                    "getgid",
                                    "getegid",
                                    "getgroups",
                                    "getresuid",
                                    "getresgid",
                                    "getpriority",
                                    "capget"};

struct Release {
  void operator()(void* filter) const noexcept { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

bool allow(void* filter, const char* name) {
  const int call = seccomp_syscall_resolve_name(name);
  if (call < 0) return true;  // Not of this machine.
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
}

// Threads, but no processes: a new one would count against nobody's limits.
bool allow_threads(void* filter) {
  const scmp_arg_cmp threads{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD};
  // clone3 has its flags in memory, where no filter looks: "not there" makes libraries use clone.
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, threads) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

// SCMP_A0_32 without its compound literal, which is not C++: the kernel compares all 64 bits, of which
// a caller's 32-bit argument fills the lower.
scmp_arg_cmp first_is(std::uint32_t value) { return {0, SCMP_CMP_EQ, value, 0}; }

bool allow_itself(void* filter, int program) {
  const scmp_arg_cmp own = first_is(CallFilter::kOwnProcess);
  const scmp_arg_cmp descriptor = first_is(static_cast<std::uint32_t>(program));
  const scmp_arg_cmp none = first_is(0);
  return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, own) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(kill), 1, own) == 0 &&
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(execveat), 1, descriptor) == 0 &&
         // Reading its own limits; Go also raises its descriptor limit, up to the hard one.
         seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, none) == 0;
}

Error refused() { return Error{Errc::unavailable, "seccomp: the filter cannot be made"}; }

Result<CallFilter> exported(void* filter) {
  const int file = ::memfd_create("filter", MFD_CLOEXEC);
  if (file < 0) return refused();
  CallFilter out;
  if (seccomp_export_bpf(filter, file) == 0) {
    const off_t size = ::lseek(file, 0, SEEK_END);
    if (size > 0 && size % 8 == 0) {
      out.instructions.resize(static_cast<std::size_t>(size) / 8);
      if (::pread(file, out.instructions.data(), static_cast<std::size_t>(size), 0) != size) {
        out.instructions.clear();
      }
    }
  }
  ::close(file);
  if (out.instructions.empty()) return refused();
  return out;
}

}  // namespace

Result<CallFilter> make_call_filter(int program) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (filter == nullptr) return refused();
  for (const char* const name : kAllowed) {
    if (!allow(filter.get(), name)) return refused();
  }
  if (!allow_threads(filter.get()) || !allow_itself(filter.get(), program)) return refused();
  return exported(filter.get());
}

}  // namespace portreeve::render
