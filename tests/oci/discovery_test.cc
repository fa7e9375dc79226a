#include "oci/discovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oci/registry_rig.h"

namespace portreeve::oci {
namespace {

using test::FakeAnswer;
using test::SeenRequest;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr char kBundle[] = "application/vnd.dev.sigstore.bundle.v0.3+json";

class DiscoveryTest : public RegistryRig {
 protected:
  std::string subject() const { return descriptor_json(kOciManifest, image_); }
  std::string bundle(const std::string& content) const {
    return manifest_json(kBundle, content, subject(), R"(,"artifactType":")" + std::string(kBundle) + "\"");
  }
  std::string legacy(const std::string& content) const { return manifest_json(kSimpleSigning, content); }
  Digest put(Fake& server, const std::string& bytes, const std::string& tag = "") {
    return server.put_manifest("a/b", bytes, std::string(kOciManifest), tag);
  }
  /// "shape digest-prefix" of each candidate, in order.
  static std::vector<std::string> seen(const Discovery& discovery) {
    std::vector<std::string> out;
    for (const Candidate& c : discovery.candidates) {
      out.push_back(std::string(to_string(c.shape)) + " " + c.content->digest.hex().substr(0, 8));
    }
    return out;
  }
  static std::string line(Shape shape, const std::string& bytes) {
    return std::string(to_string(shape)) + " " + digest_of(bytes).hex().substr(0, 8);
  }
  Discovery discover(const ContentStore& store, DiscoveryLimits limits = {}) {
    return oci::discover({{&store, "a/b"}}, digest_of(image_), limits, ask());
  }
  std::string tag(std::string_view suffix = "") const { return digest_tag(digest_of(image_), suffix); }
};

TEST_F(DiscoveryTest, AllShapesAreMergedAndNoneHidesAnother) {
  const auto server = fake();
  const std::string experimental =
      manifest_json(kSimpleSigning, "old", subject(), R"(,"artifactType":"application/vnd.dev.cosign.artifact.sig.v1+json")");
  put(*server, bundle("1"));
  put(*server, experimental);
  put(*server, legacy("2"), tag(".sig"));
  put(*server, manifest_json(kDsseEnvelope, "3"), tag(".att"));
  put(*server, bundle("4"));
  put(*server, index_json({descriptor_json(kOciManifest, bundle("4"))}), tag());
  const auto store = open(*server);
  Discovery found = discover(*store);
  EXPECT_THAT(seen(found), testing::UnorderedElementsAre(
                               line(Shape::signature_tag, legacy("2")),
                               line(Shape::attestation_tag, manifest_json(kDsseEnvelope, "3")),
                               line(Shape::referrers_api, bundle("1")), line(Shape::referrers_api, bundle("4")),
                               line(Shape::referrers_api, experimental)));
  EXPECT_FALSE(found.incomplete);
  EXPECT_EQ(kind_of(found.candidates[0].manifest.layers[0]), LayerKind::simple_signing);
  // Referrers, .sig, .att, one for each referrer: nothing twice, nothing else.
  EXPECT_EQ(server->seen().size(), 6U);
}

TEST_F(DiscoveryTest, FallbackTagWhereThereIsNoApi) {
  const auto server = fake({.referrers = false});
  put(*server, bundle("1"));
  put(*server, bundle("2"));
  put(*server, legacy("3"), tag(".sig"));
  // As GHCR has it: the type of the entry is the empty config's.
  const std::string hint = R"(,"artifactType":"application/vnd.oci.empty.v1+json")";
  server->put_manifest("a/b", index_json({descriptor_json(kOciManifest, bundle("1"), hint), descriptor_json(kOciManifest, bundle("2"))}),
                       std::string(kOciIndex), tag());
  const Discovery found = discover(*open(*server));
  EXPECT_EQ(found.candidates.size(), 3U);
  EXPECT_FALSE(found.incomplete);
  std::vector<std::string> asked;
  for (const Asked& a : found.asked) asked.push_back(a.text());
  const std::string place = server->host() + "/a/b, ";
  EXPECT_THAT(asked, testing::ElementsAre(place + "signature tag (.sig): 1 listed", place + "attestation tag (.att): nothing there",
                                          place + "referrers API: nothing there", place + "fallback tag: 2 listed"));
}

TEST_F(DiscoveryTest, UnsignedSaysWhereItLooked) {
  const auto server = fake();
  const Discovery found = discover(*open(*server));
  const Error absence = found.absence("signature");
  EXPECT_EQ(absence.code, Errc::not_found);
  EXPECT_THAT(absence.message, HasSubstr("referrers API: 0 listed"));
  EXPECT_THAT(absence.message, HasSubstr("fallback tag: nothing there"));
  EXPECT_THAT(absence.message, HasSubstr(".sig"));
  EXPECT_THAT(absence.message, HasSubstr("A plain copy of an artifact leaves its signatures behind"));
}

TEST_F(DiscoveryTest, TheFallbackTagIsReadWhenWidened) {
  const auto server = fake();
  put(*server, bundle("junk"));
  const std::string hidden = manifest_json(kBundle, "good", subject());
  server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.target.find("/referrers/") == std::string::npos) return std::nullopt;
    FakeAnswer out;  // A registry that lists new referrers only.
    out.type = kOciIndex;
    out.body = index_json({descriptor_json(kOciManifest, bundle("junk"))});
    return out;
  });
  put(*server, hidden);
  server->put_manifest("a/b", index_json({descriptor_json(kOciManifest, hidden)}), std::string(kOciIndex), tag());
  const auto store = open(*server);
  Discovery found = discover(*store);
  EXPECT_EQ(found.candidates.size(), 1U);
  widen(found, digest_of(image_), {}, ask());
  EXPECT_EQ(seen(found).back(), line(Shape::fallback_tag, hidden));
}

