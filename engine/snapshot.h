#pragma once

#include <memory>
#include <utility>

#include "core/thread_annotations.h"

namespace portreeve::engine {

/// The value that everybody reads and a reload replaces as a whole. A reader keeps what it got for
/// as long as its decision takes, so one decision never sees two sets. Thread-safe.
/// (A mutex and a copy: std::atomic<std::shared_ptr> is a false alarm of ThreadSanitizer here.)
template <class T>
class SnapshotHolder {
 public:
  explicit SnapshotHolder(std::shared_ptr<const T> first) : current_(std::move(first)) {}

  std::shared_ptr<const T> get() const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return current_;
  }

  /// Puts `next` in place and returns what was there before; it dies with its last reader, never
  /// under the lock.
  std::shared_ptr<const T> swap(std::shared_ptr<const T> next) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    std::swap(current_, next);
    return next;
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const T> current_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::engine
