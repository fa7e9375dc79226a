#include "oci/authorizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/oci/registry_rig.h"

namespace portreeve::oci {
namespace {

using test::FakeAnswer;
using test::SeenRequest;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class AuthorizerTest : public RegistryRig {
 protected:
  std::unique_ptr<Fake> guarded(FakeOptions options) {
    auto server = fake(std::move(options));
    server->put_manifest("a/b", image_, std::string(kOciManifest), "1.0");
    server->put_manifest("c/d", image_, std::string(kOciManifest), "1.0");
    return server;
  }
};

TEST_F(AuthorizerTest, Basic) {
  const auto server = guarded({.user = "u", .password = "p:q"});
  RegistryConfig c = config(*server);
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0")), HasSubstr("untrusted: " + server->host() + "/a/b: not authorised (HTTP 401); no credentials are configured"));
  log_in(c, "u:p:q");
  server->forget_seen();
  const auto store = open(c);
  EXPECT_EQ(got(*store, Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(got(*store, Wanted::tagged("c/d", "1.0")), image_);
  EXPECT_EQ(server->seen().size(), 3U);  // The challenge is met once.
  log_in(c, "u:wrong");
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0")), HasSubstr("has no (further) entry that fits"));
}

TEST_F(AuthorizerTest, BearerWithOwnScopeAndMemory) {
  const auto server = guarded({.user = "u", .password = "p", .token = true});
  RegistryConfig c = config(*server);
  log_in(c, "u:p");
  const auto store = open(c);
  EXPECT_EQ(got(*store, Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(got(*store, Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(server->seen().size(), 4U);  // 401, token, manifest; manifest.
  // The server offered every repository; we ask for one, and only to pull.
  EXPECT_EQ(server->seen()[1].target, "/token?service=fake%2C%20registry&scope=repository%3Aa%2Fb%3Apull");
  EXPECT_EQ(got(*store, Wanted::tagged("c/d", "1.0")), image_);
  EXPECT_EQ(server->seen().size(), 6U);  // Token first: no second 401.
}

TEST_F(AuthorizerTest, AnonymousToken) {
  const auto server = guarded({.token = true});
  EXPECT_EQ(got(*open(*server), Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(server->seen()[1].authorization, "");
}

// A burst of two: the challenge and the token are both of it.
TEST_F(AuthorizerTest, TokenRequestsCountLikeAnyOther) {
  const auto server = guarded({.user = "u", .password = "p", .token = true});
  RegistryConfig c = config(*server);
  log_in(c, "u:p");
  c.requests_per_second = 1;
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0"), 300),
              HasSubstr("no turn before the deadline (limits: 8 requests at once, 1 a second)"));
  EXPECT_EQ(server->seen().size(), 2U);
  EXPECT_EQ(server->count("/token"), 1U);
  // Two challenges are a burst as well, and leave nothing for a token.
  server->forget_seen();
  const auto both = open(c)->fetch({Wanted::tagged("a/b", "1.0"), Wanted::tagged("c/d", "1.0")}, ask(300));
  for (const auto& one : both) EXPECT_THAT(error_text(one), HasSubstr("no turn before the deadline"));
  EXPECT_EQ(server->count("/token"), 0U);
}

// Whoever has the only turn must not wait for another one.
TEST_F(AuthorizerTest, OneRequestAtATimeIsEnoughForTokens) {
  const auto server = guarded({.user = "u", .password = "p", .token = true});
  RegistryConfig c = config(*server);
  log_in(c, "u:p");
  c.parallel = 1;
  const auto store = open(c);
  const auto all = store->fetch({Wanted::tagged("a/b", "1.0"), Wanted::tagged("c/d", "1.0"), Wanted::tagged("a/b", "1.0")}, ask(5000));
  for (const auto& one : all) EXPECT_EQ(error_text(one), "ok");
  const auto again = store->fetch({Wanted::tagged("c/d", "1.0"), Wanted::tagged("a/b", "1.0")}, ask(5000));
  for (const auto& one : again) EXPECT_EQ(error_text(one), "ok");
}

TEST_F(AuthorizerTest, ATokenThatRanOutIsAskedForAgain) {
  const auto server = guarded({.token = true, .expires_in = 0});
  const auto store = open(*server);
  EXPECT_EQ(got(*store, Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(got(*store, Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(server->count("/token"), 2U);
}

TEST_F(AuthorizerTest, ARevokedTokenIsReplacedOnce) {
  const auto server = guarded({.token = true});
  const auto store = open(*server);
  EXPECT_EQ(got(*store, Wanted::tagged("a/b", "1.0")), image_);
  server->hook([](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.authorization != "Bearer token-1") return std::nullopt;
    FakeAnswer out;
    out.status = 401;
    out.fields.emplace("WWW-Authenticate", "Bearer realm=\"REALM\"");
    return out;
  });
  // The realm of the second challenge is broken, so the answer must be an error, not a loop.
  EXPECT_THAT(got(*store, Wanted::tagged("a/b", "1.0")), StartsWith("malformed"));
  EXPECT_LT(server->seen().size(), 8U);
}

TEST_F(AuthorizerTest, AlwaysUnauthorised) {
  const auto server = guarded({.token = true});
  server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
    if (request.target.rfind("/token", 0) == 0) return std::nullopt;
    FakeAnswer out;
    out.status = 401;
    out.fields.emplace("WWW-Authenticate", "Bearer realm=\"" + server->url() + "/token\"");
    return out;
  });
  EXPECT_THAT(got(*open(*server), Wanted::tagged("a/b", "1.0")), StartsWith("untrusted"));
  EXPECT_LE(server->seen().size(), 14U);
}

TEST_F(AuthorizerTest, EveryCredentialThatFitsIsTried) {
  const auto server = guarded({.user = "u", .password = "p", .token = true});
  RegistryConfig c = config(*server);
  const auto entry = [](const std::string& key, const std::string& pair) {
    return "\"" + key + R"(":{"auth":")" + to_base64(pair) + "\"}";
  };
  c.docker_config = scratch_.write("config.json", R"({"auths":{)" + entry(c.host + "/a", "u:wrong") + "," + entry(c.host, "u:p") + "}}");
  // The token server refuses the first: that is final for it, and the message says who.
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0")), HasSubstr("no token (HTTP 401)"));
  const auto basic = guarded({.user = "u", .password = "p"});
  RegistryConfig d = config(*basic);
  d.docker_config = scratch_.write("config2.json", R"({"auths":{)" + entry(d.host + "/a", "u:wrong") + "," + entry(d.host, "u:p") + "}}");
  EXPECT_EQ(got(*open(d), Wanted::tagged("a/b", "1.0")), image_);
}

// A registry that says no to everything is not shown every password that there is.
TEST_F(AuthorizerTest, CredentialsAreNotTriedWithoutEnd) {
  const auto server = guarded({.user = "u", .password = "p"});
  RegistryConfig c = config(*server);
  std::string entries, path = c.host;
  for (int i = 0; i < 12; ++i) {
    entries += (i == 0 ? "\"" : ",\"") + path + R"(":{"auth":")" + to_base64("u:wrong" + std::to_string(i)) + "\"}";
    path += "/a";
  }
  c.docker_config = scratch_.write("config.json", R"({"auths":{)" + entries + "}}");
  EXPECT_THAT(got(*open(c), Wanted::tagged(path.substr(c.host.size() + 1), "1.0")),
              AllOf(StartsWith("untrusted"), HasSubstr("not authorised (HTTP 401) after 6 tries")));
  EXPECT_EQ(server->seen().size(), 7U);
}

TEST_F(AuthorizerTest, IdentityTokenIsPosted) {
  const auto server = guarded({.user = "u", .password = "p", .token = true, .identity_token = "refresh"});
  RegistryConfig c = config(*server);
  c.docker_config = scratch_.write("config.json", R"({"auths":{")" + c.host + R"(":{"identitytoken":"refresh"}}})");
  EXPECT_EQ(got(*open(c), Wanted::tagged("a/b", "1.0")), image_);
  EXPECT_EQ(server->seen()[1].method, "POST");
  EXPECT_EQ(server->seen()[1].target, "/token");
}

TEST_F(AuthorizerTest, RealmsElsewhereAreNotAsked) {
  const auto evil = fake();
  const struct {
    const char* name;
    std::string realm, want;
  } kCases[] = {
      {"other host", "https://localhost:" + std::to_string(evil->port()) + "/token", "untrusted"},
      {"metadata", "http://169.254.169.254/latest", "untrusted"},
      {"plain http", "http://127.0.0.1:" + std::to_string(evil->port()) + "/token", "untrusted"},
      {"user information", "https://a@127.0.0.1/token", "malformed"},
      {"number", "https://2130706433/token", "malformed"},
      {"no URL", "token", "malformed"},
      {"empty", "", "malformed"},
      {"file", "file:///etc/passwd", "unsupported"},
  };
  for (const auto& c : kCases) {
    const auto server = guarded({.user = "u", .password = "hunter2", .token = true});
    server->hook([&](const SeenRequest&) {
      FakeAnswer out;
      out.status = 401;
      out.fields.emplace("WWW-Authenticate", "Bearer realm=\"" + c.realm + "\"");
      return out;
    });
    RegistryConfig cfg = config(*server);
    log_in(cfg, "u:hunter2");
    const std::string said = got(*open(cfg), Wanted::tagged("a/b", "1.0"));
    EXPECT_THAT(said, StartsWith(c.want + ": " + server->host())) << c.name;
    EXPECT_THAT(said, Not(HasSubstr("hunter2")));
  }
  EXPECT_TRUE(evil->seen().empty());
}

TEST_F(AuthorizerTest, ANamedTokenServerIsAsked) {
  const auto tokens = fake({.user = "u", .password = "p", .token = true});
  const auto server = guarded({.user = "u", .password = "p", .token = true,
                               .realm = "https://localhost:" + std::to_string(tokens->port()) + "/token"});
  RegistryConfig c = config(*server);
  log_in(c, "u:p");
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0")), HasSubstr("`tokenServers`"));
  c.token_servers = {"localhost:" + std::to_string(tokens->port())};
  // Its token is none of the registry's: refused there, not looped.
  EXPECT_THAT(got(*open(c), Wanted::tagged("a/b", "1.0")), StartsWith("untrusted"));
  EXPECT_GE(tokens->seen().size(), 1U);
}

TEST_F(AuthorizerTest, FaultsOfTheTokenServer) {
  const auto with = [](int status, const std::string& body) {
    FakeAnswer out;
    out.status = status;
    out.body = body;
    return out;
  };
  FakeAnswer redirect = with(307, "");
  redirect.fields.emplace("Location", "https://127.0.0.1:1/token");
  FakeAnswer endless = with(200, "");
  endless.endless = true;
  const struct {
    const char* name;
    FakeAnswer answer;
    std::string want, why;
  } kCases[] = {
      {"redirect", redirect, "untrusted", "redirects (HTTP 307): not followed"},
      {"endless", endless, "limit", "bytes"},
      {"page", with(200, "<html>"), "malformed", "its answer is no JSON"},
      {"no token", with(200, "{}"), "malformed", "its answer has no token"},
      {"token no text", with(200, R"({"token":1})"), "malformed", "its answer has no token"},
      {"token with a line end", with(200, R"({"token":"a\r\nX-Evil: 1"})"), "malformed", "its answer has no token"},
      {"two tokens", with(200, R"({"token":"a","token":"b"})"), "malformed", "its answer is no JSON"},
      {"refused", with(403, ""), "untrusted", "no token (HTTP 403)"},
      {"rate limit", with(429, ""), "unavailable", "no token (HTTP 429)"},
      {"down", with(500, ""), "unavailable", "no token (HTTP 500)"},
  };
  for (const auto& c : kCases) {
    const auto server = guarded({.token = true});
    server->hook([&](const SeenRequest& request) -> std::optional<FakeAnswer> {
      if (request.target.rfind("/token", 0) != 0) return std::nullopt;
      return c.answer;
    });
    EXPECT_THAT(got(*open(*server), Wanted::tagged("a/b", "1.0"), 2000), AllOf(StartsWith(c.want), HasSubstr(c.why))) << c.name;
  }
}

TEST_F(AuthorizerTest, ManyThreadsShareOneTokenRequest) {
  const auto server = guarded({.token = true, .latency = Milliseconds(20)});
  const auto store = open(*server);
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(got(*store, Wanted::tagged("a/b", "1.0")), image_); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(server->count("/token"), 1U);
}

}  // namespace
}  // namespace portreeve::oci
