#include "sbom/spdx2_tags.h"

#include <algorithm>
#include <iterator>

namespace portreeve::sbom {
namespace {

using S = Spdx2Tag::Section;
constexpr Spdx2Tag kTags[] = {
    {"SPDXVersion", S::document, true},
    {"DataLicense", S::document, true},
    {"DocumentName", S::document, true},
    {"DocumentNamespace", S::document, true},
    {"DocumentComment", S::document, true},
    {"ExternalDocumentRef", S::document, false},
    {"Creator", S::document, false},
    {"Created", S::document, true},
    {"CreatorComment", S::document, true},
    {"LicenseListVersion", S::document, true},
    {"SPDXID", S::any, false},
    {"Relationship", S::any, false},
    {"RelationshipComment", S::any, false},
    {"Annotator", S::any, false},
    {"AnnotationDate", S::any, false},
    {"AnnotationComment", S::any, false},
    {"AnnotationType", S::any, false},
    {"SPDXREF", S::any, false},
    {"Reviewer", S::any, false},
    {"ReviewDate", S::any, false},
    {"ReviewComment", S::any, false},
    {"PackageName", S::any, false},
    {"FileName", S::any, false},
    {"SnippetSPDXID", S::any, false},
    {"LicenseID", S::any, false},
    {"PackageVersion", S::package, true},
    {"PackageFileName", S::package, true},
    {"PackageSupplier", S::package, true},
    {"PackageOriginator", S::package, true},
    {"PackageDownloadLocation", S::package, true},
    {"FilesAnalyzed", S::package, true},
    {"PackageVerificationCode", S::package, true},
    {"PackageChecksum", S::package, false},
    {"PackageHomePage", S::package, true},
    {"PackageSourceInfo", S::package, true},
    {"PackageLicenseConcluded", S::package, true},
    {"PackageLicenseInfoFromFiles", S::package, false},
    {"PackageLicenseDeclared", S::package, true},
    {"PackageLicenseComments", S::package, true},
    {"PackageCopyrightText", S::package, true},
    {"PackageSummary", S::package, true},
    {"PackageDescription", S::package, true},
    {"PackageComment", S::package, true},
    {"ExternalRef", S::package, false},
    {"ExternalRefComment", S::package, false},
    {"PackageAttributionText", S::package, false},
    {"PrimaryPackagePurpose", S::package, true},
    {"BuiltDate", S::package, true},
    {"ReleaseDate", S::package, true},
    {"ValidUntilDate", S::package, true},
    {"FileType", S::file, false},
    {"FileChecksum", S::file, false},
    {"LicenseConcluded", S::file, true},
    {"LicenseInfoInFile", S::file, false},
    {"LicenseComments", S::file, true},
    {"FileCopyrightText", S::file, true},
    {"FileComment", S::file, true},
    {"FileNotice", S::file, true},
    {"FileContributor", S::file, false},
    {"FileAttributionText", S::file, false},
    {"FileDependency", S::file, false},
    {"ArtifactOfProjectName", S::file, false},
    {"ArtifactOfProjectHomePage", S::file, false},
    {"ArtifactOfProjectURI", S::file, false},
    {"SnippetFromFileSPDXID", S::snippet, true},
    {"SnippetByteRange", S::snippet, true},
    {"SnippetLineRange", S::snippet, true},
    {"SnippetLicenseConcluded", S::snippet, true},
    {"LicenseInfoInSnippet", S::snippet, false},
    {"SnippetLicenseComments", S::snippet, true},
    {"SnippetCopyrightText", S::snippet, true},
    {"SnippetComment", S::snippet, true},
    {"SnippetName", S::snippet, true},
    {"SnippetAttributionText", S::snippet, false},
    {"ExtractedText", S::licence, true},
    {"LicenseName", S::licence, true},
    {"LicenseCrossReference", S::licence, false},
    {"LicenseComment", S::licence, true},
};
static_assert(std::size(kTags) <= kSpdx2Tags);

bool same_but_case(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

template <class Same>
const Spdx2Tag* first(const Same& same) noexcept {
  const Spdx2Tag* const found = std::find_if(std::begin(kTags), std::end(kTags), same);
  return found == std::end(kTags) ? nullptr : found;
}

}  // namespace

const Spdx2Tag* spdx2_tag(std::string_view name) noexcept {
  return first([&](const Spdx2Tag& tag) { return tag.name == name; });
}

std::size_t spdx2_tag_index(const Spdx2Tag& tag) noexcept {
  return static_cast<std::size_t>(&tag - kTags);
}

const Spdx2Tag* spdx2_tag_but_case(std::string_view name) noexcept {
  return first([&](const Spdx2Tag& tag) { return same_but_case(tag.name, name); });
}

}  // namespace portreeve::sbom
