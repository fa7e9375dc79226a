#include "verifiers/signing_certificate.h"

#include <optional>

namespace portreeve::verifiers {
namespace {

using crypto::Certificate;
using crypto::CertificatePath;

constexpr std::size_t kOffered = 8;
constexpr std::size_t kPrivateCas = 64;

std::string interval(const CertificatePath& path) {
  return Validity{path.not_before, path.not_after}.text();
}

/// A CA of the root and the leaf's path below it, or why there is none.
struct Attempt {
  const CertificateAuthority* authority;
  std::optional<CertificatePath> path;
};

// The times do not change whether a signature holds: each authority is asked at most once.
class Attempts {
 public:
  Attempts(const Certificate& leaf, const TrustRoot& root) : leaf_(leaf) {
    for (const CertificateAuthority& authority : root.certificate_authorities()) {
      attempts_.push_back({&authority, std::nullopt});
      asked_.push_back(false);
    }
  }

  /// The issuer at one time.
  Checked<Certificate> issuer_at(TimePoint time) {
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
      if (!attempts_[i].authority->valid_for.contains(time)) continue;
      ask(i);
      const std::optional<CertificatePath>& path = attempts_[i].path;
      if (path && path->valid_at(time)) return path->issuer();
    }
    return refusal(time);
  }

 private:
  void ask(std::size_t i) {
    if (asked_[i]) return;
    asked_[i] = true;
    Result<CertificatePath> path = attempts_[i].authority->chain.path_of(leaf_);
    if (path.ok()) {
      attempts_[i].path = std::move(path).value();
    } else {
      last_ = attempts_[i].authority->where + ": " + path.error().message;
    }
  }

  // An authority that issued the leaf at another time says more than "no path".
  Rejection refusal(TimePoint time) {
    for (std::size_t i = 0; i < attempts_.size(); ++i) {
      ask(i);
      const Attempt& attempt = attempts_[i];
      if (!attempt.path) continue;
      const bool in_root = attempt.authority->valid_for.contains(time);
      return {Reason::certificate_time,
              "signed at " + format_time(time) + ", but " + attempt.authority->where +
                  (in_root ? " and the certificates below it are valid " : " is trusted only ") +
                  (in_root ? interval(*attempt.path) : attempt.authority->valid_for.text())};
    }
    return {Reason::certificate_chain, "certificate issued by " + quoted(leaf_.issuer()) +
                                           " chains to no certificate authority of the trust root" +
                                           (last_.empty() ? "" : " (" + last_ + ")")};
  }

  const Certificate& leaf_;
  std::vector<Attempt> attempts_;
  std::vector<bool> asked_;
  std::string last_;
};

Passed check_times(std::span<const TimePoint> times) {
  if (!times.empty()) return Done{};
  return Rejection{Reason::time_missing, "nothing verified says when the certificate was used"};
}

}  // namespace

Passed check_signing_leaf(const Certificate& leaf) {
  const auto refuse = [](std::string message) {
    return Rejection{Reason::certificate_usage, std::move(message)};
  };
  if (leaf.is_ca()) return refuse("certificate is a CA's; a signer's must not be");
  if (!leaf.has_key_usage() || (leaf.key_usage() & crypto::key_usage::kDigitalSignature) == 0) {
    return refuse("certificate's key usage lacks digitalSignature");
  }
  if (!leaf.has_extended_key_usage() || !leaf.allows(crypto::eku::kCodeSigning)) {
    return refuse("certificate's extended key usage lacks codeSigning");
  }
  const std::size_t names = leaf.alternative_names().size();
  if (names == 1) return Done{};
  return Rejection{Reason::identity_malformed,
                   "certificate has " + std::to_string(names) +
                       " subject alternative names, expected exactly one"};
}

Checked<Certificate> check_fulcio_certificate(const Certificate& leaf, const TrustRoot& root,
                                              std::span<const TimePoint> times) {
  PORTREEVE_CHECK(check_signing_leaf(leaf));
  PORTREEVE_CHECK(check_times(times));
  Attempts attempts(leaf, root);
  PORTREEVE_TRY(Certificate issuer, attempts.issuer_at(times.front()));
  for (const TimePoint time : times.subspan(1)) PORTREEVE_CHECK(attempts.issuer_at(time));
  return issuer;
}

Result<PrivateAuthority> PrivateAuthority::make(std::string_view roots_pem,
                                                std::string_view intermediates_pem) {
  const auto read = [](std::string_view pem,
                       std::string_view what) -> Result<std::vector<Certificate>> {
    Result<std::vector<Certificate>> list = Certificate::list_from_pem(pem, kPrivateCas);
    if (list.ok()) return list;
    return Error{Errc::misconfigured, std::string(what) + ": " + list.error().message};
  };
  PORTREEVE_TRY(std::vector<Certificate> roots, read(roots_pem, "roots"));
  std::vector<Certificate> intermediates;
  if (!intermediates_pem.empty()) {
    PORTREEVE_TRY(intermediates, read(intermediates_pem, "intermediates"));
  }
  for (const std::vector<Certificate>* list : {&roots, &intermediates}) {
    for (const Certificate& certificate : *list) {
      if (!certificate.is_ca()) {
        return Error{Errc::misconfigured,
                     "certificate \"" + certificate.subject() + "\" is not a CA's"};
      }
    }
  }
  return PrivateAuthority(std::move(roots), std::move(intermediates));
}

namespace {

// Fulcio's rule for a path that OpenSSL built.
Passed check_nesting(const CertificatePath& path) {
  for (std::size_t i = 1; i < path.certificates.size(); ++i) {
    const Certificate& ca = path.certificates[i];
    if (ca.has_extended_key_usage() && !ca.allows(crypto::eku::kCodeSigning) &&
        !ca.allows(crypto::eku::kAny)) {
      return Rejection{Reason::certificate_chain,
                       "CA certificate " + quoted(ca.subject()) +
                           " has extended key usages without codeSigning"};
    }
  }
  return Done{};
}

}  // namespace

Passed PrivateAuthority::check(const Certificate& leaf, std::span<const Certificate> offered,
                               std::span<const TimePoint> times) const {
  PORTREEVE_CHECK(check_signing_leaf(leaf));
  PORTREEVE_CHECK(check_times(times));
  if (offered.size() > kOffered) {
    return Rejection{Reason::too_large,
                     std::to_string(offered.size()) + " certificates offered, limit is 8"};
  }
  std::vector<Certificate> intermediates = intermediates_;
  intermediates.insert(intermediates.end(), offered.begin(), offered.end());
  PORTREEVE_TRY(const crypto::CertificateStore store,
                step(Reason::internal, "certificates",
                     crypto::CertificateStore::make(roots_, std::move(intermediates))));
  for (const TimePoint time : times) {
    Result<CertificatePath> path = store.verify(leaf, time);
    if (!path.ok()) {
      const bool ever = store.verify_without_time_unsafe(leaf).ok();
      return rejection(ever ? Reason::certificate_time : Reason::certificate_chain,
                       "certificate used at " + format_time(time), path.error());
    }
    PORTREEVE_CHECK(check_nesting(path.value()));
  }
  return Done{};
}

}  // namespace portreeve::verifiers
