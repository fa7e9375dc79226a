#pragma once

// How every command reads its arguments and prints its help.

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/command.h"
#include "core/result.h"

namespace portreeve::cli {

/// What `--help` says besides the options, whose descriptions name their defaults.
struct Help {
  std::string_view command;   ///< "review"
  std::string_view purpose;   ///< One or more lines.
  std::string_view synopsis;  ///< "FILE [OPTION...]"
  std::string_view examples;  ///< Indented lines, the last one ended.
  std::string_view exits = "";  ///< Instead of the general table of exit codes.
};

/// Reads `args` into what `app` was told to fill. Returns the exit code when the command is over:
/// help was printed, or the arguments are wrong and one line says so. `app` must have no
/// subcommands; nothing is read from the environment.
std::optional<int> parse_arguments(CLI::App& app, const Help& help,
                                   std::span<const std::string> args, Io& io);

/// Prints "portreeve COMMAND: MESSAGE", on one line, and for our own defects where they arose.
void print_error(Io& io, std::string_view command, const Error& error);

}  // namespace portreeve::cli
