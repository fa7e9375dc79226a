#include "policies/mutants.h"

#include <algorithm>
#include <map>
#include <memory>

#include "policies/evaluate.h"
#include "policies/mutation.h"

namespace portreeve::policies {
namespace {

// What can be seen of one example: its findings without their wording. What was expected is left
// out, because it quotes the rule: it changes with the rule even where the verdict does not.
using Sight = std::vector<std::string>;

Sight sight(const Policy& policy, const ExampleCase& entry, const std::vector<Door>& doors) {
  static const Config kNeutral = Config::for_examples();
  Sight out;
  Subject subject = entry.subject;
  const EvidenceOf found = entry.example->evidence.answers();
  for (const Door door : doors_of(entry, doors)) {
    subject.door = door;
    for (const Finding& f : judge_by(policy, kNeutral, subject, entry.now, found).findings) {
      std::string line;
      for (const std::string_view part :
           {std::string_view(f.rule), to_string(f.status), to_string(f.effect),
            f.path.has_value() ? std::string_view(*f.path) : std::string_view(),
            std::string_view(f.found), std::string_view(f.subject)}) {
        line.append(part).append(1, '\x1F');
      }
      out.push_back(std::move(line));
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

// A policy read again from a changed copy of its document.
struct Reread {
  DocumentPtr document;
  Policy policy;
};

Result<Reread> reread(const Policy& policy, const Mutation* mutation,
                      const std::vector<Value>& dropped, const DataSet& data) {
  PORTREEVE_TRY(DocumentPtr document, mutated(policy.document_root, mutation, dropped));
  PORTREEVE_TRY(Policy read, read_policy(policy.source, document->root(), data));
  return Reread{std::move(document), std::move(read)};
}

// One policy's examples and what is seen of them.
class Watched {
 public:
  static Result<Watched> make(const Policy& policy) {
    Watched out;
    PORTREEVE_TRY(out.cases_, build_cases(policy));
    out.doors_ = example_doors(policy);
    out.policy_ = &policy;
    for (const ExampleCase& entry : out.cases_) {
      out.sights_.push_back(sight(policy, entry, out.doors_));
    }
    return out;
  }

  const Policy& policy() const noexcept { return *policy_; }
  /// What is left out of every copy: the examples are no part of what is changed.
  std::vector<Value> dropped() const {
    const Value examples = policy_->document_root["spec"]["examples"];
    return examples.present() ? std::vector<Value>{examples} : std::vector<Value>();
  }
  bool notices(const Policy& changed) const {
    return differs(changed, [](const std::string&) { return true; });
  }
  /// The same for a policy of which only one rule was read.
  bool notices(const Policy& changed, const Rule& rule) const {
    const std::string begin = rule.id + '\x1F';
    return differs(changed, [&](const std::string& line) { return line.rfind(begin, 0) == 0; });
  }

 private:
  template <class Keep>
  bool differs(const Policy& changed, const Keep& keep) const {
    for (std::size_t i = 0; i < cases_.size(); ++i) {
      Sight before;
      std::copy_if(sights_[i].begin(), sights_[i].end(), std::back_inserter(before), keep);
      if (sight(changed, cases_[i], doors_) != before) return true;
    }
    return false;
  }

  const Policy* policy_ = nullptr;
  std::vector<ExampleCase> cases_;
  std::vector<Door> doors_;
  std::vector<Sight> sights_;
};

// Whether a policy refers to a Data document: by its name, or as {name} in a pattern of names.
bool mentions(const Value& value, const std::string& name, const std::string& braced) {
  if (value.is_string()) {
    return value.text() == name || value.text().find(braced) != std::string_view::npos;
  }
  for (const Value child : value) {
    if (mentions(child, name, braced)) return true;
  }
  return false;
}

class Run {
 public:
  explicit Run(const PolicySet& set) : set_(set) {}

  Outcome prepare() {
    for (const Policy& policy : set_.policies()) {
      PORTREEVE_TRY(Watched watched, Watched::make(policy));
      watched_.push_back(std::move(watched));
    }
    return Done{};
  }

  Outcome mutate_policy(const Watched& watched) {
    const Policy& policy = watched.policy();
    for (const Mutation& mutation : mutations_of_match(policy)) {
      const Result<Reread> changed = reread(policy, &mutation, watched.dropped(), set_.data());
      note(policy.source, "policy " + policy.name, mutation,
           !changed.ok() || watched.notices(changed.value().policy));
    }
    for (const Rule& rule : policy.rules) mutate_rule(watched, rule);
    return Done{};
  }

  // Only the rule that changes is read and judged: the others say what they said.
  void mutate_rule(const Watched& watched, const Rule& rule) {
    const Policy& policy = watched.policy();
    std::vector<Value> dropped = watched.dropped();
    for (const Rule& other : policy.rules) {
      if (&other != &rule) dropped.push_back(other.source);
    }
    for (const Mutation& mutation : mutations_of_rule(rule)) {
      if (names_empty_list(mutation)) continue;
      const Result<Reread> changed = reread(policy, &mutation, dropped, set_.data());
      note(policy.source, "policy " + policy.name + ", rule " + rule.name, mutation,
           !changed.ok() || watched.notices(changed.value().policy, rule));
    }
  }

  Outcome mutate_data(std::size_t index) {
    const SetDocument& document = set_.documents()[index];
    const Value root = document.document->root();
    const std::string name(root["metadata"]["name"].text());
    std::vector<const Watched*> users;
    for (const Watched& watched : watched_) {
      const Value spec = watched.policy().document_root["spec"];
      if (mentions(spec["rules"], name, "{" + name + "}")) users.push_back(&watched);
    }
    for (const Mutation& mutation : mutations_of_data(root, kSampledEntries)) {
      PORTREEVE_TRY(const bool noticed, data_noticed(index, mutation, users));
      note(document.source, "Data " + name, mutation, noticed);
    }
    return Done{};
  }

  MutantReport finish() { return std::move(report_); }
  const std::vector<Watched>& watched() const noexcept { return watched_; }

 private:
  /// A list that is there for operators to fill: without it the shipped examples must say the same.
  bool names_empty_list(const Mutation& mutation) const {
    if (!mutation.target.is_string()) return false;
    const ListData* const list = set_.data().list(mutation.target.text());
    return list != nullptr && list->entries.empty();
  }

  Result<bool> data_noticed(std::size_t index, const Mutation& mutation,
                            const std::vector<const Watched*>& users) {
    std::vector<SetDocument> documents = set_.documents();
    PORTREEVE_TRY(documents[index].document,
                  mutated(documents[index].document->root(), &mutation, {}));
    const Result<DataSet> data = read_data(documents, set_.config());
    if (!data.ok()) return true;
    for (const Watched* user : users) {
      const Result<Reread> changed = reread(user->policy(), nullptr, user->dropped(), data.value());
      if (!changed.ok() || user->notices(changed.value().policy)) return true;
    }
    return false;
  }

  void note(const Source& source, const std::string& of, const Mutation& mutation, bool noticed) {
    ++report_.made;
    if (noticed) return;
    const Value place = mutation.target.key().present() ? mutation.target.key() : mutation.target;
    report_.survivors.push_back({source.at(place), of + ": " + mutation.what});
  }

  const PolicySet& set_;
  std::vector<Watched> watched_;
  MutantReport report_;
};

}  // namespace

Result<MutantReport> run_mutants(const PolicySet& set, Whose whose) {
  Run run(set);
  PORTREEVE_CHECK(run.prepare());
  for (std::size_t i = 0; i < set.documents().size(); ++i) {
    const SetDocument& document = set.documents()[i];
    if (whose == Whose::operators && document.shipped) continue;
    if (document.kind() == "Data") PORTREEVE_CHECK(run.mutate_data(i));
  }
  for (const Watched& watched : run.watched()) {
    if (whose == Whose::operators && watched.policy().shipped) continue;
    PORTREEVE_CHECK(run.mutate_policy(watched));
  }
  return run.finish();
}

}  // namespace portreeve::policies
