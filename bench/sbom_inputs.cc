#include "bench/sbom_inputs.h"

#include <cstddef>

namespace portreeve::bench {
namespace {

std::string number(std::size_t value) { return std::to_string(value); }

// As Syft writes it: 750 bytes a package, 640 a file.
std::string spdx2(std::size_t packages, std::size_t files) {
  std::string out = R"~({
 "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "image",
 "documentNamespace": "https://anchore.com/syft/image/x",
 "creationInfo": {"licenseListVersion": "3.24", "creators": ["Organization: Anchore, Inc", "Tool: syft-1.20.0"], "created": "2026-01-02T03:04:05Z"},
 "packages": [)~";
  for (std::size_t i = 0; i < packages; ++i) {
    const std::string n = number(i);
    out += std::string(i == 0 ? "" : ",") + "\n  {\n   \"name\": \"package-" + n +
           "\",\n   \"SPDXID\": \"SPDXRef-Package-npm-package-" + n +
           "-0123456789abcdef\",\n   \"versionInfo\": \"1.2." + n +
           "\",\n   \"supplier\": \"NOASSERTION\",\n   \"downloadLocation\": \"NOASSERTION\",\n   "
           "\"filesAnalyzed\": false,\n"
           "   \"sourceInfo\": \"acquired package info from installed node module manifest file: "
           "/app/node_modules/package/package.json\",\n"
           "   \"licenseConcluded\": \"NOASSERTION\",\n   \"licenseDeclared\": \"MIT\",\n   "
           "\"copyrightText\": \"NOASSERTION\",\n"
           "   \"externalRefs\": [\n    {\"referenceCategory\": \"SECURITY\", \"referenceType\": "
           "\"cpe23Type\", \"referenceLocator\": "
           "\"cpe:2.3:a:package:package:1.2:*:*:*:*:node.js:*:*\"},\n"
           "    {\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\", "
           "\"referenceLocator\": \"pkg:npm/package-" +
           n + "@1.2." + n + "\"}\n   ]\n  }";
  }
  out += "],\n \"files\": [";
  for (std::size_t i = 0; i < files; ++i) {
    const std::string n = number(i);
    out += std::string(i == 0 ? "" : ",") + "\n  {\n   \"fileName\": \"/app/node_modules/package-" +
           n + "/lib/internal/source.js\",\n   \"SPDXID\": \"SPDXRef-File-app-node-modules-" + n +
           "-0123456789abcdef\",\n   \"fileTypes\": [\n    \"TEXT\"\n   ],\n   \"checksums\": [\n  "
           "  {\n     \"algorithm\": \"SHA1\",\n     \"checksumValue\": "
           "\"0000000000000000000000000000000000000000\"\n    },\n"
           "    {\n     \"algorithm\": \"SHA256\",\n     \"checksumValue\": "
           "\"0000000000000000000000000000000000000000000000000000000000000000\"\n    }\n   ],\n"
           "   \"licenseConcluded\": \"NOASSERTION\",\n   \"licenseInfoInFiles\": [\n    "
           "\"NOASSERTION\"\n   ],\n   \"copyrightText\": \"\",\n   \"comment\": \"layerID: "
           "sha256:0123456789abcdef0123456789abcdef\"\n  }";
  }
  out +=
      "],\n \"relationships\": [\n  {\"spdxElementId\": \"SPDXRef-DOCUMENT\", "
      "\"relatedSpdxElement\": \"SPDXRef-Package-npm-package-0-0123456789abcdef\", "
      "\"relationshipType\": \"DESCRIBES\"}";
  for (std::size_t i = 0; i < files; ++i) {
    out += ",\n  {\"spdxElementId\": \"SPDXRef-Package-npm-package-" + number(i % packages) +
           "-0123456789abcdef\", \"relatedSpdxElement\": \"SPDXRef-File-app-node-modules-" +
           number(i) + "-0123456789abcdef\", \"relationshipType\": \"CONTAINS\"}";
  }
  return out + "]}\n";
}

std::string spdx2_of(const std::string& packages, const std::string& relationships) {
  return R"({"spdxVersion":"SPDX-2.3","dataLicense":"CC0-1.0","SPDXID":"SPDXRef-DOCUMENT","name":"n","documentNamespace":"https://a/n",)"
         R"("creationInfo":{"creators":["Tool: t"],"created":"2026-01-02T03:04:05Z"},"packages":[)" +
         packages + R"(],"relationships":[)" + relationships + "]}";
}

std::string chain(std::size_t count) {
  std::string packages;
  std::string edges;
  for (std::size_t i = 0; i < count; ++i) {
    packages += (i == 0 ? "" : ",") + std::string(R"({"SPDXID":"SPDXRef-)") + number(i) +
                R"(","name":"n","downloadLocation":"NONE"})";
    if (i > 0)
      edges += (i == 1 ? "" : ",") + std::string(R"({"spdxElementId":"SPDXRef-)") + number(i - 1) +
               R"(","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-)" + number(i) +
               "\"}";
  }
  return spdx2_of(packages, edges);
}

