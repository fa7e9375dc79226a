// Reading SBOMs: CPU seconds and memory above the input, for real shapes and for hostile ones.
//
//   bench/sbom [CASE]
//
// Each case runs in a process of its own, three times; the median is printed. "load" is what merely
// going over the text with the strict cursor costs, in the same process.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

#include "core/json_cursor.h"
#include "core/limits.h"
#include "sbom/read.h"
#include "sbom/readers.h"

namespace {

using namespace portreeve;

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

double cpu() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

long high_water_kib() {
  std::FILE* file = std::fopen("/proc/self/status", "r");
  std::array<char, 256> line{};
  long kib = 0;
  while (file != nullptr && std::fgets(line.data(), line.size(), file) != nullptr) {
    if (std::strncmp(line.data(), "VmHWM:", 6) == 0) kib = std::atol(line.data() + 6);
  }
  if (file != nullptr) std::fclose(file);
  return kib;
}

void forget_high_water() {
  std::FILE* file = std::fopen("/proc/self/clear_refs", "w");
  if (file == nullptr) return;
  std::fputs("5", file);
  std::fclose(file);
}

struct Measure {
  double seconds = 0;
  double load = 0;
  double above_mib = 0;
  double input_mb = 0;
  std::size_t components = 0;
  bool ok = false;
  std::array<char, 96> message{};
};

Measure measure(const std::function<std::string()>& make) {
  Measure out;
  auto text = std::make_shared<const std::string>(make());
  out.input_mb = static_cast<double>(text->size()) / 1e6;
  double begin = cpu();
  json::Cursor cursor(*text, sbom::sbom_limits());
  static_cast<void>(cursor.ok() && cursor.skip());
  out.load = cpu() - begin;
  forget_high_water();
  const long before = high_water_kib();
  begin = cpu();
  MemoryBudget budget(limits::kToolMemoryBudget);
  const auto document = sbom::read(text, limits::kSbomMostBytes, &budget);
  out.seconds = cpu() - begin;
  out.above_mib = static_cast<double>(high_water_kib() - before) / 1024;
  out.ok = document.ok();
  if (out.ok) out.components = document.value()->components.size();
  if (!out.ok)
    std::snprintf(out.message.data(), out.message.size(), "%s", document.error().message.c_str());
  return out;
}

Measure in_child(const std::function<std::string()>& make) {
  std::array<int, 2> ends{};
  Measure out;
  if (pipe(ends.data()) != 0) return out;
  const pid_t child = fork();
  if (child == 0) {
    const Measure done = measure(make);
    const bool written = write(ends[1], &done, sizeof done) == static_cast<ssize_t>(sizeof done);
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  static_cast<void>(!read(ends[0], &out, sizeof out));
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::pair<std::string, std::function<std::string()>>> cases = {
      {"spdx-2mb", [] { return spdx2(2'000, 500); }},
      {"spdx-87mb", [] { return spdx2(10'000, 105'000); }},
      {"chain", [] { return chain(400'000); }},
      {"million-components", million_components},
      {"one-reference", one_reference},
      {"licences", licences},
      {"many-keys", many_keys},
      {"escapes", escapes},
      {"xml", xml},
  };
  std::printf("%-20s %8s %8s %8s %7s %10s %10s\n", "case", "MB", "CPU s", "load s", "ratio",
              "MiB above", "components");
  for (const auto& [name, make] : cases) {
    if (argc > 1 && name != argv[1]) continue;
    std::vector<Measure> runs;
    for (int i = 0; i < 3; ++i) runs.push_back(in_child(make));
    std::sort(runs.begin(), runs.end(),
              [](const Measure& a, const Measure& b) { return a.seconds < b.seconds; });
    const Measure& m = runs[1];
    std::printf("%-20s %8.1f %8.3f %8.3f %7.1f %10.1f %10zu %s\n", name.c_str(), m.input_mb,
                m.seconds, m.load, m.load > 0 ? m.seconds / m.load : 0, m.above_mib, m.components,
                m.ok ? "" : m.message.data());
  }
  return 0;
}
