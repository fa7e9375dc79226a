#pragma once

// The closed list of checks. Adding one is: a file in checks/, a row in check.cc.

#include <string_view>
#include <vector>

#include "core/result.h"
#include "policies/data.h"
#include "policies/evidence.h"
#include "policies/expression.h"
#include "policies/judgement.h"
#include "policies/path.h"
#include "policies/reader.h"

namespace portreeve::policies {

/// A check with its parameters read.
struct CompiledCheck {
  Judge judge;
  Needs needs{};  ///< Empty function: reads no evidence.
  std::vector<SignatureAsk> asks{};  ///< What the keys of `needs` refer to by id.
  bool about_artifact = false;     ///< Judges Scope::artifact: needs match.artifacts.
  bool about_chart = false;        ///< Judges a chart: needs match.artifacts or match.paths.
};

/// One parameter, for the documentation and the JSON Schema for editors.
struct Parameter {
  std::string_view name;
  std::string_view shape;  ///< JSON Schema.
  std::string_view meaning;
  bool required = false;
};

/// One row of the table of checks.
struct CheckType {
  std::string_view name;
  std::string_view meaning;
  std::vector<Parameter> parameters;
  /// Reads and finishes `with`. Errors: misconfigured.
  Result<CompiledCheck> (*compile)(Fields& with, const DataSet& data);
};

/// All checks, in the order of the documentation.
const std::vector<CheckType>& check_types();
/// Those about charts, which are the last of them.
std::vector<CheckType> chart_check_types();

Result<CompiledCheck> compile_field(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_name(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_terms(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_transition(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_known_fields(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_blueprint_graph(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_signature(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_attestation(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_images(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_artifact_reference(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_readable(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_hollow(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_annotations(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_subcharts(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_toggles(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_lockstep(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_payload_size(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_images(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_chart_smoke_render(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_schema(Fields& with, const DataSet& data);

/// Reads a path parameter. Errors: misconfigured.
Result<Path> need_path(Fields& fields, std::string_view key);
Result<std::vector<Path>> maybe_paths(Fields& fields, std::string_view key);
/// The values that the paths select; what is absent is left out.
std::vector<Value> select_present(const std::vector<Path>& paths, const Scope& scope,
                                  const std::vector<Value>& excluded);

}  // namespace portreeve::policies
