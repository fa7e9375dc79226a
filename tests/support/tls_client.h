#pragma once

// A small blocking HTTP client that can also misbehave: it sends exactly the bytes it is told to.

#include <openssl/ssl.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"

namespace portreeve::test {

struct TlsClientOptions {
  std::uint16_t port = 0;
  std::string address = "127.0.0.1";
  bool tls = true;        ///< False: plain TCP.
  bool handshake = true;  ///< False: TCP connect only; handshake() may follow.
  std::string trust_pem;  ///< Empty: any server certificate will do.
  std::string server_name;
  std::string certificate_pem;  ///< Client certificate and key, if any.
  std::string key_pem;
  int min_version = 0;
  int max_version = 0;
  std::string ciphers;            ///< TLS 1.2 cipher list.
  std::string alpn;               ///< Wire format: "\x08http/1.1".
  Milliseconds patience{20'000};  ///< Of every single read and write.
  int descriptor = -1;            ///< A TCP socket made earlier; taken over.
};

struct ClientResponse {
  unsigned status = 0;
  std::map<std::string, std::string> fields;  ///< Names in lower case.
  std::string body;

  bool closes() const;
};

class TlsClient {
 public:
  /// Errors: unavailable (no connection), unverified (handshake).
  static Result<std::unique_ptr<TlsClient>> connect(const TlsClientOptions& options);
  ~TlsClient();

  Outcome handshake();
  /// False when the peer has gone.
  bool send(std::string_view bytes);
  /// The next response; an interim one (1xx) is returned as such. `head`: has no body.
  Result<ClientResponse> receive(bool head = false);
  /// send() and receive().
  Result<ClientResponse> exchange(std::string_view request);
  /// Everything until the peer's end.
  std::string receive_rest();
  /// Waits for the peer's end or reset. False: it is still open after `patience`.
  bool ended();
  SSL* ssl() const { return ssl_.get(); }
  int descriptor() const { return fd_; }
  /// "127.0.0.1:40000": what the server should call us.
  std::string local_name() const;

 private:
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  TlsClient(int fd, TlsClientOptions options);
  Outcome prepare();
  long read_some(char* data, std::size_t size);
  bool fill();

  int fd_;
  TlsClientOptions options_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::unique_ptr<SSL, Free> ssl_;
  std::string inbox_;
  bool timed_out_ = false;
};

/// "POST path HTTP/1.1" with Host, Content-Type application/json and Content-Length.
std::string post_request(std::string_view path, std::string_view body,
                         std::string_view more_fields = "");
std::string get_request(std::string_view path);

}  // namespace portreeve::test
