// The targets themselves, compiled for replay.

#define PORTREEVE_FUZZ_REPLAY
#include "tests/fuzz/sbom_container_fuzz.cc"
#include "tests/fuzz/sbom_cyclonedx_json_fuzz.cc"
#include "tests/fuzz/sbom_cyclonedx_xml_fuzz.cc"
#include "tests/fuzz/sbom_spdx2_json_fuzz.cc"
#include "tests/fuzz/sbom_spdx2_tag_value_fuzz.cc"
#include "tests/fuzz/sbom_spdx3_fuzz.cc"
#include "tests/fuzz/sbom_syft_fuzz.cc"
