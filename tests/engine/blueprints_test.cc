// Application → Blueprint → artifact → signature: where the Blueprints that a Config names lead, and
// what is said where they lead nowhere.

#include "tests/engine/signature_rig.h"

namespace portreeve::engine {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Blueprints : public testing::SignatureRig {
 protected:
  Blueprints() {
    write("rule.yaml",
          std::string("kind: ArtifactRule\nmetadata: {name: blueprint}\nspec:\n"
                      "  match: {objects: [{group: catalog.test, kinds: [Blueprint]}]}\n"
                      "  rows: [{when: {present: object.spec.ref}, reference: object.spec.ref}]\n---\n") +
              kHead +
              "kind: ArtifactRule\nmetadata: {name: application}\nspec:\n"
              "  match: {objects: [{group: apps.test, kinds: [Application]}]}\n"
              "  rows:\n"
              "    - blueprint: {name: object.spec.blueprintRef.name, version: object.spec.blueprintRef.version}\n"
              "      reference: {join: ['registry.test/fallback/', object.spec.blueprintRef.name, ':', "
              "object.spec.blueprintRef.version]}\n");
    push_signature();
    config_ = "{blueprintFolders: ['" + scratch_.path("b") + "']}";
    give("ship.yaml", blueprint("bp-ship", "1.0"));
  }

  void give(const std::string& file, const std::string& text) { scratch_.write("b/" + file, text); }
  static std::string blueprint(const std::string& name, const std::string& version,
                               const std::string& ref = "registry.test/acme/ship:1.0") {
    return "apiVersion: catalog.test/v1\nkind: Blueprint\nmetadata: {name: " + name +
           "}\nspec: {version: '" + version + "', ref: '" + ref + "'}\n";
  }
  static std::string application(const std::string& name = "bp-ship", const std::string& version = "1.0") {
    return R"({"apiVersion":"apps.test/v1","kind":"Application","spec":{"blueprintRef":{"name":")" + name +
           R"(","version":")" + version + "\"}}}";
  }
};

TEST_F(Blueprints, AnApplicationIsJudgedByTheArtifactOfItsBlueprint) {
  EXPECT_EQ(said(application()), "allow");
  EXPECT_EQ(said(application("ship")), "allow");  // With or without the prefix.
  EXPECT_EQ(server_->count("/v2/fallback"), 0U);
  policy("{authorities: {any: [other]}}");
  start();
  EXPECT_THAT(said(application()),
              AllOf(StartsWith("deny: signed, but by nobody who is trusted for it"),
                    HasSubstr("named by Blueprint bp-ship 1.0 ("), HasSubstr("ship.yaml:1:1)")));
  EXPECT_EQ(path_, "/spec/blueprintRef/name");
  EXPECT_EQ(subject_, "oci:registry.test/acme/ship@" + oci::digest_of(image_).text());
}

TEST_F(Blueprints, WithoutOneOfThatNameByTheFallback) {
  for (const char* config : {"", "{blueprints: unsafe-none}", "{blueprints: files}"}) {
    config_ = config;
    start();
    EXPECT_THAT(said(application()), StartsWith("deny: no such artifact")) << config;
    EXPECT_EQ(subject_, "oci:registry.test/fallback/bp-ship:1.0");
  }
  config_ = "{blueprintFolders: ['" + scratch_.path("b") + "']}";
  start();
  EXPECT_THAT(said(application("bp-boat")), StartsWith("deny: no such artifact"));
  EXPECT_EQ(subject_, "oci:registry.test/fallback/bp-boat:1.0");
}

// By the fallback another artifact than the Blueprint's own would be judged.
TEST_F(Blueprints, AnotherVersionIsNotGuessed) {
  EXPECT_THAT(said(application("bp-ship", "2.0")),
              AllOf(StartsWith("deny: "), HasSubstr("is given in version 1.0, not \"2.0\"")));
  EXPECT_EQ(server_->seen().size(), 0U);
  give("ship2.yaml", blueprint("bp-ship", "2.0"));
  start();
  EXPECT_EQ(said(application("bp-ship", "2.0")), "allow");
  EXPECT_EQ(said(application("bp-ship", "1.0")), "allow");
}

TEST_F(Blueprints, TwoMeaningsAreNone) {
  give("twin.yaml", blueprint("ship", "1.0", "registry.test/acme/boat:1.0"));
  EXPECT_THAT(said(application()), AllOf(StartsWith("undecided: "), HasSubstr("is given more than once: ")));
  give("twin.yaml", blueprint("bp-ship", "1.0"));  // An export beside its source.
  start();
  EXPECT_EQ(said(application()), "allow");
}

