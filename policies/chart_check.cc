#include "policies/chart_check.h"

#include <algorithm>

#include "charts/default_render.h"
#include "core/limits.h"
#include "core/utf8.h"
#include "policies/artifact_rule.h"
#include "policies/trust_set.h"

namespace portreeve::policies {
namespace {

using charts::Fault;

constexpr std::string_view kFluxConfig = "application/vnd.cncf.flux.config.v1+json";

/// Names the evidence about the chart of a scope.
struct ChartKeys {
  std::string trust;

  explicit ChartKeys(const DataSet& data)
      : trust(data.trust() == nullptr ? "" : data.trust()->id()) {}

  /// Nothing: the rule is not about this subject.
  std::optional<Key> of(const Scope& scope, std::string_view section) const {
    if (scope.artifact != nullptr) {
      if (!scope.artifact->reference) return std::nullopt;
      EvidenceScope evidence;
      evidence.trust = trust;
      return Key{std::string(section), scope.artifact->reference->text(), evidence.text()};
    }
    if (scope.subject->nature != Nature::chart) return std::nullopt;
    return tree_key(scope.subject->file, section);
  }
};

template <class T>
struct Found {
  const T* value = nullptr;  ///< Or `absent`.
  Error absent{Errc::limit, "the evidence was not gathered"};
};

template <class T>
Found<T> find(const Scope& scope, const Key& key) {
  Found<T> out;
  if (scope.evidence == nullptr) return out;
  const auto at = scope.evidence->find(key);
  if (at == scope.evidence->end()) return out;
  if (const auto* const absent = std::get_if<Absent>(&at->second)) {
    out.absent = absent->reason;
    return out;
  }
  out.value = value_of<T>(at->second);
  if (out.value == nullptr) out.absent = Error{Errc::internal, "evidence of another type"};
  return out;
}

Judgement about(const Scope& scope) {
  Judgement out;
  out.anchor = scope.artifact != nullptr ? scope.artifact->anchor : scope.subject->object;
  if (scope.artifact != nullptr) {
    out.tail = scope.artifact->tail;
    if (scope.artifact->reference) out.subject = "oci:" + scope.artifact->reference->text();
  }
  return out;
}

RenderFound found_render(const Found<RenderFacts>& found) {
  RenderFound out;
  out.skipped = found.value != nullptr && found.value->outcome == RenderFacts::Outcome::skipped;
  if (found.value == nullptr) {
    out.absent = found.absent;
  } else if (!out.skipped) {
    out.facts = found.value;
  }
  return out;
}

void undecided(Judgement judgement, const std::string& why, Judgements& out) {
  judgement.kind = Judgement::Kind::undecided;
  judgement.detail = utf8::printable(why, limits::kQuotedBytes * 2);
  out.push_back(std::move(judgement));
}

// The rule's own fix would mend what nobody has judged yet.
Judgement unread(Judgement judgement) {
  judgement.fix = "correct what the rule of chart-readable names, then this rule can judge";
  return judgement;
}

void inactive(Judgement judgement, std::string why, Judgements& out) {
  judgement.kind = Judgement::Kind::inactive;
  judgement.detail = std::move(why);
  out.push_back(std::move(judgement));
}

bool violates(const Judgements& said) {
  return std::any_of(said.begin(), said.end(), [](const Judgement& judgement) {
    return judgement.kind == Judgement::Kind::violation;
  });
}

// Only the artifact itself says that it is no Helm chart: by a config type from which Helm installs
// nothing. What the object says of its artifact tells a mistake from what was meant, no more.
bool is_no_chart(const Scope& scope, const ChartFacts& facts) {
  if (facts.other_type.empty()) return false;
  return facts.other_type == kFluxConfig || (scope.artifact != nullptr && !scope.artifact->chart);
}

std::string no_chart_but(const ChartFacts& facts) {
  return "the artifact is no Helm chart but " +
         (facts.other_type == kFluxConfig ? "manifests of Flux"
                                          : utf8::printable(facts.other_type, limits::kQuotedBytes));
}

/// The chart, or nothing after saying why. A rule that is not about the subject says nothing.
const ChartFacts* open_chart(const ChartKeys& keys, const Scope& scope, Judgements& out) {
  const std::optional<Key> key = keys.of(scope, "chart");
  if (!key) return nullptr;
  const Found<ChartFacts> found = find<ChartFacts>(scope, *key);
  if (found.value == nullptr) {
    undecided(about(scope), "no chart to judge: " + found.absent.message, out);
    return nullptr;
  }
  if (is_no_chart(scope, *found.value)) {
    inactive(about(scope), no_chart_but(*found.value), out);
    return nullptr;
  }
  if (!found.value->other_type.empty()) {
    undecided(about(scope), no_chart_but(*found.value), out);
    return nullptr;
  }
  if (found.value->reading.chart != nullptr) return found.value;
  const Fault* const fault = found.value->reading.worst();
  undecided(unread(about(scope)),
            "the chart cannot be read: " + (fault == nullptr ? "no reason" : fault->text()), out);
  return nullptr;
}

// What was refused in part may hide what a rule looks for.
void judge_all(const ChartScope& chart, const ChartJudge& judge, Judgements& out) {
  Judgements said;
  judge(chart, said);
  out.append(said);
  const Fault* const fault = chart.facts().reading.worst();
  if (fault == nullptr || fault->weight != Fault::Weight::refused || violates(said)) return;
  undecided(unread(chart.whole()), "not everything of the chart was read: " + fault->text(), out);
}

Value outermost(const Scope& scope) { return scope.subject->object; }

}  // namespace

std::string quoted_text(std::string_view text) {
  return "\"" + utf8::printable(text, limits::kQuotedBytes) + "\"";
}

Judgement ChartScope::whole() const {
  Judgement out = about(scope_);
  if (!facts_.repository.empty()) {
    out.subject = "oci:" + facts_.repository + "@" + facts_.digest.text();
    out.evidence = {facts_.digest};
  }
  if (scope_.artifact == nullptr) out.anchor = outermost(scope_);
  return out;
}

std::string ChartScope::file_path(std::string_view path) const {
  if (facts_.in_tree)
    return facts_.folder.empty() ? std::string(path) : facts_.folder + "/" + std::string(path);
  const std::string& name = facts_.reading.chart == nullptr ? facts_.repository : chart().name;
  return name + "/" + std::string(path);
}

Judgement ChartScope::at(const charts::Chart& owner, std::string_view file,
                         const Value& where) const {
  Judgement out = whole();
  const bool own =
      scope_.artifact == nullptr && where.present() && where.same_document(scope_.subject->object);
  if (own) out.anchor = where;
  Location location;
  location.file = file_path(owner.path_of(file));
  if (where.present()) {
    const Position position = where.position();
    location.line = position.line;
    location.column = position.column;
  }
  out.location = std::move(location);
  return out;
}

Judgement ChartScope::elsewhere(const std::string& file, const Value& where) const {
  Judgement out = whole();
  Location location;
  location.file = file;
  if (where.present()) {
    const Position position = where.position();
    location.line = position.line;
    location.column = position.column;
  }
  out.location = std::move(location);
  return out;
}

std::optional<Edit> ChartScope::replacement_in(const std::string& file, std::string_view source,
                                               const Value& where, std::string text) {
  const std::string_view written = charts::source_of(source, where);
  if (written.empty()) return std::nullopt;
  Edit edit;
  edit.file = file;
  edit.begin = where.offset();
  edit.end = edit.begin + static_cast<std::uint32_t>(written.size());
  edit.text = std::move(text);
  return edit;
}

std::optional<Edit> ChartScope::replacement(const charts::Chart& owner, std::string_view file,
                                            const Value& where, std::string text) const {
  if (!facts_.in_tree || package() || !owner.place.empty() || owner.metadata == nullptr) {
    return std::nullopt;
  }
  const DocumentPtr& document = file == "values.yaml" ? owner.values : owner.metadata;
  if (document == nullptr || !where.same_document(document->root())) return std::nullopt;
  return replacement_in(file_path(file), document->source(), where, std::move(text));
}

Value ChartScope::value(std::string_view dotted_path) const {
  return chart().values == nullptr ? Value()
                                   : charts::value_at(chart().values->root(), dotted_path);
}

CompiledCheck chart_check(const DataSet& data, ChartJudge judge) {
  const ChartKeys keys(data);
  CompiledCheck out;
  out.about_chart = true;
  out.needs = [keys](const Scope& scope) {
    const std::optional<Key> key = keys.of(scope, "chart");
    return key ? std::vector<Key>{*key} : std::vector<Key>();
  };
  out.judge = [keys, judge = std::move(judge)](const Scope& scope, Judgements& said) {
    const ChartFacts* const facts = open_chart(keys, scope, said);
    if (facts != nullptr) judge_all(ChartScope(scope, *facts), judge, said);
  };
  return out;
}

CompiledCheck only_of_charts(const DataSet& data, CompiledCheck check) {
  const ChartKeys keys(data);
  CompiledCheck out = check;
  out.needs = [keys, needs = check.needs](const Scope& scope) {
    std::vector<Key> wanted = needs(scope);
    if (std::optional<Key> key = keys.of(scope, "chart")) wanted.push_back(std::move(*key));
    return wanted;
  };
  out.judge = [keys, judge = check.judge](const Scope& scope, Judgements& said) {
    const std::optional<Key> key = keys.of(scope, "chart");
    const Found<ChartFacts> found = key ? find<ChartFacts>(scope, *key) : Found<ChartFacts>();
    if (found.value != nullptr && is_no_chart(scope, *found.value)) {
      return inactive(about(scope), no_chart_but(*found.value), said);
    }
    judge(scope, said);
  };
  return out;
}

void RenderFound::say_unread(const ChartScope& scope, Judgements& out) const {
  for (const RenderedDocument& document : facts->documents) {
    if (document.unread.empty()) continue;
    undecided(scope.whole(),
              "a rendered document of " + document.source + " was not read: " + document.unread,
              out);
  }
}

void RenderFound::say_missing(const ChartScope& scope, Judgements& out) const {
  Judgement judgement = scope.whole();
  judgement.kind = skipped ? Judgement::Kind::skipped : Judgement::Kind::undecided;
  judgement.detail =
      skipped ? "not rendered, on request"
              : "no default render: " + utf8::printable(absent ? absent->message : "none", 500);
  // Where charts are rendered, what is missing is the program or a subchart.
  const bool renders = scope.scope().subject->door == Door::guard;
  judgement.fix = skipped   ? ""
                  : renders ? "install helm 3 or 4, or name it in the Config (helm: {program: "
                              "/PATH/helm, sha256: HEX}); subcharts that are missing: helm "
                              "dependency build, or --subcharts PLACE"
                            : "render it with guard, or publish a render attestation";
  out.push_back(std::move(judgement));
}

CompiledCheck render_check(const DataSet& data, RenderJudge judge) {
  const ChartKeys keys(data);
  CompiledCheck out;
  out.about_chart = true;
  out.needs = [keys](const Scope& scope) {
    std::vector<Key> wanted;
    for (const std::string_view section : {"chart", "render"}) {
      if (std::optional<Key> key = keys.of(scope, section)) wanted.push_back(std::move(*key));
    }
    return wanted;
  };
  out.judge = [keys, judge = std::move(judge)](const Scope& scope, Judgements& said) {
    const ChartFacts* const facts = open_chart(keys, scope, said);
    if (facts == nullptr) return;
    const RenderFound render = found_render(find<RenderFacts>(scope, *keys.of(scope, "render")));
    const ChartJudge with_render = [&](const ChartScope& chart, Judgements& to) {
      judge(chart, render, to);
    };
    judge_all(ChartScope(scope, *facts), with_render, said);
  };
  return out;
}

// chart-readable ----------------------------------------------------------------------------------

namespace {

void say_fault(const ChartScope& chart, const Fault& fault, Judgements& out) {
  Judgement judgement = chart.whole();
  switch (fault.weight) {
    case Fault::Weight::refused:
      judgement.kind = Judgement::Kind::violation;
      break;
    case Fault::Weight::unread:
      judgement.kind = Judgement::Kind::undecided;
      break;
    case Fault::Weight::doubtful:
      judgement.kind = Judgement::Kind::advice;
      break;
  }
  // Of a subchart that others wrote, values that we cannot read are for the rules that read them.
  const bool foreign = fault.file.compare(0, 7, "charts/") == 0;
  if (foreign && fault.weight == Fault::Weight::unread) judgement.kind = Judgement::Kind::advice;
  if (!fault.file.empty()) {
    judgement.location = Location{chart.file_path(fault.file), fault.at.line, fault.at.column};
  }
  judgement.expected = "a chart that Helm and everybody else read alike";
  judgement.found = fault.reason;
  judgement.detail = fault.text();
  out.push_back(std::move(judgement));
}

// What is not there, or is none, is the artifact's fault; what could not be looked at is nobody's.
void say_absent(const Scope& scope, const Error& absent, Judgements& out) {
  if (absent.code != Errc::not_found && absent.code != Errc::malformed) {
    return undecided(about(scope), "no chart to judge: " + absent.message, out);
  }
  Judgement judgement = about(scope);
  judgement.expected = "a chart that can be read";
  judgement.found = utf8::printable(absent.message, limits::kQuotedBytes);
  out.push_back(std::move(judgement));
}

}  // namespace

CompiledCheck readable_check(const DataSet& data) {
  const ChartKeys keys(data);
  CompiledCheck out = chart_check(data, {});
  out.judge = [keys](const Scope& scope, Judgements& said) {
    const std::optional<Key> key = keys.of(scope, "chart");
    if (!key) {
      (void)open_chart(keys, scope, said);
      return;
    }
    const Found<ChartFacts> found = find<ChartFacts>(scope, *key);
    if (found.value == nullptr) return say_absent(scope, found.absent, said);
    if (is_no_chart(scope, *found.value)) return (void)open_chart(keys, scope, said);
    const ChartScope chart(scope, *found.value);
    if (!found.value->other_type.empty()) {
      Judgement judgement = chart.whole();
      judgement.expected = "a Helm chart";
      judgement.found =
          "an artifact of type " + utf8::printable(found.value->other_type, limits::kQuotedBytes);
      said.push_back(std::move(judgement));
      return;
    }
    for (const Fault& fault : found.value->reading.faults) say_fault(chart, fault, said);
    if (found.value->reading.chart == nullptr && found.value->reading.faults.empty()) {
      undecided(chart.whole(), "no chart and no reason", said);
    }
  };
  return out;
}

}  // namespace portreeve::policies
