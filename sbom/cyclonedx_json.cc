// CycloneDX 1.2 to 1.7 as JSON. Validity needs whole values (alternatives, lists of different
// elements), so that this one format is read into a tree: 16 bytes a value, given back afterwards.

#include <algorithm>

#include "core/json_cursor.h"
#include "core/limits.h"
#include "sbom/cyclonedx.h"
#include "sbom/json_schema.h"
#include "sbom/readers.h"

namespace portreeve::sbom {
namespace {

Error at(const Value& value, Errc code, const std::string& message) {
  const Position position = value.position();
  return {code, "line " + std::to_string(position.line) + " column " +
                    std::to_string(position.column) + ": " + message};
}

}  // namespace

Result<int> cyclonedx_minor(std::string_view version) {
  if (version.size() == 3 && version.substr(0, 2) == "1." && version[2] >= '2' &&
      version[2] <= '7') {
    return version[2] - '0';
  }
  return Error{Errc::unsupported, "specVersion: expected 1.2 to 1.7, found " + quoted(version)};
}

Outcome check_cyclonedx_texts(const Value& root) {
  Outcome outcome = Done{};
  root.for_each_scalar({}, [&](const Value& value) {
    if (!outcome.ok() || !value.is_string()) return;
    const std::string_view key = value.key().text();
    const std::string_view text = value.text();
    const std::size_t most =
        key == "content" ? limits::kSbomLicenceTextBytes : limits::kSbomTextBytes;
    if (text.size() > most) {
      outcome =
          at(value, Errc::limit,
             "text of " + std::to_string(text.size()) + " bytes, limit is " + std::to_string(most));
    }
    if (key != "bom-ref" && key != "ref" && key != "purl" && key != "cpe") return;
    if (std::any_of(text.begin(), text.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; })) {
      outcome = at(value, Errc::malformed, "control character in an identifier: " + quoted(text));
    }
  });
  return outcome;
}

Outcome check_cyclonedx(const Value& root, int minor) {
  PORTREEVE_CHECK(check_cyclonedx_texts(root));
  JsonSchema::Violation violation;
  if (cyclonedx_schema(minor).valid(root, violation)) return Done{};
  return at(violation.value, violation.code, violation.message);
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
