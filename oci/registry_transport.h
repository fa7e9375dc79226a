#pragma once

// Requests to one registry, seen through to their final answer: challenges answered, redirects
// followed by our rules, what may pass by itself tried again, the host's limits kept. Specification:
// distribution-spec 1.1; RFC 9110 §15.4.
//
// Credentials go to the registry's own origin only. A challenge by a host that we were redirected
// to is not answered. At most kRedirects redirects and kRegistryTries tries.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/registry_config.h"
#include "core/result.h"
#include "core/thread_annotations.h"
#include "core/time.h"
#include "net/http_client.h"
#include "oci/authorizer.h"
#include "oci/content_store.h"
#include "oci/host_state.h"

namespace portreeve::oci {

struct RegistryRequest {
  std::string repository;  ///< For the scope of a token.
  std::string target;      ///< "/v2/<name>/manifests/<tag>"
  std::string accept;
  std::size_t limit = 0;  ///< Bytes of the answer.
};

/// Thread-safe; blocks until Ask::deadline. The registry's own deadline holds for each request from
/// its first turn on, retries and token included.
class RegistryTransport {
 public:
  struct Parts {
    RegistryConfig config;
    net::Url root;  ///< "https://host:port/"
    CredentialSource credentials;
    std::shared_ptr<const net::HttpClient> http;
    const Clock* clock = nullptr;  ///< Outlives this.
    /// Between two tries, doubled each time, with jitter; tests make it short.
    Milliseconds backoff{150};
  };
  explicit RegistryTransport(Parts parts);

  /// One final answer for each, performed together: 200, or a 4xx other than 401, 403, 408, 429.
  /// Errors: untrusted (401, 403, redirect not allowed), unavailable, malformed, limit,
  /// misconfigured.
  std::vector<Result<net::HttpReply>> get(std::vector<RegistryRequest> requests,
                                          const Ask& ask) const;

  const net::Url& root() const noexcept { return parts_.root; }

 private:
  struct Exchange;
  Outcome authorize(Exchange& exchange, const Ask& ask) const;
  std::vector<Exchange*> take_turns(std::vector<Exchange>& exchanges, const Ask& ask) const;
  void perform(const std::vector<Exchange*>& turn, const Ask& ask) const;
  Result<net::HttpReply> perform_token(net::HttpCall call) const;
  std::int64_t asked_to_wait(const net::HttpReply& reply) const;
  void leave(const net::Url& url, const Result<net::HttpReply>& reply) const;
  void take(Exchange& exchange, Result<net::HttpReply> reply, const Ask& ask) const;
  void take_answer(Exchange& exchange, net::HttpReply reply, const Ask& ask) const;
  void challenged(Exchange& exchange, const net::HttpReply& reply, const Ask& ask) const;
  void redirected(Exchange& exchange, const net::HttpReply& reply) const;
  void fail(Exchange& exchange, const Error& error) const;
  void try_again(Exchange& exchange, Error error, Milliseconds at_least) const;
  HostState& host_state(const net::Url& url) const;

  const Parts parts_;
  const std::unique_ptr<Authorizer> authorizer_;
  mutable Mutex mutex_;
  mutable std::map<std::string, std::unique_ptr<HostState>> hosts_ GUARDED_BY(mutex_);
};

}  // namespace portreeve::oci
