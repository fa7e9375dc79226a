#include "sbom/vers.h"

#include "sbom/version_order.h"
#include "tests/fuzz/fuzz.h"

// A range has one text; comparing is antisymmetric; a version equal to a bound is where the bound
// says.
PORTREEVE_FUZZ_TARGET(vers) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  const Result<sbom::Vers> range = sbom::Vers::normalise(text);
  if (range.ok()) {
    const std::string canonical = range.value().text();
    if (canonical.size() <= sbom::kVersBytes) {
      check(sbom::Vers::parse(canonical).ok(), "normal form is not canonical", canonical);
    }
    for (const sbom::Vers::Constraint& bound : range.value().constraints()) {
      const auto in = range.value().contains(bound.version);
      if (bound.comparator == sbom::Vers::Comparator::equal && in) {
        check(range.value().constraints().size() > 1 || *in, "= is not in", canonical);
      }
    }
  }
  const std::size_t half = text.find('\n');
  if (half == std::string_view::npos) return;
  const std::string_view a = text.substr(0, half), b = text.substr(half + 1);
  for (const std::string_view scheme : sbom::version_schemes()) {
    const auto order = sbom::compare_versions(scheme, a, b),
               back = sbom::compare_versions(scheme, b, a);
    check(order.has_value() == back.has_value(), "comparable one way only", text);
    check(!order || *order == -*back, "not antisymmetric", text);
  }
}
