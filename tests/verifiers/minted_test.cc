// What real Fulcio, Rekor v2, timestamp authority and cosigns wrote (tests/fixtures/minted/README.md):
// every one is accepted for its signer with everything that vouches for it, and for nothing less.

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/support/mint_signature.h"
#include "tests/support/source_dir.h"

namespace portreeve::verifiers {
namespace {

using testing::Json;

std::string folder() { return test::source_dir() + "/tests/fixtures/minted/"; }

std::string file(const std::string& name) {
  std::ifstream stream(folder() + name, std::ios::binary);
  EXPECT_TRUE(stream.good()) << name;
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<Json> cases() {
  std::vector<Json> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != ".json") continue;
    if (name == "trusted_root.json" || name == "signers.json") continue;
    out.push_back(Json::parse(file(name)));
  }
  std::sort(out.begin(), out.end(),
            [](const Json& a, const Json& b) { return a["name"] < b["name"]; });
  return out;
}

// The root as it is, or with the members of one list changed.
TrustRootPtr root(const std::function<void(Json&)>& edit = {}) {
  Json json = Json::parse(file("trusted_root.json"));
  if (edit) edit(json);
  auto out = TrustRoot::parse(json.dump(), {"minted", std::nullopt});
  EXPECT_TRUE(out.ok()) << (out.ok() ? "" : out.error().message);
  return out.ok() ? out.value() : nullptr;
}

bool keyed(const Json& one) { return one["signer"] != "workflow" && one["signer"] != "person"; }

Authority trusting(const Json& one) {
  Authority out{"signer", {}, KeySigners{}, nullptr};
  const std::string signer = one["signer"];
  if (keyed(one)) {
    auto key = crypto::PublicKey::from_pem(file(signer + ".pub"));
    EXPECT_TRUE(key.ok()) << signer;
    std::get<KeySigners>(out.signers)
        .keys.push_back({signer, key.value(), crypto::default_schemes(key.value()), {}});
  } else {
    const Json signers = Json::parse(file("signers.json"));
    out.signers = KeylessSigners{
        signers["issuers"][signer],
        IdentityRule::exact(signers["identities"][signer].get<std::string>()).value(),
        {}};
  }
  out.log = one["log"] == "" ? LogNeed::none : LogNeed::required;
  out.timestamps = one["stamped"].get<bool>() ? 1 : 0;
  return out;
}

Candidate candidate(const Json& one) {
  Candidate out;
  out.media_type = one["mediaType"];
  out.bytes = one["blob"];
  if (!out.media_type.empty()) out.shape = shape_of(out.media_type).value();
  for (const auto& [name, text] : one["annotations"].items()) out.annotations[name] = text;
  return out;
}

std::string judge(const Json& one, const Candidate& given, const Authority& authority,
                  const TrustRoot& trust_root) {
  const std::string bytes = one.value("artifact", "");
  const std::string digest = one["digest"];
  const Artifact artifact =
      bytes.empty() ? Artifact::of_digest(digest).value() : Artifact::of_bytes(bytes);
  Demand demand;
  if (const std::string type = one["predicateType"]; !type.empty()) {
    demand = testing::attestation_of(type);
  }
  const auto claims = Verifier::verify(given, authority, artifact, demand, trust_root);
  return claims.ok() ? "accepted" : std::string(to_string(claims.error().reason));
}

TEST(Minted, EveryOneIsAccepted) {
  const TrustRootPtr trusted = root();
  const std::vector<Json> all = cases();
  EXPECT_EQ(all.size(), 24u);
  for (const Json& one : all) {
    EXPECT_EQ(judge(one, candidate(one), trusting(one), *trusted), "accepted") << one["name"];
  }
}

TEST(Minted, OnlyForItsSigner) {
  const TrustRootPtr trusted = root();
  for (const Json& one : cases()) {
    Authority other = trusting(one);
    if (auto* const keyless = std::get_if<KeylessSigners>(&other.signers)) {
      keyless->identity = IdentityRule::exact("stranger@acme.example").value();
      EXPECT_EQ(judge(one, candidate(one), other, *trusted), "identity-mismatch") << one["name"];
      continue;
    }
    auto& keys = std::get<KeySigners>(other.signers).keys;
    const std::string stranger = one["signer"] == "rsa2048" ? "p256.pub" : "rsa2048.pub";
    keys[0].key = crypto::PublicKey::from_pem(file(stranger)).value();
    keys[0].schemes = crypto::default_schemes(keys[0].key);
    EXPECT_EQ(judge(one, candidate(one), other, *trusted),
              one["log"] == "" ? "signature-invalid" : "log-binding-signer")
        << one["name"];
  }
}

TEST(Minted, OnlyUnderItsRoots) {
  const auto without = [](const char* list) {
    return root([list](Json& json) { json[list] = Json::array(); });
  };
  for (const Json& one : cases()) {
    const auto judged = [&one](const TrustRootPtr& trust_root) {
      return judge(one, candidate(one), trusting(one), *trust_root);
    };
    if (one["log"] != "") {
      EXPECT_EQ(judged(without("tlogs")), "log-unknown") << one["name"];
    }
    if (one["stamped"].get<bool>()) {
      EXPECT_EQ(judged(without("timestampAuthorities")), "timestamp-invalid") << one["name"];
    }
    if (keyed(one)) continue;
    EXPECT_EQ(judged(without("certificateAuthorities")), "certificate-chain") << one["name"];
    EXPECT_EQ(judged(without("ctlogs")), "sct-invalid") << one["name"];
  }
}

// One bit of what was signed, outside its structure.
TEST(Minted, NotForAnotherArtifact) {
  const TrustRootPtr trusted = root();
  for (Json one : cases()) {
    std::string digest = one["digest"];
    digest.back() = digest.back() == '0' ? '1' : '0';
    one["digest"] = digest;
    if (one.contains("artifact")) one["artifact"] = one["artifact"].get<std::string>() + ".";
    const std::string judged = judge(one, candidate(one), trusting(one), *trusted);
    EXPECT_TRUE(judged == "subject-mismatch" || judged == "digest-mismatch" ||
                judged == "log-binding-digest" || judged == "signature-invalid")
        << one["name"] << ": " << judged;
  }
}

// What the authority demands cannot be left out.
TEST(Minted, NothingMayBeTakenAway) {
  const TrustRootPtr trusted = root();
  std::size_t logs = 0;
  std::size_t stamps = 0;
  for (const Json& one : cases()) {
    const auto judged = [&](const char* note, const char* member) {
      Candidate less = candidate(one);
      less.annotations.erase(note);
      if (less.shape == Shape::bundle) {
        Json bundle = Json::parse(less.bytes);
        bundle["verificationMaterial"].erase(member);
        less.bytes = bundle.dump();
      }
      return judge(one, less, trusting(one), *trusted);
    };
    if (one["log"] != "") {
      ++logs;
      EXPECT_EQ(judged("dev.sigstore.cosign/bundle", "tlogEntries"), "log-entry-missing") << one["name"];
    }
    if (one["stamped"].get<bool>()) {
      ++stamps;
      EXPECT_EQ(judged("dev.sigstore.cosign/rfc3161timestamp", "timestampVerificationData"),
                "timestamp-missing")
          << one["name"];
    }
  }
  EXPECT_GE(logs, 15u);
  EXPECT_GE(stamps, 12u);
}

}  // namespace
}  // namespace portreeve::verifiers
