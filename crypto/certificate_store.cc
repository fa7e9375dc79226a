#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <algorithm>

#include "crypto/certificate_state.h"
#include "crypto/openssl_init.h"

namespace portreeve::crypto {
namespace {

constexpr int kAuthLevel = 2;  // 112 bits: no SHA-1, no RSA below 2048.
constexpr int kMaxDepth = 16;

using StorePtr = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using StoreContextPtr = std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;
struct StackFree {
  void operator()(STACK_OF(X509) * stack) const noexcept { sk_X509_free(stack); }
};
using StackPtr = std::unique_ptr<STACK_OF(X509), StackFree>;  // Borrows its certificates.

X509* handle_of(const Certificate& certificate) {
  // OpenSSL counts references inside and so takes it as non-const.
  return const_cast<X509*>(certificate.handle());
}

Error path_error(X509_STORE_CTX* context, const Certificate& leaf) {
  const int reason = X509_STORE_CTX_get_error(context);
  const Errc code =
      reason == X509_V_ERR_CERT_SIGNATURE_FAILURE ? Errc::unverified : Errc::untrusted;
  clear_openssl_errors();
  return {code, "certificate path: " + std::string(X509_verify_cert_error_string(reason)) +
                    " (depth " + std::to_string(X509_STORE_CTX_get_error_depth(context)) +
                    ", leaf issued by \"" + leaf.issuer() + "\")"};
}

}  // namespace

struct CertificateStore::State {
  std::vector<Certificate> anchors;
  std::vector<Certificate> intermediates;
  StorePtr store;

  Result<CertificatePath> verify(const Certificate& leaf, const TimePoint* at) const;
  const Certificate* find(const X509* handle) const;
};

const Certificate* CertificateStore::State::find(const X509* handle) const {
  const auto same = [&](const Certificate& known) { return known.handle() == handle; };
  const auto anchor = std::find_if(anchors.begin(), anchors.end(), same);
  if (anchor != anchors.end()) return &*anchor;
  const auto other = std::find_if(intermediates.begin(), intermediates.end(), same);
  return other != intermediates.end() ? &*other : nullptr;
}

Result<CertificatePath> CertificateStore::State::verify(const Certificate& leaf,
                                                        const TimePoint* at) const {
  const StoreContextPtr context(X509_STORE_CTX_new());
  const StackPtr untrusted(sk_X509_new_null());
  bool good = context != nullptr && untrusted != nullptr;
  for (const Certificate& certificate : intermediates) {
    good = good && sk_X509_push(untrusted.get(), handle_of(certificate)) > 0;
  }
  good = good &&
         X509_STORE_CTX_init(context.get(), store.get(), handle_of(leaf), untrusted.get()) == 1;
  if (!good) return openssl_error(Errc::internal, "certificate path");
  X509_VERIFY_PARAM* const param = X509_STORE_CTX_get0_param(context.get());
  if (at != nullptr) {
    X509_VERIFY_PARAM_set_time(
        param, std::chrono::floor<std::chrono::seconds>(*at).time_since_epoch().count());
  } else if (X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME) != 1) {
    return openssl_error(Errc::internal, "certificate path");
  }
  if (X509_verify_cert(context.get()) != 1) return path_error(context.get(), leaf);
  CertificatePath path{{leaf}, leaf.not_before(), leaf.not_after()};
  const STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 1; i < sk_X509_num(chain); ++i) {
    const Certificate* const certificate = find(sk_X509_value(chain, i));
    if (certificate == nullptr)
      return Error{Errc::internal, "certificate path: foreign certificate"};
    path.not_before = std::max(path.not_before, certificate->not_before());
    path.not_after = std::min(path.not_after, certificate->not_after());
    path.certificates.push_back(*certificate);
  }
  return path;
}

Result<CertificateStore> CertificateStore::make(std::vector<Certificate> anchors,
                                                std::vector<Certificate> intermediates) {
  init_openssl();
  if (anchors.empty()) return Error{Errc::misconfigured, "certificate store: no trust anchor"};
  auto state = std::make_shared<State>();
  state->anchors = std::move(anchors);
  state->intermediates = std::move(intermediates);
  state->store.reset(X509_STORE_new());
  bool good = state->store != nullptr;
  for (const Certificate& anchor : state->anchors) {
    good = good && X509_STORE_add_cert(state->store.get(), handle_of(anchor)) == 1;
  }
  if (good) {
    X509_VERIFY_PARAM* const param = X509_STORE_get0_param(state->store.get());
    X509_VERIFY_PARAM_set_auth_level(param, kAuthLevel);
    X509_VERIFY_PARAM_set_depth(param, kMaxDepth);
    good = X509_VERIFY_PARAM_set_flags(param,
                                       X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN) == 1;
  }
  if (!good) return openssl_error(Errc::internal, "certificate store");
  return CertificateStore(std::shared_ptr<const State>(std::move(state)));
}

Result<CertificatePath> CertificateStore::verify(const Certificate& leaf, TimePoint at) const {
  Result<CertificatePath> path = state_->verify(leaf, &at);
  if (path.ok() && path.value().valid_at(at)) return path;
  // OpenSSL judges whole seconds and takes notAfter for already expired, RFC 5280 §4.1.2.5 does
  // not.
  Result<CertificatePath> whenever = state_->verify(leaf, nullptr);
  if (!whenever.ok()) return whenever;
  const CertificatePath& found = whenever.value();
  if (found.valid_at(at)) return whenever;
  return Error{Errc::untrusted, "certificate path: valid from " + format_time(found.not_before) +
                                    " to " + format_time(found.not_after) + ", not at " +
                                    format_time(at)};
}

Result<CertificatePath> CertificateStore::verify_without_time_unsafe(
    const Certificate& leaf) const {
  return state_->verify(leaf, nullptr);
}

}  // namespace portreeve::crypto
