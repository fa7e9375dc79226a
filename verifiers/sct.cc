#include "verifiers/sct.h"

#include <set>

#include "core/base64.h"
#include "crypto/sct.h"

namespace portreeve::verifiers {
namespace {

using crypto::SignedCertificateTimestamp;

/// What every SCT of one certificate is checked against.
struct Precertificate {
  const TrustRoot& root;
  crypto::Sha256 issuer_key_hash;
  std::string tbs;
};

Result<VerifiedSct> check(const SignedCertificateTimestamp& sct,
                          const Precertificate& precertificate) {
  const std::vector<const TransparencyLog*> logs = precertificate.root.find_ct_log(sct.log_id);
  if (logs.empty())
    return precertificate.root.unknown_log("certificate transparency log", sct.log_id);
  Error last{Errc::internal, ""};
  for (const TransparencyLog* log : logs) {
    if (!log->valid_for.contains(sct.time)) {
      last = Error{Errc::untrusted, "SCT of " + format_time(sct.time) + ", but " + log->where +
                                        " is trusted only " + log->valid_for.text()};
      continue;
    }
    Outcome signature =
        crypto::verify_sct(sct, log->key, precertificate.issuer_key_hash, precertificate.tbs);
    if (signature.ok()) return VerifiedSct{log->authority(), log, sct.time};
    last = with_context(std::move(signature).error(), log->where);
  }
  return last;
}

}  // namespace

std::size_t SctResults::distinct_logs() const {
  std::set<std::string_view> authorities;
  for (const VerifiedSct& sct : verified) authorities.insert(sct.authority);
  return authorities.size();
}

Result<SctResults> check_scts(const crypto::Certificate& leaf, const crypto::Certificate& issuer,
                              const TrustRoot& root) {
  PORTREEVE_TRY(const std::vector<SignedCertificateTimestamp> scts, crypto::embedded_scts(leaf));
  PORTREEVE_TRY(std::string tbs, crypto::precertificate_tbs(leaf));
  const Precertificate precertificate{root, issuer.key().spki_sha256(), std::move(tbs)};
  SctResults results;
  for (const SignedCertificateTimestamp& sct : scts) {
    Result<VerifiedSct> result = check(sct, precertificate);
    if (result.ok()) {
      results.verified.push_back(std::move(result).value());
    } else {
      results.rejected.push_back(std::move(result).error());
    }
  }
  return results;
}

Checked<SctResults> require_scts(const crypto::Certificate& leaf, const crypto::Certificate& issuer,
                                 const TrustRoot& root, std::size_t threshold) {
  Result<SctResults> results = check_scts(leaf, issuer, root);
  if (!results.ok()) {
    const bool missing = results.error().code == Errc::not_found;
    return Rejection{missing ? Reason::sct_missing : Reason::sct_invalid, results.error().message};
  }
  const std::size_t wanted = threshold == 0 ? 1 : threshold;
  const std::size_t distinct = results.value().distinct_logs();
  if (distinct >= wanted) return std::move(results).value();
  std::string message =
      "SCTs of " + std::to_string(distinct) + " distinct logs, expected " + std::to_string(wanted);
  for (const Error& error : results.value().rejected) message += "; " + error.message;
  return Rejection{Reason::sct_invalid, std::move(message)};
}

}  // namespace portreeve::verifiers
