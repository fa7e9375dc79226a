#include "sbom/purl.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "core/json.h"
#include "tests/sbom/corpus.h"

namespace portreeve::sbom {
namespace {

std::string text_or_null(const Value& value) { return std::string(value.text()); }

Purl purl_of(const Value& parts) {
  Purl out;
  out.type = text_or_null(parts["type"]);
  out.namespace_ = text_or_null(parts["namespace"]);
  out.name = text_or_null(parts["name"]);
  out.version = text_or_null(parts["version"]);
  out.subpath = text_or_null(parts["subpath"]);
  for (const Value qualifier : parts["qualifiers"]) {
    out.qualifiers.emplace(qualifier.key().text(), qualifier.text());
  }
  return out;
}

/// Empty if the case holds.
std::string run_case(const Value& test) {
  const bool fails = test["expected_failure"].boolean();
  const Value input = test["input"], output = test["expected_output"];
  const std::string_view type = test["test_type"].text();
  if (type == "build") {
    const Result<Purl> built = Purl::build(purl_of(input));
    if (fails) return built.ok() ? "built " + built.value().text() : "";
    if (!built.ok()) return built.error().message;
    return built.value().text() == output.text() ? "" : "built " + built.value().text();
  }
  if (type == "validate") {
    const Result<PurlReading> read = read_purl(input.text());
    if (fails) return read.ok() ? "accepted" : "";
    if (!read.ok()) return read.error().message;
    if (read.value().purl.text() != output.text()) return "canonical " + read.value().purl.text();
    const bool canonical = input.text() == output.text();
    return canonical == read.value().repairs.empty() ? "" : "repairs are not as they should be";
  }
  const Result<Purl> parsed = Purl::parse(input.text());
  if (fails) return parsed.ok() ? "accepted as " + parsed.value().text() : "";
  if (!parsed.ok()) return parsed.error().message;
  if (!(parsed.value() == purl_of(output))) return "parsed as " + parsed.value().text();
  const Result<Purl> again = Purl::parse(parsed.value().text());
  return again.ok() && again.value() == parsed.value() ? "" : "does not survive its own text";
}

TEST(Purl, Suite) {
  const std::string folder = corpus("purl-spec/tests");
  if (folder.empty()) GTEST_SKIP() << "skipped: no corpus";
  std::size_t cases = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    const auto file = read_json(entry.path().string());
    for (const Value test : file->root()["tests"]) {
      ++cases;
      EXPECT_EQ(run_case(test), "")
          << entry.path().filename() << ": " << test["description"].text() << " ("
          << test["test_type"].text() << " " << test["input"].text() << ")";
    }
  }
  EXPECT_EQ(cases, 586U);
}

TEST(Purl, ReasonsOfRefusals) {
  const std::pair<std::string, std::string> cases[] = {
      {"npm/x@1", "purl \"npm/x@1\": does not begin with 'pkg:'"},
      {"pkg:maven/@1.3.4", "purl \"pkg:maven/@1.3.4\": no name"},
      {"pkg:npm/x@%zz", "purl \"pkg:npm/x@%zz\": version: '%' without two hexadecimal digits"},
      {"pkg:npm/x@%4", "purl \"pkg:npm/x@%4\": version: '%' without two hexadecimal digits"},
      {"pkg:npm/x@%ff", "purl \"pkg:npm/x@%ff\": version: not UTF-8"},
      {"pkg:npm/x@%00", "purl \"pkg:npm/x@%00\": version: control character"},
      {"pkg:npm/x?a=1&a=2", "purl \"pkg:npm/x?a=1&a=2\": qualifier a: given twice"},
      {"pkg:npm/x?a", "purl \"pkg:npm/x?a\": qualifier without '='"},
      {"pkg:npm/a%2Fb/x", "purl \"pkg:npm/a%2Fb/x\": namespace: encoded '/' in a segment"},
      {"pkg:oci/library/debian", "purl \"pkg:oci/library/debian\": type oci has no namespace"},
      {"pkg:deb/curl@1", "purl \"pkg:deb/curl@1\": type deb needs a namespace"},
      {"pkg:julia/Dates", "purl \"pkg:julia/Dates\": type julia needs the qualifier uuid"},
  };
  for (const auto& [text, message] : cases) {
    const Result<Purl> parsed = Purl::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().message, message);
  }
  const Result<Purl> long_one = Purl::parse("pkg:npm/" + std::string(kPurlBytes, 'x'));
  ASSERT_FALSE(long_one.ok());
  EXPECT_EQ(long_one.error().code, Errc::limit);
}

TEST(Purl, RepairsAreNamed) {
  const Result<PurlReading> read = read_purl("pkg:golang/stdlib@v1.21.0?Arch=x");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().repairs,
            (std::vector<std::string>{"qualifier key \"Arch\" is not in lower case",
                                      "type golang needs a namespace"}));
  EXPECT_EQ(read.value().purl.package(), "pkg:golang/stdlib");
  EXPECT_EQ(read_purl("pkg:npm/@babel/core@7").value().repairs,
            std::vector<std::string>{"canonical is pkg:npm/%40babel/core@7"});
}

}  // namespace
}  // namespace portreeve::sbom
