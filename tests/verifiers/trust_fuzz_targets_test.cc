// The targets themselves, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/certificate_fuzz.cc"
#include "tests/fuzz/timestamp_token_fuzz.cc"
#include "tests/fuzz/trust_root_fuzz.cc"
