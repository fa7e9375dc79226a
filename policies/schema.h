#pragma once

// The policy language described from the tables that the loader itself reads by: check_types(),
// kPredicateTypes, kValueForms; and our other kinds from document_kinds().

#include <string>

namespace portreeve::policies {

/// For a terminal.
std::string language_text();
/// The tables, as docs/policy-language.md holds them (a test compares).
std::string language_markdown();
/// JSON Schema 2020-12 of one document of any of our kinds, for editors.
std::string language_json_schema();

}  // namespace portreeve::policies
