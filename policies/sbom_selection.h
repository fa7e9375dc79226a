#pragma once

// The selection of SBOMs that a check sbom-* judges; how sbom_check.cc and sbom_selection.cc share
// it.

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "policies/sbom_check.h"
#include "policies/trust_set.h"

namespace portreeve::policies {

enum class WhichSbom { all, any, newest };

/// The parameters of one rule. Immutable.
class SbomCheck {
 public:
  static Result<std::shared_ptr<const SbomCheck>> read(Fields& with, const DataSet& data);

  std::vector<SignatureAsk> asks() const;
  std::vector<Key> needs(const Scope& scope) const;
  void judge(const Scope& scope, Judgements& out) const;

  SbomJudge one;
  SbomsJudge together;

 private:
  static constexpr std::size_t kMessages = 8;
  struct Gathered {
    ArtifactSboms sboms;  ///< Of all authorities, each document once.
    std::optional<Error> absent;
    bool resolved = false;
  };
  Outcome read_authorities(Fields& with, const DataSet& data);
  Outcome read_formats(Fields& with);
  SignatureAsk ask(const std::string& authority) const;
  std::vector<std::string> covering(const Reference& reference) const;
  Key key(const Reference& reference, const std::string& authority) const;
  Gathered gather(const Scope& scope, const std::vector<std::string>& authorities) const;
  std::vector<const SbomFact*> select(const ArtifactSboms::Target& target) const;
  SbomProblems judge_target(const Scope& scope, const ArtifactSboms& all,
                            const ArtifactSboms::Target& target) const;
  SbomProblems judge_one(const Scope& scope, const ArtifactSboms& all,
                         const ArtifactSboms::Target& target, const SbomFact& fact) const;
  void say_absent(const ArtifactSboms::Target& target, SbomProblems& out) const;
  void write(const Scope& scope, const ArtifactSboms& all, const ArtifactSboms::Target& target,
             const SbomProblems& problems, Judgements& out) const;
  std::string wanted() const;

  std::shared_ptr<const TrustSet> trust_;
  std::vector<std::string> authorities_;
  bool unsigned_too_ = false;
  std::set<sbom::Family> formats_;  ///< Empty: every one.
  WhichSbom which_ = WhichSbom::all;
  Platforms platforms_ = Platforms::index;
  std::size_t messages_ = kMessages;
};

}  // namespace portreeve::policies
