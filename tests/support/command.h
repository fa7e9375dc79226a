#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/command.h"

namespace portreeve::testing {

/// What a command printed and returned.
struct Ran {
  int exit = -1;
  std::string out;
  std::string err;
};

/// Runs `portreeve ARGS…` in this process, with `in` as standard input.
inline Ran ran(const std::vector<std::string>& args, const std::string& in = "") {
  std::ostringstream out;
  std::ostringstream err;
  std::istringstream input(in);
  cli::Io io{out, err, input};
  Ran result;
  result.exit = cli::run(args, io);
  result.out = out.str();
  result.err = err.str();
  return result;
}

}  // namespace portreeve::testing
