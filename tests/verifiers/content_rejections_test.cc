// What is signed, and by what shape: each check by its reason.

#include <gtest/gtest.h>

#include "core/base64.h"
#include "tests/support/mint_signature.h"

namespace portreeve::verifiers {
namespace {

using testing::attestation_of;
using testing::Json;
using testing::MintedLog;
using testing::shared_mint;
using testing::SignatureSpec;

constexpr const char* kSign = "https://sigstore.dev/cosign/sign/v1";
constexpr const char* kSpdx = "https://spdx.dev/Document";

std::string keyless(const Json& bundle) { return shared_mint().judge(bundle, shared_mint().keyless()); }
std::string of_payload(const std::string& payload) {
  return keyless(shared_mint().bundle({.payload = payload}));
}
std::string statement_with(const std::function<void(Json&)>& edit) {
  Json statement = Json::parse(shared_mint().statement(kSign));
  edit(statement);
  return of_payload(statement.dump());
}
std::string payload_with(const std::function<void(Json&)>& edit) {
  Json payload = Json::parse(shared_mint().simple_signing());
  edit(payload);
  return shared_mint().judge(shared_mint().legacy_signature({.payload = payload.dump()}),
                             shared_mint().keyless());
}
std::string bundle_with(const SignatureSpec& spec, const std::function<void(Json&)>& edit) {
  Json bundle = shared_mint().bundle(spec);
  edit(bundle);
  return keyless(bundle);
}

// --- Envelopes and statements.

TEST(ContentRejections, OneSignatureInABundle) {
  EXPECT_EQ(bundle_with({}, [](Json& b) {
              Json& list = b["dsseEnvelope"]["signatures"];
              list.push_back(list[0]);
            }),
            "envelope-signatures");
  EXPECT_EQ(bundle_with({}, [](Json& b) { b["dsseEnvelope"]["signatures"] = Json::array(); }),
            "envelope-signatures");
}

TEST(ContentRejections, PayloadType) {
  EXPECT_EQ(keyless(shared_mint().bundle({.payload_type = "application/json"})), "payload-type");
  EXPECT_EQ(keyless(shared_mint().bundle({.payload_type = "application/vnd.in-toto+json "})),
            "payload-type");
  // Signed as one type, presented as another.
  EXPECT_EQ(bundle_with({.log = MintedLog::none, .timestamp = true},
                        [](Json& b) { b["dsseEnvelope"]["payloadType"] = "text/plain"; }),
            "payload-type");
}

TEST(ContentRejections, StatementType) {
  for (const char* type : {"https://in-toto.io/Statement/v9", "https://in-toto.io/Statement/v1 ",
                           "https://in-toto.io/statement/v1", ""}) {
    EXPECT_EQ(statement_with([&](Json& s) { s["_type"] = type; }), "statement-type") << type;
  }
  EXPECT_EQ(statement_with([](Json& s) { s["_type"] = "https://in-toto.io/Statement/v0.1"; }),
            "accepted");
}

TEST(ContentRejections, StatementMalformed) {
  EXPECT_EQ(of_payload("signed garbage"), "statement-malformed");
  EXPECT_EQ(of_payload("[]"), "statement-malformed");
  for (const char* member : {"_type", "subject", "predicateType"}) {
    EXPECT_EQ(statement_with([&](Json& s) { s.erase(member); }), "statement-malformed") << member;
    EXPECT_EQ(statement_with([&](Json& s) { s[member] = nullptr; }), "statement-malformed") << member;
    EXPECT_EQ(statement_with([&](Json& s) { s[member] = 1; }), "statement-malformed") << member;
  }
  EXPECT_EQ(statement_with([](Json& s) { s["subject"] = Json::array(); }), "statement-malformed");
  EXPECT_EQ(statement_with([](Json& s) { s["subject"][0]["digest"] = Json::object(); }),
            "statement-malformed");
  EXPECT_EQ(statement_with([](Json& s) { s["subject"].push_back(nullptr); }), "statement-malformed");
  EXPECT_EQ(statement_with([](Json& s) { s["predicateType"] = ""; }), "statement-malformed");
}

TEST(ContentRejections, SubjectDigest) {
  const std::string right = shared_mint().digest().substr(7);
  const auto with = [](const std::string& algorithm, const std::string& hex) {
    return statement_with([&](Json& s) { s["subject"][0]["digest"] = {{algorithm, hex}}; });
  };
  EXPECT_EQ(with("sha256", right), "accepted");
  std::string other = right;
  other.back() = other.back() == '0' ? '1' : '0';
  EXPECT_EQ(with("sha256", other), "subject-mismatch");
  std::string upper = right;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(with("sha256", upper), "statement-malformed");
  EXPECT_EQ(with("sha256", right + "0"), "statement-malformed");
  EXPECT_EQ(with("sha256", right.substr(1)), "statement-malformed");
  EXPECT_EQ(with("SHA256", right), "digest-unknown");
  EXPECT_EQ(with("gitCommit", right), "digest-unknown");
  EXPECT_EQ(with("sha512", crypto::hash(crypto::HashKind::sha512, "x").substr(0, 0)),
            "statement-malformed");
  EXPECT_EQ(with("sha512", hex_of(crypto::hash(crypto::HashKind::sha512, shared_mint().bytes))),
            "accepted");
  EXPECT_EQ(with("sha384", hex_of(crypto::hash(crypto::HashKind::sha384, "other"))),
            "subject-mismatch");
}

// A subject that is the artifact by one digest and another by the other is neither.
TEST(ContentRejections, SubjectContradictsItself) {
  EXPECT_EQ(statement_with([](Json& s) {
              s["subject"][0]["digest"]["sha512"] =
                  hex_of(crypto::hash(crypto::HashKind::sha512, "other"));
            }),
            "subject-mismatch");
}

TEST(ContentRejections, AnySubjectWillDo) {
  EXPECT_EQ(statement_with([](Json& s) {
              Json first = s["subject"][0];
              first["digest"]["sha256"] = std::string(64, '0');
              s["subject"].insert(s["subject"].begin(), first);
            }),
            "accepted");
}

TEST(ContentRejections, PredicateMayBeAbsent) {
  EXPECT_EQ(statement_with([](Json& s) { s.erase("predicate"); }), "accepted");
  EXPECT_EQ(statement_with([](Json& s) { s["later"] = "unknown fields are ignored"; }), "accepted");
}

// --- What was asked for.

// cosign's verify takes any attestation for a signature.
TEST(ContentRejections, AttestationIsNoSignature) {
  const Json bundle = shared_mint().bundle({.payload = shared_mint().statement(kSpdx)});
  EXPECT_EQ(keyless(bundle), "not-a-signature");
  for (const char* near : {"https://sigstore.dev/cosign/sign/v1/", "https://sigstore.dev/cosign/sign/v2",
                           "https://sigstore.dev/Cosign/sign/v1"}) {
    EXPECT_EQ(of_payload(shared_mint().statement(near)), "not-a-signature") << near;
  }
  Authority lax = shared_mint().keyless();
  lax.attestation_is_signature = true;
  EXPECT_EQ(shared_mint().judge(bundle, lax), "accepted");
}

TEST(ContentRejections, SignatureIsNoAttestation) {
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.statement = false}), shared_mint().keyless(),
                                attestation_of(kSpdx)),
            "not-an-attestation");
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_signature(), shared_mint().keyless(),
                                attestation_of(kSpdx)),
            "not-an-attestation");
}

