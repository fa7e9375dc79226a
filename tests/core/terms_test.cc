#include "core/terms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/fold.h"

namespace portreeve {
namespace {

TermList build(std::vector<Term> terms) {
  auto list = TermList::build(std::move(terms));
  EXPECT_TRUE(list.ok()) << (list.ok() ? "" : list.error().message);
  return std::move(list).value();
}

TermList glossary() {
  return build({
      {"tenant", "Organization", {"stalwart-tenant", "tenantId", "tenantRoutes"}, true},
      {"client", "User", {"OIDC client", "client-go"}, true},
      {"operator", "sovereign-admin", {"Prometheus Operator", "External Secrets Operator"}, true},
      {"nova cloud", "openova", {}, true},
      {"Lifecycle Manager", "Catalyst", {}, true},
      {"MVP", "", {}, true},
      {"out of scope", "", {}, false},
      {"sme", "Organization", {}, true},
      {"modem", "", {}, true},
      {"backstage", "Catalyst console", {}, false},
  });
}

/// The text with every match in brackets, disguised ones in braces.
std::string marked(const TermList& list, const std::string& text) {
  std::string result;
  std::size_t at = 0;
  for (const TermMatch& match : list.find(text, 100)) {
    result += text.substr(at, match.begin - at);
    result += match.disguised ? '{' : '[';
    result += text.substr(match.begin, match.end - match.begin);
    result += match.disguised ? '}' : ']';
    at = match.end;
  }
  return result + text.substr(at);
}

TEST(TermList, Words) {
  const TermList list = glossary();
  const std::string rows[] = {
      "a [tenant] here",
      "[Tenant]",
      "[TENANT]",
      "[tenants], [Tenants] and [TENANTS]",
      "the [tenant]'s data",
      "([tenant]-free)",
      "org-[tenant]",
      "org_[tenant]_x",
      "org.[tenant]/x",
      "[tenant]",
      "[tenant]\n[tenant]\t[tenant]",
      "multi[Tenant]Mode",
      "[tenant]Mode",
      "my[Tenants]",
      "HTTP[Tenant]",
      "[TENANTs]",
      "v1[Tenant]",
      "[TeNaNt]",
      "[tENANT]",
      "\"[tenant]\"",
      "<b>[tenant]</b>",
      "caf\xC3\xA9 [tenant] caf\xC3\xA9",
      "\xE7\xA7\x9F [tenant] \xE7\xA7\x9F",
      "tenancy, tenantless, subtenant, 2tenantless, tenantry3",
      "[tenant1], [2tenant], [TENANT2], [tenants02], my[Tenant3]Portal, bp-[tenant2]-b",
      "the [MVP] and [MVPs], [mvp], my[MVP], my[MVPs]Only",
      "[SMEs] and [SME]Tier",
      "",
      " ",
      "---",
  };
  for (const std::string& want : rows) {
    std::string text = want;
    std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
    EXPECT_EQ(marked(list, text), want);
  }
}

// Letters of phonetic alphabets are no confusables to Unicode.
TEST(TermList, SmallCapitalsAndTurnedLetters) {
  const TermList list = glossary();
  for (const std::string want : {"{\u1D1B\u1D07\u0274\u1D00\u0274\u1D1B}", "my {\u1D1B\u1D07\u0274\u1D00\u0274\u1D1Bs}",
                                 "{\u0287\u01DDn\u0250n\u0287}", "{t\u0258nant}", "{\uA731\u1D0D\u1D07}"}) {
    std::string text = want;
    std::erase_if(text, [](char c) { return c == '{' || c == '}'; });
    EXPECT_EQ(marked(list, text), want);
  }
}

TEST(TermList, SeveralWords) {
  const TermList list = glossary();
  const std::string rows[] = {"[Nova Cloud]",      "[nova-cloud]",      "[Nova_Cloud]",
                              "[nova.cloud]",      "[NOVA  CLOUD]",     "[nova,\n cloud]",
                              "[novaCloud]",       "[NovaClouds]",      "my[NovaCloud]App",
                              "my[Nova Clouds]",   "[nova clouds]",     "a [lifecycle managers] x",
                              "out of the scope",  "[out-of-scope]",    "[OutOfScope]",
                              "[out of Scope] x",  "out of scopes",     "novacloud",
                              "nova the cloud",    "cloud nova",        "nova",
                              "nova [nova cloud]", "[nova-cloud] cloud"};
  for (const std::string& want : rows) {
    std::string text = want;
    std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
    EXPECT_EQ(marked(list, text), want);
  }
}

TEST(TermList, AllowedPhrases) {
  const TermList list = glossary();
  const std::string rows[] = {
      "stalwart-tenant",
      "bp-stalwart-tenant",
      "stalwart-tenant-admin",
      "Stalwart Tenant",
      "stalwart-tenants",
      "stalwart_tenant: x",
      "stalwart-my-[tenant]",
      "stalwart, and a [tenant]",
      "tenantId",
      "tenant-id",
      "azureTenantId",
      "tenantid",
      "[tenant] Identity",
      "tenantRoutes: []",
      "an OIDC client and a [client]",
      "client-go, [client]-side",
      "the Prometheus Operator and the [operator]",
      "External Secrets Operator",
      "External [Operator]",
      "prometheusOperator",
      "stalwart-tenant and [tenant]",
      "[tenant] of stalwart-tenant",
  };
  for (const std::string& want : rows) {
    std::string text = want;
    if (text.find("[]") == std::string::npos) {
      std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
    }
    EXPECT_EQ(marked(list, text), want);
  }
}

TEST(TermList, Disguises) {
  const TermList list = glossary();
  struct Row {
    const char* what;
    std::string text;
  };
  const Row rows[] = {
      {"Cyrillic е", "t\xD0\xB5nant"},
      {"fullwidth", "\xEF\xBD\x94\x65nant"},
      {"all fullwidth", "\xEF\xBD\x94\xEF\xBD\x85\xEF\xBD\x8E\xEF\xBD\x81\xEF\xBD\x8E\xEF\xBD\x94"},
      {"zero-width joiner", "ten\xE2\x80\x8D\x61nt"},
      {"zero-width space", "ten\xE2\x80\x8B\x61nt"},
      {"zero-width no-break space", "ten\xEF\xBB\xBF\x61nt"},
      {"soft hyphen", "ten\xC2\xAD\x61nt"},
      {"word joiner", "ten\xE2\x81\xA0\x61nt"},
      {"right-to-left override", "ten\xE2\x80\xAE\x61nt"},
      {"variation selector", "ten\xEF\xB8\x8F\x61nt"},
      {"tag character", "ten\xF3\xA0\x81\x81\x61nt"},
      {"Hangul filler", "ten\xE3\x85\xA4\x61nt"},
      {"Mongolian vowel separator", "ten\xE1\xA0\x8E\x61nt"},
      {"combining grapheme joiner", "ten\xCD\x8F\x61nt"},
      {"combining marks", "te\xCC\x81n\xCC\x83\x61nt"},
      {"a hundred combining marks",
       [] {
         std::string text = "te";
         for (int i = 0; i < 100; ++i) text += "\xCC\x81";
         return text + "nant";
       }()},
      {"enclosing mark", "te\xE2\x83\x9Dnant"},
      {"precomposed accents", "t\xC3\xA9\xC3\xB1\xC3\xA4\xC3\xB1t"},
      {"Cyrillic and Greek capitals", "\xD0\xA2\xD0\x95\xCE\x9D\xCE\x91\xCE\x9D\xD0\xA2"},
      {"mixed script",
       "\xD0\xA2"
       "en\xCE\x91nt"},
      {"Greek epsilon", "t\xCE\xB5nant"},
      {"Greek alpha", "ten\xCE\xB1nt"},
      {"open e", "t\xC9\x9Bnant"},
      {"circled", "\xE2\x93\xA3\xE2\x93\x94nant"},
      {"mathematical bold",
       "\xF0\x9D\x90\xAD\xF0\x9D\x90\x9E\xF0\x9D\x90\xA7\xF0\x9D\x90\x9A\xF0\x9D"
       "\x90\xA7\xF0\x9D\x90\xAD"},
      {"superscript", "tenan\xE1\xB5\x97"},
      {"Turkish capital",
       "CL\xC4\xB0"
       "ENT"},
      {"Turkish dotless",
       "cl\xC4\xB1"
       "ent"},
      {"digit zero", "0perator"},
      {"digit zero in capitals", "OPERAT0R"},
      {"digit one for l", "c1ient"},
      {"digit one for i", "cl1ent"},
      {"digit one for I", "CL1ENT"},
      {"roman numeral", "c\xE2\x85\xBCient"},
      {"Cyrillic in two words", "n\xD0\xBEva \xD1\x81loud"},
      {"soft hyphen in the second word", "nova clo\xC2\xADud"},
      {"plural with a look-alike", "ten\xD0\xB0nts"},
  };
  for (const Row& row : rows) {
    const std::vector<TermMatch> matches = list.find("x " + row.text + " y");
    ASSERT_EQ(matches.size(), 1U) << row.what << ": " << row.text;
    EXPECT_TRUE(matches[0].disguised) << row.what;
    EXPECT_EQ(matches[0].begin, 2U) << row.what;
    EXPECT_EQ(matches[0].end, 2 + row.text.size()) << row.what;
  }
}

TEST(TermList, InvisibleCharactersAtTheEdgeAreNoDisguise) {
  const TermList list = glossary();
  const auto matches = list.find("\xE2\x80\x8Btenant\xE2\x80\x8B!");
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].begin, 3U);
  EXPECT_EQ(matches[0].end, 9U);
  EXPECT_FALSE(matches[0].disguised);
}