TEST_F(DiscoveryTest, WhatIsListedButIsNoReferrer) {
  const auto server = fake({.referrers = false});
  const std::string other = manifest_json(kBundle, "x", descriptor_json(kOciManifest, "another image"));
  const std::string none = manifest_json(kBundle, "x");
  const std::string index = index_json({});
  for (const std::string& bytes : {other, none}) put(*server, bytes);
  server->put_manifest("a/b", index, std::string(kOciIndex));
  const std::string good = bundle("good");
  put(*server, good);
  const Digest absent = digest_of("absent");
  server->put_manifest("a/b",
                       index_json({descriptor_json(kOciManifest, image_), descriptor_json(kOciManifest, other),
                                   descriptor_json(kOciManifest, none), descriptor_json(kOciIndex, index),
                                   descriptor_json(kOciManifest, absent, 10), R"({"digest":"sha256:../../etc"})",
                                   descriptor_json("text/html", good), descriptor_json("text/html", good)}),
                       std::string(kOciIndex), tag());
  const Discovery found = discover(*open(*server));
  EXPECT_THAT(seen(found), testing::ElementsAre(line(Shape::fallback_tag, good)));
  std::vector<std::string> reasons;
  for (const Rejected& r : found.rejected) reasons.push_back(std::string(to_string(r.reason.code)));
  EXPECT_THAT(reasons, testing::UnorderedElementsAre("unverified", "unverified", "unsupported", "not-found"));
  EXPECT_EQ(found.asked.back().unreadable, 1U);
  EXPECT_FALSE(found.incomplete);
}