// CVE-2022-35929, CVE-2022-35930, CVE-2026-39395: another type, or a near miss.
TEST(ContentRejections, PredicateTypeIsExact) {
  for (const char* type : {"https://cosign.sigstore.dev/attestation/vuln/v1", "https://spdx.dev/document",
                           "https://spdx.dev/Document/", "https://spdx.dev/Document/v2.3", kSign}) {
    SCOPED_TRACE(type);
    const std::string payload = shared_mint().statement(type);
    EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.payload = payload}),
                                  shared_mint().keyless(), attestation_of(kSpdx)),
              "predicate-type");
    EXPECT_EQ(shared_mint().judge(shared_mint().legacy_attestation({.payload = payload}),
                                  shared_mint().keyless(), attestation_of(kSpdx)),
              "predicate-type");
  }
  Demand none = attestation_of(kSpdx);
  none.predicate_types.clear();
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_attestation(), shared_mint().keyless(), none),
            "predicate-type");
}

TEST(ContentRejections, UnparsablePayloadIsNoAttestation) {
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_attestation({.payload = "signed garbage"}),
                                shared_mint().keyless(), attestation_of(kSpdx)),
            "statement-malformed");
}

TEST(ContentRejections, Annotations) {
  Demand demand;
  demand.annotations = {{"env", "prod"}};
  const auto all = [&] {
    return shared_mint().judge(shared_mint().bundle(), shared_mint().keyless(), demand) + " " +
           shared_mint().judge(shared_mint().legacy_signature(), shared_mint().keyless(), demand);
  };
  EXPECT_EQ(all(), "accepted accepted");
  demand.annotations = {{"env", "test"}};
  EXPECT_EQ(all(), "annotation-mismatch annotation-mismatch");
  demand.annotations = {{"env", "prod"}, {"team", "a"}};
  EXPECT_EQ(all(), "annotation-mismatch annotation-mismatch");
  demand.annotations = {{"Env", "prod"}};
  EXPECT_EQ(all(), "annotation-mismatch annotation-mismatch");
  demand.annotations = {{"env", "prod"}};
  EXPECT_EQ(shared_mint().judge(shared_mint().bundle({.statement = false}), shared_mint().keyless(),
                                demand),
            "annotation-mismatch");
}

