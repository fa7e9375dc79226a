#pragma once

// The values of evidence that rules read, and the names under which they ask for it. Providers in
// engine/ make them; nothing here says where bytes come from. Sections "chart" and "render":
// policies/chart_facts.h.

#include <any>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/evidence.h"
#include "core/reference.h"
#include "core/time.h"
#include "core/value.h"
#include "core/verified.h"
#include "verifiers/verifier.h"

namespace portreeve::policies {

/// One entry of an index.
struct ChildArtifact {
  Digest digest;
  std::string platform;  ///< "linux/arm64"
};

/// Section "artifact": what a reference meant.
struct ResolvedArtifact {
  std::string name;  ///< "host/repository", the logical one.
  Digest digest;
  TimePoint at{};               ///< When it was asked; of a remembered one, when that was.
  bool remembered = false;      ///< Last known good: the registry was not reached.
  std::string unreached;        ///< Why, if remembered.
  std::optional<Digest> before; ///< The tag was remembered as another digest.
  bool index = false;
  std::vector<ChildArtifact> children;
};

/// One document that may prove something, and what came of it.
struct CandidateRow {
  std::string found;  ///< Where: "ghcr.io/x/y, referrers API, sha256:…, layer 1"
  std::string shape;  ///< "bundle"
  std::string signer; ///< Of an accepted one.
  std::optional<verifiers::Rejection> rejection;
  std::optional<Digest> blob{};  ///< Of the layer, if it was read.
  /// "accepted, SIGNER" or "REASON: why"; escaped and cut.
  std::string outcome() const;
};

/// Section "claims": what one digest's candidates prove for one ask.
struct SignatureFacts {
  std::vector<Verified<verifiers::SignatureClaim>> claims;
  std::vector<CandidateRow> rows;  ///< At most kMostRows (all in `audit`); `examined` counts all.
  std::size_t examined = 0;
  std::vector<std::string> asked;  ///< "host/repository, fallback tag: nothing there"
  /// When the oldest of what was looked at was fetched; nothing if nothing was.
  std::optional<TimePoint> obtained;
  /// Something may be missing: without a proof that is undecided, never "unsigned".
  std::optional<Error> incomplete;

  static constexpr std::size_t kMostRows = 16;  ///< At admission.
};

/// Section "signers": who signed one digest, as far as the trust root vouches for anybody. For
/// listings: this says who it was, not that they may.
struct SignerFacts {
  std::vector<verifiers::SignatureClaim> claims;
  std::vector<CandidateRow> rows;
  std::vector<std::string> asked;
  std::optional<Error> incomplete;
};

/// Sections "signatures" and "attestations": all digests that a reference's `platforms` name.
struct ArtifactSignatures {
  struct Target {
    Digest digest;
    std::string platform;
    std::shared_ptr<const SignatureFacts> facts;  ///< Or `absent`.
    std::optional<Error> absent;
  };
  ResolvedArtifact resolved;
  std::vector<Target> targets;
};

/// Section "blueprint": a Blueprint that Applications name. Of a key, `artifact` is "name@version"
/// or, where nobody says which version, "name"; with or without the prefix. `scope` is
/// BlueprintSet::id(). Absences: not_found (none of that name), untrusted (known, but not in that
/// version), misconfigured (given twice, or a file cannot be read and might hold it), unavailable.
struct BlueprintFact {
  DocumentPtr document;  ///< Keeps `object` alive.
  Value object;          ///< metadata.name and spec.version are texts.
  std::string group, version, kind;  ///< Of apiVersion and kind: "v1", "Blueprint".
  std::string where;     ///< "file:line:column", or how it was had.

  std::string_view name() const noexcept { return object["metadata"]["name"].text(); }
  std::string_view release() const noexcept { return object["spec"]["version"].text(); }
};
Key blueprint_key(std::string_view name, std::string_view version, std::string_view scope);

/// One verification that some rule wants: of whom, and of what.
struct SignatureAsk {
  std::string authority;
  verifiers::Demand demand;
  /// Several signers are counted together: all candidates are looked at, a proof on disk is not
  /// enough.
  bool complete = false;
  /// Short digest of the above; two asks with one id are the same.
  std::string id() const;
};

enum class Platforms { index, all_children, any_child };
std::string_view to_string(Platforms platforms) noexcept;

/// The scope of keys: "TRUST[ ASK][ platforms][ last-known-good]".
struct EvidenceScope {
  std::string trust;  ///< TrustSet::id()
  std::string ask;
  Platforms platforms = Platforms::index;
  bool last_known_good = false;
  std::string text() const;
  static EvidenceScope parse(std::string_view text);
};

/// The value of a fact of that type; null for an absence, and for another type (our defect).
template <class T>
const T* value_of(const Evidence& evidence) noexcept {
  const auto* const fact = std::get_if<Fact>(&evidence);
  return fact == nullptr || fact->value == nullptr ? nullptr : std::any_cast<T>(fact->value.get());
}
template <class T>
std::shared_ptr<const T> share_value(const Evidence& evidence) noexcept {
  const auto* const fact = std::get_if<Fact>(&evidence);
  const T* const value = value_of<T>(evidence);
  return value == nullptr ? nullptr : std::shared_ptr<const T>(fact->value, value);
}

}  // namespace portreeve::policies