TEST_F(DiscoveryTest, JunkFirstDoesNotHideAGoodOne) {
  const auto server = fake();
  const std::string good = bundle("good");
  put(*server, good);
  std::vector<std::string> entries;
  for (int i = 0; i < 2000; ++i) {
    entries.push_back(descriptor_json(kOciManifest, digest_of("junk" + std::to_string(i)), 10, R"(,"artifactType":"text/junk")"));
  }
  entries.push_back(descriptor_json(kOciManifest, good, R"(,"artifactType":")" + std::string(kBundle) + "\""));
  server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.target.find("/referrers/") == std::string::npos) return std::nullopt;
    FakeAnswer out;
    out.type = kOciIndex;
    out.body = index_json(entries);
    return out;
  });
  const Discovery found = discover(*open(*server), {1024, 8});
  EXPECT_THAT(seen(found), testing::ElementsAre(line(Shape::referrers_api, good)));
  ASSERT_TRUE(found.incomplete);
  EXPECT_EQ(found.incomplete->code, Errc::limit);
  EXPECT_EQ(found.absence("signature").code, Errc::limit);
  EXPECT_THAT(found.incomplete->message, HasSubstr("lists 2001 referrers, limit is 1024"));
  EXPECT_LE(server->seen().size(), 12U);
}

TEST_F(DiscoveryTest, NoMoreAreFetchedThanMayBeListed) {
  const auto server = fake();
  for (int i = 0; i < 6; ++i) put(*server, bundle(std::to_string(i)));
  const Discovery found = discover(*open(*server), {4, 256});
  EXPECT_EQ(found.candidates.size(), 4U);
  ASSERT_TRUE(found.incomplete);
  EXPECT_THAT(found.incomplete->message, HasSubstr("lists 6 referrers, limit is 4"));
}

// Each page is within its limit; together they are not.
TEST_F(DiscoveryTest, PagesTogetherAreALimit) {
  const auto server = fake();
  std::vector<std::string> entries;
  for (int i = 0; i < 9000; ++i) entries.push_back(descriptor_json(kOciManifest, digest_of(std::to_string(i)), 1));
  const std::string list = index_json(entries);
  int page = 0;
  server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.target.find("/referrers/") == std::string::npos) return std::nullopt;
    FakeAnswer out;
    out.type = kOciIndex;
    out.body = list;
    out.fields.emplace("Link", "<?last=" + std::to_string(++page) + ">; rel=\"next\"");
    return out;
  });
  const Discovery found = discover(*open(*server), {4, 4});
  ASSERT_TRUE(found.asked.at(2).failure);
  EXPECT_THAT(found.asked.at(2).failure->message, HasSubstr("referrers API: more than 32768 entries"));
  EXPECT_EQ(server->count("/referrers/"), 4U);
}

TEST_F(DiscoveryTest, HundredThousandEntriesAreALimit) {
  const auto server = fake({.referrers = false});
  std::string many;
  const std::string one = descriptor_json(kOciManifest, "x");
  for (int i = 0; i < 100'000; ++i) many += (i == 0 ? "" : ",") + one;
  server->put_manifest("a/b", R"({"schemaVersion":2,"manifests":[)" + many + "]}", std::string(kOciIndex), tag());
  const Discovery found = discover(*open(*server));
  EXPECT_EQ(found.absence("signature").code, Errc::limit);
}

TEST_F(DiscoveryTest, PagesAreFollowedButNotForEver) {
  const auto server = fake({.page = 2});
  for (int i = 0; i < 7; ++i) put(*server, bundle(std::to_string(i)));
  const auto store = open(*server);
  EXPECT_EQ(discover(*store).candidates.size(), 7U);
  EXPECT_EQ(server->count("/referrers/"), 4U);
  int page = 0;
  std::string link;
  server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.target.find("/referrers/") == std::string::npos) return std::nullopt;
    FakeAnswer out;
    out.type = kOciIndex;
    out.body = index_json({descriptor_json(kOciManifest, bundle("0"))});
    out.fields.emplace("Link", link.empty() ? "<?last=" + std::to_string(++page) + ">; rel=\"next\"" : link);
    return out;
  });
  server->forget_seen();
  Discovery found = discover(*store);
  EXPECT_EQ(found.candidates.size(), 1U);  // What came stays good,
  EXPECT_EQ(found.incomplete->code, Errc::limit);  // what may be missing is said.
  EXPECT_EQ(server->count("/referrers/"), 16U);
  link = "<?same>; rel=\"next\"";
  server->forget_seen();
  EXPECT_EQ(discover(*store).incomplete->code, Errc::limit);
  EXPECT_EQ(server->count("/referrers/"), 2U);
  link = "<https://localhost:" + std::to_string(server->port()) + "/x>; rel=next";
  server->forget_seen();
  EXPECT_EQ(discover(*store).incomplete->code, Errc::untrusted);
  EXPECT_EQ(server->count("/referrers/"), 1U);
}

