#include "policies/examples.h"

#include <algorithm>

#include "core/json.h"
#include "policies/evaluate.h"

namespace portreeve::policies {
namespace {

constexpr Door kDoors[] = {Door::admission, Door::guard, Door::audit};

bool can_deny(const Policy& policy, const Rule& rule) {
  return std::any_of(std::begin(kDoors), std::end(kDoors),
                     [&](Door door) { return policy.effect_at(rule, door) == Effect::deny; });
}

// What is filled in where an example leaves it out. Empty: the example must say it.
struct Defaults {
  std::string api_version;
  std::string kind;
  std::string name;
  std::string name_space;
};

Defaults defaults_of(const Policy& policy, const Example& example) {
  Defaults out;
  const std::vector<ObjectMatch>& objects = policy.match.objects;
  if (objects.size() == 1 && objects[0].kinds.size() == 1) {
    const ObjectMatch& match = objects[0];
    const std::string version = match.versions.empty() ? "v1" : match.versions[0];
    out.api_version = match.group.empty() ? version : match.group + "/" + version;
    out.kind = match.kinds[0];
  }
  out.name = "example";
  out.name_space = example.name_space;
  return out;
}

Outcome fill(DocumentBuilder& builder, const Value& object, std::string_view key,
             const std::string& text) {
  if (object[key].present() || text.empty()) return Done{};
  PORTREEVE_CHECK(builder.key(0, key));
  return builder.string(0, text);
}

Outcome copy_metadata(DocumentBuilder& builder, const Value& metadata, const Defaults& defaults) {
  if (metadata.present() && !metadata.is_object()) return builder.copy(metadata);
  PORTREEVE_CHECK(builder.begin_object(metadata.present() ? metadata.offset() : 0));
  for (const Value member : metadata) {
    PORTREEVE_CHECK(builder.key(member.key().offset(), member.key().text()));
    PORTREEVE_CHECK(builder.copy(member));
  }
  PORTREEVE_CHECK(fill(builder, metadata, "name", defaults.name));
  PORTREEVE_CHECK(fill(builder, metadata, "namespace", defaults.name_space));
  return builder.end();
}

Outcome copy_filled(DocumentBuilder& builder, const Value& object, const Defaults& defaults) {
  PORTREEVE_CHECK(builder.begin_object(object.offset()));
  PORTREEVE_CHECK(fill(builder, object, "apiVersion", defaults.api_version));
  PORTREEVE_CHECK(fill(builder, object, "kind", defaults.kind));
  PORTREEVE_CHECK(builder.key(0, "metadata"));
  PORTREEVE_CHECK(copy_metadata(builder, object["metadata"], defaults));
  for (const Value member : object) {
    if (member.key().text() == "metadata") continue;
    PORTREEVE_CHECK(builder.key(member.key().offset(), member.key().text()));
    PORTREEVE_CHECK(builder.copy(member));
  }
  return builder.end();
}

Result<DocumentPtr> filled_document(const Example& example, Defaults defaults) {
  DocumentBuilder builder("", json::review_limits(), nullptr);
  PORTREEVE_CHECK(builder.begin_array(0));
  PORTREEVE_CHECK(copy_filled(builder, example.object, defaults));
  if (example.old.present()) {
    const Value name = example.object["metadata"]["name"];
    if (name.is_string()) defaults.name = std::string(name.text());
    PORTREEVE_CHECK(copy_filled(builder, example.old, defaults));
  }
  PORTREEVE_CHECK(builder.end());
  return builder.finish();
}

// The chart itself, as it would stand in a repository.
ExampleCase build_chart_case(const Example& example) {
  ExampleCase out;
  out.example = &example;
  out.now = example.now.value_or(TimePoint{});
  Subject& subject = out.subject;
  subject.door = Door::guard;
  subject.nature = Nature::chart;
  subject.file = example.evidence.chart_file;
  const charts::ChartPtr& chart = example.evidence.chart->reading.chart;
  subject.called = "repo:" + subject.file;
  if (chart == nullptr) return out;
  subject.called = "chart:" + chart->name + "@" + chart->version;
  subject.name = chart->name;
  subject.document = chart->metadata;
  subject.object = chart->metadata->root();
  return out;
}

Result<ExampleCase> build_case(const Policy& policy, const Example& example) {
  if (!example.object.present()) return build_chart_case(example);
  const Defaults defaults = defaults_of(policy, example);
  for (const std::string_view key : {std::string_view("apiVersion"), std::string_view("kind")}) {
    if (!defaults.kind.empty() || example.object[key].present()) continue;
    return policy.source.error(example.object, "example \"" + example.name +
                                                   "\": " + std::string(key) +
                                                   " is needed, because the policy matches "
                                                   "several kinds");
  }
  PORTREEVE_TRY(DocumentPtr document, filled_document(example, defaults));
  ExampleCase out;
  out.example = &example;
  out.now = example.now.value_or(TimePoint{});
  Subject& subject = out.subject;
  subject.object = document->root().at(0);
  subject.old = document->root().at(1);
  subject.document = std::move(document);
  subject.operation =
      example.operation.value_or(subject.old.present() ? Operation::update : Operation::create);
  const std::string api(subject.object["apiVersion"].text());
  const std::size_t slash = api.find('/');
  subject.group = slash == std::string::npos ? "" : api.substr(0, slash);
  subject.version = slash == std::string::npos ? api : api.substr(slash + 1);
  subject.kind = std::string(subject.object["kind"].text());
  subject.name = std::string(subject.object["metadata"]["name"].text());
  subject.name_space = std::string(subject.object["metadata"]["namespace"].text());
  if (!example.name_space.empty()) subject.name_space = example.name_space;
  return out;
}

// Expectations ------------------------------------------------------------------------------------

std::string_view word(Example::Expect expect) noexcept {
  switch (expect) {
    case Example::Expect::allow:
      return "allow";
    case Example::Expect::deny:
      return "deny";
    case Example::Expect::warn:
      return "warn";
    case Example::Expect::note:
      return "note";
    case Example::Expect::undecided:
      return "undecided";
  }
  return "allow";
}

bool right_kind(Example::Expect expect, const Finding& finding) noexcept {
  switch (expect) {
    case Example::Expect::allow:
      return false;
    case Example::Expect::deny:
      return finding.status == FindingStatus::fail && finding.effect == Effect::deny;
    case Example::Expect::warn:
      return finding.effect == Effect::warn || finding.effect == Effect::report;
    case Example::Expect::note:
      return finding.status == FindingStatus::pass && !finding.note.empty();
    case Example::Expect::undecided:
      return finding.status == FindingStatus::undecided;
  }
  return false;
}

bool meant(const Policy& policy, const Example& example, const Finding& finding) {
  return right_kind(example.expect, finding) &&
         (example.rule.empty() || finding.rule == policy.name + "/" + example.rule) &&
         (example.path.empty() || finding.path == example.path) &&
         (example.found.empty() || finding.found == example.found);
}

bool as_expected(const Policy& policy, const Example& example, const Verdict& verdict) {
  const auto is_meant = [&](const Finding& finding) { return meant(policy, example, finding); };
  const bool said = std::any_of(verdict.findings.begin(), verdict.findings.end(), is_meant);
  switch (example.expect) {
    case Example::Expect::allow:
      return std::none_of(verdict.findings.begin(), verdict.findings.end(), [](const Finding& f) {
        return f.effect == Effect::deny || f.status == FindingStatus::undecided;
      });
    case Example::Expect::deny:
      return said;
    case Example::Expect::warn:
    case Example::Expect::note:
      return said && verdict.decision == Decision::allow;
    case Example::Expect::undecided:
      return said && verdict.decision != Decision::deny;
  }
  return false;
}

std::string wanted(const Example& example) {
  std::string out(word(example.expect));
  if (!example.rule.empty()) out += " by rule " + example.rule;
  if (!example.path.empty()) out += " at " + example.path;
  if (!example.found.empty()) out += " with found \"" + example.found + "\"";
  return out;
}

std::string came(const Verdict& verdict) {
  constexpr std::size_t kShown = 4;
  std::string out(to_string(verdict.decision));
  for (std::size_t i = 0; i < verdict.findings.size() && i < kShown; ++i) {
    const Finding& finding = verdict.findings[i];
    out += (i == 0 ? " (" : "; ") + finding.rule + " " + std::string(to_string(finding.status)) +
           ", " + std::string(to_string(finding.effect)) + ", at \"" + finding.path.value_or("") +
           "\", found \"" + finding.found + "\"";
  }
  if (verdict.findings.size() > kShown) {
    out += "; " + std::to_string(verdict.findings.size() - kShown) + " more";
  }
  return out + (verdict.findings.empty() ? "" : ")");
}

class PolicyExamples {
 public:
  explicit PolicyExamples(const Policy& policy)
      : policy_(policy), doors_(example_doors(policy)), denied_(policy.rules.size(), false) {}

