// The corpora of ../shared/corpus/sbom: every document that is valid is read, every one that is not
// is refused, each with its reason.

#include <gmock/gmock.h>

#include <map>

#include "tests/sbom/documents.h"
#include "tests/sbom/model_text.h"

namespace portreeve::sbom {
namespace {

using ::testing::HasSubstr;

std::string name_of(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

TEST(CycloneDxCorpus, ValidIsAccepted) {
  const std::string folder = corpus("cyclonedx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::size_t count = 0;
  for (const std::string& path : files_below(folder, ".json")) {
    if (name_of(path).rfind("valid-", 0) != 0) continue;
    ++count;
    const Result<DocumentPtr> document = read_text(read_file(path));
    ASSERT_TRUE(document.ok()) << path << ": " << document.error().message;
    for (const Defect& defect : document.value()->defects) {
      EXPECT_EQ(gravity_of(defect.kind), Gravity::warning) << path << ": " << defect.message;
    }
  }
  EXPECT_EQ(count, 85U);
}

// What the name of the file says is wrong must be what we say is wrong.
TEST(CycloneDxCorpus, InvalidIsRefusedForItsReason) {
  const std::string folder = corpus("cyclonedx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  const std::map<std::string, std::string> reasons = {
      {"invalid-bomformat", "bomFormat: expected one of CycloneDX, found \"AnotherFormat\""},
      {"invalid-component-swid", "components[0].swid: without \"tagId\""},
      {"invalid-component-external-version-and-range",
       "\"version\" and \"versionRange\" exclude each other"},
      {"invalid-component-versionRange-non-external-explicit",
       "\"versionRange\" is not allowed here"},
      {"invalid-dependency", "dependencies[0]: without \"ref\""},
      {"invalid-hash-alg", ".alg: expected one of BLAKE2b-256"},
      {"invalid-hash-sha1", ".content: expected a text like"},
      {"invalid-hash-sha512", ".content: expected a text like"},
      {"invalid-license-choice", "components[0].licenses"},
      {"invalid-license-encoding", "text.encoding: expected one of base64, found \"base85\""},
      {"invalid-license-missing-id-and-name", "licenses[0].license"},
      {"invalid-metadata-license", "license.id: expected one of "},
      {"invalid-missing-component-type", "components[0]: without \"type\""},
      {"invalid-properties", "properties[0]: without \"name\""},
      {"invalid-serialnumber", "serialNumber: expected a text like"},
  };
  std::size_t count = 0;
  for (const std::string& path : files_below(folder, ".json")) {
    std::string name = name_of(path);
    if (name.rfind("invalid-", 0) != 0) continue;
    ++count;
    name = name.substr(0, name.size() - 5);
    const std::size_t version = name.rfind("-1.");
    const auto reason = reasons.find(name.substr(0, version));
    ASSERT_NE(reason, reasons.end()) << name;
    const std::string refusal = refusal_of(read_file(path));
    EXPECT_THAT(refusal, HasSubstr(reason->second)) << path;
    EXPECT_EQ(refusal.rfind("line ", 0), 0U) << refusal;
  }
  EXPECT_EQ(count, 50U);
}

// The same facts in several versions give the same model.
TEST(CycloneDxCorpus, VersionsAgree) {
  const std::string folder = corpus("cyclonedx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  for (const std::string name :
       {"valid-minimal-viable", "valid-component-swid", "valid-empty-components",
        "valid-metadata-supplier", "valid-metadata-author"}) {
    std::string first;
    for (const std::string version : {"1.4", "1.5", "1.6", "1.7"}) {
      const std::string text = model_text(
          *must_read(read_file(folder + "/" + version + "/" + name + "-" + version + ".json")));
      if (first.empty()) first = text;
      EXPECT_EQ(text, first) << name << " " << version;
    }
  }
}

TEST(SpdxCorpus, EveryDocumentIsRead) {
  const std::string folder = corpus("spdx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::size_t count = 0;
  for (const std::string& path : files_below(folder, ".json")) {
    const Result<DocumentPtr> document = read_text(read_file(path));
    ASSERT_TRUE(document.ok()) << path << ": " << document.error().message;
    EXPECT_FALSE(document.value()->primary.empty()) << path;
    for (const Defect& defect : document.value()->defects) {
      EXPECT_EQ(gravity_of(defect.kind), Gravity::warning) << path << ": " << defect.message;
    }
    ++count;
  }
  EXPECT_EQ(count, 17U);
}

// 3.0.1 was made from 2.x by a converter that turned dynamic links round (DYNAMIC_LINK and
// hasDynamicLink both run from what links) and made the package's archive a file of its own: links
// are compared without direction, and what only one of the two can say is left out.
std::vector<std::string> comparable(const Document& d) {
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < d.components.size(); ++i) {
    const Component& c = d.components[i];
    if (c.element == Element::file && c.licences.empty()) continue;
    std::string line = called(d, i) + " c=" + said(c.copyright);
    std::vector<std::string> parts;
    for (const Licence& licence : d.licences_of(c)) {
      if (licence.role == LicenceRole::concluded ||
          (licence.role == LicenceRole::declared && c.element == Element::package)) {
        parts.push_back(std::string(to_string(licence.role)) + "=" + said(licence.text));
      }
    }
    for (const Hash& hash : d.hashes_of(c)) parts.push_back(said(hash.value));
    for (const Link& link : d.links_of(c)) {
      if (link.kind == LinkKind::website || link.kind == LinkKind::download)
        parts.push_back(said(link.uri));
    }
    out.push_back(line + sorted_text(parts) + agents_text(d.suppliers_of(c)) +
                  agents_text(d.producers_of(c)));
  }
  for (const Edge& edge : d.edges) {
    if (edge.kind != EdgeKind::depends_on) continue;
    std::string a = called(d, edge.from);
    std::string b = called(d, edge.to);
    if (b < a) std::swap(a, b);
    out.push_back("edge " + a + " " + b + " " + std::string(to_string(edge.scope)));
  }
  std::sort(out.begin(), out.end());
  return out;
}

TEST(SpdxCorpus, PairsGiveTheSameModel) {
  const std::string folder = corpus("spdx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  const std::string software = folder + "/software/";
  for (const auto& [two, three] : std::vector<std::pair<std::string, std::string>>{
           {"example8/spdx2.3/examplemaven-0.0.1.spdx.json",
            "example8/spdx3.0/examplemaven-0.0.1.spdx3.json"},
           {"example14/spdx2.3/examplemaven-0.0.1-enriched.spdx.json",
            "example14/spdx3.0/examplemaven-0.0.1-enriched.spdx3.json"}}) {
    const DocumentPtr a = must_read(read_file(software + two));
    const DocumentPtr b = must_read(read_file(software + three));
    EXPECT_EQ(comparable(*a), comparable(*b)) << two;
    EXPECT_EQ(said(a->created), said(b->created));
    EXPECT_EQ(agents_text(a->authors_rows()), agents_text(b->authors_rows()));
    EXPECT_EQ(said(a->data_licence), said(b->data_licence));
    ASSERT_EQ(a->tools.size(), b->tools.size());
  }
}

// The pairs of example 7 were written by hand and differ in dates, names and even in what they are
// about; who made them agrees.
TEST(SpdxCorpus, ExampleSevenAgrees) {
  const std::string folder = corpus("spdx");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  for (const std::string name : {"bin", "go-module", "golang", "third-party-modules"}) {
    const std::string base = folder + "/software/example7/";
    const DocumentPtr a = must_read(read_file(base + "spdx2.2/example7-" + name + ".spdx.json"));
    const DocumentPtr b = must_read(read_file(base + "spdx3.0/example7-" + name + ".spdx3.json"));
    EXPECT_EQ(agents_text(a->authors_rows()), agents_text(b->authors_rows())) << name;
    EXPECT_FALSE(a->primary.empty()) << name;
    EXPECT_FALSE(b->primary.empty()) << name;
  }
}

}  // namespace
}  // namespace portreeve::sbom
