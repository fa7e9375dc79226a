// The targets themselves, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/bundle_fuzz.cc"
#include "tests/fuzz/checkpoint_fuzz.cc"
#include "tests/fuzz/dsse_fuzz.cc"
