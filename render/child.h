#pragma once

// One run of a program that is not trusted with anything: neither with what it is, nor with what it
// reads. It gets a folder, arguments and limits; what comes back are bytes and how it ended.

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "render/confinement.h"

namespace portreeve::render {

struct ChildLimits {
  Milliseconds time;        ///< Wall clock, from start to end.
  unsigned processor = 20;  ///< Seconds of all threads together.
  std::size_t memory;       ///< Private writable bytes (RLIMIT_DATA).
  std::size_t output;       ///< Bytes on standard output, and of any file it writes.
  std::size_t errors;       ///< Bytes of standard error that are kept.
};

/// The limits of core/limits.h.
ChildLimits render_limits() noexcept;

struct ChildSpec {
  int program = -1;                    ///< Descriptor of an ELF program; stays open.
  std::vector<std::string> arguments;  ///< With its own name first.
  std::string folder;  ///< Its working directory, the only place that it may write to.
  ChildLimits limits = render_limits();
};

struct ChildResult {
  enum class End { exited, killed, time, output };
  End end = End::exited;
  int status = 0;  ///< Exit status, or the signal that killed it.
  std::string output;
  std::string errors;
  bool errors_cut = false;
  Confinement confinement;
};

/// Runs it to its end and leaves nothing behind: whatever happens, its whole group is killed. The
/// environment is empty, standard input is /dev/null, no other descriptor is open in it. Confined
/// by namespaces, Landlock and seccomp as far as the kernel allows; without a network namespace and
/// without seccomp it is not started at all.
/// Blocks until then, at most limits.time. Thread-safe. Errors: unavailable (it cannot be started).
Result<ChildResult> run_confined(const ChildSpec& spec);

}  // namespace portreeve::render
