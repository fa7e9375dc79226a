#include "policies/authority.h"

#include <map>

#include "core/yaml.h"
#include "tests/policies/policy_text.h"
#include "tests/support/mint_signature.h"
#include "verifiers/advice.h"

namespace portreeve::policies {
namespace {

using testing::MintKey;
using verifiers::LogNeed;

const MintKey& key_of(crypto::KeyKind kind) {
  static std::map<crypto::KeyKind, MintKey> keys;
  return keys.try_emplace(kind, MintKey::make(kind)).first->second;
}

Result<std::string> named_file(const std::string& name) {
  auto& mint = testing::shared_mint();
  const std::map<std::string, std::string> files = {
      {"p256.pub", key_of(crypto::KeyKind::ecdsa_p256).public_pem()},
      {"p384.pub", key_of(crypto::KeyKind::ecdsa_p384).public_pem()},
      {"rsa.pub", key_of(crypto::KeyKind::rsa).public_pem()},
      {"ed.pub", key_of(crypto::KeyKind::ed25519).public_pem()},
      {"ca.pem", mint.sigstore.root.pem()},
      {"int.pem", mint.sigstore.intermediate.pem()},
      {"root.json", mint.sigstore.trusted_root().json()},
      {"junk", "junk"},
  };
  const auto found = files.find(name);
  if (found == files.end()) return Error{Errc::not_found, "no such file"};
  return found->second;
}

Result<verifiers::Authority> authority(const std::string& spec) {
  const std::string text = std::string(kHead) +
                           "kind: Authority\nmetadata: {name: release}\nspec: " + spec + "\n";
  const auto document = yaml::parse(text, ReadLimits{1 << 20, 64, 10'000}, nullptr);
  if (!document.ok()) return document.error();
  return read_authority(Source{"a.yaml"}, document.value()->root(), named_file);
}

std::string refused(const std::string& spec) {
  const auto read = authority(spec);
  return read.ok() ? "accepted" : read.error().message;
}

#define KEYLESS "repositories: ['ghcr.io/acme/**'], keyless: {issuer: 'https://i.test', identity: 'https://acme.test/x'}"

TEST(Authority, KeylessDefaults) {
  const auto read = authority("{" KEYLESS "}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const verifiers::Authority& a = read.value();
  EXPECT_EQ(a.name, "release");
  EXPECT_TRUE(a.covers("ghcr.io/acme/ship"));
  EXPECT_FALSE(a.covers("ghcr.io/evil/ship"));
  EXPECT_EQ(a.log, LogNeed::required);
  EXPECT_EQ(a.logs, 1U);
  EXPECT_EQ(a.scts, 1U);
  EXPECT_EQ(a.timestamps, 0U);
  EXPECT_FALSE(a.attestation_is_signature);
  EXPECT_FALSE(a.same_reference);
  EXPECT_EQ(a.trust_root, nullptr);
  EXPECT_EQ(std::get<verifiers::KeylessSigners>(a.signers).issuer, "https://i.test");
}

TEST(Authority, EveryField) {
  const auto read = authority(
      "{repositories: ['ghcr.io/acme/**', 'r.test/x'], keyless: {issuer: 'https://i.test', identityPattern: "
      "'https://acme\\.test/ship/.*', claims: {sourceRepository: acme/ship}}, trustRoot: root.json, log: "
      "proof, sct: none, timestamp: 2, attestationIsSignature: true, dockerReference: same}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  const verifiers::Authority& a = read.value();
  EXPECT_EQ(a.repositories.size(), 2U);
  EXPECT_EQ(a.log, LogNeed::proof);
  EXPECT_EQ(a.scts, 0U);
  EXPECT_EQ(a.timestamps, 2U);
  EXPECT_TRUE(a.attestation_is_signature);
  EXPECT_TRUE(a.same_reference);
  ASSERT_NE(a.trust_root, nullptr);
  EXPECT_EQ(a.trust_root->source().name, "root.json");
  const auto& signers = std::get<verifiers::KeylessSigners>(a.signers);
  EXPECT_TRUE(signers.identity.is_pattern());
  EXPECT_EQ(signers.claims.at("sourceRepository"), "acme/ship");
  EXPECT_EQ(authority("{" KEYLESS ", trustRoot: embedded}").value().trust_root,
            verifiers::TrustRoot::embedded());
}

TEST(Authority, Keys) {
  const auto read = authority(
      "{repositories: ['r.test/**'], keys: [{file: p256.pub, from: 2026-01-01, until: "
      "'2027-01-01T00:00:00Z'}, {file: p384.pub, hash: sha256}, {file: ed.pub, ed25519: ph}, "
      "{file: rsa.pub, rsa: pss, hash: sha512}]}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().log, LogNeed::none);
  EXPECT_EQ(read.value().scts, 0U);
  const auto& keys = std::get<verifiers::KeySigners>(read.value().signers).keys;
  ASSERT_EQ(keys.size(), 4U);
  using crypto::Scheme;
  using Schemes = std::vector<Scheme>;
  EXPECT_EQ(keys[0].schemes, (Schemes{Scheme::ecdsa_sha256}));
  EXPECT_EQ(keys[0].window.text(), "from 2026-01-01T00:00:00.000Z to 2027-01-01T00:00:00.000Z");
  EXPECT_EQ(keys[1].schemes, (Schemes{Scheme::ecdsa_sha256}));
  EXPECT_EQ(keys[2].schemes, (Schemes{Scheme::ed25519ph}));
  EXPECT_EQ(keys[3].schemes, (Schemes{Scheme::rsa_pss_sha512}));
  const auto plain = authority("{repositories: ['r.test/**'], keys: [{file: ed.pub}, {file: p384.pub}]}");
  ASSERT_TRUE(plain.ok());
  const auto& defaults = std::get<verifiers::KeySigners>(plain.value().signers).keys;
  EXPECT_EQ(defaults[0].schemes, (Schemes{Scheme::ed25519, Scheme::ed25519ph}));
  EXPECT_EQ(defaults[1].schemes, (Schemes{Scheme::ecdsa_sha384, Scheme::ecdsa_sha256}));
}

TEST(Authority, Certificates) {
  const auto read = authority(
      "{repositories: ['r.test/**'], certificates: {roots: ca.pem, intermediates: int.pem, identity: "
      "'me@acme.test'}, log: none, timestamp: required}");
  ASSERT_TRUE(read.ok()) << read.error().message;
  EXPECT_EQ(read.value().log, LogNeed::none);
  EXPECT_EQ(read.value().timestamps, 1U);
  EXPECT_TRUE(std::holds_alternative<verifiers::CertificateSigners>(read.value().signers));
}

TEST(Authority, Refused) {
  const struct {
    const char* spec;
    const char* message;
  } rows[] = {
      {"{" KEYLESS ", extra: 1}", "a.yaml:4:113: spec: unknown key \"extra\""},
      {"{" KEYLESS ", logs: none}", "did you mean \"log\"?"},
      {"{keyless: {issuer: i, identity: x}}", "repositories: expected a list"},
      {"{repositories: [], keyless: {issuer: i, identity: x}}", "repositories: expected a list"},
      {"{repositories: [acme], keyless: {issuer: i, identity: x}}", "expected host/path"},
      {"{repositories: ['**/x'], keyless: {issuer: i, identity: x}}", "** cannot stand in the host"},
      {"{repositories: ['a/b']}", "expected exactly one of keyless, keys and certificates"},
      {"{" KEYLESS ", keys: [{file: p256.pub}]}", "expected exactly one of keyless, keys and certificates"},
      {"{repositories: ['a/b'], keyless: {identity: x}}", "key \"issuer\" is missing"},
      {"{repositories: ['a/b'], keyless: {issuer: '', identity: x}}", "issuer: must not be empty"},
      {"{repositories: ['a/b'], keyless: {issuer: i}}", "exactly one of identity and identityPattern"},
      {"{repositories: ['a/b'], keyless: {issuer: i, identity: ''}}", "identity: must not be empty"},
      {"{repositories: ['a/b'], keyless: {issuer: i, identity: x, identityPattern: x}}",
       "exactly one of identity and identityPattern"},
      {"{repositories: ['a/b'], keyless: {issuer: i, identityPattern: ''}}", "must not be empty"},
      {"{repositories: ['a/b'], keyless: {issuer: i, identityPattern: '.*'}}", "expected a URL"},
      {"{repositories: ['a/b'], keyless: {issuer: i, identityPattern: 'https://github.com/acme.*'}}",
       "the first segment of the path"},
      // CVE-2025-29778: a field that nobody reads is an error, not a check that silently passes.
      {"{repositories: ['a/b'], keyless: {issuer: i, identity: x, subjectRegExp: x}}", "unknown key"},
      {"{repositories: ['a/b'], keyless: {issuer: i, identity: x, claims: {nonsense: x}}}",
       "unknown claim \"nonsense\""},
      {"{repositories: ['a/b'], keyless: {issuer: i, identity: x, claims: {sourceRepository: 1}}}",
       "expected a text"},
      {"{" KEYLESS ", log: none}", "log: none needs timestamp: required"},
      {"{repositories: ['a/b'], certificates: {roots: ca.pem, identity: x}, log: none}",
       "log: none needs timestamp: required"},
      {"{repositories: ['a/b'], certificates: {roots: junk, identity: x}}", "roots"},
      {"{repositories: ['a/b'], certificates: {roots: ca.pem}}", "exactly one of identity"},
      {"{" KEYLESS ", log: maybe}", "expected required, none or a number"},
      {"{" KEYLESS ", log: 0}", "expected required, none or a number"},
      {"{" KEYLESS ", timestamp: none}", "expected required, optional or a number"},
      {"{" KEYLESS ", attestationIsSignature: 'yes'}", "expected boolean"},
      {"{" KEYLESS ", dockerReference: maybe}", "expected one of any, same"},
      {"{" KEYLESS ", trustRoot: nowhere.json}", "no such file"},
      {"{" KEYLESS ", trustRoot: junk}", "trustRoot"},
      {"{repositories: ['a/b'], keys: []}", "at least one key"},
      {"{repositories: ['a/b'], keys: [{file: nowhere.pub}]}", "no such file"},
      {"{repositories: ['a/b'], keys: [{file: junk}]}", "junk: "},
      {"{repositories: ['a/b'], keys: [{file: p256.pub, until: never}]}", "until: "},
      {"{repositories: ['a/b'], keys: [{file: p256.pub, from: 2027-01-01, until: 2026-01-01}]}",
       "until is before from"},
      {"{repositories: ['a/b'], keys: [{file: p256.pub, ed25519: ph}]}", "the key is ECDSA P-256"},
      {"{repositories: ['a/b'], keys: [{file: ed.pub, hash: sha256}]}", "the key is Ed25519"},
      {"{repositories: ['a/b'], keys: [{file: p256.pub, rsa: pss}]}", "the key is ECDSA P-256"},
      {"{repositories: ['a/b'], keys: [{file: ed.pub, ed25519: both}]}", "expected one of pure, ph"},
      {"{repositories: ['a/b'], keys: [{file: p256.pub, hash: sha1}]}",
       "expected one of sha256, sha384, sha512"},
      {"{repositories: ['a/b'], keys: [{file: p256.pub, key: x}]}", "unknown key \"key\""},
      {"{repositories: ['a/b'], keys: [{file: p256.pub}], sct: required}", "sct: only certificates"},
  };
  for (const auto& row : rows) {
    const std::string message = refused(row.spec);
    EXPECT_NE(message.find(row.message), std::string::npos) << row.spec << "\n" << message;
    EXPECT_EQ(message.substr(0, 9), "a.yaml:4:") << row.spec << "\n" << message;
  }
}

// What a listing prints can be pasted, and then accepts what was listed.
TEST(Authority, PrintedDocumentLoads) {
  auto& mint = testing::shared_mint();
  const verifiers::Artifact artifact = mint.artifact();
  for (const bool keyed : {false, true}) {
    testing::SignatureSpec spec;  // In braces GCC 12 takes it for uninitialized.
    spec.keyed = keyed;
    const testing::Json bundle = mint.bundle(spec);
    const auto listed =
        verifiers::identify_unsafe(mint.candidate(bundle), artifact, *mint.root);
    ASSERT_TRUE(listed.ok());
    const std::string text = verifiers::authority_document(
        listed.value()[0], testing::kRepository, "listed", "signer.pub");
    const auto document = yaml::parse(text, ReadLimits{1 << 20, 64, 10'000}, nullptr);
    ASSERT_TRUE(document.ok()) << text;
    const auto read = read_authority(
        Source{"listed.yaml"}, document.value()->root(),
        [&](const std::string&) { return Result<std::string>(mint.key.public_pem()); });
    ASSERT_TRUE(read.ok()) << read.error().message << "\n" << text;
    EXPECT_EQ(mint.judge(bundle, read.value()), "accepted") << text;
  }
}

}  // namespace
}  // namespace portreeve::policies
