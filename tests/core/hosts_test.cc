#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "core/terms.h"
#include "tests/core/host_marks.h"

namespace portreeve {
namespace {

HostList forbidden() {
  auto list = HostList::build({{"openova.io", "t<NN>.omani.works", {"harbor.openova.io"}},
                               {"omantel.openova.io", "omantel.omani.works", {}},
                               {"eventforge.io", "", {}},
                               {"omani.trades", "omani.trade", {}}});
  EXPECT_TRUE(list.ok()) << (list.ok() ? "" : list.error().message);
  return std::move(list).value();
}

TEST(HostList, Prose) {
  const HostList list = forbidden();
  const Row rows[] = {
      {"see openova.io for more", "see [openova.io] for more"},
      {"see openova.io.", "see [openova.io]."},
      {"(openova.io)", "([openova.io])"},
      {"at \"console.openova.io\", or", "at \"[console.openova.io]\", or"},
      {"OpenOva.IO", "[OpenOva.IO]"},
      {"a.b.c.openova.io", "[a.b.c.openova.io]"},
      {"console.omantel.openova.io", "[console.omantel.openova.io]"},
      {"openova.io:443", "[openova.io]:443"},
      {"openova.io:443/path", "[openova.io]:443/path"},
      {"host=openova.io;x", "host=[openova.io];x"},
      {"*.openova.io", "*.[openova.io]"},
      {"{{.AppName}}.openova.io", "{{.AppName}}.[openova.io]"},
      {"${ORG}.openova.io", "${ORG}.[openova.io]"},
      {"<org>.openova.io", "<org>.[openova.io]"},
      {"openova.io openova.io", "[openova.io] [openova.io]"},
      {"openova.io,eventforge.io", "[openova.io],[eventforge.io]"},
      {"https://openova.io", "https://[openova.io]"},
      {"https://openova.io/", "https://[openova.io]/"},
      {"https://www.openova.io/a?b=c#d", "https://[www.openova.io]/a?b=c#d"},
      {"https://openova.io:8443/a", "https://[openova.io]:8443/a"},
      {"https://x@openova.io/", "https://x@[openova.io]/"},
      {"https://x:y@openova.io/", "https://x:y@[openova.io]/"},
      {"https://a@b@openova.io/", "https://a@b@[openova.io]/"},
      {"https://{{.User}}:{{ .Pass | default \"a/b\" }}@openova.io/",
       "https://{{.User}}:{{ .Pass | default \"a/b\" }}@[openova.io]/"},
      {"oci://openova.io/charts", "oci://[openova.io]/charts"},
      {"git+ssh://git@openova.io/x.git", "git+ssh://git@[openova.io]/x.git"},
      {"HTTPS://OPENOVA.IO", "HTTPS://[OPENOVA.IO]"},
      {"https:\\\\openova.io\\", "https:\\\\[openova.io]\\"},
      {"https:///openova.io/", "https:///[openova.io]/"},
      {"//openova.io/x.js", "//[openova.io]/x.js"},
      {"https://a.example/?next=https://openova.io/",
       "https://a.example/?next=https://[openova.io]/"},
      {"https://openova.io.", "https://[openova.io]."},
      {"http://{{.App}}.openova.io/", "http://{{.App}}.[openova.io]/"},
      {"http://*.openova.io/", "http://*.[openova.io]/"},
      {"wss://eventforge.io", "wss://[eventforge.io]"},
      {"pay at omani.trades today", "pay at [omani.trades] today"},
      {"openova..openova.io", "openova..[openova.io]"},
      {"openova.io./v1", "[openova.io]./v1"},
      // None of these.
      {"", ""},
      {"openova", ""},
      {"io", ""},
      {".io", ""},
      {"notopenova.io", ""},
      {"openova.io.example", ""},
      {"http://openova.io.example", ""},
      {"openova.iox", ""},
      {"openova-io", ""},
      {"openova..io", ""},
      {"openova .io", ""},
      {"my-openova.io", ""},
      {"_openova.io", ""},
      {"harbor.openova.io", ""},
      {"HARBOR.openova.io.", ""},
      {"https://harbor.openova.io/proxy/", ""},
      {"apps.openova.io/v1", ""},
      {"catalyst.openova.io/v1alpha1", ""},
      {"openova.io/environment: prod", ""},
      {"'catalyst.openova.io/section'", ""},
      {"catalyst.openova.io/{managed-by,origin}", ""},
      {"team@openova.io", ""},
      {"mail a.b+c@mail.openova.io, please", ""},
      {"<mailto:team@openova.io>", ""},
      {"mailto:team@openova.io", ""},
      {"openova.io@example.org", ""},
      {"https://openova.io@example.org/", ""},
      {"https://openova.io:x@example.org/", ""},
      {"https://example.org/openova.io", ""},
      {"https://example.org/openova.io/x", ""},
      {"https://example.org?openova=io", ""},
      {"ghcr.io/openova-io/bp-cnpg", ""},
      {"omani.trade", ""},
      {"EventForge", ""},
      {"1.2.3", ""},
      {"%6Fpenova.io", ""},
      {"xn--openova-9za.io", ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(marked(row.text, list.find_in_text(row.text)),
              row.want.empty() ? row.text : row.want);
  }
}

TEST(HostList, AllowedHostsAreExact) {
  const HostList list = forbidden();
  EXPECT_EQ(list.find_in_text("x.harbor.openova.io").size(), 1U);
  EXPECT_EQ(list.find_in_text("h\xD0\xB0rbor.openova.io").size(), 1U);
  EXPECT_EQ(list.find_in_text("harbor\xEF\xBC\x8Eopenova.io").size(), 1U);
}

TEST(HostList, HostField) {
  const HostList list = forbidden();
  const Row rows[] = {
      {"openova.io", "[openova.io]"},
      {"OPENOVA.IO.", "[OPENOVA.IO]."},
      {" openova.io\n", " [openova.io]\n"},
      {"x.openova.io:443", "[x.openova.io]:443"},
      {"openova.io/v1", "[openova.io]/v1"},
      {"https://openova.io/v1", "https://[openova.io]/v1"},
      {"//openova.io/v1", "//[openova.io]/v1"},
      {"https:/openova.io", "https:/[openova.io]"},
      {"https:openova.io", "https:[openova.io]"},
      {"{{.AppName}}.openova.io", "{{.AppName}}.[openova.io]"},
      {"{{ .AppName | default \"a/b@c\" }}.openova.io",
       "{{ .AppName | default \"a/b@c\" }}.[openova.io]"},
      {"{{.Prefix}}openova.io", "{{.Prefix}}[openova.io]"},
      {"{{ default \"openova.io\" .Domain }}", "{{ default \"[openova.io]\" .Domain }}"},
      {"*.openova.io", "*.[openova.io]"},
      {"a@openova.io", "a@[openova.io]"},
      {"git@openova.io:org/repo", "git@[openova.io]:org/repo"},
      {"a.example, openova.io", "a.example, [openova.io]"},
      {"Host(`x.openova.io`)", "Host(`[x.openova.io]`)"},
      {"oci://openova.io/charts", "oci://[openova.io]/charts"},
      {"{{openova.io", "{{[openova.io]"},
      {"t01.omantel.openova.io", "[t01.omantel.openova.io]"},
      // None of these.
      {"", ""},
      {"openova.io.example", ""},
      {"notopenova.io", ""},
      {"https://example.org/openova.io", ""},
      {"https://openova.io@example.org/", ""},
      {"oci://ghcr.io/openova-io", ""},
      {"oci://harbor.openova.io/proxy", ""},
      {"openova", ""},
      {"[::1]:443", ""},
      {"{{.AppName}}.{{.OrgDomain}}", ""},
      {"console.{{.SovereignFQDN}}", ""},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(marked(row.text, list.find_in_host_field(row.text)),
              row.want.empty() ? row.text : row.want);
  }
}

TEST(HostList, Disguises) {
  const HostList list = forbidden();
  const std::string rows[] = {
      "\xD0\xBEpenova.io",             // Cyrillic о
      "OPEN\xD0\x9EVA.IO",             // Cyrillic О
      "op\xCE\xB5nova.io",             // Greek ε
      "openov\xC3\xA1.io",             // á
      "open\xC2\xADova.io",            // soft hyphen
      "open\xE2\x80\x8Bova.io",        // zero-width space
      "openova\xE2\x80\x8B.io",        // zero-width space before the dot
      "\xEF\xBD\x8F\x70\x65nova.io",   // fullwidth o
      "openova.\xC4\xB1o",             // dotless i
      "0penova.io",                    // zero
      "openova.1o",                    // one for i
      "www.\xD0\xBEpenova.i\xCE\xBF",  // Greek ο
      "openova\xE2\x80\xA4\x69\xD0\xBE",
  };
  for (const std::string& text : rows) {
    const auto prose = list.find_in_text("x " + text + " y");
    ASSERT_EQ(prose.size(), 1U) << text;
    EXPECT_TRUE(prose[0].disguised) << text;
    EXPECT_EQ(prose[0].term, 0U);
    EXPECT_EQ(list.find_in_host_field("https://" + text + "/").size(), 1U) << text;
  }
  for (const char* dot :
       {"\xEF\xBC\x8E", "\xE3\x80\x82", "\xEF\xBD\xA1", "\xE2\x80\xA4", "\xEF\xB9\x92"}) {
    const std::string text = std::string("x") + dot + "openova" + dot + "io";
    EXPECT_EQ(list.find_in_text(text).size(), 1U) << text;
    EXPECT_EQ(list.find_in_host_field(text).size(), 1U) << text;
  }
  for (const char* text : {"openovva.io", "0pen0va.net", "openova.lo", "op3nova.io"}) {
    EXPECT_TRUE(list.find_in_text(text).empty()) << text;
  }
}

TEST(HostList, TheLongestHostForbids) {
  const HostList list = forbidden();
  const auto matches = list.find_in_text("x.omantel.openova.io and openova.io");
  ASSERT_EQ(matches.size(), 2U);
  EXPECT_EQ(matches[0].term, 1U);
  EXPECT_EQ(matches[1].term, 0U);
  EXPECT_FALSE(matches[0].disguised);
}

TEST(HostList, AtMost) {
  const HostList list = forbidden();
  std::string text;
  for (int i = 0; i < 100; ++i) text += "openova.io ";
  EXPECT_EQ(list.find_in_text(text).size(), 16U);
  EXPECT_EQ(list.find_in_text(text, 3).size(), 3U);
  EXPECT_EQ(list.find_in_text(text, 0).size(), 0U);
  EXPECT_EQ(list.find_in_host_field(text).size(), 16U);
}

TEST(HostList, BadLists) {
  struct BadRow {
    std::vector<ForbiddenHost> hosts;
    std::string message;
  };
  const std::string expected = "expected a host name such as example.org";
  const BadRow rows[] = {
      {{{"", "", {}}}, "hosts[0] \"\": " + expected},
      {{{"io", "", {}}}, "hosts[0] \"io\": " + expected},
      {{{".io", "", {}}}, "hosts[0] \".io\": " + expected},
      {{{"openova.io.", "", {}}}, "hosts[0] \"openova.io.\": " + expected},
      {{{"*.io", "", {}}}, "hosts[0] \"*.io\": " + expected},
      {{{"openova.*", "", {}}}, "hosts[0] \"openova.*\": " + expected},
      {{{"a*.openova.io", "", {}}}, "hosts[0] \"a*.openova.io\": " + expected},
      {{{"{{.Domain}}", "", {}}}, "hosts[0] \"{{.Domain}}\": " + expected},
      {{{"admin.{{.A}}.io", "", {}}}, "hosts[0] \"admin.{{.A}}.io\": " + expected},
      {{{"admin{{.A}}", "", {}}}, "hosts[0] \"admin{{.A}}\": " + expected},
      {{{"*.{{.A}}", "", {}}}, "hosts[0] \"*.{{.A}}\": " + expected},
      {{{"admin.{{}}", "", {}}}, "hosts[0] \"admin.{{}}\": " + expected},
      {{{"admin.{{.A}", "", {}}}, "hosts[0] \"admin.{{.A}\": " + expected},
      {{{"a.*.b.c", "", {}}, {"a.*.b.c", "", {}}}, "hosts[1] \"a.*.b.c\": the host stands there twice"},
      {{{"a.{{.B}}", "", {}}, {"a.{{.B}}", "", {}}}, "hosts[1] \"a.{{.B}}\": the host stands there twice"},
      {{{"*.a.b", "", {"*.x.a.b"}}}, "hosts[0] \"*.a.b\": the allowed host \"*.x.a.b\" is not below it"},
      {{{"*.a.b", "", {"a.b"}}}, "hosts[0] \"*.a.b\": the allowed host \"a.b\" is not below it"},
      {{{"https://a.b", "", {}}}, "hosts[0] \"https://a.b\": " + expected},
      {{{"\xC3\xA4.de", "", {}}}, "hosts[0] \"\xC3\xA4.de\": " + expected},
      {{{"a.b", "", {}}, {"A.b", "", {}}}, "hosts[1] \"A.b\": the host stands there twice"},
      {{{"a.b", "", {"c.d"}}}, "hosts[0] \"a.b\": the allowed host \"c.d\" is not below it"},
      {{{"a.b", "", {}, {"c.d"}}}, "hosts[0] \"a.b\": the group \"c.d\" is not below it"},
      {{{"a.b", "", {""}}}, "hosts[0] \"a.b\": the allowed host \"\" is not below it"},
  };
  for (const BadRow& row : rows) {
    const auto list = HostList::build(row.hosts);
    ASSERT_FALSE(list.ok()) << row.message;
    EXPECT_EQ(list.error().code, Errc::misconfigured);
    EXPECT_EQ(list.error().message, row.message);
  }
  EXPECT_TRUE(HostList::build({}).value().find_in_text("openova.io").empty());
}

TEST(HostList, BrokenTextIsSafe) {
  const HostList list = forbidden();
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 64, '\0');
    for (char& c : text) {
      static constexpr char kBytes[] = "openova.io:/@{}\\ -_*\x00\x80\xE3\x82\xEF\xBC\x8E\xC2\xAD";
      c = kBytes[random() % (sizeof(kBytes) - 1)];
    }
    text += random() % 2 == 0 ? "openova.io" : "";
    for (const auto& matches : {list.find_in_text(text), list.find_in_host_field(text)}) {
      for (const TermMatch& match : matches) {
        EXPECT_LT(match.begin, match.end);
        EXPECT_LE(match.end, text.size());
      }
    }
  }
}

/// No timed assertion: a quadratic search would not end within the test's timeout.
TEST(HostList, ThreeMegabytesOfAnything) {
  const HostList list = forbidden();
  for (const char* unit : {"a",
                           ".",
                           "a.",
                           "-",
                           "@",
                           "a@",
                           "/",
                           "//",
                           "://",
                           "a://",
                           "//a",
                           "{{",
                           "{{}}",
                           "//{{",
                           "}}",
                           ":",
                           " ",
                           "<",
                           "io.",
                           "openova.",
                           "x.openova.io/",
                           "a@openova.io ",
                           "\\",
                           "0.",
                           "\xD0\xBE.",
                           "\xEF\xBC\x8E",
                           "\xE2\x80\x8B",
                           "\xFF",
                           "1.io ",
                           "https://@",
                           "https://a@b:c"}) {
    std::string text;
    while (text.size() < 3'000'000) text += unit;
    EXPECT_LE(list.find_in_text(text).size(), 16U) << unit;
    EXPECT_LE(list.find_in_host_field(text).size(), 16U) << unit;
  }
}

}  // namespace
}  // namespace portreeve
