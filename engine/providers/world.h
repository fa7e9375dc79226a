#pragma once

// What providers obtain evidence by: one set of policies with the registries that it names. A
// decision names its own in every key, so that a reload never changes what is being decided.

#include <memory>
#include <string_view>
#include <utility>

#include "core/limits.h"
#include "core/thread_annotations.h"
#include "oci/registries.h"
#include "policies/blueprint_set.h"
#include "policies/policy_set.h"

namespace portreeve::engine {

struct World {
  std::shared_ptr<const policies::PolicySet> policies;
  std::shared_ptr<const oci::Registries> registries;
  std::size_t candidates = limits::kCandidates;  ///< Examined for one artifact.
  std::size_t rows = policies::SignatureFacts::kMostRows;  ///< Kept of their table.
};
using WorldPtr = std::shared_ptr<const World>;

/// The world of today and, for decisions that began before the last reload, that of yesterday.
/// Thread-safe.
class Worlds {
 public:
  explicit Worlds(WorldPtr first) : current_(std::move(first)) {}

  void replace(WorldPtr next) EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    before_ = std::exchange(current_, std::move(next));
  }

  WorldPtr current() const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    return current_;
  }

  /// By BlueprintSet::id(). Null: replaced meanwhile.
  WorldPtr find_blueprints(std::string_view id) const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    for (const WorldPtr& world : {current_, before_}) {
      if (world != nullptr && world->policies->trust().blueprints().id() == id) return world;
    }
    return nullptr;
  }

  /// By TrustSet::id(); with an `ask`, one whose policies know it. Null: replaced meanwhile.
  WorldPtr find(std::string_view trust, std::string_view ask = {}) const EXCLUDES(mutex_) {
    MutexLock lock(mutex_);
    for (const WorldPtr& world : {current_, before_}) {
      if (world == nullptr || world->policies->trust().id() != trust) continue;
      if (ask.empty() || world->policies->find_ask(ask) != nullptr) return world;
    }
    return nullptr;
  }

 private:
  mutable Mutex mutex_;
  WorldPtr current_ GUARDED_BY(mutex_);
  WorldPtr before_ GUARDED_BY(mutex_);
};

/// What is answered where find() knows nothing.
inline Error replaced_meanwhile() {
  return Error{Errc::unavailable, "the policies were replaced meanwhile; try again"};
}

}  // namespace portreeve::engine
