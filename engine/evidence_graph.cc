#include "engine/evidence_graph.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "core/limits.h"

namespace portreeve::engine {

namespace {

constexpr std::string_view kArrow = " → ";
constexpr std::size_t kKeysShown = 8;

Settled local(Error error) {
  Settled settled;
  settled.evidence = std::make_shared<const Evidence>(Absent{std::move(error)});
  return settled;
}

// "a → b → a", the middle of a long one left out.
std::string cycle_text(const std::vector<const Key*>& cycle, std::size_t from) {
  std::string text;
  const std::size_t shown = std::min(cycle.size(), kKeysShown);
  for (std::size_t i = 0; i < shown; ++i) {
    text += printable(*cycle[(from + i) % cycle.size()]);
    text += kArrow;
  }
  if (shown < cycle.size()) {
    text += "… " + std::to_string(cycle.size() - shown) + " more";
    text += kArrow;
  }
  return text + printable(*cycle[from]);
}

}  // namespace

EvidenceGraph::EvidenceGraph(const std::vector<Key>& asked) {
  for (const Key& key : asked) {
    const bool known = nodes_.count(key) != 0;
    if (!known && nodes_.size() >= limits::kEvidenceKeys) {
      refused_.emplace(
          key, Absent{Error{Errc::limit, printable(key) + ": a decision asks for at most " +
                                             std::to_string(limits::kEvidenceKeys) + " keys"}});
      continue;
    }
    Node* const node = find_or_add(key);
    if (!known) ++open_;
    node->asked = true;
  }
}

EvidenceGraph::Node* EvidenceGraph::find_or_add(const Key& key) {
  const auto [it, added] = nodes_.try_emplace(key);
  if (added) {
    it->second.key = &it->first;
    due_.push_back(&it->second);
  }
  return &it->second;
}

void EvidenceGraph::answer(const Key& key, const FlightAnswer& answer) {
  const auto it = nodes_.find(key);
  if (it == nodes_.end() || it->second.settled) return;
  if (const auto* need = std::get_if<Need>(&answer)) {
    ask(it->second, need->keys);
  } else {
    settle(it->second, std::get<Settled>(answer));
  }
}

void EvidenceGraph::attach(const Key& key, std::shared_ptr<Flights::Flight> flight, bool began) {
  const auto it = nodes_.find(key);
  if (it == nodes_.end()) return;
  it->second.owner = it->second.owner || began;
  if (flight) it->second.flight = std::move(flight);
}

void EvidenceGraph::ask(Node& node, const std::vector<Key>& keys) {
  std::set<Key> wanted;
  for (const Key& key : keys) {
    if (node.given.count(key) == 0) wanted.insert(key);
    if (wanted.size() > limits::kEvidenceKeys) break;  // admit() refuses it.
  }
  if (!admit(node, wanted)) return;
  // All edges first: which cycle a key stands in must not depend on the order of its needs.
  for (const Key& key : wanted) node.asks.emplace(key, find_or_add(key));
  if (fail_cycles(node, wanted)) return;
  for (const Key& key : wanted) link(node, *node.asks.at(key));
  if (!node.settled && node.missing.empty()) due_.push_back(&node);
}

// Whether `node` may ask for `keys`; fails it if not.
bool EvidenceGraph::admit(Node& node, const std::set<Key>& keys) {
  const std::string name = printable(*node.key);
  if (keys.empty()) {
    fail(node, Errc::internal, name + ": the provider asked for nothing that it had not got");
    return false;
  }
  const auto fresh = static_cast<std::size_t>(std::count_if(
      keys.begin(), keys.end(), [&](const Key& key) { return nodes_.count(key) == 0; }));
  if (nodes_.size() + fresh <= limits::kEvidenceKeys) return true;
  fail(node, Errc::limit,
       name + ": asks for more than the " + std::to_string(limits::kEvidenceKeys) +
           " keys of a decision (" + std::to_string(nodes_.size()) + " are taken)");
  return false;
}

void EvidenceGraph::link(Node& node, Node& child) {
  child.askers.push_back(&node);
  if (child.settled) {
    node.given.emplace(*child.key, *child.settled);
  } else if (!node.settled) {
    node.missing.emplace(*child.key, &child);
    std::set<const Node*> seen;
    unpark(child, seen);
  }
  raise(node, child.height + 1);
}

// Carries the length of the chain below to all who wait above.
void EvidenceGraph::raise(Node& node, std::size_t height) {
  height = std::min<std::size_t>(height, limits::kEvidenceGraphDepth + 1);
  if (height <= node.height) return;
  node.height = height;
  if (height > limits::kEvidenceGraphDepth && !node.settled) {
    fail(node, Errc::limit,
         "evidence chain is longer than " + std::to_string(limits::kEvidenceGraphDepth) + ": " +
             chain(node));
  }
  for (Node* asker : node.askers) raise(*asker, height + 1);
}

// The keys of the longest chain below `node`.
std::string EvidenceGraph::chain(const Node& node) const {
  std::string text = printable(*node.key);
  for (const Node* at = &node; at->height > 1;) {
    const Node* next = nullptr;
    for (const auto& [key, child] : at->asks) {
      if (next == nullptr && child->height + 1 == at->height) next = child;
    }
    if (next == nullptr) break;
    text += kArrow;
    text += printable(*next->key);
    at = next;
  }
  return text;
}

// What was left alone because nobody waited is wanted again, with all it waits for itself.
void EvidenceGraph::unpark(Node& node, std::set<const Node*>& seen) {
  if (parked_ == 0 || !seen.insert(&node).second) return;
  if (node.parked) {
    node.parked = false;
    --parked_;
    due_.push_back(&node);
  }
  for (const auto& [key, child] : node.missing) unpark(*child, seen);
}

// Every key on a way from one of `children` back to `node` waits for itself, and fails.
bool EvidenceGraph::fail_cycles(Node& node, const std::set<Key>& children) {
  std::vector<Node*> from;
  for (const Key& key : children) from.push_back(node.asks.at(key));
  if (way(from, node).empty()) return false;
  for (Node* const child : from) {
    const std::vector<Node*> members = way({child}, node);
    std::vector<const Key*> cycle;
    for (const Node* member : members) cycle.push_back(member->key);
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (members[i]->settled) continue;
      fail(*members[i], Errc::malformed, "evidence waits for itself: " + cycle_text(cycle, i));
    }
  }
  return true;
}

