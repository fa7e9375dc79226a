#include "audit/run.h"

#include <deque>
#include <map>

#include "core/thread_annotations.h"

namespace portreeve::audit {
namespace {

constexpr std::size_t kAtOnce =
    16;  ///< Subjects in work; bounds memory, registries have their own limits.

/// Jobs that are at their end, told by any thread.
class Ended {
 public:
  void push(std::size_t job) EXCLUDES(mutex_) {
    // Under the lock: whoever waits may destroy this as soon as it has the last one.
    MutexLock lock(mutex_);
    list_.push_back(job);
    changed_.notify_one();
  }
  std::size_t pop() EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    while (list_.empty()) changed_.wait(mutex_);
    const std::size_t out = list_.front();
    list_.pop_front();
    return out;
  }

 private:
  Mutex mutex_;
  Condition changed_;
  std::deque<std::size_t> list_ GUARDED_BY(mutex_);
};

class Run {
 public:
  Run(const TargetList& list, const Session& session, const Progress& progress)
      : list_(list),
        session_(session),
        progress_(progress),
        reports_(list.targets.size()),
        left_(list.targets.size(), 0) {}

  report::Report all() {
    while (next_ < list_.targets.size() || !waiting_.empty() || !running_.empty()) {
      fill();
      if (!running_.empty()) take(ended_.pop());
    }
    report::Report out;
    for (const auto& [text, why] : list_.unreadable) out.subjects.push_back(unreadable(text, why));
    for (auto& target : reports_) {
      for (auto& [number, subject] : target) out.subjects.push_back(std::move(subject));
    }
    out.proposals = proposals_.take();
    return out;
  }

 private:
  struct Waiting {
    std::size_t target, number;
    JobPtr job;
  };

  void fill() {
    while (running_.size() < kAtOnce) {
      if (waiting_.empty() && next_ == list_.targets.size()) return;
      if (waiting_.empty()) {
        open(next_++);
        continue;
      }
      const std::size_t id = serial_++;
      Waiting& one = running_.emplace(id, std::move(waiting_.front())).first->second;
      waiting_.pop_front();
      one.job->start([this, id] { ended_.push(id); });
    }
  }

  void open(std::size_t at) {
    const Target& target = list_.targets[at];
    Result<std::vector<JobPtr>> jobs = target.kind->open(target.text, target.rest, session_);
    if (!jobs.ok()) {
      reports_[at].emplace(0, unreadable(target.text, jobs.error()));
      return told();
    }
    for (JobPtr& job : jobs.value()) waiting_.push_back({at, left_[at]++, std::move(job)});
    if (left_[at] == 0) told();
  }

  void take(std::size_t id) {
    const auto at = running_.find(id);
    Waiting& one = at->second;
    reports_[one.target].emplace(one.number, one.job->finish(proposals_));
    const std::size_t target = one.target;
    running_.erase(at);
    if (--left_[target] == 0) told();
  }

  void told() {
    ++done_;
    if (progress_) progress_(done_, list_.targets.size());
  }

  const TargetList& list_;
  const Session& session_;
  const Progress& progress_;
  std::vector<std::map<std::size_t, report::SubjectReport>> reports_;
  std::vector<std::size_t> left_;
  std::deque<Waiting> waiting_;
  std::map<std::size_t, Waiting> running_;
  Ended ended_;
  Proposals proposals_;
  std::size_t next_ = 0, serial_ = 0, done_ = 0;
};

}  // namespace

report::Report run(const TargetList& list, const Session& session, const Progress& progress) {
  return Run(list, session, progress).all();
}

}  // namespace portreeve::audit
