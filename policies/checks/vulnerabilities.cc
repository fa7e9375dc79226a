// Check `vulnerabilities` (SB24): what scanners found, less what somebody we trust says does not
// matter.

#include <algorithm>
#include <map>
#include <set>

#include "core/limits.h"
#include "core/pattern.h"
#include "core/time.h"
#include "core/utf8.h"
#include "policies/artifact_rule.h"
#include "policies/checks/sbom_checks.h"
#include "policies/checks/vulnerability_feeds.h"
#include "policies/signature_words.h"
#include "policies/trust_set.h"
#include "policies/vulnerability_facts.h"

namespace portreeve::policies {

std::vector<std::string> vulnerability_predicate_types() {
  return {"https://cosign.sigstore.dev/attestation/vuln/v1",
          "cosign.sigstore.dev/attestation/vuln/v1", "https://in-toto.io/attestation/vulns/v*"};
}
std::vector<std::string> vex_predicate_types() {
  return {"https://openvex.dev/ns/v*", "https://cyclonedx.org/vex", "https://cyclonedx.org/bom/v*",
          "https://docs.oasis-open.org/csaf/csaf/v2.0"};
}

SignatureAsk vulnerability_ask(const std::string& authority, bool vex) {
  SignatureAsk out;
  out.authority = authority;
  out.demand.kind = verifiers::Demand::Kind::attestation;
  out.demand.predicate_types = vex ? vex_predicate_types() : vulnerability_predicate_types();
  out.complete = true;  // The first may not be the one that a rule is about.
  return out;
}

namespace {

constexpr std::size_t kMessages = 8;
constexpr std::pair<std::string_view, sbom::Severity> kSeverities[] = {
    {"none", sbom::Severity::none},
    {"low", sbom::Severity::low},
    {"medium", sbom::Severity::medium},
    {"high", sbom::Severity::high},
    {"critical", sbom::Severity::critical}};

/// A vulnerability that is accepted until a day.
struct Exception {
  std::string package;  ///< purl without version; empty: any.
  TimePoint until{};    ///< First instant after.
};

class VulnerabilityCheck {
 public:
  static Result<std::shared_ptr<const VulnerabilityCheck>> compile(Fields& with,
                                                                   const DataSet& data);
  std::vector<SignatureAsk> asks() const;
  std::vector<Key> needs(const Scope& scope) const;
  void judge(const Scope& scope, Judgements& out) const;

 private:
  Outcome read_trust(Fields& with, const DataSet& data);
  Outcome read_thresholds(Fields& with);
  Outcome read_exceptions(Fields& with);
  Result<std::vector<std::string>> read_names(Fields& with, std::string_view key,
                                              bool required) const;
  Key key(const Reference& reference, const std::string& authority, bool vex) const;
  bool covers(const std::string& authority, const Reference& reference) const;
  void gather(const Scope& scope, bool vex, std::vector<const VulnerabilityFact*>& facts,
              std::optional<Error>& open, std::string& subject) const;
  void judge_report(const Scope& scope, const VulnerabilityFact& fact,
                    const std::vector<sbom::VexDocument>& vex, const std::string& artifact,
                    SbomProblems& out) const;
  std::string matters(const sbom::FoundVulnerability& found) const;
  bool excepted(const sbom::FoundVulnerability& found, TimePoint now) const;

