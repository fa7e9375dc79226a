#include "engine/provider.h"

#include <exception>
#include <new>
#include <utility>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::engine {

namespace {

// Short enough for every std::string to hold without allocating.
Absent out_of_memory() { return Absent{Error{Errc::limit, "out of memory"}}; }

}  // namespace

std::string printable(const Key& key) { return utf8::printable(key.text(), limits::kQuotedBytes); }

struct Reply::State {
  State(std::string its_name, Sink its_sink, Counter its_ignored)
      : name(std::move(its_name)), sink(std::move(its_sink)), ignored(std::move(its_ignored)) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (answered.load()) return;
    try {
      answer(Absent{Error{Errc::internal, name + ": the provider dropped its reply"}});
    } catch (...) {
      answer(out_of_memory());
    }
  }

  void answer(StepAnswer step_answer) noexcept {
    if (answered.exchange(true)) {
      ignored->fetch_add(1, std::memory_order_relaxed);
      return;
    }
    try {
      sink(std::move(step_answer));
    } catch (...) {
      // The sink's own deadline answers its callers.
    }
  }

  const std::string name;
  const Sink sink;
  const Counter ignored;
  std::atomic<bool> answered{false};
};

Reply::Reply(std::string name, Sink sink, Counter ignored)
    : state_(std::make_shared<State>(std::move(name), std::move(sink), std::move(ignored))) {}

void Reply::operator()(StepAnswer answer) const noexcept { state_->answer(std::move(answer)); }

void guard_reply(const std::string& name, const Reply& reply,
                 const std::function<void()>& work) noexcept {
  try {
    try {
      work();
    } catch (const std::bad_alloc&) {
      reply(out_of_memory());
    } catch (const std::exception& e) {
      reply(Absent{Error{Errc::internal, name + ": the provider threw: " +
                                             utf8::printable(e.what(), limits::kQuotedBytes)}});
    } catch (...) {
      reply(Absent{Error{Errc::internal, name + ": the provider threw an unknown exception"}});
    }
  } catch (...) {
    reply(out_of_memory());  // While the words for another failure were being put together.
  }
}

}  // namespace portreeve::engine
