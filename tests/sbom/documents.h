#pragma once

// Documents for the tests of the readers: files of the corpus, and texts written here.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/limits.h"
#include "sbom/read.h"
#include "tests/sbom/corpus.h"

namespace portreeve::sbom {

/// Files below a folder whose name ends so, sorted.
inline std::vector<std::string> files_below(const std::string& folder, const std::string& ending) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().string();
    const bool ends =
        path.size() >= ending.size() && path.substr(path.size() - ending.size()) == ending;
    if (entry.is_regular_file() && ends) files.push_back(path);
  }
  std::sort(files.begin(), files.end());
  return files;
}

inline Result<DocumentPtr> read_text(std::string text) {
  return read(std::move(text), limits::kSbomMostBytes, nullptr);
}

/// Why a text is refused; "" when it is not.
inline std::string refusal_of(const std::string& text) {
  const Result<DocumentPtr> document = read_text(text);
  return document.ok() ? "" : document.error().message;
}

/// The document; the test has failed when there is none.
inline DocumentPtr must_read(const std::string& text) {
  Result<DocumentPtr> document = read_text(text);
  EXPECT_TRUE(document.ok()) << (document.ok() ? "" : document.error().message);
  return document.ok() ? document.value() : std::make_shared<const Document>();
}

/// "kind: message" of each defect.
inline std::vector<std::string> defects_of(const Document& document) {
  std::vector<std::string> out;
  for (const Defect& defect : document.defects) {
    out.push_back(std::string(to_string(defect.kind)) + ": " + defect.message);
  }
  return out;
}

/// A small SPDX 2.3 document: `packages`, `rest` are members of the arrays and of the document.
inline std::string spdx2(const std::string& packages, const std::string& rest = "") {
  return R"~({"spdxVersion":"SPDX-2.3","SPDXID":"SPDXRef-DOCUMENT","name":"n","dataLicense":"CC0-1.0",)~"
         R"~("documentNamespace":"https://acme.example/n","creationInfo":{"created":"2026-01-02T03:04:05Z",)~"
         R"~("creators":["Tool: syft-1.2.0","Organization: Acme (a@acme.example)"]},)~"
         R"~("documentDescribes":["SPDXRef-a"],"packages":[)~" +
         packages + "]" + (rest.empty() ? "" : "," + rest) + "}";
}
inline const std::string kPackageA =
    R"({"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1","downloadLocation":"NOASSERTION"})";
inline const std::string kPackageB =
    R"({"SPDXID":"SPDXRef-b","name":"b","versionInfo":"2","downloadLocation":"NONE"})";

/// A small CycloneDX 1.6 document with these members behind the first three.
inline std::string cyclonedx(const std::string& members) {
  return R"({"bomFormat":"CycloneDX","specVersion":"1.6","version":1)" +
         (members.empty() ? "" : "," + members) + "}";
}

}  // namespace portreeve::sbom
