#include "report/json.h"

#include <nlohmann/json.hpp>

namespace portreeve::report {
namespace {

using Json = nlohmann::ordered_json;

void add_text(Json& to, const char* key, const std::string& text) {
  if (!text.empty()) to[key] = clean(text);
}

Json location_of(const Location& location) {
  return {{"file", clean(location.file)}, {"line", location.line}, {"column", location.column}};
}

Json edit_of(const Edit& edit) {
  return {{"file", clean(edit.file)}, {"range", {edit.begin, edit.end}}, {"text", edit.text}};
}

Json finding_of(const Finding& finding) {
  Json out;
  out["rule"] = clean(finding.rule);
  out["severity"] = to_string(finding.severity);
  out["status"] = to_string(finding.status);
  out["effect"] = to_string(finding.effect);
  out["subject"] = clean(finding.subject);
  if (finding.path.has_value()) out["path"] = clean(*finding.path);
  if (finding.location.has_value()) out["location"] = location_of(*finding.location);
  out["message"] = clean(finding.message);
  out["expected"] = clean(finding.expected);
  out["found"] = clean(finding.found);
  out["fix"] = clean(finding.fix);
  add_text(out, "note", finding.note);
  if (finding.edit.has_value()) out["edit"] = edit_of(*finding.edit);
  out["evidence"] = Json::array();
  for (const Digest& digest : finding.evidence) out["evidence"].push_back(digest.text());
  add_text(out, "waiver", finding.waiver);
  if (finding.observed) out["observed"] = true;
  return out;
}

Json candidate_of(const CandidateReport& candidate) {
  Json out;
  out["accepted"] = candidate.accepted;
  out["shape"] = clean(candidate.shape);
  out["found"] = clean(candidate.found);
  add_text(out, "signer", candidate.signer);
  add_text(out, "reason", candidate.reason);
  add_text(out, "command", candidate.command);
  return out;
}

Json node_of(const TreeNode& node) {
  Json out;
  out["kind"] = node.kind;
  out["name"] = clean(node.name);
  out["state"] = clean(node.state);
  for (const std::string& note : node.notes) out["notes"].push_back(clean(note));
  for (const auto& [purl, digest] : node.digests) {
    out["digests"].push_back({{"purl", clean(purl)}, {"digest", clean(digest)}});
  }
  for (const TreeNode& child : node.children) out["children"].push_back(node_of(child));
  return out;
}

Json subject_of(const SubjectReport& subject) {
  Json out;
  out["subject"] = clean(subject.subject);
  add_text(out, "origin", subject.origin);
  out["verdict"] = to_string(subject.verdict.decision);
  add_text(out, "scope", subject.verdict.scope);
  for (const TreeNode& node : subject.tree) out["tree"].push_back(node_of(node));
  if (subject.candidates.empty() && subject.asked.empty()) return out;
  out["candidates"] = Json::array();
  for (const CandidateReport& candidate : subject.candidates) {
    out["candidates"].push_back(candidate_of(candidate));
  }
  out["asked"] = Json::array();
  for (const std::string& place : subject.asked) out["asked"].push_back(clean(place));
  return out;
}

Json summary_of(const Summary& summary) {
  return {{"text", verdict_line(summary)},
          {"subjects", summary.subjects},
          {"denied", summary.denied},
          {"notGated", summary.not_gated},
          {"findings",
           {{"deny", summary.deny},
            {"undecided", summary.undecided},
            {"warn", summary.warn},
            {"report", summary.report},
            {"waived", summary.waived}}},
          {"rules",
           {{"passed", summary.rules_passed},
            {"inactive", summary.rules_inactive},
            {"skipped", summary.rules_skipped}}}};
}

Json examined_of(const Examined& examined) {
  Json out;
  out["counts"] = Json::array();
  for (const Examined::Count& count : examined.counts) {
    out["counts"].push_back({{"what", count.what}, {"count", count.count}});
  }
  out["skipped"] = Json::array();
  for (const Examined::Skipped& group : examined.skipped) {
    Json first = Json::array();
    for (const std::string& name : group.first) first.push_back(clean(name));
    out["skipped"].push_back({{"why", clean(group.why)}, {"count", group.count}, {"first", std::move(first)}});
  }
  out["elsewhere"] = Json::array();
  for (const std::string& rule : examined.elsewhere) out["elsewhere"].push_back(clean(rule));
  return out;
}

}  // namespace

std::string to_json(const Report& report) {
  const Summary summary = summarize(report);
  Json out;
  out["schema"] = kJsonSchema;
  out["verdict"] = to_string(summary.verdict);
  out["summary"] = summary_of(summary);
  out["notes"] = Json::array();
  for (const std::string& note : report.notes) out["notes"].push_back(clean(note));
  if (report.examined.has_value()) out["examined"] = examined_of(*report.examined);
  out["subjects"] = Json::array();
  out["findings"] = Json::array();
  for (const SubjectReport& subject : report.subjects) {
    out["subjects"].push_back(subject_of(subject));
    for (const Finding& finding : subject.verdict.findings) {
      out["findings"].push_back(finding_of(finding));
    }
  }
  if (!report.proposals.empty()) out["proposals"] = report.proposals;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace portreeve::report
