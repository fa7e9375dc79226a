#include "crypto/server_pair.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "crypto/openssl_init.h"

namespace portreeve::crypto {
namespace {

constexpr std::size_t kChainLength = 64;  // A CA bundle may hold several; no real chain is longer.
constexpr int kMinEcBits = 256;
constexpr int kMinRsaBits = 2048;

// PEM_read must never ask the terminal for a passphrase.
int no_passphrase(char*, int, int, void*) { return -1; }

BioPtr reader(std::string_view text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

bool only_blank_after_last_block(std::string_view pem) {
  constexpr std::string_view kEnd = "-----END ";
  constexpr std::string_view kDashes = "-----";
  const std::size_t end = pem.rfind(kEnd);
  if (end == std::string_view::npos) return false;
  const std::size_t closing = pem.find(kDashes, end + kEnd.size());
  if (closing == std::string_view::npos) return false;
  return pem.find_first_not_of(" \t\r\n", closing + kDashes.size()) == std::string_view::npos;
}

Result<TimePoint> to_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    return openssl_error(Errc::misconfigured, "certificate has an unreadable date");
  }
  return std::chrono::time_point_cast<Milliseconds>(
      std::chrono::system_clock::from_time_t(timegm(&parts)));
}

Outcome check_strength(EVP_PKEY* key) {
  const int bits = EVP_PKEY_get_bits(key);
  switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC:
      if (bits >= kMinEcBits) return Done{};
      return Error{Errc::misconfigured,
                   "EC key of " + std::to_string(bits) + " bits, 256 are the least"};
    case EVP_PKEY_RSA:
      if (bits >= kMinRsaBits) return Done{};
      return Error{Errc::misconfigured,
                   "RSA key of " + std::to_string(bits) + " bits, 2048 are the least"};
    case EVP_PKEY_ED25519:
      return Done{};
    default:
      return Error{Errc::misconfigured, "key is neither EC, RSA nor Ed25519"};
  }
}

Outcome check_usage(X509* leaf) {
  const std::uint32_t flags = X509_get_extension_flags(leaf);
  if ((flags & EXFLAG_INVALID) != 0) {
    return Error{Errc::misconfigured, "certificate has an unreadable extension"};
  }
  if ((flags & EXFLAG_XKUSAGE) != 0 &&
      (X509_get_extended_key_usage(leaf) & (XKU_SSL_SERVER | XKU_ANYEKU)) == 0) {
    return Error{Errc::misconfigured, "certificate's extended key usage lacks serverAuth"};
  }
  if (X509_get_ext_by_NID(leaf, NID_subject_alt_name, -1) < 0) {
    return Error{Errc::misconfigured,
                 "certificate has no subject alternative name; clients ignore the common name"};
  }
  return Done{};
}

Result<std::string> to_pem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (bio == nullptr || PEM_write_bio_X509(bio.get(), certificate) != 1) {
    return openssl_error(Errc::internal, "certificate as PEM");
  }
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

}  // namespace

Result<std::vector<CertificatePtr>> parse_certificates(std::string_view pem) {
  init_openssl();
  const BioPtr bio = reader(pem);
  std::vector<CertificatePtr> certificates;
  ERR_clear_error();
  while (bio != nullptr && certificates.size() < kChainLength) {
    CertificatePtr certificate(PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr));
    if (certificate == nullptr) break;
    certificates.push_back(std::move(certificate));
  }
  const unsigned long stopped_by = ERR_peek_last_error();
  const bool at_end =
      ERR_GET_LIB(stopped_by) == ERR_LIB_PEM && ERR_GET_REASON(stopped_by) == PEM_R_NO_START_LINE;
  if (certificates.empty()) return openssl_error(Errc::misconfigured, "no certificate in PEM text");
  if (certificates.size() == kChainLength) {
    return Error{Errc::misconfigured, "more than 63 certificates in one file"};
  }
  if (!at_end || !only_blank_after_last_block(pem)) {
    return openssl_error(Errc::misconfigured, "PEM text is cut short or has junk after its end");
  }
  ERR_clear_error();
  return certificates;
}

Result<ServerPair> ServerPair::parse(std::string_view certificate_pem, std::string_view key_pem,
                                     TimePoint now) {
  ServerPair pair;
  PORTREEVE_TRY(pair.chain, parse_certificates(certificate_pem));
  X509* const leaf = pair.chain.front().get();
  const BioPtr bio = reader(key_pem);
  if (bio != nullptr) {
    pair.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  }
  if (pair.key == nullptr) return openssl_error(Errc::misconfigured, "no usable private key");
  if (X509_check_private_key(leaf, pair.key.get()) != 1) {
    return openssl_error(Errc::misconfigured, "key does not belong to the certificate");
  }
  PORTREEVE_TRY(pair.not_before, to_time(X509_get0_notBefore(leaf)));
  PORTREEVE_TRY(pair.not_after, to_time(X509_get0_notAfter(leaf)));
  if (now < pair.not_before) {
    return Error{Errc::misconfigured,
                 "certificate is not valid before " + format_time(pair.not_before)};
  }
  if (now >= pair.not_after) {
    return Error{Errc::misconfigured, "certificate expired at " + format_time(pair.not_after)};
  }
  PORTREEVE_CHECK(check_strength(pair.key.get()));
  PORTREEVE_CHECK(check_usage(leaf));
  PORTREEVE_TRY(pair.last_pem, to_pem(pair.chain.back().get()));
  return pair;
}

bool allows_tls_client(const X509* certificate) {
  // The accessors fill a cache inside the object and so take it as non-const.
  X509* const mutable_certificate = const_cast<X509*>(certificate);
  return (X509_get_extension_flags(mutable_certificate) & EXFLAG_XKUSAGE) != 0 &&
         (X509_get_extended_key_usage(mutable_certificate) & XKU_SSL_CLIENT) != 0;
}

std::string subject_text(const X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (bio == nullptr ||
      X509_NAME_print_ex(bio.get(), X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253) < 0) {
    return {};
  }
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace portreeve::crypto
