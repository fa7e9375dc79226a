#pragma once

// The connections of one I/O thread, ordered by age within each phase. One list per phase replaces
// a timer per connection: the oldest is always at the front.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "core/time.h"
#include "net/listener_state.h"
#include "net/peer_address.h"

namespace portreeve::net {

class Connection;

enum class Phase : std::uint8_t {
  silent,   ///< Accepted, no byte yet.
  waiting,  ///< Its first byte is there, but its address has no handshake free.
  handshaking,
  head,  ///< Some bytes of a request, not yet all of its head.
  idle,  ///< Between requests, or before the first one.
  body,
  handling,  ///< Waits for Respond.
  writing,
  lingering,  ///< Answered and closed by us; waits for the peer's end.
  closed,
};
inline constexpr std::size_t kPhases = 10;

/// Where a connection stands in the table.
struct Place {
  Phase phase = Phase::closed;
  SteadyTime since{};     ///< Of the phase.
  SteadyTime deadline{};  ///< When expired() reports it.
  PeerBytes address{};
  std::list<std::shared_ptr<Connection>>::iterator at{};
};

/// Used by its I/O thread only; counts phases in the shared state.
class ConnectionTable {
 public:
  using Handle = std::shared_ptr<Connection>;

  explicit ConnectionTable(ListenerState& state) noexcept : state_(state) {}

  std::size_t size() const noexcept { return size_; }
  /// Any thread: how many have not sent a byte.
  std::size_t silent() const noexcept { return silent_.load(std::memory_order_relaxed); }
  /// Adds as `silent`. The table keeps it alive until remove().
  void add(const Handle& connection, SteadyTime now, SteadyTime deadline);
  /// To the young end of `phase`.
  void move(Connection& connection, Phase phase, SteadyTime now, SteadyTime deadline);
  void remove(Connection& connection);

  /// The one to close when room is short (see https_listener.h); null if all are working, or if
  /// `only_unfinished` and none is short of its first complete head.
  Handle to_shed(bool only_unfinished) const;
  /// Those whose deadline has passed, the oldest of each phase first; at most `most`.
  std::vector<Handle> expired(SteadyTime now, std::size_t most) const;
  std::vector<Handle> all() const;

  /// Whether this connection's address may begin another handshake.
  bool has_handshake_free(const Connection& connection) const;
  /// The oldest stalled handshake of the same address; null if there is none.
  Handle stalled_handshake(const Connection& connection, SteadyTime now) const;
  /// The one of this address that came last; null if none waits. Last first: those that wait long
  /// are an attacker's, and a new one must not stand behind thousands of them.
  Handle newest_waiting(const PeerBytes& address) const;
  bool any_waiting() const { return !list(Phase::waiting).empty(); }
  /// The addresses that have connections waiting.
  std::vector<PeerBytes> waiting_addresses() const;

 private:
  using List = std::list<Handle>;
  List& list(Phase phase) { return lists_[static_cast<std::size_t>(phase)]; }
  const List& list(Phase phase) const { return lists_[static_cast<std::size_t>(phase)]; }
  void leave(const Place& place);
  void enter(Place& place, Phase phase, SteadyTime now, SteadyTime deadline);

  ListenerState& state_;
  std::size_t size_ = 0;
  std::atomic<std::size_t> silent_{0};
  std::array<List, kPhases> lists_;
  std::map<PeerBytes, std::uint32_t> handshakes_;
};

}  // namespace portreeve::net
