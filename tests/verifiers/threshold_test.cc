#include "verifiers/threshold.h"

#include <gtest/gtest.h>

#include "tests/support/mint_signature.h"

namespace portreeve::verifiers {
namespace {

using testing::MintedLog;
using testing::MintKey;
using testing::shared_mint;

Authority of_keys(const std::string& name, const std::vector<const MintKey*>& keys,
                  const Validity& window = {}) {
  KeySigners signers;
  for (const MintKey* key : keys) {
    signers.keys.push_back({"k", key->public_key(), crypto::default_schemes(key->public_key()), window});
  }
  Authority out{name, {}, std::move(signers), nullptr};
  out.log = LogNeed::none;
  return out;
}

std::vector<Verified<SignatureClaim>> claims_of(const std::vector<Authority>& authorities,
                                                const std::vector<const MintKey*>& signers) {
  std::vector<Verified<SignatureClaim>> out;
  const Artifact artifact = shared_mint().artifact();
  for (const MintKey* signer : signers) {
    const Candidate candidate = shared_mint().candidate(
        shared_mint().bundle({.keyed = true, .log = MintedLog::none, .key = signer}));
    for (const Authority& authority : authorities) {
      auto claims = Verifier::verify(candidate, authority, artifact, Demand{}, *shared_mint().root);
      if (!claims.ok()) continue;
      for (auto& claim : claims.value()) out.push_back(std::move(claim));
    }
  }
  return out;
}

TEST(Threshold, AuthoritiesAndSigners) {
  const MintKey one = MintKey::make(crypto::KeyKind::ecdsa_p256);
  const MintKey two = MintKey::make(crypto::KeyKind::ecdsa_p256);
  struct Row {
    const char* name;
    std::vector<Authority> authorities;
    std::vector<const MintKey*> signers;
    Quorum quorum;
    bool met;
    std::size_t counted;
  };
  const std::vector<Row> rows = {
      {"one of any", {of_keys("a", {&one}), of_keys("b", {&two})}, {&two}, Quorum::any({"a", "b"}), true, 1},
      {"none", {of_keys("a", {&one})}, {&two}, Quorum::any({"a"}), false, 0},
      {"all", {of_keys("a", {&one}), of_keys("b", {&two})}, {&one, &two}, Quorum::all({"a", "b"}), true, 2},
      {"all but one", {of_keys("a", {&one}), of_keys("b", {&two})}, {&one}, Quorum::all({"a", "b"}), false, 1},
      {"many signatures of one", {of_keys("a", {&one}), of_keys("b", {&two})}, {&one, &one, &one},
       Quorum::at_least(2, {"a", "b"}), false, 1},
      {"one key under two names", {of_keys("a", {&one}), of_keys("b", {&one})}, {&one, &one},
       Quorum::at_least(2, {"a", "b"}), false, 1},
      {"two signers of one authority", {of_keys("a", {&one, &two})}, {&one, &two},
       Quorum::at_least(2, {"a"}), false, 1},
      // b must have the one, so a must take the other; whichever a would take first.
      {"matched, not first come", {of_keys("a", {&one, &two}), of_keys("b", {&one})}, {&one, &two},
       Quorum::all({"a", "b"}), true, 2},
      {"matched, the other way", {of_keys("a", {&one, &two}), of_keys("b", {&two})}, {&one, &two},
       Quorum::all({"a", "b"}), true, 2},
      {"an authority that was not asked", {of_keys("a", {&one}), of_keys("c", {&two})}, {&one, &two},
       Quorum::at_least(2, {"a", "b"}), false, 1},
      {"named twice", {of_keys("a", {&one})}, {&one}, Quorum::all({"a", "a"}), true, 1},
      {"nobody asked", {of_keys("a", {&one})}, {&one}, Quorum::all({}), false, 0},
      {"needs nothing", {of_keys("a", {&one})}, {&one}, Quorum::at_least(0, {"a"}), false, 1},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const QuorumResult result =
        count(row.quorum, claims_of(row.authorities, row.signers), TimePoint{});
    EXPECT_EQ(result.met, row.met);
    EXPECT_EQ(result.members.size(), row.counted);
  }
}

TEST(Threshold, WindowsAreJudgedNow) {
  const MintKey key = MintKey::make(crypto::KeyKind::ecdsa_p256);
  const Validity window{testing::at("2026-01-01T00:00:00Z"), testing::at("2026-02-01T00:00:00Z")};
  const auto claims = claims_of({of_keys("a", {&key}, window)}, {&key});
  const Quorum quorum = Quorum::any({"a"});
  EXPECT_TRUE(count(quorum, claims, testing::at("2026-02-01T00:00:00Z")).met);
  EXPECT_FALSE(count(quorum, claims, testing::at("2026-02-01T00:00:01Z")).met);
  EXPECT_FALSE(count(quorum, claims, testing::at("2025-12-31T23:59:59Z")).met);
}

// A candidate that fails never hides another one (cosign stops at the first bundle it can parse).
TEST(Threshold, JunkHidesNothing) {
  const Artifact artifact = shared_mint().artifact();
  std::vector<Candidate> candidates(3);
  candidates[0].bytes = "junk";
  candidates[1] = shared_mint().candidate(shared_mint().bundle({.keyed = true}));
  candidates[2] = shared_mint().legacy_signature();
  std::vector<Verified<SignatureClaim>> claims;
  std::vector<std::string> reasons;
  for (const Candidate& candidate : candidates) {
    auto result = Verifier::verify(candidate, shared_mint().keyless(), artifact, Demand{},
                                   *shared_mint().root);
    if (result.ok()) {
      claims.push_back(std::move(result.value()[0]));
    } else {
      reasons.emplace_back(to_string(result.error().reason));
    }
  }
  EXPECT_EQ(reasons, (std::vector<std::string>{"bundle-malformed", "certificate-expected"}));
  EXPECT_TRUE(count(Quorum::any({"keyless"}), claims, TimePoint{}).met);
}

}  // namespace
}  // namespace portreeve::verifiers
