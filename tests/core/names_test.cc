#include "core/names.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portreeve {
namespace {

Pattern pattern(std::string_view expression) {
  auto compiled = Pattern::compile(expression);
  EXPECT_TRUE(compiled.ok());
  return std::move(compiled).value();
}

std::vector<Glob> globs(const std::vector<std::string>& texts) {
  std::vector<Glob> out;
  for (const std::string& text : texts) out.push_back(Glob::compile(text).value());
  return out;
}

const std::vector<std::string> kReserved = {"system", "flux", "catalyst", "hetzner", "rtz", "prod"};

/// The dimensions of a fleet as its operator would write them down.
std::vector<Dimension> fleet() {
  using Codes = Dimension::Codes;
  using CodesBy = Dimension::CodesBy;
  const Pattern word = pattern("[a-z][a-z0-9]{1,3}");
  return {
      {"provider", Codes{{"hz", "hw", "oci", "aws", "gcp", "az", "ct"}}},
      {"region", CodesBy{"provider",
                         {{"hz", {"fsn", "nbg", "hel", "ash", "hil", "sin"}},
                          {"hw", {"apse", "cnn", "las", "mer"}},
                          {"oci", {"dxb", "fra", "sg", "iad", "syd"}},
                          {"ct", {"eu"}},
                          {"aws", {}},
                          {"gcp", {}}},
                         word}},
      {"building-block", Codes{{"rtz", "dmz", "mgt"}}},
      {"env-type", Codes{{"prod", "stg", "uat", "dev", "poc"}}},
      {"prov1", Codes{{"h", "w", "o", "a", "g", "z", "c"}}},
      {"reg1", CodesBy{"prov1",
                       {{"h", {"f", "n", "l", "a", "i", "s"}},
                        {"w", {"p", "c", "q", "r"}},
                        {"o", {"x", "r", "g", "d", "y"}},
                        {"c", {"e"}}},
                       pattern("[a-z]")}},
      {"bb1", Codes{{"r", "d", "m"}}},
      {"env1", Codes{{"p", "s", "u", "d", "c"}}},
      {"org", Dimension::Shape{pattern("[a-z][a-z0-9-]{2,31}"), "an Organization slug", kReserved,
                               globs({"kube-*", "*--*"})}},
      {"component", Dimension::Shape{pattern("[a-z0-9]([a-z0-9-]*[a-z0-9])?"), "a component", {}}},
      {"app", Dimension::Shape{pattern("[a-z0-9]+(-[a-z0-9]+)*"), "an application", {}}},
      {"#", Dimension::Number{}},
      {"strict-region", CodesBy{"provider", {{"hz", {"fsn"}}}, std::nullopt}},
  };
}

NamePattern compile(std::string_view text) {
  const std::vector<Dimension> dimensions = fleet();
  auto compiled = NamePattern::compile(text, dimensions);
  EXPECT_TRUE(compiled.ok()) << (compiled.ok() ? "" : compiled.error().message);
  return std::move(compiled).value();
}

/// "a=b c=d", "unverifiable c=d?" or the sentence that says what is wrong.
std::string reading(const NameParse& parse) {
  if (const auto* wrong = std::get_if<WrongName>(&parse)) return to_string(*wrong);
  const auto& parsed = std::get<ParsedName>(parse);
  std::string text;
  for (const NamePart& part : parsed.parts) {
    if (!text.empty()) text += ' ';
    text += part.text;
  }
  for (const std::size_t part : parsed.unverifiable) {
    text += " (unverifiable " + parsed.parts[part].dimension + ")";
  }
  return text;
}

constexpr const char* kCluster = "{provider}-{region}-{building-block}-{env-type}";
constexpr const char* kServer = "{provider}{region}{bb1}-{app}-{#}{env1}";
constexpr const char* kLocation = "{prov1}{reg1}{bb1}{env1}";
constexpr const char* kEnvironment = "{org}-{env-type}";
constexpr const char* kPolicy = "{org}-{env-type}-policy";

struct Row {
  const char* pattern;
  std::string name;
  std::string want;
};

TEST(NamePattern, RightNames) {
  const Row rows[] = {
      {kCluster, "hz-fsn-rtz-prod", "hz fsn rtz prod"},
      {kCluster, "hz-nbg-dmz-stg", "hz nbg dmz stg"},
      {kCluster, "hz-hel-mgt-uat", "hz hel mgt uat"},
      {kCluster, "hz-ash-rtz-dev", "hz ash rtz dev"},
      {kCluster, "hz-hil-rtz-poc", "hz hil rtz poc"},
      {kCluster, "hz-sin-rtz-prod", "hz sin rtz prod"},
      {kCluster, "hw-apse-rtz-prod", "hw apse rtz prod"},
      {kCluster, "hw-cnn-rtz-prod", "hw cnn rtz prod"},
      {kCluster, "hw-las-rtz-prod", "hw las rtz prod"},
      {kCluster, "hw-mer-rtz-prod", "hw mer rtz prod"},
      {kCluster, "oci-dxb-rtz-prod", "oci dxb rtz prod"},
      {kCluster, "oci-fra-rtz-prod", "oci fra rtz prod"},
      {kCluster, "oci-sg-rtz-prod", "oci sg rtz prod"},
      {kCluster, "oci-iad-rtz-prod", "oci iad rtz prod"},
      {kCluster, "oci-syd-rtz-prod", "oci syd rtz prod"},
      {kCluster, "ct-eu-mgt-prod", "ct eu mgt prod"},
      {kCluster, "aws-use1-rtz-prod", "aws use1 rtz prod (unverifiable region)"},
      {kCluster, "gcp-eu-rtz-prod", "gcp eu rtz prod (unverifiable region)"},
      {kCluster, "az-we-rtz-prod", "az we rtz prod (unverifiable region)"},
      {kServer, "hzfsnr-k8s-1p", "hz fsn r k8s 1 p"},
      {kServer, "ocisgd-db-main-12s", "oci sg d db-main 12 s"},
      {kServer, "awsuser-k8s-1p", "aws use r k8s 1 p (unverifiable region)"},
      {kLocation, "hfrp", "h f r p"},
      {kLocation, "oxrp", "o x r p"},
      {kLocation, "orrp", "o r r p"},
      {kLocation, "cemp", "c e m p"},
      {kLocation, "aerp", "a e r p (unverifiable reg1)"},
      {kEnvironment, "acme-prod", "acme prod"},
      {kEnvironment, "acme-corp-uat", "acme-corp uat"},
      {kEnvironment, "acme-prod-dev", "acme-prod dev"},
      {kEnvironment, "kube-prod", "kube prod"},
      {kEnvironment, "kubernetes-bank-prod", "kubernetes-bank prod"},
      {kPolicy, "acme-corp-uat-policy", "acme-corp uat"},
      {kPolicy, "a-policy-prod-policy", "a-policy prod"},
      {"catalyst-{component}", "catalyst-gitea", "gitea"},
      {"catalyst-{component}", "catalyst-api-gateway", "api-gateway"},
      {"{building-block}-{env-type}", "rtz-prod", "rtz prod"},
      {"{env-type}-{component}", "prod-loki-data", "prod loki-data"},
      {"{component}-{env-type}", "loki-data-prod", "loki-data prod"},
      {"{provider}-{region}-{building-block}-{env-type}-{org}", "hz-fsn-rtz-prod-acme-corp",
       "hz fsn rtz prod acme-corp"},
      {"{component}-{org}", "a-bcd-efg", "a-bcd efg"},
      {"{component}-{org}", "a-bcd-ef", "a bcd-ef"},
      {"{component}.{org}", "a-b.cde", "a-b cde"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(reading(compile(row.pattern).parse(row.name)), row.want) << row.name;
  }
}

TEST(NamePattern, EveryListedLocationCode) {
  const NamePattern location = compile(kLocation);
  for (const char* code : {"hfrp", "hfrd", "hfdp", "hfmp", "hlrp", "hldp", "hnrp", "hnmp", "hnmd",
                           "harp", "hsrp", "wprp", "oxrp", "orrp", "cemp"}) {
    EXPECT_TRUE(std::holds_alternative<ParsedName>(location.parse(code))) << code;
  }
}

TEST(NamePattern, TheWrongPartIsNamed) {
  const std::string providers = "one of hz, hw, oci, aws, gcp, az, ct";
  const std::string hz = "one of fsn, nbg, hel, ash, hil, sin (for provider 'hz')";
  const std::string blocks = "one of rtz, dmz, mgt";
  const std::string envs = "one of prod, stg, uat, dev, poc";
  const Row rows[] = {
      {kCluster, "hz-dxb-rtz-prod",
       "region 'dxb' is not " + hz + "; 'dxb' is a code of region of provider 'oci'"},
      {kCluster, "hz-fsn1-rtz-prod", "region 'fsn1' is not " + hz + "; did you mean 'fsn'?"},
      {kCluster, "oci-fsn-rtz-prod",
       "region 'fsn' is not one of dxb, fra, sg, iad, syd (for provider 'oci'); 'fsn' is a code of "
       "region of provider 'hz'"},
      {kCluster, "aws-us-east-1-rtz-prod", "building-block 'east' is not " + blocks},
      {kCluster, "aws-useast1-rtz-prod", "region 'useast1' is not a code for provider 'aws'"},
      {kCluster, "do-fsn-rtz-prod", "provider 'do' is not " + providers},
      {kCluster, "hetzner-fsn-rtz-prod", "provider 'hetzner' is not " + providers},
      {kCluster, "HZ-fsn-rtz-prod", "provider 'HZ' is not " + providers + "; did you mean 'hz'?"},
      {kCluster, "HZ-FSN-RTZ-PROD", "provider 'HZ' is not " + providers + "; did you mean 'hz'?"},
      {kCluster, "hz-fsn-mgmt-prod",
       "building-block 'mgmt' is not " + blocks + "; did you mean 'mgt'?"},
      {kCluster, "hz-fsn-prod-rtz",
       "building-block 'prod' is not " + blocks + "; 'prod' is a code of env-type"},
      {kCluster, "fsn-hz-rtz-prod",
       "provider 'fsn' is not " + providers + "; 'fsn' is a code of region of provider 'hz'"},
      {kCluster, "hz-fsn-rtz-dr", "env-type 'dr' is not " + envs},
      {kCluster, "hz-fsn-rtz-pord", "env-type 'pord' is not " + envs + "; did you mean 'prod'?"},
      {kCluster, "hz-fsn-rtz-production", "env-type 'production' is not " + envs},
      {kCluster, "hz-fs\xC3\xB1-rtz-prod",
       "region 'fs\xC3\xB1' is not " + hz + "; did you mean 'fsn'?"},
      {kCluster, "hz-fsn-rtz-prod-1", "expected the end of the name, found '-1'"},
      {kCluster, "hz-fsn-rtz-prod-", "expected the end of the name, found '-'"},
      {kCluster, "hz-fsn-rtz-prod.x", "expected the end of the name, found '.x'"},
      {kCluster, "hz-fsn-rtz", "env-type is missing, expected " + envs},
      {kCluster, "hz-fsn-rtz-", "env-type is missing, expected " + envs},
      {kCluster, "hz-fsn", "building-block is missing, expected " + blocks},
      {kCluster, "hz", "region is missing, expected " + hz},
      {kCluster, "", "provider is missing, expected " + providers},
      {kCluster, "-fsn-rtz-prod", "provider is missing, expected " + providers},
      {kCluster, "hz--rtz-prod", "region is missing, expected " + hz},
      {kCluster, "hz_fsn_rtz_prod", "expected '-', found '_'"},
      {kCluster, "hz-fsn_rtz-prod", "expected '-', found '_'"},
      {kCluster, "primary", "provider 'primary' is not " + providers},
      {kServer, "hzdxbr-k8s-1p",
       "region 'dxb' is not " + hz + "; 'dxb' is a code of region of provider 'oci'"},
      {kServer, "hzfsnx-k8s-1p", "bb1 'x' is not one of r, d, m"},
      {kServer, "hzfsnr-k8s-p", "# 'p' is not a number"},
      {kServer, "hzfsnr-k8s-", "# is missing, expected a number"},
      {kServer, "hzfsnr-k8s-1x", "env1 'x' is not one of p, s, u, d, c"},
      {kServer, "hzfsnr-k8s-1", "env1 is missing, expected one of p, s, u, d, c"},
      {kServer, "hzfsnr-k8s-1pp", "expected the end of the name, found 'p'"},
      {kServer, "hzfsnr-K8s-1p", "app 'K8s' is not an application"},
      {kServer, "hzfsnr", "app is missing, expected an application"},
      {kLocation, "hxrp",
       "reg1 'x' is not one of f, n, l, a, i, s (for prov1 'h'); 'x' is a code of reg1 of prov1 "
       "'o'"},
      {kLocation, "hfxp", "bb1 'x' is not one of r, d, m"},
      {kLocation, "hfpr", "bb1 'p' is not one of r, d, m; 'p' is a code of env1"},
      {kLocation, "hfrx", "env1 'x' is not one of p, s, u, d, c"},
      {kLocation, "hfr", "env1 is missing, expected one of p, s, u, d, c"},
      {kLocation, "hfrpp", "expected the end of the name, found 'p'"},
      {kLocation, "xfrp", "prov1 'x' is not one of h, w, o, a, g, z, c"},
      {kEnvironment, "acme", "env-type is missing, expected " + envs},
      {kEnvironment, "acme-", "env-type is missing, expected " + envs},
      {kEnvironment, "acme-prd", "env-type 'prd' is not " + envs + "; did you mean 'prod'?"},
      {kEnvironment, "acme-corp-live", "env-type 'live' is not " + envs},
      {kEnvironment, "my-Acme-prod", "org 'my-Acme' is not an Organization slug"},
      {kEnvironment, "Acme-prod", "org 'Acme' is not an Organization slug"},
      {kEnvironment, "ab-prod", "org 'ab' is not an Organization slug"},
      {kEnvironment, "system-prod", "org 'system' is a reserved word"},
      {kEnvironment, "prod", "org 'prod' is a reserved word"},
      {kEnvironment, "kube-bank-prod", "org 'kube-bank' is reserved, as every kube-* is"},
      {kEnvironment, "acme--bank-prod", "org 'acme--bank' is reserved, as every *--* is"},
      {kEnvironment, "-prod", "org is missing, expected an Organization slug"},
      {kEnvironment, "acme-PROD", "env-type 'PROD' is not " + envs + "; did you mean 'prod'?"},
      {kPolicy, "acme-prod", "expected '-policy', found the end of the name"},
      {kPolicy, "acme-prod-polcy", "expected '-policy', found '-polcy'"},
      {kPolicy, "acme-prod-policy-2", "expected the end of the name, found '-2'"},
      {kPolicy, "acme-live-policy", "env-type 'live' is not " + envs},
      {kPolicy, "acme-policy", "env-type 'policy' is not " + envs},
      {"catalyst-{component}", "catalist-x", "expected 'catalyst-', found 'catalist-'"},
      {"catalyst-{component}", "catalyst-", "component is missing, expected a component"},
      {"catalyst-{component}", "catalyst", "expected 'catalyst-', found 'catalyst'"},
      {"catalyst-{component}", "", "expected 'catalyst-', found the end of the name"},
      {"{provider}-{strict-region}", "aws-x",
       "strict-region 'x' is not known: no code is for "
       "provider 'aws'"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(reading(compile(row.pattern).parse(row.name)), row.want) << row.name;
  }
}

TEST(NamePattern, FieldsOfAWrongPart) {
  const NameParse parse = compile(kCluster).parse("hz-fsn-mgmt-prod");
  const auto& wrong = std::get<WrongName>(parse);
  EXPECT_EQ(wrong.fault, WrongName::Fault::part);
  EXPECT_EQ(wrong.pattern, kCluster);
  EXPECT_EQ(wrong.part, 2U);
  EXPECT_EQ(wrong.dimension, "building-block");
  EXPECT_EQ(wrong.found, "mgmt");
  EXPECT_EQ(wrong.begin, 7U);
  EXPECT_EQ(wrong.end, 11U);
  EXPECT_EQ(wrong.expected, (std::vector<std::string>{"rtz", "dmz", "mgt"}));
  EXPECT_EQ(wrong.expected_count, 3U);
  EXPECT_EQ(wrong.suggestion, "mgt");
}

TEST(NamePattern, FieldsOfAParsedName) {
  const NameParse parse = compile(kEnvironment).parse("acme-corp-uat");
  const auto& parsed = std::get<ParsedName>(parse);
  ASSERT_EQ(parsed.parts.size(), 2U);
  EXPECT_EQ(parsed["org"], "acme-corp");
  EXPECT_EQ(parsed["env-type"], "uat");
  EXPECT_EQ(parsed["region"], "");
  EXPECT_EQ(parsed.parts[1].begin, 10U);
  EXPECT_EQ(parsed.parts[1].end, 13U);
  EXPECT_TRUE(parsed.unverifiable.empty());
}

TEST(NamePattern, LongListsAreCut) {
  std::vector<std::string> codes;
  for (char c = 'a'; c <= 't'; ++c) codes.push_back(std::string(3, c));
  const std::vector<Dimension> dimensions = {{"x", Dimension::Codes{codes}}};
  const NameParse parse = NamePattern::compile("{x}", dimensions).value().parse("aaz");
  const auto& wrong = std::get<WrongName>(parse);
  EXPECT_EQ(wrong.expected.size(), 12U);
  EXPECT_EQ(wrong.expected_count, 20U);
  EXPECT_EQ(
      to_string(wrong),
      "x 'aaz' is not one of aaa, bbb, ccc, ddd, eee, fff, ggg, hhh, iii, jjj, kkk, lll and 8 "
      "more; did you mean 'aaa'?");
}

TEST(NamePattern, HugeAndHostileNames) {
  const NameParse parse = compile(kCluster).parse(std::string(10 * 1024, 'a'));
  EXPECT_EQ(to_string(std::get<WrongName>(parse)),
            "the name has 10240 bytes, expected at most 253");
  EXPECT_EQ(std::get<WrongName>(parse).fault, WrongName::Fault::too_long);
  std::string hyphens;
  while (hyphens.size() + 2 <= NamePattern::kNameBytes) hyphens += "a-";
  for (const char* text :
       {kCluster, kServer, kLocation, kEnvironment, kPolicy, "{component}-{app}-{org}-{env-type}",
        "{component}{provider}{region}{#}{org}{env-type}"}) {
    EXPECT_TRUE(std::holds_alternative<WrongName>(compile(text).parse(hyphens))) << text;
    EXPECT_TRUE(std::holds_alternative<WrongName>(compile(text).parse(std::string(253, '-'))));
    EXPECT_TRUE(std::holds_alternative<WrongName>(compile(text).parse(std::string(5, '\0'))));
    EXPECT_TRUE(std::holds_alternative<WrongName>(compile(text).parse("\xFF\xFE{}\n")));
  }
  const NameParse control = compile(kEnvironment).parse("acme-\x1B[31m");
  EXPECT_EQ(to_string(std::get<WrongName>(control)).find('\x1B'), std::string::npos);
}

/// Removing, doubling or replacing any single part of a right name is noticed at that part.
TEST(NamePattern, EveryPartOfAClusterNameCounts) {
  const NamePattern cluster = compile(kCluster);
  const std::vector<std::string> right = {"hz", "fsn", "rtz", "prod"};
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (const char* wrong : {"x", "xyz", "zzzz", "0"}) {
      std::vector<std::string> parts = right;
      parts[i] = wrong;
      const std::string name = parts[0] + "-" + parts[1] + "-" + parts[2] + "-" + parts[3];
      const NameParse parse = cluster.parse(name);
      ASSERT_TRUE(std::holds_alternative<WrongName>(parse)) << name;
      EXPECT_EQ(std::get<WrongName>(parse).part, i) << name;
      EXPECT_EQ(std::get<WrongName>(parse).found, wrong) << name;
    }
    for (std::size_t j = i + 1; j < right.size(); ++j) {
      std::vector<std::string> parts = right;
      std::swap(parts[i], parts[j]);
      const std::string name = parts[0] + "-" + parts[1] + "-" + parts[2] + "-" + parts[3];
      const NameParse parse = cluster.parse(name);
      ASSERT_TRUE(std::holds_alternative<WrongName>(parse)) << name;
      EXPECT_EQ(std::get<WrongName>(parse).part, i) << name;
      EXPECT_FALSE(std::get<WrongName>(parse).belongs_to.empty()) << name;
    }
  }
}

TEST(NamePattern, BadPatterns) {
  const Row rows[] = {
      {"", "", "it names no dimension"},
      {"plain", "", "it names no dimension"},
      {"{org", "", "'{' without '}'"},
      {"{org{app}}", "", "'{' without '}'"},
      {"org}", "", "'}' without '{'"},
      {"{}", "", "there is no dimension {}"},
      {"{Org}", "", "there is no dimension {Org}"},
      {"{org}-{org}", "", "{org} stands there twice"},
      {"{region}-{provider}", "", "{region} needs the codes of {provider} before it"},
      {"{provider}{org}{app}", "", "nothing parts {org} from what follows"},
      {"{region}", "", "{region} needs the codes of {provider} before it"},
  };
  const std::vector<Dimension> dimensions = fleet();
  for (const Row& row : rows) {
    const auto compiled = NamePattern::compile(row.pattern, dimensions);
    ASSERT_FALSE(compiled.ok()) << row.pattern;
    EXPECT_EQ(compiled.error().code, Errc::misconfigured);
    EXPECT_EQ(compiled.error().message,
              "name pattern \"" + std::string(row.pattern) + "\": " + row.want);
  }
  const std::vector<Dimension> empty = {{"x", Dimension::Codes{}}};
  EXPECT_EQ(NamePattern::compile("{x}", empty).error().message,
            "name pattern \"{x}\": {x} has no codes");
}

}  // namespace
}  // namespace portreeve
