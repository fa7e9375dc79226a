#include "webhook/answer.h"

#include <algorithm>
#include <vector>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::webhook {
namespace {

constexpr std::size_t kCauses = 16;
constexpr std::size_t kAnnotationBytes = 1000;
constexpr std::string_view kUndecided =
    "could not decide; this is no verdict on your object: ";

// "/spec/regions/0" → "spec.regions[0]": what a person would write.
std::string field_of(const Finding& finding) {
  std::string out;
  const std::string& pointer = finding.path.has_value() ? *finding.path : "";
  std::size_t at = 0;
  while (at < pointer.size()) {
    const std::size_t end = std::min(pointer.find('/', at + 1), pointer.size());
    std::string token = pointer.substr(at + 1, end - at - 1);
    at = end;
    for (std::size_t i = token.find('~'); i != std::string::npos; i = token.find('~', i + 1)) {
      token.replace(i, 2, token.substr(i, 2) == "~1" ? "/" : "~");
    }
    const bool index = !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
      return c >= '0' && c <= '9';
    });
    if (index) {
      out += "[" + token + "]";
    } else if (token.find_first_of("./") != std::string::npos) {
      out += "['" + token + "']";
    } else {
      out += (out.empty() ? "" : ".") + token;
    }
  }
  return utf8::printable(out, limits::kQuotedBytes);
}

std::string sentence(const Finding& finding) {
  std::string out = finding.rule + ": ";
  const std::string field = field_of(finding);
  if (!field.empty()) out += field + ": ";
  // A sentence of its own in a report; here it is the first of several clauses.
  std::string_view message = finding.message;
  if (!message.empty() && message.back() == '.') message.remove_suffix(1);
  out += message;
  if (!finding.found.empty()) out += "; found " + finding.found;
  if (!finding.expected.empty()) out += "; expected " + finding.expected;
  if (!finding.fix.empty()) out += "; fix: " + finding.fix;
  return out;
}

// A warning has 120 characters: what was found and what to do come first.
std::string short_sentence(const Finding& finding) {
  std::string out = finding.rule + ": ";
  const std::string field = field_of(finding);
  if (!field.empty()) out += field + ": ";
  if (!finding.found.empty()) out += "found " + finding.found + "; ";
  return out + (finding.fix.empty() ? finding.message : finding.fix);
}

std::vector<const Finding*> with_effect(const Verdict& verdict, Effect effect) {
  std::vector<const Finding*> out;
  for (const Finding& finding : verdict.findings) {
    const bool told = finding.status == FindingStatus::fail ||
                      finding.status == FindingStatus::undecided;
    if (told && finding.effect == effect) out.push_back(&finding);
  }
  return out;
}

// The findings that made the decision come first; sorting put fails before undecided ones.
std::string denial(const Verdict& verdict, const std::vector<const Finding*>& deciding,
                   std::string_view decision_id) {
  const std::string_view prefix = verdict.decision == Decision::undecided ? kUndecided : "";
  std::string tail = "; see: portreeve explain " + deciding[0]->rule + "; decision " +
                     std::string(decision_id);
  if (deciding.size() > 1) {
    tail = "; and " + std::to_string(deciding.size() - 1) + " more" + tail;
  }
  const std::size_t room = limits::kDenialBytes - prefix.size() - tail.size();
  return std::string(prefix) + utf8::printable(sentence(*deciding[0]), room) + tail;
}

// One line of at most so many code points; the API server drops what holds a control character.
std::string warning(std::string_view text) {
  std::string line = utf8::printable(text, limits::kWarningRunes * 4);
  while (utf8::length(line) > limits::kWarningRunes) {
    line = utf8::printable(line, line.size() - 1 - (utf8::length(line) - limits::kWarningRunes));
  }
  return line;
}

void add_warnings(const Verdict& verdict, const std::vector<const Finding*>& deciding,
                  kube::Answer& answer) {
  std::vector<std::string> lines;
  for (std::size_t i = 1; i < deciding.size(); ++i) {
    lines.push_back(warning("also " + short_sentence(*deciding[i])));
  }
  for (const Finding* finding : with_effect(verdict, Effect::warn)) {
    lines.push_back(warning(short_sentence(*finding)));
  }
  std::size_t dropped = 0;
  for (std::string& line : lines) {
    if (std::find(answer.warnings.begin(), answer.warnings.end(), line) != answer.warnings.end()) {
      continue;
    }
    if (answer.warnings.size() + 1 >= limits::kWarnings) {
      ++dropped;
    } else {
      answer.warnings.push_back(std::move(line));
    }
  }
  if (dropped > 0) answer.warnings.push_back("and " + std::to_string(dropped) + " more");
}

