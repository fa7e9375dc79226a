#pragma once

// Reviews and gates that the tests of this folder share.

#include <memory>
#include <string>

#include "core/limits.h"
#include "core/time.h"
#include "engine/engine.h"
#include "policies/catalog.h"
#include "policies/policy_set.h"
#include "webhook/decide.h"

namespace portreeve::webhook {

inline std::shared_ptr<const policies::PolicySet> catalog() {
  policies::PolicySources sources;
  sources.catalog = policies::embedded_catalog();
  return std::move(policies::PolicySet::load(std::move(sources))).value();
}

inline std::string object_named(const std::string& name, const std::string& spec = "") {
  return R"({"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"name":")" + name +
         R"("},"spec":{"version":"1.0.0","card":{"title":"Wiki"})" + spec + "}}";
}

/// A review of a Blueprint; `request` replaces parts of the request, "object" and so on.
inline std::string review_of(const std::string& object, const std::string& operation = "CREATE",
                             const std::string& old = "null", const std::string& more = "") {
  return R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1",)"
         R"("kind":{"group":"catalyst.openova.io","version":"v1","kind":"Blueprint"},)"
         R"("resource":{"group":"catalyst.openova.io","version":"v1","resource":"blueprints"},)" +
         more + R"("operation":")" + operation +
         R"(","userInfo":{"username":"ada"},"object":)" + object + R"(,"oldObject":)" + old +
         R"(,"dryRun":false}})";
}

/// An engine with the shipped catalog, and one decision at a time.
struct Gate {
  SystemClock clock;
  MemoryBudget budget{limits::kServeMemoryBudget};
  engine::Engine engine{engine::Engine::Options{catalog(), &clock, nullptr}};

  Decided decide(const std::string& review, MemoryBudget* other_budget = nullptr) {
    Decided out;
    int calls = 0;
    webhook::decide(engine, other_budget != nullptr ? other_budget : &budget, review,
                    engine::Deadline::in(limits::kDecisionTime, clock), [&](Decided decided) {
                      ++calls;
                      out = std::move(decided);
                    });
    if (calls != 1) out.id = "called " + std::to_string(calls) + " times";
    return out;
  }
};

}  // namespace portreeve::webhook
