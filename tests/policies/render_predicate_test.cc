#include "policies/render_predicate.h"

#include <gtest/gtest.h>

#include "core/json.h"

namespace portreeve::policies {
namespace {

DocumentPtr read(const std::string& text) {
  Result<DocumentPtr> document = json::parse(text, {1 << 20, 32, 10'000}, nullptr);
  EXPECT_TRUE(document.ok()) << text;
  return document.ok() ? std::move(document).value() : nullptr;
}

Digest digest(char digit) { return Digest::parse("sha256:" + std::string(64, digit)).value(); }

RenderFacts facts() {
  RenderFacts out;
  out.helm = "v3.18.4";
  out.program = digest('a');
  out.pinned = true;
  out.kube_version = "1.33.0";
  out.chart = digest('c');
  out.lines = 12;
  out.packed_bytes = 345;
  out.confinement = {{"seccomp", true, ""}, {"Landlock", false, "no"}};
  out.documents.push_back(
      {"bp-x/templates/a.yaml",
       read(
           R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a\"b", "namespace": "n"}, "data": {"k": "secret"}})"),
       3, false, ""});
  out.documents.push_back({"bp-x/templates/b.yaml", nullptr, 9, true, ""});
  out.documents.push_back({"bp-x/templates/c.yaml", nullptr, 11, false, "key \"a\" repeated"});
  return out;
}

constexpr const char* kStatement =
    R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"bp-x-1.2.0.tgz","digest":{"sha256":"cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"}}],)"
    R"("predicateType":"https://portreeve.openova.io/render/v1","predicate":{"chart":{"name":"bp-x","version":"1.2.0","form":"package","digest":"sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"},)"
    R"("helm":{"version":"v3.18.4","digest":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","pinned":true},"kubeVersion":"1.33.0","release":"smoke-bp-x","outcome":"rendered",)"
    R"("lines":12,"packedBytes":345,"filled":1,"unread":1,"documents":[{"source":"bp-x/templates/a.yaml","line":3,"apiVersion":"v1","kind":"ConfigMap","name":"a\"b","namespace":"n"},)"
    R"({"source":"bp-x/templates/b.yaml","line":9,"hook":true,"empty":true},{"source":"bp-x/templates/c.yaml","line":11,"unread":"key \"a\" repeated"}],"confinement":["seccomp"]}})"
    "\n";

TEST(RenderPredicate, IsWrittenWithoutContents) {
  EXPECT_EQ(render_statement({"bp-x", "1.2.0", charts::Form::package}, facts()), kStatement);
}

TEST(RenderPredicate, ReadsWhatWasWritten) {
  const DocumentPtr statement = read(kStatement);
  const Result<RenderFacts> again = read_render_predicate(statement->root()["predicate"]);
  ASSERT_TRUE(again.ok()) << again.error().message;
  const RenderFacts& read = again.value();
  EXPECT_EQ(read.origin, RenderFacts::Origin::attestation);
  EXPECT_EQ(read.outcome, RenderFacts::Outcome::rendered);
  EXPECT_EQ(read.helm, "v3.18.4");
  EXPECT_TRUE(read.pinned);
  EXPECT_EQ(read.kube_version, "1.33.0");
  EXPECT_EQ(read.chart, digest('c'));
  EXPECT_EQ(read.program, digest('a'));
  EXPECT_EQ(read.lines, 12U);
  EXPECT_EQ(read.packed_bytes, 345U);
  ASSERT_EQ(read.documents.size(), 3U);
  EXPECT_EQ(read.documents[0].document->root()["metadata"]["name"].text(), "a\"b");
  EXPECT_EQ(read.documents[1].document, nullptr);
  EXPECT_TRUE(read.documents[1].hook);
  EXPECT_EQ(read.documents[2].unread, "key \"a\" repeated");
}

TEST(RenderPredicate, ASourceTreesRenderIsNoPackages) {
  const DocumentPtr statement =
      read(render_statement({"bp-x", "1.2.0", charts::Form::source}, facts()));
  EXPECT_EQ(statement->root()["subject"].at(0)["name"].text(), "bp-x");
  EXPECT_EQ(
      read_render_predicate(statement->root()["predicate"]).error().message,
      "render attestation: chart.form: expected package: the render of a source tree says nothing "
      "about what was published");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

// Each field dropped, of another type, or against another one.
TEST(RenderPredicate, MutantsAreRefused) {
  const struct {
    const char* from;
    const char* to;
    const char* want;
  } cases[] = {
      {R"("predicate":{)", R"("predicate":[],"other":{)", "predicate: expected a map"},
      {R"("form":"package",)", "", "chart.form: expected a text"},
      {R"("name":"bp-x","version")", R"("name":"bp-y","version")",
       "release: expected smoke- and the chart's name"},
      {R"("digest":"sha256:cc)", R"("digest":"sha512:cc)", "chart.digest: expected sha256:…"},
      {R"("helm":{)", R"("program":{)", "helm.version: expected a text"},
      {R"("pinned":true)", R"("pinned":"yes")", "helm.pinned: expected true or false"},
      {R"("kubeVersion":"1.33.0",)", "", "kubeVersion: expected a text"},
      {R"("outcome":"rendered")", R"("outcome":"passed")",
       "outcome: expected rendered, or failed with a reason"},
      {R"("outcome":"rendered")", R"("outcome":"rendered","reason":"x")",
       "outcome: expected rendered, or failed with a reason"},
      {R"("outcome":"rendered")", R"("outcome":"failed","reason":"x")",
       "documents: expected none of a render that failed"},
      {R"("outcome":"rendered")", R"("outcome":"failed")", "reason: expected a text"},
      {R"("lines":12)", R"("lines":-1)", "lines: expected a count"},
      {R"("packedBytes":345)", R"("packedBytes":"345")", "packedBytes: expected a count"},
      {R"("filled":1)", R"("filled":2)",
       "filled: expected as many as documents that hold something"},
      {R"("unread":1)", R"("unread":0)",
       "unread: expected as many as documents that were not read"},
      {R"("documents":[)", R"("documents":{},"other":[)", "documents: expected a list"},
      {R"("empty":true)", R"("empty":false)", "documents.empty: expected true"},
      {R"("line":3,)", "", "documents.line: expected a count"},
      {R"("unread":"key \"a\" repeated")", R"("unread":"")", "documents.unread: expected a reason"},
  };
  for (const auto& one : cases) {
    const DocumentPtr statement = read(replaced(kStatement, one.from, one.to));
    ASSERT_NE(statement, nullptr);
    const Result<RenderFacts> result = read_render_predicate(statement->root()["predicate"]);
    ASSERT_FALSE(result.ok()) << one.from << " " << one.to;
    EXPECT_EQ(result.error().message, "render attestation: " + std::string(one.want));
    EXPECT_EQ(result.error().code, Errc::malformed);
  }
}

}  // namespace
}  // namespace portreeve::policies
