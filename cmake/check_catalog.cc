// Run while Portreeve is built: a catalog that does not load, or whose examples do not hold, stops
// the build.

#include <cstdio>

#include "policies/catalog.h"
#include "policies/examples.h"

int main() {
  using namespace portreeve::policies;
  PolicySources sources;
  sources.catalog = embedded_catalog();
  const auto set = PolicySet::load(std::move(sources));
  if (!set.ok()) {
    std::fprintf(stderr, "%s\n", set.error().message.c_str());
    return 1;
  }
  const auto results = run_examples(*set.value());
  if (!results.ok()) {
    std::fprintf(stderr, "%s\n", results.error().message.c_str());
    return 1;
  }
  int failed = 0;
  for (const ExampleResult& result : results.value()) {
    if (result.holds()) continue;
    std::fprintf(stderr, "%s\n", result.text().c_str());
    failed = 1;
  }
  return failed;
}
