#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/connection_table.h"
#include "net/io_thread.h"
#include "net/listener_state.h"
#include "net/request_body.h"
#include "net/request_check.h"
#include "net/wire.h"

namespace portreeve::net {

/// One accepted connection: a state machine over Phase that works until it must wait, then says for
/// what. One request at a time; while it is handled nothing is read. All but memory belongs to its
/// I/O thread; a Respond that outlives the connection keeps only the request's bytes alive.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  /// Null if the kernel or memory refuses; the socket is then closed.
  static std::shared_ptr<Connection> take(IoThread& thread, std::shared_ptr<ListenerState> state,
                                          AcceptedSocket socket);
  Connection(IoThread& thread, std::shared_ptr<ListenerState> state, const AcceptedSocket& socket);

  Place& place() noexcept { return place_; }
  const Place& place() const noexcept { return place_; }

  /// Does what can be done now.
  void run();
  /// The deadline of its phase has passed.
  void expire();
  /// At once and for good; idempotent.
  void close();
  /// The handler's answer. Ignored unless one is awaited.
  void answer(const HttpResponse& response);
  /// Whether its handshake has lasted too long, at `now`, by nobody's fault but the peer's.
  bool is_stalled(SteadyTime now) const;
  /// Whether the handler is being called right now; then run() goes on by itself after answer().
  bool in_handler() const noexcept { return in_handler_; }

 private:
  enum class Next : std::uint8_t { again, read, write, pause };

  Next step();
  Next step_first_byte();
  Next step_handshake();
  Next step_head();
  Next step_body();
  Next step_writing();
  Next step_lingering();

  Next fill();
  Next take_head();
  Next begin_body(std::size_t limit);
  Next dispatch();
  Next become_idle();
  Next finish_response();
  Next refuse(const Refusal& refusal);
  Next respond(const HttpResponse& response, bool close);
  Next wait_for(Wire::Status status);

  void wait(Next what);
  void work();
  void resume_later();
  void enter(Phase phase, Milliseconds deadline);
  void forget_request();

  IoThread& thread_;
  std::shared_ptr<ListenerState> state_;
  Socket socket_;
  Wire wire_;
  Place place_;
  std::string peer_;
  std::string client_subject_;
  std::uint32_t wait_generation_ = 0;  ///< Completions of older waits are ignored.

  // What has arrived and was not used yet.
  std::string inbox_;
  bool may_read_ = true;   ///< The socket may hold bytes that no wait would announce.
  std::size_t taken_ = 0;  ///< Bytes and requests since run() began: others want their turn.
  std::uint32_t requests_ = 0;

  // The request.
  HeadScanner scanner_;
  std::string head_bytes_;
  RequestHead head_;
  SteadyTime received_{};
  RequestBody body_;

  // The answer.
  bool in_handler_ = false;
  bool close_after_ = false;
  std::string outbox_;
  std::size_t sent_ = 0;
  std::size_t discard_left_ = 0;  ///< While lingering.
};

}  // namespace portreeve::net
