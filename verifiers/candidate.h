#pragma once

// What discovery hands over: one document that may prove something about an artifact.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/certificate.h"
#include "verifiers/bundle.h"
#include "verifiers/content.h"
#include "verifiers/log_entry.h"
#include "verifiers/rejection.h"
#include "verifiers/rekor.h"
#include "verifiers/simple_signing.h"
#include "verifiers/statement.h"

namespace portreeve::verifiers {

enum class Shape {
  bundle,              ///< A Sigstore bundle: a file, or the layer of a referrer.
  legacy_signature,    ///< A layer of cosign's `.sig` manifest, or of its OCI 1.1 form.
  legacy_attestation,  ///< A layer of cosign's `.att` manifest.
};
std::string_view to_string(Shape shape) noexcept;

/// The shape of a layer of that media type; nothing for layers that prove nothing.
std::optional<Shape> shape_of(std::string_view media_type) noexcept;

struct Candidate {
  Shape shape = Shape::bundle;
  std::string found;       ///< Where: "tag sha256-….sig, layer 2". For tables; never judged.
  std::string media_type;  ///< Of the layer; must be the shape's. Empty for a bundle that is a file.
  std::string bytes;       ///< The layer's blob, its digest checked by whoever fetched it.
  /// Of the layer's descriptor; read for legacy shapes alone. They are unsigned: what they hold is
  /// material to verify, never a fact.
  std::map<std::string, std::string, std::less<>> annotations;
};

/// A candidate, read: the same for all shapes from here on. Nothing is verified yet.
struct SignedDocument {
  Shape shape;
  SignedContent content;                ///< What the signatures are over.
  std::vector<std::string> signatures;  ///< Raw, at least one; more than one in `.att` alone.
  std::vector<std::string> certificates;  ///< DER, leaf first; empty: signed by a bare key.
  std::string key_hint;                   ///< Never decides.
  std::vector<LogEntry> log_entries;
  EntryDuties duties;                   ///< What this shape demands of its entries.
  std::vector<std::string> timestamps;  ///< DER.
  /// What timestamps are about where that is not the signature (`.att`: the whole envelope).
  std::optional<std::string> stamped;
  std::optional<Statement> statement;     ///< In-toto content.
  std::optional<SimpleSigning> payload;   ///< Simple-signing content.
  std::optional<MessageSignature> message;  ///< Neither: a signature over the artifact's own bytes.

  /// Whether it is meant as a signature: by its shape, or because the statement is of the type that
  /// `cosign sign` writes. Otherwise it is an attestation.
  bool is_signature() const noexcept;

  /// Borrows `artifact` (inside `content`). `memory` may be null; what is kept of it goes with the
  /// document. Rejections: media_type, too_large (also: no memory is left), and the first section of
  /// Reason.
  static Checked<SignedDocument> read(const Candidate& candidate, const Artifact& artifact,
                                      MemoryBudget* memory = nullptr);
};

}  // namespace portreeve::verifiers
