#include "audit/candidates.h"

#include <algorithm>

#include "core/limits.h"
#include "core/utf8.h"

namespace portreeve::audit {
namespace {

constexpr std::string_view kLayout = "layout ";

void add_once(std::vector<std::string>& list, const std::string& text) {
  if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
}

std::string joined(const std::vector<std::string>& list, std::string_view between) {
  std::string out;
  for (const std::string& text : list) out += (out.empty() ? "" : std::string(between)) + text;
  return out;
}

// "host/repository" of "host/repository, referrers API, sha256:…, layer 1".
std::string place_in(const std::string& found) { return found.substr(0, found.find(", ")); }

}  // namespace

CandidateTable::Row& CandidateTable::row(const policies::CandidateRow& from) {
  for (Row& known : rows_) {
    if (known.report.found == from.found && known.report.shape == from.shape) return known;
  }
  Row added;
  added.report.found = from.found;
  added.report.shape = from.shape;
  return rows_.emplace_back(std::move(added));
}

void CandidateTable::add(const policies::CandidateRow& from) {
  Row& to = row(from);
  if (from.rejection) {
    add_once(to.reasons, from.rejection->text());
  } else {
    to.report.accepted = true;
  }
}

void CandidateTable::accept(const verifiers::SignatureClaim& claim,
                            const policies::CandidateRow& from, bool bundles) {
  Row& to = row(from);
  std::string signer = claim.signer.id;
  if (!claim.authority.empty()) signer += " (authority " + claim.authority + ")";
  for (const verifiers::SigningTime& time : claim.times) {
    signer += "; " + format_time(time.time) + ", " + time.source;
  }
  add_once(to.signers, signer);
  if (!to.report.command.empty()) return;
  verifiers::ClaimPlace place = place_of(claim, from);
  place.bundles = bundles;
  to.report.command = policies::proving_command(session_.policies(), claim, place, "signer.pub");
}

verifiers::ClaimPlace CandidateTable::place_of(const verifiers::SignatureClaim& claim,
                                               const policies::CandidateRow& from) const {
  verifiers::ClaimPlace out;
  out.artifact = claim.artifact.substr(claim.artifact.find(':') + 1);
  if (from.blob) out.blob = from.blob->hex();
  out.layout = source_.layout;
  out.archive = source_.archive;
  if (source_.local()) return out;
  const std::string place = place_in(from.found);
  if (place.compare(0, kLayout.size(), kLayout) == 0) {
    out.layout = place.substr(kLayout.size());
    return out;
  }
  const std::string own = source_.evidence->asked_at(reference_);
  out.reference = own + "@" + claim.artifact;
  if (place != own) out.signatures = place;
  out.referrer = from.found.find(", referrers API") != std::string::npos ||
                 from.found.find(", fallback tag") != std::string::npos;
  return out;
}

void CandidateTable::asked(const std::vector<std::string>& places) {
  for (const std::string& place : places) add_once(asked_, place);
}

template <class Claims, class Get>
void CandidateTable::add_all(const std::vector<policies::CandidateRow>& rows, const Claims& claims,
                             const Get& get) {
  const bool bundles = std::any_of(rows.begin(), rows.end(), [](const policies::CandidateRow& one) {
    return one.shape == to_string(verifiers::Shape::bundle);
  });
  for (const policies::CandidateRow& from : rows) {
    add(from);
    if (from.rejection) continue;
    for (const auto& one : claims) {
      const verifiers::SignatureClaim& claim = get(one);
      if (claim.found == from.found) accept(claim, from, bundles);
    }
  }
}

void CandidateTable::add(const EvidenceMap& evidence) {
  for (const auto& [key, value] : evidence) {
    if (const auto* const facts = policies::value_of<policies::SignatureFacts>(value)) {
      add_all(
          facts->rows, facts->claims, [](const auto& claim) -> const auto& { return *claim; });
      asked(facts->asked);
    }
    if (const auto* const facts = policies::value_of<policies::SignerFacts>(value)) {
      add_all(
          facts->rows, facts->claims, [](const auto& claim) -> const auto& { return claim; });
      asked(facts->asked);
      signers_.insert(signers_.end(), facts->claims.begin(), facts->claims.end());
      if (facts->incomplete && !incomplete_) incomplete_ = facts->incomplete;
    }
  }
}

void CandidateTable::write(report::SubjectReport& out) const {
  for (const Row& row : rows_) {
    report::CandidateReport candidate = row.report;
    candidate.signer = joined(row.signers, ", ");
    // What one rule refuses another may accept; then it is no refused candidate.
    if (!candidate.accepted) candidate.reason = joined(row.reasons, " | ");
    out.candidates.push_back(std::move(candidate));
  }
  std::stable_partition(out.candidates.begin(), out.candidates.end(),
                        [](const report::CandidateReport& one) { return one.accepted; });
  out.asked = asked_;
}

}  // namespace portreeve::audit
