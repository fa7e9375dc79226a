#pragma once

// Whom we trust to sign what. Read from documents of kind Authority by policies/authority.h; plain
// values here, checked by check().

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/pattern.h"
#include "core/result.h"
#include "crypto/public_key.h"
#include "verifiers/certificate_identity.h"
#include "verifiers/signing_certificate.h"
#include "verifiers/trust_root.h"

namespace portreeve::verifiers {

/// Logical repositories: host and path are matched apart, so that nobody's path can look like a host.
class RepositoryGlob {
 public:
  /// "ghcr.io/acme/**". Errors: misconfigured (no path; ** in the host; what Glob refuses).
  static Result<RepositoryGlob> compile(std::string_view text);
  /// `name` is host/repository, as Reference::name() writes it.
  bool matches(std::string_view name) const;
  std::string text() const { return host_.text() + "/" + path_.text(); }

 private:
  RepositoryGlob(Glob host, Glob path) : host_(std::move(host)), path_(std::move(path)) {}
  Glob host_;
  Glob path_;
};

/// The identity that a certificate must name: exactly, or by a pattern that matches in full.
class IdentityRule {
 public:
  /// Errors: misconfigured (empty).
  static Result<IdentityRule> exact(std::string text);
  /// Errors: misconfigured: empty, no RE2, or one that anybody could fit. Of a URL scheme, host and
  /// first segment of the path must be fixed and the pattern must not end there; of anything else
  /// ("…@host", "…!host") what follows the last '@' or '!'.
  static Result<IdentityRule> pattern(std::string_view expression);
  /// Byte by byte. The kind of the name must be the one that such text has: an email address in a
  /// URI's clothes is another identity.
  bool matches(const crypto::AlternativeName& name) const;
  std::string text() const;
  bool is_pattern() const noexcept { return std::holds_alternative<Pattern>(rule_); }

 private:
  explicit IdentityRule(std::variant<std::string, Pattern> rule) : rule_(std::move(rule)) {}
  std::variant<std::string, Pattern> rule_;
};

/// Whether text like that is what a name of that kind holds: "scheme:…" in a URI alone, "a@b" in an
/// email, "a!b" in an otherName (one with both '@' and '!' in either).
bool kind_fits(const crypto::AlternativeName& name);

/// Short-lived certificates of the trust root's CAs (Fulcio).
struct KeylessSigners {
  std::string issuer;  ///< OIDC issuer, exact; never empty.
  IdentityRule identity;
  std::map<std::string, std::string> claims;  ///< Fulcio extensions by name, exact.
};

struct AuthorityKey {
  std::string name;  ///< "release.pub", for reports.
  crypto::PublicKey key;
  std::vector<crypto::Scheme> schemes;  ///< What a signature may be, in the order of trial.
  Validity window;                      ///< Closed; open ends if nobody said.
};

struct KeySigners {
  std::vector<AuthorityKey> keys;  ///< At least one.
};

/// Long-lived certificates of an operator's own CA.
struct CertificateSigners {
  PrivateAuthority ca;
  IdentityRule identity;
  std::string issuer;  ///< As in KeylessSigners; empty: not asked for (own CAs write none).
  std::map<std::string, std::string> claims;
};

enum class LogNeed {
  none,        ///< Not needed, and one that is there is not consulted.
  if_present,  ///< Not needed, but one that is there must hold. Only `verify-bundle --key` asks so.
  required,    ///< A promise (SET) or a proof, whatever the format demands.
  proof,       ///< An inclusion proof under a signed checkpoint; a promise alone is not enough.
};

struct Authority {
  std::string name;
  std::vector<RepositoryGlob> repositories;  ///< At least one, or it covers nothing.
  std::variant<KeylessSigners, KeySigners, CertificateSigners> signers;
  TrustRootPtr trust_root;  ///< Null: the one that the caller has.

  LogNeed log = LogNeed::required;
  std::size_t logs = 1;        ///< Distinct logs, unless `log` is none.
  std::size_t scts = 1;        ///< Distinct CT logs; 0: not needed. Keyless alone.
  std::size_t timestamps = 0;  ///< Distinct timestamp authorities; 0: optional.
  bool attestation_is_signature = false;
  bool same_reference = false;  ///< docker-reference must name the artifact's own repository.

  bool covers(std::string_view repository) const;
  bool uses_keys() const noexcept { return std::holds_alternative<KeySigners>(signers); }
  /// What no single field shows. Errors: misconfigured: certificates with neither log nor timestamp,
  /// an issuer that is empty, no keys, a window that ends before it begins.
  Outcome check() const;
};

}  // namespace portreeve::verifiers
