#include "crypto/self_signed.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <vector>

#include "crypto/openssl_init.h"
#include "crypto/openssl_ptr.h"
#include "crypto/random.h"

namespace portreeve::crypto {
namespace {

using namespace std::chrono_literals;

constexpr auto kBackdated = 5min;
constexpr auto kLifetime = 24h * 365;
constexpr std::size_t kSerialBytes = 16;
constexpr std::size_t kCommonNameBytes = 64;  // RFC 5280 appendix A.1, ub-common-name.
constexpr std::size_t kDnsNameBytes = 253;

bool is_address(const std::string& name) {
  in6_addr address{};
  return inet_pton(AF_INET, name.c_str(), &address) == 1 ||
         inet_pton(AF_INET6, name.c_str(), &address) == 1;
}

bool is_dns_name(std::string_view name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
      "0123456789-.*_";
  return !name.empty() && name.size() <= kDnsNameBytes && name.front() != '.' &&
         name.front() != '-' && name.find("..") == std::string_view::npos &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

Result<std::vector<std::string>> split_names(std::string_view names) {
  std::vector<std::string> result;
  while (true) {
    const std::size_t comma = names.find(',');
    std::string_view name = names.substr(0, comma);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    std::string text(name);
    if (!is_address(text) && !is_dns_name(text)) {
      return Error{Errc::misconfigured, "name \"" + text +
                                            "\" for the self-signed certificate is neither a DNS "
                                            "name nor an IP address"};
    }
    result.push_back(std::move(text));
    if (comma == std::string_view::npos) return result;
    names.remove_prefix(comma + 1);
  }
}

bool add_extension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool add_extensions(X509* certificate, const std::vector<std::string>& names) {
  std::string sans;
  for (const std::string& name : names) {
    if (!sans.empty()) sans += ',';
    sans += (is_address(name) ? "IP:" : "DNS:") + name;
  }
  return add_extension(certificate, NID_basic_constraints, "critical,CA:FALSE") &&
         add_extension(certificate, NID_key_usage, "critical,digitalSignature") &&
         add_extension(certificate, NID_ext_key_usage, "serverAuth") &&
         add_extension(certificate, NID_subject_key_identifier, "hash") &&
         add_extension(certificate, NID_subject_alt_name, sans);
}

bool set_serial(X509* certificate) {
  std::array<unsigned char, kSerialBytes> bytes{};
  if (!fill_random(bytes).ok()) return false;
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x7f) | 0x40);  // Positive, fixed length.
  const BignumPtr number(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
  return number != nullptr &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_validity(X509* certificate, TimePoint now) {
  const auto start = std::chrono::system_clock::to_time_t(now - kBackdated);
  const auto end = std::chrono::system_clock::to_time_t(now - kBackdated + kLifetime);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), start) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), end) != nullptr;
}

bool set_names(X509* certificate, const std::string& common_name) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const std::string shown = common_name.substr(0, kCommonNameBytes);
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(shown.data()),
                                    static_cast<int>(shown.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1;
}

std::string drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<PemPair> make_self_signed(std::string_view names, TimePoint now) {
  init_openssl();
  PORTREEVE_TRY(const std::vector<std::string> sans, split_names(names));
  const KeyPtr key(EVP_EC_gen("P-256"));
  const CertificatePtr certificate(X509_new());
  if (key == nullptr || certificate == nullptr) {
    return openssl_error(Errc::internal, "self-signed key");
  }
  if (X509_set_version(certificate.get(), X509_VERSION_3) != 1 || !set_serial(certificate.get()) ||
      !set_validity(certificate.get(), now) || !set_names(certificate.get(), sans.front()) ||
      X509_set_pubkey(certificate.get(), key.get()) != 1 ||
      !add_extensions(certificate.get(), sans) ||
      X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) {
    return openssl_error(Errc::internal, "self-signed certificate");
  }
  const BioPtr certificate_pem(BIO_new(BIO_s_mem()));
  const BioPtr key_pem(BIO_new(BIO_s_secmem()));
  if (certificate_pem == nullptr || key_pem == nullptr ||
      PEM_write_bio_X509(certificate_pem.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return openssl_error(Errc::internal, "self-signed pair as PEM");
  }
  return PemPair{drain(certificate_pem.get()), drain(key_pem.get())};
}

}  // namespace portreeve::crypto
