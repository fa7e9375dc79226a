// How much of a decision is ours: three handlers on one listener. raw answers the uid with the body
// not parsed; strict reads and logs with no policies; full judges by the whole identity catalog.
//   admission [LOG-FILE [raw|strict|full]]      one handler alone: for a profiler

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>
#include <thread>

#include "bench/load.h"
#include "bench/process.h"
#include "bench/sample_review.h"
#include "core/limits.h"
#include "policies/catalog.h"
#include "policies/examples.h"
#include "webhook/handler.h"

namespace portreeve::bench {
namespace {

constexpr int kRounds = 7;
constexpr auto kRound = std::chrono::milliseconds(1500);

std::shared_ptr<const policies::PolicySet> must(
    Result<std::shared_ptr<const policies::PolicySet>> set) {
  if (set.ok()) return std::move(set).value();
  std::fprintf(stderr, "bench: %s\n", set.error().message.c_str());
  std::exit(1);
}

// Everything a gate needs but signals; the child process is killed at the end.
void serve(const std::string& log_file, const std::function<void(std::uint16_t)>& report) {
  SystemClock clock;
  MemoryBudget budget(limits::kServeMemoryBudget);
  engine::Threads threads(clock);
  webhook::Metrics metrics;
  webhook::DecisionLog::Options log_options;
  log_options.file = log_file;
  auto log = std::move(webhook::DecisionLog::open(log_options)).value();
  policies::PolicySources catalog;
  catalog.catalog = policies::embedded_catalog();
  engine::Engine full(engine::Engine::Options{
      must(policies::PolicySet::load(std::move(catalog))), &clock, nullptr});
  engine::Engine strict(
      engine::Engine::Options{must(policies::PolicySet::load({})), &clock, nullptr});
  webhook::Handler::Parts parts{&full, &threads, &budget, log.get(), &metrics, &clock};
  webhook::Handler full_handler(parts);
  parts.engine = &strict;
  webhook::Handler strict_handler(parts);
  net::ListenerOptions options;
  options.certificates =
      std::move(net::TlsFiles::load({"", "", "", "localhost,127.0.0.1"}, clock.now())).value();
  auto listener = net::HttpsListener::start(
      std::move(options),
      [](std::string_view, std::string_view, std::string_view, net::RouteLimits& limits) {
        limits.body_bytes = limits::kReviewBytes;
        net::HttpResponse go_on;
        go_on.status = 0;
        return go_on;
      },
      [&](net::HttpRequest request, net::Respond respond) {
        if (request.path == "/full") {
          full_handler.handle(std::move(request), std::move(respond));
        } else if (request.path == "/strict") {
          strict_handler.handle(std::move(request), std::move(respond));
        } else {
          const std::size_t at = request.body.find("\"uid\":\"") + 7;
          const std::string uid = request.body.substr(at, request.body.find('"', at) - at);
          std::string line = "{\"uid\":\"" + uid + "\",\"verdict\":\"allow\"}";
          log->append(std::move(line), request.received + std::chrono::seconds(4),
                      [uid, respond = std::move(respond)](Outcome) {
                        net::HttpResponse response;
                        response.status = 200;
                        response.content_type = "application/json";
                        response.body =
                            "{\"apiVersion\":\"admission.k8s.io/v1\",\"kind\":\"AdmissionReview\","
                            "\"response\":{\"uid\":\"" + uid + "\",\"allowed\":true}}";
                        respond(std::move(response));
                      });
        }
      });
  if (!listener.ok()) std::exit(1);
  report(listener.value()->port());
  while (true) std::this_thread::sleep_for(std::chrono::hours(1));
}

struct Figures {
  std::vector<double> per_second, per_core_second, cpu_us;
};

int run(const std::string& log_file, std::string_view only) {
  ServerProcess server([&](auto report) { serve(log_file, report); });
  const std::string body = blueprint_review(7000);
  std::printf("cores %u, review %zu bytes, 16 kept TLS connections, %d rounds of %lld ms\n",
              std::thread::hardware_concurrency(), body.size(), kRounds,
              static_cast<long long>(kRound.count()));
  Load load(server.port(), 16);
  std::map<std::string, Figures> figures;
  for (int round = 0; round <= kRounds; ++round) {
    for (const char* path : {"/raw", "/strict", "/full"}) {
      if (!only.empty() && only != path + 1) continue;
      const double before = server.cpu_seconds();
      const LoadResult result = load.closed(http_post(path, body), kRound);
      const double cpu = server.cpu_seconds() - before;
      if (result.failures > 0) return std::printf("%s: %llu failures\n", path,
                                                  static_cast<unsigned long long>(result.failures));
      if (round == 0) continue;  // Warm-up.
      const auto answers = static_cast<double>(result.answers);
      figures[path].per_second.push_back(answers / result.seconds);
      figures[path].per_core_second.push_back(answers / cpu);
      figures[path].cpu_us.push_back(cpu / answers * 1e6);
    }
  }
  for (const auto& [path, f] : figures) {
    std::printf("%-8s %8.0f requests/s  %8.0f per server core second  %6.1f us CPU each\n",
                path.c_str() + 1, median(f.per_second), median(f.per_core_second), median(f.cpu_us));
  }
  if (!only.empty()) return 0;
  const auto ratio = [&](const char* a, const char* b) {
    return median(figures[a].per_core_second) / median(figures[b].per_core_second);
  };
  std::printf("full/strict %.2f (at least 0.70)  strict/raw %.2f (at least 0.45)\n",
              ratio("/full", "/strict"), ratio("/strict", "/raw"));
  for (const char* path : {"/raw", "/full"}) {
    const LoadResult result =
        load.open(http_post(path, body), 1000, std::chrono::milliseconds(5000));
    std::printf("open loop 1000/s %-5s p50 %.2f ms  p99 %.2f ms  failures %llu\n", path + 1,
                percentile(result.latencies, 50), percentile(result.latencies, 99),
                static_cast<unsigned long long>(result.failures));
  }
  std::printf("resident %.0f MiB\n", server.resident_mib());
  return 0;
}

}  // namespace
}  // namespace portreeve::bench

int main(int argc, char** argv) {
  return portreeve::bench::run(argc > 1 ? argv[1] : "/tmp/portreeve-bench-decisions.jsonl",
                               argc > 2 ? argv[2] : "");
}
