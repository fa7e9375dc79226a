#include "guard/judge.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::guard {
namespace {

bool plain_safe(std::string_view text) noexcept {
  return !text.empty() && text.size() < 256 &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_^~") ==
             std::string_view::npos;
}

// Two dots or a letter in front keep a YAML reader from making a number or a word of it.
bool needs_quotes(std::string_view text) noexcept {
  const bool digits = text.find_first_not_of("0123456789.-_") == std::string_view::npos;
  if (digits) return std::count(text.begin(), text.end(), '.') < 2;
  return text == "true" || text == "false" || text == "null" || text == "yes" || text == "no" ||
         text == "on" || text == "off" || text.front() == '~' || text.front() == '-';
}

}  // namespace

Finding gate_finding(std::string rule, FindingStatus status, std::string subject,
                     std::string message, std::string fix) {
  Finding out;
  out.rule = "gate/" + std::move(rule);
  out.severity = Severity::high;
  out.status = status;
  out.effect = Effect::deny;
  out.subject = std::move(subject);
  out.message = std::move(message);
  out.fix = std::move(fix);
  return out;
}

std::optional<std::pair<std::size_t, std::size_t>> scalar_extent(std::string_view text,
                                                                 const Value& value) {
  const std::size_t begin = value.offset();
  if (value.is_array() || value.is_object() || !value.present() || begin >= text.size()) return {};
  const char quote = text[begin];
  if (quote == '"' || quote == '\'') {
    for (std::size_t at = begin + 1; at < text.size(); ++at) {
      if (quote == '"' && text[at] == '\\') {
        ++at;
      } else if (text[at] == quote) {
        if (quote == '\'' && at + 1 < text.size() && text[at + 1] == quote) {
          ++at;
          continue;
        }
        return std::pair{begin, at + 1};
      }
    }
    return {};
  }
  const std::string_view own = value.is_string() || value.is_number() ? value.text()
                               : value.is_boolean() ? (value.boolean() ? "true" : "false")
                                                    : std::string_view();
  if (own.empty() || text.substr(begin, own.size()) != own) return {};
  return std::pair{begin, begin + own.size()};
}

// A check says what should stand there; where that is, only the file tells.
void complete_edit(const TreeFile& file, const Value& root, Finding& finding) {
  if (!finding.edit.has_value() || !finding.edit->file.empty()) return;
  std::string wanted = std::exchange(finding.edit, std::nullopt)->text;
  if (!finding.path.has_value() || file.text == nullptr || !plain_safe(wanted)) return;
  bool exact = true;
  const Value value = resolve_pointer(root, *finding.path, exact);
  const auto extent = exact ? scalar_extent(*file.text, value) : std::nullopt;
  if (!extent.has_value()) return;
  const char quote = (*file.text)[extent->first];
  std::string text = std::move(wanted);
  if (quote == '"' || quote == '\'') {
    text = quote + text + quote;
  } else if (needs_quotes(text)) {
    text = '"' + text + '"';
  }
  finding.edit = Edit{file.path, static_cast<std::uint32_t>(extent->first),
                      static_cast<std::uint32_t>(extent->second), std::move(text)};
}

// What needs evidence that no tree holds is no question that was skipped on request.
void Judge::leave_out(Verdict& verdict) {
  std::vector<Finding> kept;
  for (Finding& finding : verdict.findings) {
    if (finding.status == FindingStatus::skipped && finding.effect == Effect::none &&
        finding.note.substr(0, 7) == "not run") {
      elsewhere_.insert(finding.rule);
      if (verdict.rules_skipped > 0) --verdict.rules_skipped;
    } else {
      kept.push_back(std::move(finding));
    }
  }
  verdict.findings = std::move(kept);
}

Verdict Judge::raw(const Subject& subject, const EvidenceMap* evidence,
                   std::vector<Key>* needs) const {
  Verdict out;
  try {
    out = policies_->judge(subject, now_, evidence, needs);
  } catch (const std::exception& error) {
    out.findings.push_back(gate_finding("internal", FindingStatus::undecided, subject.id(),
                                        utf8::printable(error.what(), limits::kQuotedBytes),
                                        "report it with the file"));
    out.decision = decide(out.findings);
  }
  return out;
}

