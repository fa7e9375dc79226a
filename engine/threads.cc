#include "engine/threads.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "core/thread_annotations.h"

namespace portreeve::engine {

namespace {

Error shutting_down() { return Error{Errc::unavailable, "shutting down"}; }
Error expired_waiting() {
  return Error{Errc::unavailable, "deadline passed while waiting for a free thread"};
}

// What a task throws must not end the process: its owner has a deadline and is answered by that.
void call(const Task& task, const Outcome& outcome, std::atomic<std::uint64_t>& escaped) noexcept {
  try {
    task(outcome);
  } catch (...) {
    escaped.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

class Threads::Timer {
 public:
  explicit Timer(const Clock& clock) : clock_(clock) {}

  Result<TimerId> at(SteadyTime when, Task task) EXCLUDES(mutex_);
  void cancel(const TimerId& timer) EXCLUDES(mutex_);
  void wake() EXCLUDES(mutex_);
  void stop() EXCLUDES(mutex_);
  void answer_all() EXCLUDES(mutex_);
  void join();
  std::size_t size() const EXCLUDES(mutex_);
  std::atomic<std::uint64_t>& escaped() { return escaped_; }

 private:
  void run() EXCLUDES(mutex_);
  bool next(Task& task) EXCLUDES(mutex_);

  const Clock& clock_;
  std::atomic<std::uint64_t> escaped_{0};
  mutable Mutex mutex_;
  Condition changed_;
  std::map<TimerId, Task> timers_ GUARDED_BY(mutex_);
  std::uint64_t last_id_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Started under mutex_, joined after stopping_ is set.
};

Result<Threads::TimerId> Threads::Timer::at(SteadyTime when, Task task) {
  MutexLock lock(mutex_);
  if (stopping_) return shutting_down();
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread([this] { run(); });
    } catch (const std::system_error&) {
      return Error{Errc::unavailable, "no thread can be started"};
    }
  }
  const TimerId id{when, ++last_id_};
  const auto it = timers_.emplace(id, std::move(task)).first;
  if (it == timers_.begin()) changed_.notify_one();
  return id;
}

void Threads::Timer::cancel(const TimerId& timer) {
  std::map<TimerId, Task>::node_type dropped;  // Destroyed after the lock: it may own anything.
  MutexLock lock(mutex_);
  dropped = timers_.extract(timer);
}

void Threads::Timer::wake() {
  MutexLock lock(mutex_);
  changed_.notify_one();
}

void Threads::Timer::stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  changed_.notify_one();
}

void Threads::Timer::answer_all() {
  std::map<TimerId, Task> timers;
  {
    MutexLock lock(mutex_);
    timers.swap(timers_);
  }
  for (const auto& [id, task] : timers) call(task, shutting_down(), escaped_);
}

void Threads::Timer::join() {
  if (thread_.joinable()) thread_.join();
}

std::size_t Threads::Timer::size() const {
  MutexLock lock(mutex_);
  return timers_.size();
}

// Waits for the next due timer; false when the thread is to end.
bool Threads::Timer::next(Task& task) {
  // A clock set by hand may run at any pace: it is looked at once an hour even if nobody calls.
  constexpr std::chrono::nanoseconds kLongest = std::chrono::hours(1);
  MutexLock lock(mutex_);
  while (!stopping_) {
    if (timers_.empty()) {
      changed_.wait(mutex_);
      continue;
    }
    const auto first = timers_.begin();
    const SteadyTime now = clock_.steady();
    if (first->first.first <= now) {
      task = std::move(first->second);
      timers_.erase(first);
      return true;
    }
    // Compared as points first: the difference to SteadyTime::max() does not fit.
    const bool far = first->first.first > now + kLongest;
    changed_.wait_for(mutex_, far ? kLongest : first->first.first - now);
  }
  return false;
}

void Threads::Timer::run() {
  for (;;) {
    Task task;
    if (!next(task)) return;
    call(task, Done{}, escaped_);
  }
}

class Threads::Pool {
 public:
  Pool(const Clock& clock, Timer& timer, std::size_t threads, WorkQueue::Bounds bounds)
      : clock_(clock), timer_(timer), most_(threads), queue_(bounds) {}

  Outcome add(const std::string& lane, Work work) EXCLUDES(mutex_);
  void stop() EXCLUDES(mutex_);
  void answer_all() EXCLUDES(mutex_);
  void join() EXCLUDES(mutex_);
  std::size_t threads() const EXCLUDES(mutex_);
  std::size_t waiting() const EXCLUDES(mutex_);

 private:
  void run() EXCLUDES(mutex_);
  void call_up() REQUIRES(mutex_);

