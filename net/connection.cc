#include "net/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "net/reply.h"
#include "net/response_text.h"

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kTurnBytes = 256 * 1024;
constexpr std::uint32_t kTurnRequests = 32;
// What an idle connection may keep of its buffers.
constexpr std::size_t kKeptBytes = 1024;
// How long and how much is read after our last byte, so that a reset does not overtake the answer.
constexpr Milliseconds kLinger = 1s;
constexpr std::size_t kLingerBytes = 1024 * 1024;
constexpr Milliseconds kHelloGrace = 250ms;
constexpr Milliseconds kAnsweredGrace = 1s;
constexpr Milliseconds kNoDeadline = 24h * 365;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

void shrink(std::string& buffer) {
  buffer.clear();
  if (buffer.capacity() > kKeptBytes) buffer = std::string();
}

}  // namespace

std::shared_ptr<Connection> Connection::take(IoThread& thread, std::shared_ptr<ListenerState> state,
                                             AcceptedSocket socket) {
  auto connection = std::make_shared<Connection>(thread, std::move(state), socket);
  boost::system::error_code error;
  const auto protocol = socket.is_v6() ? boost::asio::ip::tcp::v6() : boost::asio::ip::tcp::v4();
  connection->socket_.assign(protocol, socket.fd(), error);
  if (error) return nullptr;
  socket.release();
  return connection;
}

