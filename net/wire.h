#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;

namespace portreeve::net {

/// One peer's byte stream over a non-blocking socket, plain or TLS. Never waits and never raises
/// SIGPIPE; says instead what to wait for. OpenSSL works on the socket itself: Asio's own TLS
/// stream keeps about 50 KiB of buffers for every idle connection. Does not own the socket; one
/// thread.
class Wire {
 public:
  enum class Status {
    ok,
    want_read,   ///< Wait until the socket is readable, then call again.
    want_write,  ///< The same for writable.
    closed,      ///< The peer has ended the stream.
    failed,
  };
  struct Transfer {
    Status status = Status::failed;
    std::size_t bytes = 0;
  };

  explicit Wire(int fd) noexcept;
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Whether a byte of the peer has arrived (without taking it), or want_read, closed, failed.
  Status peek() const;
  /// From now on TLS, as the server. False: out of memory.
  bool start_tls(SSL_CTX* context);
  /// Whether the peer's hello was answered: what is missing then takes an honest peer some work.
  bool has_answered() const noexcept { return has_answered_; }
  /// `ok` when complete. The peer may send at most 48 KiB until then.
  Status handshake();
  /// Subject of the verified client certificate, or empty.
  std::string client_subject() const;

  /// After a handshake that failed: why the client's certificate was refused, or empty.
  const std::string& client_refusal() const noexcept { return client_refusal_; }

  Transfer read(char* data, std::size_t size);
  Transfer write(std::string_view data);
  /// Bytes that were taken from the socket and that no readiness will announce again.
  bool has_buffered() const;
  /// Tells the peer that nothing more will come: TLS close_notify, then FIN.
  void finish();
  /// Takes what has arrived and throws it away, undecrypted.
  Transfer discard(char* scratch, std::size_t size);
  /// Frees the TLS state. The socket stays open.
  void release();

 private:
  struct Transport;
  struct FreeSsl {
    void operator()(SSL* ssl) const noexcept;
  };
  Status after(int result) const;

  int fd_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::string client_refusal_;
  bool has_answered_ = false;
  bool broken_ = false;  ///< After a TLS error nothing more may be written.
  std::size_t handshake_bytes_left_;
  std::size_t turn_bytes_left_ = 0;  ///< Of the read() or handshake() in progress.
};

}  // namespace portreeve::net
