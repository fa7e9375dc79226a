#include "oci/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oci/content.h"

namespace portreeve::oci {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string parsed(const std::string& bytes, std::string_view type = kOciManifest) {
  return error_text(parse_manifest(bytes, type, nullptr));
}

const std::string kGood = manifest_json("application/x", "layer");

TEST(Manifest, Fields) {
  const auto document = parse_manifest(
      manifest_json("application/x", "layer", descriptor_json(kOciManifest, "subject"),
                    R"(,"artifactType":"a/b","annotations":{"k":"v"},"unknown":[1])"),
      "application/vnd.oci.image.manifest.v1+json; charset=utf-8", nullptr);
  ASSERT_TRUE(document.ok()) << document.error().message;
  const Manifest& m = std::get<Manifest>(document.value());
  EXPECT_EQ(m.artifact_type, "a/b");
  EXPECT_EQ(m.layers.at(0).digest, digest_of("layer"));
  EXPECT_EQ(m.layers.at(0).size, 5U);
  EXPECT_EQ(m.subject->digest, digest_of("subject"));
  EXPECT_EQ(m.annotations.at("k"), "v");
  const Manifest plain = std::get<Manifest>(parse_manifest(kGood, "", nullptr).value());
  EXPECT_EQ(plain.artifact_type, kEmptyConfig);
}

TEST(Manifest, DockerShapesAndIndexes) {
  std::string docker = kGood;
  docker.replace(docker.find(kOciManifest), kOciManifest.size(), kDockerManifest);
  EXPECT_EQ(parsed(docker, kDockerManifest), "ok");
  EXPECT_THAT(parsed(docker, kOciManifest), StartsWith("malformed: mediaType"));
  const std::string index = index_json({descriptor_json(
      kOciManifest, kGood, R"(,"platform":{"os":"linux","architecture":"arm64","variant":"v8"})")});
  const auto document = parse_manifest(index, kOciIndex, nullptr);
  ASSERT_TRUE(document.ok());
  EXPECT_EQ(std::get<Index>(document.value()).manifests[0].platform->text(), "linux/arm64/v8");
}

TEST(Manifest, Refused) {
  const std::string d = descriptor_json("a/b", "x");
  const std::string head = R"({"schemaVersion":2,)";
  const std::string config = R"("config":)" + descriptor_json("c/d", "{}");
  const std::string sha = digest_of("x").text();
  const auto with_layer = [&](const std::string& layer) { return head + config + R"(,"layers":[)" + layer + "]}"; };
  const struct {
    const char* name;
    std::string bytes, want;
    std::string type = std::string(kOciManifest);
  } kCases[] = {
      {"empty", "", "malformed"},
      {"login page", "<html><body>Log in</body></html>", "found markup"},
      {"list", "[]", "expected an object"},
      {"trailing bytes", kGood + "x", "malformed"},
      {"repeated member", R"({"schemaVersion":2,"schemaVersion":2,)" + config + R"(,"layers":[]})", "malformed"},
      {"both shapes", head + config + R"(,"layers":[],"manifests":[]})", "CVE-2021-41190"},
      {"config in an index", head + config + R"(,"manifests":[]})", "CVE-2021-41190"},
      {"neither shape", head + R"("x":1})", "neither layers nor manifests"},
      {"letter case", head + config + R"(,"layers":[],"Layers":[)" + d + "]}", "letter case"},
      {"letter case of a descriptor", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"(","size":1,"Digest":"x"})"), "letter case"},
      {"served as another type", kGood, "was served as", std::string(kOciIndex)},
      {"served as an index without mediaType", head + config + R"(,"layers":[]})", "does not fit", std::string(kOciIndex)},
      {"served as a page", head + config + R"(,"layers":[]})", "unsupported", "text/html"},
      {"schema 1", R"({"schemaVersion":1,"fsLayers":[],"history":[]})", "schema 1"},
      {"artifact manifest", R"({"mediaType":"application/vnd.oci.artifact.manifest.v1+json","blobs":[]})", "release candidate"},
      {"Docker without mediaType", head + config + R"(,"layers":[]})", "missing in a Docker", std::string(kDockerManifest)},
      {"no version", "{" + config + R"(,"layers":[]})", "schemaVersion"},
      {"version as text", R"({"schemaVersion":"2",)" + config + R"(,"layers":[]})", "schemaVersion"},
      {"layers null", head + config + R"(,"layers":null})", "layers: expected a list"},
      {"no config", head + R"("layers":[]})", "config"},
      {"descriptor no object", with_layer("1"), "layers[0]: expected a descriptor"},
      {"digest traversal", with_layer(R"({"mediaType":"a/b","digest":"sha256:../../x","size":1})"), "layers[0].digest"},
      {"digest upper case", with_layer(R"({"mediaType":"a/b","digest":"sha256:)" + std::string(64, 'A') + R"(","size":1})"), "layers[0].digest"},
      {"digest of 63", with_layer(R"({"mediaType":"a/b","digest":"sha256:)" + std::string(63, 'a') + R"(","size":1})"), "layers[0].digest"},
      {"digest of 65", with_layer(R"({"mediaType":"a/b","digest":"sha256:)" + std::string(65, 'a') + R"(","size":1})"), "layers[0].digest"},
      {"digest with NUL", with_layer(R"({"mediaType":"a/b","digest":"sha256:)" + std::string(63, 'a') + R"(\u0000","size":1})"), "layers[0].digest"},
      {"digest algorithm", with_layer(R"({"mediaType":"a/b","digest":"md5:)" + std::string(32, 'a') + R"(","size":1})"), "layers[0].digest"},
      {"negative size", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"(","size":-1})"), "layers[0].size"},
      {"fractional size", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"(","size":1.5})"), "layers[0].size"},
      {"size as power", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"(","size":1e3})"), "layers[0].size"},
      {"giant size", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"(","size":18446744073709551616})"), "layers[0].size"},
      {"size as text", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"(","size":"1"})"), "layers[0].size"},
      {"no size", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"("})"), "layers[0].size"},
      {"no mediaType", with_layer(R"({"digest":")" + sha + R"(","size":1})"), "layers[0].mediaType"},
      {"mediaType with a line end", with_layer(R"({"mediaType":"a\n/b","digest":")" + sha + R"(","size":1})"), "not a media type"},
      {"annotation no text", with_layer(R"({"mediaType":"a/b","digest":")" + sha + R"(","size":1,"annotations":{"a":1}})"), "expected strings"},
      {"subject no descriptor", head + config + R"(,"layers":[],"subject":{"digest":1}})", "subject"},
      {"too deep", head + config + R"(,"layers":[],"x":)" + std::string(40, '[') + std::string(40, ']') + "}", "limit"},
      {"invalid UTF-8", head + config + R"(,"layers":[],"x":")" + "\xff\"}", "malformed"},
      {"byte order mark", "\xEF\xBB\xBF" + kGood, "malformed"},
  };
  for (const auto& c : kCases) EXPECT_THAT(parsed(c.bytes, c.type), HasSubstr(c.want)) << c.name;
}

