#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/result.h"
#include "crypto/server_pair.h"

typedef struct ssl_ctx_st SSL_CTX;
typedef struct ssl_st SSL;

namespace portreeve::net {

/// A server context for `pair`: TLS 1.2 with ECDHE and AEAD, and TLS 1.3; ALPN http/1.1 only (a
/// client that offers only others is refused); no tickets, sessions, renegotiation or compression.
/// `client_ca_pem` non-empty: a client certificate is required, must chain to one of these and must
/// have the clientAuth usage. Errors: misconfigured.
Result<std::shared_ptr<SSL_CTX>> make_server_context(const crypto::ServerPair& pair,
                                                     std::string_view client_ca_pem);

/// Subject of the verified client certificate; empty if none was asked for.
std::string client_subject(const SSL* ssl);

/// Why a handshake that failed refused the client's certificate; empty where it failed otherwise. One
/// of a few texts, none of them the client's own.
std::string client_refusal(const SSL* ssl);

}  // namespace portreeve::net