TEST(ContentRejections, Scope) {
  Authority scoped = shared_mint().keyless();
  scoped.repositories = {RepositoryGlob::compile("registry.test/acme/**").value()};
  const Candidate candidate = shared_mint().candidate(shared_mint().bundle());
  const auto judge = [&](const std::string& name) -> std::string {
    const Artifact artifact = Artifact::in_registry(
        name, Digest::parse(shared_mint().digest()).value(), std::nullopt);
    const auto claims =
        Verifier::verify(candidate, scoped, artifact, Demand{}, *shared_mint().root);
    return claims.ok() ? "accepted" : std::string(to_string(claims.error().reason));
  };
  EXPECT_EQ(judge("registry.test/acme/ship"), "accepted");
  EXPECT_EQ(judge("registry.test/evil/ship"), "repository");
  EXPECT_EQ(judge("evil.test/registry.test/acme/ship"), "repository");
}

// --- Simple signing.

TEST(ContentRejections, CriticalType) {
  EXPECT_EQ(payload_with([](Json& p) { p["critical"].erase("type"); }), "payload-malformed");
  EXPECT_EQ(payload_with([](Json& p) { p["critical"]["type"] = "atomic container signature"; }),
            "payload-malformed");
  EXPECT_EQ(payload_with([](Json& p) { p["critical"]["type"] = "Cosign container image signature"; }),
            "payload-malformed");
}

TEST(ContentRejections, PayloadKeys) {
  const std::string digest = shared_mint().digest();
  EXPECT_EQ(payload_with([&](Json& p) {
              p["critical"]["image"] = {{"Docker-manifest-digest", digest}};
            }),
            "payload-malformed");
  EXPECT_EQ(payload_with([&](Json& p) {
              p["critical"]["image"]["Docker-manifest-digest"] = digest;
            }),
            "payload-malformed");
  EXPECT_EQ(payload_with([](Json& p) { p["critical"]["expires"] = "2020"; }), "payload-malformed");
  EXPECT_EQ(payload_with([](Json& p) { p["extra"] = 1; }), "payload-malformed");
  EXPECT_EQ(payload_with([](Json& p) { p.erase("critical"); }), "payload-malformed");
  EXPECT_EQ(payload_with([](Json& p) { p["optional"] = "x"; }), "payload-malformed");
  EXPECT_EQ(payload_with([](Json& p) { p["optional"] = nullptr; }), "accepted");
  EXPECT_EQ(payload_with([](Json& p) { p.erase("optional"); }), "accepted");
  // The digest twice: the last one would win elsewhere.
  std::string twice = shared_mint().simple_signing();
  const std::string key = "\"docker-manifest-digest\":\"";
  twice.insert(twice.find(key), key + "sha256:" + std::string(64, '0') + "\",");
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_signature({.payload = twice}),
                                shared_mint().keyless()),
            "payload-malformed");
}

