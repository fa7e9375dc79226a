#include "tests/support/fake_provider.h"

#include <algorithm>
#include <any>
#include <new>
#include <stdexcept>
#include <utility>

namespace portreeve::testing {

using engine::Need;
using engine::Place;
using engine::Reply;
using engine::StepRequest;

void Gate::open() {
  MutexLock lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void Gate::wait() {
  MutexLock lock(mutex_);
  ++arrived_;
  changed_.notify_all();
  while (!open_) changed_.wait(mutex_);
}

void Gate::await_arrivals(std::size_t count) {
  MutexLock lock(mutex_);
  while (arrived_ < count) changed_.wait(mutex_);
}

Fact make_fact(const std::string& text) {
  return Fact{std::make_shared<const std::any>(text), Digest{}, "fake", TimePoint{}};
}

std::string text_of(const Fact& fact) { return std::any_cast<std::string>(*fact.value); }

std::string describe(const EvidenceMap& evidence) {
  std::string text;
  for (const auto& [key, piece] : evidence) {
    text += key.text() + " = ";
    if (const auto* fact = std::get_if<Fact>(&piece)) {
      text += "fact " + text_of(*fact);
    } else {
      const Error& reason = std::get<Absent>(piece).reason;
      text += std::string(to_string(reason.code)) + ": " + reason.message;
    }
    text += "\n";
  }
  return text;
}

FakeProvider::FakeProvider(std::string section, Place place)
    : section_(std::move(section)), place_(std::move(place)) {}

FakeProvider::~FakeProvider() {
  std::vector<std::thread> threads;
  {
    MutexLock lock(mutex_);
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) {
    // The last one to hold this may be such a thread, when its answer was the end of everything.
    if (thread.get_id() == std::this_thread::get_id()) {
      thread.detach();
    } else {
      thread.join();
    }
  }
}

FakeProvider& FakeProvider::script(const std::string& artifact, std::vector<Act> acts) {
  scripts_[artifact] = std::move(acts);
  return *this;
}

FakeProvider& FakeProvider::otherwise(Doing doing) {
  otherwise_ = std::move(doing);
  return *this;
}

std::vector<Key> FakeProvider::keys(const std::vector<std::string>& artifacts) const {
  std::vector<Key> keys;
  for (const std::string& artifact : artifacts) keys.push_back(key(artifact));
  return keys;
}

Place FakeProvider::place(const Key&, const EvidenceMap&) const { return place_; }

void FakeProvider::step(StepRequest request, Reply reply) const {
  {
    MutexLock lock(mutex_);
    ++calls_[request.key.artifact];
    order_.push_back(request.key.artifact);
    busiest_ = std::max(busiest_, ++running_);
    changed_.notify_all();
  }
  struct Leaving {
    const FakeProvider& provider;
    ~Leaving() {
      MutexLock lock(provider.mutex_);
      --provider.running_;
    }
  } const leaving{*this};
  const auto script = scripts_.find(request.key.artifact);
  if (script == scripts_.end()) {
    if (otherwise_) return otherwise_(*this, std::move(request), std::move(reply));
    return reply(Absent{Error{Errc::not_found, "no such artifact"}});
  }
  const Act* chosen = &script->second.back();
  for (const Act& act : script->second) {
    const bool passed = !act.keys.empty() &&
                        std::all_of(act.keys.begin(), act.keys.end(),
                                    [&](const Key& key) { return request.given.count(key) != 0; });
    if (passed) continue;
    chosen = &act;
    break;
  }
  chosen->doing(*this, std::move(request), std::move(reply));
}

std::size_t FakeProvider::calls(const std::string& artifact) const {
  MutexLock lock(mutex_);
  const auto it = calls_.find(artifact);
  return it == calls_.end() ? 0 : it->second;
}

std::size_t FakeProvider::calls() const {
  MutexLock lock(mutex_);
  return order_.size();
}

void FakeProvider::await_calls(const std::string& artifact, std::size_t count) const {
  MutexLock lock(mutex_);
  while (calls_[artifact] < count) changed_.wait(mutex_);
}

std::vector<std::string> FakeProvider::order() const {
  MutexLock lock(mutex_);
  return order_;
}

std::size_t FakeProvider::busiest() const {
  MutexLock lock(mutex_);
  return busiest_;
}

void FakeProvider::keep(Reply reply, std::string text) const {
  MutexLock lock(mutex_);
  kept_.emplace_back(std::move(reply), std::move(text));
  changed_.notify_all();
}

void FakeProvider::await_kept(std::size_t count) const {
  MutexLock lock(mutex_);
  while (kept_.size() < count) changed_.wait(mutex_);
}

void FakeProvider::release() const {
  std::vector<std::pair<Reply, std::string>> kept;
  {
    MutexLock lock(mutex_);
    kept.swap(kept_);
  }
  for (const auto& [reply, text] : kept) reply(make_fact(text));
}

void FakeProvider::elsewhere(std::function<void()> work) const {
  MutexLock lock(mutex_);
  threads_.emplace_back(std::move(work));
}

namespace act {

namespace {

Act plain(FakeProvider::Doing doing) { return Act{{}, std::move(doing)}; }

}  // namespace

Act fact(std::string text) {
  return plain([text](const FakeProvider&, StepRequest, Reply reply) { reply(make_fact(text)); });
}

Act absent(Errc code, std::string message) {
  return plain([code, message](const FakeProvider&, StepRequest, Reply reply) {
    reply(Absent{Error{code, message}});
  });
}

Act ask(std::vector<Key> keys) {
  return Act{keys, [keys](const FakeProvider&, StepRequest, Reply reply) { reply(Need{keys}); }};
}

Act ask_always(std::vector<Key> keys) {
  return plain([keys](const FakeProvider&, StepRequest, Reply reply) { reply(Need{keys}); });
}

Act stall() {
  return plain([](const FakeProvider& provider, StepRequest, Reply reply) {
    provider.keep(std::move(reply), "late");
  });
}

Act wait(Gate& gate, std::string text) {
  return plain([&gate, text](const FakeProvider&, StepRequest, Reply reply) {
    gate.wait();
    reply(make_fact(text));
  });
}

Act throw_text(std::string what) {
  return plain([what](const FakeProvider&, StepRequest, Reply) { throw std::runtime_error(what); });
}

Act throw_bad_alloc() {
  return plain([](const FakeProvider&, StepRequest, Reply) { throw std::bad_alloc(); });
}

Act throw_int() {
  return plain([](const FakeProvider&, StepRequest, Reply) { throw 7; });
}

Act twice(std::string first, std::string second) {
  return plain([first, second](const FakeProvider&, StepRequest, Reply reply) {
    reply(make_fact(first));
    reply(make_fact(second));
  });
}

Act fact_then_throw(std::string text) {
  return plain([text](const FakeProvider&, StepRequest, Reply reply) {
    reply(make_fact(text));
    throw std::runtime_error("after the answer");
  });
}

Act drop() {
  return plain([](const FakeProvider&, StepRequest, Reply) {});
}

Act from_elsewhere(std::string text) {
  return plain([text](const FakeProvider& provider, StepRequest, Reply reply) {
    provider.elsewhere([text, reply] { reply(make_fact(text)); });
  });
}

Act ask_for_ever() {
  return plain([](const FakeProvider&, StepRequest request, Reply reply) {
    const std::string next = "more-" + std::to_string(request.given.size());
    reply(Need{{Key{request.key.section, next, ""}}});
  });
}

}  // namespace act

Place FaultyProvider::place(const Key& key, const EvidenceMap& given) const {
  if (fault_ == Fault::place_throws && ++calls_ == nth_) {
    struck_ = true;
    throw std::runtime_error("no place");
  }
  return inner_->place(key, given);
}

void FaultyProvider::step(StepRequest request, Reply reply) const {
  if (fault_ == Fault::place_throws || ++calls_ != nth_) {
    return inner_->step(std::move(request), std::move(reply));
  }
  struck_ = true;
  switch (fault_) {
    case Fault::throws:
      throw std::runtime_error("fault");
    case Fault::no_memory:
      throw std::bad_alloc();
    case Fault::drops:
      return;
    case Fault::unavailable:
      return reply(Absent{Error{Errc::unavailable, "fault"}});
    case Fault::stalls: {
      const MutexLock lock(mutex_);
      stalled_.push_back(std::move(reply));
      return;
    }
    case Fault::twice:
      inner_->step(request, reply);
      return reply(make_fact("second fact nobody may see"));
    case Fault::place_throws:
      return;
  }
}

void FaultyProvider::release() const {
  std::vector<Reply> stalled;
  {
    const MutexLock lock(mutex_);
    stalled.swap(stalled_);
  }
  for (const Reply& reply : stalled) reply(make_fact("late fact nobody may see"));
}

}  // namespace portreeve::testing
