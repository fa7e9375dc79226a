#pragma once

// What stands between a program of others and this machine, and which of it held: kernels and
// containers differ in what they allow.

#include <string>

namespace portreeve::render {

/// What held in one run. Always there, or the program is not started: no new privileges, no
/// capabilities, empty environment, closed descriptors, and the limits of core/limits.h.
struct Confinement {
  bool network_namespace = false;  ///< It has no network.
  bool user_namespace = false;     ///< It is nobody there.
  bool process_namespace = false;  ///< It sees no other process; all of it dies with it.
  bool files = false;  ///< Landlock: it reads its own folder and itself, writes its folder.
  bool calls = false;  ///< seccomp: no sockets, no further programs, no processes.

  /// "network, user and process namespaces, Landlock, seccomp"; what did not hold is named after
  /// it: "seccomp (not held: namespaces, Landlock)".
  std::string text() const;
};

}  // namespace portreeve::render
