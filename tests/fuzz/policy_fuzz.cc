#include "core/json.h"
#include "core/yaml.h"
#include "policies/policy_set.h"
#include "tests/fuzz/fuzz.h"

namespace portreeve::fuzz {
namespace {

using policies::PolicySet;
using policies::PolicySources;

constexpr std::string_view kObject =
    R"({"apiVersion": "g/v1", "kind": "K", "metadata": {"name": "bp-a", "namespace": "team", )"
    R"("labels": {"a/b": "c", "tier": "gold"}}, "spec": {"version": "1.2.3", "text": "a tenant of it", )"
    R"("list": [{"v": 1}, {"v": "x"}, null, true, 1.5e3], "map": {"k": {"deep": [[["x"]]]}}, "none": null}})";
constexpr std::string_view kOld =
    R"({"apiVersion": "g/v1", "kind": "K", "metadata": {"name": "bp-a"}, "spec": {"version": "1.2.2"}})";

DocumentPtr parsed(std::string_view text) {
  return json::parse(std::string(text), json::review_limits(), nullptr).value();
}

// Every kind that the set names is judged, so that every rule which matches runs.
void judge_all(const PolicySet& set) {
  static const DocumentPtr kNow = parsed(kObject);
  static const DocumentPtr kBefore = parsed(kOld);
  for (const policies::Policy& policy : set.policies()) {
    for (const policies::ObjectMatch& match : policy.match.objects) {
      Subject subject;
      subject.group = match.group;
      subject.kind = match.kinds[0];
      subject.version = match.versions.empty() ? "v1" : match.versions[0];
      subject.name = "bp-a";
      subject.name_space = "team";
      subject.object = kNow->root();
      const Verdict created = set.judge(subject, {}, nullptr, nullptr);
      check(created.decision == decide(created.findings), "the verdict is not what its findings say",
            policy.name);
      subject.old = kBefore->root();
      subject.operation = Operation::update;
      const Verdict updated = set.judge(subject, {}, nullptr, nullptr);
      for (const Finding& finding : updated.findings) {
        check(!finding.rule.empty() && finding.subject == subject.id(), "a finding about nothing",
              finding.rule);
      }
    }
  }
}

}  // namespace
}  // namespace portreeve::fuzz

// Any text is a policy file or is refused with its place; what loads judges without a fault, and
// loads again as the same set.
PORTREEVE_FUZZ_TARGET(policy) {
  using namespace portreeve;
  using namespace portreeve::fuzz;
  policies::PolicySources sources;
  sources.files.push_back({"fuzz.yaml", std::string(text)});
  const auto set = policies::PolicySet::load(sources);
  if (!set.ok()) {
    check(set.error().code == Errc::misconfigured, "refused for another reason than its text",
          set.error().message);
    check(set.error().message.rfind("fuzz.yaml:", 0) == 0, "refused without a place",
          set.error().message);
    return;
  }
  judge_all(*set.value());
  const auto again = policies::PolicySet::load(std::move(sources));
  check(again.ok() && again.value()->digest().text() == set.value()->digest().text(), "loads differently twice", "");
}
