#include "sbom/read.h"

#include <string_view>

#include "core/json_cursor.h"
#include "core/limits.h"
#include "sbom/readers.h"

namespace portreeve::sbom {
namespace {

// What the outermost object says that it is.
struct Claims {
  bool spdx2 = false;
  bool spdx3 = false;
  bool cyclonedx = false;
  bool artifacts = false;
  bool schema = false;
  bool syft() const noexcept { return artifacts && schema; }
  int count() const noexcept { return int{spdx2} + int{spdx3} + int{cyclonedx} + int{syft()}; }
};

bool spdx_context(json::Cursor& cursor, Claims& claims) {
  const auto one = [&] {
    json::StringToken token;
    if (cursor.peek() != ValueType::string) return cursor.skip();
    if (!cursor.string(token)) return false;
    claims.spdx3 = claims.spdx3 || token.text.find("spdx.org/rdf/") != std::string_view::npos;
    return true;
  };
  if (cursor.peek() != ValueType::array) return one();
  cursor.enter_array();
  while (cursor.next_element()) {
    if (!one()) return false;
  }
  return cursor.ok();
}

// Looks at the members of the outermost object up to the first one that only one format has. A
// second claim behind it is refused by that format's reader.
bool claims_of(json::Cursor& cursor, Claims& claims) {
  std::string_view key;
  if (!cursor.enter_object()) return false;
  while (cursor.next_key(key)) {
    claims.spdx2 = claims.spdx2 || key == "spdxVersion";
    claims.cyclonedx = claims.cyclonedx || key == "bomFormat";
    claims.artifacts = claims.artifacts || key == "artifacts";
    claims.schema = claims.schema || key == "schema";
    if (claims.spdx2 || claims.cyclonedx) return true;
    const bool good = key == "@context" ? spdx_context(cursor, claims) : cursor.skip();
    if (!good) return false;
    if (claims.spdx3) return true;
  }
  return cursor.ok();
}

Error expected_format(std::string_view found) {
  return {Errc::malformed,
          "line 1 column 1: expected exactly one of SPDX 2 (\"spdxVersion\"), SPDX 3 "
          "(\"@context\"), CycloneDX (\"bomFormat\"), Syft (\"artifacts\", \"schema\"), "
          "found " +
              std::string(found)};
}

Result<DocumentPtr> read_json(const SourceBytes& bytes, MemoryBudget* budget) {
  json::Cursor cursor(*bytes, sbom_limits());
  Claims claims;
  if (!cursor.ok() || !claims_of(cursor, claims)) return cursor.error();
  if (claims.count() != 1) return expected_format(claims.count() == 0 ? "none" : "several");
  if (claims.spdx2) return read_spdx2_json(bytes, budget);
  if (claims.spdx3) return read_spdx3(bytes, budget);
  if (claims.cyclonedx) return read_cyclonedx_json(bytes, budget);
  return read_syft(bytes, budget);
}

bool begins(std::string_view text, std::string_view with) noexcept {
  return text.substr(0, with.size()) == with;
}

}  // namespace

Result<DocumentPtr> read(SourceBytes bytes, std::size_t most, MemoryBudget* budget) {
  if (bytes->size() > most) {
    return Error{Errc::limit,
                 std::to_string(bytes->size()) + " bytes, limit is " + std::to_string(most)};
  }
  std::string_view text = *bytes;
  if (begins(text, "\xEF\xBB\xBF")) {
    return Error{Errc::malformed, "line 1 column 1: byte order mark before the document"};
  }
  if (begins(text, "\xFE\xFF") || begins(text, "\xFF\xFE") ||
      begins(text, std::string_view("{\0", 2)) || begins(text, std::string_view("\0{", 2))) {
    return Error{Errc::malformed, "line 1 column 1: expected UTF-8, found UTF-16"};
  }
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return Error{Errc::malformed, "line 1 column 1: empty"};
  if (text[first] == '{') return read_json(bytes, budget);
  if (text[first] == '<') return read_cyclonedx_xml(bytes, budget);
  if (text.find("SPDXVersion:") != std::string_view::npos)
    return read_spdx2_tag_value(bytes, budget);
  return expected_format("no JSON object, no XML and no \"SPDXVersion:\"");
}

Result<DocumentPtr> read(std::string bytes, std::size_t most, MemoryBudget* budget) {
  return read(std::make_shared<const std::string>(std::move(bytes)), most, budget);
}

}  // namespace portreeve::sbom
