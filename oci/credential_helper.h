#pragma once

// docker-credential-* programs: on a workstation they hold the secrets; in the cluster nothing runs.

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/time.h"
#include "oci/credentials.h"

namespace portreeve::oci {

/// Whether a suffix may become part of a program's name: 1–64 of a-z, 0-9 and '-'.
bool valid_helper(std::string_view suffix) noexcept;

/// Runs `docker-credential-SUFFIX get` with `server` on its standard input, found by PATH, with no
/// other descriptors than its three; its error output is dropped, as it may hold a secret.
/// A helper that has none gives a Credential with an empty id.
/// Errors: unavailable (cannot run, failed, too slow), malformed (its answer), limit (64 KiB).
Result<Credential> run_credential_helper(const std::string& suffix, const std::string& server,
                                         Milliseconds patience);

/// Reads {"ServerURL", "Username", "Secret"}. Errors: malformed.
Result<Credential> parse_helper_answer(std::string_view text, const std::string& suffix);

}  // namespace portreeve::oci
