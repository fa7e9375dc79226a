#pragma once

// JSON Schema draft-07, as much of it as the schemas of CycloneDX use; compile() refuses a keyword
// it does not know, so that nothing is silently not checked. For schemas that we ship, not for
// others'.
//
// policies/schema_validator.h is the judge of schemas that somebody else wrote. It is three-valued,
// steps are budgeted, and it says what is undecided; here a schema is known when the program is
// built, compiled once, and judges a million components at a time, to valid or to the one reason
// why not. sbom/ includes core/ alone, so neither could lie with the other.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/value.h"

namespace portreeve::sbom {

/// Immutable, safe from many threads.
class JsonSchema {
 public:
  struct File {
    std::string_view name;  ///< As a $ref names it.
    std::string_view text;
  };
  /// The schema `files[0]`; the others are there to be referred to. Errors: internal.
  static Result<JsonSchema> compile(const std::vector<File>& files);
  ~JsonSchema();
  JsonSchema(JsonSchema&&) noexcept;

  struct Violation {
    Value value;          ///< That is wrong; its position is the message's.
    std::string message;  ///< "components[3].hashes[0].content: expected …, found …"
    Errc code = Errc::malformed;
  };
  /// Whether `value` is valid; if not, `violation` is the one that lies deepest. A list whose
  /// elements must differ and do not is refused, except a list of dependencies: real tools repeat
  /// those. Time: linear in the document, but for alternatives; bounded by a number of steps
  /// (limit).
  bool valid(const Value& value, Violation& violation) const;

 private:
  struct Node;
  struct Compiler;
  struct Judge;
  JsonSchema();
  std::vector<std::unique_ptr<Node>> nodes_;
  const Node* root_ = nullptr;
  std::vector<DocumentPtr> documents_;  ///< Texts in nodes point here.
};

/// The schema of CycloneDX 1.`minor`, 2 to 7; compiled when first asked for.
const JsonSchema& cyclonedx_schema(int minor);
/// The files in sbom/schema/, compiled in.
std::vector<JsonSchema::File> embedded_schemas();

}  // namespace portreeve::sbom
