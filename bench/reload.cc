// How long a start takes until the gate is ready, as a whole process; and what callers notice of a
// thousand reloads of the serving pair and a thousand of the policies: nothing may fail.

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "bench/load.h"
#include "bench/process.h"
#include "bench/sample_review.h"
#include "crypto/self_signed.h"
#include "webhook/server.h"

namespace portreeve::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr int kReloads = 1000;

double since_ms(SteadyClock::time_point begin) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - begin).count();
}

/// Milliseconds from fork(2) to the line that says "ready"; negative if it never comes.
double start_once(const std::string& program) {
  int ends[2];
  if (::pipe(ends) != 0) std::abort();
  const auto begin = SteadyClock::now();
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    ::dup2(ends[1], STDERR_FILENO);
    ::execl(program.c_str(), program.c_str(), "serve", "--listen", "127.0.0.1:0", "--ops-listen",
            "127.0.0.1:0", "--decision-log", "/dev/null", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  std::string said;
  double took = -1;
  char buffer[4096];
  for (ssize_t got = 0; took < 0 && (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(got));
    if (said.find("ready on port") != std::string::npos) took = since_ms(begin);
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(ends[0]);
  return took;
}

void measure_start() {
  const std::string program =
      (std::filesystem::read_symlink("/proc/self/exe").parent_path().parent_path() / "portreeve")
          .string();
  std::vector<double> times;
  for (int i = 0; i < 21; ++i) times.push_back(start_once(program));
  std::printf("start to ready: median %.0f ms, worst %.0f ms of %zu (at most 200)\n", median(times),
              percentile(times, 100), times.size());
}

/// Puts `text` in the place of `path` in one step, as a mounted secret changes.
void replace_file(const std::string& path, const std::string& text) {
  std::ofstream(path + ".new") << text;
  std::filesystem::rename(path + ".new", path);
}

std::string policy(int number) {
  return "apiVersion: portreeve.openova.io/v1alpha1\nkind: Data\nmetadata: {name: reloaded}\nspec: "
         "{list: [v" +
         std::to_string(number) + "]}\n";
}

void write_pair(const std::string& folder) {
  const auto pair = crypto::make_self_signed(
      "localhost,127.0.0.1",
      std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()));
  if (!pair.ok()) std::abort();
  replace_file(folder + "/tls.key", pair.value().key);
  replace_file(folder + "/tls.crt", pair.value().certificate);
}

/// Serves; once a byte can be read from `go` it reloads, then writes "done" with its counts to
/// `out`.
void serve(const std::string& folder, int go, int out,
           const std::function<void(std::uint16_t)>& report) {
  // Two thousand lines of log; what matters is counted by the callers.
  if (std::freopen("/dev/null", "w", stderr) == nullptr) std::abort();
  write_pair(folder);
  replace_file(folder + "/policies/data.yaml", policy(0));
  webhook::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.ops_listen = "127.0.0.1:0";
  options.decision_log = "/dev/null";
  options.tls.certificate_file = folder + "/tls.crt";
  options.tls.key_file = folder + "/tls.key";
  options.policies.folders = {folder + "/policies"};
  auto server = webhook::Server::start(options);
  if (!server.ok()) {
    std::fprintf(stderr, "bench: %s\n", server.error().message.c_str());
    std::exit(1);
  }
  report(server.value()->port());
  char byte = 0;
  if (::read(go, &byte, 1) != 1) std::exit(1);
  const auto begin = SteadyClock::now();
  for (int i = 1; i <= kReloads; ++i) {
    write_pair(folder);
    server.value()->poll_files();
    replace_file(folder + "/policies/data.yaml", policy(i));
    server.value()->poll_files();
  }
  const double took = since_ms(begin);
  if (::write(out, &took, sizeof took) != sizeof took) std::exit(1);
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

void measure_reloads() {
  char folder[] = "/tmp/portreeve-reload-XXXXXX";
  if (::mkdtemp(folder) == nullptr) std::abort();
  std::filesystem::create_directory(std::string(folder) + "/policies");
  int go[2];
  int out[2];
  if (::pipe(go) != 0 || ::pipe(out) != 0) std::abort();
  {
    ServerProcess server([&](auto report) { serve(folder, go[0], out[1], report); });
    const std::string request = http_post("/validate", blueprint_review(7000));
    Load kept(server.port(), 4);
    if (::write(go[1], "g", 1) != 1) std::abort();
    std::vector<double> latencies;
    std::uint64_t answers = 0;
    std::uint64_t failures = 0;
    std::uint64_t handshakes = 0;
    for (pollfd done{out[0], POLLIN, 0}; ::poll(&done, 1, 0) == 0;) {
      // Kept connections, and one that is new each time: it meets the pair of the moment.
      const LoadResult old = kept.open(request, 200, std::chrono::milliseconds(500));
      latencies.insert(latencies.end(), old.latencies.begin(), old.latencies.end());
      Load fresh(server.port(), 1);
      const LoadResult first = fresh.open(request, 100, std::chrono::milliseconds(50));
      ++handshakes;
      answers += old.answers + first.answers;
      failures += old.failures + first.failures;
    }
    double took = 0;
    if (::read(out[0], &took, sizeof took) != sizeof took) std::abort();
    std::printf(
        "%d certificates and %d policy sets reloaded in %.1f s: answers %llu, failures %llu, "
        "new connections %llu, p99 %.1f ms, resident %.0f MiB\n",
        kReloads, kReloads, took / 1000, static_cast<unsigned long long>(answers),
        static_cast<unsigned long long>(failures), static_cast<unsigned long long>(handshakes),
        percentile(latencies, 99), server.resident_mib());
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace portreeve::bench

int main() {
  std::printf("cores %u\n", std::thread::hardware_concurrency());
  portreeve::bench::measure_start();
  portreeve::bench::measure_reloads();
  return 0;
}
