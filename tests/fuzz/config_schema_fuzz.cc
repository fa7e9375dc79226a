#include "core/json.h"
#include "core/limits.h"
#include "policies/schema_validator.h"
#include "tests/fuzz/fuzz.h"

// A schema on the first line and a value behind it: judged without end or crash, with reasons for
// every "no" and every "nobody knows", at places of the value.
PORTREEVE_FUZZ_TARGET(config_schema) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using policies::SchemaVerdict;
  const std::size_t line = text.find('\n');
  if (line == std::string_view::npos) return;
  const ReadLimits limits{1 << 20, limits::kReviewDepth, 50'000};
  const auto schema = json::parse(std::string(text.substr(0, line)), limits, nullptr);
  const auto instance = json::parse(std::string(text.substr(line + 1)), limits, nullptr);
  if (!schema.ok() || !instance.ok()) return;
  const SchemaVerdict verdict =
      policies::judge_by_schema(schema.value()->root(), instance.value()->root());
  check((verdict.kind == SchemaVerdict::Kind::invalid) == !verdict.faults.empty(),
        "invalid and faults go together", text);
  check(verdict.kind != SchemaVerdict::Kind::undecided || !verdict.undecided.empty(),
        "undecided without a reason", text);
  for (const policies::SchemaFault& fault : verdict.faults) {
    check(!fault.expected.empty() && !fault.found.empty(), "a fault says what", text);
    check(fault.anchor.same_document(instance.value()->root()), "a fault stands in the value",
          text);
  }
}
