// One named test for each hazard of bad input that is known of SBOMs, here or in
// hazard_rows_test.cc:
//
//   quadratic parsing (callbacks)   Hazard.QuadraticParsingOfLargeObjects,
//   TimeIsLinearWhateverTheReferences duplicate object keys Hazard.DuplicateKeysAreRefusedAnywhere
//   deep nesting                    Hazard.DeepNestingIsALimit, NestedComponentsAreContained
//   huge files                      Hazard.HugeFilesAreALimit, MemoryIsCounted
//   compression bombs               Hazard.CompressionBombsByRatio, Container.BombsAreALimit
//   numbers                         Hazard.NumbersAreNotDoubles, NumbersOutOfRangeAreRefused
//   encoding                        Hazard.EncodingIsUtf8, ControlCharactersInIdentifiersAreRefused
//   writing of bad strings          Hazard.WhatIsWrittenIsFitToPrint
//   duplicate SPDXID, bom-ref       Hazard.DuplicateIdsAreDefects, RepeatedDependenciesAreWarnings
//   cycles                          Hazard.CyclesAreLegal, CyclesAreWalkedOnce
//   dangling references             Hazard.DanglingIsNotExternal,
//   ExternalReferencesOfEveryFormatAreNotDangling empty and odd Hazard.OddDocumentsAreRead hostile
//   names                   Hazard.HostileNamesStayNames, HostileFileNamesAreLabels,
//                                   TextsOfCycloneDxAreLimitedToo
//   patterns over long texts        Hazard.PatternsOverLongNamesEnd
//   XML                             Hazard.XmlDoctypeIsRefused, XmlEntitiesAreNotExpanded,
//   XmlIsLimitedToo JSON-LD contexts                Hazard.JsonLdContextIsNeverFetched times
//   Hazard.TimesAreRead, TimesOfSpdxAreUtcSeconds two formats in one
//   Hazard.TwoFormatsAtOnceAreRefused several SBOMs SbomCheck.UnsignedOnesDoNotCount,
//   SbomCheck.TheNewestIsNoChoice

#include <gmock/gmock.h>

#include "core/utf8.h"
#include "sbom/package_pattern.h"
#include "tests/sbom/documents.h"
#include "tests/sbom/model_text.h"

namespace portreeve::sbom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Hazard, DuplicateKeysAreRefusedAnywhere) {
  EXPECT_EQ(refusal_of(spdx2(kPackageA, R"("comment":"x","comment":"y")")),
            "line 1 column 401: key \"comment\" repeated");
  EXPECT_THAT(refusal_of(spdx2(
                  R"({"SPDXID":"SPDXRef-a","name":"a","name":"b","downloadLocation":"NONE"})")),
              HasSubstr("key \"name\" repeated"));
  // In what is passed over, and spelled differently.
  EXPECT_THAT(refusal_of(spdx2(kPackageA, R"("x-other":{"a":1,"\u0061":2})")),
              HasSubstr("key \"a\" repeated"));
  EXPECT_THAT(refusal_of(cyclonedx(R"("components":[],"components":[])")), HasSubstr("repeated"));
  std::string many = "\"x\":{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\":0,";
  EXPECT_THAT(refusal_of(spdx2(kPackageA, many + "\"k7\":1}")), HasSubstr("key \"k7\" repeated"));
}

TEST(Hazard, DeepNestingIsALimit) {
  const std::string deep = "\"x\":" + std::string(100'000, '[') + std::string(100'000, ']');
  const Result<DocumentPtr> document = read_text(spdx2(kPackageA, deep));
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code, Errc::limit);
  EXPECT_THAT(document.error().message, HasSubstr("nested deeper than 64"));
  // Nested components: 64 levels of objects and lists.
  std::string nested;
  for (int i = 0; i < 40; ++i) nested += R"({"type":"library","name":"n","components":[)";
  for (int i = 0; i < 40; ++i) nested += "]}";
  EXPECT_THAT(refusal_of(cyclonedx("\"components\":[" + nested + "]")),
              HasSubstr("nested deeper than 64"));
}

