#include "tests/support/tls_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "crypto/openssl_init.h"
#include "crypto/openssl_ptr.h"

namespace portreeve::test {
namespace {

std::string lower_case(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

void set_patience(int fd, Milliseconds patience) {
  timeval limit{};
  limit.tv_sec = patience.count() / 1000;
  limit.tv_usec = (patience.count() % 1000) * 1000;
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

ClientResponse parse_head(std::string_view head) {
  ClientResponse response;
  std::size_t end = head.find("\r\n");
  const std::string_view status_line = head.substr(0, end);
  if (status_line.starts_with("HTTP/1.1 ") && status_line.size() >= 12) {
    response.status = static_cast<unsigned>(std::stoul(std::string(status_line.substr(9, 3))));
  }
  head.remove_prefix(end + 2);
  for (end = head.find("\r\n"); end != std::string_view::npos && end > 0; end = head.find("\r\n")) {
    const std::string_view line = head.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos) {
      response.fields[lower_case(std::string(line.substr(0, colon)))] = line.substr(colon + 2);
    }
    head.remove_prefix(end + 2);
  }
  return response;
}

}  // namespace

bool ClientResponse::closes() const {
  const auto field = fields.find("connection");
  return field != fields.end() && field->second == "close";
}

TlsClient::TlsClient(int fd, TlsClientOptions options) : fd_(fd), options_(std::move(options)) {}

TlsClient::~TlsClient() {
  ssl_.reset();
  if (fd_ >= 0) ::close(fd_);
}

Result<std::unique_ptr<TlsClient>> TlsClient::connect(const TlsClientOptions& options) {
  // OpenSSL's socket BIO writes without MSG_NOSIGNAL.
  std::signal(SIGPIPE, SIG_IGN);
  crypto::init_openssl();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  if (inet_pton(AF_INET, options.address.c_str(), &address.sin_addr) != 1) {
    return Error{Errc::misconfigured, "not an address: " + options.address};
  }
  const int fd = options.descriptor >= 0 ? options.descriptor
                                         : ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::unique_ptr<TlsClient> client(new TlsClient(fd, options));
  if (fd < 0) return Error{Errc::unavailable, std::string("socket: ") + std::strerror(errno)};
  set_patience(fd, options.patience);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return Error{Errc::unavailable, std::string("connect: ") + std::strerror(errno)};
  }
  if (options.tls && options.handshake) PORTREEVE_CHECK(client->handshake());
  return client;
}

Outcome TlsClient::prepare() {
  context_.reset(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_security_level(context, 0);  // The server's level is what is tested.
  if (options_.min_version != 0) SSL_CTX_set_min_proto_version(context, options_.min_version);
  if (options_.max_version != 0) SSL_CTX_set_max_proto_version(context, options_.max_version);
  if (!options_.ciphers.empty()) SSL_CTX_set_cipher_list(context, options_.ciphers.c_str());
  if (!options_.alpn.empty()) {
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(options_.alpn.data()),
                            static_cast<unsigned>(options_.alpn.size()));
  }
  if (!options_.trust_pem.empty()) {
    const crypto::BioPtr bio(BIO_new_mem_buf(options_.trust_pem.data(), -1));
    const crypto::CertificatePtr trusted(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), trusted.get());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
  if (!options_.certificate_pem.empty()) {
    const crypto::BioPtr certificate_bio(BIO_new_mem_buf(options_.certificate_pem.data(), -1));
    const crypto::BioPtr key_bio(BIO_new_mem_buf(options_.key_pem.data(), -1));
    const crypto::CertificatePtr leaf(
        PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
    const crypto::KeyPtr key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
    if (SSL_CTX_use_certificate(context, leaf.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
      return crypto::openssl_error(Errc::misconfigured, "client certificate");
    }
  }
  ssl_.reset(SSL_new(context));
  return Done{};
}

Outcome TlsClient::handshake() {
  PORTREEVE_CHECK(prepare());
  SSL_set_fd(ssl_.get(), fd_);
  if (!options_.server_name.empty()) {
    SSL_set_tlsext_host_name(ssl_.get(), options_.server_name.c_str());
    if (!options_.trust_pem.empty()) SSL_set1_host(ssl_.get(), options_.server_name.c_str());
  }
  ERR_clear_error();
  if (SSL_connect(ssl_.get()) != 1) return crypto::openssl_error(Errc::unverified, "handshake");
  return Done{};
}

bool TlsClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    long sent = 0;
    if (ssl_ != nullptr) {
      ERR_clear_error();
      std::size_t written = 0;
      if (SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written) != 1) return false;
      sent = static_cast<long>(written);
    } else {
      sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// 0: the peer has ended or reset the connection. Negative: nothing came in time.
long TlsClient::read_some(char* data, std::size_t size) {
  errno = 0;
  if (ssl_ == nullptr) {
    const long got = ::recv(fd_, data, size, 0);
    if (got > 0) return got;
    timed_out_ = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    return timed_out_ ? -1 : 0;
  }
  ERR_clear_error();
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), data, size, &got);
  if (result == 1) return static_cast<long>(got);
  timed_out_ = SSL_get_error(ssl_.get(), result) == SSL_ERROR_WANT_READ;
  return timed_out_ ? -1 : 0;
}

bool TlsClient::fill() {
  std::string buffer(16 * 1024, '\0');
  const long got = read_some(buffer.data(), buffer.size());
  if (got <= 0) return false;
  inbox_.append(buffer, 0, static_cast<std::size_t>(got));
  return true;
}

Result<ClientResponse> TlsClient::receive(bool head) {
  std::size_t end = std::string::npos;
  while ((end = inbox_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) {
      return Error{Errc::unavailable,
                   timed_out_ ? "no response in time" : "connection ended, no response"};
    }
  }
  ClientResponse response = parse_head(std::string_view(inbox_).substr(0, end + 4));
  inbox_.erase(0, end + 4);
  if (head || response.status < 200 || response.status == 204) return response;
  const auto length = response.fields.find("content-length");
  if (length == response.fields.end()) return Error{Errc::malformed, "no Content-Length"};
  const std::size_t size = std::stoul(length->second);
  while (inbox_.size() < size) {
    if (!fill()) return Error{Errc::unavailable, "connection ended inside a response"};
  }
  response.body = inbox_.substr(0, size);
  inbox_.erase(0, size);
  return response;
}

Result<ClientResponse> TlsClient::exchange(std::string_view request) {
  // A server may answer and close before all is sent; what it said still counts.
  const bool sent = send(request);
  Result<ClientResponse> response = receive();
  if (!sent && !response.ok()) return Error{Errc::unavailable, "connection ended while sending"};
  return response;
}

std::string TlsClient::receive_rest() {
  while (fill()) {
  }
  return std::exchange(inbox_, {});
}

bool TlsClient::ended() {
  char byte = 0;
  while (true) {
    const long got = read_some(&byte, 1);
    if (got == 0) return true;
    if (got < 0) return false;
  }
}

std::string TlsClient::local_name() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  std::string text(INET_ADDRSTRLEN, '\0');
  inet_ntop(AF_INET, &address.sin_addr, text.data(), INET_ADDRSTRLEN);
  text.resize(std::strlen(text.c_str()));
  return text + ':' + std::to_string(ntohs(address.sin_port));
}

std::string post_request(std::string_view path, std::string_view body,
                         std::string_view more_fields) {
  std::string request = "POST ";
  request += path;
  request += " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  request += more_fields;
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  request += body;
  return request;
}

std::string get_request(std::string_view path) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace portreeve::test
