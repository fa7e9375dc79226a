// The fuzz targets, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/config_schema_fuzz.cc"
#include "tests/fuzz/policy_fuzz.cc"
#include "tests/fuzz/render_predicate_fuzz.cc"
