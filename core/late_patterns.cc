#include "core/late_patterns.h"

namespace portreeve {
namespace {

// Of a thread, and for the length of a call: nothing is shared.
thread_local bool late_patterns = false;

}  // namespace

LatePatterns::LatePatterns(bool late) noexcept : before_(late_patterns) { late_patterns = late; }

LatePatterns::~LatePatterns() { late_patterns = before_; }

bool LatePatterns::wanted() noexcept { return late_patterns; }

}  // namespace portreeve
