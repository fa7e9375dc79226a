#pragma once

// The closed lists of the model (sbom/model.h), each with its names for reports and policies.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portreeve::sbom {

enum class Format : std::uint8_t {
  spdx2_json,
  spdx2_tag_value,
  spdx3_json,
  cyclonedx_json,
  cyclonedx_xml,
  syft_json,
};

enum class Family : std::uint8_t { spdx, cyclonedx, syft };

enum class AgentKind : std::uint8_t { unknown, person, organization, tool };

enum class IdentifierKind : std::uint8_t {
  purl,
  cpe22,
  cpe23,
  swid,
  swhid,
  gitoid /**< Also OmniBOR. */,
  other,
};

enum class HashAlgorithm : std::uint8_t {
  other,
  adler32,
  md2,
  md4,
  md5,
  md6,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  sha3_224,
  sha3_256,
  sha3_384,
  sha3_512,
  blake2b_256,
  blake2b_384,
  blake2b_512,
  blake3,
  streebog256,
  streebog512,
};

enum class HashSubject : std::uint8_t { self, distribution, source };

enum class LicenceRole : std::uint8_t {
  declared,   ///< By the authors of the component.
  concluded,  ///< By the author of the document.
  unstated,   ///< CycloneDX without acknowledgement: counts as both.
  in_files,   ///< SPDX licenseInfoFromFiles, licenseInfoInFiles.
  evidence,   ///< CycloneDX evidence.licenses.
};

enum class LicenceForm : std::uint8_t {
  expression,  ///< Meant to be an SPDX licence expression; not parsed here.
  id,          ///< One id of the SPDX licence list.
  name,        ///< Free text.
};

enum class LinkKind : std::uint8_t {
  download,  ///< Where the component itself can be had: downloadLocation, distribution.
  source,    ///< vcs, source-distribution, sourceInfo.
  website,
  advisory,
  bom /**< An SBOM of the component. */,
  other,
};

/// What stands in the list of components.
enum class Element : std::uint8_t { package, file, service };

enum class Kind : std::uint8_t {
  unstated,
  application,
  framework,
  library,
  container,
  platform,
  operating_system,
  device,
  device_driver,
  firmware,
  file,
  archive,
  install,
  source,
  machine_learning_model,
  data,
  cryptographic_asset,
  service,
  executable,
  configuration,
  documentation,
  module,
  other,
};

enum class Scope : std::uint8_t { unstated, required, optional, excluded };

/// What is known about the direct dependencies of a component.
enum class Dependencies : std::uint8_t {
  unknown,     ///< Nothing is said, or NOASSERTION.
  none,        ///< Said to have none (NONE; an empty dependsOn).
  listed,      ///< Some are listed; nothing says whether these are all.
  incomplete,  ///< Said to be incomplete.
  complete,    ///< Said to be all.
};

enum class EdgeKind : std::uint8_t {
  depends_on,
  contains,
  describes,
  generates,
  patches,
  provides,
  other,
};

enum class EdgeScope : std::uint8_t {
  unstated,
  runtime,
  build,
  development,
  test,
  optional,
  provided
};

enum class LooseReason : std::uint8_t {
  external,  ///< Names another document (DocumentRef-, import, BOM-Link). Not an error.
  dangling,  ///< Names nothing in this document.
};

enum class DefectKind : std::uint8_t {
  duplicate_id,         ///< Two elements with one SPDXID, spdxId or bom-ref, one in the inventory.
  dangling_reference,   ///< A reference to nothing.
  repeated_dependency,  ///< The same dependency twice in one list.
  missing_primary,      ///< Nothing says what the document is about.
  null_entry,           ///< null in a list of files.
  invalid_time,         ///< A time that is none.
  hash_length,          ///< A digest that has not the length of its algorithm.
  contradiction,        ///< Two fields that say different things about one fact.
  missing_field,        ///< A field that this version demands and that later ones do not.
  invalid_value,  ///< A value outside of what the specification allows, as an SPDXID with a blank.
  shared_name,    ///< Two CycloneDX elements beside the inventory with one bom-ref.
  invalid_purl,   ///< A purl that is none, whatever is repaired in it.
  invalid_licence,      ///< A licence expression that is none.
  unknown_member,       ///< A member or tag that the specification does not know.
  undeclared_document,  ///< DocumentRef- that the document does not declare.
};

enum class Gravity : std::uint8_t { error, warning };

// Stable lower-case names ("cyclonedx-json", "depends-on", "SHA-256", …) for reports.
/// Stable names ("duplicate-id"); policies tolerate defects by them.
std::string_view to_string(DefectKind kind) noexcept;
Gravity gravity_of(DefectKind kind) noexcept;
std::string_view to_string(Format format) noexcept;
std::string_view to_string(AgentKind kind) noexcept;
std::string_view to_string(IdentifierKind kind) noexcept;
std::string_view to_string(HashAlgorithm algorithm) noexcept;
std::string_view to_string(HashSubject subject) noexcept;
std::string_view to_string(LicenceRole role) noexcept;
std::string_view to_string(LicenceForm form) noexcept;
std::string_view to_string(LinkKind kind) noexcept;
std::string_view to_string(Element element) noexcept;
std::string_view to_string(Kind kind) noexcept;
std::string_view to_string(Scope scope) noexcept;
std::string_view to_string(Dependencies dependencies) noexcept;
std::string_view to_string(EdgeKind kind) noexcept;
std::string_view to_string(EdgeScope scope) noexcept;
std::string_view to_string(LooseReason reason) noexcept;
std::string_view to_string(Gravity gravity) noexcept;
Family family_of(Format format) noexcept;
/// Digits of a hexadecimal digest; 0: not fixed or not known.
std::size_t hex_digits(HashAlgorithm algorithm) noexcept;

}  // namespace portreeve::sbom
