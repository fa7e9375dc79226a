// SPDX 2 tag-value: no bytes crash the reader, and what it returns is a whole model.

#include "tests/fuzz/sbom_reader.h"

PORTREEVE_FUZZ_TARGET(sbom_spdx2_tag_value) {
  portreeve::fuzz::read_with(portreeve::sbom::read_spdx2_tag_value, text);
}