// What cannot be read might hold the one that is asked for.
TEST_F(Blueprints, AFileThatCannotBeReadIsNoAbsence) {
  for (const char* text : {"{", "[]", "apiVersion: catalog.test/v1\nkind: Blueprint\nmetadata: {name: bp-x}\n",
                           "apiVersion: catalog.test/v1\nkind: Blueprint\nspec: {version: '1'}\n", "a: 1\na: 2\n",
                           "apiVersion: v1\nkind: Blueprint\nmetadata: {name: bp-x}\nspec: {version: '1'}\n"}) {
    SCOPED_TRACE(text);
    give("bad.yaml", text);
    start();
    EXPECT_EQ(said(application()), "allow");
    EXPECT_THAT(said(application("bp-boat")),
                AllOf(StartsWith("undecided: "), HasSubstr("is not among those that can be read")));
  }
}

TEST_F(Blueprints, ListsAndOtherKinds) {
  give("ship.yaml", "kind: ConfigMap\napiVersion: v1\nmetadata: {name: bp-ship}\n");
  give("list.json", R"({"apiVersion":"v1","kind":"List","items":[{"apiVersion":"catalog.test/v1","kind":"Blueprint",)"
                    R"("metadata":{"name":"bp-ship"},"spec":{"version":"1.0","ref":"registry.test/acme/ship:1.0"}},)"
                    R"({"apiVersion":"v1","kind":"Secret"}]})");
  EXPECT_EQ(said(application()), "allow");
}

TEST_F(Blueprints, WhereTheBlueprintLeadsNowhere) {
  give("ship.yaml", blueprint("bp-ship", "1.0", "evil.test/acme/ship:1.0"));
  EXPECT_THAT(said(application()),
              AllOf(StartsWith("deny: none of these authorities is trusted for evil.test/acme/ship"),
                    HasSubstr("named by Blueprint bp-ship 1.0")));
  give("ship.yaml", blueprint("bp-ship", "1.0", "no reference"));
  start();
  EXPECT_THAT(said(application()), AllOf(StartsWith("deny: no reference"), HasSubstr("Blueprint bp-ship 1.0 (")));
  give("ship.yaml", "apiVersion: catalog.test/v1\nkind: Blueprint\nmetadata: {name: bp-ship}\nspec: {version: '1.0'}\n");
  start();
  EXPECT_THAT(said(application()), AllOf(StartsWith("deny: "), HasSubstr("no row fits")));
  give("ship.yaml", "apiVersion: other.test/v1\nkind: Blueprint\nmetadata: {name: bp-ship}\nspec: {version: '1.0'}\n");
  start();
  EXPECT_THAT(said(application()), AllOf(StartsWith("deny: "), HasSubstr("no row of any ArtifactRule fits")));
  EXPECT_EQ(server_->seen().size(), 0U);
}

TEST_F(Blueprints, AReferenceThatIsNone) {
  for (const char* ref : {"{}", "7", R"({"name":"bp-ship"})", R"({"name":"bp-ship","version":{}})",
                          R"({"name":"","version":"1.0"})", R"({"name":["bp-ship"],"version":"1.0"})"}) {
    SCOPED_TRACE(ref);
    EXPECT_THAT(said(std::string(R"({"apiVersion":"apps.test/v1","kind":"Application","spec":{"blueprintRef":)") +
                     ref + "}}"),
                AllOf(StartsWith("deny: "), HasSubstr("names no Blueprint")));
  }
}

TEST_F(Blueprints, AFolderThatIsNotThereIsALoadError) {
  config_ = "{blueprintFolders: ['" + scratch_.path("nowhere") + "']}";
  const auto set = try_load();
  ASSERT_FALSE(set.ok());
  EXPECT_THAT(set.error().message, HasSubstr("blueprintFolders: "));
}

// Facts about signatures outlive a new Blueprint; which artifact is meant does not.
TEST_F(Blueprints, AReloadReadsThemAgain) {
  EXPECT_EQ(said(application()), "allow");
  server_->forget_seen();
  give("ship.yaml", blueprint("bp-ship", "1.0") + "# edited\n");
  reload();
  EXPECT_EQ(said(application()), "allow");
  EXPECT_EQ(server_->seen().size(), 0U);
  give("ship.yaml", blueprint("bp-ship", "1.0", "registry.test/acme/ship:9.9"));
  reload();
  EXPECT_THAT(said(application()), StartsWith("deny: no such artifact"));
}

TEST_F(Blueprints, TheReferenceItself) {
  policy("{}", "blueprint-reference", "{objects: [{group: apps.test, kinds: [Application]}]}");
  EXPECT_EQ(said(application()), "allow");
  EXPECT_THAT(said(application("bp-ship", "2.0")), AllOf(StartsWith("deny: "), HasSubstr("is given in version")));
  EXPECT_THAT(said(application("bp-boat")), StartsWith("deny: registry.test/fallback/bp-boat:1.0"));
  every_answer_is(503);
  start();
  EXPECT_THAT(said(application()), StartsWith("undecided: registry.test/acme/ship:1.0"));
}

}  // namespace
}  // namespace portreeve::engine
