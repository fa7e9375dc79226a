#include "cli/policy_list.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/json.h"

namespace portreeve::cli {
namespace {

using policies::Policy;
using policies::PolicySet;
using policies::Rule;

constexpr std::array kDoors = {Door::admission, Door::guard, Door::audit};

std::string joined(const std::vector<std::string>& texts, std::string_view otherwise) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out.empty() ? std::string(otherwise) : out;
}

// "inactive", "warn (since 2)", "observe": why a rule does less than it says. Empty: it does it.
std::string held_back(const PolicySet& set, const Policy& policy, const Rule& rule) {
  const policies::Config& config = set.config();
  if (!policy.in_profile(config.profile)) return "inactive: not in profile " + config.profile;
  if (config.catalog != 0 && rule.since > config.catalog) {
    return "warns: newer than catalog level " + std::to_string(config.catalog);
  }
  switch (config.stage_of(rule.id, "")) {
    case policies::Stage::observe: return "stage observe";
    case policies::Stage::warn: return "stage warn";
    case policies::Stage::enforce: break;
  }
  return waiting_text(config, rule);
}

using Row = std::array<std::string, 7>;

Row row_of(const PolicySet& set, const Policy& policy, const Rule& rule) {
  return {rule.id,
          std::string(to_string(rule.severity)),
          effect_text(policy, rule),
          std::to_string(rule.since),
          joined(policy.profiles, "every"),
          kinds_text(policy, false),
          held_back(set, policy, rule)};
}

void append_member(std::string& out, std::string_view key, std::string_view text) {
  json::append_string(out, key);
  out += ':';
  json::append_string(out, text);
}

void append_list(std::string& out, std::string_view key, const std::vector<std::string>& texts) {
  json::append_string(out, key);
  out += ":[";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i != 0) out += ',';
    json::append_string(out, texts[i]);
  }
  out += ']';
}

void append_objects(std::string& out, const Policy& policy) {
  out += "\"objects\":[";
  for (std::size_t i = 0; i < policy.match.objects.size(); ++i) {
    const policies::ObjectMatch& match = policy.match.objects[i];
    out += i == 0 ? "{" : ",{";
    append_member(out, "group", match.group);
    out += ',';
    append_list(out, "kinds", match.kinds);
    out += ',';
    append_list(out, "versions", match.versions);
    out += '}';
  }
  out += ']';
}

void append_rule(std::string& out, const PolicySet& set, const Policy& policy, const Rule& rule) {
  out += '{';
  append_member(out, "rule", rule.id);
  out += ',';
  append_member(out, "severity", to_string(rule.severity));
  out += ",\"since\":" + std::to_string(rule.since) + ",\"enforcement\":{";
  for (const Door door : kDoors) {
    if (door != Door::admission) out += ',';
    append_member(out, to_string(door), to_string(policy.effect_at(rule, door)));
  }
  out += "},";
  append_list(out, "profiles", policy.profiles);
  out += ',';
  append_objects(out, policy);
  out += ',';
  append_member(out, "heldBack", held_back(set, policy, rule));
  out += ',';
  append_member(out, "message", rule.message);
  out += ',';
  append_member(out, "source", policy.source.at(rule.source));
  out += '}';
}

struct Named {
  std::string kind, name, where;
};

// What rules refer to, besides Data.
std::vector<Named> named_documents(const PolicySet& set) {
  std::vector<Named> out;
  for (const auto& rule : set.trust().artifact_rules()) {
    out.push_back({"ArtifactRule", rule.name, rule.source.at(rule.root)});
  }
  for (const auto& [name, entry] : set.trust().authorities()) {
    out.push_back({"Authority", name, entry.where});
  }
  for (const auto& registry : set.trust().registries()) {
    out.push_back({"Registry", registry.name, registry.where});
  }
  return out;
}

}  // namespace

std::string effect_text(const Policy& policy, const Rule& rule) {
  std::string out;
  for (const Effect effect : {Effect::deny, Effect::warn, Effect::report}) {
    std::vector<std::string> doors;
    for (const Door door : kDoors) {
      if (policy.effect_at(rule, door) == effect) doors.emplace_back(to_string(door));
    }
    if (doors.empty()) continue;
    const std::string word(to_string(effect));
    if (doors.size() == kDoors.size()) return word;
    out += (out.empty() ? "" : ", ") + word + " at " + doors[0];
    if (doors.size() == 2) out += " and " + doors[1];
  }
  return out;
}

std::string waiting_text(const policies::Config& config, const Rule& rule) {
  std::string out;
  for (const Door door : kDoors) {
    const std::optional<Effect> effect = rule.before_cutover.at(door);
    if (!effect) continue;
    out += (out.empty() ? "" : ", ") + std::string(to_string(*effect)) + " at " + std::string(to_string(door));
  }
  if (out.empty()) return out;
  return out + " until " +
         (config.cutover ? format_date(*config.cutover) : "the cutover, which no Config names");
}

std::string kinds_text(const Policy& policy, bool groups) {
  std::vector<std::string> kinds;
  for (const policies::ObjectMatch& match : policy.match.objects) {
    for (const std::string& kind : match.kinds) {
      kinds.push_back(groups && !match.group.empty() ? match.group + "/" + kind : kind);
    }
  }
  return joined(kinds, "");
}

std::string policy_list_text(const PolicySet& set) {
  std::vector<Row> rows = {
      {"rule", "severity", "effect", "since", "profiles", "kinds", ""}};
  for (const Policy& policy : set.policies()) {
    for (const Rule& rule : policy.rules) rows.push_back(row_of(set, policy, rule));
  }
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  for (const Named& one : named_documents(set)) {
    out += one.kind + " " + one.name + "  " + one.where + "\n";
  }
  return out + std::to_string(rows.size() - 1) + " rules in " +
         std::to_string(set.policies().size()) + " policies\n";
}

std::string policy_list_json(const PolicySet& set) {
  std::string out = R"({"schema":"portreeve.openova.io/rules/v1","rules":[)";
  bool first = true;
  for (const Policy& policy : set.policies()) {
    for (const Rule& rule : policy.rules) {
      if (!first) out += ',';
      first = false;
      append_rule(out, set, policy, rule);
    }
  }
  out += "],\"documents\":[";
  first = true;
  for (const Named& one : named_documents(set)) {
    out += first ? "{" : ",{";
    first = false;
    append_member(out, "kind", one.kind);
    out += ',';
    append_member(out, "name", one.name);
    out += ',';
    append_member(out, "source", one.where);
    out += '}';
  }
  return out + "]}\n";
}

}  // namespace portreeve::cli
