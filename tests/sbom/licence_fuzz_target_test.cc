#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/licence_fuzz.cc"
