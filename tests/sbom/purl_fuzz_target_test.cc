#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/purl_fuzz.cc"
