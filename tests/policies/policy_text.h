#pragma once

// Short ways to write a policy, load it and judge an object by it.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/yaml.h"
#include "policies/policy_set.h"

namespace portreeve::policies {

inline constexpr const char* kHead = "apiVersion: portreeve.openova.io/v1alpha1\n";

/// A Policy "p" about example.org Thing; `rest` is the YAML below `spec`, indented by two.
inline std::string policy_text(const std::string& rest) {
  return std::string(kHead) +
         "kind: Policy\n"
         "metadata: {name: p}\n"
         "spec:\n"
         "  description: d\n"
         "  match: {objects: [{group: example.org, kinds: [Thing]}]}\n" +
         rest;
}

/// The same with one rule "r"; `rule` is flow YAML: "check: field, with: {…}".
inline std::string rule_text(const std::string& rule) {
  return policy_text("  rules: [{name: r, message: m, fix: f, " + rule + "}]\n");
}

inline std::string data_text(const std::string& name, const std::string& spec) {
  return std::string(kHead) + "kind: Data\nmetadata: {name: " + name + "}\nspec: " + spec + "\n";
}

using SetPtr = std::shared_ptr<const PolicySet>;

inline PolicySources sources_of(const std::vector<std::string>& texts, Config config = {}) {
  PolicySources out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    out.files.push_back({(i == 0 ? "p" : "d" + std::to_string(i)) + std::string(".yaml"), texts[i]});
  }
  out.config = std::move(config);
  return out;
}

/// "" when the texts load. The files are named p.yaml, d1.yaml, d2.yaml, …
inline std::string load_error(const std::vector<std::string>& texts, Config config = {}) {
  const auto set = PolicySet::load(sources_of(texts, std::move(config)));
  return set.ok() ? "" : set.error().message;
}

inline SetPtr load(const std::vector<std::string>& texts, Config config = {}) {
  auto set = PolicySet::load(sources_of(texts, std::move(config)));
  if (!set.ok()) {
    ADD_FAILURE() << set.error().message;
    return nullptr;
  }
  return std::move(set).value();
}

inline DocumentPtr document(const std::string& yaml) {
  auto parsed = yaml::parse(yaml, json::review_limits(), nullptr);
  if (!parsed.ok()) {
    ADD_FAILURE() << parsed.error().message << " in " << yaml;
    return document("{}");
  }
  return std::move(parsed).value();
}

/// A Thing "n" in namespace "ns" with these objects; `old` empty: CREATE.
inline Subject thing(const std::string& object, const std::string& old = "",
                     const std::string& request = "") {
  Subject out;
  out.group = "example.org";
  out.version = "v1";
  out.kind = "Thing";
  out.name = "n";
  out.name_space = "ns";
  // One document holds all of them, as one review does.
  out.document = document("[" + object + ", " + (old.empty() ? "null" : old) + ", " +
                          (request.empty() ? "null" : request) + "]");
  out.object = out.document->root().at(0);
  if (!old.empty()) {
    out.old = out.document->root().at(1);
    out.operation = Operation::update;
  }
  if (!request.empty()) out.request = out.document->root().at(2);
  return out;
}

/// "deny|fail|/path|expected|found" for each finding, without the rule; notes end with "|note".
inline std::vector<std::string> seen(const Verdict& verdict) {
  std::vector<std::string> out;
  for (const Finding& f : verdict.findings) {
    out.push_back(std::string(to_string(f.effect)) + "|" + std::string(to_string(f.status)) + "|" +
                  f.path.value_or("?") + "|" + f.expected + "|" + f.found +
                  (f.note.empty() ? "" : "|" + f.note));
  }
  return out;
}

inline Verdict judge(const PolicySet& set, const Subject& subject, TimePoint now = {}) {
  return set.judge(subject, now, nullptr, nullptr);
}

/// Judges `object` by the one rule (see rule_text) and says what is seen.
inline std::vector<std::string> judged(const std::string& rule, const std::string& object,
                                       const std::vector<std::string>& data = {}) {
  std::vector<std::string> texts = {rule_text(rule)};
  texts.insert(texts.end(), data.begin(), data.end());
  const SetPtr set = load(texts);
  return set == nullptr ? std::vector<std::string>{"does not load"}
                        : seen(judge(*set, thing(object)));
}

using Lines = std::vector<std::string>;

}  // namespace portreeve::policies