std::string million_components() {
  std::string out = R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)";
  for (std::size_t i = 0; i < 1'000'000; ++i)
    out += (i == 0 ? "" : ",") + std::string(R"({"type":"file","name":")") + number(i) + "\"}";
  return out + "]}";
}

std::string one_reference() {
  std::string packages;
  for (std::size_t i = 0; i < 500'000; ++i)
    packages += std::string(i == 0 ? "" : ",") +
                R"({"SPDXID":"SPDXRef-a","name":"a","downloadLocation":"NONE"})";
  return spdx2_of(packages, "");
}

std::string licences() {
  std::string out =
      R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"type":"library","name":"a","licenses":[)";
  for (std::size_t i = 0; i < 800'000; ++i)
    out += (i == 0 ? "" : ",") + std::string(R"({"license":{"name":")") + number(i) + "\"}}";
  return out + "]}]}";
}

std::string many_keys() {
  std::string out = spdx2_of("", "");
  out.pop_back();
  for (std::size_t i = 0; i < 2'000'000; ++i) out += ",\"k" + number(i) + "\":0";
  return out + "}";
}

std::string escapes() {
  return spdx2_of(
      R"({"SPDXID":"SPDXRef-a","downloadLocation":"NONE","name":"a","licenseInfoFromFiles":[)" +
          [] {
            std::string out;
            for (std::size_t i = 0; i < 2'000'000; ++i)
              out += std::string(i == 0 ? "" : ",") + "\"\\u00e9\\u00e9\"";
            return out;
          }() +
          "]}",
      "");
}

std::string xml() {
  std::string out = "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components>";
  for (std::size_t i = 0; i < 400'000; ++i)
    out += "<component type=\"file\"><name>" + number(i) + "</name></component>";
  return out + "</components></bom>";
}

std::string list(std::size_t count, const std::function<std::string(std::size_t)>& item) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ',';
    out += item(i);
  }
  return out;
}

std::string ring(std::size_t count) {
  return spdx2_of(list(count,
                       [](std::size_t i) {
                         return R"({"SPDXID":"SPDXRef-)" + number(i) +
                                R"(","name":"n","downloadLocation":"NONE"})";
                       }),
                  list(2 * count, [&](std::size_t i) {
                    return R"({"spdxElementId":"SPDXRef-)" + number(i / 2) +
                           R"(","relationshipType":"DEPENDS_ON","relatedSpdxElement":"SPDXRef-)" +
                           number((i / 2 + 1 + i % 2) % count) + "\"}";
                  }));
}

std::string expressions(const std::string& licence, std::size_t count) {
  return spdx2_of(list(count,
                       [&](std::size_t i) {
                         return R"({"SPDXID":"SPDXRef-)" + number(i) +
                                R"(","name":"n","downloadLocation":"NONE","licenseDeclared":")" +
                                licence + "\"}";
                       }),
                  "");
}

// As many licences of its own as packages that refer to them.
std::string own_licences(std::size_t count) {
  std::string out = spdx2_of(
      list(count,
           [&](std::size_t i) {
             return R"({"SPDXID":"SPDXRef-)" + number(i) +
                    R"(","name":"n","downloadLocation":"NONE","licenseDeclared":"LicenseRef-)" +
                    number(i) + "\"}";
           }),
      "");
  out.resize(out.rfind('}'));
  return out + R"(,"hasExtractedLicensingInfos":[)" +
         list(count,
              [](std::size_t i) {
                return R"({"licenseId":"LicenseRef-)" + number(i) + R"(","extractedText":"t"})";
              }) +
         "]}";
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::string spdx3_of(const std::string& elements) {
  return R"({"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld","@graph":[)"
         R"({"type":"CreationInfo","@id":"_:c","specVersion":"3.0.1","created":"2026-01-02T03:04:05Z","createdBy":["https://a/p"]},)"
         R"({"type":"Person","spdxId":"https://a/p","creationInfo":"_:c","name":"Jane"},)"
         R"({"type":"SpdxDocument","spdxId":"https://a/d","creationInfo":"_:c","name":"n","rootElement":["https://a/x0"]},)" +
         elements + "]}";
}