TEST(Hazard, NestedComponentsAreContained) {
  const DocumentPtr d = must_read(cyclonedx(
      R"("components":[{"type":"library","name":"a","components":[{"type":"library","name":"b","components":[{"type":"file","name":"c"}]}]}])"));
  ASSERT_EQ(d->components.size(), 3U);
  EXPECT_EQ(d->components[2].parent, 1U);
  ASSERT_EQ(d->edges.size(), 2U);
  EXPECT_EQ(d->edges[0].kind, EdgeKind::contains);
}

TEST(Hazard, HugeFilesAreALimit) {
  const Result<DocumentPtr> document = read(spdx2(kPackageA), 100, nullptr);
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code, Errc::limit);
  EXPECT_THAT(document.error().message, HasSubstr("limit is 100"));
}

TEST(Hazard, MemoryIsCounted) {
  std::string packages = kPackageA;
  for (int i = 0; i < 20'000; ++i) {
    packages += R"(,{"SPDXID":"SPDXRef-)" + std::to_string(i) +
                R"(","name":"a","downloadLocation":"NONE"})";
  }
  MemoryBudget small(512 * 1024);
  const Result<DocumentPtr> refused = read(spdx2(packages), limits::kSbomMostBytes, &small);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, Errc::limit);
  EXPECT_EQ(small.used(), 0U);
  MemoryBudget large(64 * limits::kMiB);
  {
    const Result<DocumentPtr> document = read(spdx2(packages), limits::kSbomMostBytes, &large);
    ASSERT_TRUE(document.ok());
    EXPECT_GE(large.used(), document.value()->components.size() * sizeof(Component));
  }
  EXPECT_EQ(large.used(), 0U);
}

