#include "sbom/purl.h"

#include "tests/fuzz/fuzz.h"

// What is accepted has one canonical text, which is accepted strictly and means the same.
PORTREEVE_FUZZ_TARGET(purl) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  const Result<sbom::PurlReading> read = sbom::read_purl(text);
  const Result<sbom::Purl> strict = sbom::Purl::parse(text);
  check(!strict.ok() || read.ok(), "strict accepts what repairing refuses", text);
  if (!read.ok()) {
    check(!read.error().message.empty(), "a refusal without a message", "");
    return;
  }
  const std::string canonical = read.value().purl.text();
  if (canonical.size() > sbom::kPurlBytes) return;
  const Result<sbom::PurlReading> again = sbom::read_purl(canonical);
  check(again.ok() && again.value().purl == read.value().purl, "canonical text means another",
        canonical);
  if (strict.ok()) {
    const Result<sbom::Purl> twice = sbom::Purl::parse(canonical);
    check(twice.ok() && twice.value() == strict.value(), "canonical text is not strict", canonical);
  }
}
