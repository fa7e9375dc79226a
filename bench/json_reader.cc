// The strict reader on a 7 KB review, in process: median of single parses, and bytes per value.

#include <chrono>
#include <cstdio>

#include "bench/process.h"
#include "bench/sample_review.h"
#include "core/json.h"

int main() {
  using namespace portreeve;
  const std::string text = bench::blueprint_review(7000);
  std::vector<double> microseconds;
  std::size_t footprint = 0;
  std::uint32_t values = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string copy = text;
    const auto begin = std::chrono::steady_clock::now();
    const Result<DocumentPtr> document = json::parse(std::move(copy), json::review_limits(), nullptr);
    const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - begin;
    if (!document.ok()) return 1;
    microseconds.push_back(taken.count());
    footprint = document.value()->footprint() - text.size();
    values = document.value()->root().node_count();
  }
  std::printf("%zu bytes, %u nodes: median %.1f us, p99 %.1f us (at most 20); %.1f bytes a node\n",
              text.size(), values, bench::median(microseconds),
              bench::percentile(microseconds, 99),
              static_cast<double>(footprint) / static_cast<double>(values));
  return 0;
}