  std::shared_ptr<const TrustSet> trust_;
  std::vector<std::string> scanners_;  ///< Authorities.
  std::vector<std::string> vexers_;
  sbom::Severity severity_ = sbom::Severity::critical;
  std::optional<double> cvss_;
  VulnerabilityFeeds feeds_;
  bool fixable_only_ = false;
  bool unversioned_ = false;
  bool impact_ = false;
  std::optional<Milliseconds> max_age_;
  std::optional<Milliseconds> max_database_age_;
  std::optional<Pattern> scanner_;
  std::multimap<std::string, Exception, std::less<>> exceptions_;
};

Result<std::vector<std::string>> VulnerabilityCheck::read_names(Fields& with, std::string_view key,
                                                                bool required) const {
  PORTREEVE_TRY(const Value value, with.maybe(key, ValueType::object));
  if (!value.present()) {
    if (!required) return std::vector<std::string>();
    return with.error(with.object(),
                      std::string(key) + ": {any: [...]} is needed: whose reports count");
  }
  PORTREEVE_TRY(Fields fields, Fields::open(with.source(), value, std::string(key)));
  PORTREEVE_TRY(const Value any, fields.need("any", ValueType::array));
  PORTREEVE_CHECK(fields.finish());
  PORTREEVE_TRY(const std::vector<std::string> names, read_texts(with.source(), any, key));
  for (const std::string& name : names) {
    if (trust_ != nullptr && trust_->authority(name) != nullptr) continue;
    return fields.error(any, "there is no Authority \"" + name + "\"");
  }
  if (names.empty()) return fields.error(any, "names no authority");
  return names;
}

Outcome VulnerabilityCheck::read_trust(Fields& with, const DataSet& data) {
  trust_ = data.trust();
  PORTREEVE_TRY(scanners_, read_names(with, "authorities", true));
  PORTREEVE_TRY(vexers_, read_names(with, "vex", false));
  PORTREEVE_TRY(unversioned_, with.maybe_bool("unsafe-unversioned-vex", false));
  PORTREEVE_TRY(impact_, with.maybe_bool("impactSuffices", false));
  return Done{};
}

Outcome VulnerabilityCheck::read_thresholds(Fields& with) {
  if (const Value severity = with.take("severity"); severity.present()) {
    PORTREEVE_TRY(severity_, read_word(with.source(), severity, kSeverities));
  }
  PORTREEVE_TRY(cvss_, maybe_number(with, "cvss", 10));
  PORTREEVE_TRY(fixable_only_, with.maybe_bool("fixable", false));
  for (const auto& [name, age] :
       {std::pair{"maxAge", &max_age_}, std::pair{"maxDatabaseAge", &max_database_age_}}) {
    const Value value = with.take(name);
    if (!value.present()) continue;
    Result<Milliseconds> read = parse_age(value.text());
    if (!read.ok()) return with.error(value, std::string(name) + ": " + read.error().message);
    *age = read.value();
  }
  PORTREEVE_TRY(const std::string scanner, with.maybe_text("scanner"));
  if (scanner.empty()) return Done{};
  Result<Pattern> pattern = Pattern::compile(scanner);
  if (!pattern.ok()) return with.error(with.object()["scanner"], pattern.error().message);
  scanner_ = std::move(pattern).value();
  return Done{};
}

Outcome VulnerabilityCheck::read_exceptions(Fields& with) {
  PORTREEVE_TRY(const Value list, with.maybe("exceptions", ValueType::array));
  for (const Value entry : list) {
    PORTREEVE_TRY(Fields fields, Fields::open(with.source(), entry, "exceptions"));
    PORTREEVE_TRY(const std::string id, fields.need_text("id"));
    PORTREEVE_TRY(const std::string reason, fields.need_text("reason"));
    PORTREEVE_TRY(const std::string expires, fields.need_text("expires"));
    Exception one;
    PORTREEVE_TRY(one.package, fields.maybe_text("package"));
    PORTREEVE_CHECK(fields.finish());
    const Result<TimePoint> day = parse_date(expires);
    if (!day.ok()) return fields.error(entry["expires"], day.error().message);
    one.until = day.value() + std::chrono::hours(24);  // Through that day.
    exceptions_.emplace(id, std::move(one));
  }
  return Done{};
}

Result<std::shared_ptr<const VulnerabilityCheck>> VulnerabilityCheck::compile(Fields& with,
                                                                              const DataSet& data) {
  auto out = std::make_shared<VulnerabilityCheck>();
  PORTREEVE_CHECK(out->read_trust(with, data));
  PORTREEVE_CHECK(out->read_thresholds(with));
  PORTREEVE_TRY(out->feeds_, VulnerabilityFeeds::read(with, data));
  PORTREEVE_CHECK(out->read_exceptions(with));
  PORTREEVE_CHECK(with.finish());
  return std::shared_ptr<const VulnerabilityCheck>(std::move(out));
}

std::vector<SignatureAsk> VulnerabilityCheck::asks() const {
  std::vector<SignatureAsk> out;
  for (const std::string& name : scanners_) out.push_back(vulnerability_ask(name, false));
  for (const std::string& name : vexers_) out.push_back(vulnerability_ask(name, true));
  return out;
}

bool VulnerabilityCheck::covers(const std::string& name, const Reference& reference) const {
  const verifiers::Authority* const authority = trust_->authority(name);
  return authority != nullptr && authority->covers(reference.name());
}

Key VulnerabilityCheck::key(const Reference& reference, const std::string& authority,
                            bool vex) const {
  EvidenceScope scope;
  scope.trust = trust_->id();
  scope.ask = vulnerability_ask(authority, vex).id();
  return Key{"vulnerabilities", reference.text(), scope.text()};
}

std::vector<Key> VulnerabilityCheck::needs(const Scope& scope) const {
  std::vector<Key> out;
  if (scope.artifact == nullptr || !scope.artifact->reference) return out;
  const Reference& reference = *scope.artifact->reference;
  for (const bool vex : {false, true}) {
    for (const std::string& name : vex ? vexers_ : scanners_) {
      if (covers(name, reference)) out.push_back(key(reference, name, vex));
    }
  }
  return out;
}

void VulnerabilityCheck::gather(const Scope& scope, bool vex,
                                std::vector<const VulnerabilityFact*>& facts,
                                std::optional<Error>& open, std::string& subject) const {
  const Reference& reference = *scope.artifact->reference;
  for (const std::string& name : vex ? vexers_ : scanners_) {
    if (!covers(name, reference)) continue;
    const auto at = scope.evidence == nullptr ? EvidenceMap::const_iterator()
                                              : scope.evidence->find(key(reference, name, vex));
    if (scope.evidence == nullptr || at == scope.evidence->end()) {
      open = Error{Errc::limit, "the evidence was not gathered"};
      continue;
    }
    if (const auto* const absent = std::get_if<Absent>(&at->second)) {
      if (absent->reason.code != Errc::not_found) open = absent->reason;
      continue;
    }
    const auto* const found = value_of<ArtifactVulnerabilities>(at->second);
    if (found == nullptr) {
      open = Error{Errc::internal, "evidence of another type"};
      continue;
    }
    subject = found->resolved.digest.text();
    if (found->incomplete) open = found->incomplete;
    for (const VulnerabilityFact& fact : found->facts) facts.push_back(&fact);
  }
}

/// Why it matters, or nothing.
std::string VulnerabilityCheck::matters(const sbom::FoundVulnerability& found) const {
  if (feeds_.exploited(found.ids)) return "known to be exploited";
  if (fixable_only_ && found.fixable == false) return {};
  std::string likely = feeds_.likely(found.ids);
  if (!likely.empty()) return likely;
  if (cvss_ && found.score && *found.score >= *cvss_) return "CVSS above the threshold";
  // A severity that nobody states may be the highest.
  if (found.severity == sbom::Severity::unknown) return "of unknown severity";
  if (found.severity >= severity_) return std::string(sbom::to_string(found.severity));
  return {};
}

bool VulnerabilityCheck::excepted(const sbom::FoundVulnerability& found, TimePoint now) const {
  const auto purl = sbom::read_purl(found.purl);
  for (const std::string& id : found.ids) {
    const auto [first, last] = exceptions_.equal_range(id);
    for (auto at = first; at != last; ++at) {
      if (now >= at->second.until) continue;
      if (at->second.package.empty() ||
          (purl.ok() && purl.value().purl.package() == at->second.package)) {
        return true;
      }
    }
  }
  return false;
}

void VulnerabilityCheck::judge_report(const Scope& scope, const VulnerabilityFact& fact,
                                      const std::vector<sbom::VexDocument>& vex,
                                      const std::string& artifact, SbomProblems& out) const {
  const sbom::VulnerabilityReport& report = *fact.report;
  if (scanner_ && !scanner_->matches(report.scanner)) {
    out.violation("a scanner that is allowed", utf8::printable(report.scanner, 120));
  }
  const auto old = [&](const std::optional<Milliseconds>& most, const std::optional<TimePoint>& at,
                       std::string_view what) {
    if (!most) return;
    if (!at) return out.violation(std::string(what) + " at a known time", "it does not say when");
    const Milliseconds age = std::chrono::duration_cast<Milliseconds>(scope.now - *at);
    // What is yet to be made would stay fresh for ever.
    if (age < -sbom::kVexSkew)
      return out.violation(std::string(what) + " that was made already",
                           format_time(*at) + ", which is in the future");
    if (age <= *most) return;
    out.violation(std::string(what) + " at most " + age_words(*most) + " ago",
                  age_words(age) + " ago");
  };
  old(max_age_, report.scanned, "a scan");
  old(max_database_age_, report.database, "a database updated");
  for (const sbom::FoundVulnerability& found : report.found) {
    const std::string why = matters(found);
    if (why.empty() || excepted(found, scope.now)) continue;
    const sbom::VexQuestion question{found.ids, artifact, {}, found.purl,
                                     unversioned_, impact_, scope.now};
    if (sbom::suppressed_by(vex, question) == true) continue;
    out.violation("no vulnerability that matters", utf8::printable(found.ids.front(), 64) + ", " +
                                                       why + ", in " +
                                                       utf8::printable(found.package, 120));
  }
}

void VulnerabilityCheck::judge(const Scope& scope, Judgements& out) const {
  if (scope.artifact == nullptr || !scope.artifact->reference) return;
  std::vector<const VulnerabilityFact*> reports, statements;
  std::optional<Error> open, vex_open;
  std::string artifact;
  gather(scope, false, reports, open, artifact);
  gather(scope, true, statements, vex_open, artifact);
  std::vector<sbom::VexDocument> vex;
  SbomProblems problems(kMessages);
  for (const VulnerabilityFact* const fact : statements) {
    if (fact->vex) vex.push_back(*fact->vex);
    // One that cannot be read suppresses nothing: worth a word, no more.
    if (fact->refused) {
      problems.advice("a VEX document that can be read",
                      utf8::printable(fact->refused->message, limits::kQuotedBytes));
    }
  }
  feeds_.judge_ages(scope.now, problems);
  std::size_t read = 0;
  for (const VulnerabilityFact* const fact : reports) {
    if (fact->report) {
      ++read;
      judge_report(scope, *fact, vex, artifact, problems);
    } else if (fact->refused) {
      problems.unknown("a scan report that can be read", fact->found,
                       utf8::printable(fact->refused->message, limits::kQuotedBytes));
    }
  }
  if (read == 0 && problems.good()) {
    if (open) {
      problems.unknown("a scan report by those we trust",
                       "none so far; something could not be looked at",
                       utf8::printable(open->message, limits::kQuotedBytes));
    } else {
      problems.violation("a scan report by those we trust", "none");
    }
  } else if (open && problems.good()) {
    problems.unknown("every scan report", "something could not be looked at",
                     utf8::printable(open->message, limits::kQuotedBytes));
  }
  for (const SbomProblem& problem : problems.list()) {
    Judgement judgement;
    judgement.kind = problem.kind;
    judgement.anchor = scope.artifact->anchor;
    judgement.subject = "oci:" + scope.artifact->reference->text();
    judgement.expected = problem.expected;
    judgement.found = problem.found;
    judgement.detail = problem.detail;
    if (&problem == &problems.list().front() && problems.left_out() != 0) {
      judgement.note =
          count_words(problems.left_out(), "more place", "more places") + " of the same kind";
    }
    out.push_back(std::move(judgement));
  }
}

}  // namespace

Result<CompiledCheck> compile_vulnerabilities(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::shared_ptr<const VulnerabilityCheck> check,
                VulnerabilityCheck::compile(with, data));
  CompiledCheck out;
  out.judge = [check](const Scope& scope, Judgements& said) { check->judge(scope, said); };
  out.needs = [check](const Scope& scope) { return check->needs(scope); };
  out.asks = check->asks();
  out.about_artifact = true;
  return out;
}

}  // namespace portreeve::policies
