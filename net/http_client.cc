#include "net/http_client.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <new>
#include <utility>

#include "core/limits.h"
#include "core/thread_annotations.h"
#include "core/utf8.h"
#include "crypto/openssl_init.h"
#include "net/curl_library.h"
#include "net/http_answer.h"
#include "net/trust_store.h"

namespace portreeve::net {
namespace {

struct FreeEasy {
  void operator()(CURL* easy) const noexcept { curl().easy_cleanup(easy); }
};
struct FreeMulti {
  void operator()(CURLM* multi) const noexcept { curl().multi_cleanup(multi); }
};
struct FreeList {
  void operator()(curl_slist* list) const noexcept { curl().slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Multi = std::unique_ptr<CURLM, FreeMulti>;
using List = std::unique_ptr<curl_slist, FreeList>;

/// One call in progress; libcurl's callbacks get a pointer to it.
struct Job {
  Job(HttpCall c, X509_STORE* t) : call(std::move(c)), answer(call), trust(t) {}
  HttpCall call;
  HttpAnswer answer;
  X509_STORE* trust;
  Easy easy;
  List fields;
  std::array<char, CURL_ERROR_SIZE> reason{};
  bool address_refused = false;
  bool running = false;
  CURLcode code = CURLE_OK;
};

// An exception must not cross libcurl; all that can be thrown here is that memory ran out.
template <class Take>
std::size_t deliver(Job& job, std::size_t size, const Take& take) noexcept {
  try {
    return take() ? size : 0;
  } catch (...) {
    try {
      job.answer.refuse(Errc::limit, "out of memory");
    } catch (...) {
      job.code = CURLE_OUT_OF_MEMORY;
    }
    return 0;
  }
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) {
  Job& job = *static_cast<Job*>(user);
  return deliver(job, size, [&] { return job.answer.header_line({data, size}); });
}

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  Job& job = *static_cast<Job*>(user);
  return deliver(job, size, [&] { return job.answer.body({data, size}); });
}

// After name resolution, before the first packet: a name that resolves to a neighbour of ours is
// refused here whatever it resolved to a moment ago.
curl_socket_t on_socket(void* user, curlsocktype, curl_sockaddr* address) {
  Job& job = *static_cast<Job*>(user);
  if (classify(address->addr) > job.call.reach) {
    job.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// The trust store is ours, parsed once. The name is checked by OpenSSL besides libcurl, and only
// against SANs: a common name has not named a host since RFC 2818 was replaced.
CURLcode on_tls(CURL*, void* context, void* user) {
  const Job& job = *static_cast<Job*>(user);
  SSL_CTX* const tls = static_cast<SSL_CTX*>(context);
  SSL_CTX_set1_cert_store(tls, job.trust);
  X509_VERIFY_PARAM* const param = SSL_CTX_get0_param(tls);
  X509_VERIFY_PARAM_set_hostflags(
      param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  const std::string& host = job.call.url.host;
  const bool v6 = host.front() == '[';
  const std::string bare = v6 ? host.substr(1, host.size() - 2) : host;
  const bool set = X509_VERIFY_PARAM_set1_ip_asc(param, bare.c_str()) == 1 ||
                   X509_VERIFY_PARAM_set1_host(param, bare.c_str(), bare.size()) == 1;
  crypto::clear_openssl_errors();
  return set ? CURLE_OK : CURLE_SSL_CONNECT_ERROR;
}

template <class V>
bool set(const Job& job, CURLoption option, V value) {
  return curl().easy_setopt(job.easy.get(), option, value) == CURLE_OK;
}

bool add_field(Job& job, const std::string& line) {
  curl_slist* const longer = curl().slist_append(job.fields.get(), line.c_str());
  if (longer == nullptr) return false;
  (void)job.fields.release();
  job.fields.reset(longer);
  return true;
}

bool set_fields(Job& job) {
  bool good = add_field(job, "Accept-Encoding: identity") && add_field(job, "Expect:");
  for (const HttpField& field : job.call.fields) {
    good = good && add_field(job, field.name + ": " + field.value);
  }
  return good && set(job, CURLOPT_HTTPHEADER, job.fields.get());
}

bool set_method(Job& job) {
  if (job.call.method == "HEAD") return set(job, CURLOPT_NOBODY, 1L);
  if (job.call.method != "POST") return set(job, CURLOPT_HTTPGET, 1L);
  return set(job, CURLOPT_POST, 1L) &&
         set(job, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(job.call.body.size())) &&
         set(job, CURLOPT_POSTFIELDS, job.call.body.c_str());
}

bool set_security(Job& job, const HttpClientOptions& options) {
  return set(job, CURLOPT_PROTOCOLS_STR, options.unsafe_plain_http ? "http,https" : "https") &&
         set(job, CURLOPT_REDIR_PROTOCOLS_STR, "https") && set(job, CURLOPT_FOLLOWLOCATION, 0L) &&
         set(job, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED)) &&
         set(job, CURLOPT_PROXY, options.proxy.c_str()) &&  // "" also ignores the environment.
         set(job, CURLOPT_NOPROXY, "") && set(job, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
         set(job, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2)) &&
         set(job, CURLOPT_SSL_VERIFYPEER, 1L) && set(job, CURLOPT_SSL_VERIFYHOST, 2L) &&
         set(job, CURLOPT_CAINFO, static_cast<char*>(nullptr)) &&
         set(job, CURLOPT_CAPATH, static_cast<char*>(nullptr)) &&
         set(job, CURLOPT_SSL_CTX_FUNCTION, &on_tls) && set(job, CURLOPT_SSL_CTX_DATA, &job) &&
         set(job, CURLOPT_OPENSOCKETFUNCTION, &on_socket) &&
         set(job, CURLOPT_OPENSOCKETDATA, &job) && set(job, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
}

bool prepare(Job& job, const HttpClientOptions& options, Milliseconds left) {
  job.easy.reset(curl().easy_init());
  if (job.easy == nullptr) return false;
  const Milliseconds connect = std::min(left, options.connect_deadline);
  return set_security(job, options) && set_fields(job) && set_method(job) &&
         set(job, CURLOPT_URL, job.call.url.text().c_str()) && set(job, CURLOPT_PATH_AS_IS, 1L) &&
         set(job, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1)) &&
         set(job, CURLOPT_HTTP_CONTENT_DECODING, 0L) && set(job, CURLOPT_NOSIGNAL, 1L) &&
         set(job, CURLOPT_QUICK_EXIT, 1L) && set(job, CURLOPT_USERAGENT, "portreeve") &&
         set(job, CURLOPT_TIMEOUT_MS, static_cast<long>(left.count())) &&
         set(job, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(connect.count())) &&
         set(job, CURLOPT_LOW_SPEED_LIMIT, static_cast<long>(limits::kSlowestAnswer)) &&
         set(job, CURLOPT_LOW_SPEED_TIME, 5L) && set(job, CURLOPT_PRIVATE, &job) &&
         set(job, CURLOPT_ERRORBUFFER, job.reason.data()) &&
         set(job, CURLOPT_HEADERFUNCTION, &on_header) && set(job, CURLOPT_HEADERDATA, &job) &&
         set(job, CURLOPT_WRITEFUNCTION, &on_body) && set(job, CURLOPT_WRITEDATA, &job);
}

Errc code_of(CURLcode code) noexcept {
  switch (static_cast<int>(code)) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return Errc::untrusted;
    case CURLE_UNSUPPORTED_PROTOCOL:  // HTTP/0.9
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_BAD_CONTENT_ENCODING:
      return Errc::malformed;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FILESIZE_EXCEEDED:
      return Errc::limit;
    default:
      return Errc::unavailable;
  }
}

Result<HttpReply> outcome_of(Job& job) {
  if (job.answer.error()) return *job.answer.error();
  if (job.address_refused && job.code != CURLE_OK) {
    return Error{Errc::untrusted, shown(job.call) + ": the host's address is not " +
                                      std::string(to_string(job.call.reach)) +
                                      " or wider: not connected"};
  }
  if (job.code != CURLE_OK) {
    const bool said = job.reason[0] != '\0';
    const std::string why = said ? job.reason.data() : curl().easy_strerror(job.code);
    return Error{code_of(job.code),
                 shown(job.call) + ": " + utf8::printable(why, limits::kQuotedBytes)};
  }
  if (!job.answer.complete_head()) {
    return Error{Errc::malformed, shown(job.call) + ": no complete answer"};
  }
  HttpReply reply = job.answer.take();
  const char* address = nullptr;
  curl().easy_getinfo(job.easy.get(), CURLINFO_PRIMARY_IP, &address);
  reply.peer = classify(std::string(address == nullptr ? "" : address));
  // A kept connection was opened by a call that may have had a wider reach.
  if (reply.peer > job.call.reach) {
    return Error{Errc::untrusted,
                 shown(job.call) + ": the host's address is " + std::string(to_string(reply.peer))};
  }
  return reply;
}

/// A set of connections, used by one perform() at a time.
class Lane {
 public:
  static std::unique_ptr<Lane> make() {
    std::unique_ptr<Lane> lane(new Lane);
    if (lane->multi_ == nullptr) return nullptr;
    curl().multi_setopt(lane->multi_.get(), CURLMOPT_MAXCONNECTS, 16L);
    curl().multi_setopt(lane->multi_.get(), CURLMOPT_PIPELINING, 0L);
    return lane;
  }

  void start(Job& job) {
    job.running = curl().multi_add_handle(multi_.get(), job.easy.get()) == CURLM_OK;
    if (!job.running) job.code = CURLE_OUT_OF_MEMORY;
  }

  // Drives all jobs to their end. False: libcurl gave up; the lane is not to be used again.
  bool run(const std::vector<std::unique_ptr<Job>>& jobs) {
    bool healthy = true;
    while (healthy && any_running(jobs)) {
      int running = 0;
      healthy = curl().multi_perform(multi_.get(), &running) == CURLM_OK;
      reap();
      stop_overdue(jobs);
      if (!healthy || !any_running(jobs)) break;
      healthy = curl().multi_poll(multi_.get(), nullptr, 0, 50, nullptr) == CURLM_OK;
    }
    for (const auto& job : jobs) {
      if (job->running) finish(*job, CURLE_FAILED_INIT);
    }
    return healthy;
  }

 private:
  Lane() : multi_(curl().multi_init()) {}

  static bool any_running(const std::vector<std::unique_ptr<Job>>& jobs) {
    return std::any_of(jobs.begin(), jobs.end(), [](const auto& job) { return job->running; });
  }

  void finish(Job& job, CURLcode code) {
    job.code = code;
    job.running = false;
    curl().multi_remove_handle(multi_.get(), job.easy.get());
  }

  void reap() {
    int left = 0;
    while (const CURLMsg* message = curl().multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      char* job = nullptr;
      curl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &job);
      finish(*reinterpret_cast<Job*>(job), code);
    }
  }

  void stop_overdue(const std::vector<std::unique_ptr<Job>>& jobs) {
    const SteadyTime now = std::chrono::steady_clock::now();
    for (const auto& job : jobs) {
      if (!job->running) continue;
      const bool cancelled = job->call.cancelled != nullptr && job->call.cancelled->load();
      if (!cancelled && now < job->call.deadline + Milliseconds(100)) continue;
      job->answer.refuse(Errc::unavailable,
                         cancelled ? "cancelled" : "no answer before the deadline");
      finish(*job, CURLE_OPERATION_TIMEDOUT);
    }
  }

  Multi multi_;
};

class CurlClient final : public HttpClient {
 public:
  CurlClient(HttpClientOptions options, std::shared_ptr<TrustStore> trust)
      : options_(std::move(options)), trust_(std::move(trust)) {}