TEST(TermList, PlainWordsNeverMatchBySkeleton) {
  const TermList list = glossary();
  // The skeleton of "m" is "rn", that of "I" is "l".
  for (const char* text : {"tenarnt", "rnodern", "modern", "rnodem", "rnvp", "Cllent", "cIient",
                           "operatcr", "tennant", "t3nant", "oper4tor", "cli3nt", "5me"}) {
    EXPECT_TRUE(list.find(text).empty()) << text;
  }
  EXPECT_EQ(marked(list, "modem"), "[modem]");
}

TEST(TermList, DigitsAroundAWordMakeNoOtherWord) {
  const TermList list = build({{"operator", "", {"operator7"}, true},
                               {"portal", "", {}, false},
                               {"k3s", "", {}, false},
                               {"web", "", {"web3"}, false},
                               {"nova cloud", "", {}, false}});
  // What stands in braces is also written with a look-alike.
  for (const std::string want :
       {"[operator2]", "[20operator]", "{0perator2}", "{0perat0r22}", "{porta12}", "{porta11}",
        "[k3s2]", "[k3s]", "k3", "[web4]", "[2web]", "web3", "operator7", "[operator77]",
        "[nova1 cloud2]", "[nova-cloud2]", "[operator\xC2\xB2]", "{op\xD0\xB5rator2}", "op2erator",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "1.2.3", "sha256"}) {
    std::string text = want;
    std::erase_if(text, [](char c) { return c == '[' || c == ']' || c == '{' || c == '}'; });
    EXPECT_EQ(marked(list, text), want);
  }
}

