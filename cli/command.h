#pragma once

// What a subcommand is, and the table of them.

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>

namespace portreeve::cli {

/// Where a command reads and writes. Borrowed; tests give their own.
struct Io {
  std::ostream& out;  ///< What was asked for.
  std::ostream& err;  ///< What went wrong, one line each.
  std::istream& in;
};

/// Runs with the arguments after the command's name; returns an exit code of cli/exit_code.h.
/// May throw for defects only: main() turns that into exit 4.
using Command = int (*)(std::span<const std::string> args, Io& io);

struct CommandRow {
  std::string_view name;
  std::string_view purpose;  ///< One line of `portreeve --help`.
  Command run;
};

/// All commands, in the order of `portreeve --help`.
std::span<const CommandRow> commands() noexcept;

/// Runs the command that the first argument names. Never throws: what a command throws is exit 4
/// with one line.
int run(std::span<const std::string> args, Io& io) noexcept;

}  // namespace portreeve::cli
