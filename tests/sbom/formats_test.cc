// Each reader by itself: what it takes, what it refuses and why.

#include <gmock/gmock.h>

#include "tests/sbom/documents.h"
#include "tests/sbom/model_text.h"

namespace portreeve::sbom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The same facts in SPDX 2.3 JSON and tag-value.
const std::string kRichJson = R"~({
  "spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "rich", "dataLicense": "CC0-1.0",
  "documentNamespace": "https://acme.example/rich",
  "creationInfo": {"created": "2026-01-02T03:04:05Z", "creators": ["Tool: syft-1.2.0", "Person: Jane Doe (jane@acme.example)"]},
  "packages": [
    {"SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1.0", "downloadLocation": "https://acme.example/a.tgz",
     "supplier": "Organization: Acme", "originator": "NOASSERTION", "filesAnalyzed": false, "homepage": "https://acme.example",
     "checksums": [{"algorithm": "SHA256", "checksumValue": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],
     "licenseConcluded": "MIT", "licenseDeclared": "NONE", "copyrightText": "NOASSERTION", "primaryPackagePurpose": "LIBRARY",
     "externalRefs": [{"referenceCategory": "PACKAGE_MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/a@1.0"}]},
    {"SPDXID": "SPDXRef-b", "name": "b", "downloadLocation": "NOASSERTION", "copyrightText": "© 2026\nAcme"}],
  "files": [{"SPDXID": "SPDXRef-f", "fileName": "./f", "fileTypes": ["SOURCE"], "licenseConcluded": "LicenseRef-1",
     "checksums": [{"algorithm": "SHA1", "checksumValue": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"}]}],
  "hasExtractedLicensingInfos": [{"licenseId": "LicenseRef-1", "extractedText": "do as you like"}],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-b", "relationshipType": "BUILD_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a"},
    {"spdxElementId": "SPDXRef-b", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-f"}]})~";

const std::string kRichTagValue = R"~(SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: rich
DocumentNamespace: https://acme.example/rich
Creator: Tool: syft-1.2.0
Creator: Person: Jane Doe (jane@acme.example)
Created: 2026-01-02T03:04:05Z

# a package
PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1.0
PackageDownloadLocation: https://acme.example/a.tgz
PackageSupplier: Organization: Acme
PackageOriginator: NOASSERTION
FilesAnalyzed: false
PackageHomePage: https://acme.example
PackageChecksum: SHA256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
PackageLicenseConcluded: MIT
PackageLicenseDeclared: NONE
PackageCopyrightText: NOASSERTION
PrimaryPackagePurpose: LIBRARY
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1.0

PackageName: b
SPDXID: SPDXRef-b
PackageDownloadLocation: NOASSERTION
PackageCopyrightText: <text>© 2026
Acme</text>

FileName: ./f
SPDXID: SPDXRef-f
FileType: SOURCE
LicenseConcluded: LicenseRef-1
FileChecksum: SHA1: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb

LicenseID: LicenseRef-1
ExtractedText: <text>do as you like</text>

Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-a
Relationship: SPDXRef-b BUILD_DEPENDENCY_OF SPDXRef-a
)~";

TEST(Spdx2, TagValueIsTheSameAsJson) {
  const DocumentPtr json = must_read(kRichJson);
  const DocumentPtr tags = must_read(kRichTagValue);
  EXPECT_EQ(json->format, Format::spdx2_json);
  EXPECT_EQ(tags->format, Format::spdx2_tag_value);
  EXPECT_EQ(model_text(*json), model_text(*tags));
  EXPECT_THAT(json->defects, IsEmpty());
  EXPECT_THAT(tags->defects, IsEmpty());
  // CRLF makes no difference but inside texts.
  std::string crlf;
  for (const char c : kRichTagValue) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(must_read(crlf)->components.size(), 3U);
}

TEST(Spdx2, ModelOfJson) {
  const DocumentPtr d = must_read(kRichJson);
  ASSERT_EQ(d->components.size(), 3U);
  const Component& a = d->components[0];
  EXPECT_TRUE(a.primary);
  EXPECT_EQ(d->purl_of(a), "pkg:npm/a@1.0");
  EXPECT_EQ(d->suppliers_of(a)[0].name.view(), "Acme");
  EXPECT_EQ(d->producers_of(a)[0].name.state(), Stated::no_assertion);
  EXPECT_EQ(a.copyright.state(), Stated::no_assertion);
  EXPECT_EQ(a.kind, Kind::library);
  EXPECT_FALSE(a.contents_known);
  EXPECT_EQ(d->licences_of(a)[0].text.view(), "MIT");
  EXPECT_EQ(d->licences_of(a)[1].text.state(), Stated::none);
  EXPECT_TRUE(d->components[1].version.absent());
  ASSERT_EQ(d->tools.size(), 1U);
  EXPECT_EQ(d->tools[0].name.view(), "syft");
  EXPECT_EQ(d->tools[0].version.view(), "1.2.0");
  ASSERT_EQ(d->edges.size(), 2U);
  // "b BUILD_DEPENDENCY_OF a" is "a depends on b".
  EXPECT_EQ(d->edges[0].from, 0U);
  EXPECT_EQ(d->edges[0].to, 1U);
  EXPECT_EQ(d->edges[0].scope, EdgeScope::build);
  EXPECT_EQ(d->find("SPDXRef-f"), 2U);
  EXPECT_EQ(d->find("SPDXRef-x"), kNowhere);
  EXPECT_EQ(d->position(a.at).line, 6U);
}

struct Case {
  std::string text;
  std::string want;
};

// One field of a good document replaced.
std::string with(std::string text, const std::string& old, const std::string& now) {
  const std::size_t at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), now);
}

TEST(Spdx2, JsonIsRefusedWithItsReason) {
  const std::string good = kRichJson;
  const std::vector<Case> cases = {
      {with(good, "SPDX-2.3", "SPDX-2.1"),
       "spdxVersion: expected SPDX-2.2 or SPDX-2.3, found \"SPDX-2.1\""},
      {with(good, R"("SPDXID": "SPDXRef-DOCUMENT", )", ""), "document without \"SPDXID\""},
      {with(good, R"("dataLicense": "CC0-1.0",)", ""), "document without \"dataLicense\""},
      {with(good, R"("name": "rich", )", ""), "document without \"name\""},
      {with(good, "https://acme.example/rich", "https://acme.example/rich#x"),
       "documentNamespace: expected an absolute URI without '#'"},
      {with(good, R"("created": "2026-01-02T03:04:05Z", )", ""),
       "creationInfo without \"created\""},
      {with(good, "Tool: syft", "Robot: syft"),
       "creators: expected \"Person: \", \"Organization: \" or \"Tool: \", found \"Robot: "
       "syft-1.2.0\""},
      {with(good, R"("SPDXID": "SPDXRef-a", )", ""), "package without \"SPDXID\""},
      {with(good, R"(, "downloadLocation": "https://acme.example/a.tgz")", ""),
       "package without \"downloadLocation\""},
      {with(good, "Organization: Acme", "Acme"),
       "supplier: expected \"Person: \", \"Organization: \" or NOASSERTION, found \"Acme\""},
      {with(good, R"("SHA256")", R"("SHA257")"),
       "checksum: expected an algorithm of SPDX 2.3 §7.10, found \"SHA257\""},
      {with(good, "\"filesAnalyzed\": false", "\"filesAnalyzed\": \"false\""),
       "expected a boolean, found string"},
      {with(good, R"("LIBRARY")", R"("LIBRARIES")"), "primaryPackagePurpose: expected a purpose"},
      {with(good, "PACKAGE_MANAGER", "PACKAGES"), "referenceCategory: expected SECURITY"},
      {with(good, "BUILD_DEPENDENCY_OF", "BUILT_WITH"),
       "relationshipType: expected a type of SPDX 2.3 §11.1, found \"BUILT_WITH\""},
      {with(good, R"(, "relatedSpdxElement": "SPDXRef-a"},)", "},"),
       "relationship without \"relatedSpdxElement\""},
      {with(good, R"("fileName": "./f", )", ""), "file without \"fileName\""},
      {with(good, R"(, "extractedText": "do as you like")", ""), "without \"extractedText\""},
  };
  for (const Case& one : cases) {
    const std::string refusal = refusal_of(one.text);
    EXPECT_THAT(refusal, HasSubstr(one.want));
    EXPECT_EQ(refusal.rfind("line ", 0), 0U) << refusal;
  }
}

TEST(Spdx2, WhatIsWrongButReadableIsADefect) {
  const std::string good = kRichJson;
  EXPECT_THAT(defects_of(*must_read(with(good, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "bbb"))),
              ElementsAre("hash-length: SHA-1: expected 40 hexadecimal digits, found \"bbb\""));
  EXPECT_THAT(
      defects_of(*must_read(with(good, "\"SPDXRef-b\", \"name\"", "\"SPDXRef-b_\", \"name\"")))[0],
      HasSubstr("invalid-value: SPDXID: expected \"SPDXRef-\""));
  EXPECT_THAT(
      defects_of(*must_read(with(with(good, "DESCRIBES", "AMENDS"), "SPDX-2.3", "SPDX-2.2")))
          .back(),
      HasSubstr("missing-primary"));
}

TEST(Spdx2, TagValueIsRefusedWithItsReason) {
  const std::string good = kRichTagValue;
  const std::vector<Case> cases = {
      {with(good, "DataLicense: CC0-1.0\n", ""), "document without DataLicense"},
      {good + "PackageComment: <text>for ever\n", "<text> is not closed"},
      {with(good, "FilesAnalyzed: false", "FilesAnalyzed: no"),
       "FilesAnalyzed: expected true or false, found \"no\""},
      {with(good, "# a package", "a package"),
       "line 10 column 1: expected \"Tag: value\", found \"a package\""},
      {with(good, "SPDXID: SPDXRef-a\n", ""), "package without SPDXID"},
      {with(good, "SHA1: bbb", "SHA9: bbb"), "checksum: expected an algorithm"},
      {with(good, " BUILD_DEPENDENCY_OF ", " BUILT_BY "), "relationshipType: expected a type"},
      {with(good, "DocumentName: rich\n", "DocumentName: rich\nDocumentName: poor\n"),
       "DocumentName twice"},
      {with(good, "rich\n", "\xC0\n"), "invalid UTF-8"},
  };
  for (const Case& one : cases) EXPECT_THAT(refusal_of(one.text), HasSubstr(one.want));
}

const std::string kSpdx3 =
    R"~({"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[
 {"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-02T03:04:05Z","createdBy":["https://a/p"]},
 {"type":"Person","spdxId":"https://a/p","creationInfo":"_:c","name":"Jane"},
 {"type":"SpdxDocument","spdxId":"https://a/d","creationInfo":"_:c","name":"n","rootElement":["https://a/s"]},
 {"type":"software_Sbom","spdxId":"https://a/s","creationInfo":"_:c","software_sbomType":["build"],"rootElement":["https://a/x"]},
 {"spdxId":"https://a/x","creationInfo":"_:c","name":"x","software_packageUrl":"pkg:npm/x@1","suppliedBy":"https://a/p","type":"software_Package"},
 {"type":"software_Package","spdxId":"https://a/y","creationInfo":"_:c","name":"y"},
 {"type":"LifecycleScopedRelationship","spdxId":"https://a/r","creationInfo":"_:c","from":"https://a/x","to":["https://a/y"],"relationshipType":"dependsOn","scope":"test","completeness":"complete"},
 {"type":"expandedlicensing_DisjunctiveLicenseSet","spdxId":"https://a/l","creationInfo":"_:c","expandedlicensing_member":["https://spdx.org/licenses/MIT","https://a/m"]},
 {"type":"simplelicensing_LicenseExpression","spdxId":"https://a/m","creationInfo":"_:c","simplelicensing_licenseExpression":"Apache-2.0"},
 {"type":"Relationship","spdxId":"https://a/r2","creationInfo":"_:c","from":"https://a/x","to":["https://a/l"],"relationshipType":"hasDeclaredLicense"}]})~";

TEST(Spdx3, Model) {
  const DocumentPtr d = must_read(kSpdx3);
  EXPECT_THAT(defects_of(*d), IsEmpty());
  ASSERT_EQ(d->components.size(), 2U);
  EXPECT_TRUE(d->components[0].primary);
  EXPECT_EQ(d->purl_of(d->components[0]), "pkg:npm/x@1");
  EXPECT_EQ(d->suppliers_of(d->components[0])[0].name.view(), "Jane");
  ASSERT_EQ(d->licences_of(d->components[0]).size(), 1U);
  EXPECT_EQ(d->licences_of(d->components[0])[0].text.view(), "(MIT OR Apache-2.0)");
  EXPECT_EQ(d->components[0].dependencies, Dependencies::complete);
  ASSERT_EQ(d->edges.size(), 1U);
  EXPECT_EQ(d->edges[0].scope, EdgeScope::test);
  EXPECT_EQ(d->lifecycles[0].view(), "build");
  EXPECT_EQ(d->authors_rows()[0].name.view(), "Jane");
}

// What the model of 3.0 does not know, 3.1 may; and what bears a colon is somebody's extension.
TEST(Spdx3, LaterVersionsAndExtensionsMayKnowMore) {
  const std::string package = R"("type":"software_Package",)";
  const std::string more = with(kSpdx3, package, package + R"("software_colour":"red",)");
  EXPECT_THAT(refusal_of(more), HasSubstr("has no property \"software_colour\""));
  EXPECT_EQ(refusal_of(with(more, "/rdf/3.0.1/", "/rdf/3.1/")), "");
  EXPECT_EQ(refusal_of(with(kSpdx3, package, package + R"("urn:acme:colour":"red",)")), "");
}

TEST(Spdx3, IsRefusedWithItsReason) {
  const std::string package = R"("type":"software_Package",)";
  const std::vector<Case> cases = {
      {with(kSpdx3, package, package + R"("software_packageVersoin":"1",)"),
       "software_Package: has no property \"software_packageVersoin\""},
      {with(kSpdx3, package, package + R"("relationshipType":"contains",)"),
       "software_Package: has no property \"relationshipType\""},
      {with(kSpdx3, package, package + R"("summary":["a","b"],)"),
       "software_Package.summary: expected one value, found a list"},
      {with(kSpdx3, package, package + R"("releaseTime":7,)"), "releaseTime: expected a time"},
      {with(kSpdx3, package, package + R"("supportLevel":["sometimes"],)"),
       "supportLevel: expected a word of SPDX 3.0, found \"sometimes\""},
      {with(kSpdx3, package,
            package + R"("externalIdentifier":[{"type":"ExternalIdentifier",)"
                      R"("externalIdentifierType":"packageURL","identifier":"pkg:npm/x"}],)"),
       "externalIdentifierType: expected a word of SPDX 3.0, found \"packageURL\""},
      {with(kSpdx3, package,
            package + R"("externalRef":[{"type":"ExternalRef","externalRefType":"gossip"}],)"),
       "externalRefType: expected a word of SPDX 3.0, found \"gossip\""},
      {with(kSpdx3, R"({"type":"Person",)",
            R"({"type":"build_Build","spdxId":"https://a/b","creationInfo":"_:c"},{"type":"Person",)"),
       "build_Build without \"build_buildType\""},
      {with(kSpdx3, R"({"type":"Person",)",
            R"({"type":"expandedlicensing_License","spdxId":"https://a/b","creationInfo":"_:c"},{"type":"Person",)"),
       "type: \"expandedlicensing_License\" is abstract: no element is only that"},
      {with(kSpdx3, R"("creationInfo":"_:c","name":"Jane")",
            R"("creationInfo":"_:x","name":"Jane")"),
       "creationInfo: expected a CreationInfo of this document, found \"_:x\""},
      {with(kSpdx3, "software_Package", "software_Packge"),
       "type: expected a class of SPDX 3, found \"software_Packge\""},
      {with(kSpdx3, R"("dependsOn")", R"("dependOn")"),
       "relationshipType: expected a type of SPDX 3, found \"dependOn\""},
      {with(kSpdx3, R"("from":"https://a/x",)", ""),
       "LifecycleScopedRelationship without \"from\""},
      {with(kSpdx3, R"("specVersion":"3.0.1")", R"("specVersion":"4.0")"),
       "specVersion: expected 3.0 or 3.1, found \"4.0\""},
      {with(kSpdx3, R"("createdBy":["https://a/p"])", R"("createdBy":[])"),
       "CreationInfo without \"createdBy\""},
      {with(kSpdx3, R"("type":"Person",)", ""), "element without \"type\""},
      {with(kSpdx3, R"("completeness":"complete")", R"("completeness":"almost")"),
       "completeness: expected complete, incomplete or noAssertion, found \"almost\""},
      {with(kSpdx3, R"("scope":"test")", R"("scope":"tests")"),
       "scope: expected a scope of SPDX 3, found \"tests\""},
      {with(kSpdx3, R"(["build"])", R"(["built"])"),
       "software_sbomType: expected a type of SPDX 3, found \"built\""},
      {with(kSpdx3, R"(,"simplelicensing_licenseExpression":"Apache-2.0")", ""),
       "simplelicensing_LicenseExpression without \"simplelicensing_licenseExpression\""},
      {with(kSpdx3, R"({"type":"Person",)",
            R"({"type":"Annotation","spdxId":"https://a/n","creationInfo":"_:c","annotationType":"gossip","subject":"https://a/x"},
 {"type":"Person",)"),
       "annotationType: expected other or review, found \"gossip\""},
      {with(kSpdx3, R"({"type":"Person",)",
            R"({"type":"Annotation","spdxId":"https://a/n","creationInfo":"_:c","annotationType":"other"},
 {"type":"Person",)"),
       "Annotation without \"subject\""},
  };
  for (const Case& one : cases) EXPECT_THAT(refusal_of(one.text), HasSubstr(one.want));
  EXPECT_THAT(
      defects_of(*must_read(with(kSpdx3, R"("to":["https://a/y"])", R"("to":["https://a/z"])"))),
      ElementsAre("dangling-reference: depends-on: nothing here is called \"https://a/z\""));
}

TEST(CycloneDx, XmlIsTheSameAsJson) {
  const std::string json =
      R"~({"bomFormat":"CycloneDX","specVersion":"1.4","version":1,"serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
    "metadata":{"timestamp":"2026-01-02T03:04:05Z","tools":[{"vendor":"Acme","name":"t","version":"1"}],"authors":[{"name":"Jane","email":"j@acme.example"}],
      "component":{"type":"application","bom-ref":"p","name":"p","version":"1"}},
    "components":[{"type":"library","bom-ref":"a","group":"g","name":"a","version":"1","scope":"optional","purl":"pkg:maven/g/a@1",
      "hashes":[{"alg":"SHA-1","content":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}],"licenses":[{"license":{"id":"MIT"}}],
      "supplier":{"name":"S","url":["https://s.example"],"contact":[{"email":"s@s.example"}]},
      "externalReferences":[{"type":"vcs","url":"https://g.example"}],"properties":[{"name":"k","value":"v"}],
      "components":[{"type":"file","name":"f"}]}],
    "dependencies":[{"ref":"p","dependsOn":["a"]},{"ref":"a"}]})~";
  const std::string xml = R"~(<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1" serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79">
 <metadata><timestamp>2026-01-02T03:04:05Z</timestamp><tools><tool><vendor>Acme</vendor><name>t</name><version>1</version></tool></tools>
  <authors><author><name>Jane</name><email>j@acme.example</email></author></authors>
  <component type="application" bom-ref="p"><name>p</name><version>1</version></component></metadata>
 <components><component type="library" bom-ref="a"><supplier><name>S</name><url>https://s.example</url><contact><email>s@s.example</email></contact></supplier>
  <group>g</group><name>a<!-- x --></name><version><![CDATA[1]]></version><scope>optional</scope>
  <hashes><hash alg="SHA-1">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</hash></hashes><licenses><license><id>MIT</id></license></licenses>
  <purl>pkg:maven/g/a@1</purl><externalReferences><reference type="vcs"><url>https://g.example</url></reference></externalReferences>
  <properties><property name="k">v</property></properties><components><component type="file"><name>f</name></component></components></component></components>
 <dependencies><dependency ref="p"><dependency ref="a"/></dependency><dependency ref="a"/></dependencies></bom>)~";
  const DocumentPtr a = must_read(json);
  const DocumentPtr b = must_read(xml);
  EXPECT_EQ(b->format, Format::cyclonedx_xml);
  EXPECT_EQ(model_text(*a), model_text(*b));
  EXPECT_EQ(a->components[1].dependencies, Dependencies::none);
  EXPECT_EQ(b->components[1].dependencies, Dependencies::none);
  EXPECT_THAT(b->defects, IsEmpty());
}

TEST(CycloneDx, XmlOfEveryVersion) {
  for (int minor = 0; minor <= 7; ++minor) {
    const std::string text =
        "<bom xmlns=\"http://cyclonedx.org/schema/bom/1." + std::to_string(minor) +
        "\"><components><component type=\"library\"><name>a</name><version>1</version>" +
        (minor == 0 ? "<modified>false</modified>" : "") + "</component></components></bom>";
    const DocumentPtr d = must_read(text);
    EXPECT_EQ(d->components.size(), 1U) << minor;
    EXPECT_EQ(d->spec_version.view(), "1." + std::to_string(minor));
  }
  EXPECT_THAT(refusal_of("<bom xmlns=\"http://cyclonedx.org/schema/bom/1.8\"/>"),
              HasSubstr("expected 1.2 to 1.7, found \"1.8\""));
  EXPECT_THAT(refusal_of("<bom xmlns=\"http://acme.example\"/>"),
              HasSubstr("expected <bom xmlns="));
}

// What the model has no place for is judged like what it has.
TEST(CycloneDx, XmlPartsAreJudged) {
  const auto component = [](const std::string& inner) {
    return "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components><component "
           "type=\"library\"><name>a</name>" +
           inner + "</component></components></bom>";
  };
  EXPECT_EQ(refusal_of(component(
                "<pedigree><ancestors><component type=\"library\"><name>b</name></component></ancestors>"
                "<commits><commit><uid>1</uid><url>https://g.example/1</url><author><timestamp>"
                "2026-01-02T03:04:05Z</timestamp><name>Jane</name><email>j@acme.example</email></author>"
                "<message>m</message></commit></commits>"
                "<patches><patch type=\"backport\"><diff><text content-type=\"text/plain\">x</text>"
                "<url>https://g.example/d</url></diff><resolves><issue type=\"security\"><id>CVE-2026-1"
                "</id><source><name>NVD</name></source><references><url>https://g.example</url>"
                "</references></issue></resolves></patch></patches><notes>n</notes></pedigree>"
                "<evidence><identity><field>purl</field></identity><occurrences><occurrence "
                "bom-ref=\"o\"><location>/a</location><line>3</line></occurrence></occurrences>"
                "<callstack><frames><frame><module>m</module><parameters><parameter>p</parameter>"
                "</parameters><line>1</line></frame></frames></callstack><licenses><license><id>MIT</id>"
                "</license></licenses><copyright><text>c</text></copyright></evidence>"
                "<releaseNotes><type>major</type><resolves><issue type=\"defect\"><id>1</id></issue></resolves>"
                "<notes><note><locale>en</locale><text>x</text></note></notes></releaseNotes>"
                "<tags><tag>t</tag></tags>")),
            "");
  for (const auto& [inner, want] : std::vector<std::pair<std::string, std::string>>{
           {"<pedigree><patches><patch type=\"forward\"/></patches></pedigree>",
            "<patch> attribute \"type\": expected one of backport, cherry-pick, monkey, unofficial, found "
            "\"forward\""},
           {"<pedigree><patches><patch type=\"monkey\"><resolves><issue type=\"rumour\"/></resolves>"
            "</patch></patches></pedigree>",
            "<issue> attribute \"type\": expected one of defect, enhancement, security"},
           {"<pedigree><colour/></pedigree>", "<pedigree>: is no element of it: \"colour\""},
           {"<pedigree><ancestors><component type=\"library\"/></ancestors></pedigree>",
            "<component>: without <name>"},
           {"<evidence><identity><field>colour</field></identity></evidence>",
            "<field>: expected one of"},
           {"<evidence><identity><field>purl</field><confidence>2</confidence></identity></evidence>",
            "<confidence>: expected a number from 0.000000 to 1.000000, found \"2\""},
           {"<evidence><occurrences><occurrence/></occurrences></evidence>",
            "<occurrence>: without <location>"},
           {"<releaseNotes><title>t</title></releaseNotes>", "<releaseNotes>: without <type>"},
           {"<modelCard><colour/></modelCard>", "<modelCard>: is no element of it: \"colour\""},
           {"<modelCard><modelParameters><approach><type>guessed</type></approach></modelParameters>"
            "</modelCard>",
            "<type>: expected one of"},
           {"<data><type>rumour</type></data>", "<type>: expected one of"},
           {"<cryptoProperties><assetType>lock</assetType></cryptoProperties>",
            "<assetType>: expected one of algorithm, certificate, protocol, related-crypto-material"},
           {"<hashes><digest alg=\"MD5\">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</digest></hashes>",
            "<hashes>: is no element of it: \"digest\""},
           {"<hashes><hash alg=\"MD5\">a</hash></hashes>", "<hash>: expected a text like"},
           {"<hashes/>words", "<component>: expected elements, found the text \"words\""},
           {"<components><part type=\"library\"><name>b</name></part></components>",
            "<components>: is no element of it: \"part\""}}) {
    EXPECT_THAT(refusal_of(component(inner)), HasSubstr(want)) << inner;
  }
}

// The parts beside the inventory, each good and with one fault.
TEST(CycloneDx, XmlRootPartsAreJudged) {
  const auto bom = [](const std::string& inner) {
    return "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.7\">" + inner + "</bom>";
  };
  const std::string bad = "<colour/>";
  for (const auto& [good, want] : std::vector<std::pair<std::string, std::string>>{
           {"<formulation><formula bom-ref=\"f\"><workflows><workflow bom-ref=\"w\"><uid>u</uid>"
            "<taskTypes><taskType>build</taskType></taskTypes>@</workflow></workflows></formula>"
            "</formulation>",
            "<workflow>: is no element of it: \"colour\""},
           {"<declarations><assessors><assessor bom-ref=\"a\"><thirdParty>true</thirdParty>@"
            "</assessor></assessors></declarations>",
            "<assessor>: is no element of it: \"colour\""},
           {"<definitions><standards><standard bom-ref=\"s\"><name>n</name><version>1</version>"
            "<description>d</description><owner>o</owner>@</standard></standards>"
            "</definitions>",
            "<standard>: is no element of it: \"colour\""},
           {"<citations><citation bom-ref=\"c\"><pointers><pointer>/x</pointer></pointers><timestamp>"
            "2026-01-02T03:04:05Z</timestamp><attributedTo>a</attributedTo>@</citation></citations>",
            "<citation>: is no element of it: \"colour\""}}) {
    std::string text = good;
    const std::size_t at = text.find('@');
    text.replace(at, 1, "");
    EXPECT_EQ(refusal_of(bom(text)), "") << text;
    text.insert(at, bad);
    EXPECT_THAT(refusal_of(bom(text)), HasSubstr(want)) << text;
  }
  EXPECT_THAT(refusal_of(bom("<citations><citation><pointers><pointer>/x</pointer></pointers><timestamp>"
                             "2026-01-02T03:04:05Z</timestamp></citation></citations>")),
              HasSubstr("<citation>: without <attributedTo> or <process>"));
  EXPECT_THAT(refusal_of(bom("<components><component type=\"library\"><name>a</name><versionRange>"
                             "vers:npm/1.0.0</versionRange></component></components>")),
              HasSubstr("<versionRange> needs isExternal=\"true\""));
  EXPECT_THAT(refusal_of(bom("<components><component type=\"library\" bom-ref=\"x\"><name>a</name>"
                             "</component></components><formulation><formula bom-ref=\"x\"/></formulation>")),
              HasSubstr("two elements are called \"x\""));
}

// What another prefix names must not hide from the inventory.
TEST(CycloneDx, XmlNamespaces) {
  const auto bom = [](const std::string& inner) {
    return "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\" xmlns:o=\"urn:other\"><components>"
           "<component type=\"library\"><name>a</name></component>" +
           inner + "</components></bom>";
  };
  EXPECT_EQ(refusal_of(bom("<o:component/>")), "");
  EXPECT_EQ(refusal_of(bom("<component xmlns=\"urn:other\"><colour/></component>")), "");
  EXPECT_EQ(must_read(bom("<component xmlns=\"urn:other\"><colour/></component>"))->components.size(),
            1U);
  EXPECT_THAT(refusal_of(bom("<x:component xmlns:x=\"http://cyclonedx.org/schema/bom/1.5\" "
                             "type=\"library\"><x:name>hidden</x:name></x:component>")),
              HasSubstr("the namespace of the document has a second prefix: \"xmlns:x\""));
}

// 1.0 demands what 1.1 no longer does, and knows less.
TEST(CycloneDx, XmlOfTheFirstVersions) {
  const auto bom = [](const std::string& version, const std::string& component) {
    return "<bom xmlns=\"http://cyclonedx.org/schema/bom/" + version +
           "\" version=\"1\"><components>" + component + "</components></bom>";
  };
  const std::string plain =
      "<component type=\"library\"><name>a</name><version>1</version></component>";
  EXPECT_THAT(refusal_of(bom("1.0", plain)), HasSubstr("<component>: without <modified>"));
  EXPECT_EQ(refusal_of(bom("1.1", plain)), "");
  EXPECT_THAT(refusal_of(bom("1.1", "<component type=\"container\"><name>a</name><version>1</version>"
                                    "</component>")),
              HasSubstr("<component> attribute \"type\": expected one of"));
  EXPECT_THAT(refusal_of(bom("1.1", "<component type=\"library\"><version>1</version></component>")),
              HasSubstr("<component>: without <name>, found <version> there"));
}

TEST(CycloneDx, XmlDependenciesNest) {
  const DocumentPtr d = must_read(
      "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.4\"><components>"
      "<component type=\"library\" bom-ref=\"a\"><name>a</name></component>"
      "<component type=\"library\" bom-ref=\"b\"><name>b</name></component>"
      "<component type=\"library\" bom-ref=\"c\"><name>c</name></component></components>"
      "<dependencies><dependency ref=\"a\"><dependency ref=\"b\"><dependency ref=\"c\"/></dependency>"
      "</dependency></dependencies></bom>");
  ASSERT_EQ(d->edges.size(), 2U);
  EXPECT_EQ(d->edges[0].to, 1U);
  EXPECT_EQ(d->edges[1].from, 1U);
  EXPECT_EQ(d->edges[1].to, 2U);
}

TEST(CycloneDx, XmlIsRefusedWithItsReason) {
  const auto component = [](const std::string& inner) {
    return "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><components><component "
           "type=\"library\">" +
           inner + "</component></components></bom>";
  };
  EXPECT_EQ(refusal_of(component("<name>a</name>")), "");
  EXPECT_THAT(refusal_of(component("<version>1</version>")),
              HasSubstr("<component>: without <name>, found <version> there"));
  EXPECT_THAT(refusal_of(component("<name>a</name><name>b</name>")),
              HasSubstr("<component>: <name> stands there too often or out of order"));
  EXPECT_THAT(refusal_of(component("<name>a</name><colour>red</colour>")),
              HasSubstr("<component>: is no element of it: \"colour\""));
  EXPECT_THAT(refusal_of(component("<name>a</name><scope>maybe</scope>")),
              HasSubstr("<scope>: expected one of excluded, optional, required, found \"maybe\""));
  EXPECT_THAT(refusal_of(component("<name>a</name><modified>maybe</modified>")),
              HasSubstr("expected true or false"));
  EXPECT_THAT(refusal_of(component("<name>a</name")), HasSubstr("line 1 column"));
}

TEST(CycloneDx, LicencesKeepWhatTheySay) {
  const DocumentPtr d = must_read(cyclonedx(
      R"("components":[{"type":"library","name":"a","licenses":[{"license":{"id":"MIT","acknowledgement":"declared"}},{"license":{"name":"Mine"}}],)"
      R"("evidence":{"licenses":[{"license":{"id":"Zlib"}}]}},{"type":"library","name":"b","licenses":[{"expression":"MIT OR Zlib","acknowledgement":"concluded"}]}])"));
  const auto a = d->licences_of(d->components[0]);
  ASSERT_EQ(a.size(), 3U);
  EXPECT_EQ(a[0].role, LicenceRole::declared);
  EXPECT_EQ(a[1].form, LicenceForm::name);
  EXPECT_EQ(a[1].role, LicenceRole::unstated);
  EXPECT_EQ(a[2].role, LicenceRole::evidence);
  EXPECT_EQ(d->licences_of(d->components[1])[0].role, LicenceRole::concluded);
}

// A VEX beside an inventory names its elements; one without speaks about another document's.
TEST(CycloneDx, VulnerabilitiesOfNothing) {
  const std::string vex = R"("vulnerabilities":[{"id":"CVE-2026-1","affects":[{"ref":"nothing"}]}])";
  EXPECT_THAT(defects_of(*must_read(cyclonedx(vex))),
              Not(Contains(HasSubstr("nothing here is called"))));
  EXPECT_THAT(
      defects_of(*must_read(cyclonedx(R"("components":[{"type":"library","name":"a"}],)" + vex))),
      Contains("dangling-reference: vulnerability: nothing here is called \"nothing\""));
}

TEST(CycloneDx, VulnerabilitiesAreKept) {
  const DocumentPtr d = must_read(cyclonedx(
      R"("components":[{"type":"library","name":"a","bom-ref":"a"}],"vulnerabilities":[{"id":"CVE-2026-1","source":{"name":"NVD"},)"
      R"("ratings":[{"severity":"high","score":7.5,"method":"CVSSv31"}],"analysis":{"state":"not_affected","justification":"code_not_reachable"},)"
      R"("affects":[{"ref":"a","versions":[{"version":"1","status":"affected"}]},{"ref":"urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#x"}]}])"));
  ASSERT_EQ(d->vulnerabilities.size(), 1U);
  const Vulnerability& v = d->vulnerabilities[0];
  EXPECT_EQ(v.id.view(), "CVE-2026-1");
  EXPECT_EQ(v.state.view(), "not_affected");
  EXPECT_EQ(Document::rows(d->ratings, v.ratings)[0].score.view(), "7.5");
  const auto affected = Document::rows(d->affected, v.affects);
  ASSERT_EQ(affected.size(), 2U);
  EXPECT_EQ(affected[0].component, 0U);
  EXPECT_EQ(affected[1].component, kNowhere);
  EXPECT_THAT(defects_of(*d), ElementsAre(HasSubstr("missing-primary")));
}

TEST(Syft, Model) {
  const DocumentPtr d = must_read(
      R"~({"artifacts":[{"id":"1","name":"musl","version":"1.2","type":"apk","licenses":[{"value":"MIT","spdxExpression":"MIT","type":"declared"}],
    "cpes":[{"cpe":"cpe:2.3:a:musl:musl:1.2:*:*:*:*:*:*:*"}],"purl":"pkg:apk/alpine/musl@1.2"},{"id":"2","name":"busybox","version":"1","type":"apk","cpes":["cpe:2.3:a:b:b:1:*:*:*:*:*:*:*"],"purl":"","licenses":["GPL-2.0-only"]}],
    "artifactRelationships":[{"parent":"1","child":"2","type":"dependency-of"},{"parent":"s","child":"1","type":"contains"}],
    "source":{"id":"s","name":"alpine","version":"3","type":"image","metadata":{"manifestDigest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","repoDigests":["alpine@sha256:bb"]}},
    "descriptor":{"name":"syft","version":"1.2.0"},"schema":{"version":"16.0.0","url":"x"}})~");
  EXPECT_THAT(d->defects, IsEmpty());
  ASSERT_EQ(d->components.size(), 3U);
  EXPECT_EQ(d->purl_of(d->components[0]), "pkg:apk/alpine/musl@1.2");
  EXPECT_TRUE(d->components[1].identifiers.count == 1);
  EXPECT_EQ(d->components[2].kind, Kind::container);
  EXPECT_TRUE(d->components[2].primary);
  // "musl dependency-of busybox": busybox depends on musl.
  EXPECT_EQ(d->edges[0].from, 1U);
  EXPECT_EQ(d->edges[0].to, 0U);
  EXPECT_EQ(d->tools[0].name.view(), "syft");
  EXPECT_THAT(refusal_of(R"({"artifacts":[{"id":"1"}],"schema":{"version":"16"}})"),
              HasSubstr("artifact without \"name\""));
}

}  // namespace
}  // namespace portreeve::sbom