std::string spdx3_package(std::size_t i, const std::string& more) {
  return R"({"type":"software_Package","spdxId":"https://a/x)" + number(i) +
         R"(","creationInfo":"_:c","name":"x)" + number(i) +
         R"(","software_packageVersion":"1.2.)" + number(i) +
         R"(","software_packageUrl":"pkg:npm/x)" + number(i) + "@1.2." + number(i) + "\"" + more +
         "}";
}

std::string spdx3_relation(std::size_t i, const std::string& type, const std::string& from,
                           const std::string& to) {
  return R"({"type":"Relationship","spdxId":"https://a/r)" + number(i) +
         R"(","creationInfo":"_:c","from":"https://a/)" + from + R"(","to":["https://a/)" + to +
         R"("],"relationshipType":")" + type + "\"}";
}

std::string spdx3(std::size_t packages) {
  return spdx3_of(list(packages, [](std::size_t i) { return spdx3_package(i, ""); }) + "," +
                  list(packages, [&](std::size_t i) {
                    return spdx3_relation(i, "dependsOn", "x" + number(i),
                                          "x" + number((i + 1) % packages));
                  }));
}

std::string spdx3_agents() {
  constexpr std::size_t kMany = 100'000;
  return spdx3_of(list(kMany,
                       [](std::size_t i) {
                         return R"({"type":"Person","spdxId":"https://a/a)" + number(i) +
                                R"(","creationInfo":"_:c","name":"Jane"})";
                       }) +
                  "," + list(kMany, [](std::size_t i) {
                    return spdx3_package(
                        i, R"(,"suppliedBy":"https://a/a)" + number(kMany - 1 - i) + "\"");
                  }));
}

std::string spdx3_creations() {
  return spdx3_of(list(150'000, [](std::size_t i) {
    const std::string n = number(i);
    return R"({"type":"CreationInfo","@id":"_:c)" + n +
           R"(","specVersion":"3.0.1","created":"2026-01-02T03:04:05Z","createdBy":["https://a/p"]},)" +
           R"({"type":"software_Package","spdxId":"https://a/x)" + n + R"(","creationInfo":"_:c)" +
           n + R"(","name":"x"})";
  }));
}

// Each set holds the next one twice: 2^n licences for who follows every path.
std::string spdx3_licence_sets() {
  constexpr std::size_t kMany = 100'000;
  return spdx3_of(
      list(kMany,
           [](std::size_t i) {
             const std::string next = "\"https://a/l" + number(i + 1) + "\"";
             return R"({"type":"expandedlicensing_DisjunctiveLicenseSet","spdxId":"https://a/l)" +
                    number(i) + R"(","creationInfo":"_:c","expandedlicensing_member":[)" + next +
                    "," + next + "]}";
           }) +
      R"(,{"type":"simplelicensing_LicenseExpression","spdxId":"https://a/l)" + number(kMany) +
      R"(","creationInfo":"_:c","simplelicensing_licenseExpression":"MIT"},)" +
      list(1000, [](std::size_t i) { return spdx3_package(i, ""); }) + "," +
      list(50'000, [](std::size_t i) {
        return spdx3_relation(i, "hasDeclaredLicense", "x" + number(i % 1000), "l" + number(i));
      }));
}

std::string tag_value(std::size_t packages, bool lines) {
  std::string out =
      "SPDXVersion: SPDX-2.3\nDataLicense: CC0-1.0\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: n\n"
      "DocumentNamespace: https://a/n\nCreator: Tool: t\nCreated: 2026-01-02T03:04:05Z\n";
  for (std::size_t i = 0; i < packages; ++i) {
    const std::string n = number(i);
    out += "\nPackageName: package-" + n + "\nSPDXID: SPDXRef-" + n + "\nPackageVersion: 1." + n +
           "\nPackageDownloadLocation: NOASSERTION\nFilesAnalyzed: false\nPackageLicenseDeclared: "
           "MIT\nExternalRef: PACKAGE-MANAGER purl pkg:npm/package-" +
           n + "@1." + n + "\nRelationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-" + n + "\n";
    if (lines) out += "PackageComment: <text>" + repeated("<tex\n", 40) + "</text>\n";
  }
  return out;
}

