#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "net/io_thread.h"
#include "net/listener_state.h"

namespace portreeve::net {

/// Takes connections from the kernel and hands each to the thread that has fewest. Works on the
/// first thread. Outlives run() of its threads.
class Acceptor {
 public:
  Acceptor(std::shared_ptr<ListenerState> state, std::vector<std::shared_ptr<IoThread>> threads);

  /// Before the threads run. Errors: misconfigured (address), unavailable (port in use, no right).
  Outcome open(const std::string& address, std::uint16_t port);
  std::uint16_t port() const noexcept { return port_; }
  /// Before the threads run.
  void start() { wait(); }
  /// Any thread: takes no more connections; new ones are then refused by the kernel.
  void close();

 private:
  using Socket = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

  void wait();
  void wait_for_room();
  void take_all();
  bool take_one();
  bool make_room();

  std::shared_ptr<ListenerState> state_;
  std::vector<std::shared_ptr<IoThread>> threads_;
  Socket socket_;
  Timer timer_;
  bool waited_for_room_ = false;
  std::uint16_t port_ = 0;
};

}  // namespace portreeve::net
