#pragma once

// Who waits for what within one decision. Design §3, "Evidence is a graph".

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/evidence.h"
#include "engine/flights.h"

namespace portreeve::engine {

/// The evidence graph of one decision: keys, what their providers asked for, and the caps. Data
/// only; the gatherer brings threads, time and lock.
///
/// A key fails as a whole, whatever its provider would have made of less, so that without loops the
/// asked keys get the same evidence in whichever order the answers come:
/// - a key that waits for itself, directly or not: malformed, "a → b → a";
/// - a key whose evidence needs a chain of more than limits::kEvidenceGraphDepth keys: limit;
/// - a key that asks for more than is left of limits::kEvidenceKeys: limit;
/// - a key that asks only for what it has, or for nothing: internal.
class EvidenceGraph {
 public:
  /// A provider step that is due.
  struct Run {
    Key key;
    Given given;
    std::shared_ptr<Flights::Flight> flight;
  };

  explicit EvidenceGraph(const std::vector<Key>& asked);

  /// What a step brought. Ignored when the key is settled already.
  void answer(const Key& key, const FlightAnswer& answer);
  /// Remembers the flight for the key's next step; `began`: this decision made it.
  void attach(const Key& key, std::shared_ptr<Flights::Flight> flight, bool began);
  /// The steps that are due now. Keys that nobody waits for any longer are left alone.
  std::vector<Run> take_runs();

  /// Every key that was asked from outside is settled.
  bool finished() const noexcept { return open_ == 0; }
  /// A flight that this decision made is not at its end.
  bool owns_flights() const;
  /// All settled evidence, and Absent with `why` + " while waiting for KEY" for what is missing.
  EvidenceMap evidence(const Error& why) const;

 private:
  struct Node {
    const Key* key = nullptr;
    bool asked = false;   ///< From outside.
    bool parked = false;  ///< Its step is due, but nobody waits for it.
    bool owner = false;
    std::size_t height = 1;        ///< Keys in the longest chain from here, up to the cap + 1.
    std::map<Key, Node*> asks;     ///< All that its provider ever asked for.
    std::map<Key, Node*> missing;  ///< Of these, what it waits for.
    std::vector<Node*> askers;     ///< Never closes a cycle.
    Given given;
    std::optional<Settled> settled;
    std::shared_ptr<Flights::Flight> flight;  ///< Held to the end: others may still join it.
  };

  Node* find_or_add(const Key& key);
  void ask(Node& node, const std::vector<Key>& keys);
  bool admit(Node& node, const std::set<Key>& keys);
  void link(Node& node, Node& child);
  void raise(Node& node, std::size_t height);
  void unpark(Node& node, std::set<const Node*>& seen);
  bool fail_cycles(Node& node, const std::set<Key>& children);
  static std::vector<Node*> way(const std::vector<Node*>& from, Node& to);
  void fail(Node& node, Errc code, std::string message);
  void settle(Node& node, Settled settled);
  bool needed(const Node& node, std::set<const Node*>& seen) const;
  std::string chain(const Node& node) const;

  std::map<Key, Node> nodes_;
  EvidenceMap refused_;  // Asked from outside beyond the cap.
  std::vector<Node*> due_;
  std::size_t open_ = 0;
  std::size_t steps_ = 0;
  std::size_t parked_ = 0;
};

}  // namespace portreeve::engine
