// What a rule asks besides a signature: of which platforms, with which annotations, by how many, by
// which algorithm; and what a tag meant before.

#include "tests/engine/signature_rig.h"

namespace portreeve::engine {
namespace {

using oci::digest_of;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::MintKey;
using testing::SignatureSpec;

class Platforms : public testing::SignatureRig {
 protected:
  Platforms() {
    for (const std::string* one : {&amd_, &arm_}) {
      server_->put_manifest("acme/ship", *one, std::string(oci::kOciManifest));
    }
    server_->put_manifest("acme/ship", index_, std::string(oci::kOciIndex), "multi");
  }
  void asks(const std::string& platforms) {
    policy("{authorities: {any: [ship]}, platforms: " + platforms + "}");
    start();
  }
  std::string entry(const std::string& manifest, const char* architecture) const {
    return oci::descriptor_json(oci::kOciManifest, manifest,
                                R"(,"platform":{"os":"linux","architecture":")" + std::string(architecture) + "\"}");
  }

  const std::string amd_ = oci::manifest_json("application/x", "amd");
  const std::string arm_ = oci::manifest_json("application/x", "arm");
  const std::string index_ = oci::index_json({entry(amd_, "amd64"), entry(arm_, "arm64")});
  const std::string multi_ = R"({"ref":"registry.test/acme/ship:multi"})";
};

TEST_F(Platforms, TheIndexItself) {
  push_signature_of(amd_);
  push_signature_of(arm_);
  asks("index");
  EXPECT_THAT(said(multi_), StartsWith("deny: unsigned: no signature was found"));
  push_signature_of(index_);
  start();
  EXPECT_EQ(said(multi_), "allow");
}

TEST_F(Platforms, AllChildren) {
  push_signature_of(index_);
  push_signature_of(amd_);
  asks("all-children");
  EXPECT_THAT(said(multi_), StartsWith("deny: unsigned: no signature was found (platform linux/arm64)"));
  push_signature_of(arm_);
  start();
  EXPECT_EQ(said(multi_), "allow");
}

TEST_F(Platforms, AnyChild) {
  push_signature_of(index_);
  asks("any-child");
  EXPECT_THAT(said(multi_), StartsWith("deny: unsigned: no signature was found (platform linux/amd64)"));
  push_signature_of(arm_);
  start();
  EXPECT_EQ(said(multi_), "allow");
}

TEST_F(Platforms, OneThatCannotBeLookedAt) {
  push_signature_of(amd_);
  push_signature_of(arm_);
  server_->hook([this](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
    if (seen.target.find(digest_of(arm_).hex()) == std::string::npos) return std::nullopt;
    test::FakeAnswer answer;
    answer.status = 403;
    return answer;
  });
  asks("all-children");
  EXPECT_THAT(said(multi_), StartsWith("undecided: no proof so far; something could not be looked at"));
  asks("any-child");
  EXPECT_EQ(said(multi_), "allow");
}

// What fails outright is said before what could not be decided.
TEST_F(Platforms, AnOutrightFailureOutweighs) {
  server_->hook([this](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
    if (seen.target.find(digest_of(arm_).hex()) == std::string::npos) return std::nullopt;
    test::FakeAnswer answer;
    answer.status = 403;
    return answer;
  });
  asks("all-children");
  EXPECT_THAT(said(multi_), StartsWith("deny: unsigned: no signature was found (platform linux/amd64)"));
}

TEST_F(Platforms, WhatIsNoIndexStandsForItself) {
  push_signature();
  asks("all-children");
  EXPECT_EQ(said(), "allow");
}

TEST_F(Platforms, AnIndexOfNothing) {
  server_->put_manifest("acme/ship", oci::index_json({}), std::string(oci::kOciIndex), "empty");
  for (const char* platforms : {"all-children", "any-child"}) {
    asks(platforms);
    EXPECT_THAT(said(R"({"ref":"registry.test/acme/ship:empty"})"), StartsWith("deny: an index without entries"));
  }
}

class Annotations : public testing::SignatureRig {
 protected:
  void push_with(const std::string& annotations) {
    auto statement = testing::Json::parse(mint_.statement("https://sigstore.dev/cosign/sign/v1"));
    if (!annotations.empty()) statement["subject"][0]["annotations"] = testing::Json::parse(annotations);
    SignatureSpec spec;
    spec.payload = statement.dump();
    push_signature(spec);
  }
};

TEST_F(Annotations, AreSignedOrDoNotCount) {
  policy("{authorities: {any: [ship]}, annotations: {env: prod, tier: gold}}");
  for (const char* wrong : {"", R"({"env":"prod"})", R"({"env":"prod","tier":"silver"})",
                            R"({"env":"prod","Tier":"gold"})", R"({"env":"prod","tier":["gold"]})"}) {
    push_with(wrong);
    start();
    EXPECT_THAT(said(), AllOf(StartsWith("deny: "), HasSubstr("annotation-mismatch"))) << wrong;
  }
  push_with(R"({"env":"prod","tier":"gold","more":"x"})");
  start();
  EXPECT_EQ(said(), "allow");
}

class Quorums : public testing::SignatureRig {
 protected:
  Quorums() {
    scratch_.write("p/a.pem", mint_.key.public_pem());
    scratch_.write("p/b.pem", second_.public_pem());
    write("authority.yaml", keyed_authority("a", "a.pem") + "---\n" + kHead + keyed_authority("b", "b.pem") +
                                "---\n" + kHead + keyed_authority("twin", "a.pem"));
  }
  static SignatureSpec by(const MintKey& key) {
    SignatureSpec spec;
    spec.keyed = true;
    spec.log = testing::MintedLog::none;
    spec.key = &key;
    return spec;
  }
  const MintKey second_ = MintKey::make(crypto::KeyKind::ecdsa_p256);
};

TEST_F(Quorums, DistinctSignersAreCounted) {
  const auto with = [this](const std::string& authorities) {
    policy("{authorities: " + authorities + "}");
    start();
    return said();
  };
  push_signature(by(mint_.key));
  EXPECT_EQ(with("{any: [a, b]}"), "allow");
  EXPECT_THAT(with("{all: [a, b]}"), StartsWith("deny: signed, but not by enough of those who have to: "));
  EXPECT_THAT(with("{atLeast: 2, of: [a, b]}"), StartsWith("deny: signed, but not by enough of those who have to: "));
  push_signature(by(mint_.key));  // The same signer again.
  EXPECT_THAT(with("{atLeast: 2, of: [a, b]}"), StartsWith("deny: signed, but not by enough of those who have to: "));
  EXPECT_THAT(with("{atLeast: 2, of: [a, twin]}"), StartsWith("deny: signed, but not by enough of those who have to: "));  // One key, two names.
  push_signature(by(second_));
  EXPECT_EQ(with("{all: [a, b]}"), "allow");
  EXPECT_EQ(with("{atLeast: 2, of: [a, b, twin]}"), "allow");
  EXPECT_THAT(with("{atLeast: 3, of: [a, b, twin]}"), StartsWith("deny: signed, but not by enough of those who have to: "));
  EXPECT_THAT(with("{all: [a, b, twin]}"), StartsWith("deny: signed, but not by enough of those who have to: "));
}

// What is kept holds a proof for each authority, but the second signer is only in the registry.
TEST_F(Quorums, AKeptProofDoesNotEndTheSearch) {
  keep_bytes_ = true;
  write("authority.yaml", keyed_authority("a", "a.pem") +
                              "---\n" + kHead + "kind: Authority\nmetadata: {name: either}\nspec:\n"
                              "  repositories: ['registry.test/**']\n  keys: [{file: a.pem}, {file: b.pem}]\n");
  push_signature(by(mint_.key));
  policy("{authorities: {any: [a]}}");
  EXPECT_EQ(said(), "allow");
  push_signature(by(second_));
  policy("{authorities: {atLeast: 2, of: [a, either]}}");
  start();
  EXPECT_EQ(said(), "allow");
}

// Message signatures are over the manifest's bytes, by the hash of the key's curve: those bytes are
// fetched, once, when the digest is not enough.
class Messages : public Quorums {
 protected:
  void signed_by(crypto::KeyKind kind, std::optional<crypto::Scheme> scheme = {}) {
    key_.emplace(MintKey::make(kind));
    scratch_.write("p/a.pem", key_->public_pem());
    SignatureSpec spec = by(*key_);
    spec.statement = false;
    spec.scheme = scheme;
    push_signature(spec);
    policy("{authorities: {any: [a]}}");
    start();
    server_->forget_seen();
  }
  std::size_t pulls() const { return server_->count("/manifests/" + digest_of(image_).text()); }
  std::optional<MintKey> key_;
};

TEST_F(Messages, ByEveryKindOfKey) {
  signed_by(crypto::KeyKind::ecdsa_p256);
  EXPECT_EQ(said(), "allow");
  EXPECT_EQ(pulls(), 0U);
  signed_by(crypto::KeyKind::ecdsa_p384, crypto::Scheme::ecdsa_sha256);  // As old cosign did.
  EXPECT_EQ(said(), "allow");
  EXPECT_EQ(pulls(), 0U);
  for (const auto kind : {crypto::KeyKind::ecdsa_p384, crypto::KeyKind::ecdsa_p521, crypto::KeyKind::ed25519}) {
    SCOPED_TRACE(static_cast<int>(kind));
    signed_by(kind);
    EXPECT_EQ(said(), "allow");
    EXPECT_EQ(pulls(), 1U);
  }
}

TEST_F(Messages, OfAnotherDocument) {
  const std::string before = std::exchange(mint_.bytes, "another");
  signed_by(crypto::KeyKind::ecdsa_p384);
  mint_.bytes = before;
  EXPECT_THAT(said(), StartsWith("deny: "));
}

TEST_F(Messages, WithoutTheBytesItIsUndecided) {
  server_->hook([this](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
    if (seen.target.find("/manifests/" + digest_of(image_).text()) == std::string::npos) return std::nullopt;
    test::FakeAnswer answer;
    answer.status = 503;
    return answer;
  });
  signed_by(crypto::KeyKind::ecdsa_p384);
  EXPECT_THAT(said(), StartsWith("undecided: no proof so far; something could not be looked at"));
}

TEST_F(Messages, WrongBytesAreNotTaken) {
  server_->hook([this](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
    if (seen.target.find("/manifests/" + digest_of(image_).text()) == std::string::npos) return std::nullopt;
    test::FakeAnswer answer;
    answer.body = oci::manifest_json("application/x", "evil");
    answer.type = std::string(oci::kOciManifest);
    return answer;
  });
  signed_by(crypto::KeyKind::ecdsa_p384);
  EXPECT_THAT(said(), StartsWith("undecided: "));
}

class Tags : public testing::SignatureRig {
 protected:
  const std::string next_ = oci::manifest_json("application/x", "next layer");
};

TEST_F(Tags, AMovedTagIsSaid) {
  keep_bytes_ = true;
  policy("{}", "blueprint-reference", "{objects: [{group: example.org, kinds: [Thing]}]}");
  EXPECT_EQ(said(), "allow");
  server_->put_manifest("acme/ship", next_, std::string(oci::kOciManifest), "1.0");
  start();
  const Verdict verdict = judge(kByTag);
  EXPECT_EQ(verdict.decision, Decision::allow);
  ASSERT_EQ(verdict.findings.size(), 1U);
  EXPECT_EQ(verdict.findings[0].effect, Effect::warn);
  EXPECT_EQ(verdict.findings[0].found, digest_of(next_).text());
  EXPECT_EQ(verdict.findings[0].expected, "one digest for one version, " + digest_of(image_).text() + " as before");
  EXPECT_THAT(verdict.findings[0].message, HasSubstr("tag-moved"));
}

// What the tag meant before proves nothing for what it means now.
TEST_F(Tags, AMovedTagIsJudgedByItsNewDigest) {
  keep_bytes_ = true;
  push_signature();
  EXPECT_EQ(said(), "allow");
  server_->put_manifest("acme/ship", next_, std::string(oci::kOciManifest), "1.0");
  start();
  EXPECT_THAT(said(), StartsWith("deny: unsigned"));
  EXPECT_EQ(subject_, "oci:registry.test/acme/ship@" + digest_of(next_).text());
}

// One decision asks once what a tag means, whoever answers otherwise the second time.
TEST_F(Tags, AreResolvedOnce) {
  push_signature();
  write("second.yaml", "kind: Policy\nmetadata: {name: second}\nspec:\n  description: d\n  match: {artifacts: ['**']}\n"
                       "  rules: [{name: r, check: signature, with: {authorities: {all: [ship]}}, message: m, fix: f}]\n");
  auto times = std::make_shared<std::atomic<int>>(0);
  server_->hook([this, times](const test::SeenRequest& seen) -> std::optional<test::FakeAnswer> {
    if (seen.target.find("/manifests/1.0") == std::string::npos || ++*times == 1) return std::nullopt;
    test::FakeAnswer answer;
    answer.body = next_;
    answer.type = std::string(oci::kOciManifest);
    return answer;
  });
  EXPECT_EQ(said(), "allow");
  EXPECT_EQ(*times, 1);
}

}  // namespace
}  // namespace portreeve::engine
