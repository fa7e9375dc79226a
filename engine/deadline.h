#pragma once

#include "core/time.h"

namespace portreeve::engine {

/// Until when an answer is of use, on the steady clock, and how long that was from the beginning:
/// messages name the span, as a point in time says nothing to a user.
struct Deadline {
  SteadyTime at{};
  Milliseconds span{};

  static Deadline in(Milliseconds span, const Clock& clock) {
    return Deadline{clock.steady() + span, span};
  }
};

}  // namespace portreeve::engine
