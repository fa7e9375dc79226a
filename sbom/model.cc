#include "sbom/model.h"

#include <algorithm>
#include <array>

#include "sbom/ref_hash.h"

namespace portreeve::sbom {
namespace {

// Enumerators count from zero, so that each table below is read by index.
template <class Enum, std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, Enum value) noexcept {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : std::string_view("?");
}

struct AlgorithmRow {
  std::string_view name;  ///< As CycloneDX spells it.
  std::size_t hex;
};
constexpr std::array<AlgorithmRow, 21> kAlgorithms = {{
    {"other", 0},          {"ADLER32", 8},       {"MD2", 32},       {"MD4", 32},
    {"MD5", 32},           {"MD6", 0},           {"SHA-1", 40},     {"SHA-224", 56},
    {"SHA-256", 64},       {"SHA-384", 96},      {"SHA-512", 128},  {"SHA3-224", 56},
    {"SHA3-256", 64},      {"SHA3-384", 96},     {"SHA3-512", 128}, {"BLAKE2b-256", 64},
    {"BLAKE2b-384", 96},   {"BLAKE2b-512", 128}, {"BLAKE3", 0},     {"Streebog-256", 64},
    {"Streebog-512", 128},
}};

}  // namespace

std::string_view Document::purl_of(const Component& c) const noexcept {
  for (const Identifier& identifier : identifiers_of(c)) {
    if (identifier.kind == IdentifierKind::purl) return identifier.text.view();
  }
  return {};
}

std::uint32_t Document::find(std::string_view ref) const noexcept {
  const std::uint64_t hash = ref_hash(ref);
  const auto by_ref = [&](const RefKey& key, std::string_view wanted) {
    if (key.hash != hash) return key.hash < hash;
    return components[key.component].ref.view() < wanted;
  };
  const auto found = std::lower_bound(refs.begin(), refs.end(), ref, by_ref);
  if (found == refs.end() || found->hash != hash) return kNowhere;
  return components[found->component].ref.view() == ref ? found->component : kNowhere;
}

std::size_t Document::footprint() const noexcept {
  const auto bytes = [](const auto& table) { return table.capacity() * sizeof(table[0]); };
  return bytes(components) + bytes(edges) + bytes(loose_ends) + bytes(licence_texts) +
         bytes(vulnerabilities) + bytes(annotations) + bytes(agents) + bytes(identifiers) +
         bytes(hashes) + bytes(licences) + bytes(links) + bytes(properties) + bytes(ratings) +
         bytes(affected) + bytes(refs);
}

std::string_view to_string(DefectKind kind) noexcept {
  constexpr std::array<std::string_view, 15> kNames = {
      "duplicate-id",    "dangling-reference", "repeated-dependency", "missing-primary",
      "null-entry",      "invalid-time",       "hash-length",         "contradiction",
      "missing-field",   "invalid-value",      "shared-name",         "invalid-purl",
      "invalid-licence", "unknown-member",     "undeclared-document"};
  return name_in(kNames, kind);
}

Gravity gravity_of(DefectKind kind) noexcept {
  switch (kind) {
    case DefectKind::duplicate_id:
    case DefectKind::dangling_reference:
    case DefectKind::invalid_time:
    case DefectKind::hash_length:
    case DefectKind::contradiction:
    case DefectKind::invalid_value:
    case DefectKind::invalid_purl:
    case DefectKind::invalid_licence:
      return Gravity::error;
    case DefectKind::repeated_dependency:
    case DefectKind::missing_primary:
    case DefectKind::missing_field:
    case DefectKind::null_entry:
    case DefectKind::shared_name:
    case DefectKind::unknown_member:
    case DefectKind::undeclared_document:
      return Gravity::warning;
  }
  return Gravity::error;
}

std::string_view to_string(Format format) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"spdx-2-json",    "spdx-2-tag-value",
                                                      "spdx-3-json-ld", "cyclonedx-json",
                                                      "cyclonedx-xml",  "syft-json"};
  return name_in(kNames, format);
}

