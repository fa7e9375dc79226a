#pragma once

// The system calls that a confined program may make (seccomp(2)), as a program for the kernel.

#include <cstdint>
#include <vector>

#include "core/result.h"

namespace portreeve::render {

/// What the kernel takes: 8 bytes an instruction (struct sock_filter of linux/filter.h).
struct CallFilter {
  std::vector<std::uint64_t> instructions;
  /// A comparison with this value stands for "its own process"; the child puts its number there.
  static constexpr std::uint32_t kOwnProcess = 0x70725eedU;
};

/// Allowed are files, memory, threads, time and signals to itself. Everything else answers EPERM:
/// sockets, new processes, further programs (only the descriptor `program` may be executed),
/// mounts, tracing, keys, BPF. Errors: unavailable, when libseccomp cannot.
Result<CallFilter> make_call_filter(int program);

}  // namespace portreeve::render