TEST(TermList, EdgesOfAPhraseStandInTheText) {
  const TermList list = build({{"template", "", {"templates/", "<template", "a template"}, true}});
  for (const std::string want : {"[Templates]", "templates/deployment.yaml", "[template]/x", "[templates] /",
                                 "<template", "[template]", "a template", "the [template]"}) {
    std::string text = want;
    std::erase_if(text, [](char c) { return c == '[' || c == ']'; });
    EXPECT_EQ(marked(list, text), want);
  }
}

TEST(TermList, HonestSpellingInOtherScripts) {
  const TermList list = build({{"\xD0\xB0\xD1\x80\xD0\xB5\xD0\xBD\xD0\xB4\xD0\xB0", "", {}, false},
                               {"Stra\xC3\x9F"
                                "e",
                                "",
                                {},
                                false},
                               {"\xE7\xA7\x9F\xE6\x88\xB7", "", {}, false},
                               {"\xED\x95\x9C\xEA\xB5\xAD", "", {}, false},
                               {"caf\xC3\xA9", "", {}, true}});
  EXPECT_EQ(marked(list, "\xD0\x90\xD0\xA0\xD0\x95\xD0\x9D\xD0\x94\xD0\x90"),
            "[\xD0\x90\xD0\xA0\xD0\x95\xD0\x9D\xD0\x94\xD0\x90]");
  EXPECT_EQ(marked(list, "STRASSE"), "[STRASSE]");
  EXPECT_EQ(marked(list,
                   "STRA\xE1\xBA\x9E"
                   "E"),
            "[STRA\xE1\xBA\x9E"
            "E]");
  EXPECT_EQ(marked(list, "x \xE7\xA7\x9F\xE6\x88\xB7 y"), "x [\xE7\xA7\x9F\xE6\x88\xB7] y");
  EXPECT_EQ(marked(list, "CAF\xC3\x89S"), "[CAF\xC3\x89S]");
  EXPECT_EQ(marked(list, "cafe"), "[cafe]");
  EXPECT_EQ(marked(glossary(), "back\xC5\xBFtage"), "[back\xC5\xBFtage]");
  // Decomposed Hangul is the same word.
  EXPECT_EQ(
      list.find("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB\xE1\x84\x80\xE1\x85\xAE\xE1\x86\xA8").size(),
      1U);
}

TEST(TermList, AtMost) {
  const TermList list = glossary();
  std::string text;
  for (int i = 0; i < 100; ++i) text += "tenant ";
  EXPECT_EQ(list.find(text).size(), 16U);
  EXPECT_EQ(list.find(text, 3).size(), 3U);
  EXPECT_EQ(list.find(text, 0).size(), 0U);
  EXPECT_EQ(list.find(text, 1000).size(), 100U);
  EXPECT_EQ(list.find("tenant client")[1].term, 1U);
}