Family family_of(Format format) noexcept {
  switch (format) {
    case Format::spdx2_json:
    case Format::spdx2_tag_value:
    case Format::spdx3_json:
      return Family::spdx;
    case Format::cyclonedx_json:
    case Format::cyclonedx_xml:
      return Family::cyclonedx;
    case Format::syft_json:
      return Family::syft;
  }
  return Family::spdx;
}

std::string_view to_string(AgentKind kind) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"unknown", "person", "organization", "tool"};
  return name_in(kNames, kind);
}

std::string_view to_string(IdentifierKind kind) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {"purl",  "cpe22",  "cpe23", "swid",
                                                      "swhid", "gitoid", "other"};
  return name_in(kNames, kind);
}

std::string_view to_string(HashAlgorithm algorithm) noexcept {
  return kAlgorithms[std::min<std::size_t>(static_cast<std::size_t>(algorithm), 20)].name;
}

std::size_t hex_digits(HashAlgorithm algorithm) noexcept {
  return kAlgorithms[std::min<std::size_t>(static_cast<std::size_t>(algorithm), 20)].hex;
}

std::string_view to_string(HashSubject subject) noexcept {
  constexpr std::array<std::string_view, 3> kNames = {"self", "distribution", "source"};
  return name_in(kNames, subject);
}

std::string_view to_string(LicenceRole role) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"declared", "concluded", "unstated",
                                                      "in-files", "evidence"};
  return name_in(kNames, role);
}

std::string_view to_string(LicenceForm form) noexcept {
  constexpr std::array<std::string_view, 3> kNames = {"expression", "id", "name"};
  return name_in(kNames, form);
}

std::string_view to_string(LinkKind kind) noexcept {
  constexpr std::array<std::string_view, 6> kNames = {"download", "source", "website",
                                                      "advisory", "bom",    "other"};
  return name_in(kNames, kind);
}

std::string_view to_string(Element element) noexcept {
  constexpr std::array<std::string_view, 3> kNames = {"package", "file", "service"};
  return name_in(kNames, element);
}

std::string_view to_string(Kind kind) noexcept {
  constexpr std::array<std::string_view, 23> kNames = {"unstated",
                                                       "application",
                                                       "framework",
                                                       "library",
                                                       "container",
                                                       "platform",
                                                       "operating-system",
                                                       "device",
                                                       "device-driver",
                                                       "firmware",
                                                       "file",
                                                       "archive",
                                                       "install",
                                                       "source",
                                                       "machine-learning-model",
                                                       "data",
                                                       "cryptographic-asset",
                                                       "service",
                                                       "executable",
                                                       "configuration",
                                                       "documentation",
                                                       "module",
                                                       "other"};
  return name_in(kNames, kind);
}

std::string_view to_string(Scope scope) noexcept {
  constexpr std::array<std::string_view, 4> kNames = {"unstated", "required", "optional",
                                                      "excluded"};
  return name_in(kNames, scope);
}

std::string_view to_string(Dependencies dependencies) noexcept {
  constexpr std::array<std::string_view, 5> kNames = {"unknown", "none", "listed", "incomplete",
                                                      "complete"};
  return name_in(kNames, dependencies);
}

std::string_view to_string(EdgeKind kind) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {
      "depends-on", "contains", "describes", "generates", "patches", "provides", "other"};
  return name_in(kNames, kind);
}

std::string_view to_string(EdgeScope scope) noexcept {
  constexpr std::array<std::string_view, 7> kNames = {
      "unstated", "runtime", "build", "development", "test", "optional", "provided"};
  return name_in(kNames, scope);
}

std::string_view to_string(LooseReason reason) noexcept {
  return reason == LooseReason::external ? "external" : "dangling";
}

std::string_view to_string(Gravity gravity) noexcept {
  return gravity == Gravity::error ? "error" : "warning";
}

}  // namespace portreeve::sbom
