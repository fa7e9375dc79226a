// `portreeve audit` over registries, layouts and archives: each answer by its reason.

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/audit/rig.h"
#include "tests/support/golden.h"
#include "tests/support/json_schema.h"

namespace portreeve::audit {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using testing::MintedLog;
using ::testing::Not;
using testing::Ran;
using testing::SignatureSpec;
using Json = nlohmann::json;

const std::string kAccepted = "  accepted  bundle\n";

TEST_F(AuditTest, SignedByWhomIsAsked) {
  push();
  const Ran ran = audit({target(), "--authority", good_authority()});
  EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("oci:" + server_.host() + "/acme/ship@" + digest_));
  EXPECT_THAT(ran.out, HasSubstr(kAccepted));
  EXPECT_THAT(ran.out, HasSubstr("again     cosign verify --certificate-identity " +
                                 std::string(testing::kMintIdentity)));
  EXPECT_THAT(ran.out, HasSubstr("--trusted-root " + root_ + " " + server_.host() + "/acme/ship@" +
                                 digest_));
  EXPECT_THAT(ran.out, EndsWith("allow\n"));
}

TEST_F(AuditTest, SignedBySomebodyElse) {
  push();
  const Ran ran =
      audit({target(), "--authority",
             authority("https://github.com/acme/other/.github/workflows/x.yaml@refs/heads/main",
                       "*/**")});
  EXPECT_EQ(ran.exit, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("deny  audit/signature"));
  EXPECT_THAT(ran.out, HasSubstr("  refused  bundle\n"));
  EXPECT_THAT(ran.out, HasSubstr("because   identity-mismatch: "));
}

TEST_F(AuditTest, UnsignedSaysWhereItLooked) {
  const Ran ran = audit({target(), "--key", key_});
  EXPECT_EQ(ran.exit, 1) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("unsigned: no signature was found"));
  EXPECT_THAT(ran.out, HasSubstr("asked  " + server_.host() + "/acme/ship, referrers API"));
  EXPECT_THAT(ran.out, HasSubstr("fallback tag"));
  EXPECT_THAT(ran.out, HasSubstr(".sig"));
  EXPECT_THAT(ran.out, HasSubstr("leaves its signatures behind"));
}

TEST_F(AuditTest, ByKey) {
  push({.keyed = true, .log = MintedLog::none});
  Ran ran = audit({target(), "--key", key_});
  EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
  EXPECT_THAT(ran.out,
              HasSubstr("again     cosign verify --key " + key_ + " --insecure-ignore-tlog "));
  const std::string other =
      scratch_.write("other.pub", testing::MintKey::make(crypto::KeyKind::ecdsa_p256).public_pem());
  ran = audit({target(), "--key", other});
  EXPECT_EQ(ran.exit, 1) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("signature-invalid"));
  EXPECT_EQ(audit({target(), "--key", other, "--key", key_}).exit, 0);  // Any one of them.
}

// A key needs no log, but what a known log is claimed to have said must be true.
TEST_F(AuditTest, ByKeyWithABrokenLogEntry) {
  push({.keyed = true, .checkpoint = {.flip_signature = true}});
  const Ran ran = audit({target(), "--key", key_});
  EXPECT_EQ(ran.exit, 1) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("checkpoint-signature"));
}

// Signed are the manifest's bytes, by a key that does not use SHA-256: its digest alone is not
// enough.
TEST_F(AuditTest, ByAKeyOfAnotherHash) {
  for (const crypto::KeyKind kind : {crypto::KeyKind::ecdsa_p384, crypto::KeyKind::ed25519}) {
    const testing::MintKey other = testing::MintKey::make(kind);
    const std::string file = scratch_.write("other.pub", other.public_pem());
    push({.keyed = true, .statement = false, .log = MintedLog::none, .key = &other});
    const Ran ran = audit({target(), "--key", file});
    EXPECT_EQ(ran.exit, 0) << ran.out;
    LayoutText text = layout(
        "1.0",
        {mint_.bundle({.keyed = true, .statement = false, .log = MintedLog::none, .key = &other})
             .dump()});
    text.write(scratch_, "layout-" + std::to_string(static_cast<int>(kind)));
    EXPECT_EQ(
        audit({"oci-layout:" + scratch_.path("layout-" + std::to_string(static_cast<int>(kind))),
               "--key", file})
            .exit,
        0);
  }
}

