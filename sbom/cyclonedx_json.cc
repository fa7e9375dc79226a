// CycloneDX 1.2 to 1.7 as JSON. Validity needs whole values (alternatives, lists of different
// elements), so that this one format is read into a tree: 16 bytes a value, given back afterwards.

#include "core/json_cursor.h"
#include "sbom/cyclonedx.h"
#include "sbom/json_schema.h"
#include "sbom/readers.h"

namespace portreeve::sbom {

Result<int> cyclonedx_minor(std::string_view version) {
  if (version.size() == 3 && version.substr(0, 2) == "1." && version[2] >= '2' &&
      version[2] <= '7') {
    return version[2] - '0';
  }
  return Error{Errc::unsupported, "specVersion: expected 1.2 to 1.7, found " + quoted(version)};
}

Outcome check_cyclonedx(const Value& root, int minor) {
  JsonSchema::Violation violation;
  if (cyclonedx_schema(minor).valid(root, violation)) return Done{};
  const Position position = violation.value.position();
  return Error{violation.code, "line " + std::to_string(position.line) + " column " +
                                   std::to_string(position.column) + ": " + violation.message};
}

Result<DocumentPtr> read_cyclonedx_json(SourceBytes bytes, MemoryBudget* budget) {
  json::Cursor cursor(*bytes, sbom_limits());
  DocumentBuilder builder(bytes, sbom_limits(), budget);
  if (!cursor.ok() || !cursor.copy(builder) || !cursor.finish()) return cursor.error();
  PORTREEVE_TRY(portreeve::DocumentPtr tree, builder.finish());
  const Value root = tree->root();
  if (!root["specVersion"].is_string()) {
    return Error{Errc::malformed, "line 1 column 1: CycloneDX without \"specVersion\""};
  }
  PORTREEVE_TRY(const int minor, cyclonedx_minor(root["specVersion"].text()));
  PORTREEVE_CHECK(check_cyclonedx(root, minor));
  Draft draft(bytes, Format::cyclonedx_json, budget);
  draft.document().spec_version = Text(draft.keep(root["specVersion"].text()));
  fill_cyclonedx(root, draft);
  return draft.finish();
}

}  // namespace portreeve::sbom
