#include "net/connection_table.h"

#include <set>

#include "net/connection.h"

namespace portreeve::net {
namespace {

constexpr std::array kShedOrder{Phase::lingering, Phase::silent, Phase::waiting, Phase::handshaking,
                                Phase::head,      Phase::idle,   Phase::body};

bool in_progress(Phase phase) {
  return phase == Phase::body || phase == Phase::handling || phase == Phase::writing;
}

// Every phase but the handshake's has one length, so the first that is not due ends the search. A
// handshake is timed from its accept(2).
bool ordered_by_deadline(Phase phase) {
  return phase != Phase::waiting && phase != Phase::handshaking;
}

}  // namespace

void ConnectionTable::leave(const Place& place) {
  if (place.phase == Phase::silent) silent_.fetch_sub(1, std::memory_order_relaxed);
  if (place.phase == Phase::idle) state_.counters.idle.subtract();
  if (in_progress(place.phase)) state_.in_progress.leave();
  if (place.phase != Phase::handshaking) return;
  const auto count = handshakes_.find(place.address);
  if (count != handshakes_.end() && --count->second == 0) handshakes_.erase(count);
}

void ConnectionTable::enter(Place& place, Phase phase, SteadyTime now, SteadyTime deadline) {
  place.phase = phase;
  place.since = now;
  place.deadline = deadline;
  if (phase == Phase::silent) silent_.fetch_add(1, std::memory_order_relaxed);
  if (phase == Phase::idle) state_.counters.idle.add();
  if (in_progress(phase)) state_.in_progress.enter();
  if (phase == Phase::handshaking) ++handshakes_[place.address];
}

void ConnectionTable::add(const Handle& connection, SteadyTime now, SteadyTime deadline) {
  Place& place = connection->place();
  place.at = list(Phase::silent).insert(list(Phase::silent).end(), connection);
  enter(place, Phase::silent, now, deadline);
  ++size_;
}

void ConnectionTable::move(Connection& connection, Phase phase, SteadyTime now,
                           SteadyTime deadline) {
  Place& place = connection.place();
  if (place.phase == Phase::closed) return;
  List& from = list(place.phase);
  List& to = list(phase);
  const Place before = place;
  // Enter first: a request that goes from one working phase to the next must not look finished.
  enter(place, phase, now, deadline);
  leave(before);
  to.splice(to.end(), from, place.at);
}

void ConnectionTable::remove(Connection& connection) {
  Place& place = connection.place();
  if (place.phase == Phase::closed) return;
  List& from = list(place.phase);
  leave(place);
  place.phase = Phase::closed;
  --size_;
  from.erase(place.at);  // May destroy the connection.
}

ConnectionTable::Handle ConnectionTable::to_shed(bool only_unfinished) const {
  for (const Phase phase : kShedOrder) {
    if (only_unfinished && phase == Phase::idle) return nullptr;
    if (!list(phase).empty()) return list(phase).front();
  }
  return nullptr;
}

std::vector<ConnectionTable::Handle> ConnectionTable::expired(SteadyTime now,
                                                              std::size_t most) const {
  std::vector<Handle> due;
  for (std::size_t i = 0; i < kPhases; ++i) {
    const auto phase = static_cast<Phase>(i);
    for (const Handle& connection : lists_[i]) {
      if (due.size() == most) return due;
      if (connection->place().deadline <= now) {
        due.push_back(connection);
      } else if (ordered_by_deadline(phase)) {
        break;
      }
    }
  }
  return due;
}

std::vector<ConnectionTable::Handle> ConnectionTable::all() const {
  std::vector<Handle> result;
  result.reserve(size_);
  for (const List& connections : lists_) {
    result.insert(result.end(), connections.begin(), connections.end());
  }
  return result;
}

bool ConnectionTable::has_handshake_free(const Connection& connection) const {
  const auto count = handshakes_.find(connection.place().address);
  return count == handshakes_.end() || count->second < state_.handshakes_per_address;
}

ConnectionTable::Handle ConnectionTable::stalled_handshake(const Connection& connection,
                                                           SteadyTime now) const {
  for (const Handle& other : list(Phase::handshaking)) {
    if (other->place().address == connection.place().address && other->is_stalled(now)) {
      return other;
    }
  }
  return nullptr;
}

ConnectionTable::Handle ConnectionTable::newest_waiting(const PeerBytes& address) const {
  const List& waiting = list(Phase::waiting);
  for (auto at = waiting.rbegin(); at != waiting.rend(); ++at) {
    if ((*at)->place().address == address) return *at;
  }
  return nullptr;
}

std::vector<PeerBytes> ConnectionTable::waiting_addresses() const {
  std::set<PeerBytes> addresses;
  for (const Handle& connection : list(Phase::waiting)) {
    addresses.insert(connection->place().address);
  }
  return {addresses.begin(), addresses.end()};
}

}  // namespace portreeve::net
