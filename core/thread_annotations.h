#pragma once

// Mutexes that Clang checks (-Wthread-safety): what a mutex guards stands beside the member, and
// reading it without the lock does not compile there. GCC sees ordinary classes.

#include <chrono>
#include <condition_variable>
#include <mutex>

#if defined(__clang__)
#define PORTREEVE_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define PORTREEVE_THREAD_ATTRIBUTE(x)
#endif

#define CAPABILITY(x) PORTREEVE_THREAD_ATTRIBUTE(capability(x))
#define SCOPED_CAPABILITY PORTREEVE_THREAD_ATTRIBUTE(scoped_lockable)
#define GUARDED_BY(x) PORTREEVE_THREAD_ATTRIBUTE(guarded_by(x))
#define REQUIRES(...) PORTREEVE_THREAD_ATTRIBUTE(requires_capability(__VA_ARGS__))
#define EXCLUDES(...) PORTREEVE_THREAD_ATTRIBUTE(locks_excluded(__VA_ARGS__))
#define ACQUIRE(...) PORTREEVE_THREAD_ATTRIBUTE(acquire_capability(__VA_ARGS__))
#define RELEASE(...) PORTREEVE_THREAD_ATTRIBUTE(release_capability(__VA_ARGS__))

namespace portreeve {

/// std::mutex with annotations. Lock it with MutexLock.
class CAPABILITY("mutex") Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  void lock() ACQUIRE() { mutex_.lock(); }
  void unlock() RELEASE() { mutex_.unlock(); }

 private:
  friend class Condition;
  std::mutex mutex_;
};

class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// std::condition_variable for a Mutex. Wakes may be spurious: wait in a loop.
class Condition {
 public:
  void wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait(lock);
    lock.release();  // The caller's MutexLock unlocks it.
  }
  void wait_for(Mutex& mutex, std::chrono::nanoseconds time) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.mutex_, std::adopt_lock);
    condition_.wait_for(lock, time);
    lock.release();
  }
  void notify_one() noexcept { condition_.notify_one(); }
  void notify_all() noexcept { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace portreeve
