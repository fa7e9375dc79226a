#include "webhook/decision_log.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "core/limits.h"
#include "net/after_turn.h"

namespace portreeve::webhook {
namespace {

constexpr auto kWatchInterval = std::chrono::milliseconds(50);

std::string reason(int error) {
  char text[128] = {};
  return strerror_r(error, text, sizeof text);
}

}  // namespace

/// One line that somebody waits for.
struct DecisionLog::Entry {
  std::string line;
  SteadyTime deadline;
  Written written;
  std::atomic<bool> told{false};  ///< Whoever sets it calls `written`.

  void tell(Outcome outcome) {
    if (!told.exchange(true)) written(std::move(outcome));
  }
};

/// Where lines go; closed when the last batch that uses it is done.
struct DecisionLog::Target {
  int fd = -1;
  bool owned = false;
  bool regular = false;  ///< A file on disk; else a pipe, a terminal, a socket.
  ~Target() {
    if (owned) ::close(fd);
  }
};

namespace {

bool to_stdout(const std::string& file) { return file.empty() || file == "-"; }

}  // namespace

Outcome DecisionLog::reopen() {
  auto target = std::make_shared<Target>();
  if (to_stdout(options_.file)) {
    target->fd = STDOUT_FILENO;
  } else {
    target->fd = ::open(options_.file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    target->owned = true;
    if (target->fd < 0) {
      target->owned = false;
      return Error{Errc::misconfigured,
                   "decision log " + options_.file + ": " + reason(errno)};
    }
  }
  struct stat info {};
  target->regular = ::fstat(target->fd, &info) == 0 && S_ISREG(info.st_mode);
  MutexLock lock(mutex_);
  target_.swap(target);
  return Done{};
}

Result<std::unique_ptr<DecisionLog>> DecisionLog::open(Options options) {
  std::unique_ptr<DecisionLog> log(new DecisionLog(std::move(options)));
  PORTREEVE_CHECK(log->reopen());
  log->writer_ = std::thread([raw = log.get()] { raw->write_batches(); });
  log->watcher_ = std::thread([raw = log.get()] { raw->watch_deadlines(); });
  return log;
}

DecisionLog::~DecisionLog() { stop(); }

void DecisionLog::stop() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  watch_.notify_all();
  if (writer_.joinable()) writer_.join();
  if (watcher_.joinable()) watcher_.join();
}

void DecisionLog::append(std::string line, SteadyTime deadline, Written written) {
  auto entry = std::make_shared<Entry>();
  entry->line = std::move(line);
  entry->deadline = deadline;
  entry->written = std::move(written);
  {
    MutexLock lock(mutex_);
    if (!stopping_ && queue_.size() < options_.queue) {
      queue_.push_back(std::move(entry));
    }
  }
  if (entry == nullptr) {
    wake_writer();
    return;
  }
  failures_.fetch_add(1, std::memory_order_relaxed);
  entry->tell(Error{Errc::limit, "the decision log's queue is full"});
}

// Waking a thread costs more than writing a line: an I/O thread does it once for all the requests that
// it found ready, which then go into one write(2).
void DecisionLog::wake_writer() {
  static thread_local const DecisionLog* asked = nullptr;
  if (asked == this) return;
  const bool later = net::after_turn([this] {
    asked = nullptr;
    wake_.notify_one();
  });
  if (later) {
    asked = this;
  } else {
    wake_.notify_one();
  }
}

void DecisionLog::write_batches() {
  std::vector<std::shared_ptr<Entry>> batch;
  while (true) {
    {
      MutexLock lock(mutex_);
      writing_.clear();
      while (queue_.empty() && !stopping_) wake_.wait(mutex_);
      if (queue_.empty()) return;
      batch.swap(queue_);
      writing_ = batch;
    }
    write_batch(batch);
    batch.clear();
  }
}

void DecisionLog::write_batch(std::vector<std::shared_ptr<Entry>>& batch) {
  std::string bytes;
  std::vector<std::shared_ptr<Entry>> lines;
  std::shared_ptr<Target> target;
  {
    MutexLock lock(mutex_);
    target = target_;
  }
  for (const std::shared_ptr<Entry>& entry : batch) {
    // Nobody waits any more and the answer was a refusal: this line would say something else.
    if (entry->told.load()) continue;
    bytes += "{\"seq\":" + std::to_string(++sequence_) + ",";
    bytes.append(entry->line, 1, std::string::npos);
    bytes += '\n';
    lines.push_back(entry);
  }
  if (lines.empty()) return;
  const Outcome outcome = write_all(*target, bytes);
  healthy_.store(outcome.ok(), std::memory_order_relaxed);
  if (outcome.ok()) {
    lines_.fetch_add(lines.size(), std::memory_order_relaxed);
  } else {
    failures_.fetch_add(lines.size(), std::memory_order_relaxed);
  }
  for (const std::shared_ptr<Entry>& entry : lines) entry->tell(outcome);
}

bool DecisionLog::stopping() {
  MutexLock lock(mutex_);
  return stopping_;
}

// A pipe whose reader sleeps must not hold this thread: it is written in pieces that fit once poll
// says so (POSIX: PIPE_BUF bytes), and given up when the log is stopped.
Outcome DecisionLog::write_all(const Target& target, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    if (!target.regular) {
      pollfd wait{target.fd, POLLOUT, 0};
      const int ready = ::poll(&wait, 1, 100);
      if (ready == 0 && stopping()) return Error{Errc::unavailable, "decision log: nobody reads it"};
      if (ready <= 0) continue;
    }
    const std::size_t piece = target.regular ? bytes.size() - done
                                             : std::min<std::size_t>(bytes.size() - done, PIPE_BUF);
    const ssize_t count = ::write(target.fd, bytes.data() + done, piece);
    if (count >= 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno != EINTR && errno != EAGAIN) {
      return Error{Errc::unavailable, "decision log: " + reason(errno)};
    }
  }
  if (options_.sync && ::fdatasync(target.fd) != 0 && errno != EINVAL && errno != EROFS) {
    return Error{Errc::unavailable, "decision log: " + reason(errno)};
  }
  return Done{};
}

// A writer that waits for a reader cannot answer for itself.
void DecisionLog::watch_deadlines() {
  while (true) {
    std::vector<std::shared_ptr<Entry>> late;
    {
      MutexLock lock(mutex_);
      if (stopping_) return;
      watch_.wait_for(mutex_, kWatchInterval);
      if (!queue_.empty()) wake_.notify_one();  // Whoever was to wake it may have gone.
      const SteadyTime now = std::chrono::steady_clock::now();
      for (const auto* list : {&writing_, &queue_}) {
        for (const std::shared_ptr<Entry>& entry : *list) {
          if (entry->deadline <= now && !entry->told.load()) late.push_back(entry);
        }
      }
    }
    for (const std::shared_ptr<Entry>& entry : late) {
      failures_.fetch_add(1, std::memory_order_relaxed);
      healthy_.store(false, std::memory_order_relaxed);
      entry->tell(Error{Errc::unavailable, "decision log: the line was not written in time"});
    }
  }
}

}  // namespace portreeve::webhook