Connection::Connection(IoThread& thread, std::shared_ptr<ListenerState> state,
                       const AcceptedSocket& socket)
    : thread_(thread),
      state_(std::move(state)),
      socket_(thread.executor()),
      wire_(socket.fd()),
      peer_(socket.peer().text),
      body_(&state_->bodies) {
  place_.address = socket.peer().bytes;
  const int on = 1;
  ::setsockopt(socket.fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void Connection::run() {
  try {
    work();
  } catch (const std::exception&) {
    close();  // Out of memory: this connection gives way.
  }
}

void Connection::work() {
  taken_ = 0;
  requests_ = 0;
  while (true) {
    const Next next = step();
    if (next == Next::pause) return;
    if (next != Next::again) return wait(next);
    if (taken_ > kTurnBytes || requests_ > kTurnRequests) return resume_later();
  }
}

Connection::Next Connection::step() {
  switch (place_.phase) {
    case Phase::silent:
    case Phase::waiting:
      return step_first_byte();
    case Phase::handshaking:
      return step_handshake();
    case Phase::idle:
    case Phase::head:
      return step_head();
    case Phase::body:
      return step_body();
    case Phase::writing:
      return step_writing();
    case Phase::lingering:
      return step_lingering();
    case Phase::handling:
    case Phase::closed:
      break;
  }
  return Next::pause;
}

void Connection::wait(Next what) {
  const auto direction = what == Next::read ? Socket::wait_read : Socket::wait_write;
  const std::uint32_t generation = ++wait_generation_;
  socket_.async_wait(
      direction, [self = shared_from_this(), generation](const boost::system::error_code& error) {
        if (error || generation != self->wait_generation_) return;
        self->may_read_ = true;
        self->run();
      });
}

void Connection::resume_later() {
  const std::uint32_t generation = ++wait_generation_;
  thread_.post([self = shared_from_this(), generation] {
    if (generation == self->wait_generation_) self->run();
  });
}

void Connection::enter(Phase phase, Milliseconds deadline) {
  const SteadyTime now = std::chrono::steady_clock::now();
  thread_.move(*this, phase, now, now + deadline);
}

Connection::Next Connection::wait_for(Wire::Status status) {
  if (status == Wire::Status::want_read) return Next::read;
  if (status == Wire::Status::want_write) return Next::write;
  close();
  return Next::pause;
}

void Connection::close() {
  if (place_.phase == Phase::closed) return;
  const std::shared_ptr<Connection> alive = shared_from_this();
  const bool handshaking = place_.phase == Phase::handshaking;
  ++wait_generation_;
  wire_.release();
  boost::system::error_code ignored;
  socket_.close(ignored);
  forget_request();
  thread_.remove(*this);
  if (handshaking) thread_.handshake_ended(place_.address);
}

void Connection::expire() {
  boost::system::error_code ignored;
  switch (place_.phase) {
    case Phase::silent:
      state_->counters.silent_cut.add();
      return close();
    case Phase::waiting:
    case Phase::handshaking:
      state_->counters.handshakes_failed.add();
      return close();
    case Phase::head:
    case Phase::body:
      state_->counters.request_timeouts.add();
      ++wait_generation_;
      socket_.cancel(ignored);
      refuse({408, "request came too slowly"});
      return run();
    case Phase::idle:
      wire_.finish();
      return close();
    case Phase::writing:
    case Phase::lingering:
      return close();
    case Phase::handling:
    case Phase::closed:
      return;
  }
}

// A hello comes in one go; the answer to ours takes a busy peer a moment. What lies in the socket
// unread is our delay, not the peer's.
bool Connection::is_stalled(SteadyTime now) const {
  const Milliseconds grace = wire_.has_answered() ? kAnsweredGrace : kHelloGrace;
  return now - place_.since >= std::min(grace, state_->deadlines.handshake / 3) &&
         wire_.peek() == Wire::Status::want_read;
}

// A silent connection costs no TLS state and no handshake: both begin with its first byte.
Connection::Next Connection::step_first_byte() {
  const Wire::Status status = wire_.peek();
  if (status != Wire::Status::ok) return wait_for(status);
  if (!state_->tls) return become_idle();
  const SteadyTime deadline = place_.deadline;  // Counted from accept(2).
  const SteadyTime now = std::chrono::steady_clock::now();
  if (!thread_.admit_handshake(*this)) {
    if (place_.phase == Phase::silent) thread_.move(*this, Phase::waiting, now, deadline);
    return Next::pause;
  }
  thread_.move(*this, Phase::handshaking, now, deadline);
  if (wire_.start_tls(state_->certificates->current().get())) return Next::again;
  close();
  return Next::pause;
}

Connection::Next Connection::step_handshake() {
  const Wire::Status status = wire_.handshake();
  if (status == Wire::Status::ok) {
    client_subject_ = wire_.client_subject();
    const Next next = become_idle();
    may_read_ = true;
    thread_.handshake_ended(place_.address);
    return next;
  }
  if (status == Wire::Status::failed || status == Wire::Status::closed) {
    state_->counters.handshakes_failed.add();
    if (!wire_.client_refusal().empty()) state_->refusals.add(wire_.client_refusal());
  }
  return wait_for(status);
}

Connection::Next Connection::become_idle() {
  enter(Phase::idle, state_->deadlines.idle);
  forget_request();
  if (inbox_.empty()) shrink(inbox_);
  return Next::again;
}

void Connection::forget_request() {
  // The bytes of a request that is still with its handler are kept: the handler has views of them.
  if (place_.phase != Phase::handling) {
    shrink(head_bytes_);
    head_ = {};
  }
  scanner_ = {};
  body_.release();
  shrink(outbox_);
  sent_ = 0;
  close_after_ = false;
}

Connection::Next Connection::fill() {
  if (!may_read_ && !wire_.has_buffered()) return Next::read;
  std::vector<char>& scratch = thread_.scratch();
  const Wire::Transfer got = wire_.read(scratch.data(), scratch.size());
  if (got.status == Wire::Status::ok && got.bytes > 0) {
    inbox_.append(scratch.data(), got.bytes);
    taken_ += got.bytes;
    return Next::again;
  }
  may_read_ = false;
  const bool ended =
      got.status != Wire::Status::want_read && got.status != Wire::Status::want_write;
  if (ended && place_.phase != Phase::idle) state_->counters.refused_requests.add();
  return wait_for(got.status == Wire::Status::ok ? Wire::Status::closed : got.status);
}

Connection::Next Connection::step_head() {
  if (inbox_.empty()) return fill();
  if (place_.phase == Phase::idle) {
    enter(Phase::head, state_->deadlines.header);
    received_ = place_.since;
  }
  if (const auto refusal = scanner_.scan(inbox_)) return refuse(*refusal);
  return scanner_.head_size() == 0 ? fill() : take_head();
}

Connection::Next Connection::take_head() {
  head_bytes_.assign(inbox_, 0, scanner_.head_size());
  inbox_.erase(0, scanner_.head_size());
  head_ = {};
  if (const auto refusal = check_head(head_bytes_, head_)) return refuse(*refusal);
  if (const auto refusal = confirm_head(head_bytes_, head_)) return refuse(*refusal);
  RouteLimits route;
  HttpResponse refused;
  try {
    refused = state_->gate(head_.method, head_.path, head_.content_type, route);
  } catch (...) {
    refused.status = 500;
  }
  if (refused.status != 0) {
    state_->counters.refused_requests.add();
    return respond(refused, true);
  }
  if (head_.content_length > route.body_bytes) return refuse({413, "body is larger than allowed"});
  return head_.has_body() ? begin_body(route.body_bytes) : dispatch();
}

Connection::Next Connection::begin_body(std::size_t limit) {
  enter(Phase::body, state_->deadlines.body);
  body_.begin(head_, limit);
  if (head_.expects_continue && inbox_.empty()) {
    // 25 bytes into an empty send buffer; a peer that leaves no room for them is not served.
    const Wire::Transfer sent = wire_.write(kContinue);
    if (sent.status != Wire::Status::ok || sent.bytes != kContinue.size()) {
      close();
      return Next::pause;
    }
  }
  return Next::again;
}

Connection::Next Connection::step_body() {
  if (inbox_.empty()) return fill();
  if (const auto refusal = body_.consume(inbox_)) return refuse(*refusal);
  return body_.complete() ? dispatch() : fill();
}

Connection::Next Connection::dispatch() {
  enter(Phase::handling, kNoDeadline);
  state_->counters.requests.add();
  ++requests_;
  HttpRequest request;
  request.method = head_.method;
  request.path = head_.path;
  request.query = head_.query;
  request.content_type = head_.content_type;
  request.body = body_.take();
  request.peer = peer_;
  request.client_subject = client_subject_;
  request.received = received_;
  auto reply = std::make_shared<Reply>(thread_.shared_from_this(), shared_from_this(), state_);
  in_handler_ = true;
  try {
    state_->handler(std::move(request),
                    [reply](HttpResponse response) { reply->send(std::move(response)); });
  } catch (...) {
    reply->fail();
  }
  reply.reset();  // Answers 500 if the handler kept no copy and has not called.
  in_handler_ = false;
  return place_.phase == Phase::handling ? Next::pause : Next::again;
}

void Connection::answer(const HttpResponse& response) {
  if (place_.phase == Phase::handling) respond(response, response.close || head_.close);
}

Connection::Next Connection::refuse(const Refusal& refusal) {
  state_->counters.refused_requests.add();
  HttpResponse response;
  response.status = refusal.status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::string(refusal.reason) + '\n';
  response.retry_after_s = refusal.status == 503 ? 1 : 0;
  return respond(response, true);
}

Connection::Next Connection::respond(const HttpResponse& response, bool close) {
  close_after_ = close || state_->draining.load(std::memory_order_relaxed);
  outbox_ = response_text(response, close_after_, head_.method != "HEAD", thread_.date());
  sent_ = 0;
  body_.release();
  enter(Phase::writing, state_->deadlines.write);
  return Next::again;
}

Connection::Next Connection::step_writing() {
  while (sent_ < outbox_.size()) {
    const Wire::Transfer sent = wire_.write(std::string_view(outbox_).substr(sent_));
    if (sent.status != Wire::Status::ok) return wait_for(sent.status);
    sent_ += sent.bytes;
  }
  return finish_response();
}

Connection::Next Connection::finish_response() {
  if (!close_after_) {
    may_read_ = false;  // A wait will tell: it looks at the socket anew.
    return become_idle();
  }
  wire_.finish();
  wire_.release();
  shrink(inbox_);
  enter(Phase::lingering, std::min(kLinger, state_->deadlines.write));
  forget_request();
  discard_left_ = kLingerBytes;
  return Next::again;
}

Connection::Next Connection::step_lingering() {
  std::vector<char>& scratch = thread_.scratch();
  const Wire::Transfer got = wire_.discard(scratch.data(), scratch.size());
  if (got.status != Wire::Status::ok) return wait_for(got.status);
  taken_ += got.bytes;
  discard_left_ -= std::min(discard_left_, got.bytes);
  if (discard_left_ > 0) return Next::again;
  close();
  return Next::pause;
}

}  // namespace portreeve::net
