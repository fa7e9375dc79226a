#include "crypto/sct.h"

#include "crypto/certificate_fields.h"
#include "crypto/der.h"

namespace portreeve::crypto {
namespace {

constexpr std::size_t kMostScts = 16;
constexpr std::size_t kLogIdBytes = 32;
constexpr std::uint8_t kSha256Algorithm = 4;
constexpr std::uint8_t kRsaAlgorithm = 1;
constexpr std::uint8_t kEcdsaAlgorithm = 3;

Error malformed(std::string_view what) {
  return {Errc::malformed, "SCT list: " + std::string(what)};
}

/// Big-endian fields of RFC 5246 §4.
class TlsReader {
 public:
  explicit TlsReader(std::string_view bytes) : rest_(bytes) {}
  bool at_end() const { return rest_.empty(); }
  Result<std::string_view> bytes(std::size_t count) {
    if (rest_.size() < count) return malformed("cut short");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  Result<std::uint64_t> number(std::size_t width) {
    PORTREEVE_TRY(const std::string_view taken, bytes(width));
    std::uint64_t value = 0;
    for (const char c : taken) value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
  }
  Result<std::string_view> vector16() {
    PORTREEVE_TRY(const std::uint64_t size, number(2));
    return bytes(size);
  }

 private:
  std::string_view rest_;
};

void append_number(std::string& out, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

Result<SignedCertificateTimestamp> read_sct(std::string_view bytes) {
  TlsReader reader(bytes);
  PORTREEVE_TRY(const std::uint64_t version, reader.number(1));
  if (version != 0) return malformed("SCT version " + std::to_string(version + 1) + ", expected 1");
  SignedCertificateTimestamp sct;
  PORTREEVE_TRY(const std::string_view log_id, reader.bytes(kLogIdBytes));
  sct.log_id = std::string(log_id);
  PORTREEVE_TRY(const std::uint64_t milliseconds, reader.number(8));
  // A time that a std::chrono count cannot hold is no time at which anything was logged.
  if (milliseconds > static_cast<std::uint64_t>(INT64_MAX / 1'000'000))
    return malformed("time out of range");
  sct.time = TimePoint(Milliseconds(static_cast<std::int64_t>(milliseconds)));
  PORTREEVE_TRY(const std::string_view extensions, reader.vector16());
  sct.extensions = std::string(extensions);
  PORTREEVE_TRY(const std::uint64_t hash_algorithm, reader.number(1));
  PORTREEVE_TRY(const std::uint64_t signature_algorithm, reader.number(1));
  sct.hash_algorithm = static_cast<std::uint8_t>(hash_algorithm);
  sct.signature_algorithm = static_cast<std::uint8_t>(signature_algorithm);
  PORTREEVE_TRY(const std::string_view signature, reader.vector16());
  sct.signature = std::string(signature);
  if (!reader.at_end()) return malformed("bytes left over behind an SCT");
  return sct;
}

}  // namespace

Result<std::vector<SignedCertificateTimestamp>> embedded_scts(const Certificate& certificate) {
  const CertificateExtension* const extension = certificate.extension(kSctListOid);
  if (extension == nullptr) {
    return Error{Errc::not_found,
                 "certificate: no embedded SCT (extension " + std::string(kSctListOid) + ")"};
  }
  Result<der::Element> octets = der::only(extension->value, der::kOctetString);
  if (!octets.ok()) return with_context(std::move(octets).error(), "SCT list");
  TlsReader outer(octets.value().content);
  PORTREEVE_TRY(const std::string_view list, outer.vector16());
  if (!outer.at_end()) return malformed("bytes left over");
  TlsReader reader(list);
  std::vector<SignedCertificateTimestamp> scts;
  while (!reader.at_end()) {
    if (scts.size() == kMostScts) return Error{Errc::limit, "SCT list: more than 16 SCTs"};
    PORTREEVE_TRY(const std::string_view bytes, reader.vector16());
    PORTREEVE_TRY(SignedCertificateTimestamp sct, read_sct(bytes));
    scts.push_back(std::move(sct));
  }
  if (scts.empty()) return malformed("empty");
  return scts;
}

Result<std::string> precertificate_tbs(const Certificate& certificate) {
  PORTREEVE_TRY(const CertificateFields fields, read_certificate(certificate.der()));
  der::Reader reader(fields.extension_list);
  std::string kept;
  bool found = false;
  // The parsed extensions stand in the same order as their bytes.
  for (const CertificateExtension& extension : fields.extensions) {
    PORTREEVE_TRY(const der::Element element, reader.next());
    if (extension.oid == kSctListOid) {
      found = true;
    } else {
      kept += element.whole;
    }
  }
  if (!found || kept.empty()) return malformed("not in the certificate, or nothing beside it");
  std::string list;
  der::append(list, der::kSequence, kept);
  std::string content(fields.before_extensions);
  der::append(content, der::context(3, true), list);
  std::string tbs;
  der::append(tbs, der::kSequence, content);
  return tbs;
}

std::string sct_signed_bytes(const SignedCertificateTimestamp& sct, const Sha256& issuer_key_hash,
                             std::string_view tbs) {
  std::string bytes;
  bytes.reserve(tbs.size() + sct.extensions.size() + 64);
  append_number(bytes, 0, 1);  // v1
  append_number(bytes, 0, 1);  // certificate_timestamp
  append_number(bytes, static_cast<std::uint64_t>(sct.time.time_since_epoch().count()), 8);
  append_number(bytes, 1, 2);  // precert_entry
  bytes.append(reinterpret_cast<const char*>(issuer_key_hash.data()), issuer_key_hash.size());
  append_number(bytes, tbs.size(), 3);
  bytes += tbs;
  append_number(bytes, sct.extensions.size(), 2);
  bytes += sct.extensions;
  return bytes;
}

Outcome verify_sct(const SignedCertificateTimestamp& sct, const PublicKey& log_key,
                   const Sha256& issuer_key_hash, std::string_view tbs) {
  const bool rsa = log_key.kind() == KeyKind::rsa;
  if (sct.hash_algorithm != kSha256Algorithm ||
      sct.signature_algorithm != (rsa ? kRsaAlgorithm : kEcdsaAlgorithm)) {
    return Error{Errc::unsupported, "SCT: hash algorithm " + std::to_string(sct.hash_algorithm) +
                                        ", signature algorithm " +
                                        std::to_string(sct.signature_algorithm) +
                                        "; expected SHA-256 (4) and " +
                                        (rsa ? "RSA (1)" : "ECDSA (3)") + ", as the log's key is"};
  }
  Outcome outcome = log_key.verify(rsa ? Scheme::rsa_pkcs1_sha256 : Scheme::ecdsa_sha256,
                                   sct_signed_bytes(sct, issuer_key_hash, tbs), sct.signature);
  if (outcome.ok()) return outcome;
  return with_context(std::move(outcome).error(), "SCT");
}

}  // namespace portreeve::crypto
