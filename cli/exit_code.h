#pragma once

// What the process's exit code means. Which cause leads to which code stands in engine/outcome.h;
// a test holds the two together.

#include <array>
#include <string_view>

namespace portreeve::cli {

struct ExitCode {
  int code;
  std::string_view meaning;
};

inline constexpr int kExitAllow = 0;
inline constexpr int kExitDeny = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitUndecided = 3;
inline constexpr int kExitInternal = 4;

/// Deny and undecided together are 1.
inline constexpr std::array<ExitCode, 5> kExitCodes = {{
    {kExitAllow, "allow; or the command did what it was asked for"},
    {kExitDeny, "deny"},
    {kExitUsage, "usage or misconfiguration: arguments, Config, policy, waiver, a malformed review"},
    {kExitUndecided, "undecided; or the input cannot be read"},
    {kExitInternal, "internal error"},
}};

}  // namespace portreeve::cli