// The shortest way along asks from any of `from` to `to`, both ends included; empty if none.
std::vector<EvidenceGraph::Node*> EvidenceGraph::way(const std::vector<Node*>& from, Node& to) {
  std::map<Node*, Node*> came_from;
  std::deque<Node*> open(from.begin(), from.end());
  for (Node* const node : from) came_from.emplace(node, nullptr);
  while (!open.empty() && came_from.count(&to) == 0) {
    Node* const at = open.front();
    open.pop_front();
    for (const auto& [key, next] : at->asks) {
      if (came_from.emplace(next, at).second) open.push_back(next);
    }
  }
  std::vector<Node*> nodes;
  if (came_from.count(&to) == 0) return nodes;
  for (Node* at = &to; at != nullptr; at = came_from.at(at)) nodes.push_back(at);
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

void EvidenceGraph::fail(Node& node, Errc code, std::string message) {
  settle(node, local(Error{code, std::move(message)}));
}

void EvidenceGraph::settle(Node& node, Settled settled) {
  if (node.settled) return;
  node.settled = std::move(settled);
  node.missing.clear();
  node.given.clear();
  if (node.asked) --open_;
  for (Node* asker : node.askers) {
    if (asker->settled || asker->missing.erase(*node.key) == 0) continue;
    asker->given.emplace(*node.key, *node.settled);
    if (asker->missing.empty()) due_.push_back(asker);
  }
}

bool EvidenceGraph::needed(const Node& node, std::set<const Node*>& seen) const {
  if (node.settled || !seen.insert(&node).second) return false;
  if (node.asked) return true;
  return std::any_of(node.askers.begin(), node.askers.end(),
                     [&](const Node* asker) { return needed(*asker, seen); });
}

std::vector<EvidenceGraph::Run> EvidenceGraph::take_runs() {
  std::vector<Run> runs;
  for (std::size_t i = 0; i < due_.size(); ++i) {  // Grows while keys fail.
    Node& node = *due_[i];
    if (node.settled) continue;
    std::set<const Node*> seen;
    if (!needed(node, seen)) {
      node.parked = true;
      ++parked_;
      continue;
    }
    if (steps_ == limits::kEvidenceSteps) {
      fail(node, Errc::limit,
           printable(*node.key) + ": a decision takes at most " +
               std::to_string(limits::kEvidenceSteps) + " evidence steps");
      continue;
    }
    ++steps_;
    runs.push_back(Run{*node.key, node.given, node.flight});
  }
  due_.clear();
  return runs;
}

bool EvidenceGraph::owns_flights() const {
  return std::any_of(nodes_.begin(), nodes_.end(),
                     [](const auto& entry) { return entry.second.owner && !entry.second.settled; });
}

EvidenceMap EvidenceGraph::evidence(const Error& why) const {
  EvidenceMap evidence = refused_;
  for (const auto& [key, node] : nodes_) {
    std::set<const Node*> seen;
    if (node.settled) {
      evidence.emplace(key, *node.settled->evidence);
    } else if (needed(node, seen)) {
      std::string waits = printable(key);
      for (const Node* at = &node; !at->missing.empty();) {
        at = at->missing.begin()->second;
        waits += kArrow;
        waits += printable(*at->key);
      }
      evidence.emplace(key, Absent{Error{why.code, why.message + " while waiting for " + waits}});
    }
  }
  return evidence;
}

}  // namespace portreeve::engine
