// Check `blueprint-reference`: what the ArtifactRules derive from the object is there, and still the
// same under its tag. Who signed it is asked by policies about artifacts.

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/artifact_rule.h"
#include "policies/check.h"
#include "policies/signature_words.h"
#include "policies/trust_set.h"

namespace portreeve::policies {
namespace {

struct ReferenceCheck {
  std::shared_ptr<const TrustSet> trust;
  std::optional<Milliseconds> last_known_good;

  std::vector<NamedArtifact> derived(const Scope& scope) const {
    return named_by_rules(trust->artifact_rules(), scope);
  }

  Key key(const Reference& reference) const {
    EvidenceScope scope;
    scope.trust = trust->id();
    scope.last_known_good = last_known_good.has_value();
    return Key{"artifact", reference.text(), scope.text()};
  }

  std::vector<Key> needs(const Scope& scope) const {
    std::vector<Key> out;
    for (const NamedArtifact& artifact : derived(scope)) {
      if (artifact.pending) out.push_back(*artifact.pending);
      if (artifact.reference) out.push_back(key(*artifact.reference));
    }
    return out;
  }

  void judge(const Scope& scope, Judgements& out) const {
    const std::vector<NamedArtifact> all = derived(scope);
    for (const NamedArtifact& artifact : all) judge_one(scope, artifact, out);
    if (!all.empty()) return;
    Judgement judgement;
    judgement.anchor = scope.subject->object;
    judgement.expected = "fields from which an ArtifactRule derives a reference";
    judgement.found = "no row of any ArtifactRule fits";
    out.push_back(std::move(judgement));
  }

  void judge_one(const Scope& scope, const NamedArtifact& artifact, Judgements& out) const {
    Judgement judgement;
    judgement.anchor = artifact.anchor;
    judgement.tail = artifact.tail;
    judgement.expected = "an artifact that is there";
    judgement.found = utf8::printable(artifact.text, limits::kQuotedBytes);
    if (artifact.fault) return add(std::move(judgement), *artifact.fault, Errc::malformed, out);
    const auto at = scope.evidence == nullptr ? EvidenceMap::const_iterator()
                                              : scope.evidence->find(key(*artifact.reference));
    if (scope.evidence == nullptr || at == scope.evidence->end()) {
      return add(std::move(judgement), Error{Errc::limit, "the evidence was not gathered"},
                 Errc::not_found, out);
    }
    if (const auto* const absent = std::get_if<Absent>(&at->second)) {
      return add(std::move(judgement), absent->reason, Errc::not_found, out);
    }
    const auto* const resolved = value_of<ResolvedArtifact>(at->second);
    if (resolved == nullptr) {
      return add(std::move(judgement), Error{Errc::internal, "evidence of another type"},
                 Errc::not_found, out);
    }
    judge_resolved(scope, *resolved, std::move(judgement), out);
  }

  void judge_resolved(const Scope& scope, const ResolvedArtifact& resolved, Judgement judgement,
                      Judgements& out) const {
    judgement.evidence = {resolved.digest};
    const Milliseconds age = std::chrono::duration_cast<Milliseconds>(scope.now - resolved.at);
    if (resolved.remembered && (!last_known_good || age > *last_known_good)) {
      return add(std::move(judgement),
                 Error{Errc::unavailable, "the tag was last resolved " + age_words(age) + " ago: " +
                                              resolved.unreached},
                 Errc::not_found, out);
    }
    if (!resolved.before) return;
    judgement.kind = Judgement::Kind::advice;
    judgement.expected = "one digest for one version, " + resolved.before->text() + " as before";
    judgement.found = resolved.digest.text();
    judgement.detail = "tag-moved: somebody published other content under the same version";
    out.push_back(std::move(judgement));
  }

  static void add(Judgement judgement, const Error& why, Errc violation, Judgements& out) {
    judgement.kind = why.code == violation ? Judgement::Kind::violation
                                           : Judgement::Kind::undecided;
    judgement.detail = utf8::printable(why.message, limits::kQuotedBytes);
    out.push_back(std::move(judgement));
  }
};

}  // namespace

Result<CompiledCheck> compile_artifact_reference(Fields& with, const DataSet& data) {
  auto check = std::make_shared<ReferenceCheck>();
  check->trust = data.trust();
  if (check->trust == nullptr) return with.error(with.object(), "blueprint-reference: not known here");
  if (const Value age = with.take("lastKnownGood"); age.present()) {
    Result<Milliseconds> oldest = parse_age(age.text());
    if (!oldest.ok()) return with.error(age, "lastKnownGood: " + oldest.error().message);
    check->last_known_good = oldest.value();
  }
  PORTREEVE_CHECK(with.finish());
  CompiledCheck out;
  out.judge = [check](const Scope& scope, Judgements& said) { check->judge(scope, said); };
  out.needs = [check](const Scope& scope) { return check->needs(scope); };
  return out;
}

}  // namespace portreeve::policies
