// Texts are looked at together so that most are never searched; none that holds something may get
// lost between its neighbours.

#include "policies/checks/suspect_texts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace portreeve::policies {
namespace {

struct Lists {
  std::optional<TermList> terms =
      std::move(TermList::build({{"tenant", "", {}, true}, {"nova cloud", "", {}, true}})).value();
  std::optional<HostList> hosts =
      std::move(HostList::build({{"openova.io", "", {"harbor.openova.io"}, {}}})).value();
};

DocumentPtr document_of(const std::vector<std::string>& texts) {
  std::string source = "[";
  for (const std::string& text : texts) source += (source.size() == 1 ? "\"" : ",\"") + text + "\"";
  return std::move(json::parse(source + "]", json::review_limits(), nullptr)).value();
}

std::vector<Value> elements(const DocumentPtr& document) {
  std::vector<Value> out;
  for (const Value element : document->root()) out.push_back(element);
  return out;
}

std::vector<std::string> suspects(const std::vector<std::string>& texts) {
  const Lists lists;
  const DocumentPtr document = document_of(texts);
  std::vector<std::string> out;
  for (const Value& value : SuspectTexts(lists.terms, lists.hosts).among(elements(document))) {
    out.emplace_back(value.text());
  }
  return out;
}

using Texts = std::vector<std::string>;

TEST(SuspectTexts, AreThoseWithAWordOrAHostOfTheLists) {
  EXPECT_EQ(suspects({"how many", "a tenant", "", "of it", "see console.openova.io", "Tenants"}),
            (Texts{"a tenant", "see console.openova.io", "Tenants"}));
  EXPECT_EQ(suspects({"", "", ""}), Texts());
  EXPECT_EQ(suspects({}), Texts());
}

TEST(SuspectTexts, NothingIsJoinedOverTheEndOfAText) {
  EXPECT_EQ(suspects({"ten", "ant", "openova.", "io", "console", ".openova"}), Texts());
}

TEST(SuspectTexts, AreFoundWhereverABatchEnds) {
  for (const std::size_t fill :
       {4078U, 4086U, 4087U, 4088U, 4089U, 4094U, 4095U, 4096U, 4097U, 9000U}) {
    const std::string long_text(fill, '-');
    EXPECT_EQ(suspects({long_text, "a tenant", "of it"}), (Texts{"a tenant"})) << fill;
    EXPECT_EQ(suspects({"a tenant", long_text, "tenants"}), (Texts{"a tenant", "tenants"})) << fill;
    EXPECT_EQ(suspects({"of it", long_text + " tenant", "is"}), (Texts{long_text + " tenant"}))
        << fill;
  }
  for (const std::size_t count : {126U, 127U, 128U, 129U, 256U}) {
    Texts texts(count, "of it");
    texts.emplace_back("a tenant");
    EXPECT_EQ(suspects(texts), (Texts{"a tenant"})) << count;
    EXPECT_EQ(suspects(Texts(count, "tenants")), Texts(count, "tenants")) << count;
  }
}

TEST(SuspectTexts, NoneInWhichSomethingIsFoundIsLeftOut) {
  const Lists lists;
  const Texts kParts = {"tenant",
                        "Tenants",
                        "t\xD0\xB5nant",
                        "openova.io",
                        "harbor.openova.io",
                        "nova cloud",
                        "nova",
                        "how many",
                        " ",
                        ".",
                        "-",
                        "\xE2\x80\x8B",
                        "7",
                        "x",
                        std::string(300, 'y'),
                        ""};
  std::mt19937 random(20261124);
  std::size_t found = 0;
  for (int round = 0; round < 300; ++round) {
    Texts texts;
    for (std::size_t n = random() % 300; n > 0; --n) {
      std::string text;
      for (std::size_t part = random() % 5; part > 0; --part)
        text += kParts[random() % kParts.size()];
      texts.push_back(std::move(text));
    }
    Texts holding;
    for (const std::string& text : texts) {
      const bool holds = !lists.terms->find_thoroughly(text, 1).empty() ||
                         !lists.hosts->find_in_text_thoroughly(text, 1).empty();
      if (holds) holding.push_back(text);
    }
    const Texts all = suspects(texts);
    auto at = all.begin();
    for (const std::string& text : holding) {
      at = std::find(at, all.end(), text);
      ASSERT_NE(at, all.end()) << text;
      ++at;
    }
    found += holding.size();
  }
  EXPECT_GT(found, 5'000U);
}

}  // namespace
}  // namespace portreeve::policies
