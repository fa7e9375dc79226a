#include "tests/support/review_cases.h"

namespace portreeve::kube::testing {
namespace {

Node scalar(std::string text) { return {std::move(text), {}, false}; }
Node text(const std::string& value) { return scalar("\"" + value + "\""); }
Node object(std::vector<std::pair<std::string, Node>> members) {
  return {"", std::move(members), true};
}

Node kind_node() {
  return object({{"group", text("catalyst.openova.io")},
                 {"version", text("v1")},
                 {"kind", text("Blueprint")}});
}

Node resource_node() {
  return object({{"group", text("catalyst.openova.io")},
                 {"version", text("v1")},
                 {"resource", text("blueprints")}});
}

Node blueprint(const std::string& version) {
  return object({{"apiVersion", text("catalyst.openova.io/v1")},
                 {"kind", text("Blueprint")},
                 {"metadata", object({{"name", text("bp-wiki")}, {"namespace", text("catalog")}})},
                 {"spec", object({{"version", text(version)}})}});
}

Node review(const std::string& operation, Node old) {
  return object(
      {{"apiVersion", text("admission.k8s.io/v1")},
       {"kind", text("AdmissionReview")},
       {"request",
        object({{"uid", text("705ab4f5-6393-11e8-b7cc-42010a800002")},
                {"kind", kind_node()},
                {"resource", resource_node()},
                {"requestKind", kind_node()},
                {"requestResource", resource_node()},
                {"name", text("bp-wiki")},
                {"namespace", text("catalog")},
                {"operation", text(operation)},
                {"userInfo", object({{"username", text("admin")},
                                     {"uid", text("014fbff9a07c")},
                                     {"groups", scalar("[\"system:authenticated\"]")},
                                     {"extra", scalar("{\"key\":[\"value\"]}")}})},
                {"object", blueprint("1.0.1")},
                {"oldObject", std::move(old)},
                {"dryRun", scalar("false")},
                {"options", object({{"apiVersion", text("meta.k8s.io/v1")},
                                    {"kind", text("UpdateOptions")}})}})}});
}

}  // namespace

std::string Node::json() const {
  if (!object) return text;
  std::string out = "{";
  for (const auto& [key, value] : members) {
    out += (out.size() > 1 ? ",\"" : "\"") + key + "\":" + value.json();
  }
  return out + "}";
}

std::pair<Node*, std::size_t> Node::find(const std::string& pointer) {
  const std::size_t slash = pointer.find('/', 1);
  const std::string name = pointer.substr(1, slash == std::string::npos ? slash : slash - 1);
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (members[i].first != name) continue;
    return slash == std::string::npos ? std::pair{this, i}
                                      : members[i].second.find(pointer.substr(slash));
  }
  return {nullptr, 0};
}

Node update_review() { return review("UPDATE", blueprint("1.0.0")); }
Node create_review() { return review("CREATE", scalar("null")); }

std::vector<std::string> envelope_pointers() {
  std::vector<std::string> out = {"/apiVersion", "/kind", "/request"};
  for (const char* name : {"uid", "kind", "resource", "requestKind", "requestResource", "name",
                           "namespace", "operation", "userInfo", "object", "oldObject", "dryRun",
                           "options", "kind/group", "kind/version", "kind/kind", "resource/group",
                           "resource/version", "resource/resource", "userInfo/username",
                           "userInfo/uid", "userInfo/groups", "userInfo/extra"}) {
    out.push_back("/request/" + std::string(name));
  }
  for (const char* owner : {"object", "oldObject"}) {
    for (const char* name : {"apiVersion", "kind", "metadata", "metadata/name",
                             "metadata/namespace"}) {
      out.push_back("/request/" + std::string(owner) + "/" + name);
    }
  }
  return out;
}

}  // namespace portreeve::kube::testing
