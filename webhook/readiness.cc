#include "webhook/readiness.h"

namespace portreeve::webhook {

void Readiness::set(const std::string& topic, std::string why_not) {
  MutexLock lock(mutex_);
  if (why_not.empty()) {
    why_not_.erase(topic);
  } else {
    why_not_[topic] = std::move(why_not);
  }
}

void Readiness::note(const std::string& topic, std::string text) {
  MutexLock lock(mutex_);
  if (text.empty()) {
    notes_.erase(topic);
  } else {
    notes_[topic] = std::move(text);
  }
}

bool Readiness::ready() const {
  MutexLock lock(mutex_);
  return why_not_.empty();
}

std::string Readiness::text() const {
  MutexLock lock(mutex_);
  std::string out = why_not_.empty() ? "ready\n" : "not ready\n";
  for (const auto& [topic, why] : why_not_) out += topic + ": " + why + "\n";
  for (const auto& [topic, note] : notes_) out += topic + ": " + note + "\n";
  return out;
}

}  // namespace portreeve::webhook
