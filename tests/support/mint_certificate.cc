#include "tests/support/mint_certificate.h"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/openssl_init.h"
#include "crypto/openssl_ptr.h"
#include "crypto/sct.h"

namespace portreeve::testing {
namespace {

namespace der = crypto::der;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "mint: %s: %s\n", what.c_str(), crypto::openssl_reason("").c_str());
  std::abort();
}

void require(bool good, const std::string& what) {
  if (!good) die(what);
}

std::string encode(X509* certificate, int (*i2d)(X509*, unsigned char**)) {
  unsigned char* bytes = nullptr;
  const int size = i2d(certificate, &bytes);
  require(size > 0, "encode");
  std::string text(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return text;
}

std::string to_der(X509* certificate) {
  return encode(certificate, [](X509* x, unsigned char** out) { return i2d_X509(x, out); });
}

void set_time(ASN1_TIME* to, TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  require(ASN1_TIME_set(to, seconds) != nullptr, "time");
}

void add_configured(X509* certificate, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const crypto::ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, value);
}

void add_raw(X509* certificate, const RawExtension& raw) {
  const std::unique_ptr<ASN1_OBJECT, void (*)(ASN1_OBJECT*)> oid(OBJ_txt2obj(raw.oid.c_str(), 1),
                                                                 ASN1_OBJECT_free);
  const std::unique_ptr<ASN1_OCTET_STRING, void (*)(ASN1_OCTET_STRING*)> value(
      ASN1_OCTET_STRING_new(), ASN1_OCTET_STRING_free);
  require(
      ASN1_OCTET_STRING_set(value.get(), reinterpret_cast<const unsigned char*>(raw.value.data()),
                            static_cast<int>(raw.value.size())) == 1,
      "extension");
  const crypto::ExtensionPtr extension(
      X509_EXTENSION_create_by_OBJ(nullptr, oid.get(), raw.critical ? 1 : 0, value.get()));
  require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, raw.oid);
}

// A certificate with everything but its extensions; the caller signs it.
crypto::CertificatePtr blank(const MintKey& key, const std::string& common_name, X509* issuer,
                             TimePoint not_before, TimePoint not_after) {
  crypto::init_openssl();
  crypto::CertificatePtr certificate(X509_new());
  require(X509_set_version(certificate.get(), X509_VERSION_3) == 1, "version");
  std::array<unsigned char, 16> serial{};
  RAND_bytes(serial.data(), static_cast<int>(serial.size()));
  serial[0] = static_cast<unsigned char>((serial[0] & 0x7F) | 0x40);
  const crypto::BignumPtr number(
      BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  set_time(X509_getm_notBefore(certificate.get()), not_before);
  set_time(X509_getm_notAfter(certificate.get()), not_after);
  if (!common_name.empty()) {
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1,
                               0);
  }
  X509_NAME* const issuer_name =
      X509_get_subject_name(issuer != nullptr ? issuer : certificate.get());
  require(X509_set_issuer_name(certificate.get(), issuer_name) == 1, "issuer");
  require(X509_set_pubkey(certificate.get(), key.handle()) == 1, "key");
  return certificate;
}

void sign(X509* certificate, const MintKey& key, bool sha1 = false) {
  const EVP_MD* digest = EVP_sha256();
  if (key.kind() == crypto::KeyKind::ecdsa_p384) digest = EVP_sha384();
  if (key.kind() == crypto::KeyKind::ecdsa_p521) digest = EVP_sha512();
  if (key.kind() == crypto::KeyKind::ed25519) digest = nullptr;
  if (sha1) digest = EVP_sha1();
  require(X509_sign(certificate, key.handle(), digest) > 0, "sign certificate");
}

std::string der_oid(const std::string& dotted) {
  const std::unique_ptr<ASN1_OBJECT, void (*)(ASN1_OBJECT*)> oid(OBJ_txt2obj(dotted.c_str(), 1),
                                                                 ASN1_OBJECT_free);
  require(oid != nullptr, dotted);
  return der_value(
      der::kOid, {reinterpret_cast<const char*>(OBJ_get0_data(oid.get())), OBJ_length(oid.get())});
}

