#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/vers_fuzz.cc"
