#include "core/reference.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/reference_table.h"

namespace portreeve {
namespace {

const std::string kDigest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

// Writes out the shorthand of the table.
std::string full(std::string text) {
  for (std::size_t open = 0; (open = text.find('<', open + 1)) != std::string::npos;) {
    const std::size_t close = text.find('>', open);
    const std::string count = text.substr(open + 1, close - open - 1);
    if (count.find_first_not_of("0123456789") != std::string::npos) continue;
    const bool components = open >= 2 && text.compare(open - 2, 2, "AB") == 0;
    const std::size_t from = open - (components ? 2 : 1);
    std::string run;
    for (int i = std::stoi(count); i > 0; --i) run += components ? "ab/" : text.substr(from, 1);
    if (components) run.pop_back();
    text.replace(from, close + 1 - from, run);
  }
  for (std::size_t at = 0; (at = text.find("@D", at)) != std::string::npos; at += kDigest.size()) {
    text.replace(at + 1, 1, kDigest);
  }
  return text;
}

std::string read(const std::string& text, ShortNames short_names) {
  const auto reference = Reference::parse(text, short_names);
  return reference.ok() ? reference.value().text() : reference.error().message;
}

TEST(Reference, CanonicalForm) {
  for (const ReferenceCase& c : kGood) {
    const std::string text = full(c.text);
    for (const ShortNames short_names : {ShortNames::refuse, ShortNames::docker}) {
      const auto reference = Reference::parse(text, short_names);
      ASSERT_TRUE(reference.ok()) << reference.error().message;
      EXPECT_EQ(reference.value().text(), full(c.want));
      EXPECT_FALSE(reference.value().expanded()) << text;
    }
    EXPECT_EQ(read(full(c.want), ShortNames::refuse), full(c.want));
  }
}

TEST(Reference, ShortNamesAreNeverExpandedSilently) {
  for (const ReferenceCase& c : kShort) {
    const std::string text = full(c.text);
    const auto expanded = Reference::parse(text, ShortNames::docker);
    ASSERT_TRUE(expanded.ok()) << expanded.error().message;
    EXPECT_EQ(expanded.value().text(), full(c.want));
    EXPECT_TRUE(expanded.value().expanded());
    EXPECT_EQ(read(text, ShortNames::refuse),
              "reference \"" + text + "\": short for " + full(c.want) + "; write that");
  }
}

TEST(Reference, Refuses) {
  for (const ReferenceCase& c : kBad) {
    const std::string text = full(c.text);
    for (const ShortNames short_names : {ShortNames::refuse, ShortNames::docker}) {
      const auto reference = Reference::parse(text, short_names);
      ASSERT_FALSE(reference.ok()) << text;
      EXPECT_EQ(reference.error().code, Errc::malformed) << text;
      const std::string& message = reference.error().message;
      EXPECT_EQ(message.rfind("reference \"", 0), 0U);
      EXPECT_EQ(message.substr(message.rfind("\": ", message.size() - full(c.want).size()) + 3),
                full(c.want))
          << text;
    }
  }
  EXPECT_GE(kGood.size() + kShort.size() + kBad.size(), 200U);
}

TEST(Reference, WholeMessage) {
  EXPECT_EQ(read("ghcr.io/A\n", ShortNames::refuse),
            "reference \"ghcr.io/A\\u{000A}\": holds white space or a control character");
  EXPECT_EQ(read(std::string("ghcr.io/a\0b", 11), ShortNames::refuse),
            "reference \"ghcr.io/a\\u{0000}b\": holds white space or a control character");
}

TEST(Reference, OtherAlgorithmsAreUnsupported) {
  const std::vector<std::string> digests = {"sha512:" + std::string(128, 'a'), "md5:abc",
                                            "SHA256:" + kDigest.substr(7)};
  for (const std::string& digest : digests) {
    const auto reference = Reference::parse("ghcr.io/a@" + digest, ShortNames::refuse);
    ASSERT_FALSE(reference.ok());
    EXPECT_EQ(reference.error().code, Errc::unsupported);
    EXPECT_EQ(reference.error().message, "reference \"ghcr.io/a@" + digest + "\": digest \"" +
                                             digest.substr(0, 80) + "\": expected sha256:…");
  }
}

TEST(Reference, Parts) {
  const auto whole = Reference::parse("GHCR.io:5000/a/b:T@" + kDigest, ShortNames::refuse);
  ASSERT_TRUE(whole.ok());
  EXPECT_EQ(whole.value().registry(), "ghcr.io:5000");
  EXPECT_EQ(whole.value().repository(), "a/b");
  EXPECT_EQ(whole.value().name(), "ghcr.io:5000/a/b");
  EXPECT_EQ(whole.value().tag(), "T");
  ASSERT_TRUE(whole.value().digest().has_value());
  EXPECT_EQ(whole.value().digest()->text(), kDigest);
  const auto bare = Reference::parse("ghcr.io/a", ShortNames::refuse);
  ASSERT_TRUE(bare.ok());
  EXPECT_EQ(bare.value().tag(), "");
  EXPECT_FALSE(bare.value().digest().has_value());
}

// Any byte changed, dropped or doubled: refused, or a reference whose text reads as itself.
TEST(Reference, MutantsAreCanonicalOrRefused) {
  const std::string whole = "reg.example:5000/team/app:1.0@" + kDigest;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::vector<std::string> mutants = {
        whole.substr(0, at), whole.substr(0, at) + whole.substr(at + 1),
        whole.substr(0, at) + whole.substr(at, 1) + whole.substr(at)};
    for (int byte = 0; byte < 256; ++byte) {
      mutants.push_back(whole);
      mutants.back()[at] = static_cast<char>(byte);
    }
    for (const std::string& mutant : mutants) {
      const auto reference = Reference::parse(mutant, ShortNames::docker);
      if (!reference.ok()) continue;
      EXPECT_EQ(read(reference.value().text(), ShortNames::refuse), reference.value().text());
    }
  }
}

}  // namespace
}  // namespace portreeve
