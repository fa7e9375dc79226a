#pragma once

// One subject on its way into the report.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "policies/evidence.h"
#include "report/report.h"

namespace portreeve::audit {

/// Authorities that would trust whoever was found to have signed, each signer of a repository once.
class Proposals {
 public:
  /// `repository`: "host/name", or empty for what has no name.
  void add(const verifiers::SignatureClaim& claim, const std::string& repository);
  /// The documents, in the order in which they were added.
  std::vector<std::string> take() { return std::move(documents_); }

 private:
  std::string free_name(const std::string& repository) const;
  std::vector<std::string> known_;  ///< Signer and repository.
  std::vector<std::string> names_;
  std::vector<std::string> documents_;
};

class Job {
 public:
  virtual ~Job() = default;
  /// Begins the work; calls `done` exactly once, from any thread, perhaps before it returns.
  virtual void start(std::function<void()> done) = 0;
  /// What came of it. REQUIRES: `done` was called. Called once, by the thread that called start().
  virtual report::SubjectReport finish(Proposals& proposals) = 0;
};
using JobPtr = std::unique_ptr<Job>;

/// A target that could not be read: undecided, never a verdict on what it may hold.
report::SubjectReport unreadable(const std::string& target, const Error& why);

}  // namespace portreeve::audit
