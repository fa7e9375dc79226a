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

/// The `cosign` 3 command that proves the same again, quoted for a shell. `reference` is
/// host/repository@digest; `key_file` is used for bare keys, `trust_root_file` if it is not empty.
std::string cosign_command(const SignatureClaim& claim, std::string_view reference,
                           std::string_view key_file, std::string_view trust_root_file);

/// Text as one word of a POSIX shell.
std::string shell_quoted(std::string_view text);

}  // namespace portreeve::verifiers
