#pragma once

// A server that sends exactly the bytes it is told to, right or wrong. One thread per connection.

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/net/mint.h"

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace portreeve::test {

class RawServer {
 public:
  /// One accepted connection, after the handshake.
  class Peer {
   public:
    Peer(int fd, SSL* ssl) : fd_(fd), ssl_(ssl) {}
    /// The next request's head (and body, by Content-Length); empty when the peer has gone.
    std::string receive();
    /// False when the peer has gone.
    bool send(std::string_view bytes);
    /// How many connections came before this one.
    std::size_t number = 0;

   private:
    int fd_;
    SSL* ssl_;
    std::string inbox_;
  };
  using Play = std::function<void(Peer&)>;

  /// Serves TLS with `certificate`; plain TCP without one. `address`: where to listen.
  RawServer(Play play, const Minted* certificate, const std::string& address = "127.0.0.1");
  ~RawServer();

  std::uint16_t port() const { return port_; }
  std::size_t connections() const { return connections_.load(); }

 private:
  void accept_all();
  void serve(int fd, std::size_t number);

  Play play_;
  std::shared_ptr<SSL_CTX> context_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<std::size_t> connections_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<int> open_;
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

/// "HTTP/1.1 200 OK" with Content-Length, `more` fields (each with CRLF) and the body.
std::string plain_answer(unsigned status, std::string_view body, std::string_view more = "");

}  // namespace portreeve::test
