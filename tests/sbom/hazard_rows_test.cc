// More of the hazards that hazards_test.cc lists: what needs a graph, an inventory or a container.

#include <gmock/gmock.h>
#include <zlib.h>

#include <ctime>

#include "sbom/container.h"
#include "sbom/graph.h"
#include "sbom/inventory.h"
#include "tests/sbom/documents.h"
#include "tests/sbom/model_text.h"

namespace portreeve::sbom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A builder that scans the parent at the end of each object takes minutes for this one.
TEST(Hazard, QuadraticParsingOfLargeObjects) {
  std::string members = "\"x\":{";
  for (int i = 0; i < 300'000; ++i) members += "\"k" + std::to_string(i) + "\":{\"a\":[]},";
  const std::clock_t before = std::clock();
  must_read(spdx2(kPackageA, members + "\"last\":0}"));
  EXPECT_LT(static_cast<double>(std::clock() - before) / CLOCKS_PER_SEC, 20.0);
  EXPECT_THAT(refusal_of(spdx2(kPackageA, members + "\"k7\":0}")),
              HasSubstr("key \"k7\" repeated"));
}

// 1:2000 below every limit of size: the ratio alone gives it away.
TEST(Hazard, CompressionBombsByRatio) {
  const std::string text(4 * limits::kMiB, ' ');
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  const auto result =
      unwrap(std::make_shared<const std::string>(packed), limits::kSbomMostBytes, nullptr);
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().code, Errc::limit);
  EXPECT_THAT(result.error().message, HasSubstr("more than 100 times its size"));
}

TEST(Hazard, NumbersOutOfRangeAreRefused) {
  for (const std::string version : {"-1", "0", "2.5", "\"1\""}) {
    EXPECT_THAT(
        refusal_of(R"({"bomFormat":"CycloneDX","specVersion":"1.6","version":)" + version + "}"),
        HasSubstr("version: "))
        << version;
  }
}

TEST(Hazard, CyclesAreWalkedOnce) {
  std::string dependencies;
  std::string components;
  constexpr int kMany = 2000;
  for (int i = 0; i < kMany; ++i) {
    const auto name = [](int at) { return "\"c" + std::to_string(at % kMany) + "\""; };
    components += std::string(i == 0 ? "" : ",") + R"({"type":"library","name":)" + name(i) +
                  R"(,"bom-ref":)" + name(i) + "}";
    dependencies += std::string(i == 0 ? "" : ",") + R"({"ref":)" + name(i) + R"(,"dependsOn":[)" +
                    name(i + 1) + "," + name(i + 2) + "]}";
  }
  const DocumentPtr d = must_read(cyclonedx(
      R"("metadata":{"component":{"type":"application","name":"p","bom-ref":"p"}},)"
      R"("components":[)" +
      components + R"(],"dependencies":[{"ref":"p","dependsOn":["c0"]},)" + dependencies + "]"));
  const Graph graph = Graph::of(*d);
  EXPECT_FALSE(graph.cycle.empty());
  EXPECT_THAT(graph.orphans, IsEmpty());
  // The shortest way: one step to c0, then two at a time.
  EXPECT_EQ(graph.deepest, 1U + kMany / 2);
}

TEST(Hazard, ExternalReferencesOfEveryFormatAreNotDangling) {
  const DocumentPtr link = must_read(cyclonedx(
      R"("components":[{"type":"library","name":"a","bom-ref":"a"}],"dependencies":[{"ref":"a","dependsOn":["urn:cdx:f08a6ccd-4dce-4759-bd84-c626675d60a7/1#x"]}])"));
  ASSERT_EQ(link->loose_ends.size(), 1U);
  EXPECT_EQ(link->loose_ends[0].reason, LooseReason::external);
  for (const Defect& defect : link->defects) {
    EXPECT_NE(defect.kind, DefectKind::dangling_reference) << defect.message;
  }
}

// Nothing that a document says becomes a path, an escape sequence or a line of ours.
TEST(Hazard, HostileFileNamesAreLabels) {
  const auto inventory = Inventory::make(must_read(spdx2(
      R"({"SPDXID":"SPDXRef-a","name":"../../etc/passwd\r\nx","versionInfo":"\u001b]0;x\u0007","downloadLocation":"NONE"})")));
  const std::string label = inventory->label(0);
  EXPECT_THAT(label, HasSubstr("../../etc/passwd"));
  for (const char c : {'\r', '\n', '\x1b', '\a'}) EXPECT_EQ(label.find(c), std::string::npos);
}

TEST(Hazard, XmlEntitiesAreNotExpanded) {
  const auto named = [](const std::string& name) {
    return R"(<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1"><components><component type="library"><name>)" +
           name + "</name><version>1</version></component></components></bom>";
  };
  EXPECT_EQ(must_read(named("a&amp;&#x62;"))->components[0].name.view(), "a&b");
  EXPECT_THAT(refusal_of(named("&xxe;")),
              HasSubstr("a reference to \"xxe\", which nothing here defines"));
  EXPECT_NE(refusal_of(named("&#0;")), "");
  EXPECT_NE(refusal_of(named("&#xD800;")), "");
  EXPECT_THAT(refusal_of(named("a\x01")), HasSubstr("a control character"));
  EXPECT_EQ(must_read(named("<![CDATA[&x;]]>"))->components[0].name.view(), "&x;");
  std::string many = R"(<bom xmlns="http://cyclonedx.org/schema/bom/1.4" version="1")";
  for (int i = 0; i < 100'000; ++i) many += " a" + std::to_string(i) + "=\"\"";
  EXPECT_NE(refusal_of(many + "/>"), "");
}

// SPDX 2.3 §6.9: UTC, to the second, and nothing else. RFC 3339 and RFC 9557 say more.
TEST(Hazard, TimesOfSpdxAreUtcSeconds) {
  const auto created = [](const std::string& time) {
    std::string text = spdx2(kPackageA);
    text.replace(text.find("2026-01-02T03:04:05Z"), 20, time);
    return defects_of(*must_read(text));
  };
  EXPECT_THAT(created("0001-01-01T00:00:00Z"), IsEmpty());
  for (const std::string bad :
       {"2026-01-02T03:04:05+02:00", "2026-01-02T03:04:05.123Z",
        "2026-01-02T03:04:05Z[Europe/Paris]", "2026-02-30T03:04:05Z", "2026-01-02T24:00:00Z",
        "2026-01-02 03:04:05Z", "2026-01-02T03:04:05z", "2026-01-02T03:04:05",
        "2026-06-30T23:59:60Z", ""}) {
    EXPECT_THAT(created(bad), ElementsAre(HasSubstr("invalid-time: creationInfo.created: ")))
        << bad;
  }
}

}  // namespace
}  // namespace portreeve::sbom
