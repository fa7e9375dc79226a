#pragma once

// Everything that a signer writes, in the world of a SigstoreMint: bundles of each version, legacy
// layers, log entries of each kind. Valid unless a test turns a knob or edits the JSON afterwards.

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "tests/support/sigstore_mint.h"
#include "verifiers/verifier.h"

namespace portreeve::testing {

using Json = nlohmann::ordered_json;

inline constexpr std::string_view kMintIssuer = "https://token.actions.githubusercontent.com";
inline constexpr std::string_view kMintIdentity =
    "https://github.com/acme/ship/.github/workflows/release.yaml@refs/heads/main";
inline constexpr std::string_view kRepository = "registry.test/acme/ship";

enum class MintedLog { none, v1, v2 };

struct SignatureSpec {
  bool keyed = false;           ///< By SignatureMint::key; else by the leaf.
  bool statement = true;        ///< An envelope; else a signature over the artifact's bytes.
  std::string payload{};        ///< Statement text; default: what cosign 3 signs.
  std::string payload_type = "application/vnd.in-toto+json";
  MintedLog log = MintedLog::v1;
  std::string entry_kind{};     ///< "intoto", "hashedrekord"; default: dsse for envelopes.
  bool promise = true;          ///< Of Rekor v1.
  bool proof = true;
  bool timestamp = false;       ///< Of the TSA; Rekor v2 and no log with a leaf need one.
  std::int64_t integrated_time = kIntegratedTime;
  TimestampSpec stamp{};
  std::optional<std::string> stamped{};  ///< What the timestamp is about, instead.
  bool stamps_signature = false;  ///< `.att`: the timestamp is about the signature, not the layer.
  MintLog::CheckpointSpec checkpoint{};
  std::function<void(Json&)> edit_body{};  ///< Before the body is logged.
  std::optional<crypto::Scheme> scheme{};  ///< Default: the key's.
  const MintedCertificate* leaf = nullptr;
  const MintKey* key = nullptr;
  std::string version = "0.3";
};

class SignatureMint {
 public:
  SignatureMint();

  Json bundle(const SignatureSpec& spec = {});
  verifiers::Candidate legacy_signature(const SignatureSpec& spec = {});
  verifiers::Candidate legacy_attestation(const SignatureSpec& spec = {});

  /// As a file.
  static verifiers::Candidate candidate(const Json& bundle);

  /// A statement about the artifact.
  std::string statement(std::string_view predicate_type, const Json& predicate = Json::object()) const;
  std::string simple_signing() const;

  verifiers::Artifact artifact() const { return verifiers::Artifact::of_bytes(bytes); }
  std::string digest() const;  ///< "sha256:…"

  verifiers::Authority keyless() const;
  verifiers::Authority keyed() const;

  /// The reason of the rejection, or "accepted".
  std::string judge(const verifiers::Candidate& candidate, const verifiers::Authority& authority,
                    const verifiers::Demand& demand = {}) const;
  std::string judge(const Json& bundle, const verifiers::Authority& authority,
                    const verifiers::Demand& demand = {}) const {
    return judge(candidate(bundle), authority, demand);
  }

  SigstoreMint sigstore;
  MintedCertificate leaf;
  MintKey key = MintKey::make(crypto::KeyKind::ecdsa_p256);
  std::string bytes = "the artifact\n";
  verifiers::TrustRootPtr root;

 private:
  struct Signed;
  Signed sign(const SignatureSpec& spec, const std::string& message, const std::string& payload) const;
  Json entry(const SignatureSpec& spec, const Signed& made);
  Json body_of(const SignatureSpec& spec, const Signed& made) const;
};

/// One world for all tests of a program: minting keys takes longer than most tests.
SignatureMint& shared_mint();

/// The first (and only) log entry of a bundle.
Json& entry_of(Json& bundle);

verifiers::Demand attestation_of(std::string predicate_type);

}  // namespace portreeve::testing
