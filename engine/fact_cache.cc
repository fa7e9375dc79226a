#include "engine/fact_cache.h"

namespace portreeve::engine {
namespace {

constexpr std::size_t kOverhead = 512;  ///< Of an entry, whatever it holds.

std::size_t weight_of(const Key& key, const Settled& settled) {
  const auto* const fact = std::get_if<Fact>(settled.evidence.get());
  return kOverhead + 2 * (key.artifact.size() + key.scope.size()) + (fact != nullptr ? fact->weight : 0);
}

}  // namespace

std::optional<Settled> FactCache::lookup(const Key& key) {
  MutexLock lock(mutex_);
  const auto at = entries_.find(key);
  if (at == entries_.end()) return std::nullopt;
  if (at->second.settled.keep_until <= clock_.steady()) {
    remove(at);
    return std::nullopt;
  }
  order_.splice(order_.begin(), order_, at->second.use);
  return at->second.settled;
}

void FactCache::store(const Key& key, const Settled& settled) {
  const std::size_t weight = weight_of(key, settled);
  // One large fact must not drive out all others.
  if (weight > limit_ / 4) return;
  try {
    MutexLock lock(mutex_);
    if (const auto known = entries_.find(key); known != entries_.end()) remove(known);
    while (!order_.empty() && weight_ + weight > limit_) remove(entries_.find(*order_.back()));
    const auto [at, fresh] = entries_.emplace(key, Entry{settled, weight, {}});
    try {
      order_.push_front(&at->first);
    } catch (...) {
      entries_.erase(at);
      return;
    }
    at->second.use = order_.begin();
    weight_ += weight;
  } catch (const std::bad_alloc&) {
    // Not kept: it is obtained again.
  }
}

std::size_t FactCache::size() const {
  MutexLock lock(mutex_);
  return entries_.size();
}

void FactCache::remove(std::map<Key, Entry>::iterator at) {
  weight_ -= at->second.weight;
  order_.erase(at->second.use);
  entries_.erase(at);
}

}  // namespace portreeve::engine
