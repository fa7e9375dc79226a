// The fuzz target, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/policy_fuzz.cc"
