#pragma once

// The checks sbom-*; docs/sbom.md maps them to the numbers SB01 to SB30.

#include "policies/sbom_check.h"

namespace portreeve::policies {

Result<CompiledCheck> compile_sbom_present(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_valid(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_bound(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_fresh(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_tool(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_author(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_lifecycle(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_elements(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_quota(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_size(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_no_vulnerabilities(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_placeholder(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_licence_allow(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_licence_deny(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_licence_hygiene(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_package_deny(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_package_allow(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_required(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_chart_complete(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_content(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_hashes(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_identifiers(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_graph(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_duplicates(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_supplier(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_properties(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_end_of_life(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_drift(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_sbom_agreement(Fields& with, const DataSet& data);
Result<CompiledCheck> compile_vulnerabilities(Fields& with, const DataSet& data);

}  // namespace portreeve::policies
