#include "crypto/timestamp_token.h"

#include <openssl/ess.h>
#include <openssl/objects.h>
#include <openssl/pkcs7.h>
#include <openssl/ts.h>
#include <openssl/x509.h>

#include <array>

#include "crypto/openssl_init.h"
#include "crypto/openssl_ptr.h"
#include "crypto/timestamp_info.h"

namespace portreeve::crypto {
namespace {

constexpr std::size_t kTokenBytes = 64 * 1024;
constexpr long kGranted = 0;

using ResponsePtr = std::unique_ptr<TS_RESP, OpensslFree<TS_RESP_free>>;
using EssPtr = std::unique_ptr<ESS_SIGNING_CERT, OpensslFree<ESS_SIGNING_CERT_free>>;
using EssV2Ptr = std::unique_ptr<ESS_SIGNING_CERT_V2, OpensslFree<ESS_SIGNING_CERT_V2_free>>;
struct StackFree {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};
using StackPtr = std::unique_ptr<STACK_OF(X509), StackFree>;

Error malformed(std::string_view what) {
  return {Errc::malformed, "time stamp: " + std::string(what)};
}

std::string hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    text.push_back(kDigits[static_cast<std::uint8_t>(c) >> 4]);
    text.push_back(kDigits[static_cast<std::uint8_t>(c) & 15]);
  }
  return text;
}

std::string dotted(const ASN1_OBJECT* object) {
  std::array<char, 128> text{};
  const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return size > 0 && size < static_cast<int>(text.size()) ? std::string(text.data())
                                                          : std::string();
}

std::string_view view(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<std::size_t>(ASN1_STRING_length(text))};
}

Result<ResponsePtr> decode(std::string_view der) {
  init_openssl();
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  ResponsePtr response(d2i_TS_RESP(nullptr, &at, static_cast<long>(der.size())));
  if (response == nullptr) return openssl_error(Errc::malformed, "time stamp: not a TimeStampResp");
  if (at != end) return malformed("bytes left over");
  const long status =
      ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response.get())));
  if (status != kGranted) {
    return Error{Errc::untrusted,
                 "time stamp: status " + std::to_string(status) + ", expected 0 (granted)"};
  }
  return response;
}

// The TSTInfo bytes inside the CMS structure, after its shape was checked.
Result<std::string_view> content_of(PKCS7* token) {
  if (token == nullptr || OBJ_obj2nid(token->type) != NID_pkcs7_signed ||
      token->d.sign == nullptr) {
    return malformed("token is not CMS SignedData");
  }
  const PKCS7* const inner = token->d.sign->contents;
  if (inner == nullptr || OBJ_obj2nid(inner->type) != NID_id_smime_ct_TSTInfo) {
    return malformed("content is not a TSTInfo");
  }
  const ASN1_TYPE* const value = inner->d.other;
  if (value == nullptr || value->type != V_ASN1_OCTET_STRING) return malformed("no content");
  const int signers = sk_PKCS7_SIGNER_INFO_num(PKCS7_get_signer_info(token));
  if (signers != 1) return malformed(std::to_string(signers) + " signers, expected 1");
  return view(value->value.octet_string);
}

const ASN1_TYPE* attribute(PKCS7_SIGNER_INFO* signer, int nid) {
  return PKCS7_get_signed_attribute(signer, nid);
}

// Parses a signed attribute that is a SEQUENCE; null if it is not there or not one.
template <class Ptr, class Parse>
Ptr sequence_attribute(PKCS7_SIGNER_INFO* signer, int nid, Parse parse) {
  const ASN1_TYPE* const value = attribute(signer, nid);
  if (value == nullptr || value->type != V_ASN1_SEQUENCE) return nullptr;
  const std::string_view bytes = view(value->value.sequence);
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  return Ptr(parse(nullptr, &at, static_cast<long>(bytes.size())));
}

bool names(const PKCS7_SIGNER_INFO* info, const Certificate& signer) {
  const X509* const certificate = signer.handle();
  return X509_NAME_cmp(info->issuer_and_serial->issuer, X509_get_issuer_name(certificate)) == 0 &&
         ASN1_INTEGER_cmp(info->issuer_and_serial->serial, X509_get0_serialNumber(certificate)) ==
             0;
}

