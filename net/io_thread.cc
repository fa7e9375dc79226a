#include "net/io_thread.h"

#include <unistd.h>

#include <algorithm>
#include <exception>

#include "net/after_turn.h"
#include "net/connection.h"
#include "net/response_text.h"

namespace portreeve::net {
namespace {

using namespace std::chrono_literals;

constexpr int kOneThread = 1;  // Asio's concurrency hint.
constexpr std::size_t kScratchBytes = 64 * 1024;
constexpr Milliseconds kShortestTick = 5ms;
constexpr Milliseconds kLongestTick = 100ms;

Milliseconds tick_length(const Deadlines& deadlines) {
  const Milliseconds shortest = std::min(
      {deadlines.handshake, deadlines.header, deadlines.body, deadlines.idle, deadlines.write});
  return std::clamp(shortest / 4, kShortestTick, kLongestTick);
}

}  // namespace

AcceptedSocket::~AcceptedSocket() {
  if (fd_ >= 0) ::close(fd_);
}

IoThread::IoThread(std::shared_ptr<ListenerState> state)
    : state_(std::move(state)),
      context_(kOneThread),
      work_(context_.get_executor()),
      timer_(context_.get_executor()),
      tick_length_(tick_length(state_->deadlines)),
      scratch_(kScratchBytes),
      table_(*state_) {}

namespace {
thread_local IoThread* running = nullptr;
}  // namespace

IoThread* IoThread::current() noexcept { return running; }

bool after_turn(std::function<void()> task) {
  if (running == nullptr) return false;
  running->post(std::move(task));
  return true;
}

void IoThread::run() {
  running = this;
  while (true) {
    try {
      context_.run();
      running = nullptr;
      return;
    } catch (const std::exception&) {
      // Out of memory somewhere between connections; each connection guards itself.
    }
  }
}

void IoThread::shut_down() {
  post([this] { close_all(); });
}

void IoThread::close_all() {
  closed_ = true;
  for (const ConnectionTable::Handle& connection : table_.all()) connection->close();
  timer_.cancel();
  work_.reset();
}

void IoThread::adopt(AcceptedSocket socket) {
  if (closed_) return;
  if (table_.size() >= state_->connections_per_thread && !shed_one(false)) {
    state_->counters.connections_refused.add();
    return;
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  const auto connection = Connection::take(*this, state_, std::move(socket));
  if (connection == nullptr) return;
  table_.add(connection, now, now + state_->deadlines.handshake);
  open_.store(table_.size(), std::memory_order_relaxed);
  state_->counters.open.add();
  arm();
  connection->run();
}

bool IoThread::shed_one(bool only_unfinished) {
  const ConnectionTable::Handle connection = table_.to_shed(only_unfinished);
  if (connection == nullptr) return false;
  if (connection->place().phase == Phase::idle) {
    state_->counters.shed_idle.add();
  } else {
    state_->counters.shed_unfinished.add();
  }
  connection->close();
  return true;
}

void IoThread::remove(Connection& connection) {
  state_->counters.open.subtract();
  table_.remove(connection);
  open_.store(table_.size(), std::memory_order_relaxed);
}

bool IoThread::admit_handshake(const Connection& connection) {
  if (table_.has_handshake_free(connection)) return true;
  const ConnectionTable::Handle stalled =
      table_.stalled_handshake(connection, std::chrono::steady_clock::now());
  if (stalled == nullptr) return false;
  state_->counters.handshakes_refused.add();
  stalled->close();
  return true;
}

// Posted, not called: a crowd of failing handshakes would otherwise recurse.
void IoThread::handshake_ended(const PeerBytes& address) {
  if (!table_.any_waiting() || closed_) return;
  post([this, address] { admit_waiting(address); });
}

void IoThread::admit_waiting(const PeerBytes& address) {
  while (const ConnectionTable::Handle next = table_.newest_waiting(address)) {
    next->run();
    if (next->place().phase == Phase::waiting) return;
  }
}

const std::string& IoThread::date() {
  const std::time_t second = std::time(nullptr);
  if (second != date_second_) {
    date_ = http_date(second);
    date_second_ = second;
  }
  return date_;
}

void IoThread::arm() {
  if (armed_ || closed_) return;
  armed_ = true;
  timer_.expires_after(tick_length_);
  timer_.async_wait([this](const boost::system::error_code& error) {
    armed_ = false;
    if (!error) tick();
  });
}

void IoThread::tick() {
  if (closed_) return;
  const SteadyTime now = std::chrono::steady_clock::now();
  const auto due = table_.expired(now, kExpiredAtOnce);
  for (const ConnectionTable::Handle& connection : due) connection->expire();
  if (due.size() == kExpiredAtOnce) return post([this] { tick(); });  // More may be due.
  for (const PeerBytes& address : table_.waiting_addresses()) admit_waiting(address);
  if (table_.size() > 0) arm();
}

}  // namespace portreeve::net