TEST(ContentRejections, PayloadDigest) {
  EXPECT_EQ(payload_with([](Json& p) {
              p["critical"]["image"]["docker-manifest-digest"] = "sha256:" + std::string(64, '0');
            }),
            "digest-mismatch");
  EXPECT_EQ(payload_with([](Json& p) {
              p["critical"]["image"]["docker-manifest-digest"] = std::string(64, '0');
            }),
            "payload-malformed");
}

TEST(ContentRejections, DockerReference) {
  const auto judge = [](bool same, const char* reference) {
    Json payload = Json::parse(shared_mint().simple_signing());
    payload["critical"]["identity"]["docker-reference"] = reference;
    Authority authority = shared_mint().keyless();
    authority.same_reference = same;
    authority.repositories = {RepositoryGlob::compile("registry.test/**").value()};
    const Artifact artifact = Artifact::in_registry(
        std::string(testing::kRepository), Digest::parse(shared_mint().digest()).value(),
        std::nullopt);
    const auto claims =
        Verifier::verify(shared_mint().legacy_signature({.payload = payload.dump()}), authority,
                         artifact, Demand{}, *shared_mint().root);
    return claims.ok() ? "accepted" : std::string(to_string(claims.error().reason));
  };
  EXPECT_EQ(judge(true, "registry.test/acme/ship"), "accepted");
  EXPECT_EQ(judge(true, "registry.test/acme/other"), "reference-mismatch");
  EXPECT_EQ(judge(true, ""), "reference-mismatch");
  EXPECT_EQ(judge(false, "registry.test/acme/other"), "accepted");
}

// cosign takes a payload from a layer of any media type.
TEST(ContentRejections, LayerMediaType) {
  Candidate candidate = shared_mint().legacy_signature();
  candidate.media_type = "application/vnd.oci.image.layer.v1.tar+gzip";
  EXPECT_EQ(shared_mint().judge(candidate, shared_mint().keyless()), "media-type");
  candidate.media_type = "";
  EXPECT_EQ(shared_mint().judge(candidate, shared_mint().keyless()), "media-type");
  candidate.media_type = "application/vnd.dsse.envelope.v1+json";
  EXPECT_EQ(shared_mint().judge(candidate, shared_mint().keyless()), "media-type");
}

TEST(ContentRejections, LayerAnnotations) {
  const auto with = [](const char* key, const char* value) {
    Candidate candidate = shared_mint().legacy_signature();
    candidate.annotations[key] = value;
    return shared_mint().judge(candidate, shared_mint().keyless());
  };
  EXPECT_EQ(with("dev.cosignproject.cosign/signature", ""), "annotation-malformed");
  EXPECT_EQ(with("dev.cosignproject.cosign/signature", "not base64!"), "annotation-malformed");
  EXPECT_EQ(with("dev.sigstore.cosign/certificate", "garbage"), "annotation-malformed");
  EXPECT_EQ(with("dev.sigstore.cosign/rfc3161timestamp", "garbage"), "annotation-malformed");
  EXPECT_EQ(with("dev.sigstore.cosign/bundle", "garbage"), "log-entry-malformed");
  EXPECT_EQ(with("dev.sigstore.cosign/bundle", "{\"Payload\":{}}"), "log-entry-malformed");
  // The chain is only offered: what it is does not matter to a trust root that needs none of it.
  EXPECT_EQ(with("dev.sigstore.cosign/chain", " \n"), "accepted");
  EXPECT_EQ(with("dev.sigstore.cosign/chain", "garbage"), "accepted");
}

