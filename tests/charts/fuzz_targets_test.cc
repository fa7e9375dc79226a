// The targets themselves, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/chart_yaml_fuzz.cc"
#include "tests/fuzz/gzip_fuzz.cc"
#include "tests/fuzz/helmignore_fuzz.cc"
#include "tests/fuzz/tar_fuzz.cc"
