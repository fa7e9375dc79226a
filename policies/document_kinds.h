#pragma once

// What stands under `spec` of our own kinds besides Policy and Data: one table, from which
// `portreeve explain KIND`, the tables of the docs and the JSON Schema for editors are made. A test
// holds it against what the readers take.

#include <span>
#include <string>
#include <string_view>

namespace portreeve::policies {

struct DocumentField {
  std::string_view name;     ///< "serves"
  std::string_view meaning;  ///< Values, effect and default; one or more sentences without line ends.
  std::string_view shape;    ///< JSON Schema of the value, an object.
  bool required = false;
};

struct DocumentKind {
  std::string_view name;     ///< "Registry"
  std::string_view meaning;  ///< What a document of it says.
  std::span<const DocumentField> fields;
  std::string_view constraint = "";  ///< Further members of the JSON Schema: "\"oneOf\": […]".
  std::string_view more = "";        ///< What else to read.
};

/// ArtifactRule, Authority, Registry, Waiver, Config; Policy and Data without fields, for these have
/// a language of their own.
std::span<const DocumentKind> document_kinds();

/// For a terminal: every field, what it means and its default.
std::string document_text(const DocumentKind& kind);
/// One table for each kind with fields, as docs/policy-language.md holds them (a test compares).
std::string document_markdown();
/// The members of "$defs" of the JSON Schema, one for each kind with fields, separated by commas.
std::string document_json_schema();

}  // namespace portreeve::policies
