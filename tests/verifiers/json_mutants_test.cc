// Each member of a valid bundle dropped, nulled, replaced or changed by a bit: what is still accepted
// must prove the same as before.

#include <gtest/gtest.h>

#include <set>

#include "core/base64.h"
#include "tests/support/mint_signature.h"

namespace portreeve::verifiers {
namespace {

using testing::Json;
using testing::MintedLog;
using testing::shared_mint;
using testing::SignatureSpec;

using Pointer = Json::json_pointer;

void collect(const Json& value, const Pointer& at, std::vector<Pointer>& out) {
  if (!at.empty()) out.push_back(at);
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) collect(member, at / key, out);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) collect(value[i], at / i, out);
  }
}

std::vector<Json> mutants_at(const Json& good, const Pointer& at) {
  std::vector<Json> out;
  const auto replaced = [&](const Json& value) {
    Json mutant = good;
    mutant[at] = value;
    out.push_back(std::move(mutant));
  };
  for (const Json& value : {Json(nullptr), Json(""), Json(0), Json(-1), Json(true), Json(1.5),
                            Json::array(), Json::object(), Json("AAAA")}) {
    replaced(value);
  }
  Json dropped = good;
  Json& parent = dropped[at.parent_pointer()];
  if (parent.is_object()) {
    parent.erase(at.back());
  } else {
    parent.erase(static_cast<std::size_t>(std::stoul(at.back())));
  }
  out.push_back(std::move(dropped));
  const Json& value = good[at];
  if (!value.is_string()) return out;
  const auto bytes = from_base64(value.get<std::string>(), Base64::standard);
  if (!bytes.ok() || bytes.value().size() < 16) {
    replaced(value.get<std::string>() + "x");
    return out;
  }
  const std::size_t size = bytes.value().size();
  for (std::size_t i = 0; i < size; i += 1 + size / 24) {
    std::string flipped = bytes.value();
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    replaced(to_base64(flipped));
    replaced(to_base64(bytes.value().substr(0, i)));
  }
  return out;
}

struct Outcome {
  bool accepted = false;
  std::string what;  ///< Signer and content, or the reason.
};

Outcome outcome(const Json& bundle, const Authority& authority) {
  const Artifact artifact = shared_mint().artifact();
  Demand demand;
  demand.kind = Demand::Kind::anything;
  const auto claims = Verifier::verify(shared_mint().candidate(bundle), authority, artifact, demand,
                                       *shared_mint().root);
  if (!claims.ok()) return {false, std::string(to_string(claims.error().reason))};
  const SignatureClaim& claim = *claims.value().at(0);
  std::string what = claim.signer.id + " " + claim.artifact;
  if (claim.statement != nullptr) what += " " + claim.statement->predicate_type;
  return {true, what};
}

// Returns the members without which the bundle is accepted all the same.
std::set<std::string> run(const SignatureSpec& spec, const Authority& authority) {
  const Json good = shared_mint().bundle(spec);
  const Outcome wanted = outcome(good, authority);
  EXPECT_TRUE(wanted.accepted) << wanted.what;
  std::vector<Pointer> members;
  collect(good, Pointer(), members);
  std::set<std::string> without;
  for (const Pointer& at : members) {
    for (const Json& mutant : mutants_at(good, at)) {
      const Outcome got = outcome(mutant, authority);
      EXPECT_NE(got.what, "internal") << at.to_string();
      if (!got.accepted) continue;
      EXPECT_EQ(got.what, wanted.what) << at.to_string();
      without.insert(at.to_string());
    }
  }
  return without;
}

using Members = std::set<std::string>;

TEST(JsonMutants, KeylessV1) {
  EXPECT_EQ(run({}, shared_mint().keyless()),
            // Without the promise there is no time; everything else is needed too.
            (Members{}));
}

TEST(JsonMutants, KeylessV2) {
  EXPECT_EQ(run({.log = MintedLog::v2, .timestamp = true}, shared_mint().keyless()),
            // The body can be rebuilt.
            (Members{"/verificationMaterial/tlogEntries/0/canonicalizedBody"}));
}

TEST(JsonMutants, KeyedMessage) {
  EXPECT_EQ(run({.keyed = true, .statement = false}, shared_mint().keyed()),
            // Hints, and a promise beside a proof where no time is needed.
            (Members{"/messageSignature/messageDigest",
                     "/verificationMaterial/publicKey",
                     "/verificationMaterial/publicKey/hint",
                     "/verificationMaterial/tlogEntries/0/inclusionPromise",
                     "/verificationMaterial/tlogEntries/0/inclusionPromise/signedEntryTimestamp"}));
}

TEST(JsonMutants, Timestamp) {
  Authority authority = shared_mint().keyless();
  authority.log = LogNeed::none;
  authority.timestamps = 1;
  EXPECT_EQ(run({.log = MintedLog::none, .timestamp = true}, authority), (Members{}));
}

}  // namespace
}  // namespace portreeve::verifiers
