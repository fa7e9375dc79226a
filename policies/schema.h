#pragma once

// The policy language described from the tables that the loader itself reads by: check_types(),
// kPredicateTypes, kValueForms.

#include <string>

namespace portreeve::policies {

/// For a terminal.
std::string language_text();
/// The three tables, as docs/policy-language.md holds them (a test compares).
std::string language_markdown();
/// JSON Schema 2020-12 of one document of kind Policy, Data, Waiver or Config, for editors.
std::string language_json_schema();

}  // namespace portreeve::policies