void annotate(kube::Answer& answer, std::string key, std::string value) {
  if (value.empty()) return;
  answer.annotations.emplace_back(std::move(key), utf8::printable(value, kAnnotationBytes));
}

std::string rules_of(const Verdict& verdict, bool (*wanted)(const Finding&)) {
  std::string out;
  for (const Finding& finding : verdict.findings) {
    if (!wanted(finding)) continue;
    const std::string entry = finding.rule + (finding.path ? " " + *finding.path : "");
    out += (out.empty() ? "" : ", ") + entry;
    if (out.size() > kAnnotationBytes) break;
  }
  return out;
}

void add_annotations(const Verdict& verdict, std::string_view decision_id, kube::Answer& answer) {
  annotate(answer, "decision", std::string(decision_id));
  annotate(answer, "verdict", std::string(to_string(verdict.decision)));
  annotate(answer, "scope", verdict.scope);
  annotate(answer, "failed", rules_of(verdict, [](const Finding& finding) {
             return (finding.status == FindingStatus::fail ||
                     finding.status == FindingStatus::undecided) &&
                    finding.effect == Effect::deny;
           }));
  annotate(answer, "would-deny", rules_of(verdict, [](const Finding& f) { return f.observed; }));
  annotate(answer, "waived", rules_of(verdict, [](const Finding& finding) {
             return finding.status == FindingStatus::waived;
           }));
}

}  // namespace

engine::Cause cause_of(const Verdict& verdict) noexcept {
  const engine::Cause cause = engine::cause_of(verdict.decision);
  if (cause != engine::Cause::undecided) return cause;
  for (const Finding& finding : verdict.findings) {
    if (finding.rule == "gate/internal") return engine::Cause::internal;
    if (finding.rule == "gate/limit") return engine::Cause::undecided_limit;
  }
  return cause;
}

kube::Answer answer_for(std::string_view uid, const engine::Assessment& assessment,
                        std::string_view decision_id) {
  const Verdict& verdict = assessment.verdict;
  const engine::Outlet& outlet = engine::outlet(cause_of(verdict));
  kube::Answer answer;
  answer.uid = std::string(uid);
  answer.allowed = verdict.decision == Decision::allow;
  answer.code = outlet.code;
  answer.reason = std::string(outlet.reason);
  const std::vector<const Finding*> deciding = with_effect(verdict, Effect::deny);
  if (!answer.allowed) {
    answer.message = deciding.empty() ? "refused; decision " + std::string(decision_id)
                                      : denial(verdict, deciding, decision_id);
  }
  for (const Finding* finding : deciding) {
    if (answer.causes.size() == kCauses) break;
    answer.causes.push_back({utf8::printable(finding->rule, 128),
                             utf8::printable(finding->message, limits::kQuotedBytes),
                             field_of(*finding)});
  }
  add_warnings(verdict, deciding, answer);
  add_annotations(verdict, decision_id, answer);
  return answer;
}

kube::Answer refusal(std::string_view uid, engine::Cause cause, std::string_view message,
                     std::string_view decision_id) {
  const engine::Outlet& outlet = engine::outlet(cause);
  kube::Answer answer;
  answer.uid = std::string(uid);
  answer.code = outlet.code;
  answer.reason = std::string(outlet.reason);
  const bool undecided = outlet.code >= 500;
  const std::string tail =
      decision_id.empty() ? "" : "; decision " + std::string(decision_id);
  answer.message = utf8::printable((undecided ? std::string(kUndecided) : "malformed review: ") +
                                       std::string(message),
                                   limits::kDenialBytes - tail.size()) +
                   tail;
  annotate(answer, "decision", std::string(decision_id));
  annotate(answer, "verdict", undecided ? "undecided" : "deny");
  return answer;
}

}  // namespace portreeve::webhook
