#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/thread_annotations.h"
#include "engine/provider.h"

namespace portreeve::testing {

/// A door that a test opens; who comes earlier waits.
class Gate {
 public:
  void open() EXCLUDES(mutex_);
  void wait() EXCLUDES(mutex_);
  /// Until `count` threads wait at it or have passed.
  void await_arrivals(std::size_t count) EXCLUDES(mutex_);

 private:
  Mutex mutex_;
  Condition changed_;
  bool open_ GUARDED_BY(mutex_) = false;
  std::size_t arrived_ GUARDED_BY(mutex_) = 0;
};

Fact make_fact(const std::string& text);
/// The text of a fact that make_fact() made.
std::string text_of(const Fact& fact);
/// One line a key: "s:a = fact x", "s:b = limit: message"; for comparing whole results.
std::string describe(const EvidenceMap& evidence);

/// An evidence provider that does what a test says, well or badly. Thread-safe once scripted.
class FakeProvider final : public engine::EvidenceProvider {
 public:
  using Doing = std::function<void(const FakeProvider&, engine::StepRequest, engine::Reply)>;
  struct Act {
    std::vector<Key> keys;  ///< Passed over once all of them were given.
    Doing doing;
  };

  explicit FakeProvider(std::string section = "s", engine::Place place = {});
  ~FakeProvider() override;

  /// For each step, the first act whose keys were not all given yet; the last one stands for ever.
  FakeProvider& script(const std::string& artifact, std::vector<Act> acts);
  /// What is done for keys without a script; else they are not found.
  FakeProvider& otherwise(Doing doing);

  Key key(const std::string& artifact) const { return Key{section_, artifact, ""}; }
  std::vector<Key> keys(const std::vector<std::string>& artifacts) const;

  std::string_view section() const noexcept override { return section_; }
  engine::Place place(const Key& key, const EvidenceMap& given) const override;
  void step(engine::StepRequest request, engine::Reply reply) const override;

  /// Steps begun for `artifact`, and for all.
  std::size_t calls(const std::string& artifact) const EXCLUDES(mutex_);
  std::size_t calls() const EXCLUDES(mutex_);
  /// Blocks until `count` steps for `artifact` have begun.
  void await_calls(const std::string& artifact, std::size_t count) const EXCLUDES(mutex_);
  /// Artifacts in the order in which their steps began.
  std::vector<std::string> order() const EXCLUDES(mutex_);
  /// Most steps that ran at once.
  std::size_t busiest() const EXCLUDES(mutex_);

  /// For acts: holds a reply back until release() answers all of them with facts.
  void keep(engine::Reply reply, std::string text) const EXCLUDES(mutex_);
  void release() const EXCLUDES(mutex_);
  /// Blocks until `count` replies are held back.
  void await_kept(std::size_t count) const EXCLUDES(mutex_);
  /// For acts: runs `work` on a thread of its own, joined with this.
  void elsewhere(std::function<void()> work) const EXCLUDES(mutex_);

 private:
  const std::string section_;
  const engine::Place place_;
  std::map<std::string, std::vector<Act>> scripts_;
  Doing otherwise_;

  mutable Mutex mutex_;
  mutable Condition changed_;
  mutable std::map<std::string, std::size_t> calls_ GUARDED_BY(mutex_);
  mutable std::vector<std::string> order_ GUARDED_BY(mutex_);
  mutable std::size_t running_ GUARDED_BY(mutex_) = 0;
  mutable std::size_t busiest_ GUARDED_BY(mutex_) = 0;
  mutable std::vector<std::pair<engine::Reply, std::string>> kept_ GUARDED_BY(mutex_);
  mutable std::vector<std::thread> threads_ GUARDED_BY(mutex_);
};

/// The acts.
namespace act {
using Act = FakeProvider::Act;
Act fact(std::string text);
Act absent(Errc code, std::string message);
Act ask(std::vector<Key> keys);         ///< Once: the next act follows when they are there.
Act ask_always(std::vector<Key> keys);  ///< Again and again, given or not.
Act stall();  ///< Holds the reply; FakeProvider::release() answers "late".
Act wait(Gate& gate, std::string text);  ///< Blocks its thread until the gate opens.
Act throw_text(std::string what);
Act throw_bad_alloc();
Act throw_int();
Act twice(std::string first, std::string second);
Act fact_then_throw(std::string text);
Act drop();
Act from_elsewhere(std::string text);  ///< Answers on another thread.
Act ask_for_ever();                    ///< One new key each time.
}  // namespace act

/// Another provider whose n-th call goes wrong. Thread-safe.
class FaultyProvider final : public engine::EvidenceProvider {
 public:
  enum class Fault { throws, no_memory, drops, unavailable, stalls, twice, place_throws };
  static constexpr Fault kAll[] = {Fault::throws,      Fault::no_memory, Fault::drops,
                                   Fault::unavailable, Fault::stalls,    Fault::twice,
                                   Fault::place_throws};

  /// `nth` counts from 1 over all keys; 0: never.
  FaultyProvider(std::shared_ptr<const engine::EvidenceProvider> inner, Fault fault,
                 std::uint64_t nth)
      : inner_(std::move(inner)), fault_(fault), nth_(nth) {}

  std::string_view section() const noexcept override { return inner_->section(); }
  engine::Place place(const Key& key, const EvidenceMap& given) const override;
  void step(engine::StepRequest request, engine::Reply reply) const override;
  /// Whether the n-th call came.
  bool struck() const { return struck_; }
  /// Answers what was stalled, too late.
  void release() const EXCLUDES(mutex_);

 private:
  const std::shared_ptr<const engine::EvidenceProvider> inner_;
  const Fault fault_;
  const std::uint64_t nth_;
  mutable std::atomic<std::uint64_t> calls_{0};
  mutable std::atomic<bool> struck_{false};
  mutable Mutex mutex_;
  mutable std::vector<engine::Reply> stalled_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::testing
