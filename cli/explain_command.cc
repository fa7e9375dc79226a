// `portreeve explain`: what a denial's reader does next.

#include <algorithm>
#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/policy_list.h"
#include "cli/policy_options.h"
#include "cli/rule_names.h"
#include "core/json.h"
#include "core/utf8.h"
#include "policies/document_kinds.h"

namespace portreeve::cli {
namespace {

using policies::Example;
using policies::Policy;
using policies::PolicySet;
using policies::Rule;

constexpr Help kHelp = {
    "explain",
    "says what a rule asks for, why, what it does and how to comply; or which rules a kind or a\n"
    "policy has; or what a document of ours may say: config, registry, authority, artifactrule, waiver",
    "RULE|KIND|POLICY|DOCUMENT [OPTION...]",
    "  portreeve explain blueprint-name/pattern\n"
    "  portreeve explain Blueprint\n"
    "  portreeve explain config\n"
    "  portreeve explain registry\n",
    "  0  explained\n"
    "  2  usage, policies that do not load, or nothing of that name\n",
};

// What the gate itself says; no policy file holds these.
struct OwnRule {
  std::string_view id;
  std::string_view text;
};

constexpr OwnRule kOwnRules[] = {
    {"waiver/expired",
     "A waiver for this object has ended, so it waives nothing any more.\n"
     "Remove it, or have its owner renew it. Denies before a merge, warns at admission.\n"},
    {"waiver/unused",
     "A waiver names this object and none of the rules it waives was broken.\n"
     "Remove it. Denies before a merge, warns at admission.\n"},
    {"waiver/expiring",
     "A waiver that is in use ends within 14 days.\n"
     "Correct the object, or have the waiver's owner renew it. Warns.\n"},
    {"gate/internal", "The gate failed while it judged; this is no verdict on the object.\n"
                      "Report it with the decision id.\n"},
    {"gate/limit", "The gate ran out of a resource or of time; this is no verdict on the object.\n"
                   "Try again; if it stays, look at the gate's log.\n"},
};

void print_block(std::ostream& out, std::string_view label, std::string_view text) {
  constexpr std::size_t kIndent = 12;
  if (text.empty()) return;
  out << label << std::string(kIndent - label.size(), ' ') << text << '\n';
}

std::string about(const Policy& policy) {
  std::string out = kinds_text(policy, true);
  for (const policies::ObjectMatch& match : policy.match.objects) {
    std::string versions;
    for (const std::string& version : match.versions) {
      versions += (versions.empty() ? "" : ", ") + version;
    }
    if (!versions.empty()) out += " (only " + versions + ")";
  }
  if (policy.match.operations.size() == 1) {
    out += ", " + std::string(to_string(policy.match.operations[0])) + " only";
  }
  return out;
}

std::string check_text(const policies::Requirement& requirement) {
  using Kind = policies::Requirement::Kind;
  if (requirement.kind == Kind::check) return requirement.check_name;
  std::string out = requirement.kind == Kind::all   ? "all of "
                    : requirement.kind == Kind::any ? "any of "
                                                    : "none of ";
  std::string members;
  for (const policies::Requirement& member : requirement.members) {
    members += (members.empty() ? "" : ", ") + check_text(member);
  }
  return out + "(" + members + ")";
}

std::string_view expectation(Example::Expect expect) noexcept {
  switch (expect) {
    case Example::Expect::allow: return "allowed";
    case Example::Expect::deny: return "denied";
    case Example::Expect::warn: return "warned";
    case Example::Expect::note: return "allowed with a note";
    case Example::Expect::undecided: return "undecided";
  }
  return "allowed";
}

constexpr std::size_t kShownBytes = 2000;

// A chart that an example writes out, file by file, as it would stand on disk.
void print_chart(std::ostream& out, const Value& chart) {
  std::size_t left = kShownBytes;
  for (const Value file : chart["files"]) {
    out << "  " << utf8::printable(file.key().text(), 128) << '\n';
    for (std::string_view rest = file.text(); !rest.empty() && left > 0;) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      const std::string line = utf8::printable(rest.substr(0, end), left);
      out << "    " << line << '\n';
      left -= std::min(left, line.size() + 1);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    if (left == 0) break;
  }
  if (left == 0) out << "    …\n";
}

// What is found beside the object.
void print_found(std::ostream& out, const Value& example) {
  if (const Value chart = example["chart"]; chart.present()) print_chart(out, chart);
  for (const std::string_view key : {"render", "blueprint", "sboms", "vulnerabilities", "evidence"}) {
    const Value value = example[key];
    if (!value.present()) continue;
    std::string text;
    json::append_canonical(text, value);
    out << "  " << key << "  " << utf8::printable(text, kShownBytes) << '\n';
  }
}

void print_example(std::ostream& out, const Example& example) {
  out << "\n" << expectation(example.expect) << ": " << example.name << '\n';
  for (const Value& object : {example.old, example.object}) {
    if (!object.present()) continue;
    std::string text;
    json::append_canonical(text, object);
    out << (object.same_node(example.old) ? "  stored  " : "  ")
        << utf8::printable(text, kShownBytes) << '\n';
  }
  print_found(out, example.source);
}

// The rule's own cases, and one object that is fine.
void print_examples(std::ostream& out, const Policy& policy, const Rule& rule) {
  constexpr std::size_t kShown = 3;
  std::size_t shown = 0;
  const auto fine = std::find_if(
      policy.examples.begin(), policy.examples.end(),
      [](const Example& example) { return example.expect == Example::Expect::allow; });
  if (fine != policy.examples.end()) print_example(out, *fine);
  for (const Example& example : policy.examples) {
    // Where there is one rule, whatever an example does not allow is told by it.
    const bool only = example.rule.empty() && example.expect != Example::Expect::allow && policy.rules.size() == 1;
    if ((example.rule != rule.name && !only) || shown == kShown) continue;
    ++shown;
    print_example(out, example);
  }
}

void print_rule(std::ostream& out, const PolicySet& set, const Policy& policy, const Rule& rule) {
  out << rule.id << " (" << to_string(rule.severity) << ")\n\n" << rule.message << "\n\n";
  print_block(out, "fix", rule.fix);
  print_block(out, "why", rule.note);
  print_block(out, "policy", policy.description);
  print_block(out, "about", about(policy));
  print_block(out, "effect", effect_text(policy, rule));
  if (rule.waits_for_cutover()) print_block(out, "waits", waiting_text(set.config(), rule));
  if (policy.unsafe_allow_undecided) print_block(out, "undecided", "warns (unsafe-allow)");
  print_block(out, "check", check_text(rule.requirement));
  print_block(out, "since", "catalog level " + std::to_string(rule.since));
  print_block(out, "stands in", policy.source.at(rule.source));
  print_examples(out, policy, rule);
}

bool about_kind(const Policy& policy, const std::string& kind) {
  return std::any_of(policy.match.objects.begin(), policy.match.objects.end(),
                     [&](const policies::ObjectMatch& match) {
                       return std::find(match.kinds.begin(), match.kinds.end(), kind) !=
                              match.kinds.end();
                     });
}

// Whether `name` is a kind or a policy; then its rules are listed.
bool print_group(std::ostream& out, const PolicySet& set, const std::string& name) {
  bool found = false;
  for (const Policy& policy : set.policies()) {
    if (policy.name != name && !about_kind(policy, name)) continue;
    out << (found ? "\n" : "") << policy.name << ": " << policy.description << '\n';
    found = true;
    for (const Rule& rule : policy.rules) {
      out << "  " << rule.id << " (" << to_string(rule.severity) << ", "
          << effect_text(policy, rule) << ")\n      " << rule.message << '\n';
    }
  }
  return found;
}

int explain(const PolicySet& set, const std::string& name, Io& io) {
  for (const OwnRule& own : kOwnRules) {
    if (own.id != name) continue;
    io.out << own.id << "\n\n" << own.text;
    return kExitAllow;
  }
  for (const Policy& policy : set.policies()) {
    for (const Rule& rule : policy.rules) {
      if (rule.id != name) continue;
      print_rule(io.out, set, policy, rule);
      return kExitAllow;
    }
  }
  if (print_group(io.out, set, name)) return kExitAllow;
  io.err << "portreeve explain: " << no_such_rule(set, name)
         << " ('portreeve policy list' lists them)\n";
  return kExitUsage;
}

const policies::DocumentKind* document_kind(const std::string& name) {
  const auto same = [](char a, char b) { return (a | 0x20) == (b | 0x20); };
  for (const policies::DocumentKind& kind : policies::document_kinds()) {
    if (std::equal(kind.name.begin(), kind.name.end(), name.begin(), name.end(), same)) return &kind;
  }
  return nullptr;
}

}  // namespace

int run_explain(std::span<const std::string> args, Io& io) {
  CLI::App app;
  PolicyOptions options;
  std::string name;
  app.add_option("NAME", name,
                 "A rule (policy/rule), a kind of objects (Blueprint), a policy, or a document of ours "
                 "(config, registry, …; capitals do not matter).")
      ->required();
  add_policy_options(app, options);
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  if (const policies::DocumentKind* kind = document_kind(name)) {
    io.out << policies::document_text(*kind);
    return kExitAllow;
  }
  const auto set = load_policies(options);
  if (!set.ok()) {
    print_error(io, "explain", set.error());
    return kExitUsage;
  }
  return explain(*set.value(), name, io);
}

}  // namespace portreeve::cli
