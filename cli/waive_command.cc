// `portreeve waive`: an exception is written down whole, or not at all.

#include <algorithm>
#include <optional>
#include <ostream>
#include <vector>

#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/given_clock.h"
#include "cli/policy_list.h"
#include "cli/policy_options.h"
#include "cli/rule_names.h"
#include "core/reference.h"
#include "core/utf8.h"
#include "policies/repository_group.h"
#include "policies/waiver.h"

namespace portreeve::cli {
namespace {

constexpr Help kHelp = {
    "waive",
    "prints a complete Waiver for one rule and one subject, ready to paste. It holds for 30 days.\n"
    "Owner, reason and ticket are yours to say: what is not given here is a placeholder, and does not\n"
    "load before it is filled in",
    "RULE SUBJECT [OPTION...]",
    "  portreeve waive blueprint-name/pattern Blueprint//cilium\n"
    "  portreeve waive application-name/label Application/acme/wiki --owner apps --ticket OPS-1\n"
    "  portreeve waive chart-hollow/upstream chart:wiki@1.2.0 --reason 'see OPS-1' >> waivers.yaml\n",
    "  0  the Waiver was printed\n"
    "  2  usage, policies that do not load, no such rule, or no such form of subject\n",
};

struct Options {
  policies::WaiverRequest waiver;
  std::string now;
  PolicyOptions policies;
};

// A subject of a finding, taken apart.
struct Asked {
  enum class Form { object, artifact, chart, file };
  Form form = Form::object;
  std::string text;                  ///< As findings say it; an object without its group: not yet.
  std::optional<std::string> group;  ///< Nothing: that of the rule.
  std::string kind, name_space, name;
  std::string repository;  ///< Of an artifact: "host/repository".
};

constexpr std::string_view kForms =
    "expected group/Kind/namespace/name or Kind/namespace/name (an empty part stays empty: "
    "Widget//blue), oci:host/repository@sha256:…, chart:NAME@VERSION or repo:PATH, as a finding "
    "names it";

bool dns_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
}

bool letter_or_digit(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool dns_text(const std::string& text) {
  return text.size() <= 253 && std::all_of(text.begin(), text.end(), dns_character);
}

// RFC 3986 pchar and ':': what Kubernetes itself lets names hold (RBAC objects have colons).
bool name_text(const std::string& text) {
  return !text.empty() && text.size() <= 253 && std::all_of(text.begin(), text.end(), [](char c) {
    return letter_or_digit(c) || c == '-' || c == '.' || c == '_' || c == ':' || c == '@' || c == '+';
  });
}

std::optional<Asked> object_of(const std::string& subject) {
  std::vector<std::string> parts(1);
  for (const char c : subject) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  if (parts.size() != 3 && parts.size() != 4) return std::nullopt;
  Asked out;
  out.text = subject;
  if (parts.size() == 4) out.group = parts[0];
  const std::size_t kind = parts.size() - 3;
  out.kind = parts[kind];
  out.name_space = parts[kind + 1];
  out.name = parts[kind + 2];
  const bool good = !out.kind.empty() && std::all_of(out.kind.begin(), out.kind.end(), letter_or_digit) &&
                    dns_text(out.group.value_or("")) && dns_text(out.name_space) && name_text(out.name);
  return good ? std::optional<Asked>(out) : std::nullopt;
}

std::optional<Asked> asked_of(const std::string& subject) {
  const auto after = [&](std::string_view prefix) -> std::optional<std::string> {
    if (subject.substr(0, prefix.size()) != prefix) return std::nullopt;
    return subject.substr(prefix.size());
  };
  const auto made = [&](Asked::Form form, std::string repository = {}) {
    Asked out;
    out.form = form;
    out.text = subject;
    out.repository = std::move(repository);
    return out;
  };
  if (const auto rest = after("oci:")) {
    const auto reference = Reference::parse(*rest, ShortNames::refuse);
    if (!reference.ok() || reference.value().text() != *rest) return std::nullopt;
    return made(Asked::Form::artifact, reference.value().name());
  }
  if (const auto rest = after("chart:")) {
    const std::size_t at = rest->find('@');
    const bool good = at != std::string::npos && name_text(rest->substr(0, at)) && name_text(rest->substr(at + 1));
    return good ? std::optional<Asked>(made(Asked::Form::chart)) : std::nullopt;
  }
  if (const auto rest = after("repo:")) {
    return rest->empty() ? std::nullopt : std::optional<Asked>(made(Asked::Form::file));
  }
  return object_of(subject);
}

// What rules about the repository as a whole say, they say of what they find there.
bool about_repository(const policies::Match& match) {
  return std::any_of(match.objects.begin(), match.objects.end(), [](const policies::ObjectMatch& one) {
    return one.group == policies::kRepositoryGroup;
  });
}

bool about_object(const policies::Match& match, Asked& asked) {
  if (!match.artifacts.empty()) return false;  // Its findings are the artifacts'.
  for (const policies::ObjectMatch& one : match.objects) {
    if (asked.group.has_value() && one.group != *asked.group) continue;
    if (std::find(one.kinds.begin(), one.kinds.end(), asked.kind) == one.kinds.end()) continue;
    if (!asked.group.has_value()) asked.text = one.group + "/" + asked.text;
    return true;
  }
  return about_repository(match) && asked.group.has_value();
}

// A waiver for what the rule is not about would never be used. Gives an object its group.
bool about(const policies::Match& match, Asked& asked) {
  switch (asked.form) {
    case Asked::Form::object: return about_object(match, asked);
    case Asked::Form::artifact: return match.covers_artifact(asked.repository);
    case Asked::Form::chart: return !match.paths.empty() || about_repository(match);
    case Asked::Form::file: return !match.paths.empty() || about_repository(match);
  }
  return false;
}

std::string about_text(const policies::Policy& policy) {
  std::string out = kinds_text(policy, true);
  const auto add = [&](std::string_view word, const std::vector<Glob>& globs) {
    for (const Glob& glob : globs) out += (out.empty() ? "" : ", ") + std::string(word) + glob.text();
  };
  add("artifacts ", policy.match.artifacts);
  add("files ", policy.match.paths);
  return out;
}

Result<std::string> waive(Options options) {
  const auto wrong = [](std::string message) {
    return Error{Errc::misconfigured, std::move(message)};
  };
  policies::WaiverRequest& request = options.waiver;
  std::optional<Asked> asked = asked_of(request.subject);
  if (!asked.has_value()) {
    return wrong("subject \"" + utf8::printable(request.subject, 128) + "\": " + std::string(kForms));
  }
  std::optional<TimePoint> now;
  if (!options.now.empty()) {
    PORTREEVE_TRY(now, parse_time(options.now));
  }
  PORTREEVE_TRY(const auto set, load_policies(options.policies));
  for (const policies::Policy& policy : set->policies()) {
    for (const policies::Rule& rule : policy.rules) {
      if (rule.id != request.rule) continue;
      if (about(policy.match, *asked)) {
        request.subject = asked->text;
        return policies::waiver_text(request, GivenClock(now).now());
      }
      if (asked->form == Asked::Form::object && !policy.match.artifacts.empty()) {
        return wrong("rule " + rule.id + " is about the artifacts that objects name: expected oci:host/repository@sha256:…, "
                     "as the finding says it; that an object names none cannot be waived");
      }
      return wrong("rule " + rule.id + " is about " + about_text(policy) + ", not about " + asked->text);
    }
  }
  for (const std::string_view own : {"waiver/", "gate/"}) {
    if (request.rule.substr(0, own.size()) == own) {
      return wrong("\"" + utf8::printable(request.rule, 128) + "\" cannot be waived");
    }
  }
  return wrong(no_such_rule(*set, request.rule));
}

}  // namespace

int run_waive(std::span<const std::string> args, Io& io) {
  Options options;
  CLI::App app;
  app.add_option("RULE", options.waiver.rule, "The rule, policy/rule.")->required();
  app.add_option("SUBJECT", options.waiver.subject,
                 "What it is not to hold for, as in the finding: group/Kind/namespace/name (the group "
                 "may be left out), oci:HOST/REPOSITORY@DIGEST, chart:NAME@VERSION or repo:PATH.")
      ->required();
  app.add_option("--owner", options.waiver.owner, "Who answers for it. Default: a placeholder.")
      ->type_name("TEXT");
  app.add_option("--reason", options.waiver.reason,
                 "Why the rule cannot hold there yet. Default: a placeholder.")
      ->type_name("TEXT");
  app.add_option("--ticket", options.waiver.ticket,
                 "Where the work is tracked. Default: a placeholder.")
      ->type_name("TEXT");
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
