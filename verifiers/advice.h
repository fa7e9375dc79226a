#pragma once

// What we tell people about a signature: how to trust its signer, and how to check our word.

#include <string>
#include <string_view>

#include "verifiers/verifier.h"

namespace portreeve::verifiers {

/// A document of kind Authority that trusts exactly this signer for the repository, to review and
/// paste (YAML, ended by a newline). Keys are written beside it by the user: the document names
/// `key_file` (comments hold the PEM).
std::string authority_document(const SignatureClaim& claim, std::string_view repository,
                               std::string_view name, std::string_view key_file);

/// Where cosign finds what we found.
struct ClaimPlace {
  std::string reference;   ///< host/repository@digest, in a registry; empty: on disk alone.
  std::string signatures;  ///< host/repository of a separate signature repository; empty: none.
  std::string layout;      ///< Directory of an OCI layout that holds the candidate, or
  std::string archive;     ///< a tar of one.
  std::string artifact;    ///< Hexadecimal sha256 of the artifact's manifest.
  std::string blob;        ///< The same of the candidate's layer.
  bool referrer = false;   ///< Listed by the referrers API or its tag, not tagged .sig or .att.
  bool bundles = false;    ///< Bundles are there too: cosign 3 looks at nothing else, unless told.
};

/// The `cosign` 3 command that proves the same again, quoted for a shell. `key_file` is used for bare
/// keys, `trust_root_file` if it is not empty. Empty where cosign has no such command.
std::string cosign_command(const SignatureClaim& claim, const ClaimPlace& place,
                           std::string_view key_file, std::string_view trust_root_file);

/// Text as one word of a POSIX shell.
std::string shell_quoted(std::string_view text);

}  // namespace portreeve::verifiers
