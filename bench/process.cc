#include "bench/process.h"

#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace portreeve::bench {

ServerProcess::ServerProcess(const std::function<void(std::function<void(std::uint16_t)>)>& serve) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  pid_ = ::fork();
  if (pid_ < 0) std::abort();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::close(ends[0]);
    serve([&](std::uint16_t port) {
      if (::write(ends[1], &port, sizeof port) != sizeof port) std::abort();
    });
    ::_exit(0);
  }
  ::close(ends[1]);
  if (::read(ends[0], &port_, sizeof port_) != sizeof port_) std::abort();
  ::close(ends[0]);
}

ServerProcess::~ServerProcess() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

double ServerProcess::cpu_seconds() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(file, text);
  std::istringstream rest(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) rest >> skipped;
  double user = 0;
  double system = 0;
  rest >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double ServerProcess::resident_mib() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/status");
  std::string word;
  while (file >> word) {
    if (word != "VmRSS:") continue;
    double kib = 0;
    file >> kib;
    return kib / 1024;
  }
  return 0;
}

double percentile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto index = static_cast<std::size_t>(p / 100 * static_cast<double>(values.size() - 1));
  return values[index];
}

double median(std::vector<double> values) { return percentile(std::move(values), 50); }

}  // namespace portreeve::bench
