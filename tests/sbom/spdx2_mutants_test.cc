// A document that states everything, and one mistake at a time in it: each must be named, with its
// place. What SPDX 2.3's schema and text allow must go on being read without a word.

#include <gmock/gmock.h>

#include "tests/sbom/documents.h"

namespace portreeve::sbom {
namespace {

using ::testing::HasSubstr;

const std::string kSha1 = "d6a770ba38583ed4bb4525bd96e50461655d2758";

const std::string& full_json() {
  static const std::string kText =
      R"~({"$schema":"s","spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"n","dataLicense":"CC0-1.0",
"documentNamespace":"https://acme.example/n","comment":"c","creationInfo":{"created":"2026-01-02T03:04:05Z",
"creators":["Tool: syft-1.2.0","Organization: Acme ()"],"comment":"c","licenseListVersion":"3.28"},
"externalDocumentRefs":[{"externalDocumentId":"DocumentRef-d","spdxDocument":"https://acme.example/d","checksum":{"algorithm":"SHA1","checksumValue":")~" +
      kSha1 + R"~("}}],
"annotations":[{"annotationDate":"2026-01-02T03:04:06Z","annotationType":"REVIEW","annotator":"Person: Jane Doe ()","comment":"ok"}],
"revieweds":[{"reviewDate":"2026-01-02T03:04:07Z","reviewer":"Person: J","comment":"c"}],
"packages":[{"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1","downloadLocation":"NOASSERTION","filesAnalyzed":true,
"packageVerificationCode":{"packageVerificationCodeValue":")~" +
      kSha1 +
      R"~(","packageVerificationCodeExcludedFiles":["./x"]},"supplier":"Organization: Acme","builtDate":"2026-01-02T03:04:08Z",
"attributionTexts":["t"],"primaryPackagePurpose":"LIBRARY","licenseConcluded":"LicenseRef-x","hasFiles":["SPDXRef-f"],
"externalRefs":[{"referenceCategory":"PACKAGE_MANAGER","referenceType":"purl","referenceLocator":"pkg:npm/a@1","comment":"c"}]}],
"files":[{"SPDXID":"SPDXRef-f","fileName":"./f","fileTypes":["SOURCE","BINARY"],"noticeText":"n","fileContributors":["c"],
"checksums":[{"algorithm":"SHA1","checksumValue":")~" +
      kSha1 + R"~("}]}],
"snippets":[{"SPDXID":"SPDXRef-s","snippetFromFile":"SPDXRef-f","licenseInfoInSnippets":["MIT"],
"ranges":[{"startPointer":{"reference":"SPDXRef-f","offset":1},"endPointer":{"reference":"SPDXRef-f","lineNumber":5}}]}],
"hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-x","extractedText":"t","seeAlsos":["u"],"crossRefs":[{"url":"u","isLive":true,"order":0}]}],
"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-a"},
{"spdxElementId":"SPDXRef-s","relationshipType":"GENERATED_FROM","relatedSpdxElement":"DocumentRef-d:SPDXRef-y","comment":"c"}]})~";
  return kText;
}

const std::string& full_tag_value() {
  static const std::string kText =
      "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: n\n"
      "DocumentNamespace: https://acme.example/n\n"
      "ExternalDocumentRef: DocumentRef-d https://acme.example/d SHA1: " +
      kSha1 +
      "\nCreator: Tool: syft-1.2.0\nCreated: 2026-01-02T03:04:05Z\nLicenseListVersion: 3.28\n"
      "Annotator: Person: Jane Doe ()\nAnnotationDate: 2026-01-02T03:04:06Z\n"
      "AnnotationComment: <text>ok\nyes</text>\nAnnotationType: REVIEW\nSPDXREF: SPDXRef-DOCUMENT\n"
      "Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a\n"
      "Relationship: SPDXRef-a GENERATED_FROM DocumentRef-d:SPDXRef-y\n"
      "PackageName: a\nSPDXID: SPDXRef-a\nPackageVersion: 1\nPackageDownloadLocation: NONE\n"
      "PrimaryPackagePurpose: LIBRARY\nPackageLicenseConcluded: LicenseRef-x\n"
      "PackageVerificationCode: " +
      kSha1 +
      "(./x)\nExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1\nExternalRefComment: c\n"
      "FileName: ./f\nSPDXID: SPDXRef-f\nFileType: SOURCE\nFileChecksum: SHA1: " +
      kSha1 +
      "\nLicenseConcluded: MIT\n"
      "SnippetSPDXID: SPDXRef-s\nSnippetFromFileSPDXID: SPDXRef-f\nSnippetByteRange: 1:5\n"
      "LicenseID: LicenseRef-x\nExtractedText: <text>t</text>\nLicenseName: X\n";
  return kText;
}

