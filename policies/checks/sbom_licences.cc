// Checks of licences: each component's expression against what is allowed, denied or odd.

#include <algorithm>
#include <set>

#include "core/limits.h"
#include "core/utf8.h"
#include "policies/checks/sbom_checks.h"
#include "sbom/licence_expression.h"
#include "sbom/licence_list.h"
#include "sbom/licence_rules.h"

namespace portreeve::policies {
namespace {

using sbom::LicenceExpression;
using sbom::LicenceLeaf;

enum class WhichLicence { concluded, declared, both, prefer_concluded };
constexpr std::pair<std::string_view, WhichLicence> kWhich[] = {
    {"concluded", WhichLicence::concluded},
    {"declared", WhichLicence::declared},
    {"both", WhichLicence::both},
    {"prefer-concluded", WhichLicence::prefer_concluded}};

enum class Unknown { deny, warn, allow };
constexpr std::pair<std::string_view, Unknown> kUnknown[] = {
    {"deny", Unknown::deny}, {"warn", Unknown::warn}, {"unsafe-allow", Unknown::allow}};

/// What the licence checks share.
struct LicenceParameters {
  sbom::LicenceSet set;
  sbom::LicenceExceptions exceptions;
  WhichLicence which = WhichLicence::prefer_concluded;
  Unknown unknown = Unknown::deny;
  bool any_of_list = false;
};

Outcome read_exceptions(Fields& with, sbom::LicenceExceptions& out) {
  const Value value = with.take("exceptions");
  if (!value.present()) return Done{};
  if (value.is_string() && value.text() == "any") {
    out.any = true;
    return Done{};
  }
  PORTREEVE_TRY(const std::vector<std::string> ids, read_texts(with.source(), value, "exceptions"));
  for (const std::string& id : ids) {
    const sbom::ListedException* const listed = sbom::find_exception(id);
    if (listed == nullptr)
      return with.error(value, "\"" + id + "\" is no exception of the SPDX list");
    out.ids.insert(listed->id);
  }
  return Done{};
}

Result<LicenceParameters> read_parameters(Fields& with, std::string_view key) {
  LicenceParameters out;
  PORTREEVE_TRY(const std::vector<std::string> entries, with.maybe_texts(key));
  if (entries.empty()) return with.error(with.object(), std::string(key) + ": names no licence");
  Result<sbom::LicenceSet> set = sbom::LicenceSet::compile(entries);
  if (!set.ok()) return with.error(with.object()[key], set.error().message);
  out.set = std::move(set).value();
  PORTREEVE_CHECK(read_exceptions(with, out.exceptions));
  if (const Value which = with.take("of"); which.present()) {
    PORTREEVE_TRY(out.which, read_word(with.source(), which, kWhich));
  }
  if (const Value unknown = with.take("unknown"); unknown.present()) {
    PORTREEVE_TRY(out.unknown, read_word(with.source(), unknown, kUnknown));
  }
  PORTREEVE_TRY(out.any_of_list, with.maybe_bool("unsafe-any-of-list", false));
  return out;
}

LicenceExpression read_licence(const sbom::Licence& licence) {
  if (licence.text.state() == sbom::Stated::none) return LicenceExpression::read("NONE");
  if (!licence.text.has_value()) return LicenceExpression::read("NOASSERTION");
  if (licence.form == sbom::LicenceForm::name)
    return LicenceExpression::free_text(licence.text.view());
  return LicenceExpression::read(licence.text.view());
}

/// The expression of one role; several entries are all meant (sbom.md §1.1). Nothing: not stated.
std::optional<LicenceExpression> expression_of(const SbomView& view,
                                               const sbom::Component& component,
                                               sbom::LicenceRole role, bool any) {
  std::vector<LicenceExpression> parts;
  for (const sbom::Licence& licence : view.document.licences_of(component)) {
    if (licence.role != role && licence.role != sbom::LicenceRole::unstated) continue;
    if (licence.text.absent()) continue;
    parts.push_back(read_licence(licence));
  }
  if (parts.empty()) return std::nullopt;
  return any ? LicenceExpression::any_of(std::move(parts))
             : LicenceExpression::all_of(std::move(parts));
}

bool says_something(const std::optional<LicenceExpression>& expression) {
  return expression && !(expression->leaves().size() == 1 &&
                         expression->leaves()[0].kind == LicenceLeaf::Kind::no_assertion);
}

std::vector<LicenceExpression> expressions_of(const SbomView& view,
                                              const sbom::Component& component, WhichLicence which,
                                              bool any) {
  auto concluded = expression_of(view, component, sbom::LicenceRole::concluded, any);
  auto declared = expression_of(view, component, sbom::LicenceRole::declared, any);
  std::vector<LicenceExpression> out;
  const LicenceExpression silent = LicenceExpression::read("NOASSERTION");
  if (which == WhichLicence::prefer_concluded) {
    out.push_back(says_something(concluded) ? *concluded
                                            : declared.value_or(concluded.value_or(silent)));
    return out;
  }
  if (which != WhichLicence::declared) out.push_back(concluded.value_or(silent));
  if (which != WhichLicence::concluded) out.push_back(declared.value_or(silent));
  return out;
}

using LeafJudge = LicenceExpression::Judge;

void judge_expression(const std::string& wanted, const LicenceExpression& expression,
                      const std::vector<const LicenceLeaf*>& deciding, std::optional<bool> value,
                      Unknown unknown, const std::string& label, SbomProblems& out) {
  if (value == true) return;
  std::string leaves;
  for (const LicenceLeaf* const leaf : deciding) {
    if (leaves.size() > 200) break;
    leaves += (leaves.empty() ? "" : ", ") + utf8::printable(sbom::to_string(*leaf), 80);
  }
  const std::string text = utf8::printable(expression.text(), limits::kQuotedBytes);
  std::string found = label + ": " + text;
  if (!leaves.empty() && leaves != text) found += " (" + leaves + ")";
  if (value == false) return out.violation(wanted, std::move(found));
  found += ", of which nobody knows what it is";
  switch (unknown) {
    case Unknown::deny:
      return out.violation(wanted, std::move(found));
    case Unknown::warn:
      return out.advice(wanted, std::move(found));
    case Unknown::allow:
      return;
  }
}

std::vector<const LicenceLeaf*> failing_leaves(const LicenceExpression& expression,
                                               const LeafJudge& judge) {
  std::vector<const LicenceLeaf*> out;
  for (const LicenceLeaf& leaf : expression.leaves()) {
    if (judge(leaf) != true) out.push_back(&leaf);
  }
  return out;
}

/// Occurring anywhere: every leaf is asked.
std::optional<bool> every_leaf(const LicenceExpression& expression, const LeafJudge& judge) {
  std::optional<bool> out = true;
  for (const LicenceLeaf& leaf : expression.leaves()) {
    const auto one = judge(leaf);
    if (one == false) return false;
    if (!one) out = std::nullopt;
  }
  return out;
}

}  // namespace

/// SB11
Result<CompiledCheck> compile_sbom_licence_allow(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(LicenceParameters read, read_parameters(with, "allow"));
  const auto parameters = std::make_shared<const LicenceParameters>(std::move(read));
  return compile_sbom_check(with, data, [parameters](const SbomView& view, SbomProblems& out) {
    const LeafJudge judge = [&](const LicenceLeaf& leaf) {
      return sbom::licence_allowed(leaf, parameters->set, parameters->exceptions);
    };
    for (const std::uint32_t at : view.inventory.packages()) {
      for (const LicenceExpression& expression : expressions_of(
               view, view.document.components[at], parameters->which, parameters->any_of_list)) {
        judge_expression("a licence that is allowed", expression, expression.deciding(judge),
                         expression.evaluate(judge), parameters->unknown, view.inventory.label(at),
                         out);
      }
    }
  });
}

/// SB12
Result<CompiledCheck> compile_sbom_licence_deny(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(LicenceParameters read, read_parameters(with, "deny"));
  PORTREEVE_TRY(const bool anywhere, with.maybe_bool("anywhere", false));
  const auto parameters = std::make_shared<const LicenceParameters>(std::move(read));
  return compile_sbom_check(
      with, data, [parameters, anywhere](const SbomView& view, SbomProblems& out) {
        const LeafJudge judge = [&](const LicenceLeaf& leaf) {
          return sbom::licence_not_denied(leaf, parameters->set, parameters->exceptions, anywhere);
        };
        for (const std::uint32_t at : view.inventory.packages()) {
          for (const LicenceExpression& expression :
               expressions_of(view, view.document.components[at], parameters->which,
                              parameters->any_of_list)) {
            judge_expression(
                anywhere ? "no licence that is denied" : "a way around the denied licences",
                expression,
                anywhere ? failing_leaves(expression, judge) : expression.deciding(judge),
                anywhere ? every_leaf(expression, judge) : expression.evaluate(judge),
                parameters->unknown, view.inventory.label(at), out);
          }
        }
      });
}

namespace {

enum class Oddity { unknown_id, deprecated, dangling, free_text, not_osi, not_fsf, silent };
constexpr std::pair<std::string_view, Oddity> kOddities[] = {
    {"unknown-id", Oddity::unknown_id},
    {"deprecated-id", Oddity::deprecated},
    {"dangling-reference", Oddity::dangling},
    {"free-text", Oddity::free_text},
    {"not-osi", Oddity::not_osi},
    {"not-fsf", Oddity::not_fsf},
    {"unstated", Oddity::silent}};

/// The licences that a document says itself, sorted: each reference is looked up, and there may be
/// as many of the one as of the other.
std::vector<std::string_view> defined_licences(const sbom::Document& document) {
  std::vector<std::string_view> out;
  out.reserve(document.licence_texts.size());
  for (const sbom::LicenceText& text : document.licence_texts) out.push_back(text.id.view());
  std::sort(out.begin(), out.end());
  return out;
}

bool odd(const std::vector<std::string_view>& defined, const LicenceLeaf& leaf, Oddity oddity) {
  const bool listed = leaf.kind == LicenceLeaf::Kind::listed;
  const sbom::ListedLicence* const row = listed ? sbom::find_licence(leaf.id) : nullptr;
  switch (oddity) {
    case Oddity::unknown_id:
      return leaf.kind == LicenceLeaf::Kind::unlisted || !leaf.exception_listed;
    case Oddity::deprecated:
      return leaf.deprecated;
    case Oddity::dangling:
      return leaf.kind == LicenceLeaf::Kind::reference && leaf.id.substr(0, 12) != "DocumentRef-" &&
             !std::binary_search(defined.begin(), defined.end(), leaf.id);
    case Oddity::free_text:
      return leaf.kind == LicenceLeaf::Kind::free_text;
    case Oddity::not_osi:
      return row != nullptr && !row->osi;
    case Oddity::not_fsf:
      return row != nullptr && !row->fsf;
    case Oddity::silent:
      return leaf.kind == LicenceLeaf::Kind::no_assertion || leaf.kind == LicenceLeaf::Kind::none;
  }
  return false;
}

}  // namespace

/// SB13
Result<CompiledCheck> compile_sbom_licence_hygiene(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const Value list, with.maybe("report", ValueType::array));
  std::vector<std::pair<std::string, Oddity>> wanted;
  for (const Value entry : list) {
    PORTREEVE_TRY(const Oddity oddity, read_word(with.source(), entry, kOddities));
    wanted.emplace_back(entry.text(), oddity);
  }
  if (wanted.empty()) {
    wanted = {{"unknown-id", Oddity::unknown_id},
              {"deprecated-id", Oddity::deprecated},
              {"dangling-reference", Oddity::dangling},
              {"free-text", Oddity::free_text}};
  }
  return compile_sbom_check(with, data, [wanted](const SbomView& view, SbomProblems& out) {
    const std::vector<std::string_view> defined = defined_licences(view.document);
    for (const std::uint32_t at : view.inventory.packages()) {
      for (const sbom::Licence& licence : view.document.licences_of(view.document.components[at])) {
        if (licence.text.absent() || licence.role == sbom::LicenceRole::in_files) continue;
        const LicenceExpression expression = read_licence(licence);
        for (const LicenceLeaf& leaf : expression.leaves()) {
          for (const auto& [word, oddity] : wanted) {
            if (!odd(defined, leaf, oddity)) continue;
            out.violation("licences of the SPDX list, well stated",
                          word + ": " + utf8::printable(leaf.written, 120) + " of " +
                              view.inventory.label(at));
          }
        }
      }
    }
  });
}

}  // namespace portreeve::policies
