#pragma once

// Words for what was found of signatures, so that "unsigned", "signed by somebody else", "malformed"
// and "could not look" are four different answers.

#include <set>
#include <string>
#include <vector>

#include "core/time.h"
#include "policies/evidence.h"

namespace portreeve::policies {

/// "unsigned", "signed, but by nobody who is trusted for it", "malformed signatures alone", …
std::string found_words(const SignatureFacts& facts, bool attestation);
/// "signed, but not by enough of those who have to": a threshold is not met by these.
std::string too_few_words(const std::set<std::string>& signers);
/// What to do about an artifact that nothing refers to: said in the denial itself.
std::string_view left_behind() noexcept;
/// The table of candidates, then where was asked; at most `most` bytes.
std::string table_words(const SignatureFacts& facts, std::size_t most);
/// "3 d 4 h", "12 min"
std::string age_words(Milliseconds age);
/// "72h", "30m", "14d". Errors: misconfigured.
Result<Milliseconds> parse_age(std::string_view text);

}  // namespace portreeve::policies
