// Wrappings: no bytes crash, what comes out is not wrapped any more, and memory is given back.

#include "core/limits.h"
#include "sbom/container.h"
#include "sbom/read.h"
#include "tests/fuzz/sbom_reader.h"

PORTREEVE_FUZZ_TARGET(sbom_container) {
  using namespace portreeve;
  constexpr std::size_t kMost = 1024 * 1024;
  MemoryBudget budget(16 * 1024 * 1024);
  {
    const auto once = sbom::unwrap(std::make_shared<const std::string>(text), kMost, &budget);
    if (once.ok()) {
      fuzz::check(once.value().wrappings.size() <= limits::kSbomWrappings, "wrappings are limited",
                  text);
      const auto twice = sbom::unwrap(once.value().bytes, kMost, &budget);
      fuzz::check(twice.ok() && twice.value().wrappings.empty(), "everything was taken off", text);
      const auto document = sbom::read(once.value().bytes, kMost, &budget);
      if (document.ok()) fuzz::check_model(*document.value());
    }
  }
  fuzz::check(budget.used() == 0, "memory is given back", text);
}
