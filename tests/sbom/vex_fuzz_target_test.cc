#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/vex_fuzz.cc"
