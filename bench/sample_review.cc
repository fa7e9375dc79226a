#include "bench/sample_review.h"

namespace portreeve::bench {
namespace {

std::string review(const std::string& schema, const std::string& description) {
  // Members in the order in which the API server writes them: of the review as its Go struct has
  // them, of the object sorted.
  return R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"705ab4f5-6393-11e8-b7cc-42010a800002","kind":{"group":"catalyst.openova.io","version":"v1","kind":"Blueprint"},"resource":{"group":"catalyst.openova.io","version":"v1","resource":"blueprints"},"requestKind":{"group":"catalyst.openova.io","version":"v1","kind":"Blueprint"},"requestResource":{"group":"catalyst.openova.io","version":"v1","resource":"blueprints"},"name":"bp-harbour","operation":"CREATE","userInfo":{"username":"kubernetes-admin","groups":["system:masters","system:authenticated"]},"object":{"apiVersion":"catalyst.openova.io/v1","kind":"Blueprint","metadata":{"creationTimestamp":"2026-11-23T08:00:00Z","generation":1,"labels":{"catalyst.openova.io/category":"registry","catalyst.openova.io/section":"pts-3-3-registry"},"name":"bp-harbour","uid":"5f6a1c2e-0b0f-4d5b-9a51-6f1c6c1f8f6e"},"spec":{"card":{"category":"registry","icon":"harbour.svg","license":"Apache-2.0","summary":")" +
         description +
         R"(","tags":["oci","registry","images"],"title":"Harbour"},"configSchema":)" + schema +
         R"(,"depends":[{"alias":"database","blueprint":"bp-cnpg","version":"^1.0"},{"blueprint":"bp-cert-manager","version":"1.x"}],"manifests":{"chart":"./chart"},"observability":{"logs":"stdout","metrics":"prometheus","traces":"otlp"},"owner":{"contact":"platform@example.com","team":"platform"},"placementSchema":{"default":"single-region","modes":["single-region","active-active"]},"upgrades":{"from":["1.3.x","1.4.x"]},"version":"1.4.2","visibility":"listed"}},"oldObject":null,"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}})";
}

}  // namespace

std::string blueprint_review(std::size_t bytes) {
  std::string schema = R"({"properties":{)";
  const std::size_t rest = review("{}", "Stores images.").size() + 64;
  for (int i = 0; schema.size() + rest < bytes; ++i) {
    schema += (i == 0 ? "\"" : ",\"");
    schema += "option" + std::to_string(100 + i) +
              R"(":{"default":3,"description":"How many replicas of this part run in each region.","maximum":9,"minimum":1,"type":"integer"})";
  }
  return review(schema + R"(},"type":"object"})", "Stores images and charts close to the cluster that runs them.");
}

std::string large_review(std::size_t count) {
  std::string text;
  text.reserve(count * 6);
  for (std::size_t i = 0; i < count; ++i) text += "\\u003c";
  return review("{}", text);
}

}  // namespace portreeve::bench
