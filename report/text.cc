#include "report/text.h"

#include <string_view>
#include <vector>

#include "report/rows.h"

namespace portreeve::report {
namespace {

constexpr std::size_t kFoldFrom = 4;  ///< So many equal causes are told once.
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kMagenta = "\x1b[35m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kPlain = "\x1b[0m";

struct Label {
  std::string_view word;
  std::string_view color;
};

Label label_of(const Finding& finding) noexcept {
  switch (finding.status) {
    case FindingStatus::pass: return {"note", {}};
    case FindingStatus::waived: return {"waived", {}};
    case FindingStatus::skipped: return {"skipped", {}};
    case FindingStatus::inactive: return {"inactive", {}};
    case FindingStatus::undecided: return {word_of(finding), kMagenta};
    case FindingStatus::fail: break;
  }
  if (finding.observed) return {"would deny", kYellow};
  switch (finding.effect) {
    case Effect::deny: return {"deny", kRed};
    case Effect::warn: return {"warning", kYellow};
    case Effect::report: return {"report", {}};
    case Effect::none: return {"note", {}};
  }
  return {"deny", kRed};
}

std::string_view color_of(Decision decision) noexcept {
  switch (decision) {
    case Decision::allow: return kGreen;
    case Decision::deny: return kRed;
    case Decision::undecided: return kMagenta;
  }
  return kRed;
}

class Writer {
 public:
  explicit Writer(const TextOptions& options) : options_(options) {}

  void write(const Report& report) {
    for (const std::string& note : report.notes) out_ += clean(note) + "\n";
    for (const SubjectReport& subject : report.subjects) write(subject);
    write_proposals(report.proposals);
    const Summary summary = summarize(report);
    out_ += colored(verdict_line(summary), color_of(summary.verdict)) + "\n";
  }
  std::string take() { return std::move(out_); }

 private:
  std::string colored(std::string_view text, std::string_view color) const {
    if (!options_.color || color.empty()) return std::string(text);
    return std::string(color) + std::string(text) + std::string(kPlain);
  }

  void write(const SubjectReport& subject) {
    out_ += clean(subject.subject);
    if (!subject.origin.empty()) out_ += " (" + clean(subject.origin) + ")";
    out_ += "\n";
    std::vector<const Finding*> shown;
    for (const Finding& finding : subject.verdict.findings) {
      if (finding.effect != Effect::none || options_.verbose) shown.push_back(&finding);
    }
    for (const Group& group : folded(shown, options_.verbose ? 0U : kFoldFrom)) {
      write(*group.findings.front());
      line("and", others_text(group, "--verbose"));
    }
    for (const CandidateReport& candidate : subject.candidates) write(candidate);
    for (const TreeNode& node : subject.tree) write(node, 1);
    for (const std::string& place : subject.asked) out_ += "  asked  " + clean(place) + "\n";
    write_counts(subject.verdict);
  }

  void write(const CandidateReport& candidate) {
    out_ += "  " + (candidate.accepted ? colored("accepted", kGreen) : std::string("refused")) + "  " +
            clean(candidate.shape) + "\n";
    line("in", candidate.found);
    line("signer", candidate.signer);
    line("because", candidate.reason);
    line("again", candidate.command);
  }

  void write(const TreeNode& node, std::size_t level) {
    const std::string indent(level * 2, ' ');
    out_ += indent + node.kind + "  " + clean(node.name);
    if (!node.state.empty()) out_ += ": " + clean(node.state);
    out_ += "\n";
    for (const std::string& note : node.notes) out_ += indent + "  " + clean(note) + "\n";
    for (const TreeNode& child : node.children) write(child, level + 1);
  }

  // To be copied as they are, so nothing is indented.
  void write_proposals(const std::vector<std::string>& proposals) {
    if (proposals.empty()) return;
    out_ += "\nTo trust these signers, review this and keep what you mean:\n\n";
    for (const std::string& document : proposals) out_ += "---\n" + document;
    out_ += "\n";
  }

  void write(const Finding& finding) {
    const Label label = label_of(finding);
    out_ += "  " + colored(label.word, label.color) + "  " + clean(finding.rule) + "  (" +
            std::string(to_string(finding.severity)) + ")\n";
    line("", finding.message);
    write_place(finding);
    line("found", finding.found);
    line("expected", finding.expected);
    line("fix", finding.fix);
    line("note", finding.note);
    line("waiver", finding.waiver);
    for (const Digest& digest : finding.evidence) line("evidence", digest.text());
  }

  void write_place(const Finding& finding) {
    std::string place = finding.path.has_value() && !finding.path->empty() ? *finding.path : "";
    if (finding.location.has_value()) {
      const Location& location = *finding.location;
      const std::string at = location.file + ":" + std::to_string(location.line) + ":" +
                             std::to_string(location.column);
      place += place.empty() ? at : " (" + at + ")";
    }
    line("at", place);
  }

  void line(std::string_view name, std::string_view text) {
    constexpr std::size_t kColumn = 10;
    if (text.empty()) return;
    out_ += "    ";
    if (!name.empty()) out_ += std::string(name) + std::string(kColumn - name.size(), ' ');
    out_ += clean(text) + "\n";
  }

  void write_counts(const Verdict& verdict) {
    if (!verdict.gated) {
      out_ += verdict.other_operation ? "  only CREATE and UPDATE are judged\n"
                                      : "  no policy names this kind\n";
      return;
    }
    out_ += "  " + std::to_string(verdict.rules_passed) + " rules passed";
    if (verdict.rules_inactive > 0) {
      out_ += ", " + std::to_string(verdict.rules_inactive) + " inactive";
    }
    if (verdict.rules_skipped > 0) {
      out_ += ", " + std::to_string(verdict.rules_skipped) + " not run";
    }
    if (!verdict.scope.empty()) out_ += " (scope " + clean(verdict.scope) + ")";
    out_ += "\n";
  }

  const TextOptions& options_;
  std::string out_;
};

}  // namespace

std::string to_text(const Report& report, const TextOptions& options) {
  Writer writer(options);
  writer.write(report);
  return writer.take();
}

}  // namespace portreeve::report
