#pragma once

#include <memory>
#include <string>

#include "core/result.h"
#include "core/thread_annotations.h"

typedef struct x509_store_st X509_STORE;

namespace portreeve::net {

/// The certificate authorities that a client trusts. The system's are read when first needed:
/// they take longer than a short command, which may need none. Thread-safe.
class TrustStore {
 public:
  /// `pem` empty: the system's (Debian, Alpine and Red Hat keep them in one file; SSL_CERT_FILE is
  /// not honoured). Errors: misconfigured.
  static Result<std::shared_ptr<TrustStore>> open(const std::string& pem);
  ~TrustStore();

  /// Lives as long as this. Errors: misconfigured (the system has none).
  Result<X509_STORE*> get();

 private:
  TrustStore() = default;
  Outcome fill(const std::string& pem) REQUIRES(mutex_);

  Mutex mutex_;
  X509_STORE* store_ GUARDED_BY(mutex_) = nullptr;
};

}  // namespace portreeve::net
