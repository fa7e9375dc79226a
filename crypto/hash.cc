#include "crypto/hash.h"

#include <openssl/evp.h>

#include <new>

#include "crypto/openssl_init.h"

namespace portreeve::crypto {
namespace {

// Fetched once: an implicit fetch at each call costs more than hashing a small review.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = [] {
    init_openssl();
    return EVP_MD_fetch(nullptr, "SHA256", nullptr);
  }();
  if (method == nullptr) throw std::bad_alloc();
  return method;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 hash{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, sha256_method(), nullptr) != 1 ||
      size != hash.size()) {
    throw std::bad_alloc();
  }
  return hash;
}

std::string to_hex(const Sha256& hash) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * hash.size());
  for (const std::uint8_t byte : hash) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) { start(); }

void Sha256Stream::start() {
  if (context_ == nullptr || EVP_DigestInit_ex2(context_.get(), sha256_method(), nullptr) != 1) {
    throw std::bad_alloc();
  }
}

void Sha256Stream::update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) throw std::bad_alloc();
}

Sha256 Sha256Stream::finish() {
  Sha256 hash{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context_.get(), hash.data(), &size) != 1 || size != hash.size()) {
    throw std::bad_alloc();
  }
  start();
  return hash;
}

}  // namespace portreeve::crypto
