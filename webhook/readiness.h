#pragma once

#include <map>
#include <string>

#include "core/thread_annotations.h"

namespace portreeve::webhook {

/// Why the gate is not ready, by topic; ready when there is none. Notes are shown and do not count.
/// Thread-safe.
class Readiness {
 public:
  void set(const std::string& topic, std::string why_not) EXCLUDES(mutex_);  ///< "": it is.
  void note(const std::string& topic, std::string text) EXCLUDES(mutex_);
  bool ready() const EXCLUDES(mutex_);
  /// One line for each topic, for /readyz.
  std::string text() const EXCLUDES(mutex_);

 private:
  mutable Mutex mutex_;
  std::map<std::string, std::string> why_not_ GUARDED_BY(mutex_);
  std::map<std::string, std::string> notes_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::webhook