Verdict Judge::judge(const Subject& subject, const EvidenceMap* evidence) {
  Verdict out = raw(subject, evidence, nullptr);
  leave_out(out);
  return out;
}

// What the tree does not answer stays open: such rules are left out.
Verdict Judge::judge_object(const Subject& subject, const TreeEvidence& tree,
                            bool& answered) const {
  std::vector<Key> needs;
  Verdict out = raw(subject, nullptr, &needs);
  EvidenceMap found;
  for (Key& key : needs) {
    std::optional<Fact> fact = tree ? tree(key) : std::nullopt;
    if (fact.has_value()) found.emplace(std::move(key), std::move(*fact));
  }
  answered = !found.empty();
  if (!answered) return out;
  std::vector<Key> open;
  return raw(subject, &found, &open);
}

std::vector<Finding> Judge::judge_by_tree(const ObjectEntry& object,
                                          const TreeEvidence& tree) const {
  bool answered = false;
  const Verdict with = judge_object(object.subject, tree, answered);
  if (!answered) return {};
  const Verdict without = raw(object.subject, nullptr, nullptr);
  std::set<std::string> waiting;
  for (const Finding& finding : without.findings) {
    if (finding.status == FindingStatus::skipped) waiting.insert(finding.rule);
  }
  std::vector<Finding> out;
  for (Finding finding : with.findings) {
    if (waiting.count(finding.rule) == 0 || finding.status == FindingStatus::skipped) continue;
    place_finding(object, finding);
    complete_edit(*object.file, object.subject.object, finding);
    out.push_back(std::move(finding));
  }
  return out;
}

std::optional<report::SubjectReport> Judge::judge(const ObjectEntry& object,
                                                  const ObjectEntry* old) {
  const Subject& subject = object.subject;
  const policies::Coverage coverage = policies_->coverage(subject);
  if (coverage == policies::Coverage::not_gated) return std::nullopt;
  report::SubjectReport out{subject.id(), object.file->path, {}};
  if (!object.fault.empty() || coverage == policies::Coverage::unknown_version) {
    const bool version = object.fault.empty();
    Finding finding = gate_finding(
        version ? "unknown-version" : "malformed", FindingStatus::fail, out.subject,
        version ? "no policy knows this version of a gated kind" : object.fault,
        version ? "write the object in a version that the policies know, or extend them"
                : "write metadata as a map with a name");
    finding.path = version ? "/apiVersion" : "";
    if (version) finding.found = utf8::printable(subject.version, 64);
    place_finding(object, finding);
    out.verdict.findings.push_back(std::move(finding));
    out.verdict.decision = decide(out.verdict.findings);
    return out;
  }
  Subject judged = subject;
  if (old != nullptr) {
    judged.operation = Operation::update;
    judged.old_document = old->subject.document;
    judged.old = old->subject.object;
  }
  bool answered = false;
  out.verdict = judge_object(judged, tree_, answered);
  leave_out(out.verdict);
  for (Finding& finding : out.verdict.findings) {
    place_finding(object, finding);
    complete_edit(*object.file, subject.object, finding);
  }
  return out;
}

report::SubjectReport Judge::judge(const MadeObject& made) {
  report::SubjectReport out{made.label, "", {}};
  if (!made.subject.object.present()) {
    out.verdict.findings.push_back(gate_finding(
        "limit", FindingStatus::undecided, made.label,
        "undecided: " + made.subject.kind + " is larger than a document may be, or is no UTF-8",
        "judge the repository in parts: portreeve guard FOLDER"));
    out.verdict.decision = decide(out.verdict.findings);
    return out;
  }
  out.verdict = judge(made.subject, nullptr);
  for (Finding& finding : out.verdict.findings) {
    place_finding(made, finding);
    if (!finding.location.has_value() || !finding.path.has_value()) continue;
    for (const auto& [pointer, origin] : made.origins) {
      if (origin.file->path != finding.location->file || !origin.root.present()) continue;
      bool exact = true;
      const Value value = resolve_pointer(origin.root, *finding.path, exact);
      const Position at = value.position();
      if (!exact || at.line != finding.location->line || at.column != finding.location->column)
        continue;
      complete_edit(*origin.file, origin.root, finding);
      break;
    }
  }
  return out;
}

}  // namespace portreeve::guard
