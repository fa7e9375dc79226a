#include "tests/support/mint_timestamp.h"

#include <openssl/cms.h>
#include <openssl/ess.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/openssl_init.h"
#include "crypto/openssl_ptr.h"

namespace portreeve::testing {
namespace {

namespace der = crypto::der;

void require(bool good, const std::string& what) {
  if (good) return;
  std::fprintf(stderr, "mint: %s: %s\n", what.c_str(), crypto::openssl_reason("").c_str());
  std::abort();
}

std::string hash_oid(crypto::HashKind kind) {
  static constexpr std::string_view kArc("\x60\x86\x48\x01\x65\x03\x04\x02", 8);
  const char last = static_cast<char>(1 + static_cast<int>(kind));
  return der_value(der::kOid, std::string(kArc) + last);
}

const EVP_MD* method(crypto::HashKind kind) {
  switch (kind) {
    case crypto::HashKind::sha256:
      return EVP_sha256();
    case crypto::HashKind::sha384:
      return EVP_sha384();
    case crypto::HashKind::sha512:
      return EVP_sha512();
  }
  return nullptr;
}

// "20260301120501Z", with ".5" for 500 ms.
std::string generalized_time(TimePoint time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const std::time_t whole = seconds.time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&whole, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S", &parts);
  std::string out(text.data());
  const auto milliseconds = (time - seconds).count();
  if (milliseconds != 0) {
    std::string fraction = std::to_string(1000 + milliseconds).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  return out + "Z";
}

std::string timestamp_info(std::string_view message, const TimestampSpec& spec) {
  const std::string imprint = spec.imprint.value_or(crypto::hash(spec.imprint_hash, message));
  return der_value(
      der::kSequence,
      der_value(der::kInteger, std::string(1, static_cast<char>(spec.version))) +
          der_value(der::kOid, "\x2a\x03\x04") +
          der_value(der::kSequence, der_value(der::kSequence, hash_oid(spec.imprint_hash) +
                                                                  der_value(der::kNull, "")) +
                                        der_value(der::kOctetString, imprint)) +
          der_value(der::kInteger, "\x2a") +
          der_value(der::kGeneralizedTime, spec.gen_time.value_or(generalized_time(spec.time))));
}

crypto::CertificatePtr handle_of(const MintedCertificate& certificate) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(certificate.der.data());
  return crypto::CertificatePtr(
      d2i_X509(nullptr, &bytes, static_cast<long>(certificate.der.size())));
}

void add_attribute(CMS_SignerInfo* signer, int nid, const std::string& sequence) {
  require(CMS_signed_add1_attr_by_NID(signer, nid, V_ASN1_SEQUENCE, sequence.data(),
                                      static_cast<int>(sequence.size())) == 1,
          "attribute");
}

// SigningCertificate(V2) with one ESSCertID by the default hash: SHA-1 for v1, SHA-256 for v2.
void add_ess(CMS_SignerInfo* signer, TimestampSpec::Ess ess, const MintedCertificate& certificate) {
  if (ess == TimestampSpec::Ess::none) return;
  std::array<unsigned char, 32> hash{};
  unsigned int size = 0;
  const std::string named =
      ess == TimestampSpec::Ess::other_certificate ? "another" : certificate.der;
  const bool v1 = ess == TimestampSpec::Ess::v1;
  EVP_Digest(named.data(), named.size(), hash.data(), &size, v1 ? EVP_sha1() : EVP_sha256(),
             nullptr);
  const std::string id =
      der_value(der::kOctetString, {reinterpret_cast<const char*>(hash.data()), size});
  const std::string list = der_value(der::kSequence, der_value(der::kSequence, id));
  add_attribute(signer,
                v1 ? NID_id_smime_aa_signingCertificate : NID_id_smime_aa_signingCertificateV2,
                der_value(der::kSequence, list));
}

struct CmsFree {
  void operator()(CMS_ContentInfo* cms) const noexcept { CMS_ContentInfo_free(cms); }
};
using CmsPtr = std::unique_ptr<CMS_ContentInfo, CmsFree>;

void add_signer(CMS_ContentInfo* cms, const MintedCertificate& signer, const TimestampSpec& spec) {
  const crypto::CertificatePtr certificate = handle_of(signer);
  CMS_SignerInfo* const info = CMS_add1_signer(cms, certificate.get(), signer.key.handle(),
                                               spec.sha1 ? EVP_sha1() : method(spec.digest),
                                               CMS_NOCERTS | CMS_NOSMIMECAP | CMS_PARTIAL);
  require(info != nullptr, "signer");
  add_ess(info, spec.ess, signer);
}

// The same SignedData about a TSTInfo; what was signed still says data.
std::string retyped(const std::string& cms) {
  const auto outer = der::only(cms, der::kSequence);
  der::Reader info(outer.value().content);
  const auto type = info.next();
  const auto wrapper = info.next();
  const auto signed_data = der::only(wrapper.value().content, der::kSequence);
  der::Reader fields(signed_data.value().content);
  const auto version = fields.next();
  const auto digests = fields.next();
  const auto encapsulated = fields.next();
  der::Reader inside(encapsulated.value().content);
  (void)inside.next();
  const auto content = inside.next();
  std::string rest;
  while (!fields.at_end()) rest += fields.next().value().whole;
  const std::string tst_info =
      der_value(der::kOid, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x04") +
      std::string(content.value().whole);
  const std::string body = std::string(version.value().whole) + std::string(digests.value().whole) +
                           der_value(der::kSequence, tst_info) + rest;
  return der_value(der::kSequence,
                   std::string(type.value().whole) +
                       der_value(der::context(0, true), der_value(der::kSequence, body)));
}

std::string token(const std::string& content, const MintedCertificate& signer,
                  const TimestampSpec& spec) {
  const CmsPtr cms(
      CMS_sign(nullptr, nullptr, nullptr, nullptr, CMS_BINARY | CMS_PARTIAL | CMS_NOCERTS));
  require(cms != nullptr, "CMS");
  const int type = spec.other_content_type || spec.content_attribute_is_data
                       ? NID_pkcs7_data
                       : NID_id_smime_ct_TSTInfo;
  require(CMS_set1_eContentType(cms.get(), OBJ_nid2obj(type)) == 1, "content type");
  add_signer(cms.get(), signer, spec);
  if (spec.second_signer) add_signer(cms.get(), signer, spec);
  for (const MintedCertificate* extra : spec.bag) {
    CMS_add1_cert(cms.get(), handle_of(*extra).get());
  }
  const crypto::BioPtr bio(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
  require(CMS_final(cms.get(), bio.get(), nullptr, CMS_BINARY) == 1, "CMS signature");
  unsigned char* bytes = nullptr;
  const int size = i2d_CMS_ContentInfo(cms.get(), &bytes);
  require(size > 0, "CMS encoding");
  std::string out(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return out;
}

}  // namespace

MintTimestampAuthority::MintTimestampAuthority(const Spec& spec)
    : root(mint_ca(spec.root)),
      leaf(mint_ca({.common_name = spec.name,
                    .not_before = spec.leaf_not_before,
                    .not_after = spec.leaf_not_after,
                    .basic_constraints = spec.basic_constraints,
                    .key_usage = spec.key_usage,
                    .extended_key_usage = spec.extended_key_usage,
                    .key = MintKey::make(spec.key)},
                   &root)) {}

std::string MintTimestampAuthority::stamp(std::string_view message,
                                          const TimestampSpec& spec) const {
  const std::string content = timestamp_info(message, spec);
  std::string signed_data = token(content, spec.signer != nullptr ? *spec.signer : leaf, spec);
  if (spec.content_attribute_is_data) signed_data = retyped(signed_data);
  // The signature is the last thing in a token.
  if (spec.flip_signature) signed_data.back() = static_cast<char>(signed_data.back() ^ 1);
  const std::string status = der_value(
      der::kSequence, der_value(der::kInteger, std::string(1, static_cast<char>(spec.status))));
  constexpr int kGrantedWithMods = 1;  // A refusal comes without a token.
  return der_value(der::kSequence, spec.status > kGrantedWithMods ? status : status + signed_data);
}

}  // namespace portreeve::testing
