#pragma once

// The one model behind every output format: what was judged, and what was said about it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/verdict.h"

namespace portreeve::report {

/// One document that may prove something about an artifact, and what came of it.
struct CandidateReport {
  bool accepted = false;
  std::string shape;    ///< "bundle"
  std::string found;    ///< "ghcr.io/acme/ship, referrers API, sha256:…, layer 1"
  std::string signer;   ///< Of an accepted one.
  std::string reason;   ///< Of a refused one: "identity-mismatch: …".
  std::string command;  ///< Proves an accepted one again; may be empty.
};

/// What an artifact is made of, as far as it was followed: Blueprint, chart, image, SBOM.
struct TreeNode {
  std::string kind;   ///< "blueprint", "chart", "image", "sbom"
  std::string name;   ///< "bp-wiki 1.2.3", "ghcr.io/acme/ship:1@sha256:…", "SPDX 2.3, 214 packages"
  std::string state;  ///< "allow", "unsigned, found at …", "not looked at: …"
  std::vector<std::string> notes = {};
  /// What an SBOM names by digest: purl and "sha256:…", so that nobody need read it again.
  std::vector<std::pair<std::string, std::string>> digests = {};
  std::vector<TreeNode> children = {};
};

/// One thing that was judged.
struct SubjectReport {
  std::string subject;  ///< "group/Kind/namespace/name", as in its findings.
  std::string origin;   ///< Where it was read: "bp.yaml", "bp.yaml, document 2"; may be empty.
  Verdict verdict;
  std::vector<CandidateReport> candidates = {};
  std::vector<std::string> asked = {};  ///< Where candidates were looked for, and what was there.
  std::vector<TreeNode> tree = {};      ///< Of an artifact that was followed.
};

/// What a door looked through to find its subjects: nothing is left out silently.
struct Examined {
  struct Count {
    std::string what;  ///< "charts"
    std::uint32_t count = 0;
  };
  struct Skipped {
    std::string why;                 ///< "symbolic link"
    std::uint32_t count = 0;
    std::vector<std::string> first;  ///< The first of them; at most kNamed.
    static constexpr std::size_t kNamed = 5;
  };
  std::vector<Count> counts;
  std::vector<Skipped> skipped;
  std::vector<std::string> elsewhere;  ///< Rules that only the published artifact or the cluster decides.

  void skip(const std::string& why, const std::string& what);
};

/// First and last line, both included.
using LineRange = std::pair<std::uint32_t, std::uint32_t>;

/// One run. Subjects stand in the order in which they were given, findings in sort_findings' order.
struct Report {
  std::vector<std::string> notes;  ///< Said before anything else: the profile in use.
  std::vector<SubjectReport> subjects;
  std::optional<Examined> examined;  ///< Then findings are listed by place rather than by subject.
  /// Texts of files, to quote from; those that are not there are not quoted.
  std::map<std::string, std::shared_ptr<const std::string>, std::less<>> sources;
  /// Lines that the judged change adds, by file; nothing when no change was judged.
  std::map<std::string, std::vector<LineRange>, std::less<>> changed;
  /// Documents to review and paste (YAML, kind Authority); already escaped, several lines.
  std::vector<std::string> proposals = {};
};

/// Counts over all subjects.
struct Summary {
  Decision verdict = Decision::allow;
  std::uint32_t subjects = 0;
  std::uint32_t denied = 0;     ///< Subjects.
  std::uint32_t deny = 0;       ///< Findings that deny.
  std::uint32_t undecided = 0;  ///< Undecided findings that deny.
  std::uint32_t warn = 0;
  std::uint32_t report = 0;
  std::uint32_t waived = 0;
  std::uint32_t rules_passed = 0;
  std::uint32_t rules_inactive = 0;
  std::uint32_t rules_skipped = 0;
  std::uint32_t not_gated = 0;  ///< Subjects that are not judged.
  std::uint32_t other_operation = 0;  ///< Of these, those that are neither created nor updated.
};

/// deny outweighs undecided outweighs allow. Without subjects: allow.
Summary summarize(const Report& report);

/// The last line of every text: "deny (3 findings)", "allow (2 rules skipped on request)".
std::string verdict_line(const Summary& summary);

/// Text that may quote what was judged, fit for a terminal whatever wrote it.
std::string clean(std::string_view text);

}  // namespace portreeve::report
