#pragma once

// The seam behind which evidence is obtained: one provider per section. What a provider may do
// wrong (throw, answer twice, not at all, too late) ends as a typed absence, never as a fact.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/evidence.h"
#include "core/memory_budget.h"
#include "engine/deadline.h"

namespace portreeve::engine {

/// "I cannot answer before I have seen these": the provider is called again when they are there.
struct Need {
  std::vector<Key> keys;
};

using StepAnswer = std::variant<Fact, Absent, Need>;

/// "section:artifact (scope)" fit for a message: parts of it come from the judged object.
std::string printable(const Key& key);

/// One call of a provider.
struct StepRequest {
  Key key;
  EvidenceMap given;     ///< All it asked for so far, by Need, for this key.
  Deadline deadline;     ///< Of this call; later answers are ignored.
  MemoryBudget& memory;  ///< Outlives the call and its Reply.
};

/// How a provider answers, from any thread. The first call counts; further ones are ignored and
/// counted. When the last copy dies without a call, the answer is Absent{internal}. Copies are one
/// and the same reply. Thread-safe, never throws.
class Reply {
 public:
  using Sink = std::function<void(StepAnswer)>;
  using Counter = std::shared_ptr<std::atomic<std::uint64_t>>;
  /// `sink` gets exactly one answer. `ignored` counts those after the first.
  Reply(std::string name, Sink sink, Counter ignored);

  void operator()(StepAnswer answer) const noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

/// Which pool a call runs on.
struct Place {
  enum class Pool { compute, registry };
  Pool pool = Pool::compute;
  std::string registry;  ///< Whose calls are counted together; with Pool::registry.
};

/// Obtains the evidence of one section. Thread-safe; has no state that a call changes.
class EvidenceProvider {
 public:
  virtual ~EvidenceProvider() = default;
  /// The Key::section that it answers for.
  virtual std::string_view section() const noexcept = 0;
  /// Where the next step for `key` runs; cheap, no I/O.
  virtual Place place(const Key& key, const EvidenceMap& given) const = 0;
  /// Works until it knows the answer or what else it needs. May block (a registry counts it as a
  /// call in progress until it returns), but not beyond the deadline, and never for other evidence.
  /// Equal requests give equal answers as far as the world stands still: one call may serve many
  /// decisions.
  virtual void step(StepRequest request, Reply reply) const = 0;
};

/// Does `work`, and answers `reply` with whatever that throws; `name` begins the message.
void guard_reply(const std::string& name, const Reply& reply,
                 const std::function<void()>& work) noexcept;

}  // namespace portreeve::engine
