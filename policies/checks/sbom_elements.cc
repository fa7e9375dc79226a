// Checks of minimum elements: what the SBOM states, and for how many of its components.

#include "sbom/profile.h"

#include <algorithm>

#include "policies/checks/sbom_checks.h"

namespace portreeve::policies {
namespace {

constexpr std::pair<std::string_view, sbom::ProfileScope> kScopes[] = {
    {"root", sbom::ProfileScope::root},
    {"direct", sbom::ProfileScope::direct},
    {"all", sbom::ProfileScope::all}};

Result<std::vector<sbom::ProfileField>> read_fields(Fields& with) {
  PORTREEVE_TRY(const std::string id, with.maybe_text("profile"));
  PORTREEVE_TRY(const std::vector<std::string> names, with.maybe_texts("fields"));
  if (id.empty() == names.empty()) {
    return with.error(with.object(), "expected one of profile, fields");
  }
  if (!id.empty()) {
    const sbom::Profile* const profile = sbom::find_profile(id);
    if (profile != nullptr) return profile->fields;
    std::string known;
    for (const sbom::Profile& one : sbom::profiles()) known += (known.empty() ? "" : ", ") + one.id;
    return with.error(with.object()["profile"],
                      "expected one of " + known + "; found \"" + id + "\"");
  }
  std::vector<sbom::ProfileField> out;
  for (const std::string& name : names) {
    const auto& known = sbom::profile_fields();
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      return with.error(with.object()["fields"], "there is no field \"" + name + "\"");
    }
    out.push_back({name, name});
  }
  return out;
}

void judge_coverage(const std::vector<sbom::ProfileField>& fields, sbom::ProfileScope scope,
                    double least, const SbomView& view, SbomProblems& out) {
  const sbom::Graph graph = sbom::Graph::of(view.document);
  const sbom::Coverage coverage =
      sbom::cover(fields, view.inventory, graph, scope, view.fact.is_signed());
  for (const sbom::FieldCoverage& row : coverage.fields) {
    if (row.percent() >= least) continue;
    std::string found =
        "stated for " + std::to_string(row.stated) + " of " + std::to_string(row.total);
    if (row.field->field.substr(0, 9) == "document.") found = "the document does not state it";
    if (!row.missing.empty()) found += "; not for " + view.inventory.label(row.missing.front());
    std::string wanted = row.field->name;
    if (least < 100) wanted += " for at least " + std::to_string(static_cast<int>(least)) + " %";
    out.violation(std::move(wanted), std::move(found));
  }
}

}  // namespace

/// SB08
Result<CompiledCheck> compile_sbom_elements(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(auto fields, read_fields(with));
  PORTREEVE_TRY(const auto least, maybe_percent(with, "least"));
  sbom::ProfileScope scope = sbom::ProfileScope::all;
  if (const Value components = with.take("components"); components.present()) {
    PORTREEVE_TRY(scope, read_word(with.source(), components, kScopes));
  }
  return compile_sbom_check(with, data,
                            [fields, scope, least](const SbomView& view, SbomProblems& out) {
                              judge_coverage(fields, scope, least.value_or(100), view, out);
                            });
}

/// SB09
Result<CompiledCheck> compile_sbom_quota(Fields& with, const DataSet& data) {
  PORTREEVE_TRY(const std::string field, with.need_text("field"));
  PORTREEVE_TRY(const auto most, maybe_percent(with, "missing"));
  const auto& known = sbom::profile_fields();
  if (std::find(known.begin(), known.end(), field) == known.end() ||
      field.substr(0, 9) == "document.") {
    return with.error(with.object()["field"], "there is no field of components \"" + field + "\"");
  }
  if (!most) return with.error(with.object(), "missing: expected a percentage, 0 to 100");
  const std::vector<sbom::ProfileField> fields = {{field, field}};
  return compile_sbom_check(with, data, [fields, most](const SbomView& view, SbomProblems& out) {
    judge_coverage(fields, sbom::ProfileScope::all, 100 - *most, view, out);
  });
}

}  // namespace portreeve::policies
