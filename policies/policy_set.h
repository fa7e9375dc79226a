#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/digest.h"
#include "core/evidence.h"
#include "core/file.h"
#include "core/result.h"
#include "core/subject.h"
#include "core/verdict.h"
#include "policies/config.h"
#include "policies/policy.h"
#include "policies/trust_set.h"
#include "policies/waiver.h"

namespace portreeve::policies {

/// What a set is made from.
struct PolicySources {
  std::vector<SourceFile> catalog;  ///< Shipped.
  std::vector<SourceFile> files;    ///< The operator's: policies, data, waivers.
  /// The same, given by hand for this run (`audit --authority`): an Authority among these also covers
  /// artifacts that have no name (artifact_subject.h).
  std::vector<SourceFile> by_hand = {};
  Config config;
  /// Whether the policies of `catalog` keep their examples: three fifths of its text, which ran when
  /// this program was built and which no door asks for (load_checked()).
  bool catalog_examples = true;
  /// Not empty: of `catalog`, only the policies that name this profile are compiled. Names that the
  /// others bear are then not checked, as those in waivers and Config.stages: for a set beside a
  /// whole one, or where nobody gave such names.
  std::string only_profile = {};
};

/// One document of the set.
struct SetDocument {
  Source source;
  DocumentPtr document;
  bool shipped = false;  ///< From PolicySources::catalog.
  bool by_hand = false;  ///< From PolicySources::by_hand.

  std::string_view kind() const noexcept { return document->root()["kind"].text(); }
};

/// Whether the policies are about a subject at all.
enum class Coverage {
  gated,
  not_gated,            ///< No policy names this kind.
  unknown_version,      ///< A gated kind in a version that no policy knows.
};

/// All `Data` documents among these, with the additions of a Config. Errors: misconfigured.
Result<DataSet> read_data(const std::vector<SetDocument>& documents, const Config& config);

/// Everything that judges: policies, data, waivers and configuration, checked against each other.
/// Immutable; safe from many threads.
class PolicySet {
 public:
  /// Reads and checks the whole set; the examples are not run (see examples.h).
  /// Errors: misconfigured, naming file, line and column of the first fault.
  static Result<std::shared_ptr<const PolicySet>> load(PolicySources sources);

  Coverage coverage(const Subject& subject) const noexcept;
  /// Whether any policy is about a kind of this API group.
  bool gates_group(std::string_view group) const noexcept;

  /// Judges the subject by every rule that is about it. Pure. `evidence` is null while nothing was
  /// gathered. With `needs`, rules whose evidence is not all there are left out, and `needs` gets the
  /// keys that are missing: what was found may name more. Without, an absent key is undecided.
  Verdict judge(const Subject& subject, TimePoint now, const EvidenceMap* evidence,
                std::vector<Key>* needs) const;

  const std::vector<Policy>& policies() const noexcept { return policies_; }
  const DataSet& data() const noexcept { return data_; }
  const TrustSet& trust() const noexcept { return *data_.trust(); }
  /// The verification that a key of evidence refers to; null if no rule wants it.
  const SignatureAsk* find_ask(std::string_view id) const noexcept;
  /// All of them, by SignatureAsk::id().
  const std::map<std::string, SignatureAsk, std::less<>>& asks() const noexcept { return asks_; }
  const Config& config() const noexcept { return sources_.config; }
  const std::vector<Waiver>& waivers() const noexcept { return waivers_; }
  /// Rules of the profile whose `since` is above the configured level: they warn instead of deny.
  std::vector<std::string> newer_rules() const;
  /// Rules of the profile that do less before Config::cutover.
  std::vector<std::string> waiting_rules() const;
  const Rule* find_rule(std::string_view id) const noexcept;
  /// Waivers of the set, or beside it: no name twice, rules that exist, subjects that those can be
  /// waived for. Errors: misconfigured.
  Outcome check_waivers(const std::vector<Waiver>& waivers) const;
  /// What the set was made from; mutants are made from it again.
  const std::vector<SetDocument>& documents() const noexcept { return documents_; }
  /// SHA-256 over all texts: the same digest is the same set.
  const Digest& catalog_digest() const noexcept { return catalog_digest_; }
  const Digest& digest() const noexcept { return digest_; }

 private:
  PolicySet() = default;
  Outcome read_documents();
  Outcome parse(const std::vector<SourceFile>& files, const SetDocument& like, std::size_t& total);
  Outcome read_one(const SetDocument& document);
  void collect_asks(const Requirement& requirement);
  Outcome check_profile() const;
  Outcome check_references() const;
  void compute_digests();

  PolicySources sources_;
  std::shared_ptr<PathIndex> paths_;  ///< Of all policies and data; closed once they are read.
  std::vector<SetDocument> documents_;
  DataSet data_;
  std::vector<Policy> policies_;
  std::vector<Waiver> waivers_;
  std::map<std::string, SignatureAsk, std::less<>> asks_;
  std::unordered_map<std::string, std::vector<const Policy*>> by_kind_;  ///< "group/kind"
  std::vector<const Policy*> with_paths_;  ///< What is no object is judged by these.
  std::vector<const Policy*> about_artifacts_;
  Digest catalog_digest_;
  Digest digest_;
};

}  // namespace portreeve::policies
