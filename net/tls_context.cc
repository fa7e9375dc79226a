#include "net/tls_context.h"

#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "crypto/openssl_init.h"

namespace portreeve::net {
namespace {

using crypto::CertificatePtr;
using crypto::openssl_error;

// Only forward secrecy and AEAD; TLS 1.3 has nothing else.
constexpr const char* kTls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* kGroups = "X25519:P-256:P-384";
constexpr int kSecurityLevel = 2;
constexpr std::size_t kClientChainBytes = 32 * 1024;
constexpr std::string_view kHttp11 = "http/1.1";
constexpr unsigned char kSessionContext[] = "portreeve";

// RFC 7301 §3.2. The API server's client would spread its calls over one h2 connection only, so h2
// is never offered; a client that wants nothing we have is told so.
int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned int at = 0;
  while (at < offered_size) {
    const unsigned int size = offered[at];
    if (size > offered_size - at - 1) break;
    const std::string_view name(reinterpret_cast<const char*>(offered + at + 1), size);
    if (name == kHttp11) {
      *out = offered + at + 1;
      *out_size = offered[at];
      return SSL_TLSEXT_ERR_OK;
    }
    at += 1 + size;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

int verify_client(int preverified, X509_STORE_CTX* store) {
  if (preverified != 1 || X509_STORE_CTX_get_error_depth(store) != 0) return preverified;
  const X509* leaf = X509_STORE_CTX_get_current_cert(store);
  if (leaf != nullptr && crypto::allows_tls_client(leaf)) return 1;
  X509_STORE_CTX_set_error(store, X509_V_ERR_INVALID_PURPOSE);
  return 0;
}

bool set_protocol(SSL_CTX* context) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  // An idle connection keeps no record buffers; a busy one reads a record with one system call.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_security_level(context, kSecurityLevel);
  SSL_CTX_set_max_cert_list(context, kClientChainBytes);
  SSL_CTX_set_alpn_select_cb(context, select_protocol, nullptr);
  return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_num_tickets(context, 0) == 1 &&
         SSL_CTX_set_cipher_list(context, kTls12Ciphers) == 1 &&
         SSL_CTX_set1_groups_list(context, kGroups) == 1 &&
         SSL_CTX_set_session_id_context(context, kSessionContext, sizeof(kSessionContext) - 1) == 1;
}

bool set_pair(SSL_CTX* context, const crypto::ServerPair& pair) {
  if (SSL_CTX_use_certificate(context, pair.chain.front().get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, pair.key.get()) != 1 ||
      SSL_CTX_check_private_key(context) != 1) {
    return false;
  }
  for (std::size_t i = 1; i < pair.chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, pair.chain[i].get()) != 1) return false;
  }
  // Otherwise OpenSSL would send what it finds in the client CA store as part of our chain.
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  return true;
}

Outcome require_client(SSL_CTX* context, std::string_view client_ca_pem) {
  PORTREEVE_TRY(const std::vector<CertificatePtr> authorities,
                crypto::parse_certificates(client_ca_pem));
  X509_STORE* const store = SSL_CTX_get_cert_store(context);
  for (const CertificatePtr& authority : authorities) {
    if (X509_STORE_add_cert(store, authority.get()) != 1 ||
        SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return openssl_error(Errc::misconfigured, "client CA");
    }
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, verify_client);
  return Done{};
}

}  // namespace

Result<std::shared_ptr<SSL_CTX>> make_server_context(const crypto::ServerPair& pair,
                                                     std::string_view client_ca_pem) {
  crypto::init_openssl();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr || !set_protocol(context.get())) {
    return openssl_error(Errc::internal, "TLS context");
  }
  if (!set_pair(context.get(), pair)) return openssl_error(Errc::misconfigured, "serving pair");
  if (!client_ca_pem.empty()) PORTREEVE_CHECK(require_client(context.get(), client_ca_pem));
  return context;
}

std::string client_subject(const SSL* ssl) {
  const X509* certificate = SSL_get0_peer_certificate(ssl);
  return certificate == nullptr ? std::string() : crypto::subject_text(certificate);
}

std::string client_refusal(const SSL* ssl) {
  // Only OpenSSL's error says so: without a certificate there is nothing that could not be verified.
  if (crypto::openssl_reason("TLS").find("did not return a certificate") != std::string::npos) {
    return "the client shows no certificate";
  }
  const long result = SSL_get_verify_result(ssl);
  if (result == X509_V_OK) return {};
  if (result == X509_V_ERR_INVALID_PURPOSE) {
    return "the client's certificate lacks the extended key usage clientAuth";
  }
  return std::string("the client's certificate does not verify: ") + X509_verify_cert_error_string(result);
}

}  // namespace portreeve::net
