// Policies and objects that were made to be slow. No timed assertion: with as many parts as here, work
// that grows with their square would not end within the test's timeout.

#include "core/limits.h"
#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

constexpr int kMany = 100'000;

/// "{begin}{part 0}, {part 1}, … {end}"; '#' in a part is its number.
std::string repeated(const std::string& begin, const std::string& part, const std::string& end,
                     int count = kMany) {
  std::string out = begin;
  const std::size_t hash = part.find('#');
  for (int i = 0; i < count; ++i) {
    out += i > 0 ? "," : "";
    out += hash == std::string::npos ? part
                                     : part.substr(0, hash) + std::to_string(i) + part.substr(hash + 1);
  }
  return out + end;
}

/// As JSON: YAML would take most of the time.
Subject json_thing(const std::string& object) {
  Subject out = thing("{}");
  auto parsed = json::parse(object, json::review_limits(), nullptr);
  if (!parsed.ok()) {
    ADD_FAILURE() << parsed.error().message;
    return out;
  }
  out.document = std::move(parsed).value();
  out.object = out.document->root();
  return out;
}

const std::vector<std::string> kData = {
    data_text("words", "{terms: [{term: tenant, use: Organization}]}"),
    data_text("places", "{hosts: [{host: openova.io, use: omani.works}]}")};

Lines judged_json(const std::string& rule, const std::string& object) {
  std::vector<std::string> texts = {rule_text(rule)};
  texts.insert(texts.end(), kData.begin(), kData.end());
  const SetPtr set = load(texts);
  return set == nullptr ? Lines{"does not load"} : seen(judge(*set, json_thing(object)));
}

std::string nested(const std::string& key, int depth, const std::string& inside) {
  std::string out;
  for (int i = 0; i < depth; ++i) out += "{\"" + key + "\":";
  return out + inside + std::string(static_cast<std::size_t>(depth), '}');
}

TEST(HostileTest, ManyExcludedFields) {
  const std::string object =
      repeated(R"({"l":[)", R"({"x":{"host":"a.openova.io"},"host":"b.example"})", R"(],"host":"c.openova.io"})",
               kMany / 4);
  EXPECT_EQ(judged_json("check: terms, with: {hosts: places, host-fields: ['object..host'], exclude: ['object..x']}",
                        object),
            Lines{"deny|fail|/host|omani.works|c.openova.io"});
  EXPECT_EQ(judged_json("check: terms, with: {hosts: places, prose: ['object..*'], exclude: ['object..x']}", object),
            Lines{"warn|fail|/host|omani.works|c.openova.io"});
  EXPECT_EQ(judged_json("check: field, with: {path: 'object..host', not-matches: 'a.*', exclude: ['object..x']}",
                        object),
            Lines{});
}

TEST(HostileTest, ManyIdentifyingFieldsBesideProse) {
  const std::string object = repeated(R"({"l":[)", R"({"name":"n","text":"t"})", R"(],"text":"a tenant"})");
  EXPECT_EQ(judged_json("check: terms, with: {terms: words, identity: ['object..name'], prose: ['object..*']}",
                        object),
            Lines{"warn|fail|/text|Organization|tenant"});
}

TEST(HostileTest, ManyHostFieldsThatHoldLists) {
  const std::string with =
      "check: terms, with: {hosts: places, host-fields: ['object..host', 'object..url'], exclude: ['object..x']}";
  EXPECT_EQ(judged_json(with, repeated(R"({"l":[)", R"({"host":["a.example",{"x":1}]})",
                                       R"(],"url":{"a":["b.openova.io"]}})", kMany / 2)),
            Lines{"deny|fail|/url/a/0|omani.works|b.openova.io"});
  // Each below the other: every text is still judged once.
  const std::string inside = repeated("[", R"("a.example")", R"(,"b.openova.io"])");
  const Lines said = judged_json(with, nested("host", 200, inside));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("/host/" + std::to_string(kMany) + "|omani.works|b.openova.io"), std::string::npos);
}

TEST(HostileTest, ManyDependencies) {
  const std::string with =
      "check: blueprint-graph, with: {depends: object.depends, self: object.name}";
  EXPECT_EQ(judged_json(with, repeated(R"({"name":"bp-a","depends":[)", R"({"blueprint":"bp-b#","version":"^1.2"})",
                                       R"(,{"blueprint":"bp-a"}]})")),
            Lines{"deny|fail|/depends/" + std::to_string(kMany) + "/blueprint|another Blueprint|bp-a"});
  // All wrong: the first of them are told.
  EXPECT_EQ(judged_json(with, repeated(R"({"name":"bp-a","depends":[)", R"({"blueprint":"bp-a","version":"?"})", "]}"))
                .size(),
            Judgements::kMostOfAKind);
}

TEST(HostileTest, ManyPartsOfOneName) {
  const std::string name = std::string(kMany, '-');
  EXPECT_EQ(judged_json("check: field, with: {path: object.v, not-contains-tokens: acme-bank}",
                        "{\"v\":\"" + repeated("", "acme-", "", kMany) + "\"}"),
            Lines{});
  EXPECT_EQ(judged_json("check: transition, with: {forward: object.v}", "{\"v\":\"" + name + "\"}"), Lines{});
}

TEST(HostileTest, APolicyWithMorePathsThanACheckMayHave) {
  const int most = static_cast<int>(limits::kCheckPaths);
  for (const char* key : {"identity", "prose", "exclude"}) {
    const std::string rest = std::string(key) == "exclude" ? ", prose: [object.v]" : "";
    const auto error = [&](int count) {
      std::vector<std::string> texts = {
          rule_text("check: terms, with: {terms: words, " + std::string(key) +
                    repeated(": [", "object.v#", "]", count) + rest + "}")};
      texts.insert(texts.end(), kData.begin(), kData.end());
      return load_error(texts);
    };
    EXPECT_EQ(error(most), "") << key;
    EXPECT_NE(error(most + 1).find("more than " + std::to_string(most) + " paths"), std::string::npos) << key;
  }
  const std::string field = "check: field, with: {path: 'object..v', present: true, exclude: ";
  EXPECT_NE(load_error({rule_text(field + repeated("[", "object.v#", "]", most + 1) + "}")}).find("more than"),
            std::string::npos);
}

}  // namespace
}  // namespace portreeve::policies
