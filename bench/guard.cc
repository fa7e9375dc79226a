// `portreeve guard` as a whole process: the corpus repository, and a change of one chart in it,
// beside what an empty run of the same program costs.
//
//   bench/guard PORTREEVE CORPUS [RUNS]

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/process.h"

namespace {

struct Cost {
  double milliseconds = 0;
  double cpu = 0;  ///< Milliseconds of processor time: what a loaded machine does not change.
  double mib = 0;
  int exit = -1;
};

Cost run(const std::vector<std::string>& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_RDWR);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  Cost out;
  out.milliseconds =
      std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  const auto time = [](const timeval& value) {
    return static_cast<double>(value.tv_sec) * 1000 + static_cast<double>(value.tv_usec) / 1000;
  };
  out.cpu = time(usage.ru_utime) + time(usage.ru_stime);
  out.mib = static_cast<double>(usage.ru_maxrss) / 1024;
  out.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return out;
}

void measure(const char* name, const std::vector<std::string>& command, int runs) {
  std::vector<double> wall;
  std::vector<double> cpu;
  Cost last;
  for (int i = 0; i < runs; ++i) {
    last = run(command);
    wall.push_back(last.milliseconds);
    cpu.push_back(last.cpu);
  }
  std::printf("%-34s median %7.1f ms  cpu %7.1f ms  p90 %7.1f ms  %6.1f MiB  exit %d\n", name,
              portreeve::bench::median(wall), portreeve::bench::median(cpu),
              portreeve::bench::percentile(wall, 90), last.mib, last.exit);
}

int shell(const std::string& command) { return std::system(command.c_str()); }

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: guard PORTREEVE CORPUS [RUNS]\n");
    return 2;
  }
  const std::string program = argv[1];
  const int runs = argc > 3 ? std::atoi(argv[3]) : 30;
  const std::string copy =
      (std::filesystem::temp_directory_path() / ("bench-guard-" + std::to_string(::getpid())))
          .string();
  std::filesystem::copy(argv[2], copy, std::filesystem::copy_options::recursive);
  const std::string git = "cd '" + copy + "' && git -c user.name=b -c user.email=b@example.org ";
  if (shell("cd '" + copy + "' && git init -q -b main . && git add -A") != 0 ||
      shell(git + "commit -q -m base") != 0) {
    return 1;
  }
  measure("version (the program itself)", {program, "version"}, runs);
  measure("guard CORPUS --render never", {program, "guard", copy, "--render", "never"}, runs);
  shell("printf '# x\\n' >> '" + copy + "/platform/flux/chart/values.yaml'");
  measure("guard --base, one chart changed",
          {program, "guard", copy, "--render", "never", "--base", "main"}, runs);
  std::filesystem::remove_all(copy);
  return 0;
}