std::string syft(std::size_t packages) {
  return R"({"artifacts":[)" +
         list(
             packages,
             [](std::size_t i) {
               const std::string n = number(i);
               return R"({"id":"id)" + n + R"(","name":"n)" + n + R"(","version":"1.)" + n +
                      R"(","type":"npm","licenses":[{"value":"MIT","spdxExpression":"MIT","type":"declared"}],"cpes":[{"cpe":"cpe:2.3:a:n:n:1:*:*:*:*:*:*:*"}],"purl":"pkg:npm/n)" +
                      n + "@1." + n + "\"}";
             }) +
         R"(],"artifactRelationships":[)" +
         list(packages,
              [&](std::size_t i) {
                return R"({"parent":"id)" + number(i) + R"(","child":"id)" +
                       number((i + 1) % packages) + R"(","type":"dependency-of"})";
              }) +
         R"(],"source":{"id":"s","type":"directory","target":"/x"},"schema":{"version":"16.0.0","url":"x"}})";
}

std::string cyclonedx_of(const std::string& components, const std::string& dependencies) {
  return R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)" + components +
         R"(],"dependencies":[)" + dependencies + "]}";
}

std::string cyclonedx_component(std::size_t i) {
  return R"({"type":"library","bom-ref":"r)" + number(i) + R"(","name":"n)" + number(i) +
         R"(","version":"1","purl":"pkg:npm/n)" + number(i) + R"(@1"})";
}

std::string star() {
  constexpr std::size_t kMany = 300'000;
  return cyclonedx_of(list(kMany, cyclonedx_component),
                      R"({"ref":"r0","dependsOn":[)" + list(kMany - 1, [](std::size_t i) {
                        return "\"r" + number(i + 1) + "\"";
                      }) + "]}");
}

std::string purls() {
  return R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[)" +
         list(30,
              [](std::size_t n) {
                return R"({"type":"library","name":"a","purl":"pkg:npm/a@1?)" + [&] {
                  std::string out;
                  for (std::size_t i = 0; i < 60'000; ++i)
                    out += (i == 0 ? "" : "&") + std::string("k") + number(i) + "=" + number(n);
                  return out;
                }() + "\"}";
              }) +
         "]}";
}

std::string xml_texts() {
  return "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"><components>" +
         repeated("<component type=\"library\"><name>n</name><description>" +
                      repeated("a&amp;<!-- c -->", 60) + "</description></component>",
                  30'000) +
         "</components></bom>";
}

std::string xml_attributes() {
  std::string out = "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.6\"";
  for (std::size_t i = 0; i < 400'000; ++i) out += " a" + number(i) + "=\"1\"";
  return out + "><components/></bom>";
}

}  // namespace

std::vector<SbomInput> sbom_inputs() {
  return {
      {"spdx-2mb", [] { return spdx2(2'000, 500); }},
      {"spdx-87mb", [] { return spdx2(10'000, 105'000); }},
      {"chain", [] { return chain(400'000); }},
      {"ring", [] { return ring(250'000); }},
      {"million-components", million_components},
      {"one-reference", one_reference},
      {"licences", licences},
      {"many-keys", many_keys},
      {"escapes", escapes},
      {"expressions", [] { return expressions("MIT OR Apache-2.0 AND (ISC OR 0BSD)", 250'000); }},
      {"long-expression", [] { return expressions(repeated("MIT OR ", 100'000) + "MIT", 50); }},
      {"deep-expression",
       [] { return expressions(repeated("(", 300'000) + "MIT" + repeated(")", 300'000), 50); }},
      {"own-licences", [] { return own_licences(150'000); }},
      {"tag-value", [] { return tag_value(200'000, false); }},
      {"tag-value-texts", [] { return tag_value(100'000, true); }},
      {"spdx3-2mb", [] { return spdx3(6'000); }},
      {"spdx3", [] { return spdx3(200'000); }},
      {"spdx3-agents", spdx3_agents},
      {"spdx3-creations", spdx3_creations},
      {"spdx3-licence-sets", spdx3_licence_sets},
      {"syft", [] { return syft(200'000); }},
      {"star", star},
      {"purls", purls},
      {"xml", xml},
      {"xml-texts", xml_texts},
      {"xml-attributes", xml_attributes},
  };
}

}  // namespace portreeve::bench
