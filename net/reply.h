#pragma once

#include <atomic>
#include <memory>

#include "net/connection.h"
#include "net/https_listener.h"
#include "net/io_thread.h"

namespace portreeve::net {

/// The one answer that a handler owes. Thread-safe. Answers 500 itself when it is destroyed unused.
class Reply {
 public:
  Reply(std::shared_ptr<IoThread> thread, std::shared_ptr<Connection> connection,
        std::shared_ptr<ListenerState> state);
  ~Reply();
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  void send(HttpResponse response);
  /// 500 and close, unless it was answered.
  void fail() noexcept;

 private:
  void deliver(HttpResponse response);

  // In this order: the connection's socket must go before the event loop that it belongs to.
  std::shared_ptr<IoThread> thread_;
  std::shared_ptr<ListenerState> state_;
  std::shared_ptr<Connection> connection_;
  std::atomic<bool> used_{false};
};

}  // namespace portreeve::net