std::string der_name(const crypto::AlternativeName& name) {
  switch (name.kind) {
    case crypto::NameKind::email:
      return der_value(der::context(1, false), name.value);
    case crypto::NameKind::dns:
      return der_value(der::context(2, false), name.value);
    case crypto::NameKind::uri:
      return der_value(der::context(6, false), name.value);
    case crypto::NameKind::ip:
      return der_value(der::context(7, false), name.value);
    case crypto::NameKind::other_name:
      return der_value(der::context(0, true),
                       der_oid(name.oid) + der_value(der::context(0, true), der_utf8(name.value)));
    case crypto::NameKind::unknown:
      return name.value;
  }
  return {};
}

std::string der_names(const std::vector<crypto::AlternativeName>& names) {
  std::string content;
  for (const auto& name : names) content += der_name(name);
  return der_value(der::kSequence, content);
}

void append_number(std::string& out, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
}

std::string mint_sct(const SctSpec& spec, std::string_view tbs, std::string_view issuer_spki,
                     const MintCtLog& first_log, TimePoint default_time) {
  const MintCtLog& log = spec.log != nullptr ? *spec.log : first_log;
  crypto::SignedCertificateTimestamp sct;
  sct.time = spec.time.value_or(default_time);
  sct.extensions = spec.extensions;
  const crypto::Sha256 issuer = crypto::sha256(spec.issuer_spki ? *spec.issuer_spki : issuer_spki);
  const bool rsa = log.key.kind() == crypto::KeyKind::rsa;
  std::string signature =
      log.key.sign(rsa ? crypto::Scheme::rsa_pkcs1_sha256 : crypto::Scheme::ecdsa_sha256,
                   crypto::sct_signed_bytes(sct, issuer, tbs));
  if (spec.flip_signature) signature.back() = static_cast<char>(signature.back() ^ 1);
  std::string bytes;
  append_number(bytes, spec.version, 1);
  bytes += spec.log_id.value_or(log.log_id());
  append_number(bytes, static_cast<std::uint64_t>(sct.time.time_since_epoch().count()), 8);
  append_number(bytes, sct.extensions.size(), 2);
  bytes += sct.extensions;
  append_number(bytes, spec.hash_algorithm, 1);
  append_number(bytes, spec.signature_algorithm.value_or(rsa ? 1 : 3), 1);
  append_number(bytes, signature.size(), 2);
  return bytes + signature;
}

void add_claims(X509* certificate, const LeafSpec& spec) {
  constexpr int kLastRaw = 6;
  for (const auto& [number, text] : spec.claims) {
    add_raw(certificate, {"1.3.6.1.4.1.57264.1." + std::to_string(number),
                          number <= kLastRaw ? text : der_utf8(text)});
  }
}

}  // namespace

TimePoint at(std::string_view rfc3339) {
  const auto time = parse_time(rfc3339);
  require(time.ok(), std::string(rfc3339));
  return time.value();
}

std::string der_value(unsigned char tag, std::string_view content) {
  std::string out;
  der::append(out, tag, content);
  return out;
}

std::string der_utf8(std::string_view text) { return der_value(der::kUtf8String, text); }

