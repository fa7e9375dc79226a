#include "verifiers/timestamp.h"

#include <set>

#include "core/limits.h"
#include "crypto/timestamp_token.h"

namespace portreeve::verifiers {
namespace {

using crypto::TimestampToken;

// RFC 3161 §2.3: exactly this one extended key usage, critical. (OpenSSL's purpose check would look
// at whatever certificate the token brings along.)
Outcome check_usage(const crypto::Certificate& signer) {
  const bool only_stamping =
      signer.extended_key_usages().size() == 1 && signer.allows(crypto::eku::kTimeStamping);
  if (!only_stamping || !signer.extended_key_usage_critical()) {
    return Error{Errc::untrusted,
                 "certificate \"" + signer.subject() +
                     "\" may not stamp: expected one critical extended key usage, timeStamping"};
  }
  if (signer.is_ca()) {
    return Error{Errc::untrusted,
                 "certificate \"" + signer.subject() + "\" is a CA's; a stamping one must not be"};
  }
  if (signer.has_key_usage() && (signer.key_usage() & crypto::key_usage::kDigitalSignature) == 0) {
    return Error{Errc::untrusted,
                 "certificate \"" + signer.subject() + "\" lacks key usage digitalSignature"};
  }
  return Done{};
}

// Cheap comparisons before the signature; the signature before anything is believed.
Outcome check_authority(const TimestampToken& token, std::string_view message,
                        const TimestampAuthority& authority) {
  PORTREEVE_CHECK(token.verify(message, authority.chain.certificates()));
  PORTREEVE_CHECK(check_usage(authority.chain.issuing()));
  if (!authority.valid_for.contains(token.time())) {
    return Error{Errc::untrusted, "stamped at " + format_time(token.time()) +
                                      ", but trusted only " + authority.valid_for.text()};
  }
  const Result<Validity>& window = authority.chain.window();
  if (!window.ok()) return window.error();
  if (!window.value().contains(token.time())) {
    return Error{Errc::untrusted, "stamped at " + format_time(token.time()) +
                                      ", but its certificates are valid " + window.value().text()};
  }
  return Done{};
}

Result<VerifiedTimestamp> check(std::string_view der, std::string_view message,
                                const TrustRoot& root) {
  PORTREEVE_TRY(const TimestampToken token, TimestampToken::parse(der));
  Error last{Errc::untrusted, "time stamp: the trust root has no timestamp authority"};
  bool named = false;
  for (const TimestampAuthority& authority : root.timestamp_authorities()) {
    Outcome outcome = check_authority(token, message, authority);
    if (outcome.ok()) return VerifiedTimestamp{token.time(), authority.authority(), &authority, 0};
    // "Another certificate" says least: an authority that did sign it has the better reason.
    const bool other = !token.signed_by(authority.chain.issuing());
    if (named && other) continue;
    named = !other;
    last = with_context(std::move(outcome).error(), authority.where);
  }
  return last;
}

}  // namespace

std::size_t TimestampResults::distinct_authorities() const {
  std::set<std::string_view> authorities;
  for (const VerifiedTimestamp& timestamp : verified) authorities.insert(timestamp.authority);
  return authorities.size();
}

Result<TimestampResults> check_timestamps(std::span<const std::string> tokens,
                                          std::string_view message, const TrustRoot& root) {
  if (tokens.size() > limits::kTimestamps) {
    return Error{Errc::limit, "signed timestamps: " + std::to_string(tokens.size()) +
                                  ", limit is " + std::to_string(limits::kTimestamps)};
  }
  TimestampResults results;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    Result<VerifiedTimestamp> result = check(tokens[i], message, root);
    if (result.ok()) {
      results.verified.push_back(std::move(result).value());
      results.verified.back().index = i;
    } else {
      results.rejected.push_back({i, std::move(result).error()});
    }
  }
  return results;
}

}  // namespace portreeve::verifiers
