// The targets themselves, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/challenge_fuzz.cc"
#include "tests/fuzz/docker_config_fuzz.cc"
#include "tests/fuzz/layout_fuzz.cc"
#include "tests/fuzz/manifest_fuzz.cc"