std::string MintCtLog::log_id() const {
  const crypto::Sha256 id = crypto::sha256(key.spki());
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

std::map<int, std::string> LeafSpec::default_claims() {
  const std::string issuer = "https://token.actions.githubusercontent.com";
  const std::string sha = "0123456789abcdef0123456789abcdef01234567";
  const std::string repository = "https://github.com/acme/ship";
  return {{1, issuer},
          {2, "push"},
          {3, sha},
          {4, "release"},
          {5, "acme/ship"},
          {6, "refs/heads/main"},
          {8, issuer},
          {9, repository + "/.github/workflows/release.yaml@refs/heads/main"},
          {10, sha},
          {11, "github-hosted"},
          {12, repository},
          {13, sha},
          {14, "refs/heads/main"},
          {15, "1001"},
          {16, "https://github.com/acme"},
          {17, "2002"},
          {18, repository + "/.github/workflows/release.yaml@refs/heads/main"},
          {19, sha},
          {20, "push"},
          {21, repository + "/actions/runs/1/attempts/1"},
          {22, "public"},
          {23, "production"},
          {24, "repo:acme/ship:ref:refs/heads/main"}};
}

crypto::Certificate MintedCertificate::certificate() const {
  auto parsed = crypto::Certificate::from_der(der);
  require(parsed.ok(), parsed.ok() ? "" : parsed.error().message);
  return std::move(parsed).value();
}

std::string MintedCertificate::pem() const {
  const crypto::CertificatePtr handle = [&] {
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    return crypto::CertificatePtr(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
  }();
  const crypto::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), handle.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

MintedCertificate mint_ca(const CaSpec& spec, const MintedCertificate* issuer) {
  const MintKey key = spec.key ? *spec.key : MintKey::make(crypto::KeyKind::ecdsa_p384);
  const crypto::CertificatePtr parent = [&]() -> crypto::CertificatePtr {
    if (issuer == nullptr) return nullptr;
    const auto* bytes = reinterpret_cast<const unsigned char*>(issuer->der.data());
    return crypto::CertificatePtr(d2i_X509(nullptr, &bytes, static_cast<long>(issuer->der.size())));
  }();
  const crypto::CertificatePtr certificate =
      blank(key, spec.common_name, parent.get(), spec.not_before, spec.not_after);
  X509* const above = parent != nullptr ? parent.get() : certificate.get();
  add_configured(certificate.get(), above, NID_basic_constraints, spec.basic_constraints);
  add_configured(certificate.get(), above, NID_key_usage, spec.key_usage);
  add_configured(certificate.get(), above, NID_ext_key_usage, spec.extended_key_usage);
  add_configured(certificate.get(), above, NID_subject_key_identifier, "hash");
  if (parent != nullptr)
    add_configured(certificate.get(), above, NID_authority_key_identifier, "keyid:always");
  for (const RawExtension& raw : spec.extra) add_raw(certificate.get(), raw);
  sign(certificate.get(), issuer != nullptr ? issuer->key : key);
  return {to_der(certificate.get()), key};
}

std::string mint_sct_list(const std::vector<SctSpec>& specs, std::string_view tbs,
                          std::string_view issuer_spki, const MintCtLog& first_log,
                          TimePoint default_time) {
  std::string list;
  for (const SctSpec& spec : specs) {
    const std::string sct = mint_sct(spec, tbs, issuer_spki, first_log, default_time);
    append_number(list, sct.size(), 2);
    list += sct;
  }
  std::string bytes;
  append_number(bytes, list.size(), 2);
  return bytes + list;
}

MintedCertificate mint_leaf(const LeafSpec& spec, const MintedCertificate& issuer,
                            const MintCtLog& first_log) {
  const MintKey key = spec.key ? *spec.key : MintKey::make(crypto::KeyKind::ecdsa_p256);
  const auto* bytes = reinterpret_cast<const unsigned char*>(issuer.der.data());
  const crypto::CertificatePtr parent(
      d2i_X509(nullptr, &bytes, static_cast<long>(issuer.der.size())));
  const crypto::CertificatePtr certificate =
      blank(key, "", parent.get(), spec.not_before, spec.not_after);
  X509* const leaf = certificate.get();
  add_configured(leaf, parent.get(), NID_key_usage, spec.key_usage);
  add_configured(leaf, parent.get(), NID_ext_key_usage, spec.extended_key_usage);
  add_configured(leaf, parent.get(), NID_basic_constraints, spec.basic_constraints);
  add_configured(leaf, parent.get(), NID_subject_key_identifier, "hash");
  add_configured(leaf, parent.get(), NID_authority_key_identifier, "keyid:always");
  if (!spec.names.empty()) add_raw(leaf, {"2.5.29.17", der_names(spec.names), spec.names_critical});
  add_claims(leaf, spec);
  for (const RawExtension& raw : spec.extra) add_raw(leaf, raw);
  sign(leaf, issuer.key,
       spec.sha1);  // Fills the inner signature algorithm, which the log signs too.
  if (spec.sct_list || !spec.scts.empty()) {
    const std::string tbs =
        encode(leaf, [](X509* x, unsigned char** out) { return i2d_re_X509_tbs(x, out); });
    const std::string list = spec.sct_list ? *spec.sct_list
                                           : mint_sct_list(spec.scts, tbs, issuer.key.spki(),
                                                           first_log, spec.not_before);
    add_raw(leaf, {std::string(crypto::kSctListOid), der_value(der::kOctetString, list)});
    sign(leaf, issuer.key, spec.sha1);
  }
  return {to_der(leaf), key};
}

}  // namespace portreeve::testing
