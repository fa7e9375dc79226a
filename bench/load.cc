#include "bench/load.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace portreeve::bench {
namespace {

using Clock = std::chrono::steady_clock;

int connect_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::perror("connect");
    std::exit(1);
  }
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return fd;
}

struct Connection {
  SSL* ssl = nullptr;
  int fd = -1;
  bool busy = false;
  Clock::time_point due;
  std::string answer;

  // 1: complete, 0: more to come, -1: broken.
  int read() {
    char buffer[16384];
    while (true) {
      const int count = SSL_read(ssl, buffer, sizeof buffer);
      if (count <= 0) return SSL_get_error(ssl, count) == SSL_ERROR_WANT_READ ? complete() : -1;
      answer.append(buffer, static_cast<std::size_t>(count));
      if (complete() == 1) return 1;
    }
  }
  int complete() const {
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string::npos) return 0;
    const std::size_t at = answer.find("Content-Length: ");
    if (at == std::string::npos || at > end) return -1;
    const auto length = static_cast<std::size_t>(std::atoll(answer.c_str() + at + 16));
    return answer.size() >= end + 4 + length ? 1 : 0;
  }
  void send(const std::string& request) {
    answer.clear();
    busy = true;
    std::size_t done = 0;
    while (done < request.size()) {
      const int count = SSL_write(ssl, request.data() + done,
                                  static_cast<int>(request.size() - done));
      if (count > 0) {
        done += static_cast<std::size_t>(count);
      } else {
        pollfd wait{fd, POLLOUT, 0};
        ::poll(&wait, 1, 1000);
      }
    }
  }
};

}  // namespace

struct Load::Impl {
  SSL_CTX* context = nullptr;
  std::vector<Connection> connections;

  // Reads what is there; calls `done` for each complete answer.
  template <class Done>
  void collect(int timeout_ms, LoadResult& result, const Done& done) {
    std::vector<pollfd> fds;
    for (const Connection& connection : connections) {
      fds.push_back({connection.fd, static_cast<short>(connection.busy ? POLLIN : 0), 0});
    }
    ::poll(fds.data(), fds.size(), timeout_ms);
    for (std::size_t i = 0; i < fds.size(); ++i) {
      if (fds[i].revents == 0) continue;
      Connection& connection = connections[i];
      const int state = connection.read();
      if (state == 0) continue;
      connection.busy = false;
      const std::chrono::duration<double, std::milli> taken = Clock::now() - connection.due;
      result.latencies.push_back(taken.count());
      const bool good = state == 1 && connection.answer.compare(0, 12, "HTTP/1.1 200") == 0;
      ++(good ? result.answers : result.failures);
      if (state < 0) {
        std::fprintf(stderr, "bench: connection broke\n");
        std::exit(1);
      }
      done(connection);
    }
  }
};

Load::Load(std::uint16_t port, std::size_t connections) : impl_(std::make_unique<Impl>()) {
  impl_->context = SSL_CTX_new(TLS_client_method());
  for (std::size_t i = 0; i < connections; ++i) {
    Connection connection;
    connection.fd = connect_to(port);
    connection.ssl = SSL_new(impl_->context);
    SSL_set_fd(connection.ssl, connection.fd);
    if (SSL_connect(connection.ssl) != 1) {
      std::fprintf(stderr, "bench: TLS handshake failed\n");
      std::exit(1);
    }
    ::fcntl(connection.fd, F_SETFL, O_NONBLOCK);
    impl_->connections.push_back(std::move(connection));
  }
}

Load::~Load() {
  for (Connection& connection : impl_->connections) {
    SSL_free(connection.ssl);
    ::close(connection.fd);
  }
  SSL_CTX_free(impl_->context);
}

LoadResult Load::closed(const std::string& request, std::chrono::milliseconds time) {
  LoadResult result;
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end = begin + time;
  for (Connection& connection : impl_->connections) {
    connection.due = Clock::now();
    connection.send(request);
  }
  std::size_t open = impl_->connections.size();
  while (open > 0) {
    impl_->collect(1000, result, [&](Connection& connection) {
      if (Clock::now() >= end) {
        --open;
        return;
      }
      connection.due = Clock::now();
      connection.send(request);
    });
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

LoadResult Load::open(const std::string& request, double rate, std::chrono::milliseconds time) {
  LoadResult result;
  const Clock::time_point begin = Clock::now();
  const auto count = static_cast<std::uint64_t>(rate * static_cast<double>(time.count()) / 1000);
  std::uint64_t sent = 0;
  while (sent < count || result.answers + result.failures < count) {
    const auto due = begin + std::chrono::duration_cast<Clock::duration>(
                                 std::chrono::duration<double>(static_cast<double>(sent) / rate));
    if (sent < count && Clock::now() >= due) {
      Connection* idle = nullptr;
      for (Connection& connection : impl_->connections) {
        if (!connection.busy) idle = &connection;
      }
      if (idle != nullptr) {
        idle->due = due;
        idle->send(request);
        ++sent;
        continue;
      }
    }
    impl_->collect(sent < count && Clock::now() < due ? 0 : 1, result, [](Connection&) {});
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return result;
}

void Load::begin(const std::string& bytes) {
  for (Connection& connection : impl_->connections) connection.send(bytes);
}

std::string http_post(const std::string& path, const std::string& body) {
  return "POST " + path + "?timeout=5s HTTP/1.1\r\nHost: portreeve.portreeve-system.svc\r\n" +
         "User-Agent: kube-apiserver-admission\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nAccept: application/json, */*\r\nContent-Type: application/json\r\n" +
         "Accept-Encoding: gzip\r\n\r\n" + body;
}

}  // namespace portreeve::bench
