// Bundles as documents: versions, members, limits; each check by its reason.

#include <gtest/gtest.h>

#include "core/base64.h"
#include "tests/support/mint_signature.h"

namespace portreeve::verifiers {
namespace {

using testing::Json;
using testing::shared_mint;
using testing::SignatureSpec;

constexpr const char* kSign = "https://sigstore.dev/cosign/sign/v1";

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

// --- Bundles.

TEST(BundleRejections, BundleVersion) {
  for (const char* type :
       {"application/vnd.dev.sigstore.bundle+json;version=0.4", "application/json", "",
        "application/vnd.dev.sigstore.bundle.v0.3+json ", "application/vnd.dev.sigstore.bundle.v0.1+json"}) {
    EXPECT_EQ(bundle_with({}, [&](Json& b) { b["mediaType"] = type; }), "bundle-version") << type;
  }
  EXPECT_EQ(bundle_with({}, [](Json& b) {
              b["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.3";
            }),
            "accepted");
}

TEST(BundleRejections, BundleMaterial) {
  const auto material = [](Json& b) -> Json& { return b["verificationMaterial"]; };
  EXPECT_EQ(bundle_with({}, [](Json& b) { b.erase("verificationMaterial"); }), "bundle-material");
  EXPECT_EQ(bundle_with({}, [&](Json& b) { material(b).erase("certificate"); }), "bundle-material");
  EXPECT_EQ(bundle_with({}, [&](Json& b) { material(b)["publicKey"] = {{"hint", "x"}}; }),
            "bundle-material");
  EXPECT_EQ(bundle_with({}, [&](Json& b) { material(b)["certificate"]["rawBytes"] = ""; }),
            "bundle-material");
  // A chain belongs to 0.1 and 0.2, a certificate to 0.3.
  EXPECT_EQ(bundle_with({.version = "0.2"},
                        [](Json& b) {
                          b["mediaType"] = "application/vnd.dev.sigstore.bundle.v0.3+json";
                        }),
            "bundle-material");
  EXPECT_EQ(bundle_with({},
                        [](Json& b) {
                          b["mediaType"] = "application/vnd.dev.sigstore.bundle+json;version=0.1";
                        }),
            "bundle-material");
  EXPECT_EQ(bundle_with({.version = "0.2"},
                        [&](Json& b) {
                          material(b)["x509CertificateChain"]["certificates"] = Json::array();
                        }),
            "bundle-material");
}

TEST(BundleRejections, BundleContent) {
  EXPECT_EQ(bundle_with({}, [](Json& b) { b.erase("dsseEnvelope"); }), "bundle-content");
  EXPECT_EQ(bundle_with({}, [](Json& b) { b["messageSignature"] = {{"signature", "AAAA"}}; }),
            "bundle-content");
  EXPECT_EQ(bundle_with({.statement = false},
                        [](Json& b) { b["messageSignature"]["signature"] = ""; }),
            "bundle-content");
}

TEST(BundleRejections, BundleFields) {
  EXPECT_EQ(bundle_with({}, [](Json& b) { b["extra"] = 1; }), "bundle-malformed");
  EXPECT_EQ(bundle_with({}, [](Json& b) { b["media_type"] = "x"; }), "bundle-malformed");
  EXPECT_EQ(bundle_with({}, [](Json& b) { b["dsseEnvelope"]["extra"] = 1; }), "envelope-malformed");
  EXPECT_EQ(bundle_with({}, [](Json& b) { testing::entry_of(b)["extra"] = 1; }),
            "log-entry-malformed");
  EXPECT_EQ(bundle_with({}, [](Json& b) { b["mediaType"] = 3; }), "bundle-malformed");
  EXPECT_EQ(bundle_with({}, [](Json& b) { testing::entry_of(b)["logIndex"] = 1.5; }),
            "log-entry-malformed");
  EXPECT_EQ(bundle_with({}, [](Json& b) { testing::entry_of(b)["logIndex"] = "9223372036854775808"; }),
            "log-entry-malformed");
}

// null is absent, integers come as strings or numbers, base64 with line breaks or URL-safe.
TEST(BundleRejections, ProtoJsonLatitude) {
  EXPECT_EQ(bundle_with({}, [](Json& b) {
              b["messageSignature"] = nullptr;
              b["verificationMaterial"]["publicKey"] = nullptr;
              b["verificationMaterial"]["timestampVerificationData"] = nullptr;
              Json& entry = testing::entry_of(b);
              for (const char* name : {"logIndex", "integratedTime"}) {
                entry[name] = std::stoll(entry[name].get<std::string>());
              }
              std::string body = entry["canonicalizedBody"].get<std::string>();
              body.insert(64, "\n");
              entry["canonicalizedBody"] = body;
              std::string signature = b["dsseEnvelope"]["signatures"][0]["sig"].get<std::string>();
              for (char& c : signature) c = c == '+' ? '-' : c == '/' ? '_' : c;
              b["dsseEnvelope"]["signatures"][0]["sig"] = signature;
            }),
            "accepted");
}

TEST(BundleRejections, BundleText) {
  const std::string good = shared_mint().bundle().dump();
  const auto judge = [](std::string text) {
    Candidate candidate;
    candidate.bytes = std::move(text);
    return shared_mint().judge(candidate, shared_mint().keyless());
  };
  EXPECT_EQ(judge(good), "accepted");
  EXPECT_EQ(judge(good + "x"), "bundle-malformed");
  EXPECT_EQ(judge("\xEF\xBB\xBF" + good), "bundle-malformed");
  EXPECT_EQ(judge(good.substr(0, good.size() - 1)), "bundle-malformed");
  EXPECT_EQ(judge(""), "bundle-malformed");
  EXPECT_EQ(judge("null"), "bundle-malformed");
  // A repeated key: which of the two would it be?
  EXPECT_EQ(judge(good.substr(0, good.size() - 1) + ",\"mediaType\":\"x\"}"), "bundle-malformed");
  EXPECT_EQ(judge(std::string(100, '[') + std::string(100, ']')), "bundle-malformed");
  EXPECT_EQ(judge(std::string(33 * 1024 * 1024, ' ')), "too-large");
}

// CVE-2024-45395: counted before anything of it is read.
TEST(BundleRejections, Limits) {
  const auto repeat = [](Json& list, int times) {
    const Json one = list.empty() ? Json{{"signedTimestamp", "AA=="}} : list[0];
    list = Json::array();
    for (int i = 0; i < times; ++i) list.push_back(one);
  };
  EXPECT_EQ(bundle_with({}, [&](Json& b) { repeat(b["verificationMaterial"]["tlogEntries"], 33); }),
            "too-large");
  EXPECT_EQ(bundle_with({}, [&](Json& b) {
              Json& data = b["verificationMaterial"]["timestampVerificationData"];
              data["rfc3161Timestamps"] = Json::array();
              repeat(data["rfc3161Timestamps"], 33);
            }),
            "too-large");
  EXPECT_EQ(statement_with([&](Json& s) { repeat(s["subject"], 1025); }), "too-large");
  EXPECT_EQ(statement_with([](Json& s) {
              for (int i = 0; i < 33; ++i) s["subject"][0]["digest"]["x" + std::to_string(i)] = "0";
            }),
            "too-large");
  EXPECT_EQ(payload_with([](Json& p) { p["optional"]["x"] = std::string(70'000, 'x'); }), "too-large");
}

}  // namespace
}  // namespace portreeve::verifiers