  Outcome run(std::vector<ExampleResult>& out) {
    PORTREEVE_TRY(const std::vector<ExampleCase> cases, build_cases(policy_));
    for (const ExampleCase& entry : cases) out.push_back(run_one(entry));
    for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
      const Rule& rule = policy_.rules[i];
      if (denied_[i] || !can_deny(policy_, rule)) continue;
      out.push_back(
          {policy_.name, rule.name, policy_.source.at(rule.source),
           "rule " + rule.id + " can deny, but no example shows an object that it denies"});
    }
    return Done{};
  }

 private:
  // An allow holds at every door, anything else at one: a rule may deny at one door only.
  ExampleResult run_one(const ExampleCase& entry) {
    const Example& example = *entry.example;
    ExampleResult result{policy_.name, example.name, policy_.source.at(example.source), ""};
    const bool everywhere = example.expect == Example::Expect::allow;
    bool holds = everywhere;
    std::string found;
    Subject subject = entry.subject;
    const EvidenceOf found_of = example.evidence.answers();
    for (const Door door : doors_of(entry, doors_)) {
      subject.door = door;
      const Verdict verdict = judge_by(policy_, Config::for_examples(), subject, entry.now, found_of);
      const bool here = as_expected(policy_, example, verdict);
      holds = everywhere ? holds && here : holds || here;
      if (!here && found.empty()) found = came(verdict);
      if (here && example.expect == Example::Expect::deny) mark_denied(verdict);
    }
    if (!holds) {
      result.message =
          "example \"" + example.name + "\": expected " + wanted(example) + "; found " + found;
    }
    return result;
  }

