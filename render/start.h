#pragma once

// The way from a running gate to a confined program: everything that needs memory is made before
// the process is divided, because what comes after must be async-signal-safe.

#include <sys/types.h>

#include <string>
#include <vector>

#include "core/result.h"
#include "render/call_filter.h"
#include "render/child.h"
#include "render/descriptor.h"

namespace portreeve::render {

/// A program on its way, stopped by nothing yet. The pipes are non-blocking.
struct Started {
  pid_t process = -1;
  Descriptor handle;  ///< pidfd; not open on kernels before 5.3.
  Descriptor output;
  Descriptor errors;
  Confinement confinement;
};

/// Starts it, confined as far as the kernel allows. When this returns the program runs, or there
/// is no process. Errors: unavailable.
Result<Started> start_confined(const ChildSpec& spec);

/// Kills the process and its group, and waits for it. Returns the wait status.
int end_process(pid_t process);

}  // namespace portreeve::render
