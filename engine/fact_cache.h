#pragma once

#include <cstddef>
#include <list>
#include <map>

#include "core/thread_annotations.h"
#include "engine/flights.h"

namespace portreeve::engine {

/// Facts in memory, by their keys. Bounded: beyond `weight` bytes what was used longest ago goes.
/// Rules run on every decision all the same; this only spares obtaining the facts again.
class FactCache final : public EvidenceCache {
 public:
  FactCache(const Clock& clock, std::size_t weight) : clock_(clock), limit_(weight) {}

  std::optional<Settled> lookup(const Key& key) override EXCLUDES(mutex_);
  void store(const Key& key, const Settled& settled) override EXCLUDES(mutex_);
  std::size_t size() const EXCLUDES(mutex_);

 private:
  struct Entry {
    Settled settled;
    std::size_t weight = 0;
    std::list<const Key*>::iterator use;
  };
  void remove(std::map<Key, Entry>::iterator at) REQUIRES(mutex_);

  const Clock& clock_;
  const std::size_t limit_;
  mutable Mutex mutex_;
  std::map<Key, Entry> entries_ GUARDED_BY(mutex_);
  std::list<const Key*> order_ GUARDED_BY(mutex_);  ///< Used last, first.
  std::size_t weight_ GUARDED_BY(mutex_) = 0;
};

}  // namespace portreeve::engine
