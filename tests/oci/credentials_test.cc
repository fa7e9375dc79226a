#include "oci/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/base64.h"
#include "oci/credential_helper.h"
#include "tests/oci/content.h"
#include "tests/oci/scratch.h"

namespace portreeve::oci {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string auth(const std::string& pair) { return R"({"auth":")" + to_base64(pair) + R"("})"; }

/// "user:password user:password", or the error.
std::string found(const std::string& file, const std::string& host, const std::string& repository) {
  const auto parsed = CredentialFile::parse(file, "f");
  if (!parsed.ok()) return error_text(parsed);
  std::string out;
  for (const Credential& c : parsed.value().lookup(host, repository)) {
    out += (out.empty() ? "" : " ") + c.username + ":" + c.password.reveal();
  }
  return out;
}

std::string auths(const std::string& members) { return R"({"auths":{)" + members + "}}"; }

TEST(Credentials, Matching) {
  const struct {
    const char* name;
    std::string key, host, repository;
    bool fits;
  } kCases[] = {
      {"exact", "ghcr.io", "ghcr.io", "a/b", true},
      {"scheme and version", "https://ghcr.io/v2/", "ghcr.io", "a", true},
      {"upper case", "GHCR.io", "ghcr.io", "a", true},
      {"Docker Hub", "https://index.docker.io/v1/", "docker.io", "library/x", true},
      {"other host", "ghcr.io", "evil.ghcr.io", "a", false},
      {"suffix", "ghcr.io", "ghcr.io.evil.example", "a", false},
      {"port wanted", "h:5000", "h:5000", "a", true},
      {"port missing", "h", "h:5000", "a", false},
      {"port too many", "h:5000", "h", "a", false},
      {"other port", "h:5000", "h:5001", "a", false},
      {"glob", "*.example.com", "a.example.com", "a", true},
      {"glob of two labels", "*.example.com", "a.b.example.com", "a", false},
      {"glob with port", "*.example.com:5000", "a.example.com:5000", "a", true},
      {"glob with other port", "*.example.com:5000", "a.example.com", "a", false},
      {"glob in a label", "reg-*.example.com", "reg-7.example.com", "a", true},
      {"path", "h.io/team", "h.io", "team/x", true},
      {"path exactly", "h.io/team", "h.io", "team", true},
      {"path at no boundary", "h.io/team", "h.io", "team-evil/x", false},
      {"other path", "h.io/team", "h.io", "other", false},
      {"IPv6", "[::1]:5000", "[::1]:5000", "a", true},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(found(auths("\"" + c.key + "\":" + auth("u:p")), c.host, c.repository), c.fits ? "u:p" : "") << c.name;
  }
}

TEST(Credentials, LongestKeyFirstAndAllThatFit) {
  const std::string file = auths(R"("h.io":)" + auth("a:1") + R"(,"h.io/team":)" + auth("b:2") +
                                 R"(,"https://h.io/team/deep":)" + auth("c:3"));
  EXPECT_EQ(found(file, "h.io", "team/deep/x"), "c:3 b:2 a:1");
  EXPECT_EQ(found(file, "h.io", "x"), "a:1");
}

TEST(Credentials, Shapes) {
  EXPECT_EQ(found(auths(R"("h":)" + auth("u:p:q")), "h", "r"), "u:p:q");
  EXPECT_EQ(found(auths(R"("h":{"auth":"dTpw\n"})"), "h", "r"), "u:p");
  EXPECT_EQ(found(auths(R"("h":{"username":"u","password":"p"})"), "h", "r"), "u:p");
  EXPECT_EQ(found(auths(R"("h":{})"), "h", "r"), "");
  EXPECT_EQ(found(R"({"h":)" + auth("u:p") + "}", "h", "r"), "u:p");  // dockercfg
  EXPECT_EQ(found("{}", "h", "r"), "");
  const auto tokens = CredentialFile::parse(auths(R"("h":{"identitytoken":"i","registrytoken":"r"})"), "f").value();
  EXPECT_EQ(tokens.lookup("h", "r").at(0).identity_token.reveal(), "i");
  EXPECT_EQ(tokens.lookup("h", "r").at(0).registry_token.reveal(), "r");
}

// Asking as nobody, because an entry could not be read, could find other content.
TEST(Credentials, UnreadableEntriesMakeTheFileUnusable) {
  const struct {
    const char* name;
    std::string file;
  } kCases[] = {
      {"no JSON", "hunter2"},
      {"list", "[]"},
      {"repeated host", auths(R"("h":)" + auth("u:hunter2") + R"(,"h":)" + auth("v:hunter2"))},
      {"bad base64", auths(R"("h":{"auth":"hunter2!"})")},
      {"no colon", auths(R"("h":)" + auth("hunter2"))},
      {"line end in the password", auths(R"("h":)" + auth("u:hunter2\r\nX-Evil: 1"))},
      {"line end in a token", auths(R"("h":{"registrytoken":"hunter2\nX: 1"})")},
      {"entry no object", auths(R"("h":"hunter2")")},
      {"auths no object", R"({"auths":"hunter2"})"},
      {"no host", auths(R"("https://":)" + auth("u:hunter2"))},
      {"helper outside its name", R"({"credHelpers":{"h":"../hunter2"}})"},
      {"store with a space", R"({"credsStore":"a hunter2"})"},
      {"too large", auths(R"("h":)" + auth("u:" + std::string(2 << 20, 'x')))},
  };
  for (const auto& c : kCases) {
    const std::string said = found(c.file, "h", "r");
    EXPECT_THAT(said, testing::AnyOf(StartsWith("malformed: f"), StartsWith("limit: f"))) << c.name;
    EXPECT_THAT(said, Not(HasSubstr("hunter2"))) << c.name;
  }
}

TEST(Credentials, TheFileIsReadWhenAsked) {
  const Scratch scratch;
  CredentialSource source;
  EXPECT_TRUE(source.lookup("h", "r").value().empty());
  source.file = scratch.path("config.json");
  EXPECT_THAT(error_text(source.lookup("h", "r")), StartsWith("misconfigured"));
  scratch.write("config.json", auths(R"("h":)" + auth("u:1")));
  const std::string first = source.lookup("h", "r").value().at(0).id;
  scratch.write("config.json", auths(R"("h":)" + auth("u:2")));
  EXPECT_EQ(source.lookup("h", "r").value().at(0).password.reveal(), "2");
  EXPECT_NE(source.lookup("h", "r").value().at(0).id, first);
}

TEST(CredentialHelper, OnlyWhenEnabled) {
  const Scratch scratch;
  scratch.write("docker-credential-test",
                "#!/bin/sh\nread host\n[ \"$1\" = get ] || exit 3\n"
                "case $host in\n"
                "  good) echo '{\"ServerURL\":\"x\",\"Username\":\"u\",\"Secret\":\"p\"}';;\n"
                "  token) echo '{\"Username\":\"<token>\",\"Secret\":\"t\"}';;\n"
                "  slow) sleep 20;;\n"
                "  none) echo 'credentials not found in native keychain'; exit 1;;\n"
                "  line) printf '{\"Username\":\"u\",\"Secret\":\"a\\\\nb\"}';;\n"
                "  *) echo oops; exit 1;;\nesac\n");
  ::chmod(scratch.path("docker-credential-test").c_str(), 0700);
  ::setenv("PATH", (scratch.path() + ":" + ::getenv("PATH")).c_str(), 1);
  CredentialSource source;
  source.file = scratch.write("config.json", R"({"credsStore":"test"})");
  EXPECT_THAT(error_text(source.lookup("good", "r")), HasSubstr("helpers are not enabled"));
  source.helpers = true;
  source.patience = Milliseconds(2000);
  EXPECT_EQ(source.lookup("good", "r").value().at(0).password.reveal(), "p");
  EXPECT_EQ(source.lookup("token", "r").value().at(0).identity_token.reveal(), "t");
  EXPECT_TRUE(source.lookup("none", "r").value().empty());
  EXPECT_THAT(error_text(source.lookup("line", "r")), StartsWith("malformed"));
  EXPECT_THAT(error_text(source.lookup("bad", "r")), StartsWith("unavailable: docker-credential-test: failed"));
  source.patience = Milliseconds(200);
  EXPECT_THAT(error_text(source.lookup("slow", "r")), HasSubstr("no answer in time"));
  EXPECT_THAT(error_text(run_credential_helper("no-such-helper-here", "h", Milliseconds(1000))), HasSubstr("cannot be run"));
  for (const char* bad : {"", "a/b", "A", "..", "a b"}) EXPECT_FALSE(valid_helper(bad));
}

}  // namespace
}  // namespace portreeve::oci