TEST_F(AuditTest, AnAttestationIsNoSignature) {
  push(SignatureSpec{.keyed = true, .payload = mint_.statement("https://spdx.dev/Document")});
  Ran ran = audit({target(), "--key", key_});
  EXPECT_EQ(ran.exit, 1) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("not-a-signature"));
  ran = audit({target(), "--key", key_, "--predicate-type", "https://spdx.dev/Document"});
  EXPECT_EQ(ran.exit, 0) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("again     cosign verify-attestation --type spdxjson"));
  ran = audit({target(), "--key", key_, "--predicate-type", "https://spdx.dev/Document/v2"});
  EXPECT_EQ(ran.exit, 1) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("predicate-type: expected"));
}

// Nothing but a listing, and a document that then accepts what was listed.
TEST_F(AuditTest, WhoSigned) {
  push();
  push("{}");
  Ran ran = audit({target()});
  EXPECT_EQ(ran.exit, 3) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("undecided  audit/who-signed"));
  EXPECT_THAT(ran.out, HasSubstr("1 signature that verifies under the trust root"));
  EXPECT_THAT(ran.out, HasSubstr("signer    " + std::string(testing::kMintIssuer) + " " +
                                 std::string(testing::kMintIdentity)));
  EXPECT_THAT(ran.out, HasSubstr("because   bundle-version"));
  EXPECT_THAT(ran.out, EndsWith("undecided (1 finding)\n"));
  const std::size_t from = ran.out.find("---\n");
  ASSERT_NE(from, std::string::npos) << ran.out;
  const std::string proposed =
      scratch_.write("proposed.yaml", ran.out.substr(from, ran.out.find("\n\n", from) - from));
  ran = audit({target(), "--authority", proposed});
  EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
}

TEST_F(AuditTest, WhoSignedWithoutAnybody) {
  const Ran ran = audit({target()});
  EXPECT_EQ(ran.exit, 3) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("nothing that verifies under the trust root"));
  EXPECT_THAT(ran.out, HasSubstr("a plain copy of an artifact leaves its signatures behind"));
  EXPECT_THAT(ran.out, Not(HasSubstr("kind: Authority")));
}

TEST_F(AuditTest, NotThereIsUndecided) {
  for (const char* tag : {"acme/ship:9.9", "acme/other:1.0"}) {
    for (const std::vector<std::string>& how : {std::vector<std::string>{}, {"--key", key_}}) {
      std::vector<std::string> args{target(tag)};
      args.insert(args.end(), how.begin(), how.end());
      const Ran ran = audit(args);
      EXPECT_EQ(ran.exit, 3) << ran.out;
      EXPECT_THAT(ran.out, AllOf(HasSubstr("audit/unreadable"), HasSubstr("not-found")));
      EXPECT_THAT(ran.out, Not(HasSubstr("audit/signature")));
    }
  }
}

TEST_F(AuditTest, EverySeamThatFailsIsUndecided) {
  for (const char* part : {"/manifests/1.0", "/referrers/", ".sig", ".att"}) {
    for (const int status : {401, 403, 500}) {
      SCOPED_TRACE(std::string(part) + " " + std::to_string(status));
      server_.hook([&](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
        if (seen.target.find(part) == std::string::npos) return std::nullopt;
        test::FakeAnswer answer;
        answer.status = status;
        return answer;
      });
      EXPECT_EQ(audit({target(), "--key", key_}).exit, 3);
      EXPECT_EQ(audit({target()}).exit, 3);
    }
  }
}

// Artifacts on disk ----------------------------------------------------------------------------

TEST_F(AuditTest, LayoutAndArchive) {
  const LayoutText text = layout("1.0", {mint_.bundle({.keyed = true}).dump()});
  text.write(scratch_, "layout");
  const std::string tar = scratch_.write("layout.tar", text.tar());
  const std::string folder = scratch_.path("layout");
  for (const std::string& rest : {"oci-layout:" + folder, "oci-archive:" + tar}) {
    for (const std::string& which : {std::string(), std::string(":1.0"), "@" + digest_}) {
      SCOPED_TRACE(rest + which);
      const Ran ran = audit({rest + which, "--key", key_});
      EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
      EXPECT_THAT(ran.out, HasSubstr(kAccepted));
      EXPECT_THAT(ran.out, HasSubstr(rest));
      EXPECT_THAT(ran.out, Not(HasSubstr("unnamed.invalid/artifact@")));
      EXPECT_THAT(ran.out, HasSubstr("cosign verify-blob-attestation --bundle "));
    }
  }
  EXPECT_EQ(server_.seen().size(), 0U);
  EXPECT_EQ(audit({"oci-layout:" + folder + ":2.0", "--key", key_}).exit, 3);
  EXPECT_EQ(audit({"oci-layout:" + folder + "@sha256:" + std::string(64, 'a'), "--key", key_}).exit,
            3);
  EXPECT_EQ(audit({"oci-layout:" + folder + "-none", "--key", key_}).exit, 3);
  EXPECT_EQ(audit({"oci-archive:" + folder + "/index.json", "--key", key_}).exit, 3);
}

