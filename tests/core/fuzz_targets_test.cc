// The targets themselves, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/json_fuzz.cc"
#include "tests/fuzz/reference_fuzz.cc"
#include "tests/fuzz/yaml_fuzz.cc"