TEST(Manifest, TooMany) {
  std::string layers;
  for (int i = 0; i < 1025; ++i) layers += (i == 0 ? "" : ",") + descriptor_json("a/b", "x");
  EXPECT_THAT(parsed(R"({"schemaVersion":2,"config":)" + descriptor_json("c/d", "{}") + R"(,"layers":[)" + layers + "]}"),
              StartsWith("limit: layers: 1025 entries"));
  EXPECT_THAT(parsed(std::string(5 << 20, ' ')), StartsWith("limit"));
  MemoryBudget small(1000);
  EXPECT_THAT(error_text(parse_manifest(kGood + std::string(2000, ' '), "", &small)), StartsWith("limit"));
  EXPECT_EQ(small.used(), 0U);
}

// One bad entry hides no other, wherever it stands.
TEST(ReferrerList, BadEntriesAreLeftOut) {
  const std::string good = descriptor_json(kOciManifest, kGood);
  const auto list = parse_referrer_list(
      index_json({R"({"digest":"sha512:x"})", "7", good, R"({"mediaType":"a/b","digest":"sha256:..","size":-1})"}), nullptr);
  ASSERT_TRUE(list.ok()) << list.error().message;
  EXPECT_EQ(list.value().manifests.size(), 1U);
  EXPECT_EQ(list.value().rejected.size(), 3U);
  EXPECT_TRUE(parse_referrer_list(R"({"schemaVersion":2,"manifests":null})", nullptr).ok());
  for (const std::string& bad : {kGood, std::string("[]"), std::string("{}"), std::string(R"({"schemaVersion":2,"manifests":{}})")}) {
    EXPECT_FALSE(parse_referrer_list(bad, nullptr).ok()) << bad;
  }
}

TEST(ContentStore, HashesEveryByte) {
  MemoryStore store;
  const Digest digest = digest_of("bytes");
  store.put(digest.text(), "bytes", "a/b");
  const Ask ask = ask_within(Milliseconds(1000));
  EXPECT_EQ(store.fetch_one(Wanted::manifest("r", digest), ask).value()->bytes, "bytes");
  store.put(digest.text(), "bytez");
  EXPECT_THAT(error_text(store.fetch_one(Wanted::manifest("r", digest), ask)),
              HasSubstr("unverified: memory: r@" + digest.text() + ": the bytes that came have digest sha256:"));
  store.put(digest.text(), "bytes");
  Descriptor descriptor;
  descriptor.digest = digest;
  descriptor.size = 6;
  EXPECT_THAT(error_text(store.fetch_one(Wanted::blob("r", descriptor, 100), ask)), HasSubstr("expected 6 bytes, found 5"));
  descriptor.size = 5;
  EXPECT_EQ(error_text(store.fetch_one(Wanted::blob("r", descriptor, 100), ask)), "ok");
  store.reads.clear();
  EXPECT_THAT(error_text(store.fetch_one(Wanted::blob("r", descriptor, 4), ask)), StartsWith("limit"));
  EXPECT_TRUE(store.reads.empty());
  EXPECT_THAT(error_text(store.fetch_one(Wanted::tagged("r", "t"), ask)), StartsWith("not-found"));
}

}  // namespace
}  // namespace portreeve::oci
