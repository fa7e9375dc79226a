#include "sbom/spdx_words.h"

#include <algorithm>
#include <array>

namespace portreeve::sbom {
namespace {

using K = EdgeKind;
using S = EdgeScope;

// Most frequent first: large documents repeat few of them.
constexpr RelationshipMeaning kSpdx2Relationships[] = {
    {"CONTAINS", K::contains},
    {"DEPENDENCY_OF", K::depends_on, true},
    {"DEPENDS_ON", K::depends_on},
    {"OTHER", K::other},
    {"DESCRIBES", K::describes},
    {"DESCRIBED_BY", K::describes, true},
    {"CONTAINED_BY", K::contains, true},
    {"HAS_PREREQUISITE", K::depends_on},
    {"STATIC_LINK", K::depends_on},
    {"DYNAMIC_LINK", K::depends_on},
    {"PREREQUISITE_FOR", K::depends_on, true},
    {"BUILD_DEPENDENCY_OF", K::depends_on, true, S::build},
    {"BUILD_TOOL_OF", K::depends_on, true, S::build},
    {"DEV_DEPENDENCY_OF", K::depends_on, true, S::development},
    {"DEV_TOOL_OF", K::depends_on, true, S::development},
    {"TEST_DEPENDENCY_OF", K::depends_on, true, S::test},
    {"TEST_TOOL_OF", K::depends_on, true, S::test},
    {"OPTIONAL_DEPENDENCY_OF", K::depends_on, true, S::optional},
    {"PROVIDED_DEPENDENCY_OF", K::depends_on, true, S::provided},
    {"RUNTIME_DEPENDENCY_OF", K::depends_on, true, S::runtime},
    {"OPTIONAL_COMPONENT_OF", K::contains, true, S::optional},
    {"PACKAGE_OF", K::contains, true},
    {"EXPANDED_FROM_ARCHIVE", K::contains, true},
    {"FILE_ADDED", K::other, true},
    {"FILE_DELETED", K::other, true},
    {"FILE_MODIFIED", K::other, true},
    {"GENERATES", K::generates},
    {"GENERATED_FROM", K::generates, true},
    {"PATCH_FOR", K::patches},
    {"PATCH_APPLIED", K::patches},
    {"ANCESTOR_OF", K::other},
    {"DESCENDANT_OF", K::other, true},
    {"VARIANT_OF", K::other},
    {"DISTRIBUTION_ARTIFACT", K::other},
    {"COPY_OF", K::other},
    {"DATA_FILE_OF", K::other, true},
    {"TEST_CASE_OF", K::other, true},
    {"TEST_OF", K::other, true},
    {"METAFILE_OF", K::other, true},
    {"DOCUMENTATION_OF", K::other, true},
    {"EXAMPLE_OF", K::other, true},
    {"DEPENDENCY_MANIFEST_OF", K::other, true},
    {"AMENDS", K::other},
    {"REQUIREMENT_DESCRIPTION_FOR", K::other, true},
    {"SPECIFICATION_FOR", K::other, true},
};

constexpr RelationshipMeaning kSpdx3Relationships[] = {
    {"contains", K::contains},
    {"dependsOn", K::depends_on},
    {"hasDeclaredLicense", K::other},
    {"hasConcludedLicense", K::other},
    {"describes", K::describes},
    {"hasStaticLink", K::depends_on},
    {"hasDynamicLink", K::depends_on},
    {"hasPrerequisite", K::depends_on},
    {"hasOptionalDependency", K::depends_on, false, S::optional},
    {"hasProvidedDependency", K::depends_on, false, S::provided},
    {"hasOptionalComponent", K::contains, false, S::optional},
    {"packagedBy", K::contains, true},
    {"expandsTo", K::contains},
    {"generates", K::generates},
    {"patchedBy", K::patches, true},
    {"usesTool", K::depends_on, false, S::build},
    {"affects", K::other},
    {"amendedBy", K::other},
    {"ancestorOf", K::other},
    {"availableFrom", K::other},
    {"configures", K::other},
    {"coordinatedBy", K::other},
    {"copiedTo", K::other},
    {"delegatedTo", K::other},
    {"descendantOf", K::other, true},
    {"doesNotAffect", K::other},
    {"exploitCreatedBy", K::other},
    {"fixedBy", K::other},
    {"fixedIn", K::other},
    {"foundBy", K::other},
    {"hasAddedFile", K::other},
    {"hasAssessmentFor", K::other},
    {"hasAssociatedVulnerability", K::other},
    {"hasDataFile", K::other},
    {"hasDeletedFile", K::other},
    {"hasDependencyManifest", K::other},
    {"hasDistributionArtifact", K::other},
    {"hasDocumentation", K::other},
    {"hasEvidence", K::other},
    {"hasExample", K::other},
    {"hasHost", K::other},
    {"hasInput", K::other},
    {"hasMetadata", K::other},
    {"hasOutput", K::other},
    {"hasRequirement", K::other},
    {"hasSpecification", K::other},
    {"hasTest", K::other},
    {"hasTestCase", K::other},
    {"hasVariant", K::other},
    {"invokedBy", K::other},
    {"modifiedBy", K::other},
    {"other", K::other},
    {"publishedBy", K::other},
    {"reportedBy", K::other},
    {"republishedBy", K::other},
    {"serializedInArtifact", K::other},
    {"testedOn", K::other},
    {"trainedOn", K::other},
    {"underInvestigationFor", K::other},
};

template <std::size_t N>
const RelationshipMeaning* find(const RelationshipMeaning (&table)[N],
                                std::string_view type) noexcept {
  const auto* found =
      std::find_if(std::begin(table), std::end(table),
                   [&](const RelationshipMeaning& row) { return row.name == type; });
  return found == std::end(table) ? nullptr : found;
}

struct AlgorithmName {
  std::string_view spdx2;
  std::string_view spdx3;
  HashAlgorithm algorithm;
};
using A = HashAlgorithm;
constexpr AlgorithmName kAlgorithms[] = {
    {"SHA256", "sha256", A::sha256},
    {"SHA1", "sha1", A::sha1},
    {"SHA512", "sha512", A::sha512},
    {"MD5", "md5", A::md5},
    {"SHA384", "sha384", A::sha384},
    {"SHA224", "sha224", A::sha224},
    {"SHA3-224", "sha3_224", A::sha3_224},  // 3.x only; harmless in 2.x.
    {"SHA3-256", "sha3_256", A::sha3_256},
    {"SHA3-384", "sha3_384", A::sha3_384},
    {"SHA3-512", "sha3_512", A::sha3_512},
    {"BLAKE2b-256", "blake2b256", A::blake2b_256},
    {"BLAKE2b-384", "blake2b384", A::blake2b_384},
    {"BLAKE2b-512", "blake2b512", A::blake2b_512},
    {"BLAKE3", "blake3", A::blake3},
    {"MD2", "md2", A::md2},
    {"MD4", "md4", A::md4},
    {"MD6", "md6", A::md6},
    {"ADLER32", "adler32", A::adler32},
    {"", "other", A::other},
    {"", "crystalsDilithium", A::other},
    {"", "crystalsKyber", A::other},
    {"", "falcon", A::other},
};

struct PurposeName {
  std::string_view name;
  Kind kind;
};
constexpr PurposeName kPurposes[] = {
    {"LIBRARY", Kind::library},
    {"APPLICATION", Kind::application},
    {"FILE", Kind::file},
    {"SOURCE", Kind::source},
    {"CONTAINER", Kind::container},
    {"ARCHIVE", Kind::archive},
    {"FRAMEWORK", Kind::framework},
    {"FIRMWARE", Kind::firmware},
    {"INSTALL", Kind::install},
    {"DEVICE", Kind::device},
    {"OPERATING-SYSTEM", Kind::operating_system},
    {"OPERATING_SYSTEM", Kind::operating_system},
    {"OTHER", Kind::other},
};
constexpr PurposeName kFileTypes[] = {
    {"SOURCE", Kind::source},
    {"ARCHIVE", Kind::archive},
    {"APPLICATION", Kind::application},
    {"OTHER", Kind::other},
    {"BINARY", Kind::executable},
    {"TEXT", Kind::file},
    {"DOCUMENTATION", Kind::documentation},
    {"IMAGE", Kind::file},
    {"AUDIO", Kind::file},
    {"VIDEO", Kind::file},
    {"SPDX", Kind::file},
};
constexpr PurposeName kPurposes3[] = {
    {"library", Kind::library},
    {"application", Kind::application},
    {"file", Kind::file},
    {"source", Kind::source},
    {"container", Kind::container},
    {"archive", Kind::archive},
    {"framework", Kind::framework},
    {"firmware", Kind::firmware},
    {"install", Kind::install},
    {"device", Kind::device},
    {"deviceDriver", Kind::device_driver},
    {"operatingSystem", Kind::operating_system},
    {"other", Kind::other},
    {"executable", Kind::executable},
    {"configuration", Kind::configuration},
    {"documentation", Kind::documentation},
    {"model", Kind::machine_learning_model},
    {"data", Kind::data},
    {"module", Kind::module},
    {"platform", Kind::platform},
    {"bom", Kind::other},
    {"diskImage", Kind::other},
    {"evidence", Kind::other},
    {"filesystemImage", Kind::other},
    {"manifest", Kind::other},
    {"patch", Kind::other},
    {"requirement", Kind::other},
    {"specification", Kind::other},
    {"test", Kind::other},
};

template <std::size_t N>
std::optional<Kind> kind_in(const PurposeName (&table)[N], std::string_view name) noexcept {
  for (const PurposeName& row : table) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

IdentifierKind identifier_kind(std::string_view type) noexcept {
  if (type == "purl" || type == "packageUrl" || type == "packageURL") return IdentifierKind::purl;
  if (type == "cpe23Type" || type == "cpe23") return IdentifierKind::cpe23;
  if (type == "cpe22Type" || type == "cpe22") return IdentifierKind::cpe22;
  if (type == "swid") return IdentifierKind::swid;
  if (type == "swh" || type == "swhid") return IdentifierKind::swhid;
  if (type == "gitoid") return IdentifierKind::gitoid;
  return IdentifierKind::other;
}

// The category may be spelled as the JSON schema (PACKAGE-MANAGER) or the specification does.
bool same_category(std::string_view category, std::string_view wanted) noexcept {
  return category.size() == wanted.size() &&
         std::equal(category.begin(), category.end(), wanted.begin(),
                    [](char a, char b) { return a == b || (a == '_' && b == '-'); });
}

}  // namespace

const RelationshipMeaning* spdx2_relationship(std::string_view type) noexcept {
  return find(kSpdx2Relationships, type);
}

const RelationshipMeaning* spdx3_relationship(std::string_view type) noexcept {
  return find(kSpdx3Relationships, type);
}

std::optional<HashAlgorithm> spdx2_algorithm(std::string_view name) noexcept {
  for (const AlgorithmName& row : kAlgorithms) {
    if (row.spdx2 == name && !name.empty()) return row.algorithm;
  }
  return std::nullopt;
}

std::optional<HashAlgorithm> spdx3_algorithm(std::string_view name) noexcept {
  for (const AlgorithmName& row : kAlgorithms) {
    if (row.spdx3 == name) return row.algorithm;
  }
  return std::nullopt;
}

std::optional<Kind> spdx2_purpose(std::string_view name) noexcept {
  return kind_in(kPurposes, name);
}
std::optional<Kind> spdx2_file_type(std::string_view name) noexcept {
  return kind_in(kFileTypes, name);
}
std::optional<Kind> spdx3_purpose(std::string_view name) noexcept {
  return kind_in(kPurposes3, name);
}

EdgeScope spdx3_scope(std::string_view name) noexcept {
  if (name == "build") return S::build;
  if (name == "development") return S::development;
  if (name == "test") return S::test;
  if (name == "runtime") return S::runtime;
  return S::unstated;
}

Text stated(std::string_view text) noexcept {
  if (text == "NOASSERTION") return Text(Stated::no_assertion, text);
  if (text == "NONE") return Text(Stated::none, text);
  return Text(text);
}

std::optional<Agent> spdx2_agent(std::string_view text) noexcept {
  constexpr std::array<std::pair<std::string_view, AgentKind>, 3> kPrefixes = {{
      {"Person:", AgentKind::person},
      {"Organization:", AgentKind::organization},
      {"Tool:", AgentKind::tool},
  }};
  for (const auto& [prefix, kind] : kPrefixes) {
    if (text.substr(0, prefix.size()) != prefix) continue;
    std::string_view name = text.substr(prefix.size());
    const auto trim = [](std::string_view& part) {
      while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
      while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    };
    trim(name);
    Agent agent{kind, {}, {}, {}};
    const std::size_t open = name.rfind('(');
    if (open != std::string_view::npos && name.back() == ')') {
      const std::string_view mail = name.substr(open + 1, name.size() - open - 2);
      if (mail.empty() || mail.find('@') != std::string_view::npos) {
        if (!mail.empty()) agent.email = Text(mail);
        name = name.substr(0, open);
        trim(name);
      }
    }
    agent.name = Text(name);
    return agent;
  }
  return std::nullopt;
}

Tool split_tool(std::string_view text) noexcept {
  for (std::size_t dash = text.rfind('-'); dash != std::string_view::npos && dash > 0;
       dash = text.rfind('-', dash - 1)) {
    std::string_view version = text.substr(dash + 1);
    const bool v = !version.empty() && version.front() == 'v';
    const std::string_view digits = v ? version.substr(1) : version;
    if (!digits.empty() && digits.front() >= '0' && digits.front() <= '9') {
      return {{}, Text(text.substr(0, dash)), Text(version)};
    }
  }
  return {{}, Text(text), {}};
}

bool add_spdx2_external(Draft& draft, Component& component, std::string_view category,
                        std::string_view type, std::string_view locator) {
  const IdentifierKind kind = identifier_kind(type);
  if (same_category(category, "PACKAGE-MANAGER") || same_category(category, "PERSISTENT-ID") ||
      (same_category(category, "SECURITY") && kind != IdentifierKind::other)) {
    const Text name = kind == IdentifierKind::other ? Text(type) : Text();
    draft.add(draft.document().identifiers, component.identifiers, {kind, Text(locator), name});
    return true;
  }
  if (same_category(category, "SECURITY")) {
    add_link(draft, component, LinkKind::advisory, Text(locator), type);
    return true;
  }
  if (!same_category(category, "OTHER")) return false;
  add_link(draft, component, LinkKind::other, Text(locator), type);
  return true;
}

void add_link(Draft& draft, Component& component, LinkKind kind, Text uri, std::string_view type) {
  draft.add(draft.document().links, component.links, {kind, uri, Text(type)});
}

void add_licence(Draft& draft, Component& component, LicenceRole role, Text text) {
  draft.add(draft.document().licences, component.licences,
            {role, LicenceForm::expression, text, {}});
}

bool valid_spdx2_id(std::string_view id) noexcept {
  constexpr std::string_view kPrefix = "SPDXRef-";
  if (id.substr(0, kPrefix.size()) != kPrefix || id.size() == kPrefix.size()) return false;
  return std::all_of(id.begin() + kPrefix.size(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-';
  });
}

}  // namespace portreeve::sbom