TEST(Hazard, NumbersAreNotDoubles) {
  EXPECT_EQ(refusal_of(spdx2(kPackageA, "\"x\":1e400")), "");
  EXPECT_EQ(refusal_of(spdx2(kPackageA, "\"x\":" + std::string(100'000, '9'))), "");
  EXPECT_THAT(
      refusal_of(cyclonedx(R"("components":[{"type":"library","name":"a","version":1.0}])")),
      HasSubstr("components[0].version: expected string, found 1.0"));
  EXPECT_THAT(refusal_of(R"({"bomFormat":"CycloneDX","specVersion":"1.6","version":1.5})"),
              HasSubstr("version: expected an integer, found 1.5"));
}

TEST(Hazard, EncodingIsUtf8) {
  EXPECT_EQ(refusal_of("\xEF\xBB\xBF" + spdx2(kPackageA)),
            "line 1 column 1: byte order mark before the document");
  EXPECT_EQ(refusal_of(std::string("\xFF\xFE{\0", 4)),
            "line 1 column 1: expected UTF-8, found UTF-16");
  EXPECT_EQ(refusal_of(std::string("{\0\"\0", 4)), "line 1 column 1: expected UTF-8, found UTF-16");
  EXPECT_THAT(refusal_of(spdx2(kPackageA, "\"x\":\"\xC0\xAF\"")), HasSubstr("invalid UTF-8"));
  EXPECT_THAT(refusal_of(spdx2(kPackageA, "\"x\":\"\\ud800\"")), HasSubstr("lone surrogate"));
  EXPECT_THAT(refusal_of(spdx2(kPackageA, "\"x\":\"\n\"")),
              HasSubstr("control character in a string"));
}

TEST(Hazard, ControlCharactersInIdentifiersAreRefused) {
  EXPECT_THAT(
      refusal_of(spdx2(R"({"SPDXID":"SPDXRef-\u0000a","name":"a","downloadLocation":"NONE"})")),
      HasSubstr("control character in an identifier: \"SPDXRef-\\u{0000}a\""));
  EXPECT_THAT(
      refusal_of(spdx2(R"({"SPDXID":"SPDXRef-\u001b[31m","name":"a","downloadLocation":"NONE"})")),
      HasSubstr("control character"));
}

TEST(Hazard, DuplicateIdsAreDefects) {
  EXPECT_THAT(defects_of(*must_read(spdx2(kPackageA + "," + kPackageA))),
              ElementsAre("duplicate-id: two elements are called \"SPDXRef-a\""));
  EXPECT_THAT(
      defects_of(*must_read(cyclonedx(
          R"("metadata":{"component":{"type":"library","name":"p","bom-ref":"x"}},"components":[{"type":"library","name":"a","bom-ref":"x"}])"))),
      ElementsAre("duplicate-id: two elements are called \"x\""));
  EXPECT_EQ(gravity_of(DefectKind::duplicate_id), Gravity::error);
  // A vulnerability is judged by its name, too; and a process may not take a component's.
  EXPECT_THAT(
      defects_of(*must_read(cyclonedx(
          R"("vulnerabilities":[{"bom-ref":"v","id":"CVE-2026-1"},{"bom-ref":"v","id":"CVE-2026-2"}])"))),
      Contains("duplicate-id: two elements are called \"v\""));
  EXPECT_THAT(
      defects_of(*must_read(cyclonedx(
          R"("components":[{"type":"library","name":"a","bom-ref":"x"}],"formulation":[{"bom-ref":"x"}])"))),
      Contains("duplicate-id: two elements are called \"x\""));
}

// As the documents valid-citations-1.7 and valid-formulation-1.5 of the specification have it.
TEST(Hazard, NamesBesideTheInventoryMayBeShared) {
  EXPECT_THAT(
      defects_of(*must_read(cyclonedx(
          R"("formulation":[{"bom-ref":"w","workflows":[{"bom-ref":"w","uid":"u","taskTypes":["build"]}]}])"))),
      Contains("shared-name: two elements are called \"w\""));
  EXPECT_EQ(gravity_of(DefectKind::shared_name), Gravity::warning);
}

TEST(Hazard, RepeatedDependenciesAreWarnings) {
  const DocumentPtr d = must_read(cyclonedx(
      R"("metadata":{"component":{"type":"library","name":"p","bom-ref":"p"}},"components":[{"type":"library","name":"a","bom-ref":"a"}],)"
      R"("dependencies":[{"ref":"p","dependsOn":["a","a"]}])"));
  EXPECT_THAT(defects_of(*d), ElementsAre("repeated-dependency: \"p\" names \"a\" twice"));
  EXPECT_EQ(gravity_of(DefectKind::repeated_dependency), Gravity::warning);
  // Equal components are not valid, whatever the order of their members.
  EXPECT_THAT(refusal_of(cyclonedx(
                  R"("components":[{"type":"library","name":"a"},{"name":"a","type":"library"}])")),
              HasSubstr("the same element twice"));
}

TEST(Hazard, CyclesAreLegal) {
  const std::string cycle =
      R"("relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-b"},)"
      R"({"spdxElementId":"SPDXRef-b","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-a"}])";
  const DocumentPtr d = must_read(spdx2(kPackageA + "," + kPackageB, cycle));
  EXPECT_EQ(d->edges.size(), 2U);
  EXPECT_THAT(d->defects, IsEmpty());
}

TEST(Hazard, DanglingIsNotExternal) {
  const auto related = [](const std::string& to) {
    return R"("relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"DEPENDS_ON","relatedSpdxElement":")" +
           to + R"("}])";
  };
  EXPECT_THAT(
      defects_of(*must_read(spdx2(kPackageA, related("SPDXRef-gone")))),
      ElementsAre("dangling-reference: depends-on: nothing here is called \"SPDXRef-gone\""));
  const DocumentPtr external = must_read(spdx2(kPackageA, related("DocumentRef-x:SPDXRef-y")));
  EXPECT_THAT(defects_of(*external), ElementsAre(HasSubstr("undeclared-document: ")));
  ASSERT_EQ(external->loose_ends.size(), 1U);
  EXPECT_EQ(external->loose_ends[0].reason, LooseReason::external);
  for (const std::string word : {"NONE", "NOASSERTION"}) {
    const DocumentPtr d = must_read(spdx2(kPackageA, related(word)));
    EXPECT_THAT(d->defects, IsEmpty());
    EXPECT_EQ(d->components[0].dependencies,
              word == "NONE" ? Dependencies::none : Dependencies::unknown);
  }
  EXPECT_THAT(
      defects_of(*must_read(cyclonedx(
          R"("metadata":{"component":{"type":"library","name":"p","bom-ref":"p"}},"dependencies":[{"ref":"p","dependsOn":["gone"]}])"))),
      ElementsAre("dangling-reference: depends-on: nothing here is called \"gone\""));
}

TEST(Hazard, OddDocumentsAreRead) {
  // A root without name and version, null among the files, CRLF.
  const DocumentPtr d = must_read(
      spdx2(R"({"SPDXID":"SPDXRef-a","name":"","versionInfo":"","downloadLocation":"NOASSERTION"})",
            "\r\n\"files\":[null]\r\n"));
  EXPECT_TRUE(d->components[0].name.has_value());
  EXPECT_EQ(d->components[0].name.view(), "");
  EXPECT_THAT(defects_of(*d), ElementsAre("null-entry: null in the list of files"));
  EXPECT_THAT(refusal_of(spdx2("null")), HasSubstr("expected an object, found null"));
  EXPECT_THAT(refusal_of(spdx2(kPackageA) + "x"), HasSubstr("bytes after the JSON value"));
}

TEST(Hazard, HostileNamesStayNames) {
  const DocumentPtr d = must_read(spdx2(
      R"({"SPDXID":"SPDXRef-a","name":"\u001b[31m\u202e../../etc/passwd","downloadLocation":"NONE"})"));
  EXPECT_EQ(d->components[0].name.view(), "\x1b[31m\xE2\x80\xAE../../etc/passwd");
  const Result<DocumentPtr> document =
      read_text(spdx2(R"({"SPDXID":"SPDXRef-a","downloadLocation":"NONE","name":")" +
                      std::string(limits::kSbomTextBytes + 1, 'a') + "\"}"));
  ASSERT_FALSE(document.ok());
  EXPECT_EQ(document.error().code, Errc::limit);
  EXPECT_THAT(document.error().message, HasSubstr("text of 1048577 bytes, limit is 1048576"));
}

TEST(Hazard, TextsOfCycloneDxAreLimitedToo) {
  EXPECT_THAT(refusal_of(cyclonedx(R"("components":[{"type":"library","name":")" +
                                   std::string(limits::kSbomTextBytes + 1, 'a') + R"("}])")),
              HasSubstr("text of 1048577 bytes"));
  EXPECT_THAT(
      refusal_of(cyclonedx(R"("components":[{"type":"library","name":"a","bom-ref":"a\u0000b"}])")),
      HasSubstr("control character in an identifier: \"a\\u{0000}b\""));
}

