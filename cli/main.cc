#include <iostream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/exit_code.h"
#include "cli/process.h"

int main(int argc, char** argv) {
  using namespace portreeve::cli;
  prepare_process();
  const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  Io io{std::cout, std::cerr, std::cin};
  const int code = run(args, io);
  // A verdict that nobody got to read is none.
  if (!std::cout.flush()) {
    std::cerr << "portreeve: standard output cannot be written\n";
    return kExitInternal;
  }
  return code;
}
