#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.h"
#include "crypto/certificate.h"
#include "tests/support/mint_key.h"

namespace portreeve::testing {

/// "2026-03-01T12:00:00Z" as a time; aborts the test program when it cannot be read.
TimePoint at(std::string_view rfc3339);

/// A CT log that signs whatever it is told to.
struct MintCtLog {
  MintKey key = MintKey::make(crypto::KeyKind::ecdsa_p256);
  std::string log_id() const;  ///< SHA-256(SPKI), 32 bytes.
};

/// One SCT to embed. A field that is not its default makes one mutant.
struct SctSpec {
  const MintCtLog* log = nullptr;   ///< Null: the mint's first log.
  std::optional<TimePoint> time{};  ///< Default: the leaf's not_before.
  std::string extensions{};
  std::optional<std::string> log_id{};                ///< Claims another id than the signing log's.
  std::optional<std::string> issuer_spki{};           ///< Commits to another issuer.
  std::uint8_t version = 0;                           ///< 0 is v1.
  std::uint8_t hash_algorithm = 4;                    ///< SHA-256.
  std::optional<std::uint8_t> signature_algorithm{};  ///< Default: the key's.
  bool flip_signature = false;
};

struct RawExtension {
  std::string oid{};    ///< Dotted.
  std::string value{};  ///< DER that the OCTET STRING holds.
  bool critical = false;
};

/// What a leaf certificate says; the defaults are a good Fulcio leaf of a GitHub workflow.
struct LeafSpec {
  std::vector<crypto::AlternativeName> names = {
      {crypto::NameKind::uri,
       "https://github.com/acme/ship/.github/workflows/release.yaml@refs/heads/main", ""}};
  bool names_critical = true;
  /// Fulcio extensions by N of 57264.1.N: 1–6 are written raw, the others as UTF8String. Erase, add
  /// or change entries. Default: every OID of the table.
  std::map<int, std::string> claims = default_claims();
  TimePoint not_before = at("2026-03-01T12:00:00Z");
  TimePoint not_after = at("2026-03-01T12:10:00Z");
  std::string key_usage = "critical,digitalSignature";  ///< OpenSSL's syntax; "" for none.
  std::string extended_key_usage = "codeSigning";       ///< Likewise.
  std::string basic_constraints{};                      ///< "critical,CA:TRUE" makes a CA.
  std::vector<RawExtension> extra{};  ///< Added last, also when it makes a duplicate.
  std::vector<SctSpec> scts = {SctSpec{}};
  std::optional<std::string> sct_list{};  ///< The extension's octets (TLS list) instead of `scts`.
  std::optional<MintKey> key{};           ///< Default: a fresh P-256 key.
  bool sha1 = false;                      ///< The issuer signs with SHA-1.

  static std::map<int, std::string> default_claims();
};

/// What a CA certificate says.
struct CaSpec {
  std::string common_name = "ca";
  TimePoint not_before = at("2025-01-01T00:00:00Z");
  TimePoint not_after = at("2035-01-01T00:00:00Z");
  std::string basic_constraints = "critical,CA:TRUE";
  std::string key_usage = "critical,keyCertSign,cRLSign";
  std::string extended_key_usage{};  ///< "codeSigning" as Fulcio's intermediate has it.
  std::vector<RawExtension> extra{};
  std::optional<MintKey> key{};  ///< Default: a fresh P-384 key.
};

/// A certificate with its private key.
struct MintedCertificate {
  std::string der;
  MintKey key;
  crypto::Certificate certificate() const;  ///< Aborts when our parser refuses it.
  std::string pem() const;
};

/// Signs with itself when `issuer` is null.
MintedCertificate mint_ca(const CaSpec& spec, const MintedCertificate* issuer = nullptr);
/// SCTs are signed by `first_log` unless the spec names another one.
MintedCertificate mint_leaf(const LeafSpec& spec, const MintedCertificate& issuer,
                            const MintCtLog& first_log);

/// The TLS-encoded list inside the SCT extension, for a TBSCertificate without it.
std::string mint_sct_list(const std::vector<SctSpec>& specs, std::string_view tbs,
                          std::string_view issuer_spki, const MintCtLog& first_log,
                          TimePoint default_time);

/// DER of a UTF8String, for extensions and otherNames of one's own.
std::string der_utf8(std::string_view text);
/// DER of any tag: der_value(0x30, …) is a SEQUENCE.
std::string der_value(unsigned char tag, std::string_view content);

}  // namespace portreeve::testing