  std::vector<Result<HttpReply>> perform(std::vector<HttpCall> calls) const override {
    std::vector<std::unique_ptr<Job>> jobs;
    std::unique_ptr<Lane> lane = checkout();
    for (HttpCall& call : calls) {
      jobs.push_back(std::make_unique<Job>(std::move(call), nullptr));
      begin(*jobs.back(), lane.get());
    }
    if (lane != nullptr && lane->run(jobs)) put_back(std::move(lane));
    std::vector<Result<HttpReply>> out;
    for (const auto& job : jobs) out.push_back(outcome_of(*job));
    return out;
  }

 private:
  void begin(Job& job, Lane* lane) const {
    const SteadyTime now = std::chrono::steady_clock::now();
    const auto left = std::chrono::duration_cast<Milliseconds>(job.call.deadline - now);
    const std::string& method = job.call.method;
    if (left.count() <= 0) {
      job.answer.refuse(Errc::unavailable, "no time left before the deadline");
    } else if (method != "GET" && method != "HEAD" && method != "POST") {
      job.answer.refuse(Errc::internal, "not a method of this client");
    } else if (job.call.url.scheme != "https" && !options_.unsafe_plain_http) {
      job.answer.refuse(Errc::misconfigured, "plain http is not permitted here");
    } else if (const Outcome trusted = load_trust(job); !trusted.ok()) {
      job.answer.refuse(trusted.error().code, trusted.error().message);
    } else if (lane == nullptr || !prepare(job, options_, left)) {
      job.answer.refuse(Errc::internal, "libcurl did not take the call");
    } else {
      lane->start(job);
    }
  }

