#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "crypto/public_key.h"

struct x509_st;

namespace portreeve::crypto {

/// `unknown` is any name of another form, or an otherName that is no UTF8String.
enum class NameKind : std::uint8_t { email, uri, dns, ip, other_name, unknown };
std::string_view to_string(NameKind kind) noexcept;  ///< "email", "URI", "DNS", "IP", "otherName"

/// One subject alternative name. Text is UTF-8 without NUL.
struct AlternativeName {
  NameKind kind;
  std::string value;  ///< Text; of an IP the 4 or 16 raw bytes; of an otherName its UTF8String;
                      ///< of an unknown form its DER.
  std::string oid;    ///< Type of an otherName, dotted; else empty.
  bool operator==(const AlternativeName&) const = default;
};

struct CertificateExtension {
  std::string oid;  ///< Dotted.
  bool critical;
  std::string value;  ///< What the OCTET STRING holds.
};

/// Bits of RFC 5280 §4.2.1.3, numbered as OpenSSL does.
namespace key_usage {
inline constexpr std::uint32_t kDigitalSignature = 0x80;
inline constexpr std::uint32_t kKeyCertSign = 0x04;
}  // namespace key_usage

/// Extended key usages, dotted.
namespace eku {
inline constexpr std::string_view kAny = "2.5.29.37.0";
inline constexpr std::string_view kCodeSigning = "1.3.6.1.5.5.7.3.3";
inline constexpr std::string_view kTimeStamping = "1.3.6.1.5.5.7.3.8";
}  // namespace eku

/// A parsed X.509 v3 certificate; nothing about it is verified. Immutable; copies share one object;
/// safe from many threads.
///
/// Refused: bytes left over, BER, an extension that is there twice (OpenSSL would use the first),
/// an extension that OpenSSL cannot decode, SAN text with NUL or that is not UTF-8, unsupported
/// keys (see PublicKey). Errors: malformed, unsupported.
class Certificate {
 public:
  static Result<Certificate> from_der(std::string_view der);
  /// Exactly one PEM block "CERTIFICATE"; white space may surround it.
  static Result<Certificate> from_pem(std::string_view pem);
  /// Every block of a PEM text, at least one, at most `most`.
  static Result<std::vector<Certificate>> list_from_pem(std::string_view pem, std::size_t most);

  const std::string& der() const noexcept;
  const PublicKey& key() const noexcept;
  TimePoint not_before() const noexcept;
  TimePoint not_after() const noexcept;  ///< The last instant at which it is valid.
  bool valid_at(TimePoint time) const noexcept {
    return not_before() <= time && time <= not_after();
  }
  /// RFC 2253 text, control characters escaped: for messages, not for comparison. Made when asked.
  std::string subject() const;
  std::string issuer() const;
  std::string serial_hex() const;
  /// basicConstraints with cA; or a keyUsage with keyCertSign.
  bool is_ca() const noexcept;
  /// How many CA certificates may stand below it, if it says so.
  std::optional<std::uint32_t> path_length() const noexcept;
  bool has_key_usage() const noexcept;
  std::uint32_t key_usage() const noexcept;  ///< 0 without the extension.
  bool has_extended_key_usage() const noexcept;
  bool extended_key_usage_critical() const noexcept;
  const std::vector<std::string>& extended_key_usages() const noexcept;  ///< Dotted, in order.
  bool allows(std::string_view usage) const noexcept;  ///< The list names exactly this usage.
  const std::vector<AlternativeName>& alternative_names() const noexcept;
  const std::vector<CertificateExtension>& extensions() const noexcept;
  /// The extension with this dotted OID, or null.
  const CertificateExtension* extension(std::string_view oid) const noexcept;
  bool operator==(const Certificate& other) const noexcept { return der() == other.der(); }

  /// For crypto/ and tests: borrowed, must not be changed.
  const x509_st* handle() const noexcept;

 private:
  struct State;
  explicit Certificate(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

/// Leaf first, anchor last. Valid, as a whole, at every instant of the closed interval.
struct CertificatePath {
  std::vector<Certificate> certificates;
  TimePoint not_before;
  TimePoint not_after;
  /// Who signed the leaf; the leaf itself when it is the anchor.
  const Certificate& issuer() const { return certificates[certificates.size() > 1 ? 1 : 0]; }
  bool valid_at(TimePoint time) const noexcept { return not_before <= time && time <= not_after; }
};

/// Anchors and intermediates that leaves are checked against. Built once, immutable, safe from many
/// threads. There are no default CA paths, no network and no revocation.
class CertificateStore {
 public:
  /// An anchor need not be self-signed. Errors: misconfigured (no anchor), internal.
  static Result<CertificateStore> make(std::vector<Certificate> anchors,
                                       std::vector<Certificate> intermediates);
  /// A path leaf → … → anchor where every certificate is valid at `at`, by OpenSSL with
  /// X509_STRICT, PARTIAL_CHAIN, auth level 2. Says nothing about key usage or extended key usage
  /// of the leaf. Errors: untrusted (no path; not valid then), unverified (a signature is wrong).
  Result<CertificatePath> verify(const Certificate& leaf, TimePoint at) const;
  /// The same whatever the time is: the caller must look at the path's interval.
  Result<CertificatePath> verify_without_time_unsafe(const Certificate& leaf) const;

 private:
  struct State;
  explicit CertificateStore(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace portreeve::crypto