  void mark_denied(const Verdict& verdict) {
    for (const Finding& finding : verdict.findings) {
      if (!right_kind(Example::Expect::deny, finding)) continue;
      for (std::size_t i = 0; i < policy_.rules.size(); ++i) {
        if (policy_.rules[i].id == finding.rule) denied_[i] = true;
      }
    }
  }

  const Policy& policy_;
  std::vector<Door> doors_;
  std::vector<bool> denied_;  ///< By rule: an example shows it.
};

}  // namespace

std::vector<Door> example_doors(const Policy& policy) {
  std::vector<Door> out = {Door::admission};
  for (const Door door : {Door::guard, Door::audit}) {
    const bool differs =
        std::any_of(policy.rules.begin(), policy.rules.end(), [&](const Rule& rule) {
          return policy.effect_at(rule, door) != policy.effect_at(rule, Door::admission);
        });
    if (differs) out.push_back(door);
  }
  return out;
}

std::vector<Door> doors_of(const ExampleCase& entry, const std::vector<Door>& doors) {
  return entry.subject.nature == Nature::object ? doors : std::vector<Door>{Door::guard};
}

Result<std::vector<ExampleCase>> build_cases(const Policy& policy) {
  std::vector<ExampleCase> out;
  for (const Example& example : policy.examples) {
    PORTREEVE_TRY(ExampleCase entry, build_case(policy, example));
    out.push_back(std::move(entry));
  }
  return out;
}

Result<std::vector<ExampleResult>> run_examples(const PolicySet& set, Whose whose) {
  std::vector<ExampleResult> out;
  for (const Policy& policy : set.policies()) {
    if (whose == Whose::operators && policy.shipped) continue;
    PORTREEVE_CHECK(PolicyExamples(policy).run(out));
  }
  return out;
}

Result<std::shared_ptr<const PolicySet>> load_checked(PolicySources sources) {
  PORTREEVE_TRY(std::shared_ptr<const PolicySet> set, PolicySet::load(std::move(sources)));
  PORTREEVE_TRY(const std::vector<ExampleResult> results, run_examples(*set, Whose::operators));
  const auto fails = [](const ExampleResult& result) { return !result.holds(); };
  const auto first = std::find_if(results.begin(), results.end(), fails);
  if (first == results.end()) return set;
  const auto more = std::count_if(first + 1, results.end(), fails);
  return Error{Errc::misconfigured,
               first->text() + (more == 0 ? "" : " (and " + std::to_string(more) + " more)")};
}

}  // namespace portreeve::policies
