#pragma once

// One signature verified as directly as OpenSSL can: fetched hash, kept key, reused context. The
// floor of everything that verifies signatures.

#include <openssl/ec.h>
#include <openssl/evp.h>

#include <cstddef>
#include <memory>

namespace portreeve::bench {

class RawSignature {
 public:
  /// Exits the program when it cannot be made.
  RawSignature(const char* curve, const char* hash);
  bool verify();

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<EVP_MD, void (*)(EVP_MD*)> hash_;
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
  unsigned char message_[1024] = {};
  unsigned char signature_[256] = {};
  std::size_t size_ = 0;
};

}  // namespace portreeve::bench