TEST_F(DiscoveryTest, AQuestionThatWasNotAnsweredIsNoAbsence) {
  const struct {
    const char* name;
    std::string part;
    int status;
    Errc want;
  } kCases[] = {
      {"referrers down", "/referrers/", 500, Errc::unavailable},
      {"referrers rate limited", "/referrers/", 429, Errc::unavailable},
      {"referrers forbidden", "/referrers/", 403, Errc::untrusted},
      {"signature tag down", ".sig", 503, Errc::unavailable},
      {"signature tag forbidden", ".sig", 403, Errc::untrusted},
      {"attestation tag down", ".att", 502, Errc::unavailable},
      {"referrers not there", "/referrers/", 404, Errc::not_found},
      {"referrers a bad request", "/referrers/", 400, Errc::not_found},
  };
  for (const auto& c : kCases) {
    const auto server = fake();
    server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
      if (request.target.find(c.part) == std::string::npos) return std::nullopt;
      FakeAnswer out;
      out.status = c.status;
      return out;
    });
    EXPECT_EQ(discover(*open(*server)).absence("signature").code, c.want) << c.name;
  }
}

TEST_F(DiscoveryTest, MalformedListsAreSaidSo) {
  const struct {
    const char* name;
    std::string type, body, want;
  } kCases[] = {
      {"page", "text/html", "<html>", "served as \"text/html\""},
      {"a list that is none", "application/json", index_json({}), "served as \"application/json\""},
      {"no JSON", std::string(kOciIndex), "<html>", "line 1 column 1: expected a JSON value"},
      {"manifest", std::string(kOciIndex), image_, ""},
      {"both", std::string(kOciIndex), R"({"schemaVersion":2,"manifests":[],"layers":[]})", "CVE-2021-41190"},
  };
  for (const auto& c : kCases) {
    const auto server = fake();
    put(*server, legacy("1"), tag(".sig"));
    server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
      if (request.target.find("/referrers/") == std::string::npos) return std::nullopt;
      FakeAnswer out;
      out.type = c.type;
      out.body = c.body;
      return out;
    });
    const Discovery found = discover(*open(*server));
    EXPECT_EQ(found.absence("signature").code, Errc::malformed) << c.name;
    EXPECT_THAT(found.absence("signature").message, HasSubstr(c.want)) << c.name;
    EXPECT_EQ(found.candidates.size(), 1U) << c.name;
  }
}

TEST_F(DiscoveryTest, ACandidateThatCannotBeFetchedMayHaveBeenTheGoodOne) {
  const auto server = fake();
  put(*server, bundle("1"));
  server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.target.find("/manifests/sha256:") == std::string::npos) return std::nullopt;
    FakeAnswer out;
    out.status = 500;
    return out;
  });
  EXPECT_EQ(discover(*open(*server)).absence("signature").code, Errc::unavailable);
}

TEST_F(DiscoveryTest, TwoPlacesAreOne) {
  const auto first = fake();
  const auto second = fake();
  put(*first, bundle("1"));
  put(*second, bundle("1"));
  put(*second, bundle("2"));
  const auto a = open(*first);
  const auto b = open(*second);
  const Discovery found = oci::discover({{a.get(), "a/b"}, {b.get(), "a/b"}}, digest_of(image_), {}, ask());
  ASSERT_EQ(found.candidates.size(), 2U);
  const auto& twice = found.candidates[0].also.empty() ? found.candidates[1] : found.candidates[0];
  EXPECT_THAT(twice.also, testing::ElementsAre(second->host() + "/a/b, referrers API"));
}

