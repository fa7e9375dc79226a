#include "oci/registries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "oci/records.h"
#include "tests/oci/registry_rig.h"

namespace portreeve::oci {
namespace {

using test::FakeAnswer;
using test::SeenRequest;
using testing::HasSubstr;
using testing::StartsWith;

constexpr char kBundle[] = "application/vnd.dev.sigstore.bundle.v0.3+json";

Reference named(const std::string& text) { return Reference::parse(text, ShortNames::refuse).value(); }

class RegistriesTest : public RegistryRig {
 protected:
  std::shared_ptr<const Registries> open_all(std::vector<RegistryConfig> configs, bool evidence = false) {
    Registries::Parts parts;
    parts.configs = std::move(configs);
    parts.clock = &clock_;
    if (evidence) {
      parts.evidence = EvidenceStore::open(scratch_.path("evidence"), 1 << 20).value();
      evidence_ = parts.evidence;
    }
    auto out = Registries::open(std::move(parts));
    EXPECT_TRUE(out.ok()) << out.error().message;
    return std::move(out).value();
  }
  RegistryConfig serving(const Fake& fake, const std::string& glob) {
    RegistryConfig out = config(fake);
    out.serves.push_back(Glob::compile(glob).value());
    return out;
  }
  std::string bundle() const { return manifest_json(kBundle, "b", descriptor_json(kOciManifest, image_)); }
  std::string resolved(const Registries& registries, const std::string& text) {
    const auto out = registries.resolve(named(text), ask());
    return out.ok() ? out.value().digest.text() : error_text(out);
  }
  void layout(const std::string& name, const std::vector<std::string>& entries, const std::vector<std::string>& blobs) {
    scratch_.write(name + "/oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
    scratch_.write(name + "/index.json", index_json(entries));
    for (const std::string& bytes : blobs) scratch_.write(name + "/blobs/sha256/" + digest_of(bytes).hex(), bytes);
  }
  std::shared_ptr<EvidenceStore> evidence_;
};

TEST_F(RegistriesTest, NobodyElseIsContacted) {
  const auto server = fake();
  const auto registries = open_all({serving(*server, "ghcr.io/o/**")});
  for (const char* name : {"evil.example/a:1", "127.0.0.1:1/a:1", "169.254.169.254/a:1", "ghcr.io/other/a:1"}) {
    EXPECT_THAT(resolved(*registries, name), HasSubstr("untrusted")) << name;
    EXPECT_EQ(registries->host_for(named(name)), "");
    EXPECT_EQ(registries->discover(named(name), digest_of("x"), {}, ask()).absence("signature").code, Errc::untrusted);
  }
  EXPECT_THAT(resolved(*registries, server->host() + "/o/x:1"), StartsWith("untrusted"));  // It serves ghcr.io only.
  EXPECT_TRUE(server->seen().empty());
  // Without `serves` it is asked for the names of its own host.
  server->put_manifest("o/x", image_, std::string(kOciManifest), "1");
  const auto own = open_all({config(*server)});
  EXPECT_THAT(resolved(*own, "ghcr.io/o/x:1"), HasSubstr("no Registry serves this name"));
  EXPECT_TRUE(server->seen().empty());
  EXPECT_EQ(resolved(*own, server->host() + "/o/x:1"), digest_of(image_).text());
}

TEST_F(RegistriesTest, TheNameCheckedIsNotTheHostAsked) {
  const auto server = fake();
  server->put_manifest("proxy/o/x", image_, std::string(kOciManifest), "1.0");
  RegistryConfig c = serving(*server, "ghcr.io/o/**");
  c.prefix = "proxy";
  const auto registries = open_all({c});
  EXPECT_EQ(resolved(*registries, "ghcr.io/o/x:1.0"), digest_of(image_).text());
  EXPECT_EQ(registries->host_for(named("ghcr.io/o/x:1.0")), server->host());
  EXPECT_EQ(server->seen().at(0).target, "/v2/proxy/o/x/manifests/1.0");
}

TEST_F(RegistriesTest, MirrorsInTheirOrder) {
  const auto first = fake();
  const auto second = fake();
  second->put_manifest("o/x", image_, std::string(kOciManifest), "1.0");
  const auto registries = open_all({serving(*first, "ghcr.io/o/**"), serving(*second, "ghcr.io/o/**")});
  EXPECT_EQ(resolved(*registries, "ghcr.io/o/x:1.0"), digest_of(image_).text());
  EXPECT_EQ(first->seen().size(), 1U);
  // Missing at one and no answer of the other: nobody knows.
  second->hook([](const SeenRequest&) { FakeAnswer out; out.status = 500; return out; });
  EXPECT_THAT(resolved(*registries, "ghcr.io/o/x:1.0"), StartsWith("unavailable"));
  const auto reversed = open_all({serving(*second, "ghcr.io/o/**"), serving(*first, "ghcr.io/o/**")});
  EXPECT_THAT(resolved(*reversed, "ghcr.io/o/x:1.0"), StartsWith("unavailable"));
}

// Whoever writes into the store cannot make another artifact's signatures this one's.
TEST_F(RegistriesTest, WhatIsKeptAboutAnotherArtifactIsNoCandidate) {
  const auto server = fake();
  const std::string other = manifest_json(kBundle, "b", descriptor_json(kOciManifest, "another image"));
  for (const std::string& bytes : {bundle(), other}) server->put_manifest("o/x", bytes, std::string(kOciManifest));
  const auto registries = open_all({serving(*server, "ghcr.io/o/**")}, true);
  const Reference name = named("ghcr.io/o/x:1.0");
  std::vector<Candidate> candidates = registries->discover(name, digest_of("another image"), {}, ask()).candidates;
  for (const Candidate& one : registries->discover(name, digest_of(image_), {}, ask()).candidates) candidates.push_back(one);
  ASSERT_EQ(candidates.size(), 2U);
  ASSERT_TRUE(remember_candidates(*evidence_, name, digest_of(image_), candidates, clock_.now()).ok());
  const Discovery found = registries->remembered_candidates(name, digest_of(image_), ask());
  ASSERT_EQ(found.candidates.size(), 1U);
  EXPECT_EQ(found.candidates[0].content->digest, digest_of(bundle()));
}

TEST_F(RegistriesTest, ATagIsResolvedOnceAndRemembered) {
  const auto server = fake();
  server->put_manifest("o/x", image_, std::string(kOciManifest), "1.0");
  const auto registries = open_all({serving(*server, "ghcr.io/o/**")}, true);
  const auto first = registries->resolve(named("ghcr.io/o/x:1.0"), ask());
  ASSERT_TRUE(first.ok()) << first.error().message;
  EXPECT_FALSE(first.value().before);
  const std::string other = manifest_json("application/x", "other");
  server->put_manifest("o/x", other, std::string(kOciManifest), "1.0");
  const auto second = registries->resolve(named("ghcr.io/o/x:1.0"), ask());
  EXPECT_EQ(second.value().digest, digest_of(other));
  EXPECT_EQ(second.value().before, digest_of(image_));  // tag-moved
  // By tag and digest, the digest counts, and the tag's memory is not changed by it.
  const auto both = registries->resolve(named("ghcr.io/o/x:1.0@" + digest_of(image_).text()), ask());
  EXPECT_EQ(both.value().digest, digest_of(image_));
  EXPECT_EQ(both.value().before, digest_of(other));
  EXPECT_EQ(registries->remembered(named("ghcr.io/o/x:1.0")).value().digest, digest_of(other));
  EXPECT_THAT(error_text(registries->remembered(named("ghcr.io/o/x:2.0"))), StartsWith("not-found"));
}

TEST_F(RegistriesTest, ATagThatGivesNoManifestIsNotRemembered) {
  const auto server = fake();
  server->hook([](const SeenRequest&) {
    FakeAnswer out;
    out.type = kOciManifest;
    out.body = "<html>Log in</html>";
    return out;
  });
  const auto registries = open_all({serving(*server, "ghcr.io/o/**")}, true);
  EXPECT_THAT(resolved(*registries, "ghcr.io/o/x:1.0"), HasSubstr("found markup"));
  EXPECT_FALSE(registries->remembered(named("ghcr.io/o/x:1.0")).ok());
}

TEST_F(RegistriesTest, WithTheRegistryOffNothingIsFetched) {
  auto server = fake();
  server->put_manifest("o/x", image_, std::string(kOciManifest), "1.0");
  server->put_manifest("o/x", bundle(), std::string(kOciManifest));
  server->put_blob("o/x", "b");
  const std::vector<RegistryConfig> configs = {serving(*server, "ghcr.io/o/**")};
  const Reference name = named("ghcr.io/o/x:1.0");
  {
    const auto registries = open_all(configs, true);
    ASSERT_TRUE(registries->resolve(name, ask()).ok());
    const Discovery found = registries->discover(name, digest_of(image_), {}, ask());
    ASSERT_EQ(found.candidates.size(), 1U);
    EXPECT_EQ(registries->layers(found.candidates[0], found.candidates[0].manifest.layers, 100, ask()).at(0).value()->bytes, "b");
  }
  server.reset();
  const auto registries = open_all(configs, true);  // A restart.
  const auto resolution = registries->remembered(name);
  ASSERT_TRUE(resolution.ok()) << resolution.error().message;
  EXPECT_TRUE(resolution.value().remembered);
  EXPECT_EQ(registries->manifest(name, digest_of(image_), ask()).value()->bytes, image_);
  const Discovery found = registries->remembered_candidates(name, digest_of(image_), ask());
  ASSERT_EQ(found.candidates.size(), 1U);
  EXPECT_EQ(registries->layers(found.candidates[0], found.candidates[0].manifest.layers, 100, ask()).at(0).value()->bytes, "b");
  // What is asked of the network says that it is off.
  EXPECT_THAT(resolved(*registries, "ghcr.io/o/x:1.0"), StartsWith("unavailable"));
  EXPECT_EQ(registries->discover(name, digest_of(image_), {}, ask()).absence("signature").code, Errc::unavailable);
  // And half an answer did not replace the memory.
  EXPECT_EQ(registries->remembered_candidates(name, digest_of(image_), ask()).candidates.size(), 1U);
}

TEST_F(RegistriesTest, AManifestFromTheStoreIsFetchedOnce) {
  const auto server = fake();
  server->put_manifest("o/x", image_, std::string(kOciManifest), "1.0");
  const auto registries = open_all({serving(*server, "ghcr.io/o/**")}, true);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(registries->manifest(named("ghcr.io/o/x:1"), digest_of(image_), ask()).ok());
  EXPECT_EQ(server->seen().size(), 1U);
  // What is kept for one name is not served for a name that nobody may ask for.
  EXPECT_THAT(error_text(registries->manifest(named("evil.example/x:1"), digest_of(image_), ask())), StartsWith("untrusted"));
}

TEST_F(RegistriesTest, SeparateSignatureRepository) {
  const auto server = fake();
  server->put_manifest("o/x", image_, std::string(kOciManifest), "1.0");
  const std::string legacy = manifest_json(kSimpleSigning, "s");
  server->put_manifest("sigs/all", legacy, std::string(kOciManifest), digest_tag(digest_of(image_), ".sig"));
  RegistryConfig c = serving(*server, "ghcr.io/o/**");
  const Discovery none = open_all({c})->discover(named("ghcr.io/o/x:1.0"), digest_of(image_), {}, ask());
  EXPECT_EQ(none.absence("signature").code, Errc::not_found);
  c.signatures = {server->host() + "/sigs/all"};
  const auto registries = open_all({c});
  const Discovery found = registries->discover(named("ghcr.io/o/x:1.0"), digest_of(image_), {}, ask());
  ASSERT_EQ(found.candidates.size(), 1U);
  EXPECT_EQ(found.candidates[0].place.text(), server->host() + "/sigs/all");
  c.signatures = {"elsewhere.example/sigs"};
  Registries::Parts parts;
  parts.configs = {c};
  parts.clock = &clock_;
  EXPECT_THAT(error_text(Registries::open(parts)), HasSubstr("no Registry names the host elsewhere.example"));
}

TEST_F(RegistriesTest, ACopyWithoutSignaturesAndTheLayoutBesideIt) {
  const auto mirror = fake();
  mirror->put_manifest("o/x", image_, std::string(kOciManifest), "1.0");
  RegistryConfig c = serving(*mirror, "ghcr.io/o/**");
  const Error absence = open_all({c})->discover(named("ghcr.io/o/x:1.0"), digest_of(image_), {}, ask()).absence("signature");
  EXPECT_EQ(absence.code, Errc::not_found);
  EXPECT_THAT(absence.message, HasSubstr("A plain copy"));
  layout("beside", {descriptor_json(kOciManifest, bundle())}, {bundle(), "b"});
  c.layouts = {scratch_.path("beside")};
  const auto registries = open_all({c});
  const Discovery found = registries->discover(named("ghcr.io/o/x:1.0"), digest_of(image_), {}, ask());
  ASSERT_EQ(found.candidates.size(), 1U);
  EXPECT_THAT(found.candidates[0].place.text(), StartsWith("layout "));
  EXPECT_EQ(registries->layers(found.candidates[0], found.candidates[0].manifest.layers, 100, ask()).at(0).value()->bytes, "b");
}

TEST_F(RegistriesTest, LayoutsAreReadBeforeTheNetwork) {
  const auto server = fake();
  layout("l", {descriptor_json(kOciManifest, image_, R"(,"annotations":{"org.opencontainers.image.ref.name":"ghcr.io/o/x:1.0"})")}, {image_});
  RegistryConfig c = serving(*server, "ghcr.io/o/**");
  c.layouts = {scratch_.path("l")};
  const auto registries = open_all({c});
  EXPECT_EQ(resolved(*registries, "ghcr.io/o/x:1.0"), digest_of(image_).text());
  EXPECT_TRUE(registries->manifest(named("ghcr.io/o/x:1"), digest_of(image_), ask()).ok());
  EXPECT_TRUE(server->seen().empty());
  c.layouts = {scratch_.path("missing")};
  Registries::Parts parts;
  parts.configs = {c};
  parts.clock = &clock_;
  EXPECT_THAT(error_text(Registries::open(parts)), StartsWith("misconfigured: registry.yaml:1:1: layouts: "));
}

TEST_F(RegistriesTest, BlobsAreKeptAndCheckedAgain) {
  const auto server = fake();
  server->put_blob("o/x", "chart");
  Descriptor descriptor;
  descriptor.digest = digest_of("chart");
  descriptor.size = 5;
  const auto registries = open_all({serving(*server, "ghcr.io/o/**")}, true);
  const Reference name = named("ghcr.io/o/x:1");
  EXPECT_EQ(registries->blob(name, descriptor, 100, ask()).value()->bytes, "chart");
  EXPECT_EQ(registries->blob(name, descriptor, 100, ask()).value()->from, "evidence store");
  scratch_.write("evidence/blobs/sha256/" + descriptor.digest.hex(), "charm");
  EXPECT_EQ(registries->blob(name, descriptor, 100, ask()).value()->from, server->host());
  EXPECT_THAT(error_text(registries->blob(name, descriptor, 4, ask())), StartsWith("limit"));
  descriptor.size = 6;
  EXPECT_THAT(error_text(registries->blob(name, descriptor, 100, ask())), StartsWith("unverified"));
}

}  // namespace
}  // namespace portreeve::oci
