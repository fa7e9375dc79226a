#pragma once

// Answers a registry's challenge: which Authorization field goes with a request. Specification:
// distribution "Token Authentication" and "OAuth2 Token Authentication", RFC 6750, RFC 7617.
//
// The realm of a challenge is attacker-chosen text. It is asked only if it is on the registry's own
// host or named by the operator (`tokenServers`), over https, and a redirect of it is refused. The
// scope is always our own: pull of the one repository.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/result.h"
#include "core/thread_annotations.h"
#include "core/time.h"
#include "net/http_client.h"
#include "oci/challenge.h"
#include "oci/content_store.h"
#include "oci/credentials.h"

namespace portreeve::oci {

/// One registry's credentials and tokens. Thread-safe; one token request at a time for one token.
class Authorizer {
 public:
  struct Parts {
    net::Url registry;                       ///< Its root.
    std::string credential_host;             ///< As credential files name it.
    std::vector<std::string> token_servers;  ///< "host" or "host:port".
    CredentialSource credentials;
    std::shared_ptr<const net::HttpClient> http;
    /// Performs one request under the limits of its host; null: by `http`, without any. Waits for a
    /// turn, so nothing here may be called by somebody who has one.
    std::function<Result<net::HttpReply>(net::HttpCall)> perform = nullptr;
  };
  explicit Authorizer(Parts parts) : parts_(std::move(parts)) {}

  /// A value to send, and whether it came from memory (so that a refusal may mean "expired").
  struct Value {
    Secret field;  ///< Of the Authorization field; empty: send none.
    bool remembered = false;
  };
  /// What is known to be wanted before the registry asks; saves a round trip once it has asked for
  /// any repository. Errors: as answer().
  Result<Value> expected(const std::string& repository, const Ask& ask);
  /// The answer to the challenges of a 401, with the credential number `attempt` of those that fit
  /// the repository (0 also without any: anonymous). Errors: untrusted (no credential left, realm
  /// not allowed, refused), unavailable, malformed, limit, misconfigured (credential file).
  Result<Value> answer(const net::HttpReply& reply, const std::string& repository,
                       std::size_t attempt, const Ask& ask);
  /// Forgets the tokens of a repository, because one was refused.
  void forget(const std::string& repository);

 private:
  /// How the registry wants to be asked.
  struct Way {
    bool basic = false;
    std::string realm, service;
  };
  using TokenKey = std::tuple<std::string, std::string, std::string, std::string>;
  struct Token {
    Secret value;
    SteadyTime good_until{};
    bool fetching = false;
    std::uint64_t flights = 0;
    std::optional<Error> failure;  ///< Of the last flight.
  };

  Result<Value> with_credential(const Way& way, const std::string& repository, std::size_t attempt,
                                const Ask& ask);
  Result<Value> bearer(const Way& way, const std::string& repository, const Credential& credential,
                       const Ask& ask);
  Result<Way> choose(const net::HttpReply& reply) const;
  Result<net::Url> checked_realm(const std::string& realm) const;
  Result<Token> fetch(const Way& way, const std::string& repository, const Credential& credential,
                      const Ask& ask) const;
  Result<net::HttpReply> post(const net::Url& realm, const Way& way, const std::string& repository,
                              const Credential& credential, const Ask& ask) const;
  Result<net::HttpReply> get(const net::Url& realm, const Way& way, const std::string& repository,
                             const Credential& credential, const Ask& ask) const;
  Result<net::HttpReply> perform(net::HttpCall call) const;
  Result<Token> read(const net::Url& realm, const net::HttpReply& reply) const;

  const Parts parts_;
  Mutex mutex_;
  Condition changed_;
  std::optional<Way> way_ GUARDED_BY(mutex_);
  std::map<TokenKey, Token> tokens_ GUARDED_BY(mutex_);
  std::map<std::string, std::size_t> preferred_ GUARDED_BY(mutex_);  ///< Credential by repository.
};

}  // namespace portreeve::oci
