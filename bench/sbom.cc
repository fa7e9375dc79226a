// Reading SBOMs: CPU seconds and memory above the input, for real shapes and for hostile ones.
//
//   bench/sbom [all|CASE [PORTREEVE]]
//
// Each case runs in a process of its own, three times; the median is printed. "load" is what merely
// going over the text with the strict cursor costs, in the same process. With PORTREEVE, `PORTREEVE
// sbom FILE` of the same text as a whole process besides: model, graph, licences, every profile.

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "bench/sbom_inputs.h"
#include "core/json_cursor.h"
#include "core/limits.h"
#include "sbom/read.h"
#include "sbom/readers.h"

namespace {

using namespace portreeve;

double cpu() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

long high_water_kib() {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  std::array<char, 256> line{};
  long kib = 0;
  while (file != nullptr && std::fgets(line.data(), line.size(), file) != nullptr) {
    if (std::strncmp(line.data(), "VmHWM:", 6) == 0) kib = std::atol(line.data() + 6);
  }
  if (file != nullptr) std::fclose(file);
  return kib;
}

void forget_high_water() {
  std::FILE* file = std::fopen("/proc/self/clear_refs", "w");
  if (file == nullptr) return;
  std::fputs("5", file);
  std::fclose(file);
}

struct Measure {
  double seconds = 0;
  double load = 0;
  double above_mib = 0;
  double input_mb = 0;
  std::size_t components = 0;
  bool ok = false;
  std::array<char, 96> message{};
};

Measure measure(const std::function<std::string()>& make) {
  Measure out;
  auto text = std::make_shared<const std::string>(make());
  out.input_mb = static_cast<double>(text->size()) / 1e6;
  double begin = cpu();
  json::Cursor cursor(*text, sbom::sbom_limits());
  static_cast<void>(cursor.ok() && cursor.skip());
  out.load = cpu() - begin;
  forget_high_water();
  const long before = high_water_kib();
  begin = cpu();
  MemoryBudget budget(limits::kToolMemoryBudget);
  const auto document = sbom::read(text, limits::kSbomMostBytes, &budget);
  out.seconds = cpu() - begin;
  out.above_mib = static_cast<double>(high_water_kib() - before) / 1024;
  out.ok = document.ok();
  if (out.ok) out.components = document.value()->components.size();
  if (!out.ok)
    std::snprintf(out.message.data(), out.message.size(), "%s", document.error().message.c_str());
  return out;
}

Measure in_child(const std::function<std::string()>& make) {
  std::array<int, 2> ends{};
  Measure out;
  if (pipe(ends.data()) != 0) return out;
  const pid_t child = fork();
  if (child == 0) {
    const Measure done = measure(make);
    const bool written = write(ends[1], &done, sizeof done) == static_cast<ssize_t>(sizeof done);
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  static_cast<void>(!read(ends[0], &out, sizeof out));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return out;
}

// The command as users run it; standard output goes nowhere.
void whole_process(const char* program, const std::string& text) {
  std::string path = "/tmp/bench-sbom-XXXXXX";
  const int file = mkstemp(path.data());
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t wrote = write(file, text.data() + at, text.size() - at);
    if (wrote <= 0) return;
    at += static_cast<std::size_t>(wrote);
  }
  close(file);
  std::vector<std::array<double, 3>> runs;  // CPU, wall, MiB.
  int status = 0;
  for (int i = 0; i < 3; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const pid_t child = fork();
    if (child == 0) {
      const int null = open("/dev/null", O_RDWR);
      dup2(null, STDOUT_FILENO);
      dup2(null, STDERR_FILENO);
      execl(program, program, "sbom", path.c_str(), nullptr);
      _exit(127);
    }
    rusage usage{};
    wait4(child, &status, 0, &usage);
    const auto seconds = [](const timeval& t) {
      return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    runs.push_back({seconds(usage.ru_utime) + seconds(usage.ru_stime), wall.count(),
                    static_cast<double>(usage.ru_maxrss) / 1024});
  }
  unlink(path.c_str());
  std::sort(runs.begin(), runs.end());
  std::printf(
      "  whole process      %8.1f %8.3f wall %.3f s, %.1f MiB at most, %.1f above the input, exit "
      "%d\n",
      static_cast<double>(text.size()) / 1e6, runs[1][0], runs[1][1], runs[1][2],
      runs[1][2] - static_cast<double>(text.size()) / 1048576,
      WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
}

}  // namespace

int main(int argc, char** argv) {
  std::printf("%-20s %8s %8s %8s %7s %10s %10s\n", "case", "MB", "CPU s", "load s", "ratio",
              "MiB above", "components");
  for (const auto& [name, make] : bench::sbom_inputs()) {
    if (argc > 1 && std::string("all") != argv[1] && name != argv[1]) continue;
    std::vector<Measure> runs;
    for (int i = 0; i < 3; ++i) runs.push_back(in_child(make));
    std::sort(runs.begin(), runs.end(),
              [](const Measure& a, const Measure& b) { return a.seconds < b.seconds; });
    const Measure& m = runs[1];
    std::printf("%-20s %8.1f %8.3f %8.3f %7.1f %10.1f %10zu %s\n", name.c_str(), m.input_mb,
                m.seconds, m.load, m.load > 0 ? m.seconds / m.load : 0, m.above_mib, m.components,
                m.ok ? "" : m.message.data());
    if (argc > 2) whole_process(argv[2], make());
  }
  return 0;
}