TEST_F(AuditTest, ALayoutWithoutSignatures) {
  layout("1.0", {}).write(scratch_, "layout");
  const Ran ran = audit({"oci-layout:" + scratch_.path("layout"), "--key", key_});
  EXPECT_EQ(ran.exit, 1) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("unsigned: no signature was found"));
  EXPECT_THAT(ran.out, HasSubstr("leaves its signatures behind"));
}

// Whom its name has to be covered by: given by hand an authority is meant for it; a policy's is
// not.
TEST_F(AuditTest, NamesOfLayouts) {
  layout("1.0", {mint_.bundle().dump()}).write(scratch_, "bare");
  layout("ghcr.io/acme/ship:1.0", {mint_.bundle().dump()}).write(scratch_, "full");
  const std::string bare = "oci-layout:" + scratch_.path("bare");
  const std::string full = "oci-layout:" + scratch_.path("full");
  const std::string identity(testing::kMintIdentity);
  const std::string file = authority(identity, "ghcr.io/acme/**");
  EXPECT_EQ(audit({bare, "--authority", file}).exit, 0);
  EXPECT_EQ(audit({full, "--authority", file}).exit, 0);
  EXPECT_EQ(audit({full + ":1.0", "--authority", file}).exit, 0);
  Ran ran = audit({full, "--authority", file, "--name", "ghcr.io/other/ship"});
  EXPECT_EQ(ran.exit, 1);
  EXPECT_THAT(ran.out, HasSubstr("none of these authorities is trusted for ghcr.io/other/ship"));
  scratch_.write("p/authority.yaml", scratch_.read("authority.yaml"));
  scratch_.write(
      "p/policy.yaml",
      std::string(kHead) +
          "kind: Policy\nmetadata: {name: signed}\nspec:\n  description: d\n"
          "  match: {artifacts: ['**']}\n  rules: [{name: r, check: signature, with: "
          "{authorities: {any: [ship]}}, message: m, fix: f}]\n  examples: [{name: e, expect: "
          "deny, evidence: not-found, object: {apiVersion: v1, kind: Pod, metadata: {name: a, "
          "namespace: b}, spec: {containers: [{name: c, image: 'ghcr.io/acme/x:1'}]}}}]\n");
  ran = audit({bare, "--policies", scratch_.path("p")});
  EXPECT_EQ(ran.exit, 3) << ran.out << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("an artifact without a name"));
  EXPECT_THAT(ran.out, HasSubstr("--name HOST/REPOSITORY"));
  EXPECT_EQ(audit({bare, "--policies", scratch_.path("p"), "--name", "ghcr.io/acme/ship"}).exit, 0);
  EXPECT_EQ(audit({full, "--policies", scratch_.path("p")}).exit, 0);
}

// Reports --------------------------------------------------------------------------------------

TEST_F(AuditTest, ListsJsonAndOrder) {
  push({.keyed = true});
  const std::string list = scratch_.write(
      "list", "# what we ship\n" + target() + "\n\n" + target("acme/ship:9.9") + "\r\n");
  const std::string file = scratch_.path("out.json");
  const Ran ran = audit({"list:" + list, target("acme/ship@" + digest_), "--key", key_, "--format",
                         "json", "--output", "text=" + file});
  EXPECT_EQ(ran.exit, 3) << ran.out << ran.err;
  const Json report = Json::parse(ran.out);
  EXPECT_EQ(
      report::schema_problem(Json::parse(testing::source_file("docs/report.schema.json")), report),
      "");
  ASSERT_EQ(report["subjects"].size(), 3U);
  EXPECT_EQ(report["verdict"], "undecided");
  EXPECT_EQ(report["subjects"][0]["verdict"], "allow");
  EXPECT_EQ(report["subjects"][0]["origin"], target());
  EXPECT_EQ(report["subjects"][0]["candidates"][0]["accepted"], true);
  EXPECT_EQ(report["subjects"][0]["candidates"][0]["shape"], "bundle");
  EXPECT_EQ(report["subjects"][1]["verdict"], "undecided");
  EXPECT_EQ(report["subjects"][2]["verdict"], "allow");
  EXPECT_THAT(scratch_.read("out.json"), EndsWith("undecided (1 finding)\n"));
  EXPECT_EQ(ran.err, "");
}