TEST(TermList, BadLists) {
  struct Row {
    std::vector<Term> terms;
    const char* message;
  };
  const Row rows[] = {
      {{{"", "", {}, true}}, "terms[0] \"\": the term is empty"},
      {{{"--", "", {}, true}}, "terms[0] \"--\": the term has no letters"},
      {{{"42", "", {}, true}}, "terms[0] \"42\": the term has no letters"},
      {{{"a", "", {}, true}, {"Tenant", "", {}, true}, {"t\xD0\x95nant", "", {}, true}}, nullptr},
      {{{"Tenant", "", {}, true}, {"tenant", "", {}, true}},
       "terms[1] \"tenant\": the term stands there twice"},
      {{{"nova cloud", "", {}, true}, {"Nova-Cloud", "", {}, true}},
       "terms[1] \"Nova-Cloud\": the term stands there twice"},
      {{{"tenant", "", {"--"}, true}}, "terms[0] \"tenant\": an allowed phrase has no words"},
  };
  for (const Row& row : rows) {
    const auto list = TermList::build(row.terms);
    ASSERT_EQ(list.ok(), row.message == nullptr);
    if (list.ok()) continue;
    EXPECT_EQ(list.error().code, Errc::misconfigured);
    EXPECT_EQ(list.error().message, row.message);
  }
  EXPECT_TRUE(TermList::build({}).value().find("tenant").empty());
}

/// Every single confusable, mark or invisible character that ICU folds to a letter of the term.
TEST(TermList, EveryLookalikeOfOneLetter) {
  const TermList list = build({{"tenant", "", {}, false}});
  int found = 0;
  for (char32_t c = 0x80; c < 0x20000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const fold::CharClass type = fold::classify(c);
    fold::Forms forms;
    forms.append(c);
    const bool letter = type >= fold::CharClass::letter;
    const bool like_e =
        letter && (forms.folded == "e" || forms.confusable == "e" || forms.lookalike == "e");
    std::string text = "t";
    if (c < 0x800) {
      text += {static_cast<char>(0xC0 | c >> 6), static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      text += {static_cast<char>(0xE0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3F)),
               static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      text += {static_cast<char>(0xF0 | c >> 18), static_cast<char>(0x80 | (c >> 12 & 0x3F)),
               static_cast<char>(0x80 | (c >> 6 & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
    }
    text += "nant";
    EXPECT_EQ(list.find(text).size(), like_e ? 1U : 0U) << std::hex << static_cast<unsigned>(c);
    found += like_e ? 1 : 0;
  }
  EXPECT_GT(found, 60);
}

TEST(TermList, BrokenTextIsSafe) {
  const TermList list = glossary();
  std::mt19937 random(11);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 64, '\0');
    for (char& c : text) {
      static constexpr char kBytes[] =
          "tenantTENANT s-\x00\x80\xCC\x81\xE2\x80\x8D\xF0\x9F\xFF\xC2\xAD";
      c = kBytes[random() % (sizeof(kBytes) - 1)];
    }
    std::uint32_t at = 0;
    for (const TermMatch& match : list.find(text)) {
      EXPECT_LT(match.begin, match.end);
      EXPECT_LE(match.end, text.size());
      EXPECT_GE(match.begin, at);
      at = match.begin;
    }
  }
  EXPECT_EQ(marked(list, "\xFFtenant\xFE"), "\xFF[tenant]\xFE");
}

/// No timed assertion: a quadratic search would not end within the test's timeout.
TEST(TermList, ThreeMegabytesOfAnything) {
  const TermList list = glossary();
  const auto repeat = [](std::string_view unit) {
    std::string text;
    while (text.size() < 3'000'000) text += unit;
    return text;
  };
  for (const char* unit : {"a",
                           "A",
                           "aA",
                           "AAa",
                           "0",
                           "<",
                           " ",
                           "nova ",
                           "nova-nova",
                           "NovaNova",
                           "tenant ",
                           "out of ",
                           "outOf",
                           "stalwart ",
                           "\xD0\xB5",
                           "\xD0\xB5 ",
                           "\xD0\xB5\xD0\x95",
                           "\xCC\x81",
                           "e\xCC\x81",
                           "\xE2\x80\x8D",
                           "t\xE2\x80\x8D",
                           "\xE6\xBC\xA2",
                           "\xEF\xB7\xBA",
                           "\xF0\x9D\x90\xAD ",
                           "\xFF",
                           "External Secrets ",
                           "t\xD0\xB5nant ",
                           "0 ",
                           "nova\xE2\x80\x8D "}) {
    EXPECT_LE(list.find(repeat(unit)).size(), 16U) << unit;
  }
}

}  // namespace
}  // namespace portreeve
