#pragma once

// The payload of legacy cosign signatures (containers/image, docs/containers-signature.5.md; cosign
// specs/SIGNATURE_SPEC.md).

#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/value.h"
#include "verifiers/rejection.h"

namespace portreeve {
class MemoryBudget;
}

namespace portreeve::verifiers {

inline constexpr std::string_view kSimpleSigningType = "cosign container image signature";

/// A payload whose shape is right; nobody vouches for it yet.
struct SimpleSigning {
  Digest manifest;               ///< critical.image.docker-manifest-digest
  std::string docker_reference;  ///< critical.identity.docker-reference, as written; may be empty.
  Value annotations;             ///< `optional`: an object, or absent. Borrowed from `document`.
  DocumentPtr document;

  /// Strict where cosign is not: critical.type must be there and right, every key in its one
  /// spelling, nothing else inside `critical` ("critical" means that a reader must understand all of
  /// it) nor beside it. Rejections: payload_malformed, too_large.
  static Checked<SimpleSigning> parse(std::string payload, MemoryBudget* memory = nullptr);
};

}  // namespace portreeve::verifiers
