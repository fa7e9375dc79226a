#include "net/reply.h"

#include <exception>
#include <utility>

namespace portreeve::net {

Reply::Reply(std::shared_ptr<IoThread> thread, std::shared_ptr<Connection> connection,
             std::shared_ptr<ListenerState> state)
    : thread_(std::move(thread)), state_(std::move(state)), connection_(std::move(connection)) {}

Reply::~Reply() { fail(); }

void Reply::send(HttpResponse response) {
  if (used_.exchange(true)) {
    state_->counters.repeated_responses.add();
    return;
  }
  deliver(std::move(response));
}

void Reply::fail() noexcept {
  if (used_.exchange(true)) return;
  state_->counters.dropped_responses.add();
  try {
    HttpResponse response;
    response.status = 500;
    response.close = true;
    deliver(std::move(response));
  } catch (const std::exception&) {
    // Out of memory: the connection stays unanswered until the listener stops.
  }
}

void Reply::deliver(HttpResponse response) {
  // The usual case, an answer before the handler returns, costs no queue.
  if (thread_->is_current() && connection_->in_handler()) {
    connection_->answer(response);
    return;
  }
  // The task must not hold the thread: a task that is never run would keep its own queue alive.
  thread_->post([connection = connection_, response = std::move(response)] {
    connection->answer(response);
    connection->run();
  });
}

}  // namespace portreeve::net
