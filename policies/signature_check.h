#pragma once

// What the checks `signature` and `attestation` share: who is asked, which digests count, and what is
// said when nobody signed.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/time.h"
#include "policies/artifact_rule.h"
#include "policies/check.h"
#include "policies/condition.h"
#include "policies/evidence.h"
#include "policies/trust_set.h"
#include "verifiers/threshold.h"

namespace portreeve::policies {

/// The parameters of one signature or attestation rule, and its judgement. Immutable.
class SignatureCheck {
 public:
  /// Reads `authorities`, `platforms`, `lastKnownGood`, and by `kind` `annotations` or
  /// `predicateType` and `predicate`. Errors: misconfigured.
  static Result<std::shared_ptr<const SignatureCheck>> compile(Fields& with, const DataSet& data,
                                                               verifiers::Demand::Kind kind);

  std::vector<SignatureAsk> asks() const;
  /// One key for each authority that the artifact's repository is covered by.
  std::vector<Key> needs(const Scope& scope) const;
  void judge(const Scope& scope, Judgements& out) const;

 private:
  struct Gathered;
  struct Verdict;
  SignatureCheck() = default;
  Outcome read_authorities(Fields& with, const DataSet& data);
  Outcome read_demand(Fields& with, const DataSet& data);
  SignatureAsk ask(const std::string& authority) const;
  std::vector<std::string> covering(const Reference& reference) const;
  Key key(const Reference& reference, const std::string& authority) const;
  Gathered gather(const Scope& scope, const std::vector<std::string>& authorities) const;
  Verdict judge_target(const Scope& scope, const Gathered& gathered, std::size_t target,
                       std::size_t needed) const;
  bool predicate_holds(const Scope& scope, const verifiers::SignatureClaim& claim,
                       std::string& why) const;
  void judge_gathered(const Scope& scope, const Gathered& gathered, Judgements& out) const;
  static std::string evidence_age(const Scope& scope, const Gathered& gathered);
  void add_notes(const Scope& scope, const Gathered& gathered, Judgements& out) const;
  std::string expected(std::size_t needed, const std::vector<std::string>& authorities) const;

  std::shared_ptr<const TrustSet> trust_;
  verifiers::Demand demand_;
  std::vector<std::string> authorities_;
  std::map<std::string, std::string> ask_ids_;  ///< By authority: keys are made for each decision.
  std::size_t at_least_ = 1;  ///< 0: all.
  Platforms platforms_ = Platforms::index;
  std::optional<Milliseconds> last_known_good_;  ///< The oldest that is taken.
  std::vector<FieldCondition> predicate_;
};

}  // namespace portreeve::policies
