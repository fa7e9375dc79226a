#include "webhook/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <map>
#include <utility>

#include "core/thread_annotations.h"

namespace portreeve::webhook {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

constexpr std::array<const char*, 11> kCauses = {
    "allow",     "deny",      "undecided",     "undecided_limit", "malformed", "input_limit",
    "overloaded", "too_large", "misconfigured", "unreadable",      "internal"};

}  // namespace

struct Metrics::State {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& decisions =
      BuildCounter().Name("portreeve_decisions_total").Help("Answers, by cause").Register(registry);
  prometheus::Family<prometheus::Counter>& rules =
      BuildCounter()
          .Name("portreeve_rule_failures_total")
          .Help("Findings that failed or were undecided, by rule and effect")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& would_deny =
      BuildCounter()
          .Name("portreeve_would_deny_total")
          .Help("Denials that stage observe let pass, by rule")
          .Register(registry);
  prometheus::Family<prometheus::Counter>& reloads =
      BuildCounter().Name("portreeve_reloads_total").Help("Reloads, by what").Register(registry);
  prometheus::Family<prometheus::Counter>& events =
      BuildCounter().Name("portreeve_events_total").Help("Rare events").Register(registry);
  prometheus::Histogram& seconds =
      BuildHistogram()
          .Name("portreeve_decision_seconds")
          .Help("From the first byte of a review to its answer")
          .Register(registry)
          .Add({}, prometheus::Histogram::BucketBoundaries{0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                                           0.005, 0.01, 0.025, 0.1, 0.5, 1, 5});
  std::array<prometheus::Counter*, kCauses.size()> causes{};
  std::vector<std::pair<prometheus::Gauge*, std::function<double()>>> gauges;
  Mutex mutex;
  std::map<std::string, prometheus::Family<prometheus::Gauge>*, std::less<>> infos
      GUARDED_BY(mutex);

  State() {
    for (std::size_t i = 0; i < kCauses.size(); ++i) {
      causes[i] = &decisions.Add({{"cause", kCauses[i]}});
    }
  }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {}
Metrics::~Metrics() = default;

void Metrics::decided(engine::Cause cause, const Verdict& verdict, double seconds) {
  state_->causes[static_cast<std::size_t>(cause)]->Increment();
  state_->seconds.Observe(seconds);
  for (const Finding& finding : verdict.findings) {
    if (finding.observed) state_->would_deny.Add({{"rule", finding.rule}}).Increment();
    if (finding.status != FindingStatus::fail && finding.status != FindingStatus::undecided) continue;
    state_->rules
        .Add({{"rule", finding.rule}, {"effect", std::string(to_string(finding.effect))}})
        .Increment();
  }
}

void Metrics::shed() { state_->events.Add({{"event", "shed"}}).Increment(); }
void Metrics::log_failed() { state_->events.Add({{"event", "decision_log_failed"}}).Increment(); }
void Metrics::clock_jumped() { state_->events.Add({{"event", "clock_jump"}}).Increment(); }

void Metrics::reloaded(std::string_view what, bool ok) {
  state_->reloads.Add({{"what", std::string(what)}, {"result", ok ? "ok" : "refused"}}).Increment();
}

void Metrics::gauge(std::string_view name, std::string_view help, std::function<double()> read) {
  prometheus::Gauge& gauge =
      BuildGauge().Name(std::string(name)).Help(std::string(help)).Register(state_->registry).Add({});
  state_->gauges.emplace_back(&gauge, std::move(read));
}

void Metrics::info(std::string_view name, std::string_view label, std::string_view value) {
  MutexLock lock(state_->mutex);
  auto& family = state_->infos[std::string(name)];
  if (family == nullptr) {
    family = &BuildGauge().Name(std::string(name)).Help("1 for what is in use").Register(
        state_->registry);
  }
  for (const prometheus::MetricFamily& known : family->Collect()) {
    for (const prometheus::ClientMetric& metric : known.metric) {
      for (const auto& pair : metric.label) {
        family->Add({{pair.name, pair.value}}).Set(pair.value == value ? 1 : 0);
      }
    }
  }
  family->Add({{std::string(label), std::string(value)}}).Set(1);
}

std::string Metrics::text() const {
  for (const auto& [gauge, read] : state_->gauges) gauge->Set(read());
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace portreeve::webhook
