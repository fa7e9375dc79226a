#include "engine/work_queue.h"

namespace portreeve::engine {

Outcome WorkQueue::add(const std::string& lane, Work& work, SteadyTime now,
                       std::vector<Task>& expired) {
  if (size_ >= bounds_.works) {
    for (auto it = lanes_.begin(); it != lanes_.end(); ++it) {
      hide(it);
      sort_out(it->second, now, expired);
      show(it);
    }
  }
  if (size_ >= bounds_.works) {
    return Error{Errc::limit, "work queue is full (" + std::to_string(bounds_.works) + ")"};
  }
  const auto it = lanes_.try_emplace(lane).first;
  if (it->second.waiting.size() >= bounds_.works_per_lane) {
    return Error{Errc::limit, "work queue of " + (lane.empty() ? "this lane" : lane) +
                                  " is full (" + std::to_string(bounds_.works_per_lane) + ")"};
  }
  hide(it);
  const Order order{work.wanted_by, ++arrivals_};
  it->second.waiting.emplace(order, std::move(work));
  ++size_;
  show(it);
  return Done{};
}

std::optional<WorkQueue::Item> WorkQueue::take(SteadyTime now, std::vector<Task>& expired) {
  while (!heads_.empty()) {
    const auto it = heads_.begin()->second;
    hide(it);
    Lane& lane = it->second;
    if (sort_out(lane, now, expired)) {
      show(it);  // Its first work is another one now, or none.
      continue;
    }
    const auto first = lane.waiting.begin();
    Item item{it->first, std::move(first->second.task)};
    lane.waiting.erase(first);
    --size_;
    ++lane.running;
    show(it);
    return item;
  }
  return std::nullopt;
}

void WorkQueue::finished(const std::string& lane) {
  const auto it = lanes_.find(lane);
  if (it == lanes_.end()) return;
  hide(it);
  --it->second.running;
  show(it);
  if (it->second.running == 0 && it->second.waiting.empty()) lanes_.erase(it);
}

std::vector<Task> WorkQueue::clear() {
  std::vector<Task> tasks;
  tasks.reserve(size_);
  for (auto& [name, lane] : lanes_) {
    for (auto& [order, work] : lane.waiting) tasks.push_back(std::move(work.task));
    lane.waiting.clear();
  }
  heads_.clear();
  size_ = 0;
  return tasks;
}

void WorkQueue::hide(Lanes::iterator lane) {
  if (!lane->second.waiting.empty()) heads_.erase(lane->second.waiting.begin()->first);
}

void WorkQueue::show(Lanes::iterator lane) {
  const Lane& it = lane->second;
  if (it.waiting.empty() || it.running >= bounds_.running_per_lane) return;
  heads_.emplace(it.waiting.begin()->first, lane);
}

// Works at the front whose time has passed are answered if they expired. The others lost their
// caller but are still of use to the next: they go behind those that someone waits for, or an
// overloaded pool would serve only callers that have left.
bool WorkQueue::sort_out(Lane& lane, SteadyTime now, std::vector<Task>& expired) {
  bool changed = false;
  while (!lane.waiting.empty() && lane.waiting.begin()->first.first <= now) {
    changed = true;
    auto node = lane.waiting.extract(lane.waiting.begin());
    if (node.mapped().expires <= now) {
      expired.push_back(std::move(node.mapped().task));
      --size_;
      continue;
    }
    node.key().first = node.mapped().expires;
    lane.waiting.insert(std::move(node));
  }
  return changed;
}

}  // namespace portreeve::engine
