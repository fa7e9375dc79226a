#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/exit_code.h"
#include "cli/policy_options.h"
#include "core/limits.h"
#include "engine/engine.h"
#include "tests/support/command.h"
#include "tests/support/fixed_clock.h"
#include "tests/support/golden.h"
#include "tests/support/source_dir.h"
#include "webhook/decide.h"

namespace portreeve::cli {
namespace {

using testing::ran;

namespace fs = std::filesystem;

std::vector<fs::path> samples() {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(test::source_dir() + "/samples")) {
    if (entry.path().extension() == ".yaml" || entry.path().extension() == ".json") {
      out.push_back(entry.path());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string last_line(const std::string& text) {
  return text.substr(text.rfind('\n', text.size() - 2) + 1);
}

// A file that is gone with its object.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& text)
      : path_(fs::temp_directory_path() /
              ("portreeve-" + std::to_string(::getpid()) + "-" + name)) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { fs::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  std::string path() const { return path_; }

 private:
  fs::path path_;
};

constexpr const char* kConfigMap =
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: default}\n";

// "good-…" and "warned-…" are allowed, "bad-…" is denied, and the text ends in the verdict.
TEST(Review, Samples) {
  ASSERT_FALSE(samples().empty());
  for (const fs::path& path : samples()) {
    const std::string name = path.stem();
    const bool bad = name.rfind("bad-", 0) == 0;
    const auto review = ran({"review", path});
    EXPECT_EQ(review.exit, bad ? kExitDeny : kExitAllow) << name << "\n" << review.out;
    EXPECT_EQ(review.err, "") << name;
    const std::string last = last_line(review.out);
    EXPECT_EQ(last.rfind(bad ? "deny (" : "allow", 0), 0U) << name << ": " << last;
    EXPECT_EQ(review.out.rfind("profile identity, because no Config and no --profile names one\n", 0),
              0U)
        << review.out;
    if (name.rfind("warned-", 0) == 0) {
      EXPECT_NE(last.find("warning"), std::string::npos) << last;
    }
  }
}

TEST(Review, TextOfSamples) {
  for (const fs::path& path : samples()) {
    std::string text = ran({"review", path}).out;
    for (std::size_t at = text.find(path.string()); at != std::string::npos;
         at = text.find(path.string())) {
      text.replace(at, path.string().size(), path.filename());
    }
    EXPECT_TRUE(testing::matches_golden(text, "review/" + path.stem().string() + ".txt"));
  }
}

// What the webhook would send for these bytes at this time.
std::string webhook_body(const std::string& review, TimePoint now) {
  static const auto policies = load_policies({});
  EXPECT_TRUE(policies.ok());
  const testing::FixedClock clock(now);
  const engine::Engine engine({policies.value(), &clock, nullptr});
  MemoryBudget budget(limits::kServeMemoryBudget);
  std::string body;
  webhook::decide(engine, &budget, review, engine::Deadline::in(limits::kDecisionTime, clock),
                  [&](const webhook::Decided& decided) { body = decided.body; });
  return body;
}

// `review --now` and the webhook give the same bytes, for reviews as they are and for objects by way
// of the review that asks about them.
TEST(Review, JsonIsTheWebhooksAnswer) {
  const std::string now = "2027-03-01T12:00:00Z";
  for (const fs::path& path : samples()) {
    const auto asked = ran({"review", path, "--print-review"});
    ASSERT_EQ(asked.exit, 0) << asked.err;
    const std::string review = asked.out;
    const std::string want = webhook_body(review, parse_time(now).value());
    const auto by_review = ran({"review", "-", "--format", "json", "--now", now}, review);
    EXPECT_EQ(by_review.out, want) << path;
    const bool is_review = path.extension() == ".json";
    if (is_review) {
      std::ifstream in(path);
      const std::string text((std::istreambuf_iterator<char>(in)), {});
      EXPECT_EQ(ran({"review", path, "--format", "json", "--now", now}).out,
                webhook_body(text, parse_time(now).value()))
          << path;
    } else {
      EXPECT_EQ(ran({"review", path, "--format", "json", "--now", now}).out, want) << path;
    }
  }
}

TEST(Review, RefusedReviewsAreTheWebhooksAnswerToo) {
  const std::string uid = "{\"request\":{\"uid\":\"u-1\",\"uid\":\"u-2\"},\"kind\":\"AdmissionReview\"}";
  const auto doubled = ran({"review", "-", "--format", "json"}, uid);
  EXPECT_EQ(doubled.exit, kExitUsage);
  EXPECT_EQ(doubled.out, webhook_body(uid, TimePoint{}));
  const auto answer = nlohmann::json::parse(doubled.out);
  EXPECT_EQ(answer["response"]["uid"], "u-1");
  EXPECT_EQ(answer["response"]["allowed"], false);
  EXPECT_EQ(answer["response"]["status"]["code"], 422);
  EXPECT_NE(doubled.err.find("standard input"), std::string::npos) << doubled.err;
}

TEST(Review, AnswersOneLineForEachObject) {
  const std::string two = std::string(kConfigMap) + "---\n" + kConfigMap;
  const auto json = ran({"review", "-", "--format", "json"}, two);
  EXPECT_EQ(json.exit, kExitAllow);
  EXPECT_EQ(std::count(json.out.begin(), json.out.end(), '\n'), 2);
  const auto text = ran({"review", "-"}, two);
  EXPECT_NE(text.out.find("(standard input, document 2)"), std::string::npos) << text.out;
  EXPECT_EQ(last_line(text.out), "allow (2 objects of kinds that no policy names)\n");
}

TEST(Review, WorstOfSeveralObjects) {
  const std::string bad = testing::source_file("samples/bad-blueprint-misnamed.yaml");
  const auto review = ran({"review", "-"}, std::string(kConfigMap) + "---\n" + bad);
  EXPECT_EQ(review.exit, kExitDeny);
  EXPECT_NE(last_line(review.out).find("in 1 of 2 objects"), std::string::npos) << review.out;
}

TEST(Review, FindingsPointIntoTheFile) {
  const TemporaryFile file("misnamed.yaml", testing::source_file("samples/bad-blueprint-misnamed.yaml"));
  const auto report = nlohmann::json::parse(ran({"review", file.path(), "--format", "report"}).out);
  EXPECT_EQ(report["verdict"], "deny");
  ASSERT_FALSE(report["findings"].empty());
  const auto& location = report["findings"][0]["location"];
  EXPECT_EQ(location["file"], file.path());
  EXPECT_GT(location["line"], 1);
}

TEST(Review, OutputFiles) {
  const TemporaryFile report("report.json", "old");
  const TemporaryFile text("report.txt", "old");
  const auto review = ran({"review", "-", "--output", "report=" + report.path(), "--output",
                           "text=" + text.path()},
                          kConfigMap);
  EXPECT_EQ(review.exit, kExitAllow);
  std::ifstream in(text.path());
  EXPECT_EQ(std::string((std::istreambuf_iterator<char>(in)), {}), review.out);
  std::ifstream json(report.path());
  EXPECT_EQ(nlohmann::json::parse(json)["schema"], "portreeve.openova.io/report/v1");
}

struct Bad {
  std::string name;
  std::vector<std::string> args;
  std::string in;
  int exit;
  std::string err;  ///< A part of the one line.
};

TEST(Review, BadInput) {
  const std::string list = R"({"apiVersion":"v1","kind":"List","items":[]})";
  const std::vector<Bad> rows = {
      {"no file", {}, "", kExitUsage, "FILE is required"},
      {"two files", {"-", "-"}, "", kExitUsage, "review"},
      {"missing file", {"/nowhere/x.yaml"}, "", kExitUndecided, "/nowhere/x.yaml: cannot be opened"},
      {"a folder", {"/"}, "", kExitUndecided, "/: "},
      {"empty", {"-"}, "", kExitUsage, "standard input: holds no object"},
      {"only comments", {"-"}, "# nothing\n---\n", kExitUsage, "standard input: holds no object"},
      {"YAML that is none", {"-"}, "a: [", kExitUsage, "standard input: line "},
      {"JSON that is none", {"-"}, "{\"a\":", kExitUsage, "standard input: line 1 column "},
      {"duplicate key", {"-"}, "apiVersion: v1\napiVersion: v2\nkind: A\n", kExitUsage, "line 2"},
      {"text", {"-"}, "hello", kExitUsage, "expected an object with apiVersion and kind"},
      {"no kind", {"-"}, "apiVersion: v1\nmetadata: {}\n", kExitUsage, "expected apiVersion and kind"},
      {"no metadata", {"-"}, "apiVersion: v1\nkind: A\n", kExitUsage, "metadata: expected a map"},
      {"name is a number", {"-"}, "apiVersion: v1\nkind: A\nmetadata: {name: 7}\n", kExitUsage,
       "metadata.name: expected a string, found number"},
      {"second document", {"-"}, std::string(kConfigMap) + "---\nkind: A\n", kExitUsage,
       "standard input, document 2: expected apiVersion"},
      {"v1 List", {"-"}, list, kExitUsage, "found a List, expected an object: give the objects one by one"},
      {"BlueprintList", {"-"}, "apiVersion: a/v1\nkind: BlueprintList\nitems: []\n", kExitUsage,
       "found a BlueprintList"},
      {"wrong review", {"-"}, "{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1beta1\",\"request\":{\"uid\":\"u\"}}",
       kExitUsage, "apiVersion: expected admission.k8s.io/v1"},
      {"review with --old", {"-", "--old", "x"}, "{\"kind\":\"AdmissionReview\"}", kExitUsage,
       "--old and --operation go with a bare object"},
      {"format", {"-", "--format", "xml"}, kConfigMap, kExitUsage,
       "--format: expected text, json, report, sarif, junit, github, markdown or html, found xml"},
      {"output", {"-", "--output", "text"}, kConfigMap, kExitUsage, "expected FORMAT=FILE"},
      {"output format", {"-", "--output", "xml=x"}, kConfigMap, kExitUsage,
       "--output: expected text, json, report, sarif, junit, github, markdown or html, found xml"},
      {"output file", {"-", "--output", "text=/nowhere/x"}, kConfigMap, kExitUsage,
       "/nowhere/x cannot be written"},
      {"now", {"-", "--now", "yesterday"}, kConfigMap, kExitUsage, "--now: "},
      {"operation", {"-", "--operation", "CONNECT"}, kConfigMap, kExitUsage, "expected CREATE, UPDATE or DELETE"},
      {"update without old", {"-", "--operation", "UPDATE"}, kConfigMap, kExitUsage,
       "--operation UPDATE needs the stored object"},
      {"old is missing", {"-", "--old", "/nowhere/old.yaml"}, kConfigMap, kExitUndecided,
       "/nowhere/old.yaml: cannot be opened"},
      {"profile", {"-", "--profile", "strict"}, kConfigMap, kExitUsage,
       "--profile \"strict\": not in this version; known: identity, openova, sbom-file"},
      {"config", {"-", "--config", "/nowhere/c.yaml"}, kConfigMap, kExitUsage, "/nowhere/c.yaml"},
      {"policies", {"-", "--policies", "/nowhere"}, kConfigMap, kExitUsage, "/nowhere"},
      {"too large", {"-"}, std::string(limits::kReviewBytes + 1, ' '), kExitUsage,
       "standard input: more than 20971520 bytes"},
  };
  for (const Bad& row : rows) {
    std::vector<std::string> args = {"review"};
    args.insert(args.end(), row.args.begin(), row.args.end());
    const auto review = ran(args, row.in);
    EXPECT_EQ(review.exit, row.exit) << row.name << ": " << review.err;
    EXPECT_NE(review.err.find(row.err), std::string::npos) << row.name << ": " << review.err;
    EXPECT_EQ(std::count(review.err.begin(), review.err.end(), '\n'), 1) << row.name;
    EXPECT_EQ(last_line(review.out + "\n").rfind("allow", 0) == 0 && review.exit == kExitAllow, false)
        << row.name;
  }
}

// An UPDATE is judged against what was stored.
TEST(Review, OldObject) {
  std::string text = testing::source_file("samples/good-blueprint.yaml");
  const TemporaryFile old("old.yaml", text);
  const auto same = ran({"review", "-", "--old", old.path()}, text);
  EXPECT_EQ(same.exit, kExitAllow) << same.out << same.err;
  const std::string version = "version: ";
  const std::size_t at = text.find(version);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, text.find('\n', at) - at, "version: 0.0.1");
  const auto back = ran({"review", "-", "--old", old.path()}, text);
  EXPECT_EQ(back.exit, kExitDeny) << back.out << back.err;
}

TEST(Review, DeleteIsNotGated) {
  const auto review = ran({"review", "-", "--operation", "DELETE"},
                          testing::source_file("samples/bad-blueprint-misnamed.yaml"));
  EXPECT_EQ(review.exit, kExitAllow) << review.out << review.err;
  EXPECT_EQ(last_line(review.out), "allow (only CREATE and UPDATE are judged)\n");
}

TEST(Review, YamlThatTheServerReadsDifferently) {
  const auto review = ran({"review", "-"}, std::string(kConfigMap) + "data: {enabled: no}\n");
  EXPECT_NE(review.out.find("standard input:4:"), std::string::npos) << review.out;
  EXPECT_NE(review.out.find("write \"no\" if a string is meant"), std::string::npos) << review.out;
}

// Whatever an object holds, the report has no control characters but line ends.
TEST(Review, HostileText) {
  const std::string object =
      "apiVersion: catalyst.openova.io/v1\nkind: Blueprint\n"
      "metadata: {name: \"wi\\u001b[31mki\\u202e\"}\nspec: {version: \"1\\n2\", card: {title: \"\\u0007Tenant\"}}\n";
  for (const char* format : {"text", "json", "report"}) {
    const auto review = ran({"review", "-", "--format", format, "--verbose"}, object);
    EXPECT_EQ(review.exit, kExitDeny) << review.out;
    for (const char c : review.out) {
      EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f)) << int(c);
    }
    EXPECT_EQ(review.out.find("\u202e"), std::string::npos) << format;
  }
}

}  // namespace
}  // namespace portreeve::cli
