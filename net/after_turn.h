#pragma once

#include <functional>

namespace portreeve::net {

/// Calls `task` on the calling I/O thread when all that is ready there now has been handled, so that
/// what costs a system call is done once for many requests. False: the caller is no I/O thread, and
/// `task` will not be called. A listener that is shut down meanwhile drops it uncalled.
bool after_turn(std::function<void()> task);

}  // namespace portreeve::net