// What is said about it: why it is refused, or its defects.
std::string said_of(const std::string& text) {
  const Result<DocumentPtr> document = read_text(text);
  if (!document.ok()) return document.error().message;
  std::string all;
  for (const std::string& defect : defects_of(*document.value())) all += defect + "\n";
  return all;
}

struct Mutant {
  std::string from, to, said;
};

void expect_found(const std::string& full, const std::vector<Mutant>& mutants) {
  ASSERT_EQ(said_of(full), "");
  for (const Mutant& mutant : mutants) {
    std::string text = full;
    const std::size_t at = text.find(mutant.from);
    ASSERT_NE(at, std::string::npos) << mutant.from;
    text.replace(at, mutant.from.size(), mutant.to);
    EXPECT_THAT(said_of(text), HasSubstr(mutant.said)) << mutant.from << " -> " << mutant.to;
  }
}

TEST(Spdx2Mutants, OfTheDocument) {
  expect_found(
      full_json(),
      {{R"("$schema":"s")", R"("$schema":5)", "expected a string, found number"},
       {R"("dataLicense":"CC0-1.0")", R"("dataLicense":"MIT")", "dataLicense: expected CC0-1.0"},
       {R"("licenseListVersion":"3.28")", R"("licenseListVersion":3.28)", "expected a string"},
       {R"("packages":)", R"("Packages":)", "document: expected \"packages\", found \"Packages\""},
       {R"("comment":"c","creationInfo")", R"("remark":"c","creationInfo")",
        "unknown-member: document: \"remark\" is no member of SPDX 2"},
       {R"("creators":)", R"("Creators":)", "creationInfo: expected \"creators\""},
       {R"("DocumentRef-d","spdx)", R"("DocRef-d","spdx)",
        "externalDocumentId: expected \"DocumentRef-\""},
       {R"(,"spdxDocument":"https://acme.example/d")", "",
        "externalDocumentRef without \"spdxDocument\""},
       {R"({"algorithm":"SHA1","checksumValue")", R"({"algorithm":"SHA7","checksumValue")",
        "algorithm: expected an algorithm of SPDX 2.3"},
       {R"("checksumValue":"d6)", R"("checksumValue":"z6)",
        "checksumValue: expected hexadecimal digits"},
       {R"("annotationType":"REVIEW")", R"("annotationType":"PRAISE")",
        "annotationType: expected OTHER or REVIEW"},
       {R"("annotationType":"REVIEW",)", "", "annotation without \"annotationType\""},
       {R"~("annotator":"Person: Jane Doe ()",)~", "", "annotation without its annotator"},
       {R"("annotator":"Person: Jane)", R"("annotator":"Jane)", "annotator: expected \"Person: \""},
       {R"("annotationDate":"2026-01-02T03:04:06Z")", R"("annotationDate":"2026")",
        "annotationDate: expected YYYY"},
       {R"("reviewDate":"2026-01-02T03:04:07Z",)", "", "reviewed without \"reviewDate\""}});
}