TEST(Hazard, XmlDoctypeIsRefused) {
  const std::string bom =
      R"(<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"><components/></bom>)";
  EXPECT_EQ(refusal_of(bom), "");
  EXPECT_EQ(refusal_of("<!DOCTYPE bom [<!ENTITY a \"aaaa\">]>" + bom),
            "line 1 column 11: a DOCTYPE is not accepted");
  EXPECT_THAT(refusal_of("<!DOCTYPE bom SYSTEM \"file:///etc/passwd\">" + bom),
              HasSubstr("a DOCTYPE is not accepted"));
  EXPECT_THAT(refusal_of(bom + bom), HasSubstr("a second outermost element"));
  EXPECT_THAT(refusal_of(bom + "junk"), HasSubstr("bytes after the outermost element"));
  std::string deep = R"(<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"><pedigree>)";
  for (int i = 0; i < 100; ++i) deep += "<a>";
  for (int i = 0; i < 100; ++i) deep += "</a>";
  EXPECT_THAT(refusal_of(deep + "</pedigree></bom>"), HasSubstr("nested deeper than 64"));
}

TEST(Hazard, XmlIsLimitedToo) {
  const std::string head = R"(<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1">)";
  EXPECT_THAT(refusal_of(head + "<components><component type=\"library\"><name>" +
                         std::string(limits::kSbomTextBytes + 1, 'a') +
                         "</name></component></components></bom>"),
              HasSubstr("1048577 bytes"));
  EXPECT_NE(
      refusal_of(R"(<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1" version="2"/>)"),
      "");
}

