#include "charts/default_render.h"
#include "charts/reader.h"
#include "tests/fuzz/fuzz.h"

// A Chart.yaml, and the same bytes as values, as a lock and as a template: what is read without a
// fault has a name, a version, and entries that stand in its document.
PORTREEVE_FUZZ_TARGET(chart_yaml) {
  using namespace portreeve;
  using namespace portreeve::charts;
  using portreeve::fuzz::check;
  MemoryBudget budget(64 << 20);
  const std::string whole(text);
  const Reading reading = read_folder(MemoryFiles({{"Chart.yaml", whole},
                                                   {"Chart.lock", whole},
                                                   {"values.yaml", whole},
                                                   {"templates/a.yaml", whole}}),
                                      Form::source, &budget);
  check(reading.chart != nullptr || !reading.faults.empty(), "neither a chart nor a fault", text);
  for (const Fault& fault : reading.faults)
    check(fault.code != Errc::internal, "our defect", fault.text());
  if (reading.chart == nullptr) return;
  const Chart& chart = *reading.chart;
  if (!reading.refused()) {
    check(!chart.name.empty() && !chart.version.empty(), "a chart without name or version", text);
    check(chart.name.find('/') == std::string::npos && chart.name != "..", "a name that is a path",
          chart.name);
  }
  for (const Dependency& one : chart.dependencies) {
    check(one.entry.same_document(chart.metadata->root()), "an entry of another document",
          one.name);
    (void)off_by_default(one, chart);
  }
  (void)prints_by_default(chart);
  (void)contributes(chart);
}