TEST(Spdx2Mutants, OfElements) {
  expect_found(
      full_json(),
      {{R"({"packageVerificationCodeValue":"d6)", R"({"packageVerificationCodeValue":"x6)",
        "packageVerificationCodeValue: expected hexadecimal"},
       {R"("packageVerificationCodeValue":)", R"("value":)", "without \"packageVerificationCodeV"},
       {R"("builtDate":"2026-01-02T03:04:08Z")", R"("builtDate":"2026-01-02")",
        "builtDate: expect"},
       {R"("attributionTexts":["t"])", R"("attributionTexts":"t")",
        "expected an array, found string"},
       {R"("versionInfo":"1")", R"("versioninfo":"1")", "package: expected \"versionInfo\""},
       {R"("LIBRARY")", R"("library")", "primaryPackagePurpose: expected a purpose"},
       {R"("LIBRARY")", R"("BINARY")", "primaryPackagePurpose: expected a purpose"},
       {R"(["SOURCE","BINARY"])", R"(["LIBRARY"])", "fileTypes: expected a type"},
       {"pkg:npm/a@1", "pkg:npm", "invalid-purl: \"pkg:npm\""},
       {"pkg:npm/a@1", "npm:a@1", "invalid-purl: \"npm:a@1\""},
       {R"("licenseConcluded":"LicenseRef-x")", R"("licenseConcluded":"zzz zzz")",
        "invalid-licence: licence expression \"zzz zzz\": expected AND, OR, WITH or the end"},
       {R"("fileContributors":["c"])", R"("fileContributors":[5])",
        "expected a string, found number"},
       {R"("snippetFromFile":"SPDXRef-f",)", "", "snippet without \"snippetFromFile\""},
       {R"("snippetFromFile":"SPDXRef-f")", R"("snippetFromFile":"SPDXRef-g")",
        "nothing here is called \"SPDXRef-g\""},
       {R"({"reference":"SPDXRef-f","offset":1})", R"({"offset":1})",
        "pointer without \"reference\""},
       {R"("offset":1)", R"("offset":"1")", "expected an integer"},
       {R"({"SPDXID":"SPDXRef-s",)", "{", "snippet without \"SPDXID\""},
       {R"({"SPDXID":"SPDXRef-s",)", R"({"SPDXID":"s",)", "SPDXID: expected \"SPDXRef-\""},
       {R"("licenseId":"LicenseRef-x")", R"("licenseId":"Licence x")",
        "licenseId: expected \"LicenseRef-\""},
       {R"({"url":"u","isLive")", R"({"isLive")", "crossRef without \"url\""},
       {R"("isLive":true)", R"("isLive":"true")", "expected a boolean"},
       {R"("hasExtractedLicensingInfos":[)",
        R"("hasExtractedLicensingInfos":[{"licenseId":"LicenseRef-x","extractedText":"other"},)",
        "two licences are called \"LicenseRef-x\""},
       {"DocumentRef-d:SPDXRef-y", "DocumentRef-e:SPDXRef-y",
        "undeclared-document: \"DocumentRef-e:SPDXRef-y\""}});
}

TEST(Spdx2Mutants, OfTagValue) {
  expect_found(
      full_tag_value(),
      {{"DataLicense: CC0-1.0", "DataLicense: MIT", "dataLicense: expected CC0-1.0"},
       {"PackageVersion: 1", "packageversion: 1", "expected the tag \"PackageVersion\""},
       {"PackageVersion: 1", "PackageVersion: 1\nPackageVersion: 2", "PackageVersion twice"},
       {"PackageVersion: 1", "PackageEdition: 1",
        "unknown-member: \"PackageEdition\" is no tag of SPDX 2"},
       {"FileType: SOURCE", "PackageVersion: 2", "PackageVersion outside of its element"},
       {"FileType: SOURCE", "FileType: LIBRARY", "FileType: expected a type"},
       {"Creator: Tool", "Creater: Tool", "document without Creator"},
       {"AnnotationType: REVIEW\n", "", "annotation without AnnotationType"},
       {"AnnotationType: REVIEW", "AnnotationType: X", "AnnotationType: expected OTHER or REVIEW"},
       {"SPDXREF: SPDXRef-DOCUMENT", "SPDXREF: SPDXRef-gone", "nothing here is called"},
       {"AnnotationDate: 2026-01-02T03:04:06Z", "AnnotationDate: x", "annotationDate: expected"},
       {"Annotator: Person: Jane Doe ()\n", "", "AnnotationDate without Annotator"},
       {"SnippetFromFileSPDXID: SPDXRef-f\n", "", "snippet without SnippetFromFileSPDXID"},
       {"SnippetByteRange: 1:5\n", "", "snippet without SnippetByteRange"},
       {"ExtractedText: <text>t</text>\n", "", "licence without ExtractedText"},
       {"LicenseID: LicenseRef-x", "LicenseID: x", "licenseId: expected \"LicenseRef-\""},
       {"DocumentRef-d https", "Doc-d https", "ExternalDocumentRef: expected"},
       {"DocumentRef-d:SPDXRef-y", "DocumentRef-e:SPDXRef-y", "undeclared-document"},
       {"pkg:npm/a@1", "pkg:npm", "invalid-purl"},
       {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05", "created: expected YYYY"}});
}

// Cut anywhere before its end, no document is whole.
TEST(Spdx2Mutants, Truncated) {
  const std::string& text = full_json();
  for (std::size_t size = 1; size < text.size(); size += 7) {
    ASSERT_NE(refusal_of(text.substr(0, size)), "") << size;
  }
}

}  // namespace
}  // namespace portreeve::sbom
