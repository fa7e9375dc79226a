#include "policies/path.h"

#include "tests/policies/policy_text.h"

namespace portreeve::policies {
namespace {

const char* const kObject =
    "{metadata: {name: it, labels: {'a/b': x, 'c.d': z}}, "
    "spec: {list: [{v: 1}, {v: 2}, {w: 3}], empty: [], none: null, blank: '', "
    "deep: {v: 4, inner: {v: 5}}}}";

// Each selected value as "pointer=value"; what is absent has no value.
std::string selected(const std::string& text, const Subject& subject,
                     const std::vector<Binding>& bindings = {},
                     const std::vector<Value>& excluded = {}) {
  const Result<Path> path = Path::compile(text);
  if (!path.ok()) return path.error().message;
  Scope scope;
  scope.subject = &subject;
  scope.bindings = bindings;
  std::vector<Selected> out;
  path.value().select(scope, excluded, out);
  std::string line;
  for (const Selected& entry : out) {
    line += (line.empty() ? "" : " ") + pointer_to(subject.object, entry.anchor, entry.tail) + "=";
    if (entry.value.present()) json::append_canonical(line, entry.value);
  }
  return line;
}

TEST(PathTest, Selects) {
  const Subject subject = thing(kObject);
  const struct {
    const char* path;
    const char* want;
  } kRows[] = {
      {"object.metadata.name", "/metadata/name=\"it\""},
      {"object.metadata.labels['a/b']", "/metadata/labels/a~1b=\"x\""},
      {"object['metadata']['labels']['c.d']", "/metadata/labels/c.d=\"z\""},
      {"object.metadata.missing", "/metadata/missing="},
      {"object.metadata.missing.more", "/metadata/missing/more="},
      {"object.metadata.name.more", "/metadata/name/more="},
      {"object.spec.none", "/spec/none=null"},
      {"object.spec.none.more", "/spec/none/more="},
      {"object.spec.blank", "/spec/blank=\"\""},
      {"object.spec.list[0].v", "/spec/list/0/v=1"},
      {"object.spec.list[7].v", "/spec/list/7/v="},
      {"object.spec.list[*].v", "/spec/list/0/v=1 /spec/list/1/v=2 /spec/list/2/v="},
      {"object.spec.deep[*]", "/spec/deep/v=4 /spec/deep/inner={\"v\":5}"},
      {"object.spec.empty[*].v", ""},
      {"object.spec.missing[*].v", "/spec/missing="},
      {"object.spec.blank[*]", "/spec/blank="},
      {"object..v", "/spec/list/0/v=1 /spec/list/1/v=2 /spec/deep/v=4 /spec/deep/inner/v=5"},
      {"object.spec.deep..v", "/spec/deep/v=4 /spec/deep/inner/v=5"},
      {"object..nothing", ""},
      {"object.metadata..*", "/metadata/name=\"it\" /metadata/labels/a~1b=\"x\" /metadata/labels/c.d=\"z\""},
      {"object.spec.missing..*", ""},
      {"object", "="},  // The whole object, compared below.
  };
  for (const auto& row : kRows) {
    if (std::string(row.path) == "object") continue;
    EXPECT_EQ(selected(row.path, subject), row.want) << row.path;
  }
  Scope scope;
  scope.subject = &subject;
  EXPECT_TRUE(Path::compile("object").value().one(scope).same_node(subject.object));
}

TEST(PathTest, ExcludedSubtreesAreNotEntered) {
  const Subject subject = thing(kObject);
  const Value deep = subject.object["spec"]["deep"];
  const Value inner = deep["inner"];
  EXPECT_EQ(selected("object..v", subject, {}, {deep}), "/spec/list/0/v=1 /spec/list/1/v=2");
  EXPECT_EQ(selected("object.spec.deep..v", subject, {}, {inner}), "/spec/deep/v=4");
  EXPECT_EQ(selected("object.spec.deep..v", subject, {}, {deep["v"]}), "/spec/deep/inner/v=5");
  EXPECT_EQ(selected("object.spec.deep..*", subject, {}, {inner}), "/spec/deep/v=4");
}

TEST(PathTest, OtherRoots) {
  const Subject subject = thing("{a: 1}", "{a: 2}", "{userInfo: {username: u}}");
  EXPECT_EQ(selected("old.a", subject), "=2") << "what stands elsewhere has no pointer here";
  EXPECT_EQ(selected("request.userInfo.username", subject), "=\"u\"");
  const std::vector<Binding> bindings = {{"r", subject.object["a"]}};
  EXPECT_EQ(selected("$r", subject, bindings), "/a=1");
  EXPECT_EQ(selected("$r.x", subject, bindings), "/a/x=");
  EXPECT_EQ(selected("$q", subject, bindings), "=");
}

TEST(PathTest, PointersOfOtherDocumentsAreEmpty) {
  const Subject subject = thing(kObject);
  const Subject other = thing(kObject);
  EXPECT_EQ(pointer_to(subject.object, other.object["metadata"]["name"], ""), "");
  EXPECT_EQ(pointer_to(subject.object, subject.object["metadata"]["name"], "/x"), "/metadata/name/x");
}

TEST(PathTest, Key) {
  EXPECT_TRUE(Path::compile("$r.key").value().is_key());
  EXPECT_FALSE(Path::compile("$r.key.more").value().is_key());
  EXPECT_FALSE(Path::compile("object.key").value().is_key());
}

TEST(PathTest, Many) {
  for (const char* text : {"object.a[*]", "object..a", "object..*", "$r[*].b"}) {
    EXPECT_TRUE(Path::compile(text).value().many()) << text;
  }
  for (const char* text : {"object.a[0]", "object", "$r.key", "object['*']"}) {
    EXPECT_FALSE(Path::compile(text).value().many()) << text;
  }
}

TEST(PathTest, LooksLike) {
  for (const char* text : {"object.a", "object[0]", "old.a", "request.b", "$r", "$r.x"}) {
    EXPECT_TRUE(Path::looks_like(text)) << text;
  }
  for (const char* text : {"object", "objects.a", "older.a", "$", "", "a.object.b", "Object.a"}) {
    EXPECT_FALSE(Path::looks_like(text)) << text;
  }
}

TEST(PathTest, Errors) {
  const struct {
    const char* path;
    const char* want;
  } kRows[] = {
      {"", "path \"\", character 1: expected object, old, request or $name"},
      {"spec.a", "path \"spec.a\", character 1: expected object, old, request or $name"},
      {"objects.a", "path \"objects.a\", character 1: expected object, old, request or $name"},
      {"$", "path \"$\", character 2: expected a name after '$'"},
      {"$.a", "path \"$.a\", character 2: expected a name after '$'"},
      {"object.", "path \"object.\", character 8: expected a member name"},
      {"object...a", "path \"object...a\", character 9: expected a member name"},
      {"object.a b", "path \"object.a b\", character 9: expected '.' or '['"},
      {"object/a", "path \"object/a\", character 7: expected '.' or '['"},
      {"object[", "path \"object[\", character 8: expected 'name', a number or * in brackets"},
      {"object[a]", "path \"object[a]\", character 8: expected 'name', a number or * in brackets"},
      {"object[-1]", "path \"object[-1]\", character 8: expected 'name', a number or * in brackets"},
      {"object['a]", "path \"object['a]\", character 9: expected a closing quote"},
      {"object['a'", "path \"object['a'\", character 11: expected ']'"},
      {"object[12345678]", "path \"object[12345678]\", character 15: expected ']'"},
      {"object[*", "path \"object[*\", character 9: expected ']'"},
      {"object.a[0", "path \"object.a[0\", character 11: expected ']'"},
      {"object..", "path \"object..\", character 9: expected a member name"},
      {"object[?(@.a)]", "path \"object[?(@.a)]\", character 8: expected 'name', a number or * in brackets"},
  };
  for (const auto& row : kRows) {
    const Result<Path> path = Path::compile(row.path);
    ASSERT_FALSE(path.ok()) << row.path;
    EXPECT_EQ(path.error().message, row.want);
    EXPECT_EQ(path.error().code, Errc::misconfigured);
  }
}

}  // namespace
}  // namespace portreeve::policies
