// Listings without an authority, and what we tell people to do about them.

#include <gtest/gtest.h>

#include "tests/support/mint_signature.h"
#include "verifiers/advice.h"

namespace portreeve::verifiers {
namespace {

using testing::MintedLog;
using testing::shared_mint;
using testing::SignatureSpec;

std::string identified(const SignatureSpec& spec) {
  const Artifact artifact = shared_mint().artifact();
  const auto claims = identify_unsafe(shared_mint().candidate(shared_mint().bundle(spec)), artifact,
                                      *shared_mint().root);
  return claims.ok() ? claims.value()[0].signer.id : std::string(to_string(claims.error().reason));
}

TEST(Identify, WhoeverTheRootVouchesFor) {
  EXPECT_EQ(identified({}),
            std::string(testing::kMintIssuer) + " " + std::string(testing::kMintIdentity));
  const std::string key =
      "key sha256:" + crypto::to_hex(shared_mint().key.public_key().spki_sha256());
  EXPECT_EQ(identified({.keyed = true}), key);
  EXPECT_EQ(identified({.keyed = true, .log = MintedLog::v2}), key);
  EXPECT_EQ(identified({.log = MintedLog::none, .timestamp = true}),
            std::string(testing::kMintIssuer) + " " + std::string(testing::kMintIdentity));
  EXPECT_EQ(identified({.payload = shared_mint().statement("https://any.test/Type")}),
            std::string(testing::kMintIssuer) + " " + std::string(testing::kMintIdentity));
}

TEST(Identify, NobodyElse) {
  EXPECT_EQ(identified({.keyed = true, .log = MintedLog::none}), "log-entry-missing");
  EXPECT_EQ(identified({.log = MintedLog::none}), "time-missing");
  EXPECT_EQ(identified({.checkpoint = {.flip_signature = true}}), "checkpoint-signature");
  const testing::SignatureMint elsewhere;
  const Artifact artifact = shared_mint().artifact();
  const auto claims = identify_unsafe(shared_mint().candidate(shared_mint().bundle()), artifact,
                                      *elsewhere.root);
  ASSERT_FALSE(claims.ok());
  EXPECT_EQ(to_string(claims.error().reason), "log-unknown");
}

SignatureClaim claim_of(const SignatureSpec& spec) {
  const Artifact artifact = shared_mint().artifact();
  auto claims = identify_unsafe(shared_mint().candidate(shared_mint().bundle(spec)), artifact,
                                *shared_mint().root);
  return claims.ok() ? claims.value()[0] : SignatureClaim{};
}

TEST(Advice, Authority) {
  EXPECT_EQ(authority_document(claim_of({}), "registry.test/acme/ship", "acme", "acme.pub"),
            "apiVersion: portreeve.openova.io/v1alpha1\n"
            "kind: Authority\n"
            "metadata:\n"
            "  name: \"acme\"\n"
            "spec:\n"
            "  repositories: [\"registry.test/acme/ship\"]\n"
            "  keyless:\n"
            "    issuer: \"https://token.actions.githubusercontent.com\"\n"
            "    identity: \"https://github.com/acme/ship/.github/workflows/release.yaml@refs/heads/"
            "main\"\n");
  const std::string keyed =
      authority_document(claim_of({.keyed = true}), "registry.test/acme/ship", "acme", "acme.pub");
  EXPECT_NE(keyed.find("  keys:\n    - file: \"acme.pub\"\n  log: required\n"), std::string::npos)
      << keyed;
  EXPECT_NE(keyed.find("-----BEGIN PUBLIC KEY-----"), std::string::npos);
}

ClaimPlace in_registry() {
  ClaimPlace out;
  out.reference = "registry.test/acme/ship@" + shared_mint().digest();
  return out;
}

TEST(Advice, CosignCommand) {
  const std::string reference = in_registry().reference;
  EXPECT_EQ(cosign_command(claim_of({}), in_registry(), "k", ""),
            "cosign verify --certificate-identity " + std::string(testing::kMintIdentity) +
                " --certificate-oidc-issuer " + std::string(testing::kMintIssuer) + " " + reference);
  EXPECT_EQ(cosign_command(claim_of({.keyed = true}), in_registry(), "my key.pub", "root.json"),
            "cosign verify --key 'my key.pub' --trusted-root root.json " + reference);
  EXPECT_EQ(cosign_command(claim_of({.payload = shared_mint().statement("https://spdx.dev/Document"),
                                     .log = MintedLog::none,
                                     .timestamp = true}),
                           in_registry(), "k", ""),
            "cosign verify-attestation --type spdxjson --certificate-identity " +
                std::string(testing::kMintIdentity) + " --certificate-oidc-issuer " +
                std::string(testing::kMintIssuer) +
                " --insecure-ignore-tlog --use-signed-timestamps " + reference);
  ClaimPlace apart = in_registry();
  apart.signatures = "registry.test/signatures";
  EXPECT_EQ(cosign_command(claim_of({.keyed = true}), apart, "k", ""),
            "COSIGN_REPOSITORY=registry.test/signatures cosign verify --key k " + reference);
}

// What cosign takes for granted and has to be told, and what it cannot do at all: then there is none.
TEST(Advice, CosignCommandNeedsToBeTold) {
  const std::string reference = in_registry().reference;
  SignatureClaim claim = claim_of({.keyed = true});
  claim.logs.clear();
  claim.times.clear();
  claim.scheme = crypto::Scheme::ecdsa_sha384;
  EXPECT_EQ(cosign_command(claim, in_registry(), "k", ""),
            "cosign verify --key k --signature-digest-algorithm sha384 --insecure-ignore-tlog " +
                reference);
  claim.scheme = crypto::Scheme::ed25519ph;
  EXPECT_EQ(cosign_command(claim, in_registry(), "k", ""), "");
  claim.statement = nullptr;  // Over a file's own bytes it can.
  EXPECT_EQ(cosign_command(claim, in_registry(), "k", ""),
            "cosign verify --key k --insecure-ignore-tlog " + reference);

  SignatureClaim legacy = claim_of({.keyed = true});
  legacy.shape = Shape::legacy_signature;
  ClaimPlace referrer = in_registry();
  referrer.referrer = true;
  EXPECT_EQ(cosign_command(legacy, referrer, "k", ""),
            "cosign verify --key k --experimental-oci11 " + reference);
  // A bundle of anybody hides every older shape from cosign 3.
  ClaimPlace crowded = in_registry();
  crowded.bundles = true;
  EXPECT_EQ(cosign_command(legacy, crowded, "k", ""),
            "cosign verify --key k --new-bundle-format=false " + reference);
  EXPECT_EQ(cosign_command(claim_of({.keyed = true}), crowded, "k", ""),
            cosign_command(claim_of({.keyed = true}), in_registry(), "k", ""));
  legacy.scheme = crypto::Scheme::ecdsa_sha512;
  EXPECT_EQ(cosign_command(legacy, in_registry(), "k", ""), "");

  // What cosign 3 stamps in .att it cannot check: a log or a bare key does without the timestamp.
  SignatureClaim stamped = claim_of({.keyed = true});
  stamped.shape = Shape::legacy_attestation;
  stamped.logs.clear();
  stamped.times.resize(1);
  EXPECT_EQ(cosign_command(stamped, in_registry(), "k", ""),
            "cosign verify --key k --insecure-ignore-tlog --use-signed-timestamps " + reference);
  stamped.stamps_signature = true;
  EXPECT_EQ(cosign_command(stamped, in_registry(), "k", ""),
            "cosign verify --key k --insecure-ignore-tlog " + reference);
  SignatureClaim keyless = claim_of({});
  keyless.stamps_signature = true;
  EXPECT_NE(cosign_command(keyless, in_registry(), "k", ""), "");
  keyless.logs.clear();
  EXPECT_EQ(cosign_command(keyless, in_registry(), "k", ""), "");

  SignatureClaim own = claim_of({});
  own.signer.identity->issuer.clear();
  EXPECT_EQ(cosign_command(own, in_registry(), "k", ""), "");
}

TEST(Advice, CosignCommandOnDisk) {
  const SignatureClaim spdx = claim_of(
      {.keyed = true, .payload = shared_mint().statement("https://spdx.dev/Document")});
  ClaimPlace place;
  place.layout = "my layout";
  place.artifact = "aa";
  place.blob = "bb";
  EXPECT_EQ(cosign_command(spdx, place, "k", ""),
            "cosign verify-blob-attestation --bundle 'my layout/blobs/sha256/bb' --type spdxjson "
            "--key k 'my layout/blobs/sha256/aa'");
  SignatureClaim legacy = spdx;
  legacy.shape = Shape::legacy_attestation;
  EXPECT_EQ(cosign_command(legacy, place, "k", ""),
            "cosign verify-attestation --type spdxjson --key k --local-image 'my layout'");
  place.layout.clear();
  place.archive = "a.tar";
  EXPECT_EQ(cosign_command(spdx, place, "k", ""),
            "tar --wildcards -xOf a.tar '*blobs/sha256/bb' > bb && tar --wildcards -xOf a.tar '*blobs/sha256/aa' > aa && cosign "
            "verify-blob-attestation --bundle bb --type spdxjson --key k aa");
  EXPECT_EQ(cosign_command(legacy, place, "k", ""), "");
}

TEST(Advice, AuthorityEscapesWhatATerminalActsOn) {
  SignatureClaim claim = claim_of({});
  claim.signer.identity->subject.value = "a\u202E\x1b[31m\u00e9@x.test";
  const std::string text = authority_document(claim, "r.test/a", "n", "k");
  EXPECT_NE(text.find(R"(identity: "a\U0000202E\u001b[31m\U000000E9@x.test")"), std::string::npos) << text;
}

TEST(Advice, ShellQuoting) {
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("a b"), "'a b'");
  EXPECT_EQ(shell_quoted("it's; rm $x"), "'it'\\''s; rm $x'");
  EXPECT_EQ(shell_quoted("https://a/b@c=d,e%f+g"), "https://a/b@c=d,e%f+g");
}

}  // namespace
}  // namespace portreeve::verifiers
