#include "crypto/certificate.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "crypto/certificate_state.h"
#include "crypto/openssl_init.h"
#include "crypto/pem.h"

namespace portreeve::crypto {
namespace {

constexpr std::size_t kCertificateBytes = 64 * 1024;
constexpr std::string_view kLabel = "CERTIFICATE";

std::string name_text(const X509_NAME* name) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  char* data = nullptr;
  if (bio == nullptr || X509_NAME_print_ex(bio.get(), name, 0, XN_FLAG_RFC2253) < 0) {
    clear_openssl_errors();
    return "?";
  }
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
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

Result<CertificatePtr> decode(std::string_view der) {
  init_openssl();
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate == nullptr) return openssl_error(Errc::malformed, "not X.509");
  if (at != end) return Error{Errc::malformed, "bytes left over"};
  // Fills OpenSSL's cache of extensions now, while no other thread sees the object.
  if ((X509_get_extension_flags(certificate.get()) & EXFLAG_INVALID) != 0) {
    return openssl_error(Errc::malformed, "an extension that cannot be decoded");
  }
  clear_openssl_errors();
  return certificate;
}

Error in_certificate(Error error) { return with_context(std::move(error), "certificate"); }

}  // namespace

Result<Certificate> Certificate::from_der(std::string_view der) {
  if (der.size() > kCertificateBytes) {
    return Error{Errc::limit,
                 "certificate: " + std::to_string(der.size()) + " bytes, limit is 65536"};
  }
  auto state = std::make_shared<State>();
  state->der = std::string(der);
  Result<CertificateFields> fields = read_certificate(state->der);
  if (!fields.ok()) return in_certificate(std::move(fields).error());
  state->fields = std::move(fields).value();
  Result<CertificatePtr> handle = decode(state->der);
  if (!handle.ok()) return in_certificate(std::move(handle).error());
  state->handle = std::move(handle).value();
  // OpenSSL has decoded the key already, at several times the cost of making it anew.
  Result<PublicKey> key =
      PublicKey::with_handle(state->fields.spki, X509_get0_pubkey(state->handle.get()));
  clear_openssl_errors();
  if (!key.ok()) return in_certificate(std::move(key).error());
  state->key = std::move(key).value();
  return Certificate(std::shared_ptr<const State>(std::move(state)));
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  PORTREEVE_TRY(const PemBlock block, parse_pem(pem));
  if (block.label != kLabel) {
    return Error{Errc::malformed, "PEM block \"" + block.label + "\"; expected \"CERTIFICATE\""};
  }
  return from_der(block.bytes);
}

Result<std::vector<Certificate>> Certificate::list_from_pem(std::string_view pem,
                                                            std::size_t most) {
  PORTREEVE_TRY(const std::vector<PemBlock> blocks, parse_pem_list(pem, most));
  std::vector<Certificate> certificates;
  for (const PemBlock& block : blocks) {
    if (block.label != kLabel) {
      return Error{Errc::malformed, "PEM block \"" + block.label + "\"; expected \"CERTIFICATE\""};
    }
    PORTREEVE_TRY(Certificate certificate, from_der(block.bytes));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

const std::string& Certificate::der() const noexcept { return state_->der; }
const PublicKey& Certificate::key() const noexcept { return *state_->key; }
TimePoint Certificate::not_before() const noexcept { return state_->fields.not_before; }
TimePoint Certificate::not_after() const noexcept { return state_->fields.not_after; }
std::string Certificate::subject() const { return name_text(X509_get_subject_name(handle())); }
std::string Certificate::issuer() const { return name_text(X509_get_issuer_name(handle())); }
std::string Certificate::serial_hex() const { return hex(state_->fields.serial); }
const x509_st* Certificate::handle() const noexcept { return state_->handle.get(); }
std::uint32_t Certificate::key_usage() const noexcept { return state_->fields.key_usage; }
bool Certificate::has_key_usage() const noexcept { return state_->fields.has_key_usage; }

bool Certificate::is_ca() const noexcept {
  return state_->fields.basic_constraints_ca || (key_usage() & key_usage::kKeyCertSign) != 0;
}

std::optional<std::uint32_t> Certificate::path_length() const noexcept {
  return state_->fields.path_length;
}

bool Certificate::has_extended_key_usage() const noexcept {
  return state_->fields.has_extended_key_usage;
}

bool Certificate::extended_key_usage_critical() const noexcept {
  return state_->fields.extended_key_usage_critical;
}

const std::vector<std::string>& Certificate::extended_key_usages() const noexcept {
  return state_->fields.extended_key_usages;
}

bool Certificate::allows(std::string_view usage) const noexcept {
  const std::vector<std::string>& usages = extended_key_usages();
  return std::find(usages.begin(), usages.end(), usage) != usages.end();
}

const std::vector<AlternativeName>& Certificate::alternative_names() const noexcept {
  return state_->fields.names;
}

const std::vector<CertificateExtension>& Certificate::extensions() const noexcept {
  return state_->fields.extensions;
}

const CertificateExtension* Certificate::extension(std::string_view oid) const noexcept {
  for (const CertificateExtension& extension : extensions()) {
    if (extension.oid == oid) return &extension;
  }
  return nullptr;
}

std::string_view to_string(NameKind kind) noexcept {
  switch (kind) {
    case NameKind::email:
      return "email";
    case NameKind::uri:
      return "URI";
    case NameKind::dns:
      return "DNS";
    case NameKind::ip:
      return "IP";
    case NameKind::other_name:
      return "otherName";
    case NameKind::unknown:
      return "unknown";
  }
  return "?";
}

}  // namespace portreeve::crypto