  const Clock& clock_;
  Timer& timer_;
  const std::size_t most_;
  mutable Mutex mutex_;
  Condition changed_;
  WorkQueue queue_ GUARDED_BY(mutex_);
  std::vector<std::thread> threads_ GUARDED_BY(mutex_);
  std::size_t idle_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
};

Outcome Threads::Pool::add(const std::string& lane, Work work) {
  std::vector<Task> expired;
  const auto added = [&]() -> Outcome {
    MutexLock lock(mutex_);
    if (stopping_) return shutting_down();
    PORTREEVE_CHECK(queue_.add(lane, work, clock_.steady(), expired));
    call_up();
    return Done{};
  }();
  // Not on this stack: the caller may be in the middle of anything.
  for (Task& task : expired) {
    const auto timer =
        timer_.at(SteadyTime::min(), [task](const Outcome&) { task(expired_waiting()); });
    if (!timer.ok()) call(task, expired_waiting(), timer_.escaped());
  }
  return added;
}

// Finds a thread for what can run now: a sleeping one, or a new one while there may be more. Each
// thread that takes work calls up the next, so that no notification can be lost.
void Threads::Pool::call_up() {
  if (!queue_.runnable()) return;
  if (idle_ > 0) {
    changed_.notify_one();
    return;
  }
  if (threads_.size() >= most_) return;
  try {
    threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    // Those that run will get to it; with none at all its owner's deadline answers.
  }
}

void Threads::Pool::run() {
  for (;;) {
    std::optional<WorkQueue::Item> item;
    std::vector<Task> expired;
    {
      MutexLock lock(mutex_);
      for (;;) {
        if (stopping_) break;
        item = queue_.take(clock_.steady(), expired);
        if (item || !expired.empty()) break;
        ++idle_;
        changed_.wait(mutex_);
        --idle_;
      }
      if (!item && expired.empty()) return;
      call_up();
    }
    for (const Task& task : expired) call(task, expired_waiting(), timer_.escaped());
    if (!item) continue;
    call(item->task, Done{}, timer_.escaped());
    item->task = nullptr;  // What it owns goes before the lane counts as free.
    MutexLock lock(mutex_);
    queue_.finished(item->lane);
  }
}

void Threads::Pool::stop() {
  MutexLock lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void Threads::Pool::answer_all() {
  std::vector<Task> tasks;
  {
    MutexLock lock(mutex_);
    tasks = queue_.clear();
  }
  for (const Task& task : tasks) call(task, shutting_down(), timer_.escaped());
}

void Threads::Pool::join() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mutex_);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

std::size_t Threads::Pool::threads() const {
  MutexLock lock(mutex_);
  return threads_.size();
}

std::size_t Threads::Pool::waiting() const {
  MutexLock lock(mutex_);
  return queue_.size();
}

Threads::Threads(const Clock& clock, Options options) : timer_(std::make_unique<Timer>(clock)) {
  std::size_t cores = options.compute;
  if (cores == 0) cores = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t queue = options.compute_queue;
  compute_ = std::make_unique<Pool>(clock, *timer_, cores, WorkQueue::Bounds{queue, queue, cores});
  registry_ = std::make_unique<Pool>(
      clock, *timer_, options.registry,
      WorkQueue::Bounds{options.registry_queue, options.per_registry_queue, options.per_registry});
}

Threads::~Threads() { shutdown(); }

Outcome Threads::compute(Work work) { return compute_->add("", std::move(work)); }

Outcome Threads::registry(const std::string& registry, Work work) {
  return registry_->add(registry, std::move(work));
}

Result<Threads::TimerId> Threads::at(SteadyTime when, Task task) {
  return timer_->at(when, std::move(task));
}

void Threads::cancel(const TimerId& timer) { timer_->cancel(timer); }
void Threads::wake() { timer_->wake(); }

void Threads::shutdown() {
  std::call_once(shut_down_, [this] {
    // All doors close first: what is answered below must not find one that is still open.
    timer_->stop();
    compute_->stop();
    registry_->stop();
    compute_->answer_all();
    registry_->answer_all();
    timer_->answer_all();
    timer_->join();
    compute_->join();
    registry_->join();
  });
}

Threads::Load Threads::load() const {
  return Load{.compute_threads = compute_->threads(),
              .compute_waiting = compute_->waiting(),
              .registry_threads = registry_->threads(),
              .registry_waiting = registry_->waiting(),
              .timers = timer_->size(),
              .escaped_exceptions = timer_->escaped().load(std::memory_order_relaxed)};
}

}  // namespace portreeve::engine
