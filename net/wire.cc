#include "net/wire.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "crypto/openssl_init.h"
#include "net/tls_context.h"

namespace portreeve::net {
namespace {

// A ClientHello and a client's certificate chain (at most 32 KiB) fit; a flood does not.
constexpr std::size_t kHandshakeBytes = 48 * 1024;
// OpenSSL reads on by itself while records carry no data (key updates); others want their turn.
constexpr std::size_t kTurnBytes = 128 * 1024;
constexpr std::size_t kUnlimited = std::numeric_limits<std::size_t>::max();

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK || error == EINTR; }

}  // namespace

/// OpenSSL's way to the socket. Not its own socket BIO: that one can raise SIGPIPE and does not
/// count.
struct Wire::Transport {
  static int read(BIO* bio, char* data, int size) {
    auto* wire = static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (wire->handshake_bytes_left_ == 0) return -1;
    if (wire->turn_bytes_left_ == 0) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t allowed = std::min({static_cast<std::size_t>(std::max(size, 0)),
                                          wire->handshake_bytes_left_, wire->turn_bytes_left_});
    const ssize_t got = ::recv(wire->fd_, data, allowed, MSG_DONTWAIT);
    if (got < 0 && would_block(errno)) BIO_set_retry_read(bio);
    if (got > 0) wire->turn_bytes_left_ -= static_cast<std::size_t>(got);
    if (got > 0 && wire->handshake_bytes_left_ != kUnlimited) {
      wire->handshake_bytes_left_ -= static_cast<std::size_t>(got);
    }
    return static_cast<int>(got);
  }

  static int write(BIO* bio, const char* data, int size) {
    auto* wire = static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t sent = ::send(wire->fd_, data, static_cast<std::size_t>(std::max(size, 0)),
                                MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) wire->has_answered_ = true;
    if (sent < 0 && would_block(errno)) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static int create(BIO* bio) {
    BIO_set_init(bio, 1);
    return 1;
  }

  /// Process-wide and constant after its creation.
  static const BIO_METHOD* method() {
    static BIO_METHOD* const instance = [] {
      BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "portreeve");
      if (made != nullptr) {
        BIO_meth_set_read(made, read);
        BIO_meth_set_write(made, write);
        BIO_meth_set_ctrl(made, control);
        BIO_meth_set_create(made, create);
      }
      return made;
    }();
    return instance;
  }
};

void Wire::FreeSsl::operator()(SSL* ssl) const noexcept { SSL_free(ssl); }

Wire::Wire(int fd) noexcept : fd_(fd), handshake_bytes_left_(kHandshakeBytes) {}
Wire::~Wire() = default;

Wire::Status Wire::peek() const {
  char byte = 0;
  const ssize_t got = ::recv(fd_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got > 0) return Status::ok;
  if (got == 0) return Status::closed;
  return would_block(errno) ? Status::want_read : Status::failed;
}

bool Wire::start_tls(SSL_CTX* context) {
  ssl_.reset(SSL_new(context));
  BIO* bio = Transport::method() == nullptr ? nullptr : BIO_new(Transport::method());
  if (ssl_ == nullptr || bio == nullptr) {
    BIO_free(bio);
    ssl_.reset();
    return false;
  }
  BIO_set_data(bio, this);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
  return true;
}

Wire::Status Wire::after(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return Status::want_read;
    case SSL_ERROR_WANT_WRITE:
      return Status::want_write;
    case SSL_ERROR_ZERO_RETURN:
      return Status::closed;
    default:
      return Status::failed;
  }
}

Wire::Status Wire::handshake() {
  crypto::clear_openssl_errors();
  turn_bytes_left_ = kTurnBytes;
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    handshake_bytes_left_ = kUnlimited;
    return Status::ok;
  }
  const Status status = after(result);
  broken_ = status == Status::failed;
  if (broken_) client_refusal_ = net::client_refusal(ssl_.get());
  return status;
}

std::string Wire::client_subject() const {
  return ssl_ == nullptr ? std::string() : net::client_subject(ssl_.get());
}

Wire::Transfer Wire::read(char* data, std::size_t size) {
  if (ssl_ == nullptr) return discard(data, size);
  crypto::clear_openssl_errors();
  turn_bytes_left_ = kTurnBytes;
  std::size_t got = 0;
  const int result = SSL_read_ex(ssl_.get(), data, size, &got);
  if (result == 1) return {Status::ok, got};
  const Status status = after(result);
  broken_ = broken_ || status == Status::failed;
  return {status, 0};
}

Wire::Transfer Wire::write(std::string_view data) {
  if (ssl_ == nullptr) {
    const ssize_t sent = ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) return {Status::ok, static_cast<std::size_t>(sent)};
    return {would_block(errno) ? Status::want_write : Status::failed, 0};
  }
  crypto::clear_openssl_errors();
  std::size_t sent = 0;
  const int result = SSL_write_ex(ssl_.get(), data.data(), data.size(), &sent);
  if (result == 1) return {Status::ok, sent};
  const Status status = after(result);
  broken_ = broken_ || status == Status::failed;
  return {status, 0};
}

bool Wire::has_buffered() const { return ssl_ != nullptr && SSL_has_pending(ssl_.get()) == 1; }

void Wire::finish() {
  if (ssl_ != nullptr && !broken_ && SSL_is_init_finished(ssl_.get()) == 1) {
    crypto::clear_openssl_errors();
    SSL_shutdown(ssl_.get());  // Sends close_notify only; the peer's is not waited for.
  }
  ::shutdown(fd_, SHUT_WR);
}

Wire::Transfer Wire::discard(char* scratch, std::size_t size) {
  const ssize_t got = ::recv(fd_, scratch, size, MSG_DONTWAIT);
  if (got > 0) return {Status::ok, static_cast<std::size_t>(got)};
  if (got == 0) return {Status::closed, 0};
  return {would_block(errno) ? Status::want_read : Status::failed, 0};
}

void Wire::release() { ssl_.reset(); }

}  // namespace portreeve::net
