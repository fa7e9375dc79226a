#pragma once

// Certificates made for one test: a CA, and leaves of every wrong kind.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <stdexcept>
#include <string>

#include "core/time.h"
#include "crypto/openssl_init.h"
#include "crypto/openssl_ptr.h"
#include "crypto/self_signed.h"

namespace portreeve::test {

struct MintOptions {
  std::string name = "localhost";
  std::string sans = "DNS:localhost,IP:127.0.0.1";  ///< Empty: none.
  std::string usage = "serverAuth";                 ///< Extended; empty: none.
  std::string key = "P-256";                        ///< Curve, "RSA-1024", "RSA-2048", "Ed25519".
  std::chrono::seconds begins{-3600};               ///< From `now`.
  std::chrono::seconds ends{3600 * 24};
  bool authority = false;
};

class Minted {
 public:
  /// Signed by `issuer`, or by itself without one.
  static Minted make(const MintOptions& options, TimePoint now, const Minted* issuer = nullptr) {
    crypto::init_openssl();
    Minted made;
    made.key_ = make_key(options.key);
    made.certificate_.reset(X509_new());
    X509* const x = made.certificate_.get();
    X509_set_version(x, X509_VERSION_3);
    static long serial = 1;
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    const auto at = [&](std::chrono::seconds offset) {
      return std::chrono::system_clock::to_time_t(now + offset);
    };
    ASN1_TIME_set(X509_getm_notBefore(x), at(options.begins));
    ASN1_TIME_set(X509_getm_notAfter(x), at(options.ends));
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(options.name.c_str()), -1, -1,
                               0);
    const Minted& signer = issuer == nullptr ? made : *issuer;
    X509_set_issuer_name(x, X509_get_subject_name(signer.certificate_.get()));
    X509_set_pubkey(x, made.key_.get());
    made.extend(NID_basic_constraints, options.authority ? "critical,CA:TRUE" : "CA:FALSE");
    made.extend(NID_key_usage, options.authority ? "keyCertSign" : "digitalSignature");
    if (!options.usage.empty()) made.extend(NID_ext_key_usage, options.usage);
    if (!options.sans.empty()) made.extend(NID_subject_alt_name, options.sans);
    const bool pure = EVP_PKEY_get_base_id(signer.key_.get()) == EVP_PKEY_ED25519;
    if (X509_sign(x, signer.key_.get(), pure ? nullptr : EVP_sha256()) == 0) {
      throw std::runtime_error("cannot sign");
    }
    return made;
  }
  static Minted authority(TimePoint now, const std::string& name = "test CA") {
    MintOptions options;
    options.name = name;
    options.sans.clear();
    options.usage.clear();
    options.authority = true;
    return make(options, now);
  }

  std::string pem() const {
    const crypto::BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate_.get());
    return text(bio.get());
  }
  std::string key_pem() const {
    const crypto::BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text(bio.get());
  }
  crypto::PemPair pair() const { return {pem(), key_pem()}; }

 private:
  static crypto::KeyPtr make_key(const std::string& kind) {
    EVP_PKEY* key = nullptr;
    if (kind.starts_with("RSA-")) {
      key = EVP_RSA_gen(static_cast<unsigned>(std::stoul(kind.substr(4))));
    } else if (kind == "Ed25519") {
      key = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    } else {
      key = EVP_EC_gen(kind.c_str());
    }
    if (key == nullptr) throw std::runtime_error("no key " + kind);
    return crypto::KeyPtr(key);
  }
  static std::string text(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
  }
  void extend(int nid, const std::string& value) {
    const crypto::ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
    if (X509_add_ext(certificate_.get(), extension.get(), -1) != 1) {
      throw std::runtime_error("bad extension " + value);
    }
  }

  crypto::CertificatePtr certificate_;
  crypto::KeyPtr key_;
};

}  // namespace portreeve::test
