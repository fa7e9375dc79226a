#include "tests/support/raw_server.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <stdexcept>

namespace portreeve::test {
namespace {

std::shared_ptr<SSL_CTX> make_context(const Minted& minted) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  const std::string certificate = minted.pem();
  const std::string key = minted.key_pem();
  const crypto::BioPtr in(BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())));
  const crypto::CertificatePtr x(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  const crypto::BioPtr key_in(BIO_new_mem_buf(key.data(), static_cast<int>(key.size())));
  const crypto::KeyPtr k(PEM_read_bio_PrivateKey(key_in.get(), nullptr, nullptr, nullptr));
  if (SSL_CTX_use_certificate(context.get(), x.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), k.get()) != 1) {
    throw std::runtime_error("cannot serve this certificate");
  }
  return context;
}

}  // namespace

std::string RawServer::Peer::receive() {
  std::size_t wanted = std::string::npos;
  while (true) {
    const std::size_t end = inbox_.find("\r\n\r\n");
    if (end != std::string::npos && wanted == std::string::npos) {
      wanted = end + 4;
      const std::size_t length = inbox_.find("Content-Length: ");
      if (length < end) wanted += std::stoul(inbox_.substr(length + 16));
    }
    if (inbox_.size() >= wanted) {
      std::string request = inbox_.substr(0, wanted);
      inbox_.erase(0, wanted);
      return request;
    }
    char buffer[16384];
    const long got = ssl_ != nullptr ? SSL_read(ssl_, buffer, sizeof buffer)
                                     : ::recv(fd_, buffer, sizeof buffer, 0);
    if (got <= 0) return {};
    inbox_.append(buffer, static_cast<std::size_t>(got));
  }
}

bool RawServer::Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const long put = ssl_ != nullptr
                         ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                         : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

RawServer::RawServer(Play play, const Minted* certificate, const std::string& address)
    : play_(std::move(play)) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL.
  if (certificate != nullptr) context_ = make_context(*certificate);
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  ::inet_pton(AF_INET, address.c_str(), &name.sin_addr);
  socklen_t size = sizeof name;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&name), size) != 0 ||
      ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&name), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(name.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

RawServer::~RawServer() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
  ::close(listener_);
}

void RawServer::accept_all() {
  while (!stopping_) {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) {
      if (stopping_) return;
      continue;
    }
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const std::lock_guard lock(mutex_);
    open_.push_back(fd);
    const std::size_t number = connections_++;
    threads_.emplace_back([this, fd, number] { serve(fd, number); });
  }
}

void RawServer::serve(int fd, std::size_t number) {
  SSL* ssl = nullptr;
  bool good = true;
  if (context_ != nullptr) {
    ssl = SSL_new(context_.get());
    SSL_set_fd(ssl, fd);
    good = SSL_accept(ssl) == 1;
  }
  if (good) {
    Peer peer(fd, ssl);
    peer.number = number;
    play_(peer);
    if (ssl != nullptr) SSL_shutdown(ssl);
  }
  const std::lock_guard lock(mutex_);
  open_.erase(std::remove(open_.begin(), open_.end(), fd), open_.end());
  SSL_free(ssl);
  ::close(fd);
}

std::string plain_answer(unsigned status, std::string_view body, std::string_view more) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

}  // namespace portreeve::test
