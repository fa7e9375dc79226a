// One mistake at a time in a CycloneDX document of each version: each is named, with its place.

#include <gmock/gmock.h>

#include "tests/sbom/documents.h"

namespace portreeve::sbom {
namespace {

using ::testing::HasSubstr;

std::string full(const std::string& version) {
  return R"~({"bomFormat":"CycloneDX","specVersion":")~" + version +
         R"~(","version":1,"serialNumber":"urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
"metadata":{"timestamp":"2026-01-02T03:04:05Z","authors":[{"name":"Jane","email":"jane@acme.example"}],
"component":{"type":"application","name":"p","version":"1","bom-ref":"p"}},
"components":[{"type":"library","name":"a","version":"1","bom-ref":"a","purl":"pkg:npm/a@1",
"licenses":[{"license":{"id":"MIT"}}],"externalReferences":[{"type":"website","url":"https://a.example"}],
"hashes":[{"alg":"SHA-1","content":"d6a770ba38583ed4bb4525bd96e50461655d2758"}]}],
"dependencies":[{"ref":"p","dependsOn":["a"]},{"ref":"a","dependsOn":[]}]})~";
}

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
const Mutant kMutants[] = {
    {R"("components")", R"("Components")", "Components: "},
    {R"("purl":)", R"("Purl":)", "components[0].Purl: "},
    {R"("timestamp":)", R"("timeStamp":)", "metadata.timeStamp: "},
    {"2026-01-02T03:04:05Z", "yesterday", "metadata.timestamp: "},
    {"jane@acme.example", "nobody", "metadata.authors[0].email: "},
    {"urn:uuid:3e671687", "urn:uuid:XYZ", "serialNumber: "},
    {R"("bomFormat":"CycloneDX")", R"("bomFormat":"cyclonedx")", "bomFormat: "},
    {R"("version":1,)", R"("version":"1",)", "version: "},
    {R"("type":"library",)", "", "components[0]: without \"type\""},
    {R"("type":"library")", R"("type":"Library")", "components[0].type: "},
    {R"("name":"a",)", "", "components[0]: without \"name\""},
    {R"("name":"a")", R"("name":null)", "components[0].name: "},
    {R"("name":"a")", R"("name":"a","name":"b")", "key \"name\" repeated"},
    {"pkg:npm/a@1", "npm/a@1", "invalid-purl: \"npm/a@1\""},
    {R"("id":"MIT")", R"("id":"mit")", "licenses"},
    {R"({"license":{"id":"MIT"}})", R"({"expression":"MIT AND OR"})",
     "invalid-licence: licence expression \"MIT AND OR\": expected a licence, found \"OR\""},
    {R"("id":"MIT")", R"("id":"MIT","name":"MIT")", "licenses"},
    {R"("type":"website")", R"("type":"homepage")", "externalReferences[0].type: "},
    {R"("alg":"SHA-1")", R"("alg":"SHA1")", "hashes[0].alg: "},
    {R"("alg":"SHA-1")", R"("alg":"SHA-256")", "hash-length: SHA-256: expected 64"},
    {R"("dependsOn":["a"])", R"("dependsOn":["b"])", "dangling-reference: "},
    {R"({"ref":"a",)", R"({"ref":"b",)", "dangling-reference: "},
    {R"("dependsOn":["a"])", R"("dependsOn":"a")", "dependencies[0].dependsOn: "},
    {R"("bom-ref":"a")", R"("bom-ref":"p")", "duplicate-id: "},
};

TEST(CycloneDxMutants, OfEveryVersion) {
  for (const std::string version : {"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"}) {
    ASSERT_EQ(said_of(full(version)), "") << version;
    for (const Mutant& mutant : kMutants) {
      // Before 1.4 an email is any text.
      if (mutant.to == "nobody" && version < "1.4") continue;
      std::string text = full(version);
      const std::size_t at = text.find(mutant.from);
      ASSERT_NE(at, std::string::npos) << mutant.from;
      text.replace(at, mutant.from.size(), mutant.to);
      EXPECT_THAT(said_of(text), HasSubstr(mutant.said)) << version << " " << mutant.to;
    }
    const std::string text = full(version);
    for (std::size_t size = 1; size < text.size(); size += 7) {
      ASSERT_NE(refusal_of(text.substr(0, size)), "") << version << " " << size;
    }
  }
}

TEST(CycloneDxMutants, ReferencesOfOtherPartsMustNameSomething) {
  const std::string a = R"("components":[{"type":"library","name":"a","bom-ref":"a"}],)";
  const auto composition = [&](const std::string& ref) {
    return cyclonedx(a + R"("compositions":[{"aggregate":"complete","assemblies":[")" + ref +
                     R"("]}])");
  };
  EXPECT_THAT(said_of(composition("a")), ::testing::Not(HasSubstr("dangling")));
  EXPECT_THAT(said_of(composition("b")), HasSubstr("nothing here is called \"b\""));
  const auto annotation = [&](const std::string& ref) {
    return cyclonedx(
        a + R"("annotations":[{"subjects":[")" + ref +
        R"("],"annotator":{"individual":{"name":"J"}},"timestamp":"2026-01-02T03:04:05Z","text":"t"}])");
  };
  EXPECT_THAT(said_of(annotation("a")), ::testing::Not(HasSubstr("dangling")));
  EXPECT_THAT(said_of(annotation("b")), HasSubstr("nothing here is called \"b\""));
}

}  // namespace
}  // namespace portreeve::sbom
