// One decision in process, without socket and log: for a profiler, and for counting instructions.
//   decision [ROUNDS [strict|full]]

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "bench/process.h"
#include "bench/sample_review.h"
#include "core/limits.h"
#include "policies/catalog.h"
#include "webhook/decide.h"

int main(int argc, char** argv) {
  using namespace portreeve;
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 2000;
  SystemClock clock;
  MemoryBudget budget(limits::kServeMemoryBudget);
  policies::PolicySources sources;
  sources.catalog = policies::embedded_catalog();
  auto set = policies::PolicySet::load(std::move(sources));
  auto none = policies::PolicySet::load({});
  if (!set.ok() || !none.ok()) return 1;
  const engine::Engine full(engine::Engine::Options{std::move(set).value(), &clock, nullptr});
  const engine::Engine strict(engine::Engine::Options{std::move(none).value(), &clock, nullptr});
  const std::string text = bench::blueprint_review(7000);
  for (const auto& [name, engine] : {std::pair{"strict", &strict}, std::pair{"full", &full}}) {
    if (argc > 2 && std::string_view(argv[2]) != name) continue;
    std::vector<double> microseconds;
    for (int i = 0; i < rounds; ++i) {
      std::string copy = text;
      const auto begin = std::chrono::steady_clock::now();
      Decision decision = Decision::undecided;
      webhook::decide(*engine, &budget, std::move(copy),
                      engine::Deadline::in(limits::kDecisionTime, clock),
                      [&](webhook::Decided decided) { decision = decided.verdict.decision; });
      const std::chrono::duration<double, std::micro> taken =
          std::chrono::steady_clock::now() - begin;
      if (decision != Decision::allow) return 1;
      microseconds.push_back(taken.count());
    }
    std::printf("%-7s median %.1f us  p99 %.1f us\n", name, bench::median(microseconds),
                bench::percentile(microseconds, 99));
  }
  return 0;
}
