// `portreeve waive`: an exception is written down whole, or not at all.

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/given_clock.h"
#include "cli/policy_list.h"
#include "cli/policy_options.h"
#include "cli/rule_names.h"
#include "core/utf8.h"
#include "policies/waiver.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "waive",
    "prints a complete Waiver for one rule and one subject, ready to paste. It holds for 30 days;\n"
    "owner, reason and ticket are yours to fill in",
    "RULE SUBJECT [OPTION...]",
    "  portreeve waive blueprint-name/pattern apps.example.org/Widget//blue\n"
    "  portreeve waive application-name/label apps.example.org/Widget/acme/wiki >> waivers.yaml\n",
    "  0  the Waiver was printed\n"
    "  2  usage, policies that do not load, no such rule, or no such form of subject\n",
};

struct Options {
  std::string rule;
  std::string subject;
  std::string now;
  PolicyOptions policies;
};

// "group/Kind/namespace/name".
using SubjectParts = std::array<std::string, 4>;

bool dns_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool dns_text(const std::string& text) {
  return text.size() <= 253 && std::all_of(text.begin(), text.end(), dns_character);
}

// RFC 3986 pchar and ':': what Kubernetes itself lets names hold (RBAC objects have colons), minus
// what would need quoting in the printed file.
bool name_text(const std::string& text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == ':' || c == '@' || c == '+';
  });
}

std::optional<SubjectParts> parts_of(const std::string& subject) {
  SubjectParts out;
  std::size_t part = 0;
  for (const char c : subject) {
    if (c != '/') {
      out[part] += c;
    } else if (++part == out.size()) {
      return std::nullopt;
    }
  }
  const bool kind = !out[1].empty() && std::all_of(out[1].begin(), out[1].end(), letter_or_digit);
  if (part != 3 || !kind || !dns_text(out[0]) || !dns_text(out[2]) || !name_text(out[3])) {
    return std::nullopt;
  }
  return out;
}

// A waiver for what the rule is not about would never be used.
bool about(const policies::Policy& policy, const SubjectParts& subject) {
  return std::any_of(policy.match.objects.begin(), policy.match.objects.end(),
                     [&](const policies::ObjectMatch& match) {
                       return match.group == subject[0] &&
                              std::find(match.kinds.begin(), match.kinds.end(), subject[1]) !=
                                  match.kinds.end();
                     });
}

Result<std::string> waive(const Options& options) {
  const auto wrong = [](std::string message) {
    return Error{Errc::misconfigured, std::move(message)};
  };
  const std::optional<SubjectParts> subject = parts_of(options.subject);
  if (!subject.has_value()) {
    return wrong("subject \"" + utf8::printable(options.subject, 128) +
                 "\": expected group/Kind/namespace/name, as a finding names it (an empty part "
                 "stays empty: apps.example.org/Widget//blue)");
  }
  std::optional<TimePoint> now;
  if (!options.now.empty()) {
    PORTREEVE_TRY(now, parse_time(options.now));
  }
  PORTREEVE_TRY(const auto set, load_policies(options.policies));
  for (const policies::Policy& policy : set->policies()) {
    for (const policies::Rule& rule : policy.rules) {
      if (rule.id != options.rule) continue;
      if (about(policy, *subject)) {
        return policies::waiver_template(rule.id, options.subject, GivenClock(now).now());
      }
      return wrong("rule " + rule.id + " is about " + kinds_text(policy, true) + ", not about " +
                   (*subject)[0] + "/" + (*subject)[1]);
    }
  }
  for (const std::string_view own : {"waiver/", "gate/"}) {
    if (options.rule.substr(0, own.size()) == own) {
      return wrong("\"" + utf8::printable(options.rule, 128) + "\" cannot be waived");
    }
  }
  return wrong(no_such_rule(*set, options.rule));
}

}  // namespace

int run_waive(std::span<const std::string> args, Io& io) {
  Options options;
  CLI::App app;
  app.add_option("RULE", options.rule, "The rule, policy/rule.")->required();
  app.add_option("SUBJECT", options.subject,
                 "What it is not to hold for: group/Kind/namespace/name, as in the finding.")
      ->required();
  add_policy_options(app, options.policies);
  app.add_option("--now", options.now, "Count the 30 days from this time (RFC 3339). Default: the clock.")
      ->type_name("TIME");
  if (const auto over = parse_arguments(app, kHelp, args, io)) return *over;
  const Result<std::string> waiver = waive(options);
  if (!waiver.ok()) {
    print_error(io, "waive", waiver.error());
    return kExitUsage;
  }
  io.out << waiver.value();
  return kExitAllow;
}

}  // namespace portreeve::cli