// RE2 is linear, and a name may have a megabyte.
TEST(Hazard, PatternsOverLongNamesEnd) {
  PackagePattern::Parts parts;
  parts.name = "(a|a|aa)*b";
  const Result<PackagePattern> pattern = PackagePattern::compile(parts);
  ASSERT_TRUE(pattern.ok()) << pattern.error().message;
  const std::string name(limits::kSbomTextBytes, 'a');
  const auto of = [&](const std::string& text) {
    return Inventory::make(must_read(
        spdx2(R"({"SPDXID":"SPDXRef-a","downloadLocation":"NONE","name":")" + text + "\"}")));
  };
  EXPECT_EQ(pattern.value().matches(*of(name), 0), std::optional<bool>(false));
  EXPECT_EQ(pattern.value().matches(*of(name.substr(1) + "b"), 0), std::optional<bool>(true));
}

// Whatever a document says is UTF-8 when it is read, and escaped when it is said.
TEST(Hazard, WhatIsWrittenIsFitToPrint) {
  const auto inventory = Inventory::make(must_read(
      spdx2(R"({"SPDXID":"SPDXRef-a","name":"\u001b[31m\u202ex","downloadLocation":"NONE"})")));
  EXPECT_EQ(inventory->label(0), "\\u{001B}[31m\\u{202E}x");
  EXPECT_EQ(utf8::printable("a\xFF\xC0\x80z", 64).find('\xFF'), std::string::npos);
}

TEST(Hazard, JsonLdContextIsNeverFetched) {
  const auto with = [](const std::string& context) {
    return R"({"@context":)" + context + R"(,"@graph":[]})";
  };
  EXPECT_EQ(refusal_of(with(R"("https://spdx.org/rdf/4.0/spdx-context.jsonld")")),
            "line 1 column 13: @context: expected SPDX 3.0 or 3.1, found "
            "\"https://spdx.org/rdf/4.0/spdx-context.jsonld\"");
  EXPECT_THAT(refusal_of(with(R"("https://attacker.example/context.jsonld")")),
              HasSubstr("expected exactly one of"));
  EXPECT_THAT(refusal_of(with(R"("https://spdx.org/rdf/3.0.1/spdx-context.jsonld")")),
              HasSubstr("document without CreationInfo"));
}

TEST(Hazard, TimesAreRead) {
  const auto created = [](const std::string& time) {
    std::string text = spdx2(kPackageA);
    text.replace(text.find("2026-01-02T03:04:05Z"), 20, time);
    return defects_of(*must_read(text));
  };
  EXPECT_THAT(created("2026-01-02T03:04:05Z"), IsEmpty());
  EXPECT_THAT(
      created("2026-01-02"),
      ElementsAre(HasSubstr("invalid-time: creationInfo.created: expected YYYY-MM-DDThh:mm:ssZ")));
  EXPECT_THAT(created("2026-13-02T03:04:05Z"), ElementsAre(HasSubstr("invalid-time")));
  EXPECT_THAT(created("2026-01-02T23:59:60Z"), ElementsAre(HasSubstr("invalid-time")));
}

TEST(Hazard, TwoFormatsAtOnceAreRefused) {
  EXPECT_THAT(refusal_of(spdx2(kPackageA, R"("bomFormat":"CycloneDX")")),
              HasSubstr("a document of two formats"));
  EXPECT_THAT(refusal_of(spdx2(kPackageA,
                               R"("@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld")")),
              HasSubstr("a document of two formats"));
  EXPECT_THAT(refusal_of(cyclonedx(R"("spdxVersion":"SPDX-2.3")")),
              HasSubstr("spdxVersion: is no field of this version"));
  EXPECT_THAT(refusal_of("{}"), HasSubstr("expected exactly one of SPDX 2"));
  EXPECT_THAT(refusal_of("hello"), HasSubstr("expected exactly one of SPDX 2"));
}

TEST(Hazard, TimeIsLinearWhateverTheReferences) {
  // Equal hashes cannot be prepared to any effect; here: many equal references, and none.
  std::string packages = kPackageA;
  for (int i = 0; i < 20'000; ++i) packages += "," + kPackageB;
  const DocumentPtr d = must_read(spdx2(packages));
  EXPECT_EQ(d->defects.size(), limits::kSbomDefects);
  EXPECT_EQ(d->defects_left_out, 19'999U - limits::kSbomDefects);
}

// Each set of licences holds the next one twice, and each package names another: 25 MB of that
// became 3 GiB of expressions. Beyond 16 MiB a licence reads NOASSERTION, which allows nothing.
TEST(Hazard, SetsOfLicencesDoNotMultiply) {
  constexpr int kMany = 1000;
  const auto id = [](char kind, int i) {
    return std::string("\"https://a/") + kind + std::to_string(i) + "\"";
  };
  std::string graph =
      R"({"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-02T03:04:05Z","createdBy":["https://a/p"]},)"
      R"({"type":"Person","spdxId":"https://a/p","creationInfo":"_:c","name":"Jane"})";
  const auto element = [&](const std::string& type, const std::string& name,
                           const std::string& more) {
    graph +=
        R"(,{"creationInfo":"_:c","type":")" + type + R"(","spdxId":)" + name + "," + more + "}";
  };
  for (int i = 0; i < kMany; ++i) {
    element("expandedlicensing_DisjunctiveLicenseSet", id('l', i),
            "\"expandedlicensing_member\":[" + id('l', i + 1) + "," + id('l', i + 1) + "]");
    element("software_Package", id('x', i), R"("name":"x")");
    element("Relationship", id('r', i),
            "\"from\":" + id('x', i) + ",\"to\":[" + id('l', i) +
                R"(],"relationshipType":"hasDeclaredLicense")");
  }
  element("simplelicensing_LicenseExpression", id('l', kMany),
          R"("simplelicensing_licenseExpression":"MIT")");
  MemoryBudget budget(limits::kToolMemoryBudget);
  const auto text = std::make_shared<const std::string>(
      R"({"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[)" + graph + "]}");
  const auto document = read(text, limits::kSbomMostBytes, &budget);
  ASSERT_TRUE(document.ok()) << document.error().message;
  EXPECT_LT(budget.used(), 64U << 20) << "a thousand expressions of 64 KiB";
  const Document& d = *document.value();
  ASSERT_EQ(d.components.size(), static_cast<std::size_t>(kMany));
  EXPECT_EQ(d.licences.size(), static_cast<std::size_t>(kMany));
  std::size_t unsaid = 0;
  for (const auto& licence : d.licences)
    unsaid += licence.text.written() == "NOASSERTION" ? 1U : 0U;
  EXPECT_GT(unsaid, 500U);
  EXPECT_LT(unsaid, 900U);
}

}  // namespace
}  // namespace portreeve::sbom
