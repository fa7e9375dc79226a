#pragma once

#include <atomic>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "net/connection_table.h"
#include "net/listener_state.h"
#include "net/peer_address.h"

namespace portreeve::net {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

/// An accepted socket on its way to its thread; closed if it never gets there.
class AcceptedSocket {
 public:
  AcceptedSocket(int fd, bool is_v6, PeerAddress peer)
      : fd_(fd), is_v6_(is_v6), peer_(std::move(peer)) {}
  AcceptedSocket(AcceptedSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)), is_v6_(other.is_v6_), peer_(std::move(other.peer_)) {}
  AcceptedSocket& operator=(AcceptedSocket&&) = delete;
  ~AcceptedSocket();

  int release() noexcept { return std::exchange(fd_, -1); }
  int fd() const noexcept { return fd_; }
  bool is_v6() const noexcept { return is_v6_; }
  const PeerAddress& peer() const noexcept { return peer_; }

 private:
  int fd_;
  bool is_v6_;
  PeerAddress peer_;
};

/// One event loop and the connections on it; they never change their thread. All but the functions
/// marked so is for that thread only. The std::thread itself is the listener's.
class IoThread : public std::enable_shared_from_this<IoThread> {
 public:
  /// Connections that came together are due together, and closing thousands in a row would keep
  /// everybody else waiting for tens of milliseconds: between so many, others get their turn.
  static constexpr std::size_t kExpiredAtOnce = 32;

  explicit IoThread(std::shared_ptr<ListenerState> state);

  /// Any thread: runs until shut_down(), on the calling thread.
  void run();
  /// Any thread: closes all connections, after which run() returns.
  void shut_down();
  /// Any thread: `task` will be called on this thread; after run() has returned it is only kept.
  template <class Task>
  void post(Task&& task) {
    boost::asio::post(context_, std::forward<Task>(task));
  }
  /// The one whose run() the calling thread is in; null elsewhere.
  static IoThread* current() noexcept;
  /// Any thread.
  bool is_current() const noexcept { return executor().running_in_this_thread(); }
  std::size_t open() const noexcept { return open_.load(std::memory_order_relaxed); }
  std::size_t silent() const noexcept { return table_.silent(); }
  Executor executor() const noexcept { return context_.get_executor(); }

  /// Takes a connection over, closing an older one if there are too many.
  void adopt(AcceptedSocket socket);
  /// Closes the connection that is missed least (ConnectionTable::to_shed). False: there is none.
  bool shed_one(bool only_unfinished);

  // For Connection.
  void move(Connection& connection, Phase phase, SteadyTime now, SteadyTime deadline) {
    table_.move(connection, phase, now, deadline);
  }
  void remove(Connection& connection);
  /// Whether a handshake may begin now. If its address has none free, one that has stalled gives
  /// way; a crowd of honest clients waits instead for a moment.
  bool admit_handshake(const Connection& connection);
  /// A handshake of this address has ended: the next one may begin.
  void handshake_ended(const PeerBytes& address);
  /// Shared read buffer; its content does not outlive a call.
  std::vector<char>& scratch() noexcept { return scratch_; }
  const std::string& date();

 private:
  void tick();
  void arm();
  void admit_waiting(const PeerBytes& address);
  void close_all();

  std::shared_ptr<ListenerState> state_;
  mutable boost::asio::io_context context_;
  boost::asio::executor_work_guard<Executor> work_;
  Timer timer_;
  Milliseconds tick_length_;
  bool armed_ = false;
  bool closed_ = false;
  std::atomic<std::size_t> open_{0};
  std::vector<char> scratch_;
  std::string date_;
  std::time_t date_second_ = -1;
  ConnectionTable table_;
};

}  // namespace portreeve::net
