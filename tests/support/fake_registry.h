#pragma once

// A registry on loopback that does what it should, until a test's hook makes it do something else.
// Every request is remembered, so that a test can say what must not have been sent.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/digest.h"
#include "core/time.h"
#include "tests/net/mint.h"

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace portreeve::test {

struct SeenRequest {
  std::string method, target, authorization, accept, cookie, body;
};

/// What is answered instead.
struct FakeAnswer {
  int status = 200;
  std::multimap<std::string, std::string> fields;
  std::string body;
  std::string type = "application/json";
  Milliseconds delay{0};
  bool endless = false;           ///< Chunks of 64 KiB until the client has gone.
  bool drip = false;              ///< One byte every 20 ms.
  std::optional<std::size_t> announced;  ///< Content-Length; the connection ends after `body`.
};

struct FakeRegistryOptions {
  bool tls = true;
  bool referrers = true;     ///< Has the referrers API.
  std::size_t page = 0;      ///< Referrers on a page; 0: all.
  std::string user = {}, password = {};  ///< Both empty: anyone may pull.
  bool token = false;        ///< Bearer tokens from its own /token; else Basic.
  std::string realm = {};         ///< Instead of its own.
  std::string identity_token = {};  ///< Taken by POST /token.
  int expires_in = 300;
  Milliseconds latency{0};
};

class FakeRegistry {
 public:
  using Hook = std::function<std::optional<FakeAnswer>(const SeenRequest&)>;

  /// `leaf`: certificate for 127.0.0.1 and localhost.
  FakeRegistry(const Minted& leaf, FakeRegistryOptions options = {});
  ~FakeRegistry();

  std::uint16_t port() const { return port_; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }
  std::string url() const { return (options_.tls ? "https://" : "http://") + host(); }

  Digest put_blob(const std::string& repository, const std::string& bytes);
  Digest put_manifest(const std::string& repository, const std::string& bytes,
                      const std::string& type, const std::string& tag = "");
  void set_tag(const std::string& repository, const std::string& tag, const Digest& digest);
  /// Asked before each request is answered; nothing: the ordinary answer.
  void hook(Hook hook);

  std::vector<SeenRequest> seen() const;
  /// Requests whose target holds this.
  std::size_t count(std::string_view part) const;
  void forget_seen();
  /// How many requests were being answered together, at most.
  std::size_t most_at_once() const { return most_at_once_; }

 private:
  struct Stored {
    std::string bytes, type, subject, artifact_type;
  };
  void handle(const httplib::Request& request, httplib::Response& response);
  void send(const FakeAnswer& answer, httplib::Response& response);
  FakeAnswer ordinary(const SeenRequest& request);
  FakeAnswer token(const SeenRequest& request);
  FakeAnswer manifest(const std::string& repository, const std::string& reference);
  FakeAnswer referrers(const std::string& repository, const std::string& digest,
                       const std::string& query);
  bool authorised(const SeenRequest& request);

  FakeRegistryOptions options_;
  std::unique_ptr<httplib::Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::size_t> most_at_once_{0};
  mutable std::mutex mutex_;
  Hook hook_;
  std::vector<SeenRequest> seen_;
  std::map<std::string, Stored> manifests_;  ///< "repository@digest".
  std::map<std::string, std::string> blobs_;
  std::map<std::string, std::string> tags_;  ///< "repository:tag" to a digest.
  std::set<std::string> tokens_;
};

}  // namespace portreeve::test
