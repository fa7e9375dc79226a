#include "policies/policy_set.h"

#include <algorithm>

#include "core/json.h"
#include "core/late_patterns.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "core/yaml.h"
#include "crypto/hash.h"
#include "policies/catalog_text.h"
#include "policies/blueprint_set.h"
#include "policies/feed_data.h"
#include "policies/artifact_subject.h"

namespace portreeve::policies {
namespace {

std::string kind_key(std::string_view group, std::string_view kind) {
  return std::string(group) + "/" + std::string(kind);
}
// Without a key of its own: this is asked where no memory may be asked for.
bool is_key_of(std::string_view key, std::string_view group, std::string_view kind) noexcept {
  return key.size() == group.size() + 1 + kind.size() && key.substr(0, group.size()) == group &&
         key.substr(group.size() + 1) == kind;
}

bool names(const Value& list, std::string_view word) noexcept {
  for (const Value entry : list) {
    if (entry.text() == word) return true;
  }
  return false;
}

// "group/Kind/namespace/name", not "oci:…", "chart:…" or another form with a scheme.
bool names_object(const std::string& subject) {
  return subject.find(':') > subject.find('/');
}

bool judges_artifacts(const std::vector<Policy>& policies, const std::string& rule) {
  return std::any_of(policies.begin(), policies.end(), [&](const Policy& policy) {
    return !policy.match.artifacts.empty() && rule.substr(0, rule.find('/')) == policy.name;
  });
}

}  // namespace

Result<std::shared_ptr<const PolicySet>> PolicySet::load(PolicySources sources) {
  const std::shared_ptr<PolicySet> set(new PolicySet);
  set->sources_ = std::move(sources);
  set->paths_ = std::make_shared<PathIndex>();
  PORTREEVE_CHECK(set->read_documents());
  set->paths_->close();
  if (set->sources_.only_profile.empty()) {
    PORTREEVE_CHECK(set->check_profile());
    PORTREEVE_CHECK(set->check_references());
  }
  for (const Policy& policy : set->policies_) {
    for (const Rule& rule : policy.rules) set->collect_asks(rule.requirement);
    if (!policy.match.artifacts.empty()) set->about_artifacts_.push_back(&policy);
    for (const ObjectMatch& match : policy.match.objects) {
      for (const std::string& kind : match.kinds) {
        auto& list = set->by_kind_[kind_key(match.group, kind)];
        if (list.empty() || list.back() != &policy) list.push_back(&policy);
      }
    }
    if (!policy.match.paths.empty()) set->with_paths_.push_back(&policy);
  }
  set->compute_digests();
  return std::shared_ptr<const PolicySet>(set);
}

Outcome PolicySet::parse(const std::vector<SourceFile>& files, const SetDocument& like,
                         std::size_t& total) {
  for (const SourceFile& file : files) {
    total += file.text.size();
    if (file.text.size() > limits::kPolicyFileBytes || total > limits::kPolicySetBytes) {
      return Error{Errc::misconfigured, file.name + ": policy files are larger than the limit"};
    }
    const bool whole = !like.shipped || sources_.catalog_examples;
    Result<yaml::Stream> stream =
        yaml::parse_file_text(file.name, whole ? file.text : without_examples(file.text),
                              json::review_limits(), nullptr);
    if (!stream.ok()) {
      return Error{Errc::misconfigured, file.name + ": " + stream.error().message};
    }
    for (const DocumentPtr& document : stream.value().documents) {
      const Source source{file.name, paths_};
      const Value root = document->root();
      if (!root.is_object()) {
        return source.error(root, "expected a document with apiVersion and kind");
      }
      if (root["apiVersion"].text() != kApiVersion) {
        return source.error(root, "apiVersion: expected " + std::string(kApiVersion) + ", found " +
                                      show(root["apiVersion"]));
      }
      SetDocument& added = documents_.emplace_back(like);
      added.source = source;
      added.document = document;
    }
  }
  return Done{};
}

// Data first, because policies refer to data that may stand in a later file.
Outcome PolicySet::read_documents() {
  std::size_t total = 0;
  PORTREEVE_CHECK(parse(sources_.catalog, {{}, {}, /*shipped=*/true, false}, total));
  PORTREEVE_CHECK(parse(sources_.files, {}, total));
  PORTREEVE_CHECK(parse(sources_.by_hand, {{}, {}, false, /*by_hand=*/true}, total));
  PORTREEVE_TRY(data_, read_data(documents_, sources_.config));
  for (const SetDocument& document : documents_) {
    // Its expressions are known to compile, unless Config adds to the lists that hold some.
    const bool proven =
        document.shipped && !sources_.catalog_examples && sources_.config.data.empty();
    const LatePatterns late(proven);
    PORTREEVE_CHECK(read_one(document));
  }
  return Done{};
}

Result<DataSet> read_data(const std::vector<SetDocument>& documents, const Config& config) {
  DataSet out;
  for (const SetDocument& document : documents) {
    if (document.kind() != "Data") continue;
    PORTREEVE_CHECK(out.add(document.source, document.document->root()));
  }
  for (const DataAddition& addition : config.data) {
    PORTREEVE_CHECK(out.extend(*config.source, addition.shape, addition.name, addition.entries));
  }
  PORTREEVE_TRY(std::shared_ptr<const TrustSet> trust, TrustSet::read(documents, config, out));
  out.set_trust(std::move(trust));
  return out;
}

Outcome PolicySet::read_one(const SetDocument& document) {
  const Source& source = document.source;
  const Value root = document.document->root();
  const std::string_view kind = document.kind();
  if (kind == "Data") return Done{};
  if (kind == "Policy") {
    if (document.shipped && !sources_.only_profile.empty() &&
        !names(root["spec"]["profiles"], sources_.only_profile)) {
      return Done{};
    }
    PORTREEVE_TRY(Policy policy, read_policy(source, root, data_));
    policy.order = static_cast<std::uint32_t>(policies_.size());
    policy.shipped = document.shipped;
    policies_.push_back(std::move(policy));
    return Done{};
  }
  if (kind == "Waiver") {
    PORTREEVE_TRY(Waiver waiver, read_waiver(source, root));
    waivers_.push_back(std::move(waiver));
    return Done{};
  }
  for (const std::string_view read : {"ArtifactRule", "Authority", "Registry"}) {
    if (kind == read) return Done{};
  }
  return source.error(root["kind"].present() ? root["kind"] : root,
                      "kind \"" + std::string(kind.substr(0, 64)) +
                          "\": expected Policy, Data, ArtifactRule, Authority, Registry or Waiver "
                          "(a Config is given with --config)");
}

void PolicySet::collect_asks(const Requirement& requirement) {
  for (const SignatureAsk& ask : requirement.check.asks) asks_.emplace(ask.id(), ask);
  for (const Requirement& member : requirement.members) collect_asks(member);
}

const SignatureAsk* PolicySet::find_ask(std::string_view id) const noexcept {
  const auto at = asks_.find(id);
  return at == asks_.end() ? nullptr : &at->second;
}

// A mistyped profile would leave every policy silent. Which words there are, policies say.
Outcome PolicySet::check_profile() const {
  const Config& config = sources_.config;
  if (!config.profile_chosen) return Done{};
  std::set<std::string> known = {"identity"};
  for (const Policy& policy : policies_)
    known.insert(policy.profiles.begin(), policy.profiles.end());
  if (known.count(config.profile) != 0) return Done{};
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  const std::string message =
      "profile \"" + config.profile + "\": not in this version; known: " + list;
  const Value where = config.source ? config.document->root()["spec"]["profile"] : Value();
  if (where.present() && where.text() == config.profile)
    return config.source->error(where, message);
  return Error{Errc::misconfigured, "--" + message};
}

Outcome PolicySet::check_references() const {
  std::set<std::string> names;
  for (const Policy& policy : policies_) {
    if (!names.insert(policy.name).second) {
      return policy.source.error(policy.document_root["metadata"]["name"],
                                 "policy \"" + policy.name + "\" is defined twice");
    }
    if (policy.name == "waiver" || policy.name == "gate") {
      return policy.source.error(policy.document_root["metadata"]["name"],
                                 "policy name \"" + policy.name + "\" is reserved");
    }
  }
  for (const StageEntry& entry : sources_.config.stages) {
    const bool fits = std::any_of(policies_.begin(), policies_.end(), [&](const Policy& policy) {
      return std::any_of(policy.rules.begin(), policy.rules.end(),
                         [&](const Rule& rule) { return entry.rules.matches(rule.id); });
    });
    if (fits) continue;
    return sources_.config.source->error(
        entry.where, "stages: \"" + std::string(entry.where.text()) +
                         "\" fits no rule; \"portreeve policy list\" names them as policy/rule");
  }
  return check_waivers(waivers_);
}

Outcome PolicySet::check_waivers(const std::vector<Waiver>& waivers) const {
  std::set<std::string> names;
  for (const Waiver& waiver : waivers) {
    if (!names.insert(waiver.name).second) {
      return Error{Errc::misconfigured,
                   waiver.where + ": waiver \"" + waiver.name + "\" is defined twice"};
    }
    for (const std::string& rule : waiver.rules) {
      const std::string who = waiver.where + ": waiver \"" + waiver.name + "\" ";
      if (find_rule(rule) == nullptr) {
        return Error{Errc::misconfigured, who + "names rule \"" + rule + "\", which does not exist"};
      }
      const auto object = std::find_if(waiver.subjects.begin(), waiver.subjects.end(), names_object);
      if (object == waiver.subjects.end() || !judges_artifacts(policies_, rule)) continue;
      return Error{Errc::misconfigured,
                   who + "has subject \"" + utf8::printable(*object, limits::kQuotedBytes) + "\": rule \"" + rule +
                       "\" judges artifacts, and what it says of an object itself is that this names none, which "
                       "cannot be waived; expected oci:host/repository@digest or chart:NAME@VERSION"};
    }
  }
  return Done{};
}

void PolicySet::compute_digests() {
  const auto add = [](crypto::Sha256Stream& hash, const std::vector<SourceFile>& files) {
    for (const SourceFile& file : files) {
      // The lengths keep two different splits of the same bytes apart.
      hash.update(file.name + ":" + std::to_string(file.text.size()) + "\n");
      hash.update(file.text);
    }
  };
  crypto::Sha256Stream hash;
  add(hash, sources_.catalog);
  catalog_digest_ = Digest(hash.finish());
  hash.update(catalog_digest_.text());
  add(hash, sources_.files);
  add(hash, sources_.by_hand);
  const Config& config = sources_.config;
  hash.update("config\n" + config.profile + "\n" + trust().digest().text() + "\n" +
              trust().blueprints().id() + "\n");
  if (config.document != nullptr) hash.update(config.document->source());
  for (const std::string& name : data_.names()) {
    const TableData* const feed = data_.table(feed_table(name));
    if (feed != nullptr) hash.update("feed\n" + feed->entries.find(kFeedDigest)->second);
  }
  digest_ = Digest(hash.finish());
}

// The versions of a kind are those that its policies state, all together; a policy that states none
// holds for every version. Where nobody states any, every version is known.
Coverage PolicySet::coverage(const Subject& subject) const noexcept {
  if (subject.nature != Nature::object) {
    return with_paths_.empty() ? Coverage::not_gated : Coverage::gated;
  }
  if (is_artifact(subject)) {
    const bool any = std::any_of(about_artifacts_.begin(), about_artifacts_.end(), [&](const Policy* p) {
      return p->in_profile(sources_.config.profile);
    });
    return any ? Coverage::gated : Coverage::not_gated;
  }
  const auto at = std::find_if(by_kind_.begin(), by_kind_.end(), [&](const auto& entry) {
    return is_key_of(entry.first, subject.group, subject.kind);
  });
  if (at == by_kind_.end()) return Coverage::not_gated;
  bool active = false;
  bool stated = false;
  for (const Policy* policy : at->second) {
    if (!policy->in_profile(sources_.config.profile)) continue;
    active = true;
    for (const ObjectMatch& match : policy->match.objects) {
      if (match.versions.empty() || !match.is_about(subject)) continue;
      stated = true;
      if (match.lists_version(subject.version)) return Coverage::gated;
    }
  }
  if (!active) return Coverage::not_gated;
  return stated ? Coverage::unknown_version : Coverage::gated;
}

bool PolicySet::gates_group(std::string_view group) const noexcept {
  return std::any_of(policies_.begin(), policies_.end(), [&](const Policy& policy) {
    return policy.in_profile(sources_.config.profile) &&
           std::any_of(policy.match.objects.begin(), policy.match.objects.end(),
                       [&](const ObjectMatch& match) { return match.group == group; });
  });
}

std::vector<std::string> PolicySet::newer_rules() const {
  std::vector<std::string> out;
  const std::uint32_t level = sources_.config.catalog;
  if (level == 0) return out;
  for (const Policy& policy : policies_) {
    if (!policy.in_profile(sources_.config.profile)) continue;
    for (const Rule& rule : policy.rules) {
      if (rule.since > level) out.push_back(rule.id);
    }
  }
  return out;
}

std::vector<std::string> PolicySet::waiting_rules() const {
  std::vector<std::string> out;
  for (const Policy& policy : policies_) {
    if (!policy.in_profile(sources_.config.profile)) continue;
    for (const Rule& rule : policy.rules) {
      if (rule.waits_for_cutover()) out.push_back(rule.id);
    }
  }
  return out;
}

const Rule* PolicySet::find_rule(std::string_view id) const noexcept {
  for (const Policy& policy : policies_) {
    for (const Rule& rule : policy.rules) {
      if (rule.id == id) return &rule;
    }
  }
  return nullptr;
}

}  // namespace portreeve::policies
