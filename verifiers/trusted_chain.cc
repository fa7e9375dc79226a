// TrustedChain: the path of one authority, verified once.

#include <algorithm>
#include <array>
#include <mutex>

#include "verifiers/trust_root.h"

namespace portreeve::verifiers {
namespace {

using crypto::Certificate;
using crypto::CertificatePath;
using crypto::CertificateStore;

// A leaf below a CA with one of these cannot be judged by its issuer alone: name constraints,
// policy constraints, inhibit-any-policy.
constexpr std::array<std::string_view, 3> kConstraints = {"2.5.29.30", "2.5.29.36", "2.5.29.54"};

bool constrains_leaves(const Certificate& certificate) {
  return std::any_of(kConstraints.begin(), kConstraints.end(),
                     [&](std::string_view oid) { return certificate.extension(oid) != nullptr; });
}

std::string_view usage_of(ChainPurpose purpose) {
  switch (purpose) {
    case ChainPurpose::code_signing:
      return crypto::eku::kCodeSigning;
    case ChainPurpose::time_stamping:
      return crypto::eku::kTimeStamping;
  }
  return {};
}

// What a CA with extended key usages issues is good for these alone. OpenSSL 3.0 does not look.
Outcome check_nesting(const std::vector<Certificate>& chain, ChainPurpose purpose) {
  // A stamping leaf's own usage is stricter: verifiers/timestamp.cc.
  const std::size_t first = purpose == ChainPurpose::time_stamping ? 1 : 0;
  for (std::size_t i = first; i < chain.size(); ++i) {
    const Certificate& ca = chain[i];
    if (ca.has_extended_key_usage() && !ca.allows(usage_of(purpose)) &&
        !ca.allows(crypto::eku::kAny)) {
      return Error{Errc::untrusted, "CA certificate \"" + ca.subject() +
                                        "\" has extended key usages without " +
                                        std::string(usage_of(purpose))};
    }
  }
  return Done{};
}

// OpenSSL counts when it sees leaf and anchor at once; a path that is cut at the issuer needs this.
Outcome check_path_lengths(const std::vector<Certificate>& chain, ChainPurpose purpose) {
  for (std::size_t i = 1; i < chain.size(); ++i) {
    const std::size_t below = purpose == ChainPurpose::code_signing ? i : i - 1;
    if (chain[i].path_length() && *chain[i].path_length() < below) {
      return Error{Errc::untrusted, "CA certificate \"" + chain[i].subject() + "\" allows " +
                                        std::to_string(*chain[i].path_length()) +
                                        " CAs below it, there are " + std::to_string(below)};
    }
  }
  return Done{};
}

/// What is worth remembering.
struct Verified {
  Validity window;
  CertificateStore store;  ///< For leaves.
  bool cut;                ///< The store's anchor is the issuing certificate.
};

Result<Validity> window_of(const std::vector<Certificate>& chain) {
  Validity window{chain[0].not_before(), chain[0].not_after()};
  for (const Certificate& certificate : chain) {
    window.start = std::max(*window.start, certificate.not_before());
    window.end = std::min(*window.end, certificate.not_after());
  }
  if (*window.start <= *window.end) return window;
  return Error{Errc::untrusted, "CA certificates of one chain are never valid at the same time"};
}

Result<Verified> verify(const std::vector<Certificate>& chain, ChainPurpose purpose) {
  PORTREEVE_CHECK(check_nesting(chain, purpose));
  PORTREEVE_CHECK(check_path_lengths(chain, purpose));
  PORTREEVE_TRY(const Validity window, window_of(chain));
  const std::vector<Certificate> anchor = {chain.back()};
  const std::vector<Certificate> others(chain.begin(), chain.end() - 1);
  PORTREEVE_TRY(CertificateStore store, CertificateStore::make(anchor, others));
  PORTREEVE_TRY(const CertificatePath path, store.verify_without_time_unsafe(chain.front()));
  if (path.certificates != chain) {
    return Error{Errc::untrusted, "CA certificates are not one path from \"" +
                                      chain.front().subject() + "\" to the anchor \"" +
                                      chain.back().subject() + "\""};
  }
  if (std::any_of(chain.begin(), chain.end(), constrains_leaves))
    return Verified{window, store, false};
  PORTREEVE_TRY(CertificateStore cut, CertificateStore::make({chain.front()}, {}));
  return Verified{window, cut, true};
}

}  // namespace

struct TrustedChain::Once {
  std::once_flag flag;
  Result<Validity> window = Error{Errc::internal, "chain not verified"};
  std::optional<Verified> verified;
};

TrustedChain::TrustedChain(std::vector<Certificate> certificates, ChainPurpose purpose)
    : certificates_(std::move(certificates)), purpose_(purpose), once_(std::make_shared<Once>()) {}

const TrustedChain::Once& TrustedChain::once() const {
  std::call_once(once_->flag, [&] {
    Result<Verified> verified = verify(certificates_, purpose_);
    if (verified.ok()) {
      once_->window = verified.value().window;
      once_->verified = std::move(verified).value();
    } else {
      once_->window = std::move(verified).error();
    }
  });
  return *once_;
}

const Result<Validity>& TrustedChain::window() const { return once().window; }

Result<CertificatePath> TrustedChain::path_of(const Certificate& leaf) const {
  const Once& known = once();
  if (!known.verified) return known.window.error();
  PORTREEVE_TRY(CertificatePath path, known.verified->store.verify_without_time_unsafe(leaf));
  if (path.certificates.size() < 2 || !(path.certificates[1] == issuing())) {
    return Error{Errc::untrusted, "certificate was not issued by \"" + issuing().subject() + "\""};
  }
  path.certificates = {leaf};
  path.certificates.insert(path.certificates.end(), certificates_.begin(), certificates_.end());
  path.not_before = std::max(leaf.not_before(), *known.verified->window.start);
  path.not_after = std::min(leaf.not_after(), *known.verified->window.end);
  return path;
}

}  // namespace portreeve::verifiers