// --- The signature itself.

TEST(ContentRejections, ArtifactSignature) {
  const auto other = testing::MintKey::make(crypto::KeyKind::ecdsa_p256);
  Authority bare = shared_mint().keyed();
  bare.log = LogNeed::none;
  for (const bool statement : {true, false}) {
    EXPECT_EQ(shared_mint().judge(
                  shared_mint().bundle(
                      {.keyed = true, .statement = statement, .log = MintedLog::none, .key = &other}),
                  bare),
              "signature-invalid");
    // By a leaf whose entry says the same: everything else is right.
    testing::MintedCertificate leaf = shared_mint().leaf;
    leaf.key = other;
    EXPECT_EQ(keyless(shared_mint().bundle({.statement = statement, .leaf = &leaf})),
              "signature-invalid");
  }
  EXPECT_EQ(shared_mint().judge(shared_mint().legacy_signature(
                                    {.keyed = true, .log = MintedLog::none, .key = &other}),
                                bare),
            "signature-invalid");
}

// The envelope's payload changed after signing: to the letter the same statement, other bytes.
TEST(ContentRejections, PayloadBytes) {
  Authority bare = shared_mint().keyed();
  bare.log = LogNeed::none;
  Json bundle = shared_mint().bundle({.keyed = true, .log = MintedLog::none});
  std::string payload =
      from_base64(bundle["dsseEnvelope"]["payload"].get<std::string>(), Base64::standard).value();
  bundle["dsseEnvelope"]["payload"] = to_base64(payload + " ");
  EXPECT_EQ(shared_mint().judge(bundle, bare), "signature-invalid");
}

TEST(ContentRejections, MessageDigestHint) {
  EXPECT_EQ(bundle_with({.statement = false},
                        [](Json& b) {
                          b["messageSignature"]["messageDigest"]["digest"] =
                              to_base64(std::string(32, 'x'));
                        }),
            "digest-mismatch");
  EXPECT_EQ(bundle_with({.statement = false},
                        [](Json& b) { b["messageSignature"].erase("messageDigest"); }),
            "accepted");
  // As cosign 3 writes it for Ed25519 keys.
  EXPECT_EQ(bundle_with({.statement = false},
                        [](Json& b) { b["messageSignature"]["messageDigest"] = Json::object(); }),
            "accepted");
  EXPECT_EQ(bundle_with({.statement = false},
                        [](Json& b) { b["messageSignature"]["messageDigest"].erase("algorithm"); }),
            "bundle-malformed");
  EXPECT_EQ(bundle_with({.statement = false},
                        [](Json& b) {
                          b["messageSignature"]["messageDigest"]["algorithm"] = "MD5";
                        }),
            "bundle-malformed");
}

// r‖s, BER, bytes behind: cosign takes the first.
TEST(ContentRejections, DerSignaturesOnly) {
  Authority bare = shared_mint().keyed();
  bare.log = LogNeed::none;
  const Json good = shared_mint().bundle({.keyed = true, .log = MintedLog::none});
  const std::string der =
      from_base64(good["dsseEnvelope"]["signatures"][0]["sig"].get<std::string>(), Base64::standard)
          .value();
  const auto judge = [&](const std::string& signature) {
    Json bundle = good;
    bundle["dsseEnvelope"]["signatures"][0]["sig"] = to_base64(signature);
    return shared_mint().judge(bundle, bare);
  };
  EXPECT_EQ(judge(der), "accepted");
  EXPECT_EQ(judge(der + std::string(1, '\0')), "signature-invalid");
  EXPECT_EQ(judge(std::string(64, '\x11')), "signature-invalid");
}

}  // namespace
}  // namespace portreeve::verifiers
