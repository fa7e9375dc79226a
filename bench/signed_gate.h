#pragma once

// The gate with rules about signature and attestation, a registry on loopback and a signed,
// attested Blueprint in it.

#include <cstddef>
#include <memory>
#include <string>

#include "core/time.h"

namespace portreeve::bench {

class SignedGate {
 public:
  /// `latency` is added to every answer of the registry.
  explicit SignedGate(Milliseconds latency);
  ~SignedGate();

  /// One decision of the webhook about the Blueprint; whether it was allowed.
  bool decide();
  /// The same without these rules: no evidence is asked for.
  bool decide_plainly();
  /// As after a start of the process: nothing is known, no connection is open.
  void restart();
  std::size_t requests() const;  ///< Answered by the registry so far.
  const std::string& why() const { return why_; }

 private:
  struct World;
  struct Running;
  bool decide(bool plainly);
  const std::unique_ptr<World> world_;
  std::unique_ptr<Running> running_;
  std::string why_;
};

}  // namespace portreeve::bench
