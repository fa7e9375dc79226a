#pragma once

// From the files that `portreeve review` is given to the subjects it judges.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "core/finding.h"
#include "core/memory_budget.h"
#include "core/result.h"
#include "kube/admission_review.h"

namespace portreeve::cli {

struct ReviewInputOptions {
  std::string file;
  std::string old_file;               ///< Empty: none.
  std::optional<Operation> operation; ///< Absent: UPDATE with an old object, else CREATE.
};

/// What there is to judge, in the order of the file.
struct ReviewInput {
  struct Item {
    std::shared_ptr<const kube::Review> review;
    std::string origin;   ///< "bp.yaml" or "bp.yaml, document 2"
  };
  std::vector<Item> items;
  std::vector<std::string> notes;  ///< Scalars that YAML 1.1 and 1.2 read differently.
  bool bare = true;                ///< Objects, rather than one AdmissionReview.
};

/// The bytes of a file, or of `io.in` when it is "-"; at most limits::kReviewBytes.
/// Errors: not_found, unavailable, limit.
Result<std::string> read_review_text(const std::string& file, Io& io);

/// Whether a text must be an AdmissionReview or a JSON object, rather than YAML (design §7).
bool is_json(std::string_view file, std::string_view text) noexcept;

/// Reads `text`, the content of `options.file`, and the old object. Errors: malformed, limit,
/// unsupported (what is given to be judged), misconfigured (options that do not fit it).
Result<ReviewInput> read_review_input(std::string text, const ReviewInputOptions& options,
                                      MemoryBudget& budget, Io& io);

/// Fills in where in the file a finding of a bare object points to.
void locate_findings(const ReviewInput::Item& item, std::vector<Finding>& findings);

}  // namespace portreeve::cli
