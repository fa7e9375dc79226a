// What strangers can do to legitimate callers: silent connections, slow headers, a huge review.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "bench/load.h"
#include "bench/process.h"
#include "bench/sample_review.h"
#include "webhook/server.h"

namespace portreeve::bench {
namespace {

int silent_connection(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd);
    return -1;
  }
  return fd;
}

void serve(const std::function<void(std::uint16_t)>& report) {
  webhook::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.ops_listen = "127.0.0.1:0";
  options.decision_log = "/dev/null";
  auto server = webhook::Server::start(options);
  if (!server.ok()) {
    std::fprintf(stderr, "bench: %s\n", server.error().message.c_str());
    std::exit(1);
  }
  report(server.value()->port());
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

void print(const char* name, const LoadResult& result, const ServerProcess& server) {
  std::printf("%-34s p50 %6.2f ms  p99 %6.2f ms  answers %llu  failures %llu  resident %.0f MiB\n",
              name, percentile(result.latencies, 50), percentile(result.latencies, 99),
              static_cast<unsigned long long>(result.answers),
              static_cast<unsigned long long>(result.failures), server.resident_mib());
  std::fflush(stdout);
}

int run() {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  ServerProcess server([](auto report) { serve(report); });
  std::printf("cores %u\nidle: resident %.1f MiB (at most 32)\n",
              std::thread::hardware_concurrency(), server.resident_mib());
  const std::string request = http_post("/validate", blueprint_review(7000));
  constexpr auto kTime = std::chrono::milliseconds(4000);
  Load idle(server.port(), 25);  // Handshaken, kept, as an API server does.
  {
    Load load(server.port(), 4);
    print("alone, 200/s", load.open(request, 200, kTime), server);
    std::vector<int> sockets;
    for (int i = 0; i < 4000; ++i) sockets.push_back(silent_connection(server.port()));
    print("4000 silent connections, 200/s", load.open(request, 200, kTime), server);
    for (const int fd : sockets) ::close(fd);
  }
  {
    // Slow headers need a handshake each; they are opened before and dribble while we measure.
    std::vector<std::unique_ptr<Load>> slow;
    for (int i = 0; i < 500; ++i) slow.push_back(std::make_unique<Load>(server.port(), 1));
    std::vector<int> sockets;
    for (int i = 0; i < 4000; ++i) sockets.push_back(silent_connection(server.port()));
    for (auto& connection : slow) connection->begin("POST /validate HTTP/1.1\r\nHost: x\r\nX-A: ");
    Load load(server.port(), 4);
    print("and 500 slow headers, 200/s", load.open(request, 200, kTime), server);
    for (const int fd : sockets) ::close(fd);
  }
  print("the 25 kept ones still answer", idle.open(request, 200, std::chrono::milliseconds(1000)),
        server);
  {
    Load load(server.port(), 1);
    const std::string large = http_post("/validate", large_review(2'900'000));
    print("17 MB review", load.closed(large, std::chrono::milliseconds(1)), server);
  }
  std::this_thread::sleep_for(std::chrono::seconds(5));
  std::printf("5 s after it: resident %.0f MiB (at most idle + 32)\n", server.resident_mib());
  return 0;
}

}  // namespace
}  // namespace portreeve::bench

int main() { return portreeve::bench::run(); }
