#include "policies/document_kinds.h"

#include <set>
#include <sstream>

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

const DocumentKind& kind(std::string_view name) {
  for (const DocumentKind& one : document_kinds()) {
    if (one.name == name) return one;
  }
  ADD_FAILURE() << name;
  return document_kinds().front();
}

// What a reader says about a key that nobody knows.
std::set<std::string> known_to_reader(std::string_view name, const std::string& spec) {
  const std::string text = std::string(kHead) + "kind: " + std::string(name) + "\nmetadata: {name: d}\nspec: " + spec + "\n";
  std::string error;
  if (name == "Config") {
    const Result<Config> read = read_config({"c.yaml", text});
    error = read.ok() ? "" : read.error().message;
  } else {
    error = load_error({rule_text("check: field, with: {path: object.v, present: true}"), text});
  }
  const std::string marker = "unknown key \"zzzzzzzz\"; known are ";
  const std::size_t at = error.find(marker);
  EXPECT_NE(at, std::string::npos) << error;
  if (at == std::string::npos) return {};
  std::set<std::string> out;
  std::istringstream words(error.substr(at + marker.size()));
  for (std::string word; std::getline(words, word, ',');) {
    word.erase(0, word.find_first_not_of(' '));
    out.insert(word);
  }
  return out;
}

TEST(DocumentKinds, TheTableIsWhatTheReadersTake) {
  const std::pair<std::string_view, const char*> kSpecs[] = {
      {"ArtifactRule", "{match: {objects: [{group: g, kinds: [K]}]}, rows: [{images: object.spec.i}], zzzzzzzz: 1}"},
      {"Authority", "{repositories: ['r.example/**'], keyless: {issuer: 'https://i.example', identity: 'https://i.example/x'}, zzzzzzzz: 1}"},
      {"Registry", "{host: r.example, zzzzzzzz: 1}"},
      {"Waiver", "{rules: [p/r], subjects: [s], owner: o, reason: r, ticket: t, expires: 2027-01-01, zzzzzzzz: 1}"},
      {"Config", "{zzzzzzzz: 1}"},
  };
  for (const auto& [name, spec] : kSpecs) {
    std::set<std::string> listed;
    for (const DocumentField& field : kind(name).fields) listed.insert(std::string(field.name));
    EXPECT_EQ(listed, known_to_reader(name, spec)) << name;
  }
}

TEST(DocumentKinds, TextNamesEveryFieldAndWhatIsRequired) {
  for (const DocumentKind& one : document_kinds()) {
    const std::string text = document_text(one);
    EXPECT_EQ(text.rfind(std::string(one.name) + ": ", 0), 0U) << text;
    for (const DocumentField& field : one.fields) {
      EXPECT_NE(text.find("\n" + std::string(field.name) + "  "), std::string::npos) << field.name;
    }
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  }
  EXPECT_NE(document_text(kind("Registry")).find("\nhost           required: the host that is asked"), std::string::npos);
}

}  // namespace
}  // namespace portreeve::policies
