#include "net/acceptor.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cerrno>
#include <new>
#include <utility>

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

// Between batches the connections that we have get their turn.
constexpr int kBatch = 32;
constexpr auto kRoomPause = 10ms;

// Without a descriptor accept(2) fails even when nobody waits.
bool somebody_waits(int listening) {
  pollfd ready{listening, POLLIN, 0};
  return ::poll(&ready, 1, 0) == 1;
}

bool out_of_room(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Acceptor::Acceptor(std::shared_ptr<ListenerState> state,
                   std::vector<std::shared_ptr<IoThread>> threads)
    : state_(std::move(state)),
      threads_(std::move(threads)),
      socket_(threads_.front()->executor()),
      timer_(threads_.front()->executor()) {}

Outcome Acceptor::open(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = boost::asio::ip::make_address(address, error);
  if (error) return Error{Errc::misconfigured, "\"" + address + "\" is not an IP address"};
  const tcp::endpoint endpoint(ip, port);
  socket_.open(endpoint.protocol(), error);
  if (!error) socket_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) socket_.bind(endpoint, error);
  if (!error) socket_.listen(SOMAXCONN, error);
  if (!error) socket_.non_blocking(true, error);
  if (!error) port_ = socket_.local_endpoint(error).port();
  if (error) {
    return Error{Errc::unavailable, "cannot listen on " + address + " port " +
                                        std::to_string(port) + ": " + error.message()};
  }
  return Done{};
}

void Acceptor::close() {
  threads_.front()->post([this] {
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
  });
}

void Acceptor::wait() {
  socket_.async_wait(Socket::wait_read, [this](const boost::system::error_code& error) {
    if (!error) take_all();
  });
}

void Acceptor::wait_for_room() {
  timer_.expires_after(kRoomPause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) take_all();
  });
}

void Acceptor::take_all() {
  for (int i = 0; i < kBatch && socket_.is_open(); ++i) {
    if (take_one()) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    if (out_of_room(errno)) {
      if (!somebody_waits(socket_.native_handle())) break;
      if (!make_room()) return wait_for_room();
    }
    // Else the connection was gone before we took it, or there is room now: on to the next.
  }
  if (socket_.is_open()) wait();
}

// False: errno says why.
bool Acceptor::take_one() {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  const int fd = ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size,
                           SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd < 0) return false;
  AcceptedSocket accepted(fd, address.ss_family == AF_INET6, PeerAddress::from(address));
  waited_for_room_ = false;
  state_->counters.accepted.add();
  const auto& target =
      *std::min_element(threads_.begin(), threads_.end(),
                        [](const auto& a, const auto& b) { return a->open() < b->open(); });
  try {
    if (target == threads_.front()) {
      target->adopt(std::move(accepted));
    } else {
      target->post([thread = target.get(), socket = std::move(accepted)]() mutable {
        thread->adopt(std::move(socket));
      });
    }
    return true;
  } catch (const std::bad_alloc&) {
    errno = ENOMEM;
    return false;
  }
}

// Silent connections go first, wherever they are. Idle ones are an honest client's: they are closed
// only when, after a pause, neither the other threads nor peers that have left made room.
bool Acceptor::make_room() {
  IoThread& ours = *threads_.front();
  IoThread& most_silent =
      **std::max_element(threads_.begin(), threads_.end(),
                         [](const auto& a, const auto& b) { return a->silent() < b->silent(); });
  if (ours.silent() == 0 && most_silent.silent() > 0) {
    most_silent.post([&most_silent] { most_silent.shed_one(true); });
    return false;
  }
  const bool last_resort = std::exchange(waited_for_room_, false);
  if (ours.shed_one(!last_resort)) return true;
  for (std::size_t i = 1; i < threads_.size(); ++i) {
    threads_[i]->post(
        [thread = threads_[i].get(), last_resort] { thread->shed_one(!last_resort); });
  }
  waited_for_room_ = true;
  return false;
}

}  // namespace portreeve::net
