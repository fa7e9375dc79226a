#include "policies/policy.h"

#include <algorithm>

#include "core/nearest.h"
#include "policies/bindings.h"
#include "policies/trust_set.h"

namespace portreeve::policies {
namespace {

bool has(const std::vector<std::string>& list, std::string_view text) noexcept {
  return std::any_of(list.begin(), list.end(), [&](const std::string& s) { return s == text; });
}

}  // namespace

std::optional<Effect> Enforcement::at(Door door) const noexcept {
  switch (door) {
    case Door::admission:
      return admission;
    case Door::guard:
      return guard;
    case Door::audit:
      return audit;
  }
  return Effect::deny;
}

bool Policy::in_profile(std::string_view profile) const noexcept {
  return profiles.empty() || has(profiles, profile);
}

Effect Policy::effect_at(const Rule& rule, Door door) const noexcept {
  return rule.enforcement.at(door).value_or(enforcement.at(door).value_or(Effect::deny));
}

// Reading -----------------------------------------------------------------------------------------

namespace {

constexpr std::pair<std::string_view, Effect> kEffects[] = {
    {"deny", Effect::deny}, {"warn", Effect::warn}, {"report", Effect::report}};
constexpr std::pair<std::string_view, Severity> kSeverities[] = {{"critical", Severity::critical},
                                                                 {"high", Severity::high},
                                                                 {"medium", Severity::medium},
                                                                 {"low", Severity::low},
                                                                 {"info", Severity::info}};
constexpr std::pair<std::string_view, Example::Expect> kExpectations[] = {
    {"allow", Example::Expect::allow},
    {"deny", Example::Expect::deny},
    {"warn", Example::Expect::warn},
    {"note", Example::Expect::note},
    {"undecided", Example::Expect::undecided}};

bool simple_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 63 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

Result<std::string> read_name(Fields& fields) {
  PORTREEVE_TRY(std::string name, fields.need_text("name"));
  if (!simple_name(name)) {
    return fields.error(fields.object()["name"], "name: expected a-z, 0-9 and '-', at most 63");
  }
  return name;
}

// A policy about artifacts without objects is about every kind that can name one.
Outcome bind_artifacts(const Fields& spec, const DataSet& data, Policy& policy) {
  policy.trust = data.trust();
  if (policy.trust == nullptr) return spec.error(spec.object(), "artifacts: not known here");
  if (policy.match.objects.empty()) policy.match.objects = policy.trust->naming_kinds();
  return Done{};
}

Result<Requirement> read_requirement(Fields& fields, const DataSet& data);

Result<Requirement> read_members(const Source& source, const Value& list, Requirement::Kind kind,
                                 const DataSet& data) {
  Requirement out;
  out.kind = kind;
  if (!list.is_array() || list.size() == 0) return source.error(list, "expected a list of checks");
  for (const Value entry : list) {
    PORTREEVE_TRY(Fields fields, Fields::open(source, entry, "check"));
    PORTREEVE_TRY(Requirement member, read_requirement(fields, data));
    PORTREEVE_CHECK(fields.finish());
    out.members.push_back(std::move(member));
  }
  return out;
}

Result<Requirement> read_check(Fields& fields, const DataSet& data) {
  Requirement out;
  PORTREEVE_TRY(out.check_name, fields.need_text("check"));
  PORTREEVE_TRY(const Value with, fields.need("with", ValueType::object));
  std::vector<std::string_view> known;
  for (const CheckType& type : check_types()) {
    known.push_back(type.name);
    if (type.name != out.check_name) continue;
    PORTREEVE_TRY(Fields parameters,
                  Fields::open(fields.source(), with, "with of check " + out.check_name));
    PORTREEVE_TRY(out.check, type.compile(parameters, data));
    return out;
  }
  constexpr std::size_t kTypo = 4;
  const auto meant = nearest(known, out.check_name, kTypo);
  return fields.error(fields.object()["check"],
                      "unknown check \"" + out.check_name + "\"; " +
                          (meant ? "did you mean \"" + std::string(*meant) + "\"? " : "") +
                          "\"portreeve policy schema\" lists all " + std::to_string(known.size()));
}

Result<Requirement> read_requirement(Fields& fields, const DataSet& data) {
  static constexpr std::pair<std::string_view, Requirement::Kind> kJoins[] = {
      {"all", Requirement::Kind::all},
      {"any", Requirement::Kind::any},
      {"none", Requirement::Kind::none}};
  std::size_t forms = fields.object()["check"].present() ? 1 : 0;
  for (const auto& [key, kind] : kJoins) forms += fields.object()[key].present() ? 1U : 0U;
  if (forms != 1) {
    return fields.error(fields.object(), "expected exactly one of check, all, any, none");
  }
  for (const auto& [key, kind] : kJoins) {
    const Value list = fields.take(key);
    if (list.present()) return read_members(fields.source(), list, kind, data);
  }
  return read_check(fields, data);
}

// A check that reads an artifact's evidence where there is no artifact would never say anything.
Outcome check_artifact_checks(const Policy& policy, const Rule& rule,
                              const Requirement& requirement) {
  if (requirement.check.about_artifact && policy.match.artifacts.empty()) {
    return policy.source.error(rule.source, "check " + requirement.check_name +
                                                " is about artifacts: it needs match.artifacts");
  }
  if (requirement.check.about_chart && policy.match.artifacts.empty() &&
      policy.match.paths.empty()) {
    return policy.source.error(rule.source, "check " + requirement.check_name +
                                                " is about charts: it needs match.artifacts or "
                                                "match.paths");
  }
  for (const Requirement& member : requirement.members) {
    PORTREEVE_CHECK(check_artifact_checks(policy, rule, member));
  }
  return Done{};
}

bool reads_evidence(const Requirement& requirement) noexcept {
  return static_cast<bool>(requirement.check.needs) ||
         std::any_of(requirement.members.begin(), requirement.members.end(), reads_evidence);
}

Outcome read_each(Fields& fields, Rule& rule) {
  const Value value = fields.take("each");
  if (!value.present()) return Done{};
  std::vector<Value> entries;
  if (value.is_array()) {
    for (const Value entry : value) entries.push_back(entry);
  } else {
    entries.push_back(value);
  }
  for (const Value& entry : entries) {
    PORTREEVE_TRY(Fields each, Fields::open(fields.source(), entry, "each"));
    Each out;
    PORTREEVE_TRY(out.name, each.need_text("as"));
    PORTREEVE_TRY(out.in, need_path(each, "in"));
    PORTREEVE_CHECK(each.finish());
    rule.each.push_back(std::move(out));
  }
  return Done{};
}

// What changes nothing would be read as if it did.
Result<Enforcement> read_before_cutover(const Policy& policy, const Rule& rule, const Value& value) {
  PORTREEVE_TRY(Enforcement out, read_enforcement(policy.source, value));
  bool any = false;
  for (const Door door : {Door::admission, Door::guard, Door::audit}) {
    const std::optional<Effect> before = out.at(door);
    any = any || before.has_value();
    if (!before.has_value() || *before > policy.effect_at(rule, door)) continue;
    return policy.source.error(value[to_string(door)],
                               "before-cutover: no less than what the rule does after it");
  }
  if (!any) return policy.source.error(value, "before-cutover: names no door");
  return out;
}

Result<Rule> read_rule(const Policy& policy, const Value& value, const DataSet& data) {
  PORTREEVE_TRY(Fields fields, Fields::open(policy.source, value, "rule"));
  Rule rule;
  rule.source = value;
  PORTREEVE_TRY(rule.name, read_name(fields));
  rule.id = policy.name + "/" + rule.name;
  if (const Value severity = fields.take("severity"); severity.present()) {
    PORTREEVE_TRY(rule.severity, read_word(policy.source, severity, kSeverities));
  }
  PORTREEVE_TRY(const std::uint64_t since, fields.maybe_count("since", 1));
  rule.since = static_cast<std::uint32_t>(std::min<std::uint64_t>(since, 1'000'000));
  PORTREEVE_CHECK(read_each(fields, rule));
  if (const Value when = fields.take("when"); when.present()) {
    PORTREEVE_TRY(Condition condition, Condition::compile(policy.source, when, data));
    rule.when = std::move(condition);
  }
  PORTREEVE_TRY(rule.requirement, read_requirement(fields, data));
  rule.needs_evidence = reads_evidence(rule.requirement);
  PORTREEVE_CHECK(check_artifact_checks(policy, rule, rule.requirement));
  PORTREEVE_CHECK(check_bindings(policy.source, rule));
  PORTREEVE_TRY(rule.message, fields.need_text("message"));
  PORTREEVE_TRY(rule.fix, fields.maybe_text("fix"));
  PORTREEVE_TRY(rule.note, fields.maybe_text("note"));
  if (const Value enforcement = fields.take("enforcement"); enforcement.present()) {
    PORTREEVE_TRY(rule.enforcement, read_enforcement(policy.source, enforcement));
  }
  if (const Value before = fields.take("before-cutover"); before.present()) {
    PORTREEVE_TRY(rule.before_cutover, read_before_cutover(policy, rule, before));
  }
  PORTREEVE_CHECK(fields.finish());
  for (const Door door : {Door::admission, Door::guard, Door::audit}) {
    if (policy.effect_at(rule, door) == Effect::deny && rule.fix.empty()) {
      return fields.error(value, "rule " + rule.name + " can deny, so it needs fix");
    }
  }
  return rule;
}

Result<Example> read_example(const Policy& policy, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(policy.source, value, "example"));
  Example out;
  out.source = value;
  PORTREEVE_TRY(out.name, fields.need_text("name"));
  PORTREEVE_TRY(const Value expect, fields.need("expect", ValueType::string));
  PORTREEVE_TRY(out.expect, read_word(policy.source, expect, kExpectations));
  PORTREEVE_TRY(out.rule, fields.maybe_text("rule"));
  PORTREEVE_TRY(out.path, fields.maybe_text("path"));
  PORTREEVE_TRY(out.found, fields.maybe_text("found"));
  PORTREEVE_TRY(out.object, fields.maybe("object", ValueType::object));
  PORTREEVE_TRY(out.old, fields.maybe("old", ValueType::object));
  if (const Value operation = fields.take("operation"); operation.present()) {
    PORTREEVE_TRY(const std::vector<Operation> operations,
                  read_operations(policy.source, operation));
    out.operation = operations[0];
  }
  PORTREEVE_TRY(out.name_space, fields.maybe_text("namespace"));
  PORTREEVE_TRY(out.evidence, read_example_evidence(fields));
  if (!out.object.present() && out.evidence.chart == nullptr) {
    return fields.error(value, "example: expected object or chart");
  }
  PORTREEVE_TRY(const std::string now, fields.maybe_text("now"));
  if (!now.empty()) {
    Result<TimePoint> time = parse_time(now);
    if (!time.ok()) return fields.error(value["now"], time.error().message);
    out.now = time.value();
  }
  PORTREEVE_CHECK(fields.finish());
  const auto known = [&](const Rule& rule) { return rule.name == out.rule; };
  if (!out.rule.empty() && std::none_of(policy.rules.begin(), policy.rules.end(), known)) {
    return fields.error(value["rule"], "the policy has no rule \"" + out.rule + "\"");
  }
  return out;
}

// A policy of a mistyped profile would be silent for ever. Others may be of a later version.
Result<std::vector<std::string>> read_profiles(Fields& spec) {
  constexpr std::string_view kKnown = "identity";
  constexpr std::size_t kTypo = 2;
  PORTREEVE_TRY(std::vector<std::string> profiles, spec.maybe_texts("profiles"));
  for (const std::string& profile : profiles) {
    const std::size_t distance = levenshtein(profile, kKnown, kTypo);
    if (distance == 0 || distance > kTypo) continue;
    return spec.error(spec.object()["profiles"], "profiles: \"" + profile + "\"; did you mean \"" +
                                                     std::string(kKnown) + "\"?");
  }
  return profiles;
}

Outcome read_rules(Fields& spec, const DataSet& data, Policy& policy) {
  PORTREEVE_TRY(const Value rules, spec.need("rules", ValueType::array));
  if (rules.size() == 0) return spec.error(rules, "rules: there is none");
  std::set<std::string> names;
  for (const Value entry : rules) {
    PORTREEVE_TRY(Rule rule, read_rule(policy, entry, data));
    if (!names.insert(rule.name).second) {
      return spec.error(entry["name"], "rule \"" + rule.name + "\" stands there twice");
    }
    policy.rules.push_back(std::move(rule));
  }
  PORTREEVE_TRY(const Value examples, spec.maybe("examples", ValueType::array));
  for (const Value entry : examples) {
    PORTREEVE_TRY(Example example, read_example(policy, entry));
    policy.examples.push_back(std::move(example));
  }
  return Done{};
}

}  // namespace

