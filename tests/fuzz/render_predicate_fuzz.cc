#include "core/json.h"
#include "policies/render_predicate.h"
#include "tests/fuzz/fuzz.h"

// A predicate of anybody: refused, or facts that are written and read as the same ones.
PORTREEVE_FUZZ_TARGET(render_predicate) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  using policies::RenderFacts;
  const ReadLimits limits{1 << 20, 64, 50'000};
  const auto document = json::parse(std::string(text), limits, nullptr);
  if (!document.ok()) return;
  const Result<RenderFacts> facts = policies::read_render_predicate(document.value()->root());
  if (!facts.ok()) {
    check(facts.error().code == Errc::malformed || facts.error().code == Errc::limit,
          "another reason", facts.error().message);
    return;
  }
  const policies::RenderSubject subject{"x", "1.0.0", charts::Form::package};
  const auto again =
      json::parse(policies::render_statement(subject, facts.value()), limits, nullptr);
  check(again.ok(), "the statement is no JSON", text);
  const Result<RenderFacts> read =
      policies::read_render_predicate(again.value()->root()["predicate"]);
  check(read.ok(), "what was written is refused", text);
  check(read.value().outcome == facts.value().outcome, "outcome", text);
  check(read.value().documents.size() == facts.value().documents.size(), "documents", text);
  check(read.value().chart == facts.value().chart, "chart", text);
}
