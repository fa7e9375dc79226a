#pragma once

// What people are told about one signature: how to check our word, and how to trust its signer.

#include <string>
#include <string_view>

#include "policies/policy_set.h"
#include "verifiers/advice.h"

namespace portreeve::policies {

/// The cosign command that proves an accepted claim again, with the key and the trust root that the
/// claim's Authority names; `key_file` for a signer that no Authority names. May be empty.
std::string proving_command(const PolicySet& set, const verifiers::SignatureClaim& claim,
                            const verifiers::ClaimPlace& place, std::string_view key_file);

/// A file as a document names it, as somebody in the working directory does. `where`:
/// "file:line:column" of the document.
std::string path_beside(std::string_view where, std::string_view name);

}  // namespace portreeve::policies