Result<Enforcement> read_enforcement(const Source& source, const Value& value) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, value, "enforcement"));
  Enforcement out;
  const auto read = [&](std::string_view key, std::optional<Effect>& effect) -> Outcome {
    const Value word = fields.take(key);
    if (!word.present()) return Done{};
    PORTREEVE_TRY(effect, read_word(source, word, kEffects));
    return Done{};
  };
  PORTREEVE_CHECK(read("admission", out.admission));
  PORTREEVE_CHECK(read("guard", out.guard));
  PORTREEVE_CHECK(read("audit", out.audit));
  PORTREEVE_CHECK(fields.finish());
  return out;
}

Result<Policy> read_policy(const Source& source, const Value& root, const DataSet& data) {
  PORTREEVE_TRY(Fields document, Fields::open(source, root, "Policy"));
  document.take("apiVersion");
  document.take("kind");
  PORTREEVE_TRY(const Value metadata, document.need("metadata", ValueType::object));
  PORTREEVE_TRY(const Value spec_value, document.need("spec", ValueType::object));
  PORTREEVE_CHECK(document.finish());
  Policy policy;
  policy.source = source;
  policy.document_root = root;
  PORTREEVE_TRY(Fields meta, Fields::open(source, metadata, "metadata"));
  PORTREEVE_TRY(policy.name, read_name(meta));
  meta.take("labels");
  meta.take("annotations");
  PORTREEVE_CHECK(meta.finish());
  PORTREEVE_TRY(Fields spec, Fields::open(source, spec_value, "spec"));
  PORTREEVE_TRY(policy.description, spec.need_text("description"));
  PORTREEVE_TRY(policy.profiles, read_profiles(spec));
  PORTREEVE_TRY(const Value match, spec.need("match", ValueType::object));
  PORTREEVE_TRY(policy.match, read_match(source, match));
  if (!policy.match.artifacts.empty()) PORTREEVE_CHECK(bind_artifacts(spec, data, policy));
  if (const Value enforcement = spec.take("enforcement"); enforcement.present()) {
    PORTREEVE_TRY(policy.enforcement, read_enforcement(source, enforcement));
  }
  PORTREEVE_TRY(const std::string undecided, spec.maybe_text("undecided"));
  if (!undecided.empty() && undecided != "deny" && undecided != "unsafe-allow") {
    return spec.error(spec_value["undecided"], "undecided: expected deny or unsafe-allow");
  }
  policy.unsafe_allow_undecided = undecided == "unsafe-allow";
  PORTREEVE_CHECK(read_rules(spec, data, policy));
  policy.presence = Presence(policy.rules);
  spec.take("examples");
  PORTREEVE_CHECK(spec.finish());
  return policy;
}

}  // namespace portreeve::policies
