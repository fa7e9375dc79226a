#pragma once

// What the checks sbom-* share: whose SBOMs count, which of several, and what is said when there is
// none. A check brings one function over one SBOM.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policies/check.h"
#include "policies/sbom_facts.h"
#include "sbom/graph.h"

namespace portreeve::policies {

/// One SBOM of one digest while it is judged. Borrowed for the call.
struct SbomView {
  const Scope& scope;
  const ArtifactSboms& all;
  const ArtifactSboms::Target& target;
  const SbomFact& fact;
  const sbom::Inventory& inventory;
  const sbom::Document& document;
};

/// What is wrong at one place of an SBOM. Texts of expected and found are fit for printing.
struct SbomProblem {
  Judgement::Kind kind = Judgement::Kind::violation;
  std::string expected;
  std::string found;
  std::string detail{};
};
/// Collects problems; counts what is beyond `most` of violations.
class SbomProblems {
 public:
  explicit SbomProblems(std::size_t most) : most_(most) {}
  void violation(std::string expected, std::string found) {
    add({Judgement::Kind::violation, std::move(expected), std::move(found)});
  }
  void unknown(std::string expected, std::string found, std::string why) {
    add({Judgement::Kind::undecided, std::move(expected), std::move(found), std::move(why)});
  }
  void advice(std::string expected, std::string found) {
    add({Judgement::Kind::advice, std::move(expected), std::move(found)});
  }
  void note(std::string text) { add({Judgement::Kind::note, {}, {}, std::move(text)}); }
  void add(SbomProblem problem);
  const std::vector<SbomProblem>& list() const noexcept { return list_; }
  std::size_t left_out() const noexcept { return left_out_; }
  /// No violation and nothing undecided.
  bool good() const noexcept { return good_; }

 private:
  std::size_t most_;
  std::size_t left_out_ = 0;
  bool good_ = true;
  std::vector<SbomProblem> list_;
};

using SbomJudge = std::function<void(const SbomView&, SbomProblems&)>;
/// Over all selected SBOMs of one digest at once; for checks that count or compare them.
using SbomsJudge =
    std::function<void(const Scope&, const ArtifactSboms&, const ArtifactSboms::Target&,
                       const std::vector<const SbomFact*>&, SbomProblems&)>;

/// Reads `authorities`, `unsafe-unsigned`, `formats`, `which`, `platforms`, `messages`; and
/// finishes `with`. Errors: misconfigured.
Result<CompiledCheck> compile_sbom_check(Fields& with, const DataSet& data, SbomJudge judge,
                                         Needs more = {});
Result<CompiledCheck> compile_sboms_check(Fields& with, const DataSet& data, SbomsJudge judge);

/// The rows of check.cc for all of them.
std::vector<CheckType> sbom_check_types();

// Small things that the checks share.
std::string count_words(std::size_t count, std::string_view one, std::string_view many);
/// A percentage parameter, 0 to 100. Errors: misconfigured.
Result<std::optional<double>> maybe_percent(Fields& with, std::string_view key);

}  // namespace portreeve::policies