  Outcome load_trust(Job& job) const {
    if (job.call.url.scheme != "https") return Done{};
    PORTREEVE_TRY(job.trust, trust_->get());
    return Done{};
  }

  std::unique_ptr<Lane> checkout() const {
    {
      const MutexLock lock(mutex_);
      if (!idle_.empty()) {
        std::unique_ptr<Lane> lane = std::move(idle_.back());
        idle_.pop_back();
        return lane;
      }
    }
    return Lane::make();
  }

  void put_back(std::unique_ptr<Lane> lane) const {
    const MutexLock lock(mutex_);
    if (idle_.size() < kIdleLanes) idle_.push_back(std::move(lane));
  }

  static constexpr std::size_t kIdleLanes = 8;
  const HttpClientOptions options_;
  const std::shared_ptr<TrustStore> trust_;
  mutable Mutex mutex_;
  mutable std::vector<std::unique_ptr<Lane>> idle_ GUARDED_BY(mutex_);
};

}  // namespace

Result<HttpReply> HttpClient::perform_one(HttpCall call) const {
  std::vector<HttpCall> calls;
  calls.push_back(std::move(call));
  std::vector<Result<HttpReply>> replies = perform(std::move(calls));
  return std::move(replies.at(0));
}

Result<std::shared_ptr<const HttpClient>> make_http_client(HttpClientOptions options) {
  PORTREEVE_TRY([[maybe_unused]] const CurlLibrary* library, load_curl());
  if (!options.proxy.empty()) {
    const Result<Url> proxy = Url::parse(options.proxy);
    if (!proxy.ok() || proxy.value().scheme != "http" || proxy.value().target != "/") {
      return Error{Errc::misconfigured, "proxy: expected http://host:port"};
    }
  }
  PORTREEVE_TRY(std::shared_ptr<TrustStore> trust, TrustStore::open(options.ca_pem));
  return std::shared_ptr<const HttpClient>(
      std::make_shared<CurlClient>(std::move(options), std::move(trust)));
}

std::int64_t retry_after_seconds(std::string_view value, TimePoint now) noexcept {
  constexpr std::int64_t kMost = 3600;
  if (value.empty() || value.size() > 64) return -1;
  if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    for (const char c : value) seconds = std::min(seconds * 10 + (c - '0'), kMost);
    return seconds;
  }
  if (!load_curl().ok()) return -1;
  std::array<char, 65> text{};
  std::copy(value.begin(), value.end(), text.begin());
  const std::time_t when = curl().getdate(text.data(), nullptr);
  if (when < 0) return -1;
  const std::int64_t left = when - std::chrono::system_clock::to_time_t(now);
  return std::clamp<std::int64_t>(left, 0, kMost);
}

}  // namespace portreeve::net