TEST_F(AuditTest, Usage) {
  const std::pair<std::vector<std::string>, std::string> cases[] = {
      {{"nothing"}, "expected a target that begins with oci://"},
      {{"oci://" + server_.host() + "/acme/ship"}, "tag nor a digest"},
      {{"oci://UPPER/x:1"}, "UPPER"},
      {{target(), "--key", scratch_.path("none")}, "none"},
      {{target(), "--authority", key_}, "expected"},
      {{target(), "--predicate-type", "x"}, "neither is given"},
      {{target(), "--name", "x"}, "--name: expected HOST/REPOSITORY"},
      {{target(), "--format", "sarif9"}, "--format"},
      {{target(), "--output", "json"}, "--output: expected FORMAT=FILE"},
      {{"list:" + scratch_.write("bad", "\noops\n")}, "bad:2: oops: expected a target"},
  };
  for (const auto& [args, want] : cases) {
    const Ran ran = audit(args);
    EXPECT_EQ(ran.exit, 2) << ran.out << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(want));
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_EQ(audit({"list:" + scratch_.path("none"), "--key", key_}).exit, 3);
  EXPECT_EQ(audit({"list:" + scratch_.write("empty", "# nothing\n"), "--key", key_}).exit, 3);
  EXPECT_EQ(server_.seen().size(), 0U);
}

// Only what was named is contacted, and several targets are judged at once.
// Shown with the real one: cosign 3.1 finds no `.sig` beside a stranger's bundle without this.
TEST_F(AuditTest, TheCommandForASignatureBesideABundle) {
  push({.keyed = true});
  const auto commands = [&] {
    const Ran ran = audit({target(), "--key", key_, "--format", "json"});
    EXPECT_EQ(ran.exit, 0) << ran.out << ran.err;
    std::map<std::string, std::string> out = {{"bundle", ""}, {"legacy signature", ""}};
    const Json report = Json::parse(ran.out);
    for (const Json& one : report["subjects"][0]["candidates"]) {
      if (one["accepted"] == true) out[one["shape"]] = one["command"];
    }
    return out;
  };
  const auto alone = commands();
  EXPECT_THAT(alone.at("bundle"), ::testing::Not(HasSubstr("--new-bundle-format")));
  push_legacy({.keyed = true});
  const auto both = commands();
  EXPECT_EQ(both.at("bundle"), alone.at("bundle"));
  EXPECT_THAT(both.at("legacy signature"), HasSubstr(" --new-bundle-format=false "));
}

// The file's own age: it stands unchanged since then.
TEST_F(AuditTest, AnOldTrustRootIsSaid) {
  push({.keyed = true});
  const auto aged = [&](int days) {
    const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * days);
    std::filesystem::last_write_time(root_, then);
    const Ran ran = audit({target(), "--key", key_, "--format", "json"});
    EXPECT_EQ(ran.exit, 0) << "a warning is no verdict: " << ran.out << ran.err;
    return Json::parse(ran.out)["notes"].dump();
  };
  EXPECT_THAT(aged(200), HasSubstr("200 days old: what newer logs and authorities vouch for is refused"));
  EXPECT_THAT(aged(179), ::testing::Not(HasSubstr("days old")));
}

TEST_F(AuditTest, ManyTargets) {
  push({.keyed = true});
  std::string list;
  for (int i = 0; i < 200; ++i) list += target() + "\n";
  const Ran ran =
      audit({"list:" + scratch_.write("many", list), "--key", key_, "--format", "json"});
  EXPECT_EQ(ran.exit, 0) << ran.err;
  const Json report = Json::parse(ran.out);
  EXPECT_EQ(report["subjects"].size(), 200U);
  EXPECT_EQ(server_.count("/manifests/1.0"), 1U);
}

// A candidate beyond the cap of admission is still looked at.
TEST_F(AuditTest, MoreCandidatesThanAtAdmission) {
  LayoutText text = layout("1.0", {});
  for (int i = 0; i < 400; ++i) {
    const std::string junk = "{\"junk\":" + std::to_string(i) + "}";
    text.add_blob(junk);
    text.add_manifest(referrer(junk), "");
  }
  const std::string good = mint_.bundle({.keyed = true}).dump();
  text.add_blob(good);
  text.add_manifest(referrer(good), "");
  text.write(scratch_, "layout");
  const Ran ran =
      audit({"oci-layout:" + scratch_.path("layout"), "--key", key_, "--format", "json"});
  EXPECT_EQ(ran.exit, 0) << ran.out.substr(0, 2000);
  const Json report = Json::parse(ran.out);
  EXPECT_EQ(report["subjects"][0]["candidates"].size(), 401U);
  EXPECT_EQ(report["subjects"][0]["candidates"][0]["accepted"], true);
}

}  // namespace
}  // namespace portreeve::audit
