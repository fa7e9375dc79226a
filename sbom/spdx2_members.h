#pragma once

// Which members the objects of SPDX 2 JSON have and what stands in them, by the JSON schema of SPDX
// 2.3.1: for those that the model leaves out, and for telling an unknown member from a misspelt
// one.

#include <cstdint>
#include <string_view>
#include <vector>

#include "sbom/json_fields.h"

namespace portreeve::sbom {

enum class Spdx2Object : std::uint8_t {
  document,
  creation_info,
  package,
  file,
  snippet,
  range,
  pointer,
  annotation,
  review,
  extracted_licence,
  cross_reference,
  external_reference,
  external_document,
  checksum,
  verification_code,
  relationship,
};

struct Spdx2Member;  ///< What stands in a member of one of them.

class Spdx2Members {
 public:
  explicit Spdx2Members(JsonFields& fields) : fields_(fields) {}

  /// Takes the value of a member that the reader does not keep. Refused: another type of value, a
  /// required member that is missing, a name that differs from a known one in case only. A name
  /// that nobody knows is a defect. False after an error.
  bool other(Spdx2Object object, std::string_view key);
  /// A whole object that the reader does not keep.
  bool whole(Spdx2Object object);
  /// "DocumentRef-…" of every externalDocumentRefs[], in order.
  const std::vector<std::string_view>& documents() const noexcept { return documents_; }

 private:
  bool unknown(Spdx2Object object, std::string_view key);
  bool value(const Spdx2Member& row);
  bool word(const Spdx2Member& row);

  JsonFields& fields_;
  std::vector<std::string_view> documents_;
};

/// "DocumentRef-" and letters, digits, '.', '-', '+'.
bool valid_spdx2_document_ref(std::string_view text) noexcept;
/// "LicenseRef-" and letters, digits, '.', '-'.
bool valid_spdx2_licence_ref(std::string_view text) noexcept;

}  // namespace portreeve::sbom
