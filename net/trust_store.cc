#include "net/trust_store.h"

#include <openssl/x509.h>

#include <vector>

#include "core/file.h"
#include "core/limits.h"
#include "crypto/openssl_init.h"
#include "crypto/server_pair.h"

namespace portreeve::net {
namespace {

constexpr const char* kSystemFiles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                        "/etc/pki/tls/certs/ca-bundle.crt"};
constexpr std::size_t kSystemBytes = 4 * limits::kMiB;

}  // namespace

TrustStore::~TrustStore() { X509_STORE_free(store_); }

Outcome TrustStore::fill(const std::string& pem) {
  crypto::init_openssl();
  PORTREEVE_TRY(const std::vector<crypto::CertificatePtr> certificates,
                crypto::parse_certificates(pem));
  X509_STORE* const store = X509_STORE_new();
  bool good = store != nullptr;
  for (const auto& certificate : certificates) {
    good = good && X509_STORE_add_cert(store, certificate.get()) == 1;
  }
  if (!good) {
    X509_STORE_free(store);
    return crypto::openssl_error(Errc::misconfigured, "trusted certificates");
  }
  store_ = store;
  return Done{};
}

Result<std::shared_ptr<TrustStore>> TrustStore::open(const std::string& pem) {
  std::shared_ptr<TrustStore> out(new TrustStore);
  if (pem.empty()) return out;
  const MutexLock lock(out->mutex_);
  PORTREEVE_CHECK(out->fill(pem));
  return out;
}

Result<X509_STORE*> TrustStore::get() {
  const MutexLock lock(mutex_);
  if (store_ != nullptr) return store_;
  for (const char* const file : kSystemFiles) {
    const Result<std::string> pem = read_file(file, kSystemBytes);
    if (!pem.ok()) continue;
    PORTREEVE_CHECK(fill(pem.value()));
    return store_;
  }
  return Error{Errc::misconfigured,
               "this system has no list of certificate authorities; name one (`ca` of the Registry)"};
}

}  // namespace portreeve::net