Outcome check_signer(PKCS7_SIGNER_INFO* info, const Certificate& signer) {
  if (!names(info, signer)) {
    return Error{Errc::untrusted,
                 "time stamp: signed by another certificate than \"" + signer.subject() + "\""};
  }
  if (!hash_of_oid(dotted(info->digest_alg->algorithm))) {
    return Error{Errc::unsupported, "time stamp: signature hash " +
                                        dotted(info->digest_alg->algorithm) +
                                        "; expected SHA-256, SHA-384 or SHA-512"};
  }
  // PKCS7_signatureVerify() does not look at this attribute (RFC 5652 §11.1).
  const ASN1_TYPE* const type = attribute(info, NID_pkcs9_contentType);
  if (type == nullptr || type->type != V_ASN1_OBJECT ||
      OBJ_obj2nid(type->value.object) != NID_id_smime_ct_TSTInfo) {
    return malformed("signed attribute contentType is not TSTInfo");
  }
  return Done{};
}

// RFC 5816, RFC 2634 §5.4: the signature names its certificate, so that none can be put in its
// place.
Outcome check_ess(PKCS7_SIGNER_INFO* info, std::span<const Certificate> chain) {
  const auto v1 =
      sequence_attribute<EssPtr>(info, NID_id_smime_aa_signingCertificate, d2i_ESS_SIGNING_CERT);
  const auto v2 = sequence_attribute<EssV2Ptr>(info, NID_id_smime_aa_signingCertificateV2,
                                               d2i_ESS_SIGNING_CERT_V2);
  const StackPtr certificates(sk_X509_new_null());
  for (const Certificate& certificate : chain) {
    if (certificates == nullptr ||
        sk_X509_push(certificates.get(), const_cast<X509*>(certificate.handle())) <= 0) {
      return openssl_error(Errc::internal, "time stamp");
    }
  }
  if (OSSL_ESS_check_signing_certs(v1.get(), v2.get(), certificates.get(), 1) == 1) return Done{};
  return openssl_error(Errc::unverified,
                       "time stamp: ESSCertID does not name the authority's certificate");
}

Outcome check_signature(PKCS7* token, PKCS7_SIGNER_INFO* info, const Certificate& signer) {
  const BioPtr content(PKCS7_dataInit(token, nullptr));
  if (content == nullptr) return openssl_error(Errc::malformed, "time stamp: content");
  std::array<char, 1024> sink{};
  while (BIO_read(content.get(), sink.data(), static_cast<int>(sink.size())) > 0) continue;
  if (PKCS7_signatureVerify(content.get(), token, info, const_cast<X509*>(signer.handle())) == 1) {
    return Done{};
  }
  return openssl_error(Errc::unverified, "time stamp: signature does not verify");
}

}  // namespace

struct TimestampToken::State {
  ResponsePtr response;
  TimestampInfo info;
  std::string serial_hex;
};

Result<TimestampToken> TimestampToken::parse(std::string_view response_der) {
  if (response_der.size() > kTokenBytes) {
    return Error{Errc::limit,
                 "time stamp: " + std::to_string(response_der.size()) + " bytes, limit is 65536"};
  }
  PORTREEVE_TRY(ResponsePtr response, decode(response_der));
  PORTREEVE_TRY(const std::string_view content, content_of(TS_RESP_get_token(response.get())));
  PORTREEVE_TRY(TimestampInfo info, read_timestamp_info(content));
  clear_openssl_errors();
  std::string serial = hex(info.serial);
  return TimestampToken(std::make_shared<const State>(
      State{std::move(response), std::move(info), std::move(serial)}));
}

TimePoint TimestampToken::time() const noexcept { return state_->info.time; }
HashKind TimestampToken::imprint_hash() const noexcept { return state_->info.imprint_hash; }
const std::string& TimestampToken::imprint() const noexcept { return state_->info.imprint; }
const std::string& TimestampToken::serial_hex() const noexcept { return state_->serial_hex; }

bool TimestampToken::signed_by(const Certificate& signer) const noexcept {
  PKCS7* const token = TS_RESP_get_token(state_->response.get());
  return names(sk_PKCS7_SIGNER_INFO_value(PKCS7_get_signer_info(token), 0), signer);
}

Outcome TimestampToken::verify(std::string_view message, std::span<const Certificate> chain) const {
  if (hash(state_->info.imprint_hash, message) != state_->info.imprint) {
    return Error{Errc::unverified, "time stamp: imprint is of other bytes than this signature"};
  }
  if (chain.empty()) return Error{Errc::internal, "time stamp: no signer to check against"};
  PKCS7* const token = TS_RESP_get_token(state_->response.get());
  PKCS7_SIGNER_INFO* const info = sk_PKCS7_SIGNER_INFO_value(PKCS7_get_signer_info(token), 0);
  PORTREEVE_CHECK(check_signer(info, chain.front()));
  PORTREEVE_CHECK(check_ess(info, chain));
  PORTREEVE_CHECK(check_signature(token, info, chain.front()));
  clear_openssl_errors();
  return Done{};
}

}  // namespace portreeve::crypto
