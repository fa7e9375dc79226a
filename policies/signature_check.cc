#include "policies/signature_check.h"

#include <algorithm>
#include <set>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/signature_words.h"

namespace portreeve::policies {
namespace {

constexpr std::pair<std::string_view, Platforms> kPlatforms[] = {
    {"index", Platforms::index},
    {"all-children", Platforms::all_children},
    {"any-child", Platforms::any_child}};
constexpr std::size_t kTableBytes = 1200;

std::string subject_of(const std::string& name, const Digest& digest) {
  return "oci:" + name + "@" + digest.text();
}

}  // namespace

/// What the authorities' keys brought.
struct SignatureCheck::Gathered {
  struct One {
    std::string authority;
    const ArtifactSignatures* signatures = nullptr;  ///< Or `absent`.
    std::optional<Error> absent;
  };
  std::vector<std::string> authorities;
  std::vector<One> ones;
  const ResolvedArtifact* resolved = nullptr;  ///< Null: no key got that far.
  std::size_t targets = 0;
};

/// What one digest came to.
struct SignatureCheck::Verdict {
  bool met = false;
  std::optional<Error> undecided;
  SignatureFacts facts;  ///< Rows of all authorities; no claims.
  std::set<std::string> signers;  ///< Of the claims that count.
};

std::vector<SignatureAsk> SignatureCheck::asks() const {
  std::vector<SignatureAsk> out;
  for (const std::string& authority : authorities_) out.push_back(ask(authority));
  return out;
}

SignatureAsk SignatureCheck::ask(const std::string& authority) const {
  SignatureAsk out;
  out.authority = authority;
  out.demand = demand_;
  // Distinct signers, or predicates that must be a certain one: the first proof may be the wrong one.
  out.complete = at_least_ != 1 || !predicate_.empty();
  return out;
}

std::vector<std::string> SignatureCheck::covering(const Reference& reference) const {
  std::vector<std::string> out;
  for (const std::string& name : authorities_) {
    const verifiers::Authority* const authority = trust_->authority(name);
    if (authority != nullptr && authority->covers(reference.name())) out.push_back(name);
  }
  return out;
}

Key SignatureCheck::key(const Reference& reference, const std::string& authority) const {
  EvidenceScope scope;
  scope.trust = trust_->id();
  scope.ask = ask_ids_.at(authority);
  scope.platforms = platforms_;
  scope.last_known_good = last_known_good_.has_value();
  const bool attestation = demand_.kind == verifiers::Demand::Kind::attestation;
  return Key{attestation ? "attestations" : "signatures", reference.text(), scope.text()};
}

std::vector<Key> SignatureCheck::needs(const Scope& scope) const {
  std::vector<Key> out;
  if (scope.artifact == nullptr || !scope.artifact->reference) return out;
  const Reference& reference = *scope.artifact->reference;
  for (const std::string& name : covering(reference)) out.push_back(key(reference, name));
  return out;
}

SignatureCheck::Gathered SignatureCheck::gather(const Scope& scope,
                                                const std::vector<std::string>& authorities) const {
  Gathered out;
  out.authorities = authorities;
  for (const std::string& authority : authorities) {
    Gathered::One one;
    one.authority = authority;
    const Key name = key(*scope.artifact->reference, authority);
    const auto at = scope.evidence == nullptr ? EvidenceMap::const_iterator()
                                              : scope.evidence->find(name);
    if (scope.evidence == nullptr || at == scope.evidence->end()) {
      one.absent = Error{Errc::limit, "the evidence was not gathered"};
    } else if (const auto* const absent = std::get_if<Absent>(&at->second)) {
      one.absent = absent->reason;
    } else {
      one.signatures = value_of<ArtifactSignatures>(at->second);
      if (one.signatures == nullptr) one.absent = Error{Errc::internal, "evidence of another type"};
    }
    if (one.signatures != nullptr && out.resolved == nullptr) {
      out.resolved = &one.signatures->resolved;
      out.targets = one.signatures->targets.size();
    }
    // One decision has one meaning of a reference; anything else is a defect of ours.
    if (one.signatures != nullptr && (!(one.signatures->resolved.digest == out.resolved->digest) ||
                                      one.signatures->targets.size() != out.targets)) {
      one.absent = Error{Errc::internal, "two meanings of one reference"};
      one.signatures = nullptr;
    }
    out.ones.push_back(std::move(one));
  }
  return out;
}

bool SignatureCheck::predicate_holds(const Scope& scope, const verifiers::SignatureClaim& claim,
                                     std::string& why) const {
  if (predicate_.empty()) return true;
  if (claim.statement == nullptr || !claim.statement->predicate.present()) {
    why = "it has no predicate";
    return false;
  }
  Subject subject;
  subject.document = claim.statement->document;
  subject.object = claim.statement->predicate;
  Scope inner;
  inner.subject = &subject;
  inner.now = scope.now;
  for (const FieldCondition& condition : predicate_) {
    Judgements said;
    condition.judge(inner, Words::wanted, said);
    for (const Judgement& judgement : said) {
      if (judgement.kind != Judgement::Kind::violation &&
          judgement.kind != Judgement::Kind::undecided) {
        continue;
      }
      why = "predicate" + pointer_to(subject.object, judgement.anchor, judgement.tail) +
            ": expected " + judgement.expected + ", found " + judgement.found;
      return false;
    }
  }
  return true;
}

SignatureCheck::Verdict SignatureCheck::judge_target(const Scope& scope, const Gathered& gathered,
                                                     std::size_t target,
                                                     std::size_t needed) const {
  Verdict out;
  std::vector<Verified<verifiers::SignatureClaim>> claims;
  std::set<std::string> asked;
  for (const Gathered::One& one : gathered.ones) {
    const ArtifactSignatures::Target* const at =
        one.signatures == nullptr ? nullptr : &one.signatures->targets[target];
    const std::optional<Error>& absent = at == nullptr ? one.absent : at->absent;
    if (at == nullptr || at->facts == nullptr) {
      const Error reason = absent.value_or(Error{Errc::internal, "no facts"});
      if (reason.code != Errc::not_found && !out.undecided) out.undecided = reason;
      continue;
    }
    const SignatureFacts& facts = *at->facts;
    if (facts.incomplete && !out.undecided) out.undecided = facts.incomplete;
    out.facts.examined = std::max(out.facts.examined, facts.examined);
    for (const CandidateRow& row : facts.rows) {
      if (out.facts.rows.size() < SignatureFacts::kMostRows) out.facts.rows.push_back(row);
    }
    for (const std::string& place : facts.asked) {
      if (asked.insert(place).second) out.facts.asked.push_back(place);
    }
    for (const auto& claim : facts.claims) {
      std::string why;
      if (predicate_holds(scope, *claim, why)) {
        claims.push_back(claim);
        out.signers.insert(claim->signer.id);
      } else if (out.facts.rows.size() < SignatureFacts::kMostRows) {
        out.facts.rows.push_back({claim->found, std::string(verifiers::to_string(claim->shape)), "",
                                  verifiers::Rejection{verifiers::Reason::annotation_mismatch, why}});
      }
    }
  }
  out.met = verifiers::count(verifiers::Quorum::at_least(needed, gathered.authorities), claims,
                             scope.now).met;
  return out;
}

std::string SignatureCheck::expected(std::size_t needed,
                                     const std::vector<std::string>& authorities) const {
  std::string names;
  for (const std::string& name : authorities) names += (names.empty() ? "" : ", ") + name;
  std::string out = demand_.kind == verifiers::Demand::Kind::attestation
                        ? "an attestation of type " + demand_.predicate_types.front()
                        : "a signature";
  if (needed != 1) out = std::to_string(needed) + " signers: " + out + " each";
  if (authorities.size() == 1) return out + " by authority " + names;
  return out + " by " + (needed == 1 ? "any of " : "authorities ") + names;
}

void SignatureCheck::judge_gathered(const Scope& scope, const Gathered& gathered,
                                    Judgements& out) const {
  const std::size_t needed = at_least_ == 0 ? gathered.authorities.size() : at_least_;
  std::optional<Verdict> worst;
  std::string which;
  std::size_t met = 0;
  for (std::size_t i = 0; i < gathered.targets; ++i) {
    Verdict verdict = judge_target(scope, gathered, i, needed);
    if (verdict.met) {
      ++met;
      continue;
    }
    // What fails outright is said before what could not be decided.
    if (worst && !(worst->undecided && !verdict.undecided)) continue;
    for (const Gathered::One& one : gathered.ones) {
      if (one.signatures != nullptr) which = one.signatures->targets[i].platform;
    }
    worst = std::move(verdict);
  }
  const bool enough = platforms_ == Platforms::any_child ? met > 0
                                                         : met == gathered.targets && met > 0;
  if (enough) return add_notes(scope, gathered, out);
  Judgement judgement;
  judgement.anchor = scope.artifact->anchor;
  judgement.subject = subject_of(gathered.resolved->name, gathered.resolved->digest);
  judgement.evidence = {gathered.resolved->digest};
  judgement.expected = expected(needed, gathered.authorities);
  if (!worst) {
    judgement.found = "an index without entries";
  } else {
    const bool attestation = demand_.kind == verifiers::Demand::Kind::attestation;
    judgement.found = worst->signers.empty() ? found_words(worst->facts, attestation)
                                             : too_few_words(worst->signers);
    if (!which.empty()) judgement.found += " (platform " + utf8::printable(which, 64) + ")";
    judgement.note = table_words(worst->facts, kTableBytes);
    if (worst->facts.examined == 0) judgement.detail = left_behind();
    if (worst->undecided) {
      judgement.kind = Judgement::Kind::undecided;
      judgement.found = "no proof so far; something could not be looked at";
      judgement.detail = utf8::printable(worst->undecided->message, limits::kQuotedBytes);
    }
  }
  out.push_back(std::move(judgement));
}

// The tag's age says how old the meaning is, this one how old the proof.
std::string SignatureCheck::evidence_age(const Scope& scope, const Gathered& gathered) {
  std::optional<TimePoint> oldest;
  for (const Gathered::One& one : gathered.ones) {
    if (one.signatures == nullptr) continue;
    for (const ArtifactSignatures::Target& target : one.signatures->targets) {
      if (target.facts == nullptr || !target.facts->obtained) continue;
      if (!oldest || *target.facts->obtained < *oldest) oldest = target.facts->obtained;
    }
  }
  return oldest ? ", what signs it was fetched " + age_words(scope.now - *oldest) + " ago" : "";
}

void SignatureCheck::add_notes(const Scope& scope, const Gathered& gathered, Judgements& out) const {
  const ResolvedArtifact& resolved = *gathered.resolved;
  Judgement note;
  note.kind = Judgement::Kind::note;
  note.anchor = scope.artifact->anchor;
  note.subject = subject_of(resolved.name, resolved.digest);
  note.evidence = {resolved.digest};
  if (resolved.remembered) {
    note.detail = "last known good: the tag meant this digest " + age_words(scope.now - resolved.at) +
                  " ago" + evidence_age(scope, gathered) + "; at most " +
                  age_words(*last_known_good_) + " are allowed (" +
                  utf8::printable(resolved.unreached, limits::kQuotedBytes) + ")";
    out.push_back(note);
  }
}

void SignatureCheck::judge(const Scope& scope, Judgements& out) const {
  if (scope.artifact == nullptr || !scope.artifact->reference) return;
  const Reference& reference = *scope.artifact->reference;
  const std::vector<std::string> authorities = covering(reference);
  Judgement judgement;
  judgement.anchor = scope.artifact->anchor;
  judgement.subject = "oci:" + reference.text();
  if (authorities.empty()) {
    judgement.expected = expected(at_least_ == 0 ? authorities_.size() : at_least_, authorities_);
    judgement.found = "none of these authorities is trusted for " + reference.name();
    out.push_back(std::move(judgement));
    return;
  }
  const Gathered gathered = gather(scope, authorities);
  if (gathered.resolved == nullptr) {
    // What could not be looked at outweighs what is not there.
    Error why = *gathered.ones.front().absent;
    for (const Gathered::One& one : gathered.ones) {
      if (why.code == Errc::not_found) why = *one.absent;
    }
    judgement.kind = why.code == Errc::not_found ? Judgement::Kind::violation
                                                 : Judgement::Kind::undecided;
    judgement.expected = expected(at_least_ == 0 ? authorities.size() : at_least_, authorities);
    judgement.found = why.code == Errc::not_found ? "no such artifact, or nothing that signs it"
                                                  : "could not look";
    judgement.detail = utf8::printable(why.message, limits::kQuotedBytes * 2);
    out.push_back(std::move(judgement));
    return;
  }
  const ResolvedArtifact& resolved = *gathered.resolved;
  if (resolved.remembered && scope.now - resolved.at > *last_known_good_) {
    judgement.kind = Judgement::Kind::undecided;
    judgement.detail = "the tag was last resolved " + age_words(scope.now - resolved.at) +
                       " ago, allowed are " + age_words(*last_known_good_) + ": " +
                       utf8::printable(resolved.unreached, limits::kQuotedBytes);
    out.push_back(std::move(judgement));
    return;
  }
  judge_gathered(scope, gathered, out);
}

// Reading -----------------------------------------------------------------------------------------

Outcome SignatureCheck::read_authorities(Fields& with, const DataSet& data) {
  trust_ = data.trust();
  PORTREEVE_TRY(const Value value, with.need("authorities", ValueType::object));
  PORTREEVE_TRY(Fields fields, Fields::open(with.source(), value, "authorities"));
  const Value any = fields.take("any");
  const Value all = fields.take("all");
  const Value of = fields.take("of");
  PORTREEVE_TRY(const std::uint64_t least, fields.maybe_count("atLeast", 0));
  PORTREEVE_CHECK(fields.finish());
  const bool counted = of.present() && value["atLeast"].present();
  if (int{any.present()} + int{all.present()} + int{of.present()} != 1 ||
      of.present() != value["atLeast"].present()) {
    return fields.error(value, "expected {any: [...]}, {all: [...]} or {atLeast: 2, of: [...]}");
  }
  const Value list = any.present() ? any : all.present() ? all : of;
  PORTREEVE_TRY(authorities_, read_texts(with.source(), list, "authorities"));
  std::sort(authorities_.begin(), authorities_.end());
  const auto twice = std::adjacent_find(authorities_.begin(), authorities_.end());
  if (twice != authorities_.end()) return fields.error(list, "\"" + *twice + "\" stands there twice");
  if (authorities_.empty()) return fields.error(list, "names no authority");
  if (counted && (least == 0 || least > authorities_.size())) {
    return fields.error(value["atLeast"], "atLeast: expected 1 to the number of authorities");
  }
  at_least_ = any.present() ? 1 : all.present() ? 0 : static_cast<std::size_t>(least);
  for (const std::string& name : authorities_) {
    if (trust_ != nullptr && trust_->authority(name) != nullptr) continue;
    return fields.error(list, "there is no Authority \"" + name + "\"");
  }
  return Done{};
}

Outcome SignatureCheck::read_demand(Fields& with, const DataSet& data) {
  if (demand_.kind == verifiers::Demand::Kind::signature) {
    PORTREEVE_TRY(const Value annotations, with.maybe("annotations", ValueType::object));
    for (const Value entry : annotations) {
      if (!entry.is_string()) return with.error(entry, "annotations: expected a text in quotes");
      demand_.annotations.emplace(entry.key().text(), entry.text());
    }
    return Done{};
  }
  PORTREEVE_TRY(const std::string type, with.need_text("predicateType"));
  if (type.empty()) return with.error(with.object()["predicateType"], "predicateType: is empty");
  demand_.predicate_types = {type};
  PORTREEVE_TRY(const Value conditions, with.maybe("predicate", ValueType::array));
  for (const Value entry : conditions) {
    PORTREEVE_TRY(Fields fields, Fields::open(with.source(), entry, "predicate"));
    PORTREEVE_TRY(FieldCondition condition, FieldCondition::compile(fields, data));
    predicate_.push_back(std::move(condition));
  }
  return Done{};
}

Result<std::shared_ptr<const SignatureCheck>> SignatureCheck::compile(
    Fields& with, const DataSet& data, verifiers::Demand::Kind kind) {
  const std::shared_ptr<SignatureCheck> out(new SignatureCheck);
  out->demand_.kind = kind;
  PORTREEVE_CHECK(out->read_authorities(with, data));
  PORTREEVE_CHECK(out->read_demand(with, data));
  if (const Value platforms = with.take("platforms"); platforms.present()) {
    PORTREEVE_TRY(out->platforms_, read_word(with.source(), platforms, kPlatforms));
  }
  if (const Value age = with.take("lastKnownGood"); age.present()) {
    Result<Milliseconds> oldest = parse_age(age.text());
    if (!oldest.ok()) return with.error(age, "lastKnownGood: " + oldest.error().message);
    out->last_known_good_ = oldest.value();
  }
  PORTREEVE_CHECK(with.finish());
  for (const std::string& name : out->authorities_) out->ask_ids_[name] = out->ask(name).id();
  return std::shared_ptr<const SignatureCheck>(out);
}

}  // namespace portreeve::policies
