#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/result.h"
#include "core/thread_annotations.h"
#include "core/time.h"

namespace portreeve::webhook {

/// Appends one line for each decision and tells when it is written, because an answer that nobody
/// can look up later must not be given. One writer thread, one bounded queue. Thread-safe.
class DecisionLog {
 public:
  struct Options {
    std::string file;      ///< Empty or "-": standard output.
    bool sync = false;     ///< fsync after each batch.
    std::size_t queue = 4096;
  };
  /// Opens the file (created with mode 0600, appended to). Errors: misconfigured.
  static Result<std::unique_ptr<DecisionLog>> open(Options options);
  ~DecisionLog();

  /// Called with Done once the line has been given to write(2), or with the reason why not: the
  /// queue is full, the write failed, or `deadline` passed first. Exactly once, on a thread of the
  /// log or of the caller; keep it short.
  using Written = std::function<void(Outcome)>;
  void append(std::string line, SteadyTime deadline, Written written);

  /// Opens the file again under its name (log rotation). Errors: misconfigured; the old one stays.
  Outcome reopen();
  /// False from a failed write on until one succeeds.
  bool healthy() const noexcept { return healthy_.load(std::memory_order_relaxed); }
  std::uint64_t lines() const noexcept { return lines_.load(std::memory_order_relaxed); }
  std::uint64_t failures() const noexcept { return failures_.load(std::memory_order_relaxed); }
  /// Writes what is queued and joins the threads.
  void stop();

 private:
  struct Entry;
  struct Target;
  explicit DecisionLog(Options options) : options_(std::move(options)) {}
  void wake_writer();
  void write_batches();
  void watch_deadlines();
  void write_batch(std::vector<std::shared_ptr<Entry>>& batch);
  Outcome write_all(const Target& target, const std::string& bytes);
  bool stopping();

  const Options options_;
  Mutex mutex_;
  Condition wake_;   ///< Of the writer: there are lines.
  Condition watch_;  ///< Of the watcher: stop.
  std::vector<std::shared_ptr<Entry>> queue_ GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Entry>> writing_ GUARDED_BY(mutex_);
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::shared_ptr<Target> target_ GUARDED_BY(mutex_);
  std::uint64_t sequence_ = 0;  ///< Of the writer thread.
  std::atomic<bool> healthy_{true};
  std::atomic<std::uint64_t> lines_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::thread writer_;
  std::thread watcher_;
};

}  // namespace portreeve::webhook