// Gone in one place, silent in the other: what is listed may still be the proof.
TEST_F(DiscoveryTest, GoneHereAndUnansweredThere) {
  const auto first = fake();
  const auto second = fake();
  for (Fake* const server : {first.get(), second.get()}) {
    put(*server, bundle("1"));
    const int status = server == first.get() ? 404 : 503;
    server->hook([status](const SeenRequest& request) -> std::optional<FakeAnswer> {
      if (request.target.find("/manifests/sha256:") == std::string::npos) return std::nullopt;
      FakeAnswer out;
      out.status = status;
      return out;
    });
  }
  const auto a = open(*first);
  const auto b = open(*second);
  const Discovery found = oci::discover({{a.get(), "a/b"}, {b.get(), "a/b"}}, digest_of(image_), {}, ask());
  EXPECT_EQ(found.absence("signature").code, Errc::unavailable);
}

// Where a descriptor says that its bytes may be had elsewhere, elsewhere is not asked.
TEST_F(DiscoveryTest, UrlsOfDescriptorsAreNotAsked) {
  const auto server = fake({.referrers = false});
  const auto evil = fake();
  const std::string urls = R"(,"urls":["https://)" + evil->host() + R"(/b"])";
  put(*server, index_json({descriptor_json(kOciManifest, bundle("1"), urls)}), tag());
  const auto store = open(*server);
  const Discovery found = discover(*store);
  EXPECT_TRUE(found.candidates.empty());
  EXPECT_TRUE(evil->seen().empty());
  EXPECT_EQ(server->count(digest_of(bundle("1")).hex()), 1U) << "the registry itself was";
}

// The tag changes between two requests of one decision: what was resolved first counts.
TEST_F(DiscoveryTest, TagSwappedBetweenRequests) {
  const auto server = fake();
  const std::string evil = manifest_json("application/x", "evil");
  put(*server, image_, "1.0");
  put(*server, evil);
  put(*server, legacy("sig"), tag(".sig"));
  const auto store = open(*server);
  const auto resolved = store->fetch_one(Wanted::tagged("a/b", "1.0"), ask()).value();
  server->set_tag("a/b", "1.0", digest_of(evil));
  const Discovery found = oci::discover({{store.get(), "a/b"}}, resolved->digest, {}, ask());
  EXPECT_EQ(found.candidates.size(), 1U);
  EXPECT_EQ(got(*store, Wanted::manifest("a/b", resolved->digest)), image_);
}

TEST_F(DiscoveryTest, DeadlineInTheMiddle) {
  const auto server = fake({.latency = Milliseconds(60)});
  for (int i = 0; i < 100; ++i) put(*server, bundle(std::to_string(i)));
  const auto store = open(*server);
  const Discovery found = oci::discover({{store.get(), "a/b"}}, digest_of(image_), {}, ask(500));
  EXPECT_EQ(found.absence("signature").code, Errc::unavailable);
}

TEST_F(DiscoveryTest, LatencyIsPaidInParallel) {
  const auto server = fake({.token = true, .latency = Milliseconds(20)});
  put(*server, image_, "1.0");
  for (int i = 0; i < 3; ++i) put(*server, bundle(std::to_string(i)));
  const auto store = open(*server);
  const auto begin = std::chrono::steady_clock::now();
  const auto resolved = store->fetch_one(Wanted::tagged("a/b", "1.0"), ask());
  EXPECT_EQ(oci::discover({{store.get(), "a/b"}}, resolved.value()->digest, {}, ask()).candidates.size(), 3U);
  const auto took = std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begin);
  // 401, token, manifest; tags together; referrers; manifests together: six times 20 ms and three
  // handshakes on a quiet machine.
  EXPECT_GE(server->most_at_once(), 3U);
  RecordProperty("milliseconds", static_cast<int>(took.count()));
}

}  // namespace
}  // namespace portreeve::oci
