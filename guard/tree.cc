#include "guard/tree.h"

#include <atomic>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "guard/templated.h"

namespace portreeve::guard {
namespace {

constexpr std::size_t kSniffed = 8000;

// Counts the pool's part down; the caller waits for it.
class Latch {
 public:
  explicit Latch(std::size_t count) : left_(count) {}
  void count_down() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (--left_ == 0) done_.notify_all();
  }
  void wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    done_.wait(lock, [&] { return left_ == 0; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t left_;
};

bool may_hold_escapes(std::string_view text) noexcept {
  return text.find("\\u") != std::string_view::npos || text.find("\\x") != std::string_view::npos ||
         text.find("\\U") != std::string_view::npos;
}

// kubectl's YAML reader takes it, by its byte order mark.
bool is_utf16(std::string_view text) noexcept {
  return text.substr(0, 2) == "\xFF\xFE" || text.substr(0, 2) == "\xFE\xFF";
}

}  // namespace

void run_all(engine::Threads& threads, std::size_t count,
             const std::function<void(std::size_t)>& task) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr thrown;  // The first one; what is left is not begun.
  const auto work = [&]() noexcept {
    try {
      for (std::size_t i = next++; i < count; i = next++) task(i);
    } catch (...) {
      next = count;
      const std::lock_guard<std::mutex> lock(mutex);
      if (!thrown) thrown = std::current_exception();
    }
  };
  const std::size_t cores = std::max<std::size_t>(1, std::thread::hardware_concurrency());
  const std::size_t helpers = std::min(cores, count) > 1 ? std::min(cores, count) - 1 : 0;
  Latch latch(helpers + 1);
  constexpr auto kFar = SteadyTime::max();
  for (std::size_t i = 0; i < helpers; ++i) {
    const Outcome queued = threads.compute({kFar, kFar, [&](const Outcome& outcome) {
                                              if (outcome.ok()) work();
                                              latch.count_down();
                                            }});
    if (!queued.ok()) latch.count_down();
  }
  work();
  latch.count_down();
  latch.wait();
  if (thrown) std::rethrow_exception(thrown);
}

bool is_parsed(Role role) noexcept {
  return role == Role::manifest || role == Role::chart || role == Role::kustomization;
}

bool is_text(std::string_view bytes) noexcept {
  return bytes.substr(0, kSniffed).find('\0') == std::string_view::npos;
}

TreeFile parse_source(std::string path, Role role, std::string text, MemoryBudget& budget) {
  TreeFile out;
  out.path = std::move(path);
  out.role = role;
  out.text = std::make_shared<const std::string>(std::move(text));
  out.large_file_pointer = out.text->substr(0, 42) == "version https://git-lfs.github.com/spec/v1";
  if (role == Role::template_file && !out.large_file_pointer) read_templated(out, budget);
  if (out.large_file_pointer || !is_parsed(role)) return out;
  Result<yaml::Stream> stream =
      yaml::parse_file_text(out.path, *out.text, json::review_limits(), &budget);
  if (stream.ok()) {
    out.documents = std::move(stream.value().documents);
    out.ambiguities = std::move(stream.value().ambiguities);
    return out;
  }
  // Repositories hold YAML that is nobody's object (merge keys, tags of other programs). What names
  // the two keys, or may spell them in escapes, is taken for an object.
  const bool object = role != Role::manifest ||
                      (out.text->find("apiVersion") != std::string::npos &&
                       out.text->find("kind") != std::string::npos) ||
                      may_hold_escapes(*out.text) || is_utf16(*out.text);
  out.malformed = stream.error();
  if (!object) out.role = Role::text;
  return out;
}

TreeFile read_source(const std::string& folder, const FileEntry& entry, Role role,
                     MemoryBudget& budget) {
  Result<std::string> text = read_file(folder + "/" + entry.path, limits::kReviewBytes);
  if (text.ok()) return parse_source(entry.path, role, std::move(text).value(), budget);
  TreeFile out;
  out.path = entry.path;
  out.role = role;
  out.unread = text.error();
  return out;
}

}  // namespace portreeve::guard
