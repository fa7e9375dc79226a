#pragma once

// The table of candidates of one artifact, from the evidence that was gathered about it.

#include <string>
#include <vector>

#include "audit/session.h"
#include "core/evidence.h"
#include "policies/signature_advice.h"
#include "report/report.h"

namespace portreeve::audit {

/// Fills candidates and asked of `out`. One row for each document: accepted if any rule's authority
/// accepted it, with the command that proves that again.
class CandidateTable {
 public:
  /// `reference`: what was audited; all three outlive the table.
  CandidateTable(const Session& session, const Source& source, const Reference& reference)
      : session_(session), source_(source), reference_(reference) {}

  void add(const EvidenceMap& evidence);
  void write(report::SubjectReport& out) const;
  /// Who signed, of section "signers" alone.
  const std::vector<verifiers::SignatureClaim>& signers() const noexcept { return signers_; }
  const std::optional<Error>& incomplete() const noexcept { return incomplete_; }

 private:
  struct Row {
    report::CandidateReport report;
    std::vector<std::string> signers, reasons;
  };
  Row& row(const policies::CandidateRow& from);
  void add(const policies::CandidateRow& from);
  void accept(const verifiers::SignatureClaim& claim, const policies::CandidateRow& from,
              bool bundles);
  void asked(const std::vector<std::string>& places);
  verifiers::ClaimPlace place_of(const verifiers::SignatureClaim& claim,
                                 const policies::CandidateRow& from) const;
  template <class Claims, class Get>
  void add_all(const std::vector<policies::CandidateRow>& rows, const Claims& claims,
               const Get& get);

  const Session& session_;
  const Source& source_;
  const Reference& reference_;
  std::vector<Row> rows_;
  std::vector<std::string> asked_;
  std::vector<verifiers::SignatureClaim> signers_;
  std::optional<Error> incomplete_;
};

}  // namespace portreeve::audit
