#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/verdict.h"
#include "engine/outcome.h"

namespace portreeve::webhook {

/// Counters of the gate, in Prometheus' text format. Never labelled by what an object says about
/// itself: only by rule ids and closed sets. Thread-safe.
class Metrics {
 public:
  Metrics();
  ~Metrics();

  void decided(engine::Cause cause, const Verdict& verdict, double seconds);
  void shed();                             ///< Refused under load.
  void log_failed();                       ///< A decision that could not be recorded.
  void reloaded(std::string_view what, bool ok);  ///< "policies", "certificate"
  void clock_jumped();
  /// A gauge whose value is read when somebody looks.
  void gauge(std::string_view name, std::string_view help, std::function<double()> read);
  /// A gauge with one label set to 1, for digests and versions ("portreeve_policies_info").
  void info(std::string_view name, std::string_view label, std::string_view value);

  std::string text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace portreeve::webhook
