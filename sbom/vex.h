#pragma once

// VEX: who says that a vulnerability does not matter, about what. OpenVEX 0.2, CSAF 2.0 profile
// csaf_vex, CycloneDX vulnerabilities[].analysis.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "core/value.h"

namespace portreeve::sbom {

enum class VexStatus { under_investigation, affected, not_affected, fixed };
std::string_view to_string(VexStatus status) noexcept;

/// What a statement is about: a product, and parts of it. Texts are purls, digests or ids.
struct VexProduct {
  std::vector<std::string> ids;
  std::vector<std::string> subcomponents;  ///< Empty: the product as a whole.
};

struct VexStatement {
  std::vector<std::string> vulnerabilities;  ///< Name and aliases.
  VexStatus status = VexStatus::under_investigation;
  std::string justification;
  std::string impact;
  std::vector<VexProduct> products;  ///< Empty: about nothing that it names.
  std::optional<TimePoint> at;       ///< The statement's own time, else the document's.
};

struct VexDocument {
  std::string author;
  std::vector<VexStatement> statements;
};

/// Errors: malformed (an unknown status is one), unsupported, limit.
Result<VexDocument> read_vex(const Value& root);

/// A vulnerability in a component of an artifact, as statements are asked about it.
struct VexQuestion {
  const std::vector<std::string>& vulnerability;  ///< Id and aliases.
  std::string_view artifact;                      ///< "sha256:…"
  std::string_view artifact_purl;                 ///< Without it, digests alone match.
  std::string_view component_purl;
  bool unversioned = false;      ///< A purl without a version matches every version.
  bool impact_suffices = false;  ///< not_affected with an impact statement needs no justification.
  /// A statement that is younger than this by more than kVexSkew never suppresses: it would win over
  /// every later one. Nothing: no time is too late.
  std::optional<TimePoint> now = std::nullopt;
};
/// How far clocks may differ from ours.
inline constexpr Milliseconds kVexSkew = std::chrono::minutes(5);

/// Whether the newest statement that is about the question and made by now says that it does not matter. Nothing:
/// none is about it. A statement whose justification is missing does not count as one.
std::optional<bool> suppressed_by(const std::vector<VexDocument>& documents,
                                  const VexQuestion& question);

inline constexpr std::size_t kVexStatements = 100'000;

}  // namespace portreeve::sbom
