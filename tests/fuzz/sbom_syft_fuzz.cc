// Syft JSON: no bytes crash the reader, and what it returns is a whole model.

#include "tests/fuzz/sbom_reader.h"

PORTREEVE_FUZZ_TARGET(sbom_syft) { portreeve::fuzz::read_with(portreeve::sbom::read_syft, text); }
