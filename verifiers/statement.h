#pragma once

// in-toto statements (in-toto/attestation, spec v0.1 and v1): which artifacts a predicate is about.

#include <string>
#include <string_view>
#include <vector>

#include "core/value.h"
#include "crypto/public_key.h"
#include "verifiers/artifact.h"
#include "verifiers/rejection.h"

namespace portreeve {
class MemoryBudget;
}

namespace portreeve::verifiers {

/// What `cosign sign` (3) writes into a bundle: a statement that is a signature.
inline constexpr std::string_view kCosignSignPredicate = "https://sigstore.dev/cosign/sign/v1";

struct SubjectDigest {
  std::string algorithm;  ///< As written: "sha256", "gitCommit", …
  std::string hex;        ///< Of sha256, sha384, sha512: lower case and exactly as long as it must be.
};

struct StatementSubject {
  std::string name;  ///< May be empty.
  std::vector<SubjectDigest> digests;
  Value annotations;  ///< An object, or absent. Borrowed from Statement::document.
};

/// A statement whose shape is right; nobody vouches for it yet. Immutable once read.
struct Statement {
  std::string predicate_type;  ///< Never empty.
  std::vector<StatementSubject> subjects;  ///< At least one.
  Value predicate;  ///< Absent if there is none (cosign 3 up to 3.0.4). Borrowed from `document`.
  DocumentPtr document;

  /// Errors of the payload of an envelope. Fields that the specification does not name are ignored
  /// (in-toto parsing rules); the ones it names are strict: `_type` exact, digests of the three
  /// algorithms that we compare in lower case and of their exact length.
  /// Rejections: statement_malformed, statement_type, too_large.
  static Checked<Statement> parse(std::string payload, MemoryBudget* memory = nullptr);

  /// The subject that is the artifact: at least one digest equal, and none of those we can compare
  /// different. Names are not compared: signers write what they like.
  /// Rejections: subject_mismatch, digest_unknown (no algorithm in common).
  Checked<const StatementSubject*> subject_of(const Artifact& artifact) const;
};

}  // namespace portreeve::verifiers
