#include "oci/registry_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/oci/registry_rig.h"
#include "tests/support/raw_server.h"

namespace portreeve::oci {
namespace {

using test::FakeAnswer;
using test::SeenRequest;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RegistryStoreTest : public RegistryRig {
 protected:
  /// What the store says to this answer for a manifest by digest.
  std::string answered(const FakeAnswer& answer, int ms = 3000) {
    const auto server = fake();
    server->put_manifest("a/b", image_, std::string(kOciManifest));
    server->hook([&](const SeenRequest&) { return answer; });
    const auto store = open(*server);
    const std::string said = got(*store, Wanted::manifest("a/b", digest_of(image_)), ms);
    requests_ = server->seen().size();
    return said;
  }
  std::size_t requests_ = 0;
};

TEST_F(RegistryStoreTest, TagDigestAndBlob) {
  const auto server = fake();
  server->put_manifest("a/b", image_, std::string(kOciManifest), "1.0");
  server->put_blob("a/b", "layer");
  const auto store = open(*server);
  const auto tagged = store->fetch_one(Wanted::tagged("a/b", "1.0"), ask());
  ASSERT_TRUE(tagged.ok()) << tagged.error().message;
  EXPECT_EQ(tagged.value()->digest, digest_of(image_));
  EXPECT_EQ(tagged.value()->media_type, kOciManifest);
  EXPECT_EQ(tagged.value()->from, server->host());
  EXPECT_EQ(got(*store, Wanted::manifest("a/b", digest_of(image_))), image_);
  Descriptor layer;
  layer.digest = digest_of("layer");
  layer.size = 5;
  EXPECT_EQ(got(*store, Wanted::blob("a/b", layer, 100)), "layer");
  EXPECT_THAT(got(*store, Wanted::tagged("a/b", "2.0")), StartsWith("not-found: " + server->host() + "/a/b:2.0"));
  EXPECT_EQ(server->seen().size(), 4U);  // No GET /v2/ before, no HEAD.
  EXPECT_EQ(server->seen()[0].accept, kManifestAccept);
}

TEST_F(RegistryStoreTest, EveryFaultHasItsReason) {
  FakeAnswer page;
  page.body = "<html>Log in</html>";
  page.type = "text/html";
  FakeAnswer manifest;
  manifest.body = image_;
  manifest.type = kOciManifest;
  const auto with = [&](auto change) { FakeAnswer out = manifest; change(out); return out; };
  const struct {
    const char* name;
    FakeAnswer answer;
    std::string want;
  } kCases[] = {
      {"login page", page, "malformed"},
      {"wrong digest", with([](auto& a) { a.body += " "; }), "unverified"},
      {"wrong digest, lying header", with([&](auto& a) { a.body += " "; a.fields.emplace("Docker-Content-Digest", digest_of(image_).text()); }), "unverified"},
      {"schema 1", with([](auto& a) { a.type = "application/vnd.docker.distribution.manifest.v1+prettyjws"; }), "unsupported"},
      {"10 GiB announced", with([](auto& a) { a.announced = std::size_t{10} << 30; }), "limit"},
      {"cut short", with([](auto& a) { a.announced = a.body.size() + 10; }), "unavailable"},
      {"endless", with([](auto& a) { a.endless = true; }), "limit"},
      {"drip feed", with([](auto& a) { a.drip = true; }), "unavailable"},
      {"silence", with([](auto& a) { a.delay = Milliseconds(4000); }), "unavailable"},
      {"rate limit", with([](auto& a) { a.status = 429; a.fields.emplace("Retry-After", "60"); }), "unavailable"},
      {"unavailable", with([](auto& a) { a.status = 503; }), "unavailable"},
      {"server error", with([](auto& a) { a.status = 500; }), "unavailable"},
      {"forbidden", with([](auto& a) { a.status = 403; }), "untrusted"},
      {"unauthorised, no challenge", with([](auto& a) { a.status = 401; }), "untrusted"},
      {"unauthorised, unknown scheme", with([](auto& a) { a.status = 401; a.fields.emplace("WWW-Authenticate", "Negotiate"); }), "untrusted"},
      {"unauthorised, broken challenge", with([](auto& a) { a.status = 401; a.fields.emplace("WWW-Authenticate", "Bearer realm=\"x"); }), "malformed"},
      {"not found", with([](auto& a) { a.status = 404; }), "not-found"},
      {"teapot", with([](auto& a) { a.status = 418; }), "unavailable"},
      {"no content", with([](auto& a) { a.status = 204; a.body = ""; }), "malformed"},
      {"redirect without place", with([](auto& a) { a.status = 307; }), "malformed"},
      {"redirect to http", with([](auto& a) { a.status = 307; a.fields.emplace("Location", "http://127.0.0.1:1/"); }), "untrusted"},
      {"redirect to metadata", with([](auto& a) { a.status = 307; a.fields.emplace("Location", "https://169.254.169.254/"); }), "untrusted"},
      {"redirect to a number", with([](auto& a) { a.status = 307; a.fields.emplace("Location", "https://2852039166/"); }), "malformed"},
      {"redirect in circles", with([](auto& a) { a.status = 307; a.fields.emplace("Location", "?again"); }), "untrusted"},
      {"gzip", with([](auto& a) { a.fields.emplace("Content-Encoding", "gzip"); }), "malformed"},
  };
  for (const auto& c : kCases) {
    EXPECT_THAT(answered(c.answer, 1500), StartsWith(c.want + ": ")) << c.name;
    EXPECT_LE(requests_, 6U) << c.name;
  }
}

TEST_F(RegistryStoreTest, ServedTypeMustBeAManifests) {
  FakeAnswer answer;
  answer.body = image_;
  answer.type = "application/json";
  EXPECT_THAT(answered(answer), HasSubstr("expected a manifest, served as \"application/json\""));
}

TEST_F(RegistryStoreTest, TransientFaultsPass) {
  const auto server = fake();
  server->put_manifest("a/b", image_, std::string(kOciManifest), "1.0");
  std::atomic<int> calls{0};
  server->hook([&](const SeenRequest&) -> std::optional<FakeAnswer> {
    FakeAnswer bad;
    bad.status = 503;
    return calls++ < 2 ? std::optional(bad) : std::nullopt;
  });
  EXPECT_EQ(got(*open(*server), Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(calls.load(), 3);
}

TEST_F(RegistryStoreTest, RetryAfterIsWaitedForWithinTheDeadlineOnly) {
  const auto server = fake();
  server->put_manifest("a/b", image_, std::string(kOciManifest), "1.0");
  std::atomic<int> calls{0};
  std::string wait = "1";
  server->hook([&](const SeenRequest&) -> std::optional<FakeAnswer> {
    FakeAnswer bad;
    bad.status = 429;
    bad.fields.emplace("Retry-After", wait);
    return calls++ == 0 ? std::optional(bad) : std::nullopt;
  });
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(got(*open(*server), Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, Milliseconds(950));
  wait = "3600";
  calls = 0;
  const auto store = open(*server);
  EXPECT_THAT(got(*store, Wanted::tagged("a/b", "1.0")), HasSubstr("HTTP 429 (rate limit), Retry-After 3600 s"));
  // The next one is not even sent.
  EXPECT_THAT(got(*store, Wanted::tagged("a/b", "1.0")), HasSubstr("asked us to wait"));
  EXPECT_EQ(calls.load(), 1);
}

TEST_F(RegistryStoreTest, BreakerStopsAskingADeadRegistry) {
  const auto server = fake();
  server->hook([](const SeenRequest&) { FakeAnswer bad; bad.status = 500; return bad; });
  const auto store = open(*server);
  std::string last;
  for (int i = 0; i < 4; ++i) last = got(*store, Wanted::tagged("a/b", "1.0"));
  EXPECT_THAT(last, HasSubstr("unavailable: " + server->host() + ": not asked: its last 5 requests failed"));
  EXPECT_EQ(server->seen().size(), 5U);
}

TEST_F(RegistryStoreTest, RedirectsLoseCredentialsAndKeepSignatures) {
  const auto storage = fake();
  const auto server = fake({.user = "u", .password = "hunter2"});
  server->put_blob("a/b", "layer");
  storage->hook([](const SeenRequest& request) -> std::optional<FakeAnswer> {
    FakeAnswer out;
    out.status = request.target == "/store?sig=a%2Bb%3D%2f" ? 200 : 403;
    out.body = "layer";
    return out;
  });
  std::atomic<int> blobs{0};
  server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.authorization.empty()) return std::nullopt;
    FakeAnswer out;
    out.status = 307;
    // The first presigned URL has run out.
    out.fields.emplace("Location", storage->url() + (blobs++ == 0 ? "/old" : "/store?sig=a%2Bb%3D%2f"));
    out.fields.emplace("Set-Cookie", "session=hunter2");
    return out;
  });
  RegistryConfig c = config(*server);
  log_in(c, "u:hunter2");
  Descriptor layer;
  layer.digest = digest_of("layer");
  layer.size = 5;
  EXPECT_EQ(got(*open(c), Wanted::blob("a/b", layer, 100)), "layer");
  EXPECT_EQ(blobs.load(), 2);
  ASSERT_EQ(storage->seen().size(), 2U);
  for (const SeenRequest& request : storage->seen()) {
    EXPECT_EQ(request.authorization, "");
    EXPECT_EQ(request.cookie, "");
  }
}

TEST_F(RegistryStoreTest, AChallengeByARedirectTargetIsNotAnswered) {
  const auto storage = fake({.user = "u", .password = "hunter2"});
  const auto server = fake();
  server->hook([&](const SeenRequest&) -> std::optional<FakeAnswer> {
    FakeAnswer out;
    out.status = 307;
    out.fields.emplace("Location", storage->url() + "/v2/a/b/blobs/x");
    return out;
  });
  RegistryConfig c = config(*server);
  log_in(c, "u:hunter2");
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0")), HasSubstr("wants credentials: not given"));
  EXPECT_EQ(storage->seen().at(0).authorization, "");
  EXPECT_EQ(storage->seen().size(), 1U);
}

TEST_F(RegistryStoreTest, NamesThatAreNoNamesReachNoUrl) {
  const auto server = fake();
  const auto store = open(*server);
  for (const char* name : {"../x", "A/b", "a//b", "a/../b", "a%2fb", "a?b", "", "a\r\nX: y"}) {
    EXPECT_THAT(got(*store, Wanted::tagged(name, "1.0")), StartsWith("malformed")) << name;
  }
  for (const char* tag : {"..", "a/b", "a b", "a?b", "-x"}) {
    EXPECT_THAT(got(*store, Wanted::tagged("a/b", tag)), StartsWith("malformed")) << tag;
  }
  EXPECT_TRUE(server->seen().empty());
}

TEST_F(RegistryStoreTest, ManyTogetherNeverMoreAtOnceThanAllowed) {
  const auto server = fake();
  std::atomic<int> now_running{0}, most{0};
  server->hook([&](const SeenRequest&) -> std::optional<FakeAnswer> {
    most = std::max(most.load(), ++now_running);
    std::this_thread::sleep_for(Milliseconds(10));
    --now_running;
    return std::nullopt;
  });
  std::vector<Wanted> wanted;
  for (int i = 0; i < 40; ++i) {
    const std::string bytes = manifest_json("application/x", std::to_string(i));
    server->put_manifest("a/b", bytes, std::string(kOciManifest));
    wanted.push_back(Wanted::manifest("a/b", digest_of(bytes)));
  }
  RegistryConfig c = config(*server);
  c.parallel = 4;
  const auto contents = open(c)->fetch(wanted, ask());
  for (const auto& content : contents) EXPECT_TRUE(content.ok()) << error_text(content);
  EXPECT_LE(most.load(), 4);
  EXPECT_GE(most.load(), 2);
}

TEST_F(RegistryStoreTest, MemoryIsCountedAndGivenBack) {
  const auto server = fake();
  const std::string blob(1 << 20, 'x');
  server->put_blob("a/b", blob);
  Descriptor descriptor;
  descriptor.digest = digest_of(blob);
  descriptor.size = blob.size();
  const auto store = open(*server);
  {
    const auto content = store->fetch_one(Wanted::blob("a/b", descriptor, 2 << 20), ask());
    ASSERT_TRUE(content.ok());
    EXPECT_EQ(memory_.used(), blob.size());
    MemoryBudget small(1000);
    const auto refused = store->fetch_one(Wanted::blob("a/b", descriptor, 2 << 20), ask_within(Milliseconds(5000), &small));
    EXPECT_THAT(error_text(refused), StartsWith("limit"));
    EXPECT_TRUE(refused.error().transient);
  }
  EXPECT_EQ(memory_.used(), 0U);
}

TEST_F(RegistryStoreTest, WrongCertificate) {
  const auto server = fake();
  RegistryConfig c = config(*server);
  const test::Minted other = test::Minted::authority(now(), "another CA");
  c.ca_file = scratch_.write("other.pem", other.pem());
  const auto store = open_registry(c, clock_);
  ASSERT_TRUE(store.ok());
  EXPECT_THAT(got(*store.value(), Wanted::tagged("a/b", "1.0")), StartsWith("untrusted"));
  c.ca_file = scratch_.path("missing.pem");
  EXPECT_THAT(error_text(open_registry(c, clock_)), StartsWith("misconfigured: registry.yaml:1:1: ca: "));
  c.ca_file = scratch_.write("empty.pem", "");
  EXPECT_THAT(error_text(open_registry(c, clock_)), HasSubstr("is empty"));
  c.ca_file = scratch_.write("bad.pem", "no certificate");
  EXPECT_THAT(error_text(open_registry(c, clock_)), StartsWith("misconfigured"));
}

TEST_F(RegistryStoreTest, PlainHttpOnlyUnsafely) {
  const auto server = fake({.tls = false});
  server->put_manifest("a/b", image_, std::string(kOciManifest), "1.0");
  RegistryConfig c = config(*server);
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0")), StartsWith("unavailable"));
  c.unsafe_plain_http = true;
  EXPECT_EQ(got(*open(c), Wanted::tagged("a/b", "1.0")), image_);
}

}  // namespace
}  // namespace portreeve::oci
