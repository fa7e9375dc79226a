#include "bench/raw_signature.h"

#include <cstdio>
#include <cstdlib>

namespace portreeve::bench {

RawSignature::RawSignature(const char* curve, const char* hash)
    : key_(EVP_EC_gen(curve), EVP_PKEY_free),
      hash_(EVP_MD_fetch(nullptr, hash, nullptr), EVP_MD_free),
      context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> signer(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
  std::size_t size = sizeof signature_;
  EVP_DigestSignInit(signer.get(), nullptr, hash_.get(), nullptr, key_.get());
  if (EVP_DigestSign(signer.get(), signature_, &size, message_, sizeof message_) != 1) {
    std::fprintf(stderr, "bench: cannot sign\n");
    std::exit(1);
  }
  size_ = size;
}

bool RawSignature::verify() {
  return EVP_DigestVerifyInit(context_.get(), nullptr, hash_.get(), nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context_.get(), signature_, size_, message_, sizeof message_) == 1;
}

}  // namespace portreeve::bench
